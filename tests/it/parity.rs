//! One thing done on every forge gives one event: the scenarios of `tests/parity`.
//!
//! A folder is a scenario: `scenario.yaml` says what its event must be, `<forge>.json` is how a forge
//! says it, and `cannot` why the others do not. The table in `docs/parity.md` is made from them.

use crate::generated;
use forgeway::mapping::{Example, Mappings};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What is done, and the event it must be on every forge.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What is done, for people.
    title: String,
    /// What every forge says.
    core: Value,
    /// What those say alike that say it at all.
    #[serde(default)]
    said: Value,
    /// The paths of what must not be there.
    #[serde(default)]
    absent: Vec<String>,
    /// The forges that cannot say it, by the reason.
    cannot: BTreeMap<String, Vec<String>>,
}

/// How a forge says it.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Cell {
    /// The forge that says it with the same body: its headers and body are taken, those here win.
    like: Option<String>,
    #[serde(default)]
    headers: Map<String, Value>,
    /// The payload; text when it is sent as a form.
    body: Option<Value>,
    /// What the gateway knows beside the delivery.
    given: Option<Value>,
    /// What this forge says otherwise, by path, and `because`.
    #[serde(default)]
    differs: BTreeMap<String, Value>,
    because: Option<String>,
}

pub(crate) struct Row {
    name: String,
    scenario: Scenario,
    cells: BTreeMap<String, Cell>,
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap();
    let read = match path.extension().is_some_and(|extension| extension == "yaml") {
        true => serde_saphyr::from_str(&text).map_err(|error| error.to_string()),
        false => serde_json::from_str(&text).map_err(|error| error.to_string()),
    };
    read.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Every scenario.
pub(crate) fn rows() -> Vec<Row> {
    let folders = sorted(&crate::tidy::root().join("tests/parity"));
    let row = |folder: &PathBuf| {
        let files = sorted(folder);
        let cells = files.iter().filter(|file| file.extension().is_some_and(|it| it == "json"));
        Row {
            name: stem(folder),
            scenario: read(&folder.join("scenario.yaml")),
            cells: cells.map(|file| (stem(file), read(file))).collect(),
        }
    };
    folders.iter().map(row).collect()
}

/// The forges that anything is known of: one that a user's own mapping fills in is none.
fn forges(mappings: &Mappings) -> Vec<&str> {
    let names = mappings.forges().iter().map(|forge| forge.name.as_str());
    names.filter(|name| !mappings.received_kinds(name).is_empty()).collect()
}

impl Row {
    /// The scenario's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The delivery with which a forge says it, if it can.
    pub(crate) fn says(&self, forge: &str) -> Option<Result<Example, String>> {
        self.cells.contains_key(forge).then(|| self.delivery(forge))
    }

    /// The delivery with which a forge says it.
    pub(crate) fn delivery(&self, forge: &str) -> Result<Example, String> {
        let mut cell = self.cells[forge].clone();
        let mut seen = BTreeSet::from([forge.to_owned()]);
        while let Some(parent) = cell.like.take() {
            let borrowed = self.cells.get(&parent).filter(|_| seen.insert(parent.clone()));
            let mut borrowed = borrowed.ok_or(format!("no body to borrow from {parent}"))?.clone();
            borrowed.headers.append(&mut cell.headers);
            borrowed.body = cell.body.or(borrowed.body);
            borrowed.given = cell.given.or(borrowed.given);
            cell = borrowed;
        }
        let mut headers = HeaderMap::new();
        for (name, value) in cell.headers.iter().filter(|(_, value)| !value.is_null()) {
            let name: HeaderName = name.parse().map_err(|_| format!("`{name}` is no header"))?;
            let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
            headers.insert(name, value.ok_or("a header's value is text")?);
        }
        let body = match cell.body.ok_or("there is no body")? {
            Value::String(text) => text,
            body => body.to_string(),
        };
        let given = cell.given.map(serde_json::from_value).transpose();
        Ok(Example {
            forge: forge.to_owned(),
            name: self.name.clone(),
            headers,
            body,
            given: given.map_err(|error| format!("given: {error}"))?.unwrap_or_default(),
            events: None,
        })
    }

    /// What a forge's event lacks or says otherwise.
    fn faults(&self, mappings: &Mappings, forge: &str) -> Vec<String> {
        let events = self.delivery(forge).and_then(|delivery| mappings.example_events(&delivery));
        let events = match events {
            Ok(events) => events,
            Err(error) => return vec![error],
        };
        let events = events.as_array().cloned().unwrap_or_default();
        let companion = |event: &&Value| event.get("companion_of").is_none();
        let primary: Vec<&Value> = events.iter().filter(companion).collect();
        let [event] = primary[..] else {
            let keys = primary.iter().map(|event| format!("{}.{}", event["kind"], event["action"]));
            return vec![format!(
                "one event was expected: {}",
                keys.collect::<Vec<_>>().join(", ")
            )];
        };
        let mut faults = Vec::new();
        let differs = &self.cells[forge].differs;
        compare(&self.scenario.core, event, "", differs, true, &mut faults);
        compare(&self.scenario.said, event, "", differs, false, &mut faults);
        for path in &self.scenario.absent {
            let found = path.split('.').try_fold(event, |value, key| value.get(key));
            if let Some(found) = found.filter(|_| !differs.contains_key(path)) {
                faults.push(format!("{path} should not be there, and is {found}"));
            }
        }
        faults
    }
}

/// Holds an event against what is expected, leaf by leaf; what is not `must` may be absent.
fn compare(
    expected: &Value,
    given: &Value,
    path: &str,
    differs: &BTreeMap<String, Value>,
    must: bool,
    faults: &mut Vec<String>,
) {
    let own = differs.get(path);
    match (expected, own) {
        (Value::Object(expected), None) => {
            for (key, expected) in expected {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let given = given.get(key).unwrap_or(&Value::Null);
                compare(expected, given, &path, differs, must, faults);
            }
        }
        (Value::Null, None) => {}
        (expected, own) => {
            let expected = own.unwrap_or(expected);
            if given != expected && (must || !given.is_null()) {
                faults.push(format!("{path} should be {expected}, and is {given}"));
            }
        }
    }
}

#[test]
fn the_same_thing_gives_the_same_event_on_every_forge() {
    let mappings = Mappings::embedded().unwrap();
    let mut faults = Vec::new();
    for row in rows() {
        let excused: BTreeSet<&String> = row.scenario.cannot.values().flatten().collect();
        for name in forges(&mappings) {
            let own = excused.iter().any(|excused| excused.as_str() == name);
            let found = match (row.cells.contains_key(name), own) {
                (true, false) => row.faults(&mappings, name),
                (false, true) => Vec::new(),
                (true, true) => vec!["has a fixture and a reason for having none".to_owned()],
                (false, false) => vec!["has neither a fixture nor a reason".to_owned()],
            };
            faults.extend(found.into_iter().map(|fault| format!("{}/{name}: {fault}", row.name)));
        }
        let known = |name: &&String| mappings.forge(name).is_none();
        let unknown = row.cells.keys().chain(excused.iter().copied()).filter(known);
        faults.extend(unknown.map(|name| format!("{}/{name}: no such forge", row.name)));
        for (name, cell) in &row.cells {
            if cell.differs.is_empty() != cell.because.is_none() {
                faults.push(format!("{}/{name}: what differs has its `because`", row.name));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_table_in_the_docs_is_made_from_the_scenarios() {
    let mappings = Mappings::embedded().unwrap();
    generated::compare("docs/parity.md", &table(&mappings, &rows()));
}

/// The scenarios and the forges, with the reasons of what is missing below.
fn table(mappings: &Mappings, rows: &[Row]) -> String {
    let forges = forges(mappings);
    let cells: usize = rows.iter().map(|row| row.cells.len()).sum();
    let mut text = format!(
        "# The same thing, on every forge\n\nEach row is something that people do, and the one event that it must become whichever forge says it; \
         each `yes` is a delivery in\n`tests/parity` that does. A number points to the reason below why a forge cannot say it, or to what it says otherwise.\n\
         {cells} of {} cells are filled. This page is made from the tests: `BLESS=1 cargo test --test it parity`.\n\n",
        rows.len() * forges.len(),
    );
    let _ = writeln!(text, "| what is done | event | {} |", forges.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "---|".repeat(forges.len()));
    let mut notes: Vec<String> = Vec::new();
    let mut note = |reason: &str| {
        let known = notes.iter().position(|known| known == reason);
        known.unwrap_or_else(|| {
            notes.push(reason.to_owned());
            notes.len() - 1
        }) + 1
    };
    for row in rows {
        let core = &row.scenario.core;
        let word = |key: &str| core[key].as_str().unwrap_or_default().to_owned();
        let cell = |forge: &&str| match row.cells.get(*forge) {
            Some(Cell { because: Some(because), .. }) => format!("yes ({})", note(because)),
            Some(_) => "yes".to_owned(),
            None => {
                let reasons = row.scenario.cannot.iter();
                let mut own = reasons.filter(|(_, forges)| forges.iter().any(|name| name == forge));
                own.next().map_or_else(String::new, |(reason, _)| format!("({})", note(reason)))
            }
        };
        let line: Vec<String> = forges.iter().map(cell).collect();
        let (title, kind, action) = (&row.scenario.title, word("kind"), word("action"));
        let _ = writeln!(text, "| {title} | `{kind}.{action}` | {} |", line.join(" | "));
    }
    text.push('\n');
    for (at, note) in notes.iter().enumerate() {
        let _ = writeln!(text, "{}. {note}", at + 1);
    }
    text
}
