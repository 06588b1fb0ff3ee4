// A real receiver: verifies and receives deliveries with GitHub's own library, and holds their
// payloads against its schema. Reads `[{name, secret, headers, body_text}]` from stdin and prints
// `[{name, event, faults: []}]`.
import { readFileSync } from "node:fs";
import { Webhooks } from "@octokit/webhooks";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const path = new URL("node_modules/@octokit/webhooks-schemas/schema.json", import.meta.url);
const schema = JSON.parse(readFileSync(path, "utf8"));
// `tsAdditionalProperties` and the like are the schema's own words, for other tools.
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(schema, "hooks");

/** The definition of exactly this event and action, so that a complaint names the field. */
function definition(event, action) {
  const names = [`${event}$${action}`, `${event}$event`, `${event}_event`];
  return names.find((name) => name in schema.definitions);
}

/** The faults of one delivery, in words; none when it was accepted. */
async function receive({ secret, headers, body_text: text }) {
  const faults = [];
  const lower = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v]));
  const event = lower["x-github-event"];
  const id = lower["x-github-delivery"];
  if (lower["content-type"] !== "application/json") faults.push("the content type is not exactly application/json");
  if (!lower["user-agent"]?.startsWith("GitHub-Hookshot/")) faults.push("the user agent is not GitHub-Hookshot/");
  if (!event || !id) return { event, faults: [...faults, "no event or no delivery id"] };

  const webhooks = new Webhooks({ secret });
  let received = 0;
  webhooks.onAny(() => (received += 1));
  try {
    const signature = lower["x-hub-signature-256"];
    await webhooks.verifyAndReceive({ id, name: event, payload: text, signature });
    if (received !== 1) faults.push("verified, but not received");
  } catch (error) {
    faults.push(`not received: ${error.message}`);
  }

  const payload = JSON.parse(text);
  const name = definition(event, payload.action);
  if (!name) return { event, faults: [...faults, `no schema for ${event} ${payload.action}`] };
  const validate = ajv.getSchema(`hooks#/definitions/${encodeURIComponent(name)}`);
  if (!validate(payload)) {
    for (const { instancePath, message, params } of validate.errors) {
      faults.push(`${instancePath || "/"} ${message} ${JSON.stringify(params)}`);
    }
  }
  return { event: `${event} ${payload.action ?? ""}`.trim(), faults };
}

const deliveries = JSON.parse(readFileSync(0, "utf8"));
const results = [];
for (const delivery of deliveries) results.push({ name: delivery.name, ...(await receive(delivery)) });
console.log(JSON.stringify(results));
