//! `forgeway new template`: a format of one's own.

use super::{Place, write};
use crate::cli::io::{self, print};
use anyhow::{Result, bail};
use forgeway::mapping::{Example, Mappings};
use forgeway::template::{SHARED, Templates};
use serde_json::Value;
use std::path::Path;

/// Make a template: a format of your own.
///
/// Examples:
///   forgeway new template chat
///   forgeway new template chat --in ./templates
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
}

/// The files of a new template; an example is added.
const FILES: &[(&str, &str)] = &[
    ("template.yaml", include_str!("template/template.yaml")),
    ("default.hbs", include_str!("template/default.hbs")),
    ("push.hbs", include_str!("template/push.hbs")),
    ("partials/actor.hbs", include_str!("template/actor.hbs")),
];

impl Args {
    /// Writes the files and says what to do next.
    pub(super) fn run(self) -> Result<()> {
        if self.place.name == SHARED {
            bail!("`{SHARED}` is the folder that all templates share: choose another name");
        }
        let folder = self.place.folder("a template")?;
        for (file, text) in FILES {
            write(&folder.join(file), text)?;
        }
        let name = &self.place.name;
        example(&folder, name)?;
        let (folder, within) = (folder.display(), self.place.within.display());
        print(format_args!(
            "made {folder}; see what it sends, and change it:\n  \
             forgeway render --template {folder} --event push --watch\n  \
             forgeway check --templates {within}\n\
             a target asks for it with `format: {name}`"
        ))
    }
}

/// Adds a push that a built-in mapping knows, and what the template makes of it.
fn example(folder: &Path, name: &str) -> Result<()> {
    let mappings = Mappings::on_demand(None)?;
    let is_push = |example: &Example| {
        let first = example.events.as_ref().and_then(|events| events.get(0));
        let word = |key: &str| first.and_then(|event| event.get(key)).and_then(Value::as_str);
        word("kind") == Some("push") && word("action") == Some("updated")
    };
    let examples = mappings.examples().into_iter().flatten();
    let Some(example) = examples.into_iter().find(is_push) else { return Ok(()) };
    let case = folder.join("examples/push");
    let headers = serde_json::to_string_pretty(&io::headers_to_json(&example.headers))?;
    write(&case.join("headers.json"), &format!("{headers}\n"))?;
    write(&case.join("body.json"), &example.body)?;
    let templates = Templates::load(None, &[folder.to_owned()])?;
    write(&case.join("output.http"), &templates.example_output(&mappings, name, "push")?)
}
