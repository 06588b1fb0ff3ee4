//! `forgeway new`: a folder to start from, which works as it is.

mod forge;
mod guess;
mod recorded;
mod template;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Make a folder to start from, which works as it is: a template, or the mapping of a forge.
///
/// Examples:
///   forgeway new template chat
///   forgeway new template chat --in ./templates
///   forgeway new forge sunforge
///   forgeway new forge sunforge --from headers.json body.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A template: a format of your own.
    Template(template::Args),
    /// A mapping: a forge that nobody has heard of.
    Forge(forge::Args),
}

impl Args {
    /// Writes the files and says what to do next.
    pub(super) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Template(args) => args.run()?,
            What::Forge(args) => args.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Where the folder is made.
#[derive(Debug, clap::Args)]
struct Place {
    /// Its name, which is its folder's.
    #[arg(value_name = "NAME")]
    name: String,
    /// The folder that it is made in.
    #[arg(long = "in", value_name = "DIR", default_value = ".")]
    within: PathBuf,
}

impl Place {
    /// The folder, which is not there yet; `what` is what it is for, in words.
    fn folder(&self, what: &str) -> Result<PathBuf> {
        let sound = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if self.name.is_empty() || !self.name.chars().all(sound) {
            bail!("`{}` is no name for {what}: use letters, digits, `-` and `_`", self.name);
        }
        let folder = self.within.join(&self.name);
        if folder.exists() {
            bail!("{} is there already: choose another name", folder.display());
        }
        Ok(folder)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    let doing = || format!("writing {}", path.display());
    std::fs::create_dir_all(path.parent().unwrap_or(path)).with_context(doing)?;
    std::fs::write(path, text).with_context(doing)
}
