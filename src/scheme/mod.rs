//! Signature schemes: one file each, verifying and signing side by side.
//!
//! A forge's `forge.yaml` names its schemes under `verify.schemes`; the tag `scheme` picks one of
//! these files, the other keys are its settings:
//!
//! | scheme | settings |
//! |---|---|
//! | `hmac` | `algorithm` sha256 or sha1, `header`, `prefix`?, `over` body (default) or json, `encoding` hex (default) or base64 |
//! | `token` | `header`?, `prefix`?, `body`? (where the body may hold it instead, `$.password`) |
//! | `standard_webhooks` | `tolerance` (default 5m) |
//! | `timestamp_hmac` | `header`, `timestamp_header` (milliseconds), `body`? and `timestamp_body`?, `tolerance` (default 1h) |
//! | `ed25519` | `header`, `nonce_header`? |
//! | `basic` | none |
//!
//! Everything is compared in constant time, a signature that is there but empty is none, and an
//! empty secret verifies nothing.

mod any_header;
mod basic;
mod ed25519;
mod fault;
mod header;
mod hmac;
mod keys;
mod message;
mod standard_webhooks;
mod timestamp_hmac;
mod token;

pub use any_header::AnyHeader;
pub use basic::Basic;
pub use ed25519::Ed25519;
pub use fault::{Failure, SecretFault};
pub use header::Header;
pub use hmac::{Algorithm, Encoding, Hmac, Over};
pub use keys::Keys;
pub use message::{Message, Outbound};
pub use standard_webhooks::StandardWebhooks;
pub use timestamp_hmac::TimestampHmac;
pub use token::Token;

use serde::Deserialize;
use std::time::Duration;

/// One way of proving where a delivery comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
pub enum Scheme {
    /// A keyed hash of the body in a header.
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
        }
    }

    /// The headers that prove the message to a receiver who holds the key: names as they are
    /// usually written, and their values. Of several secrets the first signs, except where the
    /// scheme can carry several signatures.
    ///
    /// # Errors
    /// A secret that this scheme cannot sign with.
    pub fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Vec<(String, String)>, SecretFault> {
        self.check_keys(keys)?;
        match self {
            Self::Hmac(scheme) => scheme.sign(keys, message),
            Self::Token(scheme) => scheme.sign(keys),
            Self::StandardWebhooks(scheme) => scheme.sign(keys, message),
            Self::TimestampHmac(scheme) => scheme.sign(keys, message),
            Self::Ed25519(scheme) => scheme.sign(keys, message),
            Self::Basic(scheme) => scheme.sign(keys),
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
            Self::Token(_) | Self::Basic(_) => keys.check_as_header(),
            Self::Hmac(_) | Self::TimestampHmac(_) => Ok(()),
        }
    }

    /// Whether it can sign: one whose header has a star in its name only verifies.
    ///
    /// # Errors
    /// That it cannot.
    pub fn check_signs(&self) -> Result<(), SecretFault> {
        match self {
            Self::Hmac(Hmac { header: AnyHeader::Starred { .. }, .. })
            | Self::Token(Token { header: None, .. }) => Err(SecretFault::OpenHeader),
            _ => Ok(()),
        }
    }

    /// Whether what it proves includes the body: a token alone does not.
    pub fn covers_body(&self) -> bool {
        matches!(self, Self::Hmac(_) | Self::StandardWebhooks(_) | Self::Ed25519(_))
    }

    /// Whether it rests on SHA-1, which is accepted only where a source allows it.
    pub fn is_sha1(&self) -> bool {
        matches!(self, Self::Hmac(hmac) if hmac.algorithm == Algorithm::Sha1)
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
            Self::Hmac(_) | Self::StandardWebhooks(_) | Self::Ed25519(_) | Self::Basic(_) => {
                Vec::new()
            }
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
            other => other,
        }
    }
}

#[cfg(test)]
mod tests;
