//! The templates that ship: what they make of every forge's events is what their receivers take.
//!
//! `tests/template/shipped/<template>.yaml` says what a receiver takes, from its documentation: a JSON Schema
//! of the whole request. Each template renders one event of every kind and action from every forge that tells it, and those
//! with hostile texts; each request keeps to the schema, says the facts, and is taken by the receiver's own library where
//! there is one.

mod clients;
mod events;
mod holes;
mod hostile;
mod page;
mod request;
mod rules;

use crate::conformance;
use forgeway::event::Event;
use forgeway::template::{Given, Rendering, Request, Templates};
use request::Shape;
use rules::Rules;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The kinds that a template says or leaves to others, but never forgets.
const KINDS: [&str; 7] =
    ["push", "pull_request", "issue", "comment", "review", "release", "pipeline"];

static SHIPPED: LazyLock<Templates> = LazyLock::new(Templates::embedded);

/// What became of events in a template.
#[derive(Default)]
struct Outcome {
    /// The requests, each with the name of what it says.
    requests: Vec<(String, Value)>,
    /// By kind: the forges whose events were said, and how many requests.
    said: BTreeMap<String, (BTreeSet<String>, usize)>,
    faults: Vec<String>,
}

/// One event, as it comes to a template.
struct Told<'a> {
    /// What it is, for people.
    title: String,
    forge: &'a str,
    event: &'a Event,
    raw: &'a str,
    headers: Vec<(String, String)>,
}

impl Outcome {
    /// Renders an event, and holds what the template says of it against the facts.
    fn render(&mut self, template: &str, rules: &Rules, told: &Told<'_>) {
        let Some(shape) = self.send(template, rules, told) else { return };
        let fault = |message: String| format!("{template}: {}: {message}", told.title);
        let kind = told.event.kind_or_other().as_str();
        let event = serde_json::to_value(told.event).unwrap();
        self.faults.extend(rules.unsaid(kind, &event, &shape).into_iter().map(fault));
    }

    /// Renders an event.
    fn send(&mut self, template: &str, rules: &Rules, told: &Told<'_>) -> Option<Shape> {
        let given = Given {
            event: told.event,
            raw: told.raw,
            headers: &told.headers,
            target: "receiver",
            vars: &rules.vars,
            id: "0198c0de-0000-7000-8000-00000000cafe",
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        let request: Request = match SHIPPED.render(template, &given) {
            Ok(Rendering::Request(request)) => *request,
            Ok(Rendering::Skipped(_)) => return None,
            Err(error) => {
                self.faults.push(format!("{template}: {}: {error}", told.title));
                return None;
            }
        };
        let shape = Shape::of(&request);
        let kind = told.event.kind_or_other().as_str().to_owned();
        let (forges, count) = self.said.entry(kind).or_default();
        forges.insert(told.forge.to_owned());
        *count += 1;
        self.requests.push((told.title.clone(), shape.0.clone()));
        Some(shape)
    }

    /// Holds the requests against the receiver's schema.
    fn hold(&mut self, template: &str, rules: &Rules) {
        let requests: Vec<_> = self
            .requests
            .iter()
            .map(|(title, request)| json!({ "name": title, "value": request }))
            .collect();
        let input = json!({ "schema": rules.schema(), "values": requests });
        for result in conformance::node("requests.mjs", &input) {
            self.faults.push(format!("{template}: {}: {}", result["name"], result["faults"]));
        }
    }
}

/// Does something for each template, on as many threads as there are processors.
fn for_each_template(work: impl Fn(&str, &Rules) -> Vec<String> + Sync) {
    let names: Vec<&str> = SHIPPED.names().collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let faults = std::sync::Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(name) = names.get(at) else { break };
                    let found = work(name, &Rules::read(name));
                    faults.lock().unwrap().extend(found);
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    let short = |fault: &String| fault.chars().take(300).collect::<String>();
    let shown: Vec<_> = faults.iter().take(30).map(short).collect();
    assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), shown.join("\n  "));
}

#[test]
fn every_receiver_takes_what_its_template_makes_of_every_forge() {
    for_each_template(|template, rules| {
        let mut outcome = Outcome::default();
        for told in events::all() {
            outcome.render(template, rules, &told);
        }
        outcome.hold(template, rules);
        let said = |kind: &str| outcome.said.get(kind).map_or(0, |(forges, _)| forges.len());
        for kind in
            KINDS.into_iter().filter(|kind| rules.says_nothing_of(kind) != (said(kind) == 0))
        {
            let message = format!("{template}: {kind}: {} forges, against `skips`", said(kind));
            outcome.faults.push(message);
        }
        let few = KINDS.into_iter().filter(|kind| (1..3).contains(&said(kind)));
        let few = few.map(|kind| format!("{template}: {kind}: from fewer than three forges"));
        outcome.faults.extend(few.collect::<Vec<_>>());
        outcome.faults.extend(clients::refused(template, &outcome.requests));
        show(template, &outcome);
        outcome.faults
    });
}

#[test]
fn what_a_forge_leaves_out_fails_no_template() {
    let events = holes::events();
    for_each_template(|template, rules| {
        let mut outcome = Outcome::default();
        for (title, event) in &events {
            let (title, headers) = (title.clone(), Vec::new());
            outcome.send(template, rules, &Told { title, forge: "", event, raw: "{}", headers });
        }
        outcome.hold(template, rules);
        show(template, &outcome);
        outcome.faults
    });
}

#[test]
fn hostile_texts_are_said_as_texts_by_every_template() {
    for_each_template(|template, rules| {
        let mut outcome = Outcome::default();
        for (title, event) in hostile::events() {
            let told =
                Told { title, forge: "hostile", event: &event, raw: "{}", headers: Vec::new() };
            outcome.render(template, rules, &told);
        }
        outcome.hold(template, rules);
        outcome.faults.extend(clients::refused(template, &outcome.requests));
        show(template, &outcome);
        outcome.faults
    });
}

/// What a run showed, for who reads it with `--nocapture`.
#[expect(clippy::print_stderr, reason = "a summary for people, beside the test's own word")]
fn show(template: &str, outcome: &Outcome) {
    let counts = KINDS.into_iter().map(|kind| match outcome.said.get(kind) {
        Some((forges, count)) => format!("{kind} {count} from {}", forges.len()),
        None => format!("{kind} none"),
    });
    let counts: Vec<_> = counts.collect();
    let all = outcome.requests.len();
    eprintln!("{template}: {all} requests of {} kinds: {}", outcome.said.len(), counts.join(", "));
}
