//! A receiver's folder, and the program that it starts.

use super::facts::{Facts, Understands};
use super::install;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Long enough on the slowest machine; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// What everything is signed with.
pub(super) const SECRET: &str = "out";

/// What `receiver.yaml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Receiver {
    #[serde(skip)]
    name: String,
    /// What it is, for people.
    #[serde(rename = "title")]
    _title: String,
    /// What runs its script.
    needs: install::Needs,
    /// The Debian package with the command of the same name that its script starts.
    command: Option<String>,
    /// The script that starts it, in its folder.
    script: String,
    /// Scenarios that are not played to it.
    #[serde(default)]
    pub(super) leaves_out: Vec<String>,
    /// What it listens to.
    pub(super) hooks: Vec<Hook>,
}

/// One address of a receiver.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct Hook {
    /// The format that it takes.
    pub(super) format: String,
    /// Its path.
    pub(super) path: String,
    /// Whether it is sent what only accompanies something else; left out: it is.
    #[serde(default = "yes")]
    pub(super) companions: bool,
    /// The facts that it understands of each kind.
    pub(super) understands: Understands,
    /// What it pays no heed to, as `kind` or `kind.action`, and why.
    #[serde(default)]
    ignores: BTreeMap<String, String>,
    /// What it says no to, as `kind` or `kind.action`, and why.
    #[serde(default)]
    refuses: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

impl Hook {
    /// Everything that it understands, as `kind.name`.
    pub(super) fn facts(&self) -> impl Iterator<Item = String> {
        let kinds = self.understands.iter();
        kinds.flat_map(|(kind, names)| names.iter().map(move |name| format!("{kind}.{name}")))
    }

    /// Whether it says no to something.
    pub(super) fn refuses(&self, facts: &Facts) -> bool {
        listed(&self.refuses, facts)
    }

    /// Whether it should understand something.
    pub(super) fn heeds(&self, facts: &Facts) -> bool {
        let told = self.understands.contains_key(facts["kind"].as_str().unwrap());
        told && !self.refuses(facts) && !listed(&self.ignores, facts)
    }
}

/// Whether a kind, or a kind with its action, is in a list.
fn listed(list: &BTreeMap<String, String>, facts: &Facts) -> bool {
    let word = |name: &str| facts[name].as_str().unwrap();
    let kind = word("kind");
    list.contains_key(kind) || list.contains_key(&format!("{kind}.{}", word("action")))
}

/// The folder of the receivers.
pub(super) fn folder() -> PathBuf {
    crate::tidy::root().join("tests/conformance")
}

impl Receiver {
    /// Reads a receiver's folder.
    pub(super) fn read(name: &str) -> Self {
        let path = folder().join(name).join("receiver.yaml");
        let text = std::fs::read_to_string(&path).unwrap();
        let read = serde_saphyr::from_str(&text);
        let read: Self = read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { name: name.to_owned(), ..read }
    }

    /// Starts it, once what it needs is installed, and waits until it listens.
    pub(super) fn start(&self) -> Running {
        let program = install::interpreter(self.needs);
        self.command.iter().for_each(|command| install::command(command));
        let mut command = Command::new(program);
        command.arg(folder().join(&self.name).join(&self.script));
        let mut program = Running::start(&mut command);
        let said = program.next();
        program.port = said["ready"].as_u64().unwrap_or_else(|| panic!("not ready: {said}")) as u16;
        program
    }
}

/// A receiver that runs until it is dropped.
pub(super) struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
    complaints: Arc<Mutex<String>>,
    /// Where it listens.
    pub(super) port: u16,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        command.current_dir(folder()).env("SECRET", SECRET).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || said.for_each(|line| drop(sender.send(line))));
        let complaints = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&complaints);
        let mut complaining = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(read @ 1..) = complaining.read(&mut chunk) {
                heard.lock().unwrap().push_str(&String::from_utf8_lossy(&chunk[..read]));
            }
        });
        Self { child, lines, complaints, port: 0 }
    }

    /// The next thing that it says.
    #[track_caller]
    pub(super) fn next(&mut self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|error| {
            panic!("it said nothing more ({error}):\n{}", self.complaints.lock().unwrap())
        });
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A script that started something ends it when nobody speaks to it any more.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
