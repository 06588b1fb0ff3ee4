//! The mapping language, case by case: each file in `tests/mapping/` is one.
//!
//! A section of a case is a file of a mapping folder, or, in `good/`, `--- body`, `--- given` (what else is known) and `--- events` (what they must give), or,
//! in `said/`, `--- events`, `--- target` (what is not as usual about it) and `--- requests` (how they must be said), or, in `bad/`,
//! `--- faults` (what the checker must say). A new case is a new file.

use crate::case::{self, Case};
use forgeway::event::{Auth, Event, Source};
use forgeway::mapping::{Input, MappingErrors, Mappings, Request, Skip, TargetFacts};
use http::HeaderMap;
use serde_json::Value;

const FORGE: &str = "\
title: Demo
precedence: 1000
event: [ { header: x-demo-event } ]
events: { demo: demo }
";

/// The mappings of a case alone: nobody else's are compiled.
fn load(case: &Case) -> Result<Mappings, MappingErrors> {
    let mappings = Mappings::on_demand(Some(case.folder.path()))?;
    match mappings.faults_of("demo") {
        none if none.is_empty() => Ok(mappings),
        faults => Err(MappingErrors::Faults(faults)),
    }
}

fn cases(folder: &str) -> impl Iterator<Item = Case> {
    let paths = case::paths(&format!("mapping/{folder}"));
    paths.into_iter().map(|path| Case::read(&path, "forge.yaml", FORGE))
}

/// The events without what is the same in every case.
fn events(mappings: &Mappings, body: &str, given: Option<&str>) -> Vec<Value> {
    let mut headers = HeaderMap::new();
    headers.insert("x-demo-event", "demo".parse().unwrap());
    headers.insert("x-demo-extra", "extra".parse().unwrap());
    let input = Input {
        forge: "demo",
        text: body,
        headers: &headers,
        source: Source::default(),
        auth: Auth::default(),
        given: given.map(|text| serde_json::from_str(text).unwrap()).unwrap_or_default(),
    };
    let normal = mappings.normalize(&input).unwrap();
    let bare = |event| {
        let mut event = serde_json::to_value(event).unwrap();
        for key in ["id", "schema_version", "source", "auth"] {
            event.as_object_mut().unwrap().remove(key);
        }
        event
    };
    let skipped = normal.skipped.map(|reason| serde_json::json!({ "skipped": reason }));
    let memory = normal.memory.map(|memory| {
        let at = memory.at.to_string();
        serde_json::json!({ "remembers": memory.value, "under": memory.key, "at": at })
    });
    normal.events.into_iter().map(bare).chain(skipped).chain(memory).collect()
}

#[test]
fn good_mappings_give_their_events() {
    for case in cases("good") {
        let mappings = load(&case).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let given = case.sections.get("given").map(String::as_str);
        let given = events(&mappings, case.section("body"), given);
        case.expect("events", &serde_json::to_string_pretty(&given).unwrap());
    }
}

/// A target that differs from the usual one in what the section says.
fn target(section: Option<&String>) -> TargetFacts {
    let said: Value = section.map_or(Value::Null, |text| serde_json::from_str(text).unwrap());
    TargetFacts {
        companions: said["companions"].as_bool().unwrap_or(true),
        id_bits: said["id_bits"].as_u64().map(|bits| bits.try_into().unwrap()),
        ..TargetFacts::default()
    }
}

#[test]
fn formats_say_events_of_one_delivery() {
    for case in cases("said") {
        let mappings = load(&case).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let events: Vec<Event> = serde_json::from_str(case.section("events")).unwrap();
        let events: Vec<_> = events.iter().collect();
        let target = target(case.sections.get("target"));
        let said = mappings.emit("demo", &events, &target, "first").unwrap();
        let request = |request: &Request| {
            serde_json::json!({
                "events": request.events,
                "id": request.id,
                "event": request.event,
                "headers": request.headers,
                "body": serde_json::from_slice::<Value>(&request.body).unwrap(),
                "defaulted": forgeway::mapping::defaulted(&request.body, &request.classes),
            })
        };
        let skip =
            |skip: &Skip| serde_json::json!({ "skipped": skip.event, "reason": skip.reason });
        let requests = said.requests.iter().map(request);
        let given: Vec<_> = requests.chain(said.skipped.iter().map(skip)).collect();
        case.expect("requests", &serde_json::to_string_pretty(&given).unwrap());
    }
}

#[test]
fn bad_mappings_are_refused_with_their_places() {
    for case in cases("bad") {
        let error = load(&case).err().unwrap_or_else(|| panic!("{} was taken", case.name));
        let MappingErrors::Faults(faults) = error else { panic!("{}: {error}", case.name) };
        let given: Vec<String> =
            faults.iter().map(|fault| case.short(&fault.to_string())).collect();
        case.expect("faults", &given.join("\n"));
    }
}
