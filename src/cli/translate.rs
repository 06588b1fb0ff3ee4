//! `forgeway translate`: what a recorded delivery becomes, without a server.

use super::io::{self, print, remark};
use super::offline::{Delivery, Recorded};
use anyhow::{Context, Result, anyhow};
use forgeway::event::Event;
use forgeway::mapping::{self, Emission, Mappings, TargetFacts};
use forgeway::scheme::{Keys, Outbound};
use forgeway::secret::Secret;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::process::ExitCode;

/// Say what a recorded delivery becomes: its canonical events, and the requests of a format.
///
/// Prints one JSON object: `forge`, `events`, `requests` (each with its headers, its exact text
/// and the fields that were made up) and `skipped`, with the reasons.
/// Exit status 0: it was understood. 2: it was not, and stderr says why.
///
/// Examples:
///   forgeway translate --headers headers.json body.json
///   forgeway translate --headers headers.json --to github --secret out body.json
///   forgeway translate --headers headers.json --to gitlab body.json | jq '.requests[].headers'
///   forgeway translate --from codeup --headers headers.json - < body.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    recorded: Recorded,
    /// Sign each request with this secret.
    #[arg(long)]
    secret: Option<String>,
    /// The scheme that signs; left out: what a plain secret means for the format.
    #[arg(long, requires = "secret")]
    scheme: Option<String>,
    /// Make the body anew, also when the delivery is in the format already.
    #[arg(long)]
    no_passthrough: bool,
}

/// What is printed.
#[derive(Serialize)]
struct Translation<'a> {
    forge: &'a str,
    events: &'a [Event],
    requests: Vec<Request>,
    skipped: Vec<Skipped>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Request {
    /// The events it says, by their places.
    events: Vec<usize>,
    #[serde(serialize_with = "as_map")]
    headers: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Value::is_null")]
    body: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
    passthrough: bool,
    defaulted: Vec<String>,
}

#[derive(Serialize)]
struct Skipped {
    /// The event, by its place.
    event: usize,
    reason: String,
}

/// An object whose keys stand in the order of the list.
fn as_map<S: Serializer>(list: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(list.iter().map(|(name, value)| (name, value)))
}

impl Args {
    /// Prints the translation.
    pub(super) fn run(self) -> Result<ExitCode> {
        let delivery = self.recorded.read()?;
        let normal = delivery.normalize()?;
        let (mut requests, mut skipped) = (Vec::new(), Vec::new());
        if !self.recorded.is_canonical() {
            if delivery.verified.forge().format() == self.recorded.to && !self.no_passthrough {
                requests.push(self.pass_through(&delivery, &normal.events)?);
            } else {
                for (place, event) in normal.events.iter().enumerate() {
                    match self.emit(&delivery, event, place)? {
                        Ok(made) => requests.extend(made),
                        Err(reason) => skipped.push(Skipped { event: place, reason }),
                    }
                }
            }
        }
        for skipped in &skipped {
            remark(format_args!("event {} is not sent: {}", skipped.event, skipped.reason));
        }
        let translation = Translation {
            forge: &delivery.verified.forge().name,
            events: &normal.events,
            requests,
            skipped,
            notes: &normal.notes,
        };
        print(serde_json::to_string_pretty(&translation)?)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The requests that say an event, or why there is none.
    fn emit(
        &self,
        delivery: &Delivery,
        event: &Event,
        place: usize,
    ) -> Result<Result<Vec<Request>, String>> {
        let id = outgoing_id(event);
        let emission = delivery.mappings.emit(&self.recorded.to, event, &target(), &id)?;
        Ok(match emission {
            Emission::Skipped { reason } => Err(reason),
            Emission::Requests(made) => Ok(made
                .into_iter()
                .enumerate()
                .map(|(nth, made)| {
                    let id = Mappings::request_id(&id, nth);
                    let defaulted = mapping::defaulted(&made.body, &made.classes);
                    self.request(delivery, vec![place], made.headers, made.body, defaulted, &id)
                })
                .collect::<Result<_>>()?),
        })
    }

    /// The one request that carries the bytes as they came, for all of the events.
    fn pass_through(&self, delivery: &Delivery, events: &[Event]) -> Result<Request> {
        let first = events.first().context("a delivery that says nothing")?;
        let id = outgoing_id(first);
        let said = first.source.as_ref().and_then(|source| source.event.as_deref());
        let word = delivery.header_word().or(said);
        let headers = delivery.mappings.passthrough_headers(
            &self.recorded.to,
            first,
            word.unwrap_or_default(),
            &target(),
            &id,
        )?;
        let places = (0..events.len()).collect();
        let body = delivery.json_bytes()?;
        let request = self.request(delivery, places, headers, body, Vec::new(), &id)?;
        Ok(Request { passthrough: true, ..request })
    }

    /// A request, signed where a secret was given.
    fn request(
        &self,
        delivery: &Delivery,
        events: Vec<usize>,
        mut headers: Vec<(String, String)>,
        body: Vec<u8>,
        defaulted: Vec<String>,
        id: &str,
    ) -> Result<Request> {
        if let Some(secret) = &self.secret {
            headers.extend(self.sign(delivery, secret, &body, id)?);
        }
        let value = serde_json::from_slice(&body).unwrap_or_default();
        let (body_text, body_base64) = io::text_or_base64(body);
        Ok(Request {
            events,
            headers,
            body: value,
            body_text,
            body_base64,
            passthrough: false,
            defaulted,
        })
    }

    fn sign(
        &self,
        delivery: &Delivery,
        secret: &str,
        body: &[u8],
        id: &str,
    ) -> Result<Vec<(String, String)>> {
        let to = &self.recorded.to;
        let forge = super::forge_named(&delivery.mappings, to)?;
        let format = delivery.mappings.format(to).context("a format that is there")?;
        let names = self.scheme.as_ref().map_or(&format.sign[..], std::slice::from_ref);
        let message = Outbound { body, id, timestamp: Timestamp::now() };
        let keys = Keys::from(Secret::new(secret));
        let mut headers = Vec::new();
        for name in names {
            let scheme = forge.scheme(name).ok_or_else(|| {
                let known = forge.verify.schemes.names();
                anyhow!("the format {to} has no scheme `{name}`: expected one of {known}")
            })?;
            let signed = scheme.sign(&keys, &message);
            headers.extend(signed.with_context(|| format!("signing with {name}"))?);
        }
        Ok(headers)
    }
}

/// The target there would be: one without addresses of its own.
fn target() -> TargetFacts {
    TargetFacts { name: "offline".into(), ..TargetFacts::default() }
}

/// The id that the outgoing delivery would have: made from the event's, so that it stays the same.
fn outgoing_id(event: &Event) -> String {
    let id = event.id.as_deref().unwrap_or_default();
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, id.as_bytes()).to_string()
}
