//! What each format says of each event: in which words, with which companions, or why not.

use super::emitted::FIXTURES;
use forgeway::event::Event;
use forgeway::mapping::{Emission, Request, TargetFacts};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What became of the events of one kind and action.
#[derive(Default)]
struct Row {
    words: BTreeSet<String>,
    companions: BTreeSet<String>,
    reasons: BTreeSet<String>,
}

/// The page about every format.
pub(super) fn page() -> String {
    let mappings = &FIXTURES.mappings;
    let mut text = String::from(
        "# What each format says\n\nEach row is an event; beside it stands what a target of the format is sent for it, or why it is sent nothing. \
         Several words mean several requests,\nor that one of them fits, by what the event holds; what stands after a `+` only accompanies the others, and a target with `companions: off` \
         is not sent it.\nThis page is made from all fixtures: `BLESS=1 cargo test --test it fidelity`.\n",
    );
    for format in mappings.formats() {
        let title = &mappings.forge(format).unwrap().title;
        let _ = writeln!(text, "\n## {title} (`format: {format}`)\n");
        let merged: Vec<_> = mappings.merged_kinds(format);
        if !merged.is_empty() {
            let kinds: Vec<_> = merged.iter().map(|kind| format!("`{kind}`")).collect();
            let _ = writeln!(
                text,
                "Events of one delivery that it says with the same words become one request: {}.\n",
                kinds.join(", ")
            );
        }
        let _ = writeln!(text, "| event | said as | not said |\n|---|---|---|");
        for (key, row) in rows(format) {
            let list = |of: BTreeSet<String>, with| of.into_iter().collect::<Vec<_>>().join(with);
            let mut words = list(row.words, ", ");
            if !row.companions.is_empty() {
                let _ = write!(words, " + {}", list(row.companions, ", "));
            }
            let _ = writeln!(text, "| `{key}` | {words} | {} |", list(row.reasons, "; "));
        }
    }
    text
}

fn rows(format: &str) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for event in FIXTURES.deliveries.iter().flat_map(|delivery| &delivery.events) {
        let row = rows.entry(event.key()).or_default();
        let all = emit(format, event, true);
        let alone: BTreeSet<String> =
            emit(format, event, false).requests.iter().map(word).collect();
        for word in all.requests.iter().map(word) {
            // An event that is itself a companion leaves nothing when it is left out.
            let own = event.companion_of.is_some() || alone.contains(&word);
            if own {
                row.words.insert(word)
            } else {
                row.companions.insert(word)
            };
        }
        row.reasons.extend(all.skipped.into_iter().map(|skip| skip.reason));
    }
    rows
}

fn emit(format: &str, event: &Event, companions: bool) -> Emission {
    let target = TargetFacts { companions, ..TargetFacts::default() };
    FIXTURES.mappings.emit(format, &[event], &target, "id").unwrap()
}

/// The words of a request: the event's and, in the body, the action's.
fn word(request: &Request) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let action = [&body["action"], &body["object_attributes"]["action"]];
    match action.into_iter().find_map(Value::as_str) {
        Some(action) => format!("`{}` {action}", request.event),
        None => format!("`{}`", request.event),
    }
}
