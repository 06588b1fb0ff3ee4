//! Tests on a request: whose it is, and whether it only tries the hook out.

use crate::json::{self, Path};
use crate::scheme::AnyHeader;
use http::HeaderMap;
use serde::Deserialize;

/// A test on the headers of a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Raw")]
pub enum Test {
    /// The header is there, even when it is empty.
    There(AnyHeader),
    /// The header is not there.
    Absent(AnyHeader),
    /// The header is this.
    Equals(AnyHeader, String),
    /// The header begins with this.
    Prefix(AnyHeader, String),
    /// All of these hold; the stars in their names stand for the same text.
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
    /// A field of the body is this.
    Body(Path, String),
    /// The body has no such field.
    NoBody(Path),
}

impl Test {
    /// Whether it holds.
    pub fn holds(&self, headers: &HeaderMap) -> bool {
        match self.stars(headers) {
            Some(stars) => stars.iter().any(|star| self.holds_with(headers, Some(star))),
            None => self.holds_with(headers, None),
        }
    }

    /// What the star stands for, where the test has one and holds.
    pub(super) fn star<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let stars = self.stars(headers)?;
        stars.into_iter().find(|star| self.holds_with(headers, Some(star)))
    }

    /// What the star may stand for; none where no star is. It is what must be there that tells.
    fn stars<'a>(&self, headers: &'a HeaderMap) -> Option<Vec<&'a str>> {
        match self {
            Self::There(header) | Self::Equals(header, _) | Self::Prefix(header, _) => {
                matches!(header, AnyHeader::Starred { .. }).then(|| header.stars(headers))
            }
            Self::Absent(_) => None,
            Self::All(tests) => tests.iter().find_map(|test| test.stars(headers)),
        }
    }

    fn holds_with(&self, headers: &HeaderMap, star: Option<&str>) -> bool {
        match self {
            Self::There(header) => header.value(headers, star).is_some(),
            Self::Absent(header) => header.value(headers, star).is_none(),
            Self::Equals(header, value) => header.text(headers, star) == Some(value),
            Self::Prefix(header, start) => {
                header.text(headers, star).is_some_and(|value| value.starts_with(start.as_str()))
            }
            Self::All(tests) => tests.iter().all(|test| test.holds_with(headers, star)),
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
            Self::Body(path, value) => json::read(text, path).is_some_and(|found| found == *value),
            Self::NoBody(path) => json::read(text, path).is_none(),
        }
    }
}

/// Both, as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    header: Option<AnyHeader>,
    equals: Option<String>,
    prefix: Option<String>,
    absent: Option<bool>,
    all: Option<Vec<Test>>,
    pub(super) event: Option<String>,
    pub(super) keys: Option<Vec<String>>,
    body: Option<Path>,
}

impl Raw {
    /// Whether it tests no header.
    pub(super) fn is_empty(&self) -> bool {
        let Self { header, equals, prefix, absent, all, body, .. } = self;
        let test = header.is_some() || equals.is_some() || prefix.is_some() || absent.is_some();
        !test && all.is_none() && body.is_none()
    }
}

impl TryFrom<Raw> for Test {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        let Raw { header, equals, prefix, absent, all, event, keys, body } = raw;
        if event.is_some() || keys.is_some() || body.is_some() {
            return Err("`event:`, `keys:` and `body:` stand under `ping` only");
        }
        match (header, all, equals, prefix, absent) {
            (Some(header), None, None, None, None) => Ok(Self::There(header)),
            (Some(header), None, None, None, Some(true)) => Ok(Self::Absent(header)),
            (Some(header), None, Some(value), None, None) => Ok(Self::Equals(header, value)),
            (Some(header), None, None, Some(start), None) => Ok(Self::Prefix(header, start)),
            (None, Some(tests), None, None, None) if !tests.is_empty() => Ok(Self::All(tests)),
            _ => Err(
                "a test is `header:`, alone or with `equals:`, `prefix:` or `absent: true`, or \
                      `all:`",
            ),
        }
    }
}

impl TryFrom<Raw> for Probe {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        let Raw { header: None, prefix: None, all: None, .. } = raw else {
            return Test::try_from(raw).map(Self::Headers);
        };
        match (raw.event, raw.keys, raw.body, raw.equals, raw.absent) {
            (Some(event), None, None, None, None) => Ok(Self::Event(event)),
            (None, Some(keys), None, None, None) => Ok(Self::Keys(keys)),
            (None, None, Some(path), Some(value), None) => Ok(Self::Body(path, value)),
            (None, None, Some(path), None, Some(true)) => Ok(Self::NoBody(path)),
            _ => Err(
                "a probe is a test on a header, `event:`, `keys:`, or `body:` with `equals:` or \
                      `absent: true`, one of them",
            ),
        }
    }
}
