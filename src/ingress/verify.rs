//! `Detected -> Verified`: the proof of origin, and everything that may be read once it holds.

use super::identity::Identity;
use super::payload::stored_json;
use super::rules::Unproven;
use super::text::{JsonText, json_text};
use super::{Detected, Reject, Stage, Wrapping};
use crate::event::{self, Auth};
use crate::forge::{Forge, write_query};
use crate::json::STARS;
use crate::scheme::Message;
use crate::store::{HeaderChange, NewDelivery, StoredBody};
use crate::value::Time;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A delivery that comes from who its source says, in the form in which it may be kept: without
/// the secrets that the forge sent along. Only the stage [`Verify`] makes one.
#[derive(Debug, Clone)]
pub struct Verified {
    source: Arc<str>,
    forge: Arc<Forge>,
    mismatch: Option<String>,
    at: Timestamp,
    auth: Auth,
    identity: Identity,
    parameters: BTreeMap<String, String>,
    text: String,
    notes: Vec<String>,
    raw: Raw,
}

/// What came over the wire, without secrets.
#[derive(Debug, Clone)]
struct Raw {
    method: String,
    headers: HeaderMap,
    rewritten: Vec<HeaderChange>,
    query: Option<String>,
    wrapping: Wrapping,
    body: Bytes,
}

/// The stage that verifies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Verify(());

impl Verify {
    /// Verifies by the rules of the source that the delivery was sent to.
    pub fn new() -> Self {
        Self(())
    }
}

impl Stage for Verify {
    type Input = Detected;
    type Output = Verified;
    type Error = Reject;

    async fn run(&self, detected: Detected) -> Result<Verified, Reject> {
        let auth = prove(&detected)?;
        read(&detected, auth)
    }
}

/// Whether the delivery proves where it comes from. Nothing has parsed it yet.
fn prove(detected: &Detected) -> Result<Auth, Reject> {
    let (received, payload) = (detected.received(), detected.payload());
    let rules = detected.source().rules(detected.forge())?;
    let (headers, body, json) = (detected.proofs(), &received.body, &payload.json);
    // The time that counts is when it came, not how long it waited since.
    let (line, now) = (received.line(), received.at);
    let proof = rules.prove(&Message { headers, body, json, line, now });
    // A proof that is there and does not hold is refused, whatever the delivery says.
    if let Err(unproven) = &proof
        && unproven.reasons.iter().all(|(_, failure)| failure.is_unsigned())
        && detected.forge().is_never_signed(&received.headers, json)
    {
        return Err(Reject::UnsignedPing);
    }
    Ok(proof.map_err(|unproven| Unproven { hint: mismatch(detected), ..unproven })?)
}

/// What there is to say when the headers speak of another forge than the source is bound to.
fn mismatch(detected: &Detected) -> Option<String> {
    let bound = &detected.forge().name;
    let says = |other| format!("the source is bound to {bound}, the headers say {other}");
    detected.mismatch().map(says)
}

/// Reads what is proven: the text and its ids, with the secrets blanked out of everything that is
/// handed on.
fn read(detected: &Detected, auth: Auth) -> Result<Verified, Reject> {
    let (received, forge, payload) = (detected.received(), detected.forge(), detected.payload());
    let JsonText { text, relaxed } = json_text(&payload.json)?;
    let redacted = match forge.redact(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(redacted) => Some(redacted),
    };
    let raw = Raw::without_secrets(detected, redacted.as_deref(), relaxed);
    let text = redacted.unwrap_or_else(|| text.into_owned());
    let identity = Identity::of(forge, &received.headers, &text);
    let mut notes = Vec::new();
    if relaxed {
        notes.push("the payload is not strict JSON; it was read leniently".to_owned());
    }
    notes.extend(mismatch(detected));
    Ok(Verified {
        source: Arc::from(detected.source().name.as_str()),
        forge: Arc::clone(forge),
        mismatch: detected.mismatch().map(str::to_owned),
        at: received.at,
        auth,
        identity,
        parameters: forge.parameters(received.query.as_deref()),
        raw,
        text,
        notes,
    })
}

impl Raw {
    /// `redacted` is the strict text without secrets, where it held any.
    fn without_secrets(detected: &Detected, redacted: Option<&str>, relaxed: bool) -> Self {
        let (received, forge, payload) =
            (detected.received(), detected.forge(), detected.payload());
        // A header that the configuration names may be called anything.
        let rules = detected.source().rules(forge);
        let named: Vec<_> = rules.iter().flat_map(|rules| rules.secret_headers()).collect();
        let redact = |headers: &HeaderMap| {
            let mut headers = forge.redact_headers(headers);
            for (_, value) in headers.iter_mut().filter(|(name, _)| named.contains(name)) {
                *value = HeaderValue::from_static(STARS);
            }
            headers
        };
        let headers = redact(&received.headers);
        let rewritten = detected.rewritten();
        let rewritten = rewritten.map(|rewritten| rewritten.changes(redact, &headers));
        let mut raw = Self {
            method: received.method.to_string(),
            headers,
            rewritten: rewritten.unwrap_or_default(),
            query: None,
            wrapping: payload.wrapping.clone(),
            body: received.body.clone(),
        };
        // Of a query nothing is kept but the payload and what the mapping reads: whatever else stands
        // in the address of a hook is as likely a token as not.
        let query = received.query.as_deref().unwrap_or_default();
        let query = raw.wrapping.only(query.as_bytes());
        let query = match redacted {
            None => query,
            Some(redacted) => {
                // The text as it came without the secrets: but only strict text shows for certain
                // where they are.
                let came = std::str::from_utf8(&payload.json).unwrap_or_default();
                let text = match forge.redact(came) {
                    Cow::Owned(text) if !relaxed => Cow::Owned(text),
                    _ => Cow::Borrowed(redacted),
                };
                if !matches!(raw.wrapping, Wrapping::Query(_)) {
                    raw.body = raw.wrapping.wrap(&received.body, &text);
                }
                query.map(|query| raw.wrapping.wrap(&query, &text))
            }
        };
        let query = query.and_then(|query| String::from_utf8(query.into()).ok());
        let read = write_query(&forge.parameters(received.query.as_deref()));
        let both = query.into_iter().chain([read]).filter(|part| !part.is_empty());
        let both = both.collect::<Vec<_>>().join("&");
        raw.query = Some(both).filter(|query| !query.is_empty());
        raw
    }
}

impl Verified {
    /// A delivery from the store, to be processed again. It was verified when it came, and only
    /// what was verified is stored.
    ///
    /// # Errors
    /// A record that does not hold what this forge sends.
    pub(crate) fn restored(stored: &NewDelivery, forge: &Arc<Forge>) -> Result<Self, Reject> {
        let body = &stored.body;
        let json = stored_json(body)?;
        let JsonText { text, relaxed: _ } = json_text(&json)?;
        let headers = body.headers.iter().filter_map(|(name, value)| {
            Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?))
        });
        let headers: HeaderMap = headers.collect();
        let mut identity = Identity::of(forge, &headers, &text);
        // It keeps the id it was given, also when the mapping has another rule by now.
        if let Some(id) = &stored.forge_delivery_id {
            identity.delivery.clone_from(id);
        }
        Ok(Self {
            source: Arc::from(stored.source.as_str()),
            forge: Arc::clone(forge),
            mismatch: stored.mismatch.clone(),
            at: stored.received_at,
            auth: stored.auth.clone(),
            identity,
            parameters: forge.parameters(body.query.as_deref()),
            text: text.into_owned(),
            notes: Vec::new(),
            raw: Raw {
                method: body.method.clone(),
                headers,
                rewritten: body.rewritten.clone(),
                query: body.query.clone(),
                wrapping: body.encoding.parse().unwrap_or(Wrapping::Json),
                body: body.bytes.clone(),
            },
        })
    }

    /// The source's name.
    pub fn source_name(&self) -> &str {
        &self.source
    }

    /// The forge.
    pub fn forge(&self) -> &Arc<Forge> {
        &self.forge
    }

    /// The forge that its headers speak of, when the source is bound to another.
    pub fn mismatch(&self) -> Option<&str> {
        self.mismatch.as_deref()
    }

    /// When it came.
    pub fn received_at(&self) -> Timestamp {
        self.at
    }

    /// How it was verified.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// The forge's id of the delivery, or the one made for a forge that sends none.
    pub fn delivery_id(&self) -> &str {
        &self.identity.delivery
    }

    /// The forge's own word for the event.
    pub fn event_word(&self) -> Option<&str> {
        self.identity.event.as_deref()
    }

    /// The payload: strict JSON, without secrets.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parameters of its query that the mapping reads.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.parameters
    }

    /// The headers, without secrets.
    pub fn headers(&self) -> &HeaderMap {
        &self.raw.headers
    }

    /// Remarks for the delivery's record.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Where its events come from, as they say it.
    pub fn event_source(&self) -> event::Source {
        event::Source {
            name: Some(self.source.to_string()),
            forge: Some(self.forge.name.clone()),
            instance: self.identity.instance.clone(),
            delivery_id: Some(self.identity.delivery.clone()),
            hook_id: self.identity.hook.clone(),
            event: self.identity.event.clone(),
            attempt: self.identity.attempt,
            version: self.identity.version.clone(),
            received_at: Some(Time::new(self.at)),
            test: None,
        }
    }

    /// What came over the wire, without secrets, the way the store keeps it.
    pub fn stored_body(&self) -> StoredBody {
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = self.raw.headers.iter();
        // Of a query nothing is in the body; what tells two of them apart is the query.
        let told_by = match (&self.raw.wrapping, &self.raw.query) {
            (Wrapping::Query(_), Some(query)) => query.as_bytes(),
            _ => &self.raw.body,
        };
        StoredBody {
            method: self.raw.method.clone(),
            query: self.raw.query.clone(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            rewritten: self.raw.rewritten.clone(),
            encoding: self.raw.wrapping.to_string(),
            sha256: StoredBody::digest(told_by),
            bytes: self.raw.body.clone(),
        }
    }
}
