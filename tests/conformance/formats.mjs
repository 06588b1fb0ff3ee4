// Holds the bodies of a format against the definitions of its schemas (draft 7). Reads `{schemas: [{definitions}],
// bodies: [{name, schema, definition, body}]}` from stdin and prints `[{name, definition, faults: []}]` of those that have any.
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const { schemas, bodies } = JSON.parse(readFileSync(0, "utf8"));
// A published schema has words of its own for other tools.
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
// What a registry ships comes first and may be referred to as `published#/definitions/...`.
const names = schemas.length > 1 ? ["published", "own"] : ["own"];
schemas.forEach((schema, place) => ajv.addSchema(schema, names[place]));

const fault = ({ instancePath, message, params }) => `${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
const results = [];
for (const { name, schema, definition, body } of bodies) {
  const validate = ajv.getSchema(`${names[schema]}#/definitions/${encodeURIComponent(definition)}`);
  if (!validate(body)) results.push({ name, definition, faults: validate.errors.map(fault) });
}
console.log(JSON.stringify(results));
