//! The signature schemes of a forge, by name.

use super::Unsigned;
use crate::scheme::Scheme;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use std::fmt;

/// How a forge's deliveries are verified.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Verify {
    /// The schemes that a plain `secret` means; nothing when a source must name one.
    pub default: Option<Vec<String>>,
    /// All of them.
    pub schemes: Schemes,
    /// What the forge never signs.
    pub unsigned: Vec<Unsigned>,
}

/// Schemes by name, in the order in which they are written.
#[derive(Debug, Clone, Default)]
pub struct Schemes(Vec<(String, Scheme)>);

impl Schemes {
    /// A scheme by its name.
    pub fn get(&self, name: &str) -> Option<&Scheme> {
        self.iter().find(|(own, _)| *own == name).map(|(_, scheme)| scheme)
    }

    /// Names and schemes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Scheme)> {
        self.0.iter().map(|(name, scheme)| (name.as_str(), scheme))
    }

    /// The names, for a message that lists them.
    pub fn names(&self) -> String {
        self.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

impl<'de> Deserialize<'de> for Schemes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Schemes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of names to schemes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Schemes, A::Error> {
                let mut schemes = Vec::new();
                while let Some((name, scheme)) = map.next_entry::<String, Scheme>()? {
                    let fault = |fault| A::Error::custom(format!("`{name}`: {fault}"));
                    scheme.check().map_err(fault)?;
                    schemes.push((name, scheme));
                }
                Ok(Schemes(schemes))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    default: Option<Vec<String>>,
    #[serde(default)]
    schemes: Schemes,
    #[serde(default)]
    unsigned: Vec<Unsigned>,
}

impl TryFrom<Raw> for Verify {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let unknown = |name: &&String| raw.schemes.get(name).is_none();
        match raw.default.iter().flatten().find(unknown) {
            Some(name) => {
                Err(format!("`default` names `{name}`; the schemes are {}", raw.schemes.names()))
            }
            None => {
                let Raw { default, schemes, unsigned } = raw;
                Ok(Self { default, schemes, unsigned })
            }
        }
    }
}
