//! Tests on a request: whose it is, and whether it only tries the hook out.

use crate::json;
use crate::scheme::Header;
use http::HeaderMap;
use serde::Deserialize;

/// A test on the headers of a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Raw")]
pub enum Test {
    /// The header is there, even when it is empty.
    There(Header),
    /// The header is this.
    Equals(Header, String),
    /// The header begins with this.
    Prefix(Header, String),
    /// All of these hold.
    All(Vec<Test>),
}

/// What tells that a delivery only tries the hook out.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Raw")]
pub enum Probe {
    /// A test on the headers.
    Headers(Test),
    /// The forge's word for the event is this.
    Event(String),
    /// The body has exactly these keys.
    Keys(Vec<String>),
}

impl Test {
    /// Whether it holds.
    pub fn holds(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::There(header) => headers.contains_key(header.name()),
            Self::Equals(header, value) => header.text(headers) == Some(value),
            Self::Prefix(header, start) => {
                header.text(headers).is_some_and(|value| value.starts_with(start.as_str()))
            }
            Self::All(tests) => tests.iter().all(|test| test.holds(headers)),
        }
    }
}

impl Probe {
    /// Whether it holds.
    pub fn holds(&self, headers: &HeaderMap, event: Option<&str>, text: &str) -> bool {
        match self {
            Self::Headers(test) => test.holds(headers),
            Self::Event(word) => event == Some(word),
            Self::Keys(keys) => json::has_exactly_keys(text, keys),
        }
    }
}

/// Both, as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    header: Option<Header>,
    equals: Option<String>,
    prefix: Option<String>,
    all: Option<Vec<Test>>,
    event: Option<String>,
    keys: Option<Vec<String>>,
}

impl TryFrom<Raw> for Test {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        match raw {
            Raw { event: Some(_), .. } | Raw { keys: Some(_), .. } => {
                Err("`event:` and `keys:` stand under `ping` only")
            }
            Raw { header: Some(header), equals: None, prefix: None, all: None, .. } => {
                Ok(Self::There(header))
            }
            Raw { header: Some(header), equals: Some(value), prefix: None, all: None, .. } => {
                Ok(Self::Equals(header, value))
            }
            Raw { header: Some(header), equals: None, prefix: Some(start), all: None, .. } => {
                Ok(Self::Prefix(header, start))
            }
            Raw { header: None, equals: None, prefix: None, all: Some(tests), .. }
                if !tests.is_empty() =>
            {
                Ok(Self::All(tests))
            }
            Raw { .. } => {
                Err("a test is `header:`, alone or with `equals:` or `prefix:`, or `all:`")
            }
        }
    }
}

impl TryFrom<Raw> for Probe {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        let alone = raw.header.is_none() && raw.all.is_none();
        match raw {
            Raw { event: Some(event), keys: None, .. } if alone => Ok(Self::Event(event)),
            Raw { event: None, keys: Some(keys), .. } if alone => Ok(Self::Keys(keys)),
            Raw { event: None, keys: None, .. } => Test::try_from(raw).map(Self::Headers),
            Raw { .. } => Err("a probe is a test on a header, `event:` or `keys:`, one of them"),
        }
    }
}
