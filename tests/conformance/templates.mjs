// Holds the requests of the templates that ship against the libraries of their receivers. Reads a request a line from
// stdin: `{template, forge, event, request: {method, path, query, headers, body_text}, secret?}`; prints a line
// `{template, event, fault}` for each that is refused, and `{checked: {template: count}}` at the end.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import { EmbedBuilder, embedLength } from "@discordjs/builders";
import { CloudEvent, HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";

// What it offers as modules does not load in Node.js.
const cards = createRequire(import.meta.url)("adaptivecards/dist/adaptivecards.js");

function hold(holds, message) {
  if (!holds) throw new Error(message);
}

/** Reads a CloudEvent as its library does, strictly. */
function cloudevent({ headers, body_text: body }) {
  const event = HTTP.toEvent({ headers, body });
  hold(event instanceof CloudEvent, "this is a batch");
  hold(event.validate(), "the library finds it invalid");
  hold(event.data && typeof event.data === "object", "it has no data that is an object");
  return event;
}

/** The library leaves `%XX` in headers as they are: others decode them, and must find a text. */
function binary({ headers, body_text: body }) {
  const event = cloudevent({ headers, body_text: body });
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith("ce-"));
  for (const [name, value] of attributes) {
    const text = decodeURIComponent(value);
    hold(!/[\u0000-\u001f\u007f-\u009f]/.test(text), `${name} has control characters`);
    hold(!/[^!-~]|"/.test(value), `${name} is not encoded`);
  }
  hold(isDeepStrictEqual(event.data, JSON.parse(body)), "the data is another than the body");
  return event;
}

function structured(request) {
  const event = cloudevent(request);
  const { data, ...attributes } = JSON.parse(request.body_text);
  hold(isDeepStrictEqual(event.data, data), "the data is another than was sent");
  // What the library writes again is what it was given.
  const again = JSON.parse(HTTP.structured(event).body);
  for (const [name, value] of Object.entries(attributes)) {
    const same = name === "time" ? Date.parse(again.time) === Date.parse(value) : again[name] === value;
    hold(same, `${name} is read as ${again[name]}`);
  }
  return event;
}

/** A CDEvent in a CloudEvent: the one's attributes are those of the other's context. */
function cdevent(request) {
  const event = structured(request);
  const { context, subject } = event.data;
  for (const name of ["id", "source", "type"]) hold(event[name] === context[name], `${name} is another in the context`);
  hold(event.subject === subject.id, "the subject is another than the CDEvent's");
  hold(Date.parse(event.time) === Date.parse(context.timestamp), "the time is another than the context's");
}

/** Without a signature, what the library would hand to its user: JSON with a type and data. */
function standardWebhook({ headers, body_text: body }, secret) {
  const signed = "webhook-signature" in headers;
  const { type, timestamp, data } = signed ? new Webhook(secret).verify(body, headers) : JSON.parse(body);
  hold(/^\w+(\.\w+)*$/.test(type), "the type is no dotted name");
  hold(!Number.isNaN(Date.parse(timestamp)), "the timestamp is no time");
  hold(data && typeof data === "object", "there is no data");
}

/** The builder of embeds checks each part as Discord does. */
function discord({ body_text: body }) {
  for (const embed of JSON.parse(body).embeds) {
    const { description, color, timestamp, footer, author } = embed;
    const built = new EmbedBuilder().setDescription(description).setColor(color);
    if (timestamp) built.setTimestamp(new Date(timestamp));
    if (footer) built.setFooter({ text: footer.text });
    if (author) built.setAuthor({ name: author.name, url: author.url, iconURL: author.icon_url });
    const read = built.toJSON();
    hold(embedLength(read) <= 6000, `the embed has ${embedLength(read)} characters`);
    hold(isDeepStrictEqual(Object.keys(read).sort(), Object.keys(embed).sort()), "the embed has unknown members");
  }
}

/** The library that renders cards in Teams reads the card, finds no fault, and has all of it. */
function teams({ body_text: body }) {
  for (const { content } of JSON.parse(body).attachments) {
    const card = new cards.AdaptiveCard();
    const context = new cards.SerializationContext(cards.Versions.v1_5);
    card.parse(content, context);
    const events = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at));
    const faults = [...events, ...card.validateProperties().validationEvents];
    hold(faults.length === 0, faults.map((fault) => fault.message).join("; "));
    const texts = (element) => element.match(/"text":"/g)?.length;
    hold(texts(JSON.stringify(card.toJSON())) === texts(JSON.stringify(content)), "the library left texts out");
  }
}

/** What holds the requests of each template. */
const CHECKERS = {
  cloudevents: binary,
  "cloudevents-structured": structured,
  cdevents: cdevent,
  "standard-webhooks": standardWebhook,
  discord,
  teams,
};

const checked = {};
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { template, event, request, secret = process.env.SECRET } = JSON.parse(line);
  const check = CHECKERS[template];
  if (!check) continue;
  checked[template] = (checked[template] ?? 0) + 1;
  // Names of headers have no case.
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  try {
    check({ ...request, headers }, secret);
  } catch (error) {
    console.log(JSON.stringify({ template, event, fault: error.message }));
  }
}
console.log(JSON.stringify({ checked }));
