//! Keyed hashes, and how they are written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// The hash under the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-1, which old receivers still ask for.
    Sha1,
}

/// How a digest is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Lower-case hexadecimal.
    #[default]
    Hex,
    /// Base64 with padding.
    Base64,
}

impl Algorithm {
    /// What stands before a digest where its algorithm is named.
    pub(super) fn prefix(self) -> &'static [u8] {
        match self {
            Self::Sha256 => b"sha256=",
            Self::Sha384 => b"sha384=",
            Self::Sha512 => b"sha512=",
            Self::Sha1 => b"sha1=",
        }
    }

    /// The hash of the parts, one after the other, under the key.
    pub(super) fn mac<'p>(self, key: &[u8], parts: impl IntoIterator<Item = &'p [u8]>) -> Vec<u8> {
        match self {
            Self::Sha256 => keyed::<Hmac<Sha256>>(key, parts),
            Self::Sha384 => keyed::<Hmac<Sha384>>(key, parts),
            Self::Sha512 => keyed::<Hmac<Sha512>>(key, parts),
            Self::Sha1 => keyed::<Hmac<Sha1>>(key, parts),
        }
    }
}

impl Encoding {
    pub(super) fn write(self, digest: &[u8]) -> String {
        match self {
            Self::Hex => hex::encode(digest),
            Self::Base64 => STANDARD.encode(digest),
        }
    }

    /// Reads a digest. One digest has one spelling: hexadecimal in upper case is nobody's.
    pub(super) fn read(self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Hex if text.iter().any(u8::is_ascii_uppercase) => None,
            Self::Hex => hex::decode(text).ok(),
            Self::Base64 => STANDARD.decode(text).ok(),
        }
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length: this cannot fail")]
fn keyed<'p, M: Mac + KeyInit>(key: &[u8], parts: impl IntoIterator<Item = &'p [u8]>) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.into_iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}
