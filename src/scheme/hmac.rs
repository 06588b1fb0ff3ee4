//! `hmac`: a keyed hash in a header, as `sha256=<hex>` or bare, of the body or of a text around it.

use super::clock::{duration, five_minutes};
use super::signed_string::{Field, Values};
use super::{
    Algorithm, AnyHeader, Encoding, Failure, Header, Keys, Message, Outbound, SecretFault,
    SettingFault, Signature, SignedString, TimestampUnit,
};
use serde::Deserialize;
use std::time::Duration;

/// A keyed hash.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hmac {
    /// The hash.
    #[serde(default)]
    pub algorithm: Algorithm,
    /// The header that holds it.
    pub header: AnyHeader,
    /// What stands before the digest, such as `sha256=`. A bare digest may have one all the same.
    #[serde(default)]
    pub prefix: String,
    /// The bytes that `{{body}}` stands for.
    #[serde(default)]
    pub over: Over,
    /// How the digest is written.
    #[serde(default)]
    pub encoding: Encoding,
    /// What is hashed.
    #[serde(default = "SignedString::body")]
    pub signed: SignedString,
    /// The header that holds `{{timestamp}}`.
    #[serde(default)]
    pub timestamp_header: Option<Header>,
    /// Its unit.
    #[serde(default)]
    pub timestamp_unit: TimestampUnit,
    /// The header that holds `{{id}}`.
    #[serde(default)]
    pub id_header: Option<Header>,
    /// How far the time may be off, where there is one.
    #[serde(default = "five_minutes", deserialize_with = "duration")]
    pub tolerance: Duration,
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

impl Hmac {
    /// The bare SHA-256 hash of the body in this header, everything else as when it is left out.
    pub fn new(header: impl Into<AnyHeader>) -> Self {
        Self {
            algorithm: Algorithm::default(),
            header: header.into(),
            prefix: String::new(),
            over: Over::default(),
            encoding: Encoding::default(),
            signed: SignedString::body(),
            timestamp_header: None,
            timestamp_unit: TimestampUnit::default(),
            id_header: None,
            tolerance: five_minutes(),
        }
    }

    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let given = self.digest(self.header.proof(message.headers)?)?;
        let body = match self.over {
            Over::Body => message.body,
            Over::Json => message.json,
        };
        // Whoever leaves out what is signed beside the body did sign: that is no unsigned message.
        let beside = |header: &Option<Header>| match header {
            Some(header) => header.proof(message.headers).map_err(|_| {
                self.header.malformed("it came without the timestamp or id that it covers")
            }),
            None => Ok(&b""[..]),
        };
        let (timestamp, id) = (beside(&self.timestamp_header)?, beside(&self.id_header)?);
        let mac = |secret: &[u8]| {
            let parts = self.signed.parts(Values { body, timestamp, id, secret });
            self.algorithm.mac(secret, parts)
        };
        keys.prove(&given, &self.header.to_string(), mac)?;
        let Some(header) = &self.timestamp_header else { return Ok(()) };
        self.timestamp_unit.check(timestamp, header.written(), self.tolerance, message.now)
    }

    /// Signs with the first secret: there is one signature in the header.
    pub(super) fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Signature, SecretFault> {
        let AnyHeader::One(header) = &self.header else { return Err(SecretFault::OpenHeader) };
        let timestamp = self.timestamp_unit.write(message.timestamp);
        let secret = keys.first()?.as_bytes();
        let (body, id) = (message.body, message.id.as_bytes());
        let values = Values { body, timestamp: timestamp.as_bytes(), id, secret };
        let digest = self.encoding.write(&self.algorithm.mac(secret, self.signed.parts(values)));
        let mut headers = Vec::new();
        if let Some(header) = &self.id_header {
            headers.push((header.written().to_owned(), message.id.to_owned()));
        }
        if let Some(header) = &self.timestamp_header {
            headers.push((header.written().to_owned(), timestamp));
        }
        headers.push((header.written().to_owned(), format!("{}{digest}", self.prefix)));
        Ok(headers.into())
    }

    /// Whether what is signed and what is sent beside it belong together.
    pub(super) fn check(&self) -> Result<(), SettingFault> {
        let fields = [
            (Field::Timestamp, &self.timestamp_header, "timestamp", "timestamp_header"),
            (Field::Id, &self.id_header, "id", "id_header"),
        ];
        for (field, header, name, setting) in fields {
            match (self.signed.has(field), header) {
                (true, None) => return Err(SettingFault::NotSent { field: name, setting }),
                (false, Some(_)) => return Err(SettingFault::NotSigned { field: name, setting }),
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether the body is signed.
    pub(super) fn covers_body(&self) -> bool {
        self.signed.has(Field::Body)
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
        self.encoding.read(digest).ok_or_else(|| self.header.malformed("it is no digest"))
    }
}
