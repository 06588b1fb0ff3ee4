//! A header's name, found in any case and written as the forge writes it.

use super::Failure;
use http::{HeaderMap, HeaderName};
use serde::{Deserialize, Deserializer, de};
use std::fmt;

/// The name of a header.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    name: HeaderName,
    written: String,
}

impl Header {
    /// A header by its name as people write it.
    ///
    /// # Errors
    /// A text that is no header name.
    pub fn new(written: &str) -> Result<Self, http::header::InvalidHeaderName> {
        Ok(Self { name: written.parse()?, written: written.to_owned() })
    }

    /// A header whose name is known to be one.
    pub(super) fn from_written(name: HeaderName, written: &str) -> Self {
        Self { name, written: written.to_owned() }
    }

    /// The name for looking it up.
    pub fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The name as the forge writes it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The value, trimmed; nothing when the header is not there or is no text.
    pub fn text<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers.get(&self.name)?.to_str().ok().map(str::trim)
    }

    /// The value, when there is one and it is not empty.
    pub fn filled<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        self.text(headers).filter(|value| !value.is_empty())
    }

    /// The bytes of a value that proves something. Two values are one too many: readers would
    /// disagree on which of them counts.
    pub(super) fn proof<'a>(&self, headers: &'a HeaderMap) -> Result<&'a [u8], Failure> {
        let mut values = headers.get_all(&self.name).iter();
        let value = values.next().ok_or_else(|| Failure::Missing(self.written.clone()))?;
        if values.next().is_some() {
            return Err(self.malformed("it stands twice"));
        }
        match value.as_bytes().trim_ascii() {
            [] => Err(Failure::Empty(self.written.clone())),
            value => Ok(value),
        }
    }

    pub(super) fn malformed(&self, what: &'static str) -> Failure {
        Failure::Malformed { at: self.written.clone(), what }
    }
}

impl From<HeaderName> for Header {
    fn from(name: HeaderName) -> Self {
        Self { written: name.as_str().to_owned(), name }
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        if written.contains('*') {
            return Err(de::Error::custom(format!("`{written}`: no star may stand in this name")));
        }
        Self::new(&written).map_err(|_| de::Error::custom(format!("`{written}` is no header name")))
    }
}
