//! What a forge never signs, even where its hook has a secret: a try of the hook without any news.

use super::detect::{Raw, Test};
use crate::json;
use http::HeaderMap;
use serde::Deserialize;

/// More than any try of a hook is long.
const MOST: usize = 1024;

/// Tells a delivery that the forge never signs. It is answered and nothing of it is read, kept or passed
/// on, so its body must be known whole.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Unsigned {
    headers: Option<Test>,
    event: Option<String>,
    keys: Vec<String>,
}

impl Unsigned {
    /// Whether all of it holds: the headers, the forge's word for the event, and exactly the keys in a
    /// small body, which may be missing where there are none.
    pub fn holds(&self, headers: &HeaderMap, event: Option<&str>, text: &str) -> bool {
        let body = text.trim();
        let empty = self.keys.is_empty() && body.is_empty();
        text.len() <= MOST
            && self.headers.as_ref().is_none_or(|test| test.holds(headers))
            && self.event.as_deref().is_none_or(|word| event == Some(word))
            && (empty || json::has_exactly_keys(body, &self.keys))
    }
}

impl TryFrom<Raw> for Unsigned {
    type Error = &'static str;

    fn try_from(mut raw: Raw) -> Result<Self, Self::Error> {
        let (event, Some(keys)) = (raw.event.take(), raw.keys.take()) else {
            return Err(
                "what is never signed is told by all `keys:` of its body, too: `keys: []` for none",
            );
        };
        let headers = if raw.is_empty() { None } else { Some(Test::try_from(raw)?) };
        match headers.is_none() && event.is_none() {
            true => Err("what is never signed is told by a header or by `event:`, beside its keys"),
            false => Ok(Self { headers, event, keys }),
        }
    }
}
