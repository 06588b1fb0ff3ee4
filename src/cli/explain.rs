//! `forgeway explain`: where each leaf of a translation came from.

use super::io::print;
use super::offline::Recorded;
use anyhow::Result;
use forgeway::config::Format;
use forgeway::mapping::{Leaf, TargetFacts};
use serde_json::json;
use std::fmt::Write as _;
use std::process::ExitCode;

/// Say of each leaf of a translation where its value came from.
///
/// `mapped`: read from the source. `derived`: built from facts of it, such as a link.
/// `defaulted`: the format demands a value and the source has none. `fixed`: the format's word.
///
/// Examples:
///   forgeway explain --headers headers.json body.json
///   forgeway explain --headers headers.json --to github body.json | grep defaulted
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    recorded: Recorded,
    /// Print one JSON object, for scripts.
    #[arg(long)]
    json: bool,
}

/// What one rule made.
type Made = (String, Vec<Leaf>);

impl Args {
    /// Prints the leaves, rule by rule.
    pub(super) fn run(self) -> Result<ExitCode> {
        let delivery = self.recorded.read()?;
        let mut normal = delivery.normalize()?;
        let format = self.recorded.format();
        let speaks = delivery.verified.forge().format();
        if format == Format::Passthrough || format == Format::Forge(speaks.to_owned()) {
            normal.notes.push(
                "the delivery is in the format already: a target gets it as it came, unless it says \
                 `passthrough: false`"
                    .to_owned(),
            );
        }
        if let Some(reason) = &normal.skipped {
            normal.notes.push(format!("the delivery gives no event: {reason}"));
        }
        let received = delivery.mappings.explain_events(&delivery.input())?;
        let mut sent = Vec::new();
        if !self.recorded.is_canonical() {
            let target = TargetFacts::default();
            for (place, event) in normal.events.iter().enumerate() {
                sent.extend(delivery.mappings.explain_requests(&self.recorded.to, event, &target));
                if format == Format::Passthrough {
                    continue;
                }
                let said =
                    delivery.mappings.emit(&self.recorded.to, &[event], &target, "explained")?;
                let reasons = said.skipped.into_iter().map(|skip| skip.reason);
                normal.notes.extend(reasons.map(|why| format!("event {place} is not sent: {why}")));
            }
        }
        if self.json {
            let rule = |(rule, leaves): &Made| json!({ "rule": rule, "leaves": leaves });
            print(serde_json::to_string_pretty(&json!({
                "forge": delivery.verified.forge().name,
                "events": received.iter().map(rule).collect::<Vec<_>>(),
                "requests": sent.iter().map(rule).collect::<Vec<_>>(),
                "notes": normal.notes,
            }))?)?;
            return Ok(ExitCode::SUCCESS);
        }
        for (rule, leaves) in &received {
            print(section(&format!("{} receive/{rule}", delivery.verified.forge().name), leaves))?;
        }
        for (place, event) in normal.events.iter().enumerate() {
            let inferred = event.inferred.iter().flatten().map(String::as_str);
            let inferred: Vec<_> = inferred.collect();
            if !inferred.is_empty() {
                print(format_args!(
                    "event {place} ({}), inferred: {}\n",
                    event.key(),
                    inferred.join(", ")
                ))?;
            }
        }
        for (rule, leaves) in &sent {
            print(section(&format!("{} emit/{rule}", self.recorded.to), leaves))?;
        }
        for note in &normal.notes {
            print(format_args!("note: {note}"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The leaves of one rule, in columns.
fn section(title: &str, leaves: &[Leaf]) -> String {
    let widest = leaves.iter().map(|leaf| leaf.path.chars().count()).max().unwrap_or_default();
    let mut text = format!("{title}\n");
    for Leaf { path, value, class, origin } in leaves {
        let class = format!("{class:?}").to_lowercase();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {path:widest$}  {class:9}  {origin}  = {}",
            short(&value.to_string())
        );
    }
    text
}

/// Enough of a value to know it again.
fn short(value: &str) -> String {
    const MOST: usize = 60;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
