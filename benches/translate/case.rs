//! One delivery, translated; and the floor beside it.

use super::clock::{Step, medians};
use forgeway::event::{Auth, Source};
use forgeway::mapping::{Given, Input, Mappings, TargetFacts};
use forgeway::scheme::{Keys, Message, Outbound, RequestLine, Scheme};
use forgeway::secret::Secret;
use forgeway::when::When;
use http::HeaderMap;
use jiff::Timestamp;
use std::hint::black_box;

const ID: &str = "0198c0de-0000-7000-8000-00000000cafe";

/// One delivery and the format it is translated to.
pub(super) struct Case<'a> {
    pub(super) name: &'static str,
    pub(super) forge: &'static str,
    format: &'static str,
    pub(super) body: String,
    pub(super) headers: HeaderMap,
    mappings: &'a Mappings,
    keys: Keys,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        mappings: &'a Mappings,
        name: &'static str,
        (forge, format): (&'static str, &'static str),
        event: (&'static str, &'static str),
        body: String,
    ) -> Self {
        let keys = Keys::new(vec![Secret::new("a secret of the bench")]);
        let mut headers = HeaderMap::new();
        headers.insert(event.0, event.1.parse().expect("a header"));
        let mut case = Self { name, forge, format, body, headers, mappings, keys };
        // Signed by a keyed hash whatever the forge's own scheme, so that all cases pay the same.
        for (name, value) in case.sign(case.body.as_bytes()) {
            let name = http::HeaderName::try_from(name).expect("a header");
            case.headers.insert(name, value.parse().expect("a value"));
        }
        case
    }

    fn scheme(&self) -> &Scheme {
        let forge = self.mappings.forge("github").expect("a forge with a keyed hash");
        forge.scheme("hmac_sha256").or_else(|| forge.scheme("hub_sha256")).expect("its scheme")
    }

    fn sign(&self, body: &[u8]) -> Vec<(String, String)> {
        let message = Outbound::new(body, ID, Timestamp::UNIX_EPOCH);
        self.scheme().sign(&self.keys, &message).expect("a signature").headers
    }

    fn verify(&self) {
        let body = self.body.as_bytes();
        let (line, now) = (RequestLine::default(), Timestamp::UNIX_EPOCH);
        let message = Message { headers: &self.headers, body, json: body, line, now };
        self.scheme().verify(&message, &self.keys).expect("a signature that holds");
    }

    pub(super) fn normalize(&self) -> Vec<forgeway::event::Event> {
        let input = Input {
            forge: self.forge,
            text: &self.body,
            headers: &self.headers,
            source: Source { name: Some("bench".into()), ..Source::default() },
            auth: Auth::default(),
            given: Given::default(),
        };
        self.mappings.normalize(&input).expect("events").events
    }

    fn emit(&self, event: &forgeway::event::Event) -> Vec<Vec<u8>> {
        let emission = self.mappings.emit(self.format, &[event], &TargetFacts::default(), ID);
        let requests = emission.expect("a format").requests;
        assert!(!requests.is_empty(), "{}: nothing to send", self.name);
        requests.into_iter().map(|request| request.body).collect()
    }

    /// The whole translation: verify, parse, normalize, render, sign.
    pub(super) fn translate(&self) {
        self.verify();
        for event in self.normalize() {
            for body in self.emit(&event) {
                black_box(self.sign(&body));
            }
        }
    }

    /// The same bytes in and out, freshly signed.
    fn pass_through(&self) {
        self.verify();
        black_box(self.sign(self.body.as_bytes()));
    }

    pub(super) fn floor(&self, output: &serde_json::Value) {
        self.verify();
        black_box(serde_json::from_str::<serde_json::Value>(&self.body).expect("JSON"));
        let body = serde_json::to_vec(output).expect("JSON");
        black_box(self.sign(&body));
    }

    /// Asks an expression of a route about each event.
    fn ask(&self, when: &When, events: &[forgeway::event::Event]) {
        let beside = when.beside(&self.headers, &self.body).expect("what it reads beside");
        events.iter().for_each(|event| drop(black_box(when.holds(event, &beside))));
    }

    /// How often a step is repeated for one sample.
    pub(super) fn repeats(&self) -> usize {
        (2_000_000 / self.body.len()).clamp(8, 400)
    }

    /// What the format makes of it, as the floor writes it.
    pub(super) fn output(&self) -> serde_json::Value {
        let events = self.normalize();
        let bodies = events.iter().flat_map(|event| self.emit(event)).next();
        serde_json::from_slice(&bodies.expect("a body")).expect("JSON")
    }

    pub(super) fn measure(&self) {
        let when = |text| When::compile(text).expect("an expression");
        let field = when("event.repository.full_path.startsWith('acme/')");
        let every =
            when("event.?push.?commits.orValue([]).exists(c, c.message.contains('[deploy]'))");
        let raw = when("has(raw.after) || has(raw.object_kind)");
        let events = self.normalize();
        let bodies: Vec<Vec<u8>> = events.iter().flat_map(|event| self.emit(event)).collect();
        let output = self.output();
        let steps: [Step<'_>; 10] = [
            ("floor", Box::new(|| self.floor(&output))),
            ("translate", Box::new(|| self.translate())),
            ("pass through", Box::new(|| self.pass_through())),
            ("- verify", Box::new(|| self.verify())),
            ("- parse and normalize", Box::new(|| drop(black_box(self.normalize())))),
            ("- render", Box::new(|| events.iter().for_each(|e| drop(black_box(self.emit(e)))))),
            ("when: a field", Box::new(|| self.ask(&field, &events))),
            ("when: every commit", Box::new(|| self.ask(&every, &events))),
            ("when: the payload", Box::new(|| self.ask(&raw, &events))),
            ("- sign", Box::new(|| bodies.iter().for_each(|b| drop(black_box(self.sign(b)))))),
        ];
        let medians = medians(&steps, self.repeats());
        let sizes: usize = bodies.iter().map(Vec::len).sum();
        println!("\n{} ({} bytes in, {sizes} out)", self.name, self.body.len());
        for ((name, _), micros) in steps.iter().zip(&medians) {
            println!("  {name:<22} {micros:>9.1} us  {:>5.2} of the floor", micros / medians[0]);
        }
    }
}
