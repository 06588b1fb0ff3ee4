//! Which headers are a forge's own, and which values must not be kept.

use crate::json::STARS;
use http::{HeaderMap, HeaderName, HeaderValue};
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

/// What a name holds whose value is a credential, whoever sends it: a hook may carry the header of
/// another forge, and a proxy on the way its own.
const TELLING: [&str; 8] =
    ["authorization", "cookie", "token", "secret", "password", "api-key", "apikey", "credential"];

/// Whether the value of such a header is a credential, as far as its name tells.
fn tells(name: &HeaderName) -> bool {
    TELLING.iter().any(|word| name.as_str().contains(word))
}

/// The headers with the values of the secret ones starred out.
pub(super) fn redact(headers: &HeaderMap, secret: &[&HeaderName]) -> HeaderMap {
    let mut kept = headers.clone();
    for (name, value) in &mut kept {
        if value.is_sensitive() || tells(name) || secret.contains(&name) {
            *value = HeaderValue::from_static(STARS);
        }
    }
    kept
}

/// The headers of a request that may be anybody's, in the form they may be kept in.
pub fn without_secrets(headers: &HeaderMap) -> HeaderMap {
    redact(headers, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_told_by_its_name_whoever_sends_it() {
        let mut headers = HeaderMap::new();
        for name in ["authorization", "x-forge-token", "x-api-key", "set-cookie", "x-signature"] {
            headers.insert(name, HeaderValue::from_static("v"));
        }
        let mut marked = HeaderValue::from_static("v");
        marked.set_sensitive(true);
        headers.insert("x-marked", marked);
        let kept = without_secrets(&headers);
        assert_eq!(kept["x-signature"], "v", "it proves one delivery and no other");
        assert_eq!(kept.values().filter(|value| *value == STARS).count(), 5);
    }
}
