//! Where a word or an id of a delivery stands.

use crate::json::{self, Path};
use crate::scheme::AnyHeader;
use http::HeaderMap;
use serde::Deserialize;

/// One place to look.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Raw")]
pub enum Origin {
    /// A header.
    Header(AnyHeader),
    /// A field of the body; nothing else of it is read.
    Body(Path),
}

impl Origin {
    /// What stands there, unless it is empty.
    pub fn read(&self, headers: &HeaderMap, text: &str) -> Option<String> {
        match self {
            Self::Header(header) => header.filled(headers).map(str::to_owned),
            Self::Body(path) => {
                json::read(text, path).filter(|value| !value.is_empty()).map(Into::into)
            }
        }
    }
}

/// The first that is there and not empty: some forges send a header without a value.
pub(super) fn first(origins: &[Origin], headers: &HeaderMap, text: &str) -> Option<String> {
    origins.iter().find_map(|origin| origin.read(headers, text))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    header: Option<AnyHeader>,
    body: Option<Path>,
}

impl TryFrom<Raw> for Origin {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        one(raw.header, raw.body)
    }
}

/// The one place that is named.
pub(super) fn one(header: Option<AnyHeader>, body: Option<Path>) -> Result<Origin, &'static str> {
    match (header, body) {
        (Some(header), None) => Ok(Origin::Header(header)),
        (None, Some(path)) => Ok(Origin::Body(path)),
        _ => Err("write either `header:` or `body:`"),
    }
}
