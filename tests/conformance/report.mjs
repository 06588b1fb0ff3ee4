// What a receiver for Node.js tells the test: one JSON object a line, as README.md says.
import { createServer } from "node:http";

/** The secret that the sender signs with. */
export const SECRET = process.env.SECRET;

/** Tells the test one thing. */
export const report = (said) => process.stdout.write(`${JSON.stringify(said)}\n`);

/** Serves requests with a handler on a port of its own, and tells how each was answered. */
export function serve(handler) {
  const server = createServer((request, response) => {
    response.on("finish", () => report({ answered: response.statusCode }));
    handler(request, response);
  });
  server.listen(0, "127.0.0.1", () => report({ ready: server.address().port }));
}

// The test is over when nobody speaks to this program any more.
process.stdin.on("end", () => process.exit(0)).resume();
