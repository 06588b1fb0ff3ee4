//! Signature schemes: one file each, verifying and signing side by side.
//!
//! A forge's `forge.yaml` names its schemes under `verify.schemes`, and a source or target may use any of them
//! by its own name, with settings of its own. The tag `scheme` picks one of these files, the other keys are
//! its settings; the page of the mapping language has the table.
//!
//! | scheme | what it is | of several secrets |
//! |---|---|---|
//! | `hmac` | a keyed hash of the body, or of a text around it, in a header | the first signs |
//! | `token` | the secret itself in a header or in the body | the first is sent |
//! | `bearer` | the secret itself as `Authorization: Bearer` | the first is sent |
//! | `basic` | a user and a password | the first is sent |
//! | `standard_webhooks` | id, time and body, hashed or signed with a private key | each signs |
//! | `timestamp_hmac` | a keyed hash of the time, in a header | the first signs |
//! | `query_signature` | a keyed hash and its time in the query | the first signs |
//! | `body_signature` | a keyed hash of the time as members of the body | the first signs |
//! | `ed25519` | a signature with a private key over body and nonce | the first signs |
//! | `sigv4` | AWS Signature Version 4 | the first signs |
//!
//! Everything is compared in constant time, a signature that is there but empty is none, and an
//! empty secret verifies nothing. Any of several secrets verifies, whatever the scheme.

mod any_header;
mod basic;
mod bearer;
mod body_signature;
mod clock;
mod digest;
mod ed25519;
mod fault;
mod header;
mod hmac;
mod keys;
mod message;
mod place;
mod query_signature;
mod signature;
mod signed_string;
mod sigv4;
mod standard_webhooks;
mod standard_webhooks_v1a;
mod timestamp_hmac;
mod token;

pub use any_header::AnyHeader;
pub use basic::Basic;
pub use bearer::Bearer;
pub use body_signature::BodySignature;
pub use clock::TimestampUnit;
pub use digest::{Algorithm, Encoding};
pub use ed25519::Ed25519;
pub use fault::{Failure, SecretFault, SettingFault};
pub use header::Header;
pub use hmac::{Hmac, Over};
pub use keys::Keys;
pub use message::{Message, Outbound, RequestLine};
pub use place::Place;
pub use query_signature::QuerySignature;
pub use signature::Signature;
pub use signed_string::{Field, SignedString, SignedStringError};
pub use sigv4::SigV4;
pub use standard_webhooks::StandardWebhooks;
pub use timestamp_hmac::TimestampHmac;
pub use token::Token;

use serde::Deserialize;
use std::time::Duration;

/// One way of proving where a delivery comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
pub enum Scheme {
    /// A keyed hash in a header.
    Hmac(Hmac),
    /// The secret itself in a header.
    Token(Token),
    /// The Standard Webhooks trio of headers.
    StandardWebhooks(StandardWebhooks),
    /// A keyed hash of a timestamp; the body is not covered.
    TimestampHmac(TimestampHmac),
    /// A signature with a private key.
    Ed25519(Ed25519),
    /// A user and a password.
    Basic(Basic),
    /// The secret itself as a bearer token.
    Bearer(Bearer),
    /// A keyed hash in the query.
    QuerySignature(QuerySignature),
    /// A keyed hash in the body.
    BodySignature(BodySignature),
    /// AWS Signature Version 4.
    #[serde(rename = "sigv4")]
    SigV4(SigV4),
}

impl Scheme {
    /// Whether the message proves to come from who holds one of the keys.
    ///
    /// # Errors
    /// Why it does not, in words that may be shown to the sender.
    pub fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        if !keys.secrets().iter().any(|secret| !secret.is_empty()) {
            return Err(Failure::NoSecret);
        }
        match self {
            Self::Hmac(scheme) => scheme.verify(message, keys),
            Self::Token(scheme) => scheme.verify(message, keys),
            Self::StandardWebhooks(scheme) => scheme.verify(message, keys),
            Self::TimestampHmac(scheme) => scheme.verify(message, keys),
            Self::Ed25519(scheme) => scheme.verify(message, keys),
            Self::Basic(scheme) => scheme.verify(message, keys),
            Self::Bearer(scheme) => scheme.verify(message, keys),
            Self::QuerySignature(scheme) => scheme.verify(message, keys),
            Self::BodySignature(scheme) => scheme.verify(message, keys),
            Self::SigV4(scheme) => scheme.verify(message, keys),
        }
    }

    /// What proves the message to a receiver who holds the key. Of several secrets the first signs, except
    /// where the scheme can carry several signatures.
    ///
    /// # Errors
    /// A secret that this scheme cannot sign with.
    pub fn sign(&self, keys: &Keys, message: &Outbound<'_>) -> Result<Signature, SecretFault> {
        self.check_keys(keys)?;
        match self {
            Self::Hmac(scheme) => scheme.sign(keys, message),
            Self::Token(scheme) => scheme.sign(keys),
            Self::StandardWebhooks(scheme) => scheme.sign(keys, message),
            Self::TimestampHmac(scheme) => scheme.sign(keys, message),
            Self::Ed25519(scheme) => scheme.sign(keys, message),
            Self::Basic(scheme) => scheme.sign(keys),
            Self::Bearer(scheme) => scheme.sign(keys),
            Self::QuerySignature(scheme) => scheme.sign(keys, message),
            Self::BodySignature(scheme) => scheme.sign(keys, message),
            Self::SigV4(scheme) => scheme.sign(keys, message),
        }
    }

    /// Whether every secret is one that this scheme can work with: asked at start-up, so that a
    /// wrong one is found before the first delivery.
    ///
    /// # Errors
    /// The first fault, without the secret.
    pub fn check_keys(&self, keys: &Keys) -> Result<(), SecretFault> {
        if keys.secrets().is_empty() || keys.secrets().iter().any(|secret| secret.is_empty()) {
            return Err(SecretFault::Empty);
        }
        match self {
            Self::StandardWebhooks(scheme) => scheme.check_keys(keys),
            Self::Ed25519(_) => Ed25519::check_keys(keys),
            Self::Basic(_) if keys.user().is_none() => Err(SecretFault::NoUser),
            Self::Token(_) | Self::Bearer(_) | Self::Basic(_) => keys.check_as_header(),
            Self::Hmac(_)
            | Self::TimestampHmac(_)
            | Self::QuerySignature(_)
            | Self::BodySignature(_)
            | Self::SigV4(_) => Ok(()),
        }
    }

    /// Whether its settings go together: asked when they are read.
    ///
    /// # Errors
    /// What does not.
    pub fn check(&self) -> Result<(), SettingFault> {
        match self {
            Self::Hmac(scheme) => scheme.check(),
            Self::QuerySignature(scheme) => scheme.check(),
            Self::BodySignature(scheme) => scheme.check(),
            _ => Ok(()),
        }
    }

    /// Whether it can sign with these keys: one whose header has a star in its name only verifies, and so
    /// does a public key.
    ///
    /// # Errors
    /// That it cannot.
    pub fn check_signs(&self, keys: &Keys) -> Result<(), SecretFault> {
        match self {
            Self::Hmac(Hmac { header: AnyHeader::Starred { .. }, .. })
            | Self::Token(Token { header: None, .. }) => Err(SecretFault::OpenHeader),
            Self::StandardWebhooks(scheme) => scheme.check_signs(keys),
            _ => Ok(()),
        }
    }

    /// Whether what it proves includes the body: a token alone does not.
    pub fn covers_body(&self) -> bool {
        match self {
            Self::Hmac(scheme) => scheme.covers_body(),
            Self::QuerySignature(scheme) => scheme.covers_body(),
            Self::StandardWebhooks(_) | Self::Ed25519(_) | Self::SigV4(_) => true,
            Self::Token(_)
            | Self::Bearer(_)
            | Self::Basic(_)
            | Self::TimestampHmac(_)
            | Self::BodySignature(_) => false,
        }
    }

    /// Whether it rests on SHA-1, which is accepted only where a source allows it.
    pub fn is_sha1(&self) -> bool {
        match self {
            Self::Hmac(hmac) => hmac.algorithm == Algorithm::Sha1,
            Self::QuerySignature(query) => query.algorithm == Algorithm::Sha1,
            _ => false,
        }
    }

    /// The same scheme with its header's star filled in, where it has one: whoever signs knows the name.
    #[must_use]
    pub fn filled_in(self, star: &str) -> Self {
        match self {
            Self::Hmac(hmac) => Self::Hmac(hmac.filled_in(star)),
            other => other,
        }
    }

    /// Whether whoever uses it has to say which header holds the secret.
    pub fn lacks_header(&self) -> bool {
        matches!(self, Self::Token(Token { header: None, body: None, .. }))
    }

    /// The same scheme with the secret in this header, where it has none of its own.
    #[must_use]
    pub fn in_header(self, header: Header) -> Self {
        match self {
            Self::Token(Token { header: None, prefix, body }) => {
                Self::Token(Token { header: Some(header), prefix, body })
            }
            other => other,
        }
    }

    /// The headers whose values must not be kept: whoever has them could send in the forge's name.
    pub fn secret_headers(&self) -> Vec<&Header> {
        match self {
            Self::Token(scheme) => scheme.header.iter().collect(),
            Self::TimestampHmac(scheme) => vec![&scheme.header],
            Self::Hmac(Hmac { header: AnyHeader::One(header), .. }) if !self.covers_body() => {
                vec![header]
            }
            // `Authorization` is kept by nobody.
            _ => Vec::new(),
        }
    }

    /// The header in which the forge says when it sent a delivery, the same for each attempt.
    pub fn timestamp_header(&self) -> Option<&Header> {
        match self {
            Self::TimestampHmac(scheme) => Some(&scheme.timestamp_header),
            _ => None,
        }
    }

    /// The same scheme with another time window, where it has one.
    #[must_use]
    pub fn with_tolerance(self, tolerance: Duration) -> Self {
        match self {
            Self::StandardWebhooks(_) => Self::StandardWebhooks(StandardWebhooks { tolerance }),
            Self::TimestampHmac(scheme) => {
                Self::TimestampHmac(TimestampHmac { tolerance, ..scheme })
            }
            Self::Hmac(scheme) => Self::Hmac(Hmac { tolerance, ..scheme }),
            Self::QuerySignature(scheme) => {
                Self::QuerySignature(QuerySignature { tolerance, ..scheme })
            }
            Self::BodySignature(scheme) => {
                Self::BodySignature(BodySignature { tolerance, ..scheme })
            }
            Self::SigV4(scheme) => Self::SigV4(SigV4 { tolerance, ..scheme }),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests;
