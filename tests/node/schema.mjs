// {schema, document}: a file that holds a JSON Schema, and what must fit it. Answers the faults.
import {readFileSync} from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {answer, asked} from './asked.mjs';

const {schema, document} = await asked();
const ajv = new Ajv2020({allErrors: true, strict: false});
addFormats(ajv);
const fits = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
answer({faults: fits(document) ? [] : fits.errors.map(one => `${one.instancePath}: ${one.message}`)});
