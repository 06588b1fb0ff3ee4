//! `forgeway explain`: where each leaf of a translation came from.

use super::io::{NotUnderstood, print};
use super::offline::Recorded;
use super::rewrites::{self, Way};
use super::setup;
use anyhow::Result;
use forgeway::config::Format;
use forgeway::mapping::{Leaf, Mappings, TargetFacts};
use forgeway::store::HeaderChange;
use forgeway::template::Templates;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Say of each leaf of a translation where its value came from.
///
/// `mapped`: read from the source. `derived`: built from facts of it, such as a link.
/// `defaulted`: the format demands a value and the source has none. `fixed`: the format's word.
///
/// Examples:
///   forgeway explain --headers headers.json body.json
///   forgeway explain --headers headers.json --to github body.json | grep defaulted
///   forgeway explain --headers headers.json --target jenkins --config forgeway.yaml body.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    recorded: Recorded,
    /// A target of a configuration: what it is sent, and what each step of `headers` did.
    #[arg(long, value_name = "NAME", conflicts_with = "to")]
    target: Option<String>,
    /// The configuration; left out: forgeway.yaml.
    #[arg(long, value_name = "FILE", requires = "target")]
    config: Option<PathBuf>,
    /// The source it counts as sent to; left out: the only one.
    #[arg(long, value_name = "NAME", requires = "target")]
    source: Option<String>,
    /// A folder of templates that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR", requires = "target")]
    templates: Option<PathBuf>,
    /// Print one JSON object, for scripts.
    #[arg(long)]
    json: bool,
}

/// What one rule made.
type Made = (String, Vec<Leaf>);

impl Args {
    /// Prints the leaves, rule by rule.
    pub(super) fn run(mut self) -> Result<ExitCode> {
        let Some(name) = self.target.take() else { return self.explain(None) };
        let file = setup::config_file(self.config.take()).unwrap_or_else(|| "forgeway.yaml".into());
        let own = setup::mapping_folders(Some(&file));
        let mappings = Mappings::load_with(self.recorded.mappings.as_deref(), &own)?;
        let templates = Templates::load(self.templates.as_deref(), &[])?;
        let config = setup::read_config(&file, &mappings, &templates)?;
        let none = |what: &str, name: &str| {
            NotUnderstood(format!("{} has no {what} `{name}`", file.display()))
        };
        let target = config.target(&name).ok_or_else(|| none("target", &name))?;
        let source = match (&self.source, &config.sources[..]) {
            (Some(name), _) => Some(config.source(name).ok_or_else(|| none("source", name))?),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        if let Format::Forge(format) = &target.format {
            self.recorded.to.clone_from(format);
        }
        self.explain(Some(&Way { config: &config, templates: &templates, target, source }))
    }

    fn explain(self, way: Option<&Way<'_>>) -> Result<ExitCode> {
        let delivery = self.recorded.read_by(way.and_then(|way| way.source))?;
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
        let headers = way.map(|way| way.headers(&delivery, &normal.events)).transpose()?;
        let (headers, rewritten) =
            (headers.unwrap_or_default(), delivery.verified.stored_body().rewritten);
        if self.json {
            let rule = |(rule, leaves): &Made| json!({ "rule": rule, "leaves": leaves });
            print(serde_json::to_string_pretty(&json!({
                "forge": delivery.verified.forge().name,
                "events": received.iter().map(rule).collect::<Vec<_>>(),
                "requests": sent.iter().map(rule).collect::<Vec<_>>(),
                "rewritten": rewritten,
                "headers": headers,
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
        for HeaderChange { name, what, at, .. } in &rewritten {
            print(format_args!("the header {name} was {what} by {at}"))?;
        }
        for (way, headers) in
            way.into_iter().flat_map(|way| headers.iter().map(move |it| (way, it)))
        {
            print(rewrites::section(&way.target.name, headers))?;
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
