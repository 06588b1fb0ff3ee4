//! Which headers are a forge's own, and which values must not be kept.

use crate::json::STARS;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::{Deserialize, Deserializer, de};

/// A header's name, or the beginning of names: `X-Forge-*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    start: String,
    open: bool,
}

impl Pattern {
    /// Whether the header is meant.
    pub fn matches(&self, name: &HeaderName) -> bool {
        match self.open {
            true => name.as_str().starts_with(&self.start),
            false => name.as_str() == self.start,
        }
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (start, open) = match text.strip_suffix('*') {
            Some(start) => (start, true),
            None => (text.as_str(), false),
        };
        match start.parse::<HeaderName>() {
            // A star is a letter to HTTP, and here only the end may be open.
            Ok(name) if !start.contains('*') => Ok(Self { start: name.as_str().to_owned(), open }),
            _ => Err(de::Error::custom(format!(
                "`{text}` is neither a header name nor the beginning of some and `*`"
            ))),
        }
    }
}

/// Headers that hold credentials whoever sends them.
const ALWAYS: [HeaderName; 3] =
    [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE];

/// The headers with the values of the secret ones starred out.
pub(super) fn redact(headers: &HeaderMap, secret: &[&HeaderName]) -> HeaderMap {
    let mut kept = headers.clone();
    for (name, value) in &mut kept {
        if ALWAYS.contains(name) || secret.contains(&name) {
            *value = HeaderValue::from_static(STARS);
        }
    }
    kept
}
