//! A part of what stands in a header or in the body: the version within a User-Agent, say.

use super::Origin;
use super::origin;
use http::HeaderMap;
use regex::Regex;
use serde::Deserialize;

/// One place to look, and what of it counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Extract {
    origin: Origin,
    part: Option<Regex>,
}

impl Extract {
    /// What stands there, or its part; nothing when there is no such part.
    fn read(&self, headers: &HeaderMap, text: &str) -> Option<String> {
        let whole = self.origin.read(headers, text)?;
        match &self.part {
            None => Some(whole),
            Some(part) => Some(part.captures(&whole)?.get(1)?.as_str().to_owned()),
        }
    }
}

/// The first that is there.
pub(super) fn first(places: &[Extract], headers: &HeaderMap, text: &str) -> Option<String> {
    places.iter().find_map(|place| place.read(headers, text)).filter(|part| !part.is_empty())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    header: Option<crate::scheme::AnyHeader>,
    body: Option<crate::json::Path>,
    re: Option<String>,
}

impl TryFrom<Raw> for Extract {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let origin = origin::one(raw.header, raw.body)?;
        let part = raw.re.as_deref().map(Regex::new).transpose();
        let part = part.map_err(|error| format!("`re`: {error}"))?;
        match part.as_ref().is_none_or(|part| part.captures_len() == 2) {
            true => Ok(Self { origin, part }),
            false => Err("`re` has one group, which is the part that counts".to_owned()),
        }
    }
}
