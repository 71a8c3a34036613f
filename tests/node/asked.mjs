// Every check reads one question as JSON from its input and writes one answer as JSON.
import {webcrypto} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {text} from 'node:stream/consumers';

globalThis.crypto ??= webcrypto; // Node 18 keeps it in its module

export const asked = async () => JSON.parse(await text(process.stdin));

export const answer = value => process.stdout.write(JSON.stringify(value));

// Contexts come from the files that ship; an address without a file is an error, never a request.
export const loader = files => async url => {
  if(!(url in files)) {
    throw new Error(`nothing is fetched, and ${url} is not among the files`);
  }
  return {contextUrl: null, documentUrl: url, document: JSON.parse(readFileSync(files[url], 'utf8'))};
};
