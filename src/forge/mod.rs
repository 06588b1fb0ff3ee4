//! What is known of a forge beside its mappings: how its deliveries are recognised, its words and ids.
//!
//! All of it is data, the part of `forge.yaml` that ingress needs. Nothing here knows any forge.

mod delivery;
mod detect;
mod extract;
mod headers;
mod origin;
mod query;
mod unsigned;
mod verify;

pub use delivery::{Delivery, Encodings};
pub use detect::{Probe, Test};
pub use extract::Extract;
pub use headers::{Pattern, without_secrets};
pub use origin::Origin;
pub use query::write as write_query;
pub use unsigned::Unsigned;
pub use verify::{Schemes, Verify};

use crate::json::{self, Path};
use crate::scheme::Scheme;
use http::{HeaderMap, HeaderName};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A forge, as ingress sees it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forge {
    /// The name of its folder, which is its name in configurations.
    #[serde(skip)]
    pub name: String,
    /// Whether only the source knows of it that brings its mapping along: it is never detected.
    #[serde(skip)]
    pub own: bool,
    /// Its name as people write it.
    pub title: String,
    /// The format it speaks, when that is not its own.
    #[serde(default)]
    format: Option<String>,
    /// Its place in the order of detection: lower is asked first.
    pub precedence: u32,
    /// The tests of which one must hold for a delivery to be its own.
    #[serde(default)]
    pub detect: Vec<Test>,
    /// Where its word for the event stands.
    #[serde(default)]
    pub event: Vec<Origin>,
    /// Where the ids of a delivery stand.
    #[serde(default)]
    pub delivery: Delivery,
    /// The form and query fields that may hold the JSON.
    #[serde(default)]
    pub encodings: Encodings,
    /// The parameters of a request's query that its mapping reads; they are kept with a delivery.
    #[serde(default)]
    pub query: Vec<String>,
    /// What tells a delivery that only tries the hook out.
    #[serde(default)]
    pub ping: Vec<Probe>,
    /// What tells that a delivery tries the hook out with an event that did not happen.
    #[serde(default)]
    pub test: Vec<Probe>,
    /// Its signature schemes.
    #[serde(default)]
    pub verify: Verify,
    /// Where it puts secrets into its bodies.
    #[serde(default)]
    pub redact: Vec<Path>,
    /// The headers that are its own and never passed on.
    #[serde(default)]
    pub own_headers: Vec<Pattern>,
}

/// The forge that a delivery comes from, by its headers: the first whose tests hold. The forges
/// stand in order of precedence.
pub fn detect<'a>(forges: &'a [Arc<Forge>], headers: &HeaderMap) -> Option<&'a Arc<Forge>> {
    forges.iter().find(|forge| !forge.own && forge.recognises(headers))
}

impl Forge {
    /// The keys that it is read from.
    pub(crate) const KEYS: &[&str] = &[
        "title",
        "format",
        "precedence",
        "detect",
        "event",
        "delivery",
        "encodings",
        "query",
        "ping",
        "test",
        "verify",
        "redact",
        "own_headers",
    ];

    /// The format that it speaks: its own, unless it says another.
    pub fn format(&self) -> &str {
        self.format.as_deref().unwrap_or(&self.name)
    }

    /// Whether one of its tests holds for these headers.
    pub fn recognises(&self, headers: &HeaderMap) -> bool {
        self.detect.iter().any(|test| test.holds(headers))
    }

    /// What the stars in the names of its headers stand for in these, as its tests tell.
    pub fn star<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        self.detect.iter().find_map(|test| test.star(headers))
    }

    /// Its word for the event.
    pub fn event(&self, headers: &HeaderMap, text: &str) -> Option<String> {
        origin::first(&self.event, headers, text)
    }

    /// Its word for the event as its own header says it, which may be another than the body's: what a
    /// delivery that is passed through repeats.
    pub fn header_word<'a>(&self, headers: &'a [(String, String)]) -> Option<&'a str> {
        self.event.iter().find_map(|origin| match origin {
            Origin::Header(header) => {
                let mut fitting = headers.iter().filter(|(name, _)| header.fits(name).is_some());
                fitting.find(|(_, word)| !word.is_empty()).map(|(_, word)| word.as_str())
            }
            Origin::Body(_) | Origin::Word(_) => None,
        })
    }

    /// Its id for the delivery.
    pub fn delivery_id(&self, headers: &HeaderMap, text: &str) -> Option<String> {
        origin::first(&self.delivery.id, headers, text)
    }

    /// Its id for the hook that delivers.
    pub fn hook_id(&self, headers: &HeaderMap, text: &str) -> Option<String> {
        origin::first(&self.delivery.hook_id, headers, text)
    }

    /// The address of the forge, where it says so.
    pub fn instance(&self, headers: &HeaderMap, text: &str) -> Option<String> {
        origin::first(&self.delivery.instance, headers, text)
    }

    /// Which try of the forge it is, where it counts them.
    pub fn attempt(&self, headers: &HeaderMap, text: &str) -> Option<i64> {
        extract::first(&self.delivery.attempt, headers, text)?.parse().ok()
    }

    /// The version of the forge, where it says so.
    pub fn version(&self, headers: &HeaderMap, text: &str) -> Option<String> {
        extract::first(&self.delivery.version, headers, text)
    }

    /// The parameters of a query that its mapping reads.
    pub fn parameters(&self, query: Option<&str>) -> BTreeMap<String, String> {
        query::read(&self.query, query.unwrap_or_default())
    }

    /// The time that the forge puts into a header, as it writes it.
    pub fn sent_at<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut schemes = self.verify.schemes.iter();
        schemes.find_map(|(_, scheme)| scheme.timestamp_header()?.filled(headers))
    }

    /// Whether the delivery only tries the hook out.
    pub fn is_ping(&self, headers: &HeaderMap, event: Option<&str>, text: &str) -> bool {
        self.ping.iter().any(|probe| probe.holds(headers, event, text))
    }

    /// Whether the delivery tries the hook out with an event that did not happen.
    pub fn is_test(&self, headers: &HeaderMap, event: Option<&str>, text: &str) -> bool {
        self.test.iter().any(|probe| probe.holds(headers, event, text))
    }

    /// Whether the forge never signs such a delivery, which has no news.
    pub fn is_never_signed(&self, headers: &HeaderMap, json: &[u8]) -> bool {
        let text = std::str::from_utf8(json).unwrap_or("\u{0}");
        let holds =
            |probe: &Unsigned| probe.holds(headers, self.event(headers, text).as_deref(), text);
        self.verify.unsigned.iter().any(holds)
    }

    /// The JSON text with the secrets blanked out that this forge puts into it; the rest of it is
    /// as it was, byte for byte.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        json::redact(text, &self.redact)
    }

    /// Whether a header is this forge's own.
    pub fn owns(&self, header: &HeaderName) -> bool {
        self.own_headers.iter().any(|pattern| pattern.matches(header))
    }

    /// The headers in the form they may be kept and shown in: values that would let anybody send
    /// in the forge's name are starred out.
    pub fn redact_headers(&self, headers: &HeaderMap) -> HeaderMap {
        let own = self.verify.schemes.iter().flat_map(|(_, scheme)| scheme.secret_headers());
        let own: Vec<&HeaderName> = own.map(|header| header.name()).collect();
        headers::redact(headers, &own)
    }

    /// A scheme by its name.
    pub fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.verify.schemes.get(name)
    }
}

#[cfg(test)]
mod tests;
