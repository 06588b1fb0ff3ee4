//! The text that a signature is made over, as a small template: `{{timestamp}}.{{body}}`.

use serde::{Deserialize, Deserializer, de};
use std::str::FromStr;

/// What is signed: text, and the parts of the request that stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedString(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
}

/// A part of the request that may be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `{{body}}`, byte for byte.
    Body,
    /// `{{timestamp}}`, as it is written beside the signature.
    Timestamp,
    /// `{{id}}`, the id of the delivery.
    Id,
    /// `{{secret}}`: a few receivers sign with the secret and sign the secret, too.
    Secret,
}

/// The bytes of the fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) body: &'a [u8],
    pub(super) timestamp: &'a [u8],
    pub(super) id: &'a [u8],
    pub(super) secret: &'a [u8],
}

/// A text that is no such template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedStringError {
    /// A field that there is not.
    #[error(
        "`{{{{{0}}}}}` cannot be signed: expected {{{{body}}}}, {{{{timestamp}}}}, {{{{id}}}} or {{{{secret}}}}"
    )]
    NoField(String),
    /// An open bracket.
    #[error("`{{{{` without `}}}}` in what is signed")]
    Open,
}

impl SignedString {
    /// The body and nothing else.
    pub fn body() -> Self {
        Self(vec![Part::Field(Field::Body)])
    }

    /// The time, a line break and the secret, as several chat tools sign their webhooks.
    pub fn timestamp_and_secret() -> Self {
        let [timestamp, secret] = [Field::Timestamp, Field::Secret].map(Part::Field);
        Self(vec![timestamp, Part::Text("\n".to_owned()), secret])
    }

    /// Whether a field stands in it.
    pub fn has(&self, field: Field) -> bool {
        self.0.contains(&Part::Field(field))
    }

    /// The bytes, part by part: a body is not copied to be signed.
    pub(super) fn parts<'a>(&'a self, values: Values<'a>) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().map(move |part| match part {
            Part::Text(text) => text.as_bytes(),
            Part::Field(Field::Body) => values.body,
            Part::Field(Field::Timestamp) => values.timestamp,
            Part::Field(Field::Id) => values.id,
            Part::Field(Field::Secret) => values.secret,
        })
    }
}

impl FromStr for SignedString {
    type Err = SignedStringError;

    fn from_str(text: &str) -> Result<Self, SignedStringError> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").ok_or(SignedStringError::Open)?;
            let field = match name.trim() {
                "body" => Field::Body,
                "timestamp" => Field::Timestamp,
                "id" => Field::Id,
                "secret" => Field::Secret,
                other => return Err(SignedStringError::NoField(other.to_owned())),
            };
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Field(field));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }
}

impl<'de> Deserialize<'de> for SignedString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
