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
    /// Nowhere: this is the word of whatever says none.
    Word(String),
}

impl Origin {
    /// What stands there, unless it is empty.
    pub fn read(&self, headers: &HeaderMap, text: &str) -> Option<String> {
        match self {
            Self::Header(header) => header.filled(headers).map(str::to_owned),
            Self::Body(path) => {
                json::read(text, path).filter(|value| !value.is_empty()).map(Into::into)
            }
            Self::Word(word) => Some(word.clone()),
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
    word: Option<String>,
}

impl TryFrom<Raw> for Origin {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        match raw {
            Raw { header: None, body: None, word: Some(word) } if !word.is_empty() => {
                Ok(Self::Word(word))
            }
            Raw { word: Some(_), .. } => Err("a `word:` stands alone"),
            Raw { header, body, word: None } => one(header, body),
        }
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
