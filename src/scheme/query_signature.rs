//! `query_signature`: a keyed hash and its time as parameters at the end of the address.

use super::clock::{duration, one_hour};
use super::signed_string::{Field, Values};
use super::{
    Algorithm, Encoding, Failure, Keys, Message, Outbound, SecretFault, SettingFault, Signature,
    SignedString, TimestampUnit,
};
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// A signature in the query. What is left out is as chat robots have it: `timestamp` in milliseconds and
/// `sign`, base64 of the hash of `"{timestamp}\n{secret}"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuerySignature {
    /// The hash.
    #[serde(default)]
    pub algorithm: Algorithm,
    /// How the digest is written, before it is encoded for the query.
    #[serde(default = "base64")]
    pub encoding: Encoding,
    /// What is hashed.
    #[serde(default = "SignedString::timestamp_and_secret")]
    pub signed: SignedString,
    /// The parameter that holds the signature.
    #[serde(default = "sign")]
    pub signature_parameter: String,
    /// The parameter that holds the time.
    #[serde(default = "timestamp")]
    pub timestamp_parameter: String,
    /// Its unit.
    #[serde(default = "milliseconds")]
    pub timestamp_unit: TimestampUnit,
    /// How far the time may be off.
    #[serde(default = "one_hour", deserialize_with = "duration")]
    pub tolerance: Duration,
}

fn base64() -> Encoding {
    Encoding::Base64
}

fn milliseconds() -> TimestampUnit {
    TimestampUnit::Milliseconds
}

pub(super) fn sign() -> String {
    "sign".to_owned()
}

pub(super) fn timestamp() -> String {
    "timestamp".to_owned()
}

impl Default for QuerySignature {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::default(),
            encoding: base64(),
            signed: SignedString::timestamp_and_secret(),
            signature_parameter: sign(),
            timestamp_parameter: timestamp(),
            timestamp_unit: milliseconds(),
            tolerance: one_hour(),
        }
    }
}

impl QuerySignature {
    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let given = parameter(message, &self.signature_parameter)?;
        let malformed = |what| Failure::Malformed { at: self.signature_parameter.clone(), what };
        // Whoever leaves the time out did sign: that is no unsigned message.
        let sent = parameter(message, &self.timestamp_parameter)
            .map_err(|_| malformed("it came without its timestamp"))?;
        let digest = self.encoding.read(given.as_bytes());
        let digest = digest.ok_or_else(|| malformed("it is no digest"))?;
        let mac = |secret: &[u8]| self.mac(message.body, sent.as_bytes(), secret);
        keys.prove(&digest, &self.signature_parameter, mac)?;
        let at = &self.timestamp_parameter;
        self.timestamp_unit.check(sent.as_bytes(), at, self.tolerance, message.now)
    }

    /// Signs with the first secret: there is one signature in the query.
    pub(super) fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Signature, SecretFault> {
        let sent = self.timestamp_unit.write(message.timestamp);
        let secret = keys.first()?.as_bytes();
        let digest = self.encoding.write(&self.mac(message.body, sent.as_bytes(), secret));
        let query = vec![
            (self.timestamp_parameter.clone(), sent),
            (self.signature_parameter.clone(), digest),
        ];
        Ok(Signature { query, ..Signature::default() })
    }

    /// Whether its settings belong together.
    pub(super) fn check(&self) -> Result<(), SettingFault> {
        if !self.signed.has(Field::Timestamp) {
            let (field, setting) = ("timestamp", "timestamp_parameter");
            return Err(SettingFault::NotSigned { field, setting });
        }
        match self.signed.has(Field::Id) {
            true => Err(SettingFault::NoPlace("id")),
            false => Ok(()),
        }
    }

    /// Whether the body is signed.
    pub(super) fn covers_body(&self) -> bool {
        self.signed.has(Field::Body)
    }

    fn mac(&self, body: &[u8], timestamp: &[u8], secret: &[u8]) -> Vec<u8> {
        let values = Values { body, timestamp, id: b"", secret };
        self.algorithm.mac(secret, self.signed.parts(values))
    }
}

/// A parameter of the query. Two are one too many: readers would disagree on which of them counts.
fn parameter<'a>(message: &Message<'a>, name: &str) -> Result<Cow<'a, str>, Failure> {
    let query = message.line.query.unwrap_or_default();
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(own, _)| own == name);
    let (_, value) = values.next().ok_or_else(|| Failure::Missing(name.to_owned()))?;
    if values.next().is_some() {
        return Err(Failure::Malformed { at: name.to_owned(), what: "it stands twice" });
    }
    match value.is_empty() {
        true => Err(Failure::Empty(name.to_owned())),
        false => Ok(value),
    }
}
