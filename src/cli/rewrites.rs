//! What `explain` says of the headers: those of each request to a target, and how each came about.

use super::io::NotUnderstood;
use super::offline::Delivery;
use super::translate::renderings;
use anyhow::Result;
use forgeway::config::{Config, Format, Source, Target};
use forgeway::egress::headers::{Line, Rewritten, Writer, parse, rewrite};
use forgeway::egress::{self, Origin};
use forgeway::event::Event;
use forgeway::ingress::route::{Delivered, Routes};
use forgeway::scheme::Outbound;
use forgeway::template::Templates;
use jiff::Timestamp;
use serde::Serialize;
use std::fmt::Write as _;

/// The headers of one request.
#[derive(Serialize)]
pub(super) struct Headers {
    /// The events that the request says, by their places.
    events: Vec<u32>,
    headers: Vec<Said>,
}

/// A header, and how it came about.
#[derive(Serialize)]
struct Said {
    name: String,
    /// What was done: `format`, `signature`, `passed on`, `set`, `left out`.
    how: &'static str,
    /// The names it had before, and the places of the steps that did something.
    steps: Vec<String>,
    /// Its value, unless that is a secret; none: it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// Whose delivery it counts as, and where it goes.
pub(super) struct Way<'a> {
    pub(super) config: &'a Config,
    pub(super) templates: &'a Templates,
    pub(super) target: &'a Target,
    pub(super) source: Option<&'a Source>,
}

impl Way<'_> {
    /// The headers of the requests that the target is sent.
    pub(super) fn headers(&self, delivery: &Delivery, events: &[Event]) -> Result<Vec<Headers>> {
        let Self { config, templates, target, source } = self;
        let (verified, mappings) = (&delivery.verified, &delivery.mappings);
        let routes = Routes::new(config, mappings);
        let stored = verified.stored_body();
        let (forge, word) = (verified.forge(), verified.event_word());
        let origin = Origin { forge, body: &stored, word };
        let mut all = Vec::new();
        for rendering in renderings(delivery, target, templates, events)? {
            for made in rendering.requests {
                let mut request = made.request;
                let said: Vec<_> = made.events.iter().map(|at| &events[*at as usize]).collect();
                let from = source.map_or("", |source| source.name.as_str());
                let delivered = || {
                    Ok::<_, anyhow::Error>(Delivered { source: from, ..Delivered::of(verified) })
                };
                let routes = routes.headers(&target.name, said.iter().copied(), delivered)?;
                let steps = egress::steps(target, &routes);
                if let Some(first) = said.first() {
                    egress::render_values(&mut request, steps.clone(), target, origin, first)?;
                }
                let signatures = self.signatures(delivery, &request)?;
                let (came, forges) = (&stored.headers, mappings.forges());
                let own = parse(&request.headers)?;
                let lines = rewrite(steps, own, signatures, &request.values, came, forges);
                all.push(Headers { events: made.events, headers: said_of(&lines) });
            }
        }
        Ok(all)
    }

    /// The signatures of a request, as the worker would make them now.
    fn signatures(
        &self,
        delivery: &Delivery,
        request: &forgeway::store::Outgoing,
    ) -> Result<egress::headers::Headers> {
        let (target, mappings) = (self.target, &delivery.mappings);
        let format = match &target.format {
            Format::Passthrough => delivery.verified.forge().format(),
            Format::Forge(name) | Format::Template(name) => name,
        };
        let forge = mappings.forge(format).map(AsRef::as_ref);
        let templated = self.templates.get(format);
        let default = match forge {
            Some(forge) => egress::default_schemes(mappings, forge),
            None => templated.map_or(&[][..], |template| &template.settings().sign),
        };
        let body = egress::body(request, &delivery.verified.stored_body());
        let (method, url) =
            (request.method.parse()?, egress::address(target.url.expose(), request));
        let message = Outbound::new(&body, &request.id, Timestamp::now()).to(&method, &url);
        let fault = |fault: String| NotUnderstood(format!("the signature: {fault}"));
        let proofs = egress::sign(&target.sign, forge, default, &message);
        let proofs = proofs.map_err(|error| fault(error.to_string()))?;
        Ok(egress::signatures(&proofs, target).map_err(|error| fault(error.to_string()))?)
    }
}

fn said_of(lines: &Rewritten<'_>) -> Vec<Said> {
    let steps = |line: &Line<'_>| -> Vec<String> {
        let (Writer::Sender(at) | Writer::Step(at)) = line.writer else {
            return renames(line).collect();
        };
        std::iter::once(format!("by {at}")).chain(renames(line)).collect()
    };
    let sent = lines.sent.iter().map(|line| Said {
        name: line.name.to_string(),
        how: match line.writer {
            Writer::Format => "format",
            Writer::Signature => "signature",
            Writer::Sender(_) => "passed on",
            Writer::Step(_) => "set",
        },
        steps: steps(line),
        value: Some(match line.value.is_sensitive() {
            true => "***".to_owned(),
            false => String::from_utf8_lossy(line.value.as_bytes()).into_owned(),
        }),
    });
    // What was replaced is told by what stands in its place.
    let gone = lines
        .left_out
        .iter()
        .filter(|(line, _)| !lines.sent.iter().any(|sent| sent.name == line.name));
    let gone = gone.map(|(line, by)| Said {
        name: line.name.to_string(),
        how: "left out",
        steps: steps(line).into_iter().chain([format!("by {by}")]).collect(),
        value: None,
    });
    sent.chain(gone).collect()
}

fn renames<'l>(line: &'l Line<'_>) -> impl Iterator<Item = String> + 'l {
    line.renamed.iter().map(|(from, at)| format!("renamed from {from} by {at}"))
}

/// The headers of a request, in columns.
pub(super) fn section(target: &str, Headers { events, headers }: &Headers) -> String {
    let widest = headers.iter().map(|said| said.name.len()).max().unwrap_or_default();
    let events: Vec<_> = events.iter().map(ToString::to_string).collect();
    let mut text = format!("headers to {target}, event {}\n", events.join(", "));
    for Said { name, how, steps, value } in headers {
        let steps = steps.iter().map(|step| format!("  {step}")).collect::<String>();
        let value = value.as_ref().map(|value| format!("  = {value}")).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name:widest$}  {how:9}{steps}{value}");
    }
    text
}
