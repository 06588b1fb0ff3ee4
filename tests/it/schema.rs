//! The JSON Schema of the canonical events: the one in the repository is the program's own, and
//! every event of every example keeps to it.

use crate::{generated, program};
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

#[test]
fn every_event_of_every_example_keeps_to_the_schema() {
    let schema = forgeway::event::schema();
    let schema = jsonschema::draft202012::options().should_validate_formats(true).build(&schema);
    let schema = schema.unwrap();
    let mappings = Mappings::embedded().unwrap();
    let mut faults = Vec::new();
    for example in mappings.examples() {
        let example = example.unwrap();
        let mut events = mappings.example_events(&example).unwrap();
        for event in events.as_array_mut().unwrap() {
            // An example is given without what differs at each delivery.
            event["id"] = Value::from("0b5e9c0e-0000-5000-8000-000000000000");
            let faulty = schema.iter_errors(event);
            faults.extend(faulty.map(|error| {
                format!("{}/{}: {}: {error}", example.forge, example.name, error.instance_path())
            }));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_schema_refuses_what_the_model_does_not_have() {
    let schema = jsonschema::draft202012::new(&forgeway::event::schema()).unwrap();
    let event = |kind: &str, action: &str, more: Value| {
        let mut event = serde_json::json!({
            "id": "1", "schema_version": 1, "kind": kind, "action": action, "index": 0, "source": {},
        });
        event.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        event
    };
    let issue = serde_json::json!({ "issue": { "number": "I1AB" } });
    assert!(schema.is_valid(&event("issue", "opened", issue.clone())));
    assert!(!schema.is_valid(&event("issue", "merged", issue)), "an action of another kind");
    assert!(!schema.is_valid(&event("issue", "opened", Value::Null)), "no subject");
    let misspelt = serde_json::json!({ "issue": { "number": 1, "titel": "x" } });
    assert!(!schema.is_valid(&event("issue", "opened", misspelt)), "a field of no record");
    assert!(!schema.is_valid(&event("thing", "opened", Value::Null)), "no such kind");
}
