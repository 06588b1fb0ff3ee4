// Holds values against a JSON Schema (draft 2020-12). Reads `{schema, values: [{name, value}]}` from
// stdin and prints `[{name, faults: []}]`.
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const { schema, values } = JSON.parse(readFileSync(0, "utf8"));
// What holds for one kind alone stands under `then`, without the types that stand above it.
const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
addFormats(ajv);
const validate = ajv.compile(schema);
const results = values.map(({ name, value }) => {
  const held = validate(value);
  const fault = ({ instancePath, message, params }) =>
    `${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
  return { name, faults: held ? [] : validate.errors.map(fault) };
});
console.log(JSON.stringify(results));
