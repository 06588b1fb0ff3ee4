//! `forgeway new forge`: the mapping of a forge that nobody has heard of.

use super::guess::{Guess, header_case};
use super::recorded::Recorded;
use super::{Place, write};
use crate::cli::io::print;
use anyhow::{Context, Result, anyhow, bail};
use forgeway::mapping::Mappings;
use std::path::{Path, PathBuf};

/// Make the mapping of a forge: how it is recognised and verified, and what its deliveries say.
///
/// Without --from the forge is an invented one, which pushes and has pull requests. With it, the mapping
/// recognises the given delivery, and has it as its example without what proves or authorizes.
///
/// Examples:
///   forgeway new forge sunforge
///   forgeway new forge sunforge --from headers.json body.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
    /// A delivery to start from: a JSON object of header names to values, and the body as it was sent.
    #[arg(long, num_args = 2, value_names = ["HEADERS", "BODY"])]
    from: Vec<PathBuf>,
}

const FORGE: &str = include_str!("forge/forge.yaml");

/// The other files of the invented forge; `%HEADER%` stands for how the names of its headers begin.
const FILES: &[(&str, &str)] = &[
    ("shared.yaml", include_str!("forge/shared.yaml")),
    ("receive/push.yaml", include_str!("forge/push.yaml")),
    ("receive/pull_request.yaml", include_str!("forge/pull_request.yaml")),
    (
        "examples/push/headers.json",
        "{ \"%HEADER%-Event\": \"push\", \"%HEADER%-Delivery\": \"d-1\" }\n",
    ),
    ("examples/push/body.json", include_str!("forge/push.json")),
    (
        "examples/pull_request/headers.json",
        "{ \"%HEADER%-Event\": \"pull_request\", \"%HEADER%-Delivery\": \"d-2\" }\n",
    ),
    ("examples/pull_request/body.json", include_str!("forge/pull_request.json")),
];

impl Args {
    /// Writes the files and says what to do next.
    pub(super) fn run(self) -> Result<()> {
        let folder = self.place.folder("a forge")?;
        let name = &self.place.name;
        let built_in = Mappings::on_demand(None)?;
        if built_in.forge(name).is_some() {
            bail!("there is a mapping `{name}` already: choose another name");
        }
        let recorded = match &self.from[..] {
            [headers, body] => Some(Recorded::read(headers, body, &built_in)?),
            _ => None,
        };
        let cases = match &recorded {
            Some(recorded) => from_recorded(&folder, name, recorded)?,
            None => invented(&folder, name)?,
        };
        let mappings = Mappings::on_demand(Some(&folder))?;
        for case in &cases {
            let example = mappings.example(name, case)?;
            let events = mappings.example_events(&example).map_err(|fault| anyhow!(fault))?;
            let events = serde_json::to_string_pretty(&events).context("writing events")?;
            let file = folder.join("examples").join(case).join("events.json");
            write(&file, &format!("{events}\n"))?;
        }
        let case = &cases[0];
        let folder = folder.display();
        print(format_args!(
            "made {folder}; see what it understands, and change it:\n  \
             forgeway translate --mappings {folder} --from {name} --headers {folder}/examples/{case}/headers.json \
             {folder}/examples/{case}/body.json\n  \
             forgeway check --mappings {folder}\n\
             a source beside it asks for it with `forge: custom` and `mapping: ./{name}`"
        ))
    }
}

/// The mapping of a forge as most are; gives the names of its examples.
fn invented(folder: &Path, name: &str) -> Result<Vec<String>> {
    let header = format!("X-{}", header_case(name));
    let events = "  push: push\n  pull_request: pull_request";
    write(&folder.join("forge.yaml"), &forge_yaml(name, &Guess::of_own(&header), events))?;
    for (file, text) in FILES {
        write(&folder.join(file), &text.replace("%HEADER%", &header))?;
    }
    Ok(["push", "pull_request"].map(str::to_owned).to_vec())
}

/// The mapping that a delivery asks for; gives the name of its example.
fn from_recorded(folder: &Path, name: &str, recorded: &Recorded) -> Result<Vec<String>> {
    let file = recorded.guess.file();
    let word = recorded.guess.quoted_word();
    let events = format!("  {word}: {file}");
    write(&folder.join("forge.yaml"), &forge_yaml(name, &recorded.guess, &events))?;
    write(&folder.join(format!("receive/{file}.yaml")), &recorded.receive())?;
    let case = folder.join("examples").join(&file);
    write(&case.join("headers.json"), &recorded.headers()?)?;
    write(&case.join("body.json"), recorded.body())?;
    Ok(vec![file])
}

fn forge_yaml(name: &str, guess: &Guess, events: &str) -> String {
    let parts = [
        ("%NAME%", name),
        ("%DETECT%", &guess.detect()),
        ("%EVENT%", &guess.event()),
        ("%DELIVERY%", &guess.delivery()),
        ("%VERIFY%", &guess.verify()),
        ("%OWN%", &guess.own_headers()),
        ("%EVENTS%", events),
    ];
    parts.into_iter().fold(FORGE.to_owned(), |text, (mark, part)| text.replace(mark, part))
}
