//! `forgeway forges`: who is understood, and what of it, as the mappings say.

use super::io::print;
use anyhow::Result;
use forgeway::event::Kind;
use forgeway::forge::Forge;
use forgeway::mapping::Mappings;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// List the forges: the kinds of events that each sends and each format can say, and its schemes.
///
/// Examples:
///   forgeway forges
///   forgeway forges --json | jq '.[] | select(.format) | .name'
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// A folder of mappings that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    mappings: Option<PathBuf>,
    /// Print JSON, with every word for an event.
    #[arg(long)]
    json: bool,
}

impl Args {
    /// Prints the matrix.
    pub(super) fn run(self) -> Result<ExitCode> {
        let mappings = Mappings::load(self.mappings.as_deref())?;
        print(match self.json {
            true => serde_json::to_string_pretty(&list(&mappings))?,
            false => table(&mappings),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn list(mappings: &Mappings) -> Vec<serde_json::Value> {
    let formats = mappings.formats();
    let forge = |forge: &Forge| {
        let name = forge.name.as_str();
        json!({
            "name": name,
            "title": forge.title,
            "speaks": forge.format(),
            "receives": mappings.received_kinds(name),
            "events": mappings.event_words(name),
            "schemes": forge.verify.schemes.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            "default_schemes": forge.verify.default,
            "format": formats.contains(&name),
            "emits": mappings.emitted_kinds(name),
        })
    };
    mappings.forges().iter().map(|one| forge(one)).collect()
}

fn table(mappings: &Mappings) -> String {
    let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Other).collect();
    let mut rows = vec![vec!["forge".to_owned()]];
    rows[0].extend(kinds.iter().map(ToString::to_string));
    rows[0].push("schemes (* a plain secret)".to_owned());
    for forge in mappings.forges() {
        let (received, emitted) =
            (mappings.received_kinds(&forge.name), mappings.emitted_kinds(&forge.name));
        let mut row = vec![forge.name.clone()];
        row.extend(kinds.iter().map(|kind| {
            match (received.contains(kind), emitted.contains(kind)) {
                (true, true) => "in out".to_owned(),
                (true, false) => "in".to_owned(),
                (false, true) => "out".to_owned(),
                (false, false) => "-".to_owned(),
            }
        }));
        row.push(schemes(forge));
        rows.push(row);
    }
    let mut text = columns(&rows);
    text.push_str(
        "\nin: received from the forge; out: a target can ask for it. What has no column arrives as \
         `other`.\n",
    );
    let _ = write!(text, "formats: {}, passthrough", mappings.formats().join(", "));
    text
}

fn schemes(forge: &Forge) -> String {
    let default = forge.verify.default.as_deref().unwrap_or_default();
    let mark = |name: &str| if default.iter().any(|own| own == name) { "*" } else { "" };
    let names = forge.verify.schemes.iter().map(|(name, _)| format!("{name}{}", mark(name)));
    names.collect::<Vec<_>>().join(" ")
}

/// Rows in columns, each as wide as its widest cell.
fn columns(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|at| rows.iter().map(|row| row[at].len()).max().unwrap_or_default())
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
