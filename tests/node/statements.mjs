// {document, contexts}: JSON-LD, and the file of each context by its address.
// Answers the statements it makes. Safe mode refuses whatever would be dropped.
import jsonld from 'jsonld';
import {answer, asked, loader} from './asked.mjs';

const {document, contexts} = await asked();
const options = {safe: true, documentLoader: loader(contexts), format: 'application/n-quads'};

try {
  answer({statements: (await jsonld.toRDF(document, options)).trim().split('\n')});
} catch(error) {
  answer({refused: `${error.message} ${JSON.stringify(error.details ?? {})}`});
}
