//! `body_signature`: a keyed hash of the time as members of the JSON body. It says who sends and when, not
//! what.

use super::clock::{duration, one_hour};
use super::query_signature::{sign, timestamp};
use super::{
    Algorithm, Encoding, Failure, Keys, Message, Outbound, SecretFault, SettingFault, Signature,
    TimestampUnit,
};
use crate::json::{self, Path};
use crate::secret::Secret;
use jiff::Timestamp;
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// Base64 of the SHA-256 hash of nothing under the key `"{timestamp}\n{secret}"`. What is left out is as
/// chat robots have it: `timestamp` in seconds and `sign`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodySignature {
    /// The member that holds the signature.
    #[serde(default = "sign")]
    pub signature_member: String,
    /// The member that holds the time, as a text.
    #[serde(default = "timestamp")]
    pub timestamp_member: String,
    /// Its unit.
    #[serde(default)]
    pub timestamp_unit: TimestampUnit,
    /// How far the time may be off.
    #[serde(default = "one_hour", deserialize_with = "duration")]
    pub tolerance: Duration,
}

impl Default for BodySignature {
    fn default() -> Self {
        Self {
            signature_member: sign(),
            timestamp_member: timestamp(),
            timestamp_unit: TimestampUnit::Seconds,
            tolerance: one_hour(),
        }
    }
}

impl BodySignature {
    /// The two members for a request that is signed at this time, `timestamp` and `sign`: for whoever writes
    /// them into a body of their own making.
    pub fn members(&self, secret: &Secret, at: Timestamp) -> [(String, String); 2] {
        let sent = self.timestamp_unit.write(at);
        let digest = mac(sent.as_bytes(), secret.expose().as_bytes());
        [
            (self.timestamp_member.clone(), sent),
            (self.signature_member.clone(), Encoding::Base64.write(&digest)),
        ]
    }

    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let given = member(message, &self.signature_member)?;
        let malformed = |what| Failure::Malformed { at: self.signature_member.clone(), what };
        let sent = member(message, &self.timestamp_member)
            .map_err(|_| malformed("it came without its timestamp"))?;
        let digest = Encoding::Base64.read(given.as_bytes());
        let digest = digest.ok_or_else(|| malformed("it is no base64"))?;
        keys.prove(&digest, &self.signature_member, |secret| mac(sent.as_bytes(), secret))?;
        let at = &self.timestamp_member;
        self.timestamp_unit.check(sent.as_bytes(), at, self.tolerance, message.now)
    }

    /// Signs with the first secret: there is one signature in the body.
    pub(super) fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Signature, SecretFault> {
        let members = self.members(keys.first_secret()?, message.timestamp).into();
        Ok(Signature { members, ..Signature::default() })
    }

    /// Whether its members have plain names.
    pub(super) fn check(&self) -> Result<(), SettingFault> {
        let plain = |name: &&String| path(name).is_none_or(|path| path.keys().len() != 1);
        match [&self.signature_member, &self.timestamp_member].into_iter().find(plain) {
            Some(name) => Err(SettingFault::NoMember(name.clone())),
            None => Ok(()),
        }
    }
}

fn path(member: &str) -> Option<Path> {
    format!("$.{member}").parse().ok()
}

/// A member of the body.
fn member<'a>(message: &Message<'a>, name: &str) -> Result<Cow<'a, str>, Failure> {
    let json = std::str::from_utf8(message.json).unwrap_or_default();
    match path(name).and_then(|path| json::read(json, &path)) {
        None => Err(Failure::Missing(name.to_owned())),
        Some(value) if value.is_empty() => Err(Failure::Empty(name.to_owned())),
        Some(value) => Ok(value),
    }
}

fn mac(timestamp: &[u8], secret: &[u8]) -> Vec<u8> {
    Algorithm::Sha256.mac(&[timestamp, b"\n", secret].concat(), [])
}
