//! `hmac`: a keyed hash of the body in a header, as `sha256=<hex>` or bare.

use super::{AnyHeader, Failure, Keys, Message, Outbound, SecretFault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac as Keyed, KeyInit, Mac};
use serde::Deserialize;
use sha1::Sha1;
use sha2::Sha256;

/// A keyed hash of the body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hmac {
    /// The hash.
    pub algorithm: Algorithm,
    /// The header that holds it.
    pub header: AnyHeader,
    /// What stands before the digest, such as `sha256=`. A bare digest may have one all the same.
    #[serde(default)]
    pub prefix: String,
    /// The bytes that are hashed.
    #[serde(default)]
    pub over: Over,
    /// How the digest is written.
    #[serde(default)]
    pub encoding: Encoding,
}

/// The hash under the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-1, which old receivers still ask for.
    Sha1,
}

/// The bytes that are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The body as it was sent, form or not.
    #[default]
    Body,
    /// The JSON text, also when it travels in a form or a query.
    Json,
}

/// How the digest is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Lower-case hexadecimal.
    #[default]
    Hex,
    /// Base64 with padding.
    Base64,
}

impl Hmac {
    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let given = self.digest(self.header.proof(message.headers)?)?;
        let bytes = match self.over {
            Over::Body => message.body,
            Over::Json => message.json,
        };
        match keys.any(|key| self.algorithm.verify(key, bytes, &given)) {
            true => Ok(()),
            false => Err(Failure::Wrong(self.header.to_string())),
        }
    }

    pub(super) fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Vec<(String, String)>, SecretFault> {
        let AnyHeader::One(header) = &self.header else { return Err(SecretFault::OpenHeader) };
        let digest = self.algorithm.sign(keys.first()?.as_bytes(), message.body);
        let digest = match self.encoding {
            Encoding::Hex => hex::encode(digest),
            Encoding::Base64 => STANDARD.encode(digest),
        };
        Ok(vec![(header.written().to_owned(), format!("{}{digest}", self.prefix))])
    }

    /// The same with the star filled in; a text that makes no name of it changes nothing.
    pub(super) fn filled_in(self, star: &str) -> Self {
        match self.header.filled_in(star) {
            Ok(header) => Self { header: header.into(), ..self },
            Err(_) => self,
        }
    }

    /// The digest in the header's value.
    fn digest(&self, value: &[u8]) -> Result<Vec<u8>, Failure> {
        let digest = match self.prefix.as_str() {
            "" => value.strip_prefix(self.algorithm.prefix()).unwrap_or(value),
            prefix => value
                .strip_prefix(prefix.as_bytes())
                .ok_or_else(|| self.header.malformed("its prefix is another"))?,
        };
        if digest.is_empty() {
            return Err(Failure::Empty(self.header.to_string()));
        }
        match self.encoding {
            // One digest has one spelling: upper case is no forge's.
            Encoding::Hex if digest.iter().any(u8::is_ascii_uppercase) => None,
            Encoding::Hex => hex::decode(digest).ok(),
            Encoding::Base64 => STANDARD.decode(digest).ok(),
        }
        .ok_or_else(|| self.header.malformed("it is no digest"))
    }
}

impl Algorithm {
    fn prefix(self) -> &'static [u8] {
        match self {
            Self::Sha256 => b"sha256=",
            Self::Sha1 => b"sha1=",
        }
    }

    fn verify(self, key: &[u8], bytes: &[u8], digest: &[u8]) -> bool {
        match self {
            Self::Sha256 => keyed::<Keyed<Sha256>>(key, bytes).verify_slice(digest).is_ok(),
            Self::Sha1 => keyed::<Keyed<Sha1>>(key, bytes).verify_slice(digest).is_ok(),
        }
    }

    fn sign(self, key: &[u8], bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => keyed::<Keyed<Sha256>>(key, bytes).finalize().into_bytes().to_vec(),
            Self::Sha1 => keyed::<Keyed<Sha1>>(key, bytes).finalize().into_bytes().to_vec(),
        }
    }
}

/// The hash of the bytes under the key, ready to be compared or taken.
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length: this cannot fail")]
pub(super) fn keyed<M: Mac + KeyInit>(key: &[u8], bytes: &[u8]) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(bytes);
    mac
}
