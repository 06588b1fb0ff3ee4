//! A header, or any of those whose names differ in one part: forges whose identity is configurable put
//! it into the names of their headers.

use super::{Failure, Header};
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Deserializer, de};
use std::fmt;

/// A header by its name, or by a name with one star in it: `X-*-Trigger`.
#[derive(Clone, PartialEq, Eq)]
pub enum AnyHeader {
    /// This one.
    One(Header),
    /// Whichever fits; the star stands for at least one character.
    Starred {
        /// How it is written.
        written: String,
        /// What stands before the star, in lower case.
        start: String,
        /// What stands after it, in lower case.
        end: String,
    },
}

impl AnyHeader {
    /// What the star stands for in a name, when it fits; nothing for a name without one.
    pub fn fits<'n>(&self, name: &'n str) -> Option<&'n str> {
        match self {
            Self::One(header) => name.eq_ignore_ascii_case(header.name().as_str()).then_some(""),
            Self::Starred { start, end, .. } => {
                let (head, rest) = name.split_at_checked(start.len())?;
                let (star, tail) = rest.split_at_checked(rest.len().checked_sub(end.len())?)?;
                let fits = head.eq_ignore_ascii_case(start) && tail.eq_ignore_ascii_case(end);
                (fits && !star.is_empty()).then_some(star)
            }
        }
    }

    /// What the star may stand for, in the order of the alphabet; nothing for a name without one.
    pub fn stars<'a>(&self, headers: &'a HeaderMap) -> Vec<&'a str> {
        let names = headers.keys().filter(|_| matches!(self, Self::Starred { .. }));
        let mut stars: Vec<_> = names.filter_map(|name| self.fits(name.as_str())).collect();
        stars.sort_unstable();
        stars
    }

    /// The header with the star filled in.
    ///
    /// # Errors
    /// A text that makes no header name of it.
    pub fn filled_in(&self, star: &str) -> Result<Header, http::header::InvalidHeaderName> {
        match self {
            Self::One(header) => Ok(header.clone()),
            Self::Starred { written, .. } => Header::new(&written.replacen('*', star, 1)),
        }
    }

    /// The value of the header; of several that fit, the first in the order of the alphabet. Where
    /// `star` is given, the star stands for that.
    pub fn value<'a>(&self, headers: &'a HeaderMap, star: Option<&str>) -> Option<&'a HeaderValue> {
        if let Self::One(header) = self {
            return headers.get(header.name());
        }
        let fits = |name: &&str| star.is_none_or(|star| self.fits(name) == Some(star));
        let names = headers.keys().map(|name| name.as_str());
        let name = names.filter(|name| self.fits(name).is_some()).filter(fits).min()?;
        headers.get(name)
    }

    /// The value, trimmed, as text.
    pub fn text<'a>(&self, headers: &'a HeaderMap, star: Option<&str>) -> Option<&'a str> {
        self.value(headers, star)?.to_str().ok().map(str::trim)
    }

    /// The value, when there is one and it is not empty.
    pub fn filled<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        self.text(headers, None).filter(|value| !value.is_empty())
    }

    /// The bytes of a value that proves something: of several headers that fit, nobody could say
    /// which one counts.
    pub(super) fn proof<'a>(&self, headers: &'a HeaderMap) -> Result<&'a [u8], Failure> {
        let star = match self {
            Self::One(header) => return header.proof(headers),
            Self::Starred { .. } => self.stars(headers),
        };
        match star[..] {
            [] => Err(Failure::Missing(self.to_string())),
            [star] => {
                let header = self.filled_in(star);
                header.map_err(|_| self.malformed("its name is odd"))?.proof(headers)
            }
            _ => Err(self.malformed("several headers fit")),
        }
    }

    pub(super) fn malformed(&self, what: &'static str) -> Failure {
        Failure::Malformed { at: self.to_string(), what }
    }
}

impl From<Header> for AnyHeader {
    fn from(header: Header) -> Self {
        Self::One(header)
    }
}

impl fmt::Display for AnyHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(header) => header.fmt(f),
            Self::Starred { written, .. } => f.write_str(written),
        }
    }
}

impl fmt::Debug for AnyHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'de> Deserialize<'de> for AnyHeader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        // A star is a letter to HTTP.
        let name = Header::new(&written);
        let Some((start, end)) = written.split_once('*') else {
            let fault = |_| de::Error::custom(format!("`{written}` is no header name"));
            return name.map(Self::One).map_err(fault);
        };
        if name.is_err() || end.contains('*') || start.is_empty() {
            let fault = format!("`{written}` is no header name with one star, such as `X-*-Event`");
            return Err(de::Error::custom(fault));
        }
        let (start, end) = (start.to_lowercase(), end.to_lowercase());
        Ok(Self::Starred { written, start, end })
    }
}
