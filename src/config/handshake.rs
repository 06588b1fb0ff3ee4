//! `handshake`: the abuse protection of CloudEvents' webhooks, from either side. A sender asks by `OPTIONS`
//! whether its requests are welcome, and a receiver that agrees says so in headers.
//!
//! Source: "HTTP 1.1 Web Hooks for Event Delivery", version 1.0.2, section 4.

use super::at::At;
use super::globs::{Globs, Names};
use http::HeaderValue;
use serde::Deserialize;
use std::num::NonZeroU32;
use url::Url;

/// What a target is asked before anything is sent to it.
#[derive(Debug, Clone)]
pub struct Handshake {
    /// Who asks: a DNS name that stands for the whole gateway.
    pub origin: HeaderValue,
    /// How many requests a minute are asked for; left out: the target says what it likes.
    pub rate: Option<NonZeroU32>,
}

/// What a source answers those who ask.
#[derive(Debug, Clone)]
pub struct Consent {
    /// The origins that may send; `None`: any.
    pub origins: Option<Globs>,
    /// How many requests a minute they may send; `None`: any number.
    pub rate: Option<NonZeroU32>,
}

impl Consent {
    /// Whether an origin may send.
    pub fn takes(&self, origin: &str) -> bool {
        self.origins.as_ref().is_none_or(|origins| origins.takes(origin))
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHandshake {
    origin: Option<String>,
    rate: Option<NonZeroU32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConsent {
    origins: Option<Vec<String>>,
    rate: Option<NonZeroU32>,
}

/// Reads what a target is asked; `public_url` says who asks when nothing else does.
pub(super) fn of_target(at: &At<'_>, public_url: Option<&Url>) -> Option<Handshake> {
    let raw: RawHandshake = read(at)?;
    let host = || public_url.and_then(Url::host_str).map(str::to_owned);
    let Some(origin) = raw.origin.or_else(host) else {
        at.fault("who asks is not known: give `origin: hooks.example.com`, or `public_url`");
        return None;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
    let sound = !origin.is_empty() && origin.len() <= 253 && origin.chars().all(plain);
    match HeaderValue::from_str(&origin).ok().filter(|_| sound) {
        Some(origin) => Some(Handshake { origin, rate: raw.rate }),
        None => {
            let message =
                format!("`{origin}` is no name of a host: expected one such as hooks.example.com");
            at.key("origin").fault(message);
            None
        }
    }
}

/// Reads what a source answers.
pub(super) fn of_source(at: &At<'_>) -> Option<Consent> {
    let raw: RawConsent = read(at)?;
    let globs = |list: Vec<String>| match Globs::new(&list, Names::AnyCase) {
        Ok(_) if list.is_empty() => {
            at.key("origins").fault("an empty list takes nobody: leave it out to take everybody");
            None
        }
        Ok(globs) => Some(globs),
        Err(faults) => {
            faults.into_iter().for_each(|(_, fault)| at.key("origins").fault(fault));
            None
        }
    };
    let origins = match raw.origins {
        Some(list) => Some(globs(list)?),
        None => None,
    };
    Some(Consent { origins, rate: raw.rate })
}

/// `true` stands for a map with nothing in it, `false` for none.
fn read<T: serde::de::DeserializeOwned + Default>(at: &At<'_>) -> Option<T> {
    if !at.is_there() {
        return None;
    }
    if at.node.as_map().is_some() {
        return at.read();
    }
    at.read::<bool>()?.then(T::default)
}
