//! `standard_webhooks`: <https://www.standardwebhooks.com>, a hash of id, time and body.

use super::hmac::keyed;
use super::timestamp_hmac::{duration, within};
use super::{Failure, Header, Keys, Message, Outbound, SecretFault};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, Mac};
use http::HeaderName;
use jiff::Timestamp;
use serde::Deserialize;
use sha2::Sha256;
use std::time::Duration;

/// The trio `webhook-id`, `webhook-timestamp`, `webhook-signature`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardWebhooks {
    /// How far the timestamp may be off.
    #[serde(default = "five_minutes", deserialize_with = "duration")]
    pub tolerance: Duration,
}

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Some tools print secrets without their padding.
const SECRET: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn five_minutes() -> Duration {
    Duration::from_secs(300)
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
        let signatures = version_1(given);
        if signatures.is_empty() {
            return Err(signature.malformed("expected `v1,` and base64, or a list of such"));
        }
        let keys: Vec<_> = keys.usable().filter_map(|secret| decode(secret).ok()).collect();
        if keys.is_empty() {
            return Err(Failure::NoSecret);
        }
        let mut holds = false;
        for key in &keys {
            for signature in &signatures {
                holds |= mac(key, id, sent, message.body).verify_slice(signature).is_ok();
            }
        }
        if !holds {
            return Err(Failure::Wrong(signature.to_string()));
        }
        let seconds = std::str::from_utf8(sent).ok().and_then(|text| text.parse().ok());
        let sent = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let sent = sent.ok_or_else(|| timestamp.malformed("expected seconds since 1970"))?;
        within(self.tolerance, sent, message.now)
    }

    /// Signs with every secret, so that a receiver may change its own at any time.
    pub(super) fn sign(
        self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Vec<(String, String)>, SecretFault> {
        let timestamp = message.timestamp.as_second().to_string();
        let mut signatures = Vec::new();
        for secret in keys.usable() {
            let key = decode(secret)?;
            let mac = mac(&key, message.id.as_bytes(), timestamp.as_bytes(), message.body);
            signatures.push(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
        }
        Ok(vec![
            (ID.to_string(), message.id.to_owned()),
            (TIMESTAMP.to_string(), timestamp),
            (SIGNATURE.to_string(), signatures.join(" ")),
        ])
    }

    pub(super) fn check_keys(self, keys: &Keys) -> Result<(), SecretFault> {
        keys.usable().try_for_each(|secret| decode(secret).map(drop))
    }
}

/// The key in a secret such as `whsec_MfKQ…`.
fn decode(secret: &[u8]) -> Result<Vec<u8>, SecretFault> {
    let encoded = secret.strip_prefix(b"whsec_").ok_or(SecretFault::NotWhsec)?;
    match SECRET.decode(encoded) {
        Ok(key) if !key.is_empty() => Ok(key),
        _ => Err(SecretFault::NotWhsec),
    }
}

/// The signatures of version 1 in a list; other versions are other people's business.
fn version_1(list: &[u8]) -> Vec<Vec<u8>> {
    list.split(|b| *b == b' ')
        .filter_map(|entry| STANDARD.decode(entry.strip_prefix(b"v1,")?).ok())
        .collect()
}

fn mac(key: &[u8], id: &[u8], timestamp: &[u8], body: &[u8]) -> Hmac<Sha256> {
    let mut mac = keyed::<Hmac<Sha256>>(key, id);
    mac.update(b".");
    mac.update(timestamp);
    mac.update(b".");
    mac.update(body);
    mac
}
