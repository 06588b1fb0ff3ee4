//! The JSON Schema of the canonical events: the one in the repository is the program's own, and
//! every event of every example keeps to it.

use crate::{conformance, generated, program};
use forgeway::mapping::Mappings;
use serde_json::Value;

#[test]
fn the_schema_in_the_repository_is_what_the_program_prints() {
    generated::compare("docs/event.schema.json", &program::run(["schema"]).out());
}

#[test]
fn the_matrix_in_the_docs_is_what_the_program_prints() {
    generated::compare("docs/forges.md", &program::run(["forges", "--markdown"]).out());
}

/// Holds values against the schema and gives the faults, by name.
fn hold(values: &[Value]) -> Vec<String> {
    let schema = forgeway::event::schema();
    let input = serde_json::json!({ "schema": schema, "values": values });
    let mut faults = Vec::new();
    for result in conformance::node("hold.mjs", &input) {
        for fault in result["faults"].as_array().unwrap() {
            faults.push(format!("{}: {fault}", result["name"]));
        }
    }
    faults
}

#[test]
fn every_event_of_every_example_keeps_to_the_schema() {
    let mappings = Mappings::embedded().unwrap();
    let mut values = Vec::new();
    for example in mappings.examples() {
        let example = example.unwrap();
        let events = mappings.example_events(&example).unwrap();
        for mut event in events.as_array().unwrap().iter().cloned() {
            // An example is given without what differs at each delivery.
            event["id"] = Value::from("0b5e9c0e-0000-5000-8000-000000000000");
            let name = format!("{}/{}", example.forge, example.name);
            values.push(serde_json::json!({ "name": name, "value": event }));
        }
    }
    let faults = hold(&values);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_schema_refuses_what_the_model_does_not_have() {
    let holds = |kind: &str, action: &str, more: Value| {
        let mut event = serde_json::json!({
            "id": "1", "schema_version": 1, "kind": kind, "action": action, "index": 0, "source": {},
        });
        event.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        hold(&[serde_json::json!({ "name": kind, "value": event })]).is_empty()
    };
    let issue = serde_json::json!({ "issue": { "number": "I1AB" } });
    assert!(holds("issue", "opened", issue.clone()));
    assert!(!holds("issue", "merged", issue), "an action of another kind");
    assert!(!holds("issue", "opened", Value::Null), "no subject");
    let misspelt = serde_json::json!({ "issue": { "number": 1, "titel": "x" } });
    assert!(!holds("issue", "opened", misspelt), "a field of no record");
    assert!(!holds("thing", "opened", Value::Null), "no such kind");
}
