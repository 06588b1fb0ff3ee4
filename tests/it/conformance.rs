//! Node.js and what it runs; and GitHub's own library takes what we emit: every example of every forge,
//! said in its format (`tests/conformance/receive.mjs`). What it must *say* is held elsewhere: by schemas in
//! `fidelity`, by what real receivers understand in `receivers`.

use crate::examples::{input, json};
use forgeway::config::Credential;
use forgeway::egress::sign;
use forgeway::event::Event;
use forgeway::mapping::{Example, Mappings, TargetFacts};
use forgeway::scheme::Outbound;
use forgeway::secret::Secret;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Once;

const FORMAT: &str = "github";
const SECRET: &str = "conformance";
const ID: &str = "0198c0de-0000-7000-8000-00000000cafe";

fn folder() -> PathBuf {
    crate::tidy::root().join("tests/conformance")
}

/// Installs the receivers, unless the lock file's are there already.
fn install() {
    let installed = folder().join("node_modules/.package-lock.json");
    let modified = |path: PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    if modified(installed) > modified(folder().join("package-lock.json")) {
        return;
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let status = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder())
        .status()
        .expect("npm is needed for the real receivers: install Node.js");
    assert!(status.success(), "`npm ci` failed in tests/conformance");
}

/// Installs the receivers once, whoever asks.
pub(crate) fn installed() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(install);
}

/// Feeds something to one of the scripts of the folder and gives what it found.
pub(crate) fn node(script: &str, input: &Value) -> Vec<Value> {
    serde_json::from_str(&run(script, &input.to_string())).unwrap()
}

/// Feeds values to a script that reads one a line and says one a line.
pub(crate) fn node_lines(script: &str, input: impl Iterator<Item = Value>) -> Vec<Value> {
    let input: String = input.map(|value| format!("{value}\n")).collect();
    run(script, &input).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The same for a script of Python.
pub(crate) fn python_lines(script: &str, input: impl Iterator<Item = Value>) -> Vec<Value> {
    let input: String = input.map(|value| format!("{value}\n")).collect();
    let said = fed(&crate::receivers::install::python(), script, &input);
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn run(script: &str, input: &str) -> String {
    installed();
    fed("node".as_ref(), script, input)
}

/// What a script says to an input.
fn fed(interpreter: &Path, script: &str, input: &str) -> String {
    let mut program = Command::new(interpreter)
        .arg(script)
        .current_dir(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js and Python are needed for the real receivers: install them");
    let mut stdin = program.stdin.take().unwrap();
    // It may answer before it has read all: somebody must listen meanwhile.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()).unwrap());
        program.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{script} failed");
    String::from_utf8(output.stdout).unwrap()
}

/// What an example becomes in the format, as deliveries for the receiver.
fn deliveries(mappings: &Mappings, example: &Example) -> Vec<Value> {
    let text = json(mappings, example);
    let events = mappings.normalize(&input(example, &text)).unwrap().events;
    let said = |event: &Event| mappings.emit(FORMAT, &[event], &target(), ID).unwrap().requests;
    let delivery = |request: forgeway::mapping::Request| {
        serde_json::json!({
            "name": format!("{}/{}", example.forge, example.name),
            "secret": SECRET,
            "headers": signed(mappings, &request),
            "body_text": String::from_utf8(request.body).unwrap(),
        })
    };
    events.iter().flat_map(said).map(delivery).collect()
}

fn target() -> TargetFacts {
    TargetFacts { name: "receiver".into(), ..TargetFacts::default() }
}

/// The headers of a request, with its signatures.
fn signed(mappings: &Mappings, request: &forgeway::mapping::Request) -> Map<String, Value> {
    let credential = Credential { secrets: vec![Secret::new(SECRET)], ..Credential::default() };
    let forge = mappings.forge(FORMAT).unwrap();
    let default = &mappings.format(FORMAT).unwrap().sign;
    let timestamp = jiff::Timestamp::now();
    let message = Outbound::new(&request.body, ID, timestamp);
    let signatures = sign(&[credential], Some(forge), default, &message).unwrap().headers;
    let all = request.headers.iter().cloned().chain(signatures);
    all.map(|(name, value)| (name, value.into())).collect()
}

#[test]
fn githubs_own_library_takes_what_we_emit() {
    let mappings = Mappings::embedded().unwrap();
    let examples = mappings.examples().into_iter().map(Result::unwrap);
    let deliveries: Vec<Value> =
        examples.flat_map(|example| deliveries(&mappings, &example)).collect();
    assert!(!deliveries.is_empty(), "no example becomes anything in this format");
    let (mut faults, mut accepted) = (Vec::new(), BTreeSet::new());
    for result in node("receive.mjs", &deliveries.into()) {
        let event = result["event"].as_str().unwrap();
        accepted.insert(event.to_owned());
        for fault in result["faults"].as_array().unwrap() {
            faults.push(format!("{} ({event}): {fault}", result["name"]));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), faults.join("\n  "));
    for event in ["push", "create", "delete", "pull_request opened", "issue_comment created"] {
        assert!(accepted.contains(event), "no example becomes `{event}`");
    }
}
