//! `forgeway why`: what became of a delivery, and why.

use super::{io, setup};
use anyhow::{Context, Result};
use forgeway::config::{Config, Process, StoreAddress};
use forgeway::store::{
    Archive, Attempt, Delivery, DeliveryId, Dispatch, DispatchState, HeaderChange, Outcome, Verdict,
};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Say what became of a delivery: its events, what each route said of them, and each dispatch.
///
/// DELIVERY is the id that forgeway gave it, or the one that the forge gave it. The store is only
/// looked at, so a gateway may run on it meanwhile.
///
/// Examples:
///   forgeway why 72d3162e-cc78-11e3-81ab-4c9367dc0958
///   forgeway why 0199c0de-7a11-7cc2-9d5e-3f1a2b4c5d6e --config forgeway.yaml
///   forgeway why 72d3162e-cc78-11e3-81ab-4c9367dc0958 --store ./forgeway.db
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Our id of the delivery, or the forge's.
    #[arg(value_name = "DELIVERY")]
    delivery: String,
    /// The configuration that names the store; left out: forgeway.yaml, where there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The file of the store; left out: the configuration's.
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    store: Option<PathBuf>,
    /// Print one JSON array of deliveries, for scripts.
    #[arg(long)]
    json: bool,
}

/// A delivery and all that was to be sent because of it.
struct Found {
    delivery: Arc<Delivery>,
    dispatches: Vec<(Dispatch, Vec<Attempt>)>,
}

impl Args {
    /// Prints what is found; exit status 1 when nothing is.
    pub(super) fn run(self) -> Result<ExitCode> {
        let path = match self.store {
            Some(path) => path,
            None => store_of(setup::config_file(self.config))?,
        };
        let archive = Archive::open(&path)
            .with_context(|| format!("no store can be read at {}", path.display()))?;
        let found = io::runtime()?.block_on(find(&archive, &self.delivery))?;
        if found.is_empty() {
            io::remark(format_args!(
                "forgeway: no delivery `{}` is in {}: it was refused, or pruned",
                self.delivery,
                path.display()
            ));
            return Ok(ExitCode::FAILURE);
        }
        if self.json {
            let found: Vec<_> = found.iter().map(machine_readable).collect();
            io::print(serde_json::to_string_pretty(&found)?)?;
            return Ok(ExitCode::SUCCESS);
        }
        let told: Vec<_> = found.iter().map(tell).collect();
        io::print(told.join("\n").trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Where a configuration keeps its deliveries. Nothing else in it has to be right.
fn store_of(file: Option<PathBuf>) -> Result<PathBuf> {
    let address = match file {
        Some(file) => Config::store_of(&file, &Process)?,
        None => StoreAddress::default(),
    };
    let StoreAddress::Sqlite(path) = address;
    Ok(path)
}

async fn find(archive: &Archive, id: &str) -> Result<Vec<Found>> {
    let mut ids = archive.find(id).await?;
    ids.extend(id.parse::<DeliveryId>());
    let mut all = Vec::new();
    for id in ids {
        let Some(delivery) = archive.delivery(id).await? else { continue };
        let mut dispatches = Vec::new();
        for dispatch in archive.dispatches(id).await? {
            let attempts = archive.attempts(dispatch.id).await?;
            dispatches.push((dispatch, attempts));
        }
        all.push(Found { delivery, dispatches });
    }
    Ok(all)
}

/// All of it, for scripts.
fn machine_readable(found: &Found) -> Value {
    let Found { delivery, dispatches } = found;
    let record = &delivery.record;
    let attempt = |attempt: &Attempt| {
        let (status, error) = match &attempt.outcome {
            Outcome::Status(status) => (Some(*status), None),
            Outcome::Error { class, message } => (None, Some(format!("{class}: {message}"))),
        };
        json!({
            "started_at": attempt.started_at.to_string(),
            "milliseconds": attempt.duration.as_millis(),
            "status": status,
            "error": error,
        })
    };
    let dispatch = |(dispatch, attempts): &(Dispatch, Vec<Attempt>)| {
        json!({
            "id": dispatch.id.to_string(),
            "target": dispatch.target,
            "events": dispatch.events,
            "state": dispatch.state.as_str(),
            "reason": dispatch.state.reason(),
            "skipped": dispatch.skipped,
            "attempts": attempts.iter().map(attempt).collect::<Vec<_>>(),
        })
    };
    json!({
        "id": record.id.to_string(),
        "state": delivery.state,
        "source": record.source,
        "forge": record.forge,
        "rewritten": record.body.rewritten,
        "forge_delivery_id": record.forge_delivery_id,
        "event": record.event,
        "received_at": record.received_at.to_string(),
        "failure": record.processed.failure,
        "notes": record.processed.notes,
        "events": record.processed.events,
        "verdicts": record.processed.verdicts,
        "dispatches": dispatches.iter().map(dispatch).collect::<Vec<_>>(),
    })
}

/// All of it, in words. Writing to a string cannot fail.
fn tell(found: &Found) -> String {
    let Found { delivery, dispatches } = found;
    let record = &delivery.record;
    let mut text = String::new();
    let word = record.event.as_deref().map(|word| format!(" `{word}`")).unwrap_or_default();
    let _ = writeln!(text, "delivery {}: {}", record.id, delivery.state.as_str());
    let _ = writeln!(
        text,
        "  from source {} ({}{word}), received {}",
        record.source, record.forge, record.received_at
    );
    let ids = [
        ("the forge's id", record.forge_delivery_id.clone()),
        ("sent again of", delivery.redelivery_of.map(|id| id.to_string())),
        ("same id, another body", delivery.conflicts_with.map(|id| id.to_string())),
        ("came again", (delivery.repeats > 0).then(|| format!("{} times", delivery.repeats))),
    ];
    for (what, value) in ids.into_iter().filter_map(|(what, value)| Some((what, value?))) {
        let _ = writeln!(text, "  {what}: {value}");
    }
    if let Some(failure) = &record.processed.failure {
        let _ = writeln!(text, "  failed to {}: {}", failure.stage.as_str(), failure.reason);
    }
    for note in &record.processed.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    for HeaderChange { name, what, at, .. } in &record.body.rewritten {
        let _ = writeln!(text, "  the header {name} was {what} by {at}");
    }
    for (place, event) in (0u32..).zip(&record.processed.events) {
        let repository = event.repository.as_ref().and_then(|it| it.full_path.as_deref());
        let repository = repository.map(|path| format!(" in {path}")).unwrap_or_default();
        let _ = writeln!(text, "event {place}: {}{repository}", event.key());
        verdicts(&mut text, &record.processed.verdicts, place);
    }
    for (dispatch, attempts) in dispatches {
        sent(&mut text, dispatch, attempts);
    }
    if dispatches.is_empty() && record.processed.failure.is_none() {
        let _ = writeln!(text, "nothing was to be sent: no route took it");
    }
    text
}

/// What the routes said of one event, in the order of the file.
fn verdicts(text: &mut String, verdicts: &[Verdict], event: u32) {
    let about = verdicts.iter().filter(|verdict| verdict.is_about(event));
    let mut lines: Vec<_> = about
        .flat_map(|verdict| {
            let why = verdict.why.as_deref().unwrap_or("takes it");
            let none = verdict.routes.is_empty().then(|| (u64::MAX, 0, format!("  {why}")));
            let line = move |route: &String| {
                let (row, column) = place(route);
                (row, column, format!("  the route at {route} {why}"))
            };
            verdict.routes.iter().map(line).chain(none)
        })
        .collect();
    lines.sort();
    for (.., line) in lines {
        let _ = writeln!(text, "{line}");
    }
}

/// The line and column in `forgeway.yaml:12:5`.
fn place(route: &str) -> (u64, u64) {
    let mut numbers = route.rsplit(':').map(|part| part.parse().unwrap_or(0));
    let column = numbers.next().unwrap_or(0);
    (numbers.next().unwrap_or(0), column)
}

fn sent(text: &mut String, dispatch: &Dispatch, attempts: &[Attempt]) {
    let state = match &dispatch.state {
        DispatchState::Pending => format!("pending, due {}", dispatch.due_at),
        state => match state.reason() {
            Some(reason) => format!("{}: {reason}", state.as_str()),
            None => state.as_str().to_owned(),
        },
    };
    let events: Vec<_> = dispatch.events.iter().map(ToString::to_string).collect();
    let s = if events.len() == 1 { "" } else { "s" };
    let _ = writeln!(text, "to {} (event{s} {}): {state}", dispatch.target, events.join(", "));
    let _ = writeln!(text, "  dispatch {}", dispatch.id);
    for (event, reason) in &dispatch.skipped {
        let _ = writeln!(text, "  event {event} is not said: {reason}");
    }
    for (number, attempt) in (1..).zip(attempts) {
        let outcome = match &attempt.outcome {
            Outcome::Status(status) => format!("answered {status}"),
            Outcome::Error { class, message } => format!("{class}: {message}"),
        };
        let _ = writeln!(
            text,
            "  attempt {number}, {}: {outcome} ({} ms)",
            attempt.started_at,
            attempt.duration.as_millis()
        );
    }
}
