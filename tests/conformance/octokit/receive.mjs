// GitHub's own library as its documentation says to use it: a middleware of Node's server, which checks
// the headers and the signature and calls the handler of the event and its action.
import { createNodeMiddleware, Webhooks } from "@octokit/webhooks";
import { HANDLERS } from "../github.mjs";
import { report, SECRET, serve } from "../report.mjs";

const webhooks = new Webhooks({ secret: SECRET });
for (const [event, facts] of Object.entries(HANDLERS)) {
  webhooks.on(event, ({ payload }) => report({ understood: facts(payload) }));
}
webhooks.onError((error) => report({ refused: error.message }));
serve(createNodeMiddleware(webhooks, { path: "/" }));
