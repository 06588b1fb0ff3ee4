//! `forgeway new`: a folder to start from, which works as it is.

use super::io::{self, print};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use forgeway::mapping::{Example, Mappings};
use forgeway::template::Templates;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Make a folder to start from: a template that works as it is.
///
/// Examples:
///   forgeway new template chat
///   forgeway new template chat --in ./templates
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A template: a format of your own.
    Template {
        /// Its name, which is its folder's.
        #[arg(value_name = "NAME")]
        name: String,
        /// The folder that it is made in.
        #[arg(long = "in", value_name = "DIR", default_value = ".")]
        within: PathBuf,
    },
}

/// The files of a new template; an example is added.
const TEMPLATE: &[(&str, &str)] = &[
    ("template.yaml", include_str!("new/template.yaml")),
    ("default.hbs", include_str!("new/default.hbs")),
    ("push.hbs", include_str!("new/push.hbs")),
    ("partials/actor.hbs", include_str!("new/actor.hbs")),
];

impl Args {
    /// Writes the files and says what to do next.
    pub(super) fn run(self) -> Result<ExitCode> {
        let What::Template { name, within } = self.what;
        let sound = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if name.is_empty() || !name.chars().all(sound) {
            bail!("`{name}` is no name for a template: use letters, digits, `-` and `_`");
        }
        let folder = within.join(&name);
        if folder.exists() {
            bail!("{} is there already: choose another name", folder.display());
        }
        for (file, text) in TEMPLATE {
            write(&folder.join(file), text)?;
        }
        example(&folder, &name)?;
        let (folder, within) = (folder.display(), within.display());
        print(format_args!(
            "made {folder}; see what it sends, and change it:\n  \
             forgeway render --template {folder} --event push --watch\n  \
             forgeway check --templates {within}\n\
             a target asks for it with `format: {name}`"
        ))?;
        Ok(ExitCode::SUCCESS)
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

fn write(path: &Path, text: &str) -> Result<()> {
    let doing = || format!("writing {}", path.display());
    std::fs::create_dir_all(path.parent().unwrap_or(path)).with_context(doing)?;
    std::fs::write(path, text).with_context(doing)
}
