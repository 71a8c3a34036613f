// {credential, list, contexts}: two credentials whose signatures held. Answers whether the list says the first is revoked.
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {answer, asked, loader} from './asked.mjs';

const {credential, list, contexts} = await asked();
const fromFiles = loader(contexts);
const documentLoader = async url => url === list.id ? {documentUrl: url, document: list} : fromFiles(url);
const result = await checkStatus({
  credential,
  documentLoader,
  verifyBitstringStatusListCredential: false, // it knows no proofs of this kind; signature.mjs checks them
  verifyMatchingIssuers: true
});
answer(result.error ? {refused: String(result.error.cause ?? result.error)} : {
  revoked: result.results.some(one => one.status)
});
