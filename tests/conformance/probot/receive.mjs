// A GitHub App made with Probot, behind Probot's own middleware. Its key is made up here: it calls nobody.
import { generateKeyPairSync } from "node:crypto";
import { createNodeMiddleware, Probot } from "probot";
import { HANDLERS } from "../github.mjs";
import { report, SECRET, serve } from "../report.mjs";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
const app = (app) => {
  for (const [event, facts] of Object.entries(HANDLERS)) {
    // What the context derives from a payload is what most apps go on with.
    app.on(event, (context) => {
      const { owner, repo } = context.repo();
      report({ understood: { ...facts(context.payload), repository: `${owner}/${repo}` } });
    });
  }
  app.onError((error) => report({ refused: error.message }));
};
const probot = new Probot({ appId: 1, privateKey, secret: SECRET, logLevel: "fatal" });
serve(await createNodeMiddleware(app, { probot, webhooksPath: "/" }));
