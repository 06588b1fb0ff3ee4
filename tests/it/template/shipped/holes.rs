//! Events of which much is missing: a forge leaves out what it does not know.

use crate::fidelity::emitted::FIXTURES;
use forgeway::event::Event;
use serde_json::Value;
use std::collections::BTreeSet;

/// How often each event is holed, each time in other places.
const TIMES: usize = 2;

/// What every event has.
const ALWAYS: &[&str] =
    &["id", "schema_version", "kind", "action", "index", "source", "auth", "defaulted"];

/// The first event of each kind and action, with holes; and the first of each kind with nothing but what every
/// event has.
pub(super) fn events() -> Vec<(String, Event)> {
    let (mut keys, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    let all = FIXTURES.deliveries.iter().flat_map(|delivery| &delivery.events);
    let mut events = Vec::new();
    let all = all.filter(|event| keys.insert(event.key()));
    for (at, event) in all.enumerate() {
        let whole = serde_json::to_value(event).unwrap();
        let mut add = |time: usize, leave_all: bool| {
            let mut holed = whole.clone();
            let map = holed.as_object_mut().unwrap();
            map.retain(|name, _| !leave_all || ALWAYS.contains(&name.as_str()));
            for (name, value) in map.iter_mut().filter(|(name, _)| !ALWAYS.contains(&name.as_str()))
            {
                hole(value, name, time);
            }
            // A few fields are never missing in what they belong to.
            if let Ok(event) = serde_json::from_value(holed) {
                events.push((format!("{} with holes {time}", event_key(&whole)), event));
            }
        };
        (at * TIMES..(at + 1) * TIMES).for_each(|time| add(time, false));
        if kinds.insert(event.kind_or_other().as_str()) {
            add(0, true);
        }
    }
    events
}

fn event_key(event: &Value) -> String {
    format!("{}.{}", event["kind"].as_str().unwrap(), event["action"].as_str().unwrap())
}

/// Leaves out about a third of the fields, by their paths.
fn hole(value: &mut Value, path: &str, time: usize) {
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
fn is_hole(path: &str, time: usize) -> bool {
    let start = 0x811c_9dc5_u32 ^ u32::try_from(time).unwrap();
    let sum =
        path.bytes().fold(start, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (sum >> 7) % 3 == 0
}
