//! `standard_webhooks`: <https://www.standardwebhooks.com>, a signature over id, time and body.
//!
//! Its header is a list: one entry for each secret, `v1,` for a shared one (`whsec_`) and `v1a,` for a pair
//! of keys (`whsk_`, `whpk_`).

use super::clock::{duration, five_minutes};
use super::standard_webhooks_v1a::KeyPair;
use super::{
    Algorithm, Failure, Header, Keys, Message, Outbound, SecretFault, Signature, TimestampUnit,
};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::HeaderName;
use serde::Deserialize;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// The trio `webhook-id`, `webhook-timestamp`, `webhook-signature`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardWebhooks {
    /// How far the timestamp may be off.
    #[serde(default = "five_minutes", deserialize_with = "duration")]
    pub tolerance: Duration,
}

pub(super) const ID: HeaderName = HeaderName::from_static("webhook-id");
pub(super) const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
pub(super) const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Some tools print secrets without their padding.
pub(super) const SECRET: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a secret signs and verifies with.
enum Key {
    Shared(Vec<u8>),
    Pair(KeyPair),
}

impl Default for StandardWebhooks {
    fn default() -> Self {
        Self { tolerance: five_minutes() }
    }
}

impl StandardWebhooks {
    pub(super) fn verify(self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let [id, timestamp, signature] = [ID, TIMESTAMP, SIGNATURE].map(Header::from);
        let given = signature.proof(message.headers)?;
        // Whoever leaves out a part of the trio did sign: that is no unsigned message.
        let beside = |_| signature.malformed("it came without its id or its timestamp");
        let id = id.proof(message.headers).map_err(beside)?;
        let sent = timestamp.proof(message.headers).map_err(beside)?;
        let entries = entries(given);
        if entries.is_empty() {
            return Err(signature.malformed("expected `v1,` and base64, or a list of such"));
        }
        let keys: Vec<_> = keys.usable().filter_map(|secret| Key::read(secret).ok()).collect();
        if keys.is_empty() {
            return Err(Failure::NoSecret);
        }
        // A sender may sign in one version alone: to the other, that is no signature at all.
        let known = |key: &Key| entries.iter().any(|(version, _)| *version == key.version());
        if !keys.iter().any(known) {
            let version = String::from_utf8_lossy(keys[0].version()).into_owned();
            return Err(Failure::Missing(format!("`{version}` in {SIGNATURE}")));
        }
        let signed = [id, b".", sent, b".", message.body];
        let holds = |holds: bool, key: &Key| {
            entries.iter().fold(holds, |holds, entry| holds | key.verify(entry, &signed))
        };
        if !keys.iter().fold(false, holds) {
            return Err(Failure::Wrong(signature.to_string()));
        }
        TimestampUnit::Seconds.check(sent, TIMESTAMP.as_str(), self.tolerance, message.now)
    }

    /// Signs with every secret, so that a receiver may change its own at any time.
    pub(super) fn sign(
        self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Signature, SecretFault> {
        let timestamp = TimestampUnit::Seconds.write(message.timestamp);
        let signed = [message.id.as_bytes(), b".", timestamp.as_bytes(), b".", message.body];
        let sign = |secret| Key::read(secret)?.sign(&signed);
        let signatures = keys.usable().map(sign).collect::<Result<Vec<_>, _>>()?;
        Ok(vec![
            (ID.to_string(), message.id.to_owned()),
            (TIMESTAMP.to_string(), timestamp),
            (SIGNATURE.to_string(), signatures.join(" ")),
        ]
        .into())
    }

    pub(super) fn check_keys(self, keys: &Keys) -> Result<(), SecretFault> {
        keys.usable().try_for_each(|secret| Key::read(secret).map(drop))
    }

    /// Whether every key can sign: a public one cannot.
    pub(super) fn check_signs(self, keys: &Keys) -> Result<(), SecretFault> {
        keys.usable().try_for_each(|secret| Key::read(secret)?.sign(&[]).map(drop))
    }
}

impl Key {
    /// The key in a secret such as `whsec_MfKQ…`.
    fn read(secret: &[u8]) -> Result<Self, SecretFault> {
        let Some(encoded) = secret.strip_prefix(b"whsec_") else {
            return KeyPair::read(secret).map(Self::Pair);
        };
        match SECRET.decode(encoded) {
            Ok(key) if !key.is_empty() => Ok(Self::Shared(key)),
            _ => Err(SecretFault::NotWhsec),
        }
    }

    fn version(&self) -> &'static [u8] {
        match self {
            Self::Shared(_) => b"v1",
            Self::Pair(_) => b"v1a",
        }
    }

    fn verify(&self, (version, signature): &(&[u8], Vec<u8>), signed: &[&[u8]]) -> bool {
        *version == self.version()
            && match self {
                Self::Shared(key) => mac(key, signed).ct_eq(signature).into(),
                Self::Pair(pair) => pair.verify(signed, signature),
            }
    }

    /// An entry of the list.
    fn sign(&self, signed: &[&[u8]]) -> Result<String, SecretFault> {
        Ok(match self {
            Self::Shared(key) => format!("v1,{}", STANDARD.encode(mac(key, signed))),
            Self::Pair(pair) => format!("v1a,{}", STANDARD.encode(pair.sign(signed)?)),
        })
    }
}

/// The entries of a list, by version; what is none is other people's business.
fn entries(list: &[u8]) -> Vec<(&[u8], Vec<u8>)> {
    let entry = |entry: &'_ [u8]| {
        let comma = entry.iter().position(|byte| *byte == b',')?;
        Some((comma, STANDARD.decode(&entry[comma + 1..]).ok()?))
    };
    let read = |text| entry(text).map(|(comma, signature)| (&text[..comma], signature));
    list.split(|byte| *byte == b' ').filter_map(read).collect()
}

fn mac(key: &[u8], signed: &[&[u8]]) -> Vec<u8> {
    Algorithm::Sha256.mac(key, signed.iter().copied())
}
