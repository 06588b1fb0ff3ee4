//! `timestamp_hmac`: a keyed hash of the time and the key. It says who sends and when, not what.

use super::clock::{duration, one_hour};
use super::{
    Algorithm, Encoding, Failure, Header, Keys, Message, Outbound, SecretFault, Signature,
    TimestampUnit,
};
use crate::json::{self, Path};
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// Base64 of the SHA-256 hash of `"{timestamp}\n{key}"` under the key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

const UNIT: TimestampUnit = TimestampUnit::Milliseconds;

impl TimestampHmac {
    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let given = proof(&self.header, self.body.as_ref(), message)?;
        let sent = proof(&self.timestamp_header, self.timestamp_body.as_ref(), message)?;
        let digest = Encoding::Base64.read(&given);
        let digest = digest.ok_or_else(|| self.header.malformed("it is no base64"))?;
        keys.prove(&digest, &self.header.to_string(), |key| mac(key, &sent))?;
        UNIT.check(&sent, self.timestamp_header.written(), self.tolerance, message.now)
    }

    /// Signs with the first secret: there is one signature in the header.
    pub(super) fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Signature, SecretFault> {
        let sent = UNIT.write(message.timestamp);
        let digest = Encoding::Base64.write(&mac(keys.first()?.as_bytes(), sent.as_bytes()));
        let headers = vec![
            (self.timestamp_header.written().to_owned(), sent),
            (self.header.written().to_owned(), digest),
        ];
        Ok(headers.into())
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

fn mac(key: &[u8], timestamp: &[u8]) -> Vec<u8> {
    Algorithm::Sha256.mac(key, [timestamp, b"\n", key])
}
