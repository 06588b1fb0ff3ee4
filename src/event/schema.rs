//! The model as a JSON Schema, made from its own field tables.

use super::{Event, Kind, SCHEMA_VERSION};
use crate::value::{FieldKind, Shape};
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of a canonical event: every record with its fields, every closed
/// set of words, and for each kind its actions and what it cannot be without.
pub fn schema() -> Value {
    let mut records = Map::new();
    let mut event = record(Event::SHAPE, &mut records);
    // The event itself stands at the top and not among its parts.
    records.remove(Event::SHAPE.name);
    let kinds = Kind::ALL.iter().map(|kind| rules(*kind));
    event["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    event["$id"] = format!("urn:forgeway:event:{SCHEMA_VERSION}").into();
    event["title"] = "A canonical event".into();
    event["required"] = json!(["id", "schema_version", "kind", "action", "index", "source"]);
    event["properties"]["schema_version"]["const"] = SCHEMA_VERSION.into();
    event["allOf"] = kinds.collect();
    event["$defs"] = Value::Object(records);
    event
}

/// What holds for the events of one kind.
fn rules(kind: Kind) -> Value {
    let mut then = json!({ "properties": { "action": { "enum": kind.actions() } } });
    for path in kind.mandatory() {
        require(&mut then, path);
    }
    json!({ "if": { "properties": { "kind": { "const": kind } } }, "then": then })
}

/// Demands that a path is there, level by level.
fn require(schema: &mut Value, path: &[&str]) {
    let Some((key, rest)) = path.split_first() else { return };
    let needed = &mut schema["required"];
    match needed.as_array_mut() {
        Some(keys) if keys.iter().any(|known| known == key) => {}
        Some(keys) => keys.push((*key).into()),
        None => *needed = json!([key]),
    }
    if !rest.is_empty() {
        require(&mut schema["properties"][key], rest);
    }
}

/// The schema of a record; the records that it holds are put beside it, each once.
fn record(shape: &'static Shape, records: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for field in shape.fields {
        let mut schema = kind((field.kind)(), records);
        schema["description"] = field.doc.trim().into();
        properties.insert(field.name.to_owned(), schema);
    }
    let further = match shape.open {
        Some(open) => kind(open(), records),
        None => false.into(),
    };
    json!({
        "type": "object",
        "description": shape.doc.trim(),
        "properties": properties,
        "additionalProperties": further,
    })
}

fn kind(kind_of: FieldKind, records: &mut Map<String, Value>) -> Value {
    match kind_of {
        FieldKind::Text => json!({ "type": "string" }),
        FieldKind::Integer => json!({ "type": "integer" }),
        FieldKind::Number => json!({ "type": ["integer", "string"] }),
        FieldKind::Bool => json!({ "type": "boolean" }),
        FieldKind::Time => json!({ "type": "string", "format": "date-time" }),
        FieldKind::Word(words) => json!({ "enum": words }),
        FieldKind::List(of) => json!({ "type": "array", "items": kind(of(), records) }),
        FieldKind::Json => json!({}),
        FieldKind::Record(shape) => {
            if !records.contains_key(shape.name) {
                // Taken before its fields are looked at: records may contain themselves.
                records.insert(shape.name.to_owned(), Value::Null);
                let made = record(shape, records);
                records.insert(shape.name.to_owned(), made);
            }
            json!({ "$ref": format!("#/$defs/{}", shape.name) })
        }
    }
}
