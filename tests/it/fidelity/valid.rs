//! Whatever the fixtures become in a format keeps to the format's schema.

use super::emitted::FIXTURES;
use super::schemas::Schemas;
use crate::conformance;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn everything_emitted_keeps_to_its_schema() {
    let fixtures = &*FIXTURES;
    let mut faults = Vec::new();
    for format in fixtures.mappings.formats() {
        let schemas = Schemas::of(format).unwrap_or_else(|| panic!("no schema of {format}"));
        let mut bodies = Vec::new();
        let mut counts: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
        for delivery in &fixtures.deliveries {
            for request in fixtures.said(format, delivery).requests {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                let Some(definition) = schemas.definition(&request.event, &body) else {
                    let event = &request.event;
                    faults.push(format!("{format}: {}: no schema of {event}", delivery.title()));
                    continue;
                };
                *counts
                    .entry(&delivery.example.forge)
                    .or_default()
                    .entry(request.event)
                    .or_default() += 1;
                let (schema, name) = (definition.schema, definition.name);
                let title = delivery.title();
                bodies.push(
                    json!({ "name": title, "schema": schema, "definition": name, "body": body }),
                );
            }
        }
        let held = bodies.len();
        let input = json!({ "schemas": schemas.0, "bodies": bodies });
        for result in conformance::node("formats.mjs", &input) {
            let definition = &result["definition"];
            faults
                .push(format!("{format}: {} ({definition}): {}", result["name"], result["faults"]));
        }
        show(format, held, &counts);
    }
    assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), faults.join("\n  "));
}

/// What a run showed, for who reads it with `--nocapture`.
#[expect(clippy::print_stderr, reason = "a summary for people, beside the test's own word")]
fn show(format: &str, held: usize, counts: &BTreeMap<&str, BTreeMap<String, usize>>) {
    eprintln!("{format}: {held} bodies held against the schema");
    for (forge, events) in counts {
        let events: Vec<_> =
            events.iter().map(|(event, count)| format!("{event} {count}")).collect();
        eprintln!("  from {forge}: {}", events.join(", "));
    }
}
