// Holds the requests of a template against the schema of what its receiver takes (draft 7, and `maxBytes`). Reads
// `{schema, values: [{name, value}]}` from stdin and prints `[{name, faults: []}]` of those that have any.
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const { schema, values } = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
addFormats(ajv);
// Some receivers count bytes, not characters.
ajv.addKeyword({
  keyword: "maxBytes",
  type: "string",
  schemaType: "number",
  validate: (most, text) => Buffer.byteLength(text) <= most,
  error: { message: ({ schema: most }) => `must not have more than ${most} bytes` },
});
const validate = ajv.compile(schema);
const fault = ({ instancePath, message, params }) => `${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
const results = [];
for (const { name, value } of values) {
  if (!validate(value)) results.push({ name, faults: validate.errors.slice(0, 5).map(fault) });
}
console.log(JSON.stringify(results));
