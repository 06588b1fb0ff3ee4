//! The mapping language, case by case: each file in `tests/mapping/` is one.
//!
//! A case is a text file of sections. A section starts with `--- NAME` on a line of its own and is a
//! file of a mapping folder, or, in `good/`, `--- body`, `--- given` (what else is known) and `--- events` (what they must give), or,
//! in `said/`, `--- events`, `--- target` (what is not as usual about it) and `--- requests` (how they must be said), or, in `bad/`,
//! `--- faults` (what the checker must say). A new case is a new file.

use forgeway::event::{Auth, Event, Source};
use forgeway::mapping::{Input, MappingErrors, Mappings, Request, Skip, TargetFacts};
use http::HeaderMap;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FORGE: &str = "\
title: Demo
precedence: 1000
event: [ { header: x-demo-event } ]
events: { demo: demo }
";

struct Case {
    name: String,
    sections: BTreeMap<String, String>,
    folder: tempfile::TempDir,
}

impl Case {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut sections: BTreeMap<String, String> = BTreeMap::new();
        let mut section = String::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("--- ") {
                name.trim().clone_into(&mut section);
                sections.insert(section.clone(), String::new());
            } else if let Some(text) = sections.get_mut(&section) {
                text.push_str(line);
                text.push('\n');
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let case = Self { name: path.display().to_string(), sections, folder };
        case.write("demo/forge.yaml", FORGE);
        for (name, text) in case.sections.iter().filter(|(name, _)| name.ends_with(".yaml")) {
            case.write(&format!("demo/{name}"), text);
        }
        case
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn section(&self, name: &str) -> &str {
        self.sections.get(name).unwrap_or_else(|| panic!("{}: no section {name}", self.name))
    }

    /// Compares the last section with what was given, or rewrites it.
    #[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
    fn expect(&self, section: &str, given: &str) {
        if std::env::var_os("BLESS").is_some() {
            let text = std::fs::read_to_string(&self.name).unwrap();
            let (before, _) = text.split_once(&format!("--- {section}\n")).unwrap();
            std::fs::write(&self.name, format!("{before}--- {section}\n{given}\n")).unwrap();
        } else {
            assert!(given == self.section(section).trim_end(), "{} gives\n{given}", self.name);
        }
    }

    /// The mappings of the case alone: nobody else's are compiled.
    fn load(&self) -> Result<Mappings, MappingErrors> {
        let mappings = Mappings::on_demand(Some(self.folder.path()))?;
        match mappings.faults_of("demo") {
            none if none.is_empty() => Ok(mappings),
            faults => Err(MappingErrors::Faults(faults)),
        }
    }
}

fn cases(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mapping").join(folder);
    let mut paths: Vec<_> = root.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
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
    for path in cases("good") {
        let case = Case::read(&path);
        let mappings = case.load().unwrap_or_else(|error| panic!("{}: {error}", case.name));
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
    for path in cases("said") {
        let case = Case::read(&path);
        let mappings = case.load().unwrap_or_else(|error| panic!("{}: {error}", case.name));
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
    for path in cases("bad") {
        let case = Case::read(&path);
        let error = case.load().err().unwrap_or_else(|| panic!("{} was taken", case.name));
        let MappingErrors::Faults(faults) = error else { panic!("{}: {error}", case.name) };
        let root = format!("{}/", case.folder.path().display());
        let given: Vec<String> =
            faults.iter().map(|fault| fault.to_string().replace(&root, "")).collect();
        case.expect("faults", &given.join("\n"));
    }
}
