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

/// As wide as the longest name of a kind.
const WIDTH: usize = 18;

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
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print a page of Markdown.
    #[arg(long)]
    markdown: bool,
}

impl Args {
    /// Prints the matrix.
    pub(super) fn run(self) -> Result<ExitCode> {
        let mappings = Mappings::load(self.mappings.as_deref())?;
        print(match (self.json, self.markdown) {
            (true, _) => serde_json::to_string_pretty(&list(&mappings))?,
            (false, true) => markdown(&mappings),
            (false, false) => table(&mappings),
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

/// What each forge's deliveries can become and each format can say: a row a kind.
fn table(mappings: &Mappings) -> String {
    let forges = mappings.forges();
    // Names are long and many: a letter each heads the columns, and the list below tells whose it is.
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').cycle().take(forges.len()).collect();
    let mut text = format!("{:WIDTH$}", "");
    letters.iter().for_each(|letter| text.extend([' ', *letter]));
    text.push('\n');
    for (kind, marks) in rows(mappings, [" *", " i", " o", " ."]) {
        let _ = writeln!(text, "{:WIDTH$}{}", kind.as_str(), marks.concat());
    }
    text.push_str(
        "\ni: received from the forge; o: a target can ask for it; *: both. Anything else arrives as \
         `other`.\n\nforges and their schemes (* what a plain secret means):\n",
    );
    let width = forges.iter().map(|forge| forge.name.len()).max().unwrap_or_default();
    for (letter, forge) in letters.iter().zip(forges) {
        let _ = writeln!(text, "  {letter}  {:width$}  {}", forge.name, schemes(forge));
    }
    let _ = write!(text, "formats: {}, passthrough", mappings.formats().join(", "));
    text
}

/// The same as a page of the docs.
fn markdown(mappings: &Mappings) -> String {
    let forges = mappings.forges();
    let names: Vec<&str> = forges.iter().map(|forge| forge.name.as_str()).collect();
    let mut text = format!(
        "# Forges and kinds\n\n`in`: a delivery of the forge can become such an event; `out`: a target can ask for it in this \
         format. Anything else\narrives as `other`. Made by `forgeway forges --markdown`.\n\n| kind | {} |\n|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len()),
    );
    for (kind, marks) in rows(mappings, ["in, out", "in", "out", ""]) {
        let _ = writeln!(text, "| {kind} | {} |", marks.join(" | "));
    }
    text.push_str("\n| forge | speaks | schemes (* what a plain secret means) |\n|---|---|---|\n");
    for forge in forges {
        let schemes = schemes(forge).replace('*', "\\*");
        let _ =
            writeln!(text, "| {} ({}) | {} | {schemes} |", forge.title, forge.name, forge.format());
    }
    text
}

/// For each kind a mark for each forge: whether it gives and says it, only gives it, only says it, or neither.
fn rows(mappings: &Mappings, marks: [&'static str; 4]) -> Vec<(Kind, Vec<&'static str>)> {
    let forges = mappings.forges().iter();
    let known: Vec<_> = forges
        .map(|forge| (mappings.received_kinds(&forge.name), mappings.emitted_kinds(&forge.name)))
        .collect();
    let [both, gives, says, neither] = marks;
    let mark = |kind, (ins, outs): &(Vec<Kind>, Vec<Kind>)| match (
        ins.contains(&kind),
        outs.contains(&kind),
    ) {
        (true, true) => both,
        (true, false) => gives,
        (false, true) => says,
        (false, false) => neither,
    };
    let kinds = Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Other);
    kinds.map(|kind| (kind, known.iter().map(|of| mark(kind, of)).collect())).collect()
}

fn schemes(forge: &Forge) -> String {
    let default = forge.verify.default.as_deref().unwrap_or_default();
    let mark = |name: &str| if default.iter().any(|own| own == name) { "*" } else { "" };
    let names = forge.verify.schemes.iter().map(|(name, _)| format!("{name}{}", mark(name)));
    names.collect::<Vec<_>>().join(" ")
}
