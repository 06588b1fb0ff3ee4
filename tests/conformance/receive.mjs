// A real receiver: verifies and receives deliveries with GitHub's own library. Reads `[{name, secret, headers, body_text}]` from stdin and prints
// `[{name, event, faults: []}]`.
import { readFileSync } from "node:fs";
import { Webhooks } from "@octokit/webhooks";

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

  const { action } = JSON.parse(text);
  return { event: `${event} ${action ?? ""}`.trim(), faults };
}

const deliveries = JSON.parse(readFileSync(0, "utf8"));
const results = [];
for (const delivery of deliveries) results.push({ name: delivery.name, ...(await receive(delivery)) });
console.log(JSON.stringify(results));
