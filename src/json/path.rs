//! A plain path of keys: `$.hook.config.secret`.

use serde::{Deserialize, Deserializer, de};
use std::fmt;
use std::str::FromStr;

/// A path of keys into a JSON text. It has no indexes and no wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<String>);

/// A text that is no plain path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no plain path; write keys only, such as `$.hook.secret`")]
pub struct PathError(String);

impl Path {
    /// The keys from the outside in; there is at least one.
    pub fn keys(&self) -> &[String] {
        &self.0
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let fault = || PathError(text.to_owned());
        let keys = text.strip_prefix("$.").ok_or_else(fault)?;
        let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        keys.split('.')
            .map(|key| match !key.is_empty() && key.chars().all(plain) {
                true => Ok(key.to_owned()),
                false => Err(fault()),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "$.{}", self.0.join("."))
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_keys_and_nothing_else() {
        let path: Path = "$.hook.config.secret".parse().unwrap();
        assert_eq!(path.keys(), ["hook", "config", "secret"]);
        assert_eq!(path.to_string(), "$.hook.config.secret");
        for wrong in ["", "$", "$.", "$.a[0]", "$.a..b", "$.*", "a.b", "$['a']"] {
            assert!(wrong.parse::<Path>().is_err(), "{wrong}");
        }
    }
}
