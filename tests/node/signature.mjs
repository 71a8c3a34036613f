// {jws, did}: a credential as it was received and the did document of its issuer.
// Answers {credential} or {refused}. The key is the one that the issuer asserts under the name in the header.
import * as jose from 'jose';
import {answer, asked} from './asked.mjs';

const {jws, did} = await asked();

const keyOf = async header => {
  if(!did.assertionMethod.includes(header.kid)) {
    throw new Error(`the issuer does not assert with ${header.kid}`);
  }
  const method = did.verificationMethod.find(one => one.id === header.kid);
  return jose.importJWK(method.publicKeyJwk, method.publicKeyJwk.alg);
};

try {
  const {payload, protectedHeader} = await jose.compactVerify(jws, keyOf, {algorithms: ['ES256', 'Ed25519']});
  const credential = JSON.parse(new TextDecoder().decode(payload));
  const issuer = credential.issuer.id ?? credential.issuer;
  if(protectedHeader.typ !== 'vc+jwt' || !protectedHeader.kid.startsWith(`${issuer}#`)) {
    throw new Error('signed by somebody else, or something else was signed');
  }
  answer({credential});
} catch(error) {
  answer({refused: error.code ?? error.message});
}
