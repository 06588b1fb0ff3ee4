//! Events of which much is missing: a forge leaves out what it does not know.

use crate::fidelity::emitted::FIXTURES;
use forgeway::event::Event;
use serde_json::Value;
use std::collections::BTreeSet;

/// How often each event is holed, each time in other places.
const TIMES: u32 = 6;

/// What every event has.
const ALWAYS: &[&str] =
    &["id", "schema_version", "kind", "action", "index", "source", "auth", "defaulted"];

/// The first event of each kind from a forge that tells it, with holes.
pub(super) fn events() -> Vec<(String, Event)> {
    let mut seen = BTreeSet::new();
    let all = FIXTURES.deliveries.iter().flat_map(|delivery| &delivery.events);
    let first: Vec<_> = all.filter(|event| seen.insert(event.kind_or_other().as_str())).collect();
    let mut events = Vec::new();
    for event in first {
        let whole = serde_json::to_value(event).unwrap();
        for time in 0..TIMES {
            let mut holed = whole.clone();
            let map = holed.as_object_mut().unwrap();
            for (name, value) in map.iter_mut().filter(|(name, _)| !ALWAYS.contains(&name.as_str()))
            {
                hole(value, name, time);
            }
            // The last time, nothing is left of it but what every event has.
            map.retain(|name, _| time + 1 < TIMES || ALWAYS.contains(&name.as_str()));
            if let Ok(event) = serde_json::from_value(holed) {
                events.push((format!("{} with holes {time}", event_key(&whole)), event));
            }
        }
    }
    events
}

fn event_key(event: &Value) -> String {
    format!("{}.{}", event["kind"].as_str().unwrap(), event["action"].as_str().unwrap())
}

/// Leaves out about a third of the fields, by their paths.
fn hole(value: &mut Value, path: &str, time: u32) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| !is_hole(&format!("{path}.{name}"), time));
            map.iter_mut().for_each(|(name, value)| hole(value, &format!("{path}.{name}"), time));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| hole(value, path, time)),
        _ => {}
    }
}

/// A path is left out the same way in every run.
fn is_hole(path: &str, time: u32) -> bool {
    let start = 0x811c_9dc5_u32 ^ time;
    let sum =
        path.bytes().fold(start, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (sum >> 7) % 3 == 0
}
