//! Where a recipe is tried: a folder with its files, a whole gateway on its configuration, and a receiver for each target.
//!
//! The configuration is the page's but for what the page says has to be changed: the hosts are receivers on this
//! machine (and `allow_private`, as they are on this machine), and each `${NAME}` and `${file:...}` has a value of its own.

use super::page::Recipe;
use crate::gateway::MAPPINGS;
use crate::receiver::{Receiver, Reply, Request};
use crate::template::TEMPLATES;
use forgeway::config::{Config, Format, StoreAddress, Target, Variables, Vocabulary};
use forgeway::egress::default_schemes;
use forgeway::mapping::Mappings;
use forgeway::scheme::{Message, RequestLine};
use forgeway::server::Prepared;
use forgeway::store::Archive;
use jiff::Timestamp;
use regex::Regex;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tokio::net::TcpListener;

/// A gateway and its receivers.
pub(super) struct Kitchen {
    folder: tempfile::TempDir,
    mappings: Arc<Mappings>,
    targets: Vec<(Target, Receiver)>,
    /// The lines of its configuration that the page has not.
    more: Vec<usize>,
    secrets: Secrets,
    address: String,
}

/// The value of each variable and file that a configuration names.
struct Secrets(BTreeMap<String, String>);

impl Variables for Secrets {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn file(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}

impl Kitchen {
    /// Writes the files, starts the receivers and the gateway.
    pub(super) async fn open(recipe: &Recipe) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in &recipe.files {
            write(&folder.path().join(path), text);
        }
        let (config, secrets) = filled(recipe.config(), folder.path());
        let path = folder.path().join("forgeway.yaml");
        write(&path, &config);
        let own = Config::mapping_folders(&path, &secrets);
        let mappings = match &own[..] {
            [] => Arc::clone(&MAPPINGS),
            own => Arc::new(Mappings::load_with(None, own).unwrap()),
        };
        let words = Vocabulary::of(&mappings).with(&TEMPLATES);
        let name = path.to_string_lossy();
        let read = Config::parse(&config, &name, &secrets, &words);
        let read = read.unwrap_or_else(|faults| panic!("recipe {}: {faults}", recipe.number));
        let mut targets = Vec::new();
        for target in read.targets {
            targets.push((target, Receiver::start(vec![Reply::status(200, "")]).await));
        }
        let (config, more) = at_home(&config, &targets);
        write(&path, &config);
        let mut config = Config::parse(&config, &name, &secrets, &words).unwrap();
        // Beside the configuration, as when it is started there.
        config.store = StoreAddress::Sqlite(folder.path().join("forgeway.db"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let gateway = Prepared::new(config, Arc::clone(&mappings), &TEMPLATES).unwrap();
        tokio::spawn(gateway.run(listener, std::future::pending()));
        Self { folder, mappings, targets, more, secrets, address }
    }

    /// Runs a command as a person would, and gives what it prints. Its addresses are the gateway's, and `…` at
    /// the end of an id stands for that of the delivery.
    pub(super) fn run(&self, shown: &str, delivery: &str) -> String {
        let line = shown.replace("127.0.0.1:8080", &self.address);
        let line = Regex::new(r"\S+…").unwrap().replace_all(&line, delivery).into_owned();
        let ran = command(self.folder.path(), &self.secrets, &line).output().unwrap();
        let printed = String::from_utf8(ran.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{shown}: {}\n{printed}{complaint}", ran.status);
        let here = format!("{}/", self.folder.path().display());
        as_on_the_page(&printed.replace(&here, ""), &self.more)
    }

    /// What the gateway has stored.
    pub(super) fn archive(&self) -> Archive {
        Archive::open(&self.folder.path().join("forgeway.db")).unwrap()
    }

    /// The names of the targets.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.targets.iter().map(|(target, _)| target.name.as_str())
    }

    /// What a target was sent so far.
    pub(super) fn came(&self, name: &str) -> Vec<Request> {
        self.target(name).1.requests()
    }

    fn target(&self, name: &str) -> &(Target, Receiver) {
        let found = self.targets.iter().find(|(target, _)| target.name == name);
        found.unwrap_or_else(|| panic!("there is no target `{name}`"))
    }

    /// Verifies every signature that the target is to send, with the secret that it sends it by. `from` is the
    /// forge of the delivery.
    pub(super) fn verify(&self, name: &str, from: &str, request: &Request) {
        let target = &self.target(name).0;
        let (forge, template) = match &target.format {
            Format::Forge(name) => (self.mappings.forge(name), None),
            Format::Template(name) => (None, TEMPLATES.get(name)),
            Format::Passthrough => (self.mappings.forge(from), None),
        };
        let forge = forge.map(AsRef::as_ref);
        let default = match (forge, template) {
            (Some(forge), _) => default_schemes(&self.mappings, forge),
            (None, Some(template)) => &template.settings().sign[..],
            (None, None) => &[],
        };
        let mut lines = request.head.lines();
        let address = lines.next().unwrap().split(' ').nth(1).unwrap();
        let (path, query) = match address.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (address, None),
        };
        let mut headers = http::HeaderMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            headers.insert(name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap());
        }
        let (body, json) = (&request.body[..], &request.body[..]);
        let line = RequestLine { path, query, ..RequestLine::default() };
        let message = Message { headers: &headers, body, json, line, now: Timestamp::now() };
        for credential in &target.sign {
            for meant in credential.schemes(forge, default).unwrap() {
                let held = meant.scheme.verify(&message, &credential.keys());
                held.unwrap_or_else(|error| panic!("{name}: {} {error}", meant.name));
            }
        }
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A line for the shell, in the folder, which finds the program and the secrets.
fn command(folder: &Path, secrets: &Secrets, line: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_forgeway")).parent().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder).envs(&secrets.0).stdin(Stdio::null());
    command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display()));
    command
}

/// The configuration with a file for each that it names, and the values of its variables.
fn filled(config: &str, folder: &Path) -> (String, Secrets) {
    // One that every scheme takes, and that is nobody else's.
    let value = |name: &str| {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let length = letters.len().max(32).next_multiple_of(4);
        format!("whsec_{letters:A<length$}")
    };
    let files = Regex::new(r"\$\{file:[^}]*/([^}/]+)\}").unwrap();
    let config = files.replace_all(config, |found: &regex::Captures<'_>| {
        let path = folder.join(&found[1]);
        write(&path, &value(&found[1]));
        format!("${{file:{}}}", path.display())
    });
    let names = Regex::new(r"\$\{([A-Z0-9_]+)\}").unwrap();
    let names = names.captures_iter(&config).map(|found| (found[1].to_owned(), value(&found[1])));
    let secrets = Secrets(names.collect());
    (config.into_owned(), secrets)
}

/// The configuration with the receivers' addresses for those of the targets, in their order, and the numbers of the
/// lines that it has more.
fn at_home(config: &str, targets: &[(Target, Receiver)]) -> (String, Vec<usize>) {
    let url = Regex::new(r#"^(\s+)(url: "?)https?://([^/@"]*@)?[^/"]+"#).unwrap();
    let mut targets = targets.iter();
    let (mut lines, mut more) = (Vec::new(), Vec::new());
    for line in config.lines() {
        let Some(found) = url.captures(line) else {
            lines.push(line.to_owned());
            continue;
        };
        let (target, receiver) = targets.next().expect("more addresses than targets");
        let user = found.get(3).map_or("", |user| user.as_str());
        let here = format!("{}{}http://{user}127.0.0.1:{}", &found[1], &found[2], receiver.port);
        lines.push(url.replace(line, here).into_owned());
        if !target.allow_private {
            lines.push(format!("{}allow_private: true", &found[1]));
            more.push(lines.len());
        }
    }
    assert!(targets.next().is_none(), "each target has its `url` on a line of its own");
    (lines.join("\n") + "\n", more)
}

/// What is printed, with the line numbers of the page's configuration.
fn as_on_the_page(printed: &str, more: &[usize]) -> String {
    let place = Regex::new(r"forgeway\.yaml:(\d+)").unwrap();
    let on_the_page = |found: &regex::Captures<'_>| {
        let row: usize = found[1].parse().unwrap();
        format!("forgeway.yaml:{}", row - more.iter().filter(|more| **more < row).count())
    };
    place.replace_all(printed, on_the_page).into_owned()
}
