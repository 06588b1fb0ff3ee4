//! Templates, case by case: each file in `tests/template/` is one.
//!
//! A section that is called like a file is one of
//! the template `demo`; `--- event` and `--- given` (payload, headers, vars) are what it renders, where they are
//! not as usual. In `good/`, `--- request` is what is sent; in `bad/`, `--- faults` what is wrong with the
//! template when it is loaded; in `failed/`, `--- error` why an event could not be rendered. A new case is a
//! new file.

use crate::case::{self, Case};
use forgeway::event::Event;
use forgeway::mapping::Mappings;
use forgeway::template::{Given, Rendering, Templates};
use serde_json::{Map, Value, json};
use std::sync::{Arc, LazyLock};

mod commands;
mod injection;
mod shipped;
mod watch;

/// The templates in the binary and those of `tests/template/folder/`.
pub(crate) static TEMPLATES: LazyLock<Arc<Templates>> = LazyLock::new(|| {
    let folder = crate::tidy::root().join("tests/template/folder");
    Arc::new(Templates::load(Some(&folder), &[]).unwrap())
});

/// The event of a case that does not bring one.
const EVENT: &str = r#"{
    "id": "1", "kind": "issue", "action": "opened",
    "actor": { "login": "ada" },
    "repository": { "full_path": "team/tool", "name": "tool" },
    "issue": { "number": 7, "title": "It \"breaks\"\nat once", "created_at": "2026-03-01T12:30:00Z",
               "labels": [ { "name": "bug" }, { "name": "ui" } ] }
}"#;

/// A case of a template.
struct Demo(Case);

impl Demo {
    fn load(&self) -> Templates {
        Templates::load(Some(self.0.folder.path()), &[]).unwrap()
    }

    fn json(&self, section: &str, or: &str) -> Value {
        serde_json::from_str(self.0.sections.get(section).map_or(or, String::as_str)).unwrap()
    }

    /// What becomes of the event, or why nothing does.
    fn render(&self, templates: &Templates) -> String {
        let event: Event = serde_json::from_value(self.json("event", EVENT)).unwrap();
        let given = self.json("given", "{}");
        let mut raw = given["raw"].clone();
        // A number stands for a list so long: nobody wants to read it.
        if let Some(count) = given["list"].as_u64() {
            raw = json!({ "list": (0..count).collect::<Vec<_>>() });
        }
        let pairs = |key: &str| given[key].as_object().cloned().unwrap_or_default();
        let headers: Vec<_> = pairs("headers")
            .into_iter()
            .map(|(name, value)| (name, value.as_str().unwrap().to_owned()))
            .collect();
        let rendered = templates.render(
            "demo",
            &Given {
                event: &event,
                raw: &raw.to_string(),
                headers: &headers,
                target: "chat",
                vars: &pairs("vars"),
                id: "0190-1",
                now: "2026-03-01T13:00:00Z".parse().unwrap(),
            },
        );
        match rendered {
            Ok(Rendering::Request(request)) => request.shown().trim_end().to_owned(),
            Ok(Rendering::Skipped(reason)) => format!("skipped: {reason}"),
            Err(error) => self.0.short(&error.to_string()),
        }
    }
}

fn cases(folder: &str) -> impl Iterator<Item = Demo> {
    let paths = case::paths(&format!("template/{folder}"));
    paths.into_iter().map(|path| Demo(Case::read(&path, "template.yaml", "")))
}

#[test]
fn good_templates_say_their_events() {
    for case in cases("good") {
        let templates = case.load();
        let faults: Vec<_> = templates.faults().iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}: {}", case.0.name, faults.join("\n"));
        case.0.expect("request", &case.render(&templates));
    }
}

#[test]
fn bad_templates_are_refused_with_their_places_and_harm_no_other() {
    for case in cases("bad") {
        let templates = case.load();
        let faults = templates.faults();
        let shown: Vec<_> = faults.iter().map(|fault| case.0.short(&fault.to_string())).collect();
        assert!(!faults.is_empty(), "{} was taken", case.0.name);
        let refused = case.render(&templates);
        assert!(refused.starts_with("the template `demo` cannot be used"), "{refused}");
        assert!(templates.get("plain").unwrap().faults().is_empty());
        case.0.expect("faults", &shown.join("\n"));
    }
}

#[test]
fn what_cannot_be_rendered_says_where_and_why() {
    for case in cases("failed") {
        let templates = case.load();
        let faults: Vec<_> = templates.faults().iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}: {}", case.0.name, faults.join("\n"));
        case.0.expect("error", &case.render(&templates));
    }
}

#[test]
fn the_templates_that_ship_have_no_faults_and_their_examples_hold() {
    let templates = Templates::embedded();
    let faults = templates.faults();
    assert!(faults.is_empty(), "{}", faults[0]);
    let mappings = Mappings::on_demand(None).unwrap();
    let examples = templates.examples();
    for (template, name) in &examples {
        if let Err(fault) = templates.check_example(&mappings, template, name) {
            panic!("{fault}");
        }
    }
    for template in templates.all() {
        let has = |(of, _): &(&str, &str)| *of == template.name();
        assert!(examples.iter().any(has), "{} has no example", template.name());
        assert!(template.settings().doc.is_some(), "{} does not say its use", template.name());
    }
}

/// Templates with one that is called `demo` and has these files.
fn demo(files: &[(&str, &str)]) -> Templates {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    std::fs::create_dir_all(&demo).unwrap();
    for (name, text) in files {
        std::fs::write(demo.join(name), text).unwrap();
    }
    Templates::load(Some(folder.path()), &[]).unwrap()
}

/// What `demo` makes of an event about something that is called so.
fn rendered(templates: &Templates, text: &str) -> Result<Rendering, String> {
    let event: Event = serde_json::from_value(json!({
        "kind": "issue", "action": "opened",
        "actor": { "login": text },
        "issue": { "number": 1, "title": text, "body": text },
    }))
    .unwrap();
    let given = Given {
        event: &event,
        raw: "{}",
        headers: &[],
        target: "t",
        vars: &Map::new(),
        id: "1",
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    templates.render("demo", &given).map_err(|error| error.to_string())
}
