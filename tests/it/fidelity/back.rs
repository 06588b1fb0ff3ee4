//! There and back: a delivery in a format, said again in the same format without passing it through.

use super::emitted::{Delivery, FIXTURES};
use crate::{conformance, tidy};
use forgeway::event::Kind;
use forgeway::mapping::Example;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The kinds that every format is about.
const CORE: [Kind; 7] = [
    Kind::Push,
    Kind::Ref,
    Kind::PullRequest,
    Kind::Review,
    Kind::Comment,
    Kind::Issue,
    Kind::Ping,
];

/// Deliveries of a forge that a registry ships: forge, header of the event's word, file.
const PUBLISHED: [(&str, &str, &str); 1] = [(
    "github",
    "x-github-event",
    "tests/conformance/node_modules/@octokit/webhooks-examples/api.github.com/index.json",
)];

/// What came back of one event's deliveries.
#[derive(Default)]
struct Back {
    deliveries: usize,
    leaves: usize,
    equal: usize,
    core: bool,
    /// Where it differs, places in lists left out, and how often.
    differs: BTreeMap<String, usize>,
    /// Deliveries that nothing of the kind came back for, and why.
    gone: BTreeMap<String, usize>,
}

/// The page's part about one format: the shares, and what they leave out.
pub(super) struct Page {
    pub(super) shares: String,
    pub(super) differences: String,
}

/// Every format that comes in and goes out.
pub(super) fn pages() -> Page {
    let fixtures = &*FIXTURES;
    let mut page = Page { shares: String::new(), differences: String::new() };
    for format in fixtures.mappings.formats() {
        let own = fixtures.deliveries.iter().filter(|delivery| delivery.example.forge == format);
        let backs = backs(format, own);
        write(&mut page, format, "fixtures of this repository", &backs);
        for (forge, header, file) in PUBLISHED.iter().filter(|(forge, ..)| *forge == format) {
            let published = published(forge, header, file);
            let backs = self::backs(format, published.iter());
            write(&mut page, format, "examples that the forge publishes", &backs);
        }
    }
    page
}

fn backs<'d>(
    format: &str,
    deliveries: impl Iterator<Item = &'d Delivery>,
) -> BTreeMap<String, Back> {
    let fixtures = &*FIXTURES;
    let forge = fixtures.mappings.forge(format).unwrap();
    let mut backs: BTreeMap<String, Back> = BTreeMap::new();
    for delivery in deliveries {
        let pairs = |(name, value): (&http::HeaderName, &HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let headers: Vec<_> = delivery.example.headers.iter().map(pairs).collect();
        let Some(word) = forge.header_word(&headers) else { continue };
        let Ok(original) = serde_json::from_str::<Value>(&delivery.text) else { continue };
        let back = backs.entry(word.to_owned()).or_default();
        let kind = delivery.events.first().map(forgeway::event::Event::kind_or_other);
        back.core |= kind.is_some_and(|kind| CORE.contains(&kind));
        let said = fixtures.said(format, delivery);
        let alike = said.requests.iter().filter(|r| forge.header_word(&r.headers) == Some(word));
        let alike = alike.map(|request| Differences::between(&original, &request.body));
        match alike.max_by_key(|differences| differences.equal) {
            Some(differences) => {
                back.deliveries += 1;
                back.leaves += differences.equal + differences.paths.len();
                back.equal += differences.equal;
                for path in differences.paths {
                    *back.differs.entry(path).or_default() += 1;
                }
            }
            None => {
                let reasons: Vec<_> = said.skipped.into_iter().map(|skip| skip.reason).collect();
                let reason = match reasons.is_empty() {
                    true => "it tells of nothing, or comes back in another word".to_owned(),
                    false => reasons.join("; "),
                };
                *back.gone.entry(reason).or_default() += 1;
            }
        }
    }
    backs
}

/// How the original's leaves came back.
struct Differences {
    equal: usize,
    paths: Vec<String>,
}

impl Differences {
    fn between(original: &Value, body: &[u8]) -> Self {
        let body = serde_json::from_slice(body).unwrap();
        let mut differences = Self { equal: 0, paths: Vec::new() };
        differences.walk(original, Some(&body), &mut "$".to_owned());
        differences
    }

    fn walk(&mut self, original: &Value, back: Option<&Value>, path: &mut String) {
        let before = path.len();
        match original {
            Value::Object(map) if !map.is_empty() => {
                for (key, value) in map {
                    path.push('.');
                    path.push_str(key);
                    self.walk(value, back.and_then(|back| back.get(key)), path);
                    path.truncate(before);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                path.push_str("[]");
                for (place, item) in items.iter().enumerate() {
                    self.walk(item, back.and_then(|back| back.get(place)), path);
                }
                path.truncate(before);
            }
            leaf if back == Some(leaf) => self.equal += 1,
            _ => self.paths.push(path.clone()),
        }
    }
}

fn share(equal: usize, leaves: usize) -> String {
    let tenths = (equal * 1000).checked_div(leaves).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn write(page: &mut Page, format: &str, from: &str, backs: &BTreeMap<String, Back>) {
    let heading = format!("{format}, {from}");
    let _ = writeln!(page.shares, "\n### {heading}\n");
    let _ = writeln!(page.shares, "| event | deliveries | leaves | equal, % |\n|---|---|---|---|");
    let _ = writeln!(page.differences, "\n## {heading}\n");
    for (word, back) in backs {
        let (deliveries, leaves) = (back.deliveries, back.leaves);
        if deliveries > 0 {
            let share = share(back.equal, leaves);
            let _ = writeln!(page.shares, "| {word} | {deliveries} | {leaves} | {share} |");
        }
        let differs = back.differs.iter().map(|(path, times)| match times {
            1 => format!("`{path}`"),
            times => format!("`{path}` ({times})"),
        });
        let differs: Vec<String> = differs.collect();
        if !differs.is_empty() {
            let _ = writeln!(page.differences, "- **{word}**: {}", differs.join(", "));
        }
        for (reason, times) in &back.gone {
            let _ = writeln!(page.differences, "- **{word}**, {times} not said again: {reason}");
        }
    }
    for (name, core) in [("core kinds", true), ("all", false)] {
        let counted = || backs.values().filter(|back| back.core || !core);
        let deliveries: usize = counted().map(|back| back.deliveries).sum();
        let leaves: usize = counted().map(|back| back.leaves).sum();
        let share = share(counted().map(|back| back.equal).sum(), leaves);
        let _ = writeln!(page.shares, "| *{name}* | {deliveries} | {leaves} | {share} |");
    }
}

/// The deliveries that a registry ships of a forge.
fn published(forge: &str, header: &'static str, file: &str) -> Vec<Delivery> {
    conformance::installed();
    let text = std::fs::read_to_string(tidy::root().join(file)).unwrap();
    let events: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut deliveries = Vec::new();
    for event in &events {
        let word = event["name"].as_str().unwrap();
        for (place, body) in event["examples"].as_array().unwrap().iter().enumerate() {
            let mut headers = HeaderMap::new();
            headers.insert(header, word.parse().unwrap());
            headers.insert("content-type", HeaderValue::from_static("application/json"));
            let example = Example {
                forge: forge.to_owned(),
                name: format!("{word}.{place}"),
                headers,
                body: body.to_string(),
                given: forgeway::mapping::Given::default(),
                events: None,
            };
            deliveries.push(Delivery::read(&FIXTURES.mappings, example));
        }
    }
    deliveries
}
