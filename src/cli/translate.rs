//! `forgeway translate`: what a recorded delivery becomes, without a server.

use super::io::{self, NotUnderstood, print, remark};
use super::offline::{Delivery, Recorded};
use anyhow::Result;
use bytes::Bytes;
use forgeway::config::{Credential, Format, Target, TargetUrl};
use forgeway::egress::{self, Formats, Origin};
use forgeway::event::Event;
use forgeway::ingress::bundle::Bundling;
use forgeway::scheme::Outbound;
use forgeway::secret::Secret;
use forgeway::store::{Memory, NewOutgoing, Rendering};
use forgeway::template::Templates;
use http::Method;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
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
///   forgeway translate --headers headers.json --to github --sign "{ scheme: bearer, secret: s }" body.json
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
    /// Sign as an item of a target's `sign` says it: "{ scheme: hmac, header: X-Mac, secret: s }"; may be
    /// given several times.
    #[arg(long, value_name = "ITEM", conflicts_with = "secret", value_parser = io::credential)]
    sign: Vec<Credential>,
    /// Where the requests would go, for a signature in the address or over it.
    #[arg(long, value_name = "URL", default_value = "https://target.invalid")]
    url: String,
    /// Make the body anew, also when the delivery is in the format already.
    #[arg(long)]
    no_passthrough: bool,
    /// Leave out what only accompanies another event or request, as a target with `companions: off`.
    #[arg(long)]
    no_companions: bool,
}

/// What is printed.
#[derive(Serialize)]
struct Translation<'a> {
    forge: &'a str,
    events: &'a [Event],
    requests: Vec<Request>,
    skipped: Vec<Skipped>,
    /// What it leaves for later deliveries.
    #[serde(skip_serializing_if = "Option::is_none")]
    remembers: Option<Value>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Request {
    /// The events it says, by their places.
    events: Vec<u32>,
    /// The address, where a signature stands in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
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
    /// The event, by its place; none: the delivery as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<u32>,
    reason: String,
}

/// An object whose keys stand in the order of the list.
fn as_map<S: Serializer>(list: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(list.iter().map(|(name, value)| (name, value)))
}

impl Args {
    /// Prints the translation.
    pub(super) fn run(self) -> Result<ExitCode> {
        let target = self.target()?;
        let delivery = self.recorded.read()?;
        let normal = delivery.normalize()?;
        let whole = normal.skipped.iter().cloned();
        let mut skipped: Vec<_> = whole.map(|reason| Skipped { event: None, reason }).collect();
        let mut requests = Vec::new();
        if !self.recorded.is_canonical() {
            let templates = Templates::embedded();
            for rendering in renderings(&delivery, &target, &templates, &normal.events)? {
                for made in rendering.requests {
                    requests.push(request(&delivery, &target, made)?);
                }
                let reasons = rendering.skipped.into_iter();
                skipped
                    .extend(reasons.map(|(event, reason)| Skipped { event: Some(event), reason }));
            }
        }
        for skipped in &skipped {
            match skipped.event {
                Some(event) => {
                    remark(format_args!("event {event} is not sent: {}", skipped.reason))
                }
                None => remark(format_args!("the delivery gives no event: {}", skipped.reason)),
            }
        }
        let translation = Translation {
            forge: &delivery.verified.forge().name,
            events: &normal.events,
            requests,
            skipped,
            remembers: normal.memory.as_ref().map(|Memory { key, value, at }| {
                json!({ "key": key, "value": value, "at": at.to_string() })
            }),
            notes: &normal.notes,
        };
        print(serde_json::to_string_pretty(&translation)?)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The target there would be: one without addresses of its own.
    fn target(&self) -> Result<Target> {
        let format = self.recorded.format();
        if format == Format::Passthrough && self.no_passthrough {
            let message = "`--to passthrough` and `--no-passthrough` exclude each other";
            return Err(NotUnderstood(message.into()).into());
        }
        let credential = |secret: &String| Credential {
            scheme: self.scheme.clone(),
            secrets: vec![Secret::new(secret)],
            ..Credential::default()
        };
        let fault = |fault| NotUnderstood(format!("--url: {fault}"));
        let url = TargetUrl::parse(&self.url).map_err(fault)?;
        let plain = self.secret.iter().map(credential);
        Ok(Target {
            sign: plain.chain(self.sign.iter().cloned()).collect(),
            passthrough: !self.no_passthrough,
            companions: !self.no_companions,
            ..Target::new("offline", url, format)
        })
    }
}

/// What the gateway's own rendering makes of the delivery, piece by piece as its dispatches go.
pub(super) fn renderings(
    delivery: &Delivery,
    target: &Target,
    templates: &Templates,
    events: &[Event],
) -> Result<Vec<Rendering>> {
    let stored = delivery.verified.stored_body();
    let origin = Origin {
        forge: delivery.verified.forge(),
        body: &stored,
        word: delivery.verified.event_word(),
    };
    let places: Vec<(u32, &Event)> = (0..).zip(events).collect();
    let formats = Formats { mappings: &delivery.mappings, templates };
    let bundling = Bundling::of(target, &delivery.mappings);
    let pieces = bundling.pieces(target, origin.forge.format(), places.iter().copied());
    pieces
        .into_iter()
        .map(|piece| {
            let events: Vec<_> = piece.into_iter().map(|at| places[at as usize]).collect();
            let id = outgoing_id(events[0].1);
            Ok(egress::render(formats, target, origin, &events, &id)?)
        })
        .collect()
}

/// A request as it is printed, signed where a secret was given.
fn request(delivery: &Delivery, target: &Target, made: NewOutgoing) -> Result<Request> {
    let NewOutgoing { events, request } = made;
    let body = egress::body(&request, &delivery.verified.stored_body());
    let format = match &target.format {
        Format::Passthrough => delivery.verified.forge().format(),
        Format::Forge(name) | Format::Template(name) => name,
    };
    let mut headers = request.headers;
    let forge = delivery.mappings.forge(format).map(AsRef::as_ref);
    let message = Outbound::new(&body, &request.id, Timestamp::now());
    let message = message.to(&Method::POST, target.url.expose());
    let default = forge.map(|forge| egress::default_schemes(&delivery.mappings, forge));
    let proofs = egress::sign(&target.sign, forge, default.unwrap_or_default(), &message);
    let proofs = proofs.map_err(|error| NotUnderstood(format!("the signature: {error}")))?;
    headers.extend(proofs.headers);
    let body = proofs.body.map_or(body, Bytes::from);
    let value = serde_json::from_slice(&body).unwrap_or_default();
    let (body_text, body_base64) = io::text_or_base64(body.into());
    Ok(Request {
        events,
        url: proofs.url.map(String::from),
        headers,
        body: value,
        body_text,
        body_base64,
        passthrough: request.rule == egress::PASSTHROUGH,
        defaulted: request.defaulted,
    })
}

/// The id that the outgoing delivery would have: made from the event's, so that it stays the same.
fn outgoing_id(event: &Event) -> String {
    let id = event.id.as_deref().unwrap_or_default();
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, id.as_bytes()).to_string()
}
