//! `timestamp_hmac`: a keyed hash of the time and the key. It says who sends and when, not what.

use super::hmac::keyed;
use super::{Failure, Header, Keys, Message, Outbound, SecretFault};
use crate::json::{self, Path};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, de};
use sha2::Sha256;
use std::borrow::Cow;
use std::time::Duration;

/// Base64 of the SHA-256 hash of `"{timestamp}\n{key}"` under the key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimestampHmac {
    /// The header that holds the signature.
    pub header: Header,
    /// The header that holds the time, in milliseconds since 1970.
    pub timestamp_header: Header,
    /// Where the body holds the signature when the header does not.
    #[serde(default)]
    pub body: Option<Path>,
    /// Where the body holds the time when the header does not.
    #[serde(default)]
    pub timestamp_body: Option<Path>,
    /// How far the time may be off.
    #[serde(default = "one_hour", deserialize_with = "duration")]
    pub tolerance: Duration,
}

fn one_hour() -> Duration {
    Duration::from_secs(3600)
}

impl TimestampHmac {
    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let given = proof(&self.header, self.body.as_ref(), message)?;
        let sent = proof(&self.timestamp_header, self.timestamp_body.as_ref(), message)?;
        let digest = STANDARD.decode(given.as_ref());
        let digest = digest.map_err(|_| self.header.malformed("it is no base64"))?;
        if !keys.any(|key| mac(key, &sent).verify_slice(&digest).is_ok()) {
            return Err(Failure::Wrong(self.header.to_string()));
        }
        let millis = std::str::from_utf8(&sent).ok().and_then(|text| text.parse().ok());
        let sent = millis.and_then(|millis| Timestamp::from_millisecond(millis).ok());
        let malformed = || self.timestamp_header.malformed("expected milliseconds since 1970");
        within(self.tolerance, sent.ok_or_else(malformed)?, message.now)
    }

    pub(super) fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Vec<(String, String)>, SecretFault> {
        let sent = message.timestamp.as_millisecond().to_string();
        let digest = mac(keys.first()?.as_bytes(), sent.as_bytes()).finalize().into_bytes();
        Ok(vec![
            (self.timestamp_header.written().to_owned(), sent),
            (self.header.written().to_owned(), STANDARD.encode(digest)),
        ])
    }
}

/// A value from its header, or from the body where the header has none.
fn proof<'a>(
    header: &Header,
    path: Option<&Path>,
    message: &Message<'a>,
) -> Result<Cow<'a, [u8]>, Failure> {
    let missing = match header.proof(message.headers) {
        Ok(value) => return Ok(Cow::Borrowed(value)),
        Err(missing @ (Failure::Missing(_) | Failure::Empty(_))) => missing,
        Err(other) => return Err(other),
    };
    let json = std::str::from_utf8(message.json).ok();
    match path.zip(json).and_then(|(path, json)| json::read(json, path)) {
        Some(value) if !value.is_empty() => Ok(Cow::Owned(value.into_owned().into_bytes())),
        _ => Err(missing),
    }
}

fn mac(key: &[u8], timestamp: &[u8]) -> Hmac<Sha256> {
    let mut mac = keyed::<Hmac<Sha256>>(key, timestamp);
    mac.update(b"\n");
    mac.update(key);
    mac
}

/// Whether the time of signing lies near enough to now, on either side.
pub(super) fn within(tolerance: Duration, sent: Timestamp, now: Timestamp) -> Result<(), Failure> {
    let age = now.duration_since(sent);
    match age.unsigned_abs() <= tolerance {
        true => Ok(()),
        false => Err(Failure::TooOld {
            seconds: age.unsigned_abs().as_secs(),
            way: if age.is_negative() { "in the future" } else { "ago" },
            allowed: tolerance.as_secs(),
        }),
    }
}

/// Reads a duration as people write it: `5m`, `1h`.
pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = text.parse::<SignedDuration>().ok().and_then(|d| Duration::try_from(d).ok());
    read.ok_or_else(|| de::Error::custom(format!("`{text}` is no duration; write `5m` or `1h`")))
}
