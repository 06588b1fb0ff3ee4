//! `sigv4`: AWS Signature Version 4, as API Gateway, Lambda URLs, EventBridge and S3 ask for it.

use super::clock::{duration, five_minutes, within};
use super::{Failure, Header, Keys, Message, Outbound, SecretFault, Signature};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningParams,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use http::{HeaderName, header};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// A signature over method, address, host, time and body. The secret is the secret access key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigV4 {
    /// The region of the receiver: `eu-central-1`.
    pub region: String,
    /// The service that the receiver is: `execute-api`, `lambda`, `events`, `s3`.
    pub service: String,
    /// The id of the access key; it is no secret.
    pub access_key_id: String,
    /// How far the time may be off.
    #[serde(default = "five_minutes", deserialize_with = "duration")]
    pub tolerance: Duration,
}

pub(super) const DATE: &str = "x-amz-date";
pub(super) const CONTENT: &str = "x-amz-content-sha256";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What is signed.
struct Request<'a> {
    method: &'a str,
    url: String,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
    at: Timestamp,
    checksum: PayloadChecksumKind,
}

/// What an `Authorization` header says.
struct Claim<'a> {
    scope: &'a str,
    names: Vec<&'a str>,
    signature: &'a str,
}

impl SigV4 {
    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let header = Header::from(header::AUTHORIZATION);
        let value = std::str::from_utf8(header.proof(message.headers)?).unwrap_or_default();
        let claim = Claim::read(value);
        let claim =
            claim.ok_or_else(|| header.malformed("expected `AWS4-HMAC-SHA256` and its parts"))?;
        // Another key's signature is another rule's business.
        let other = || Failure::Missing(format!("a signature of {}", self.access_key_id));
        let scope = claim.scope.strip_prefix(&self.access_key_id).ok_or_else(other)?;
        let scope = scope.strip_prefix('/').ok_or_else(other)?;
        let beside = |what| move |_| header_fault(what);
        let date = Header::from(HeaderName::from_static(DATE)).proof(message.headers);
        let date = date.map_err(beside("it came without x-amz-date"))?;
        let at = time(date).ok_or_else(|| header_fault("x-amz-date is no time"))?;
        let day = date.get(..8).unwrap_or_default();
        let expected = format!("/{}/{}/aws4_request", self.region, self.service);
        if scope.as_bytes().strip_prefix(day) != Some(expected.as_bytes()) {
            return Err(header_fault("its day, region or service is another"));
        }
        if !["host", DATE].iter().all(|name| claim.names.contains(name)) {
            return Err(header_fault("host and x-amz-date must be signed"));
        }
        let request = self.came(message, &claim, at)?;
        let holds = |secret: &[u8]| {
            let made = std::str::from_utf8(secret).ok().and_then(|key| self.made(&request, key));
            made.is_some_and(|(signature, _)| {
                signature.as_bytes().ct_eq(claim.signature.as_bytes()).into()
            })
        };
        match keys.any(holds) {
            true => within(self.tolerance, at, message.now),
            false => Err(Failure::Wrong(header.to_string())),
        }
    }

    /// Signs with the first secret: a request has one signature, and each key an id of its own.
    pub(super) fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Signature, SecretFault> {
        let url = message.url.ok_or(SecretFault::NoAddress)?;
        let checksum = match self.is_s3() {
            true => PayloadChecksumKind::XAmzSha256,
            false => PayloadChecksumKind::NoHeader,
        };
        let (method, url) = (message.method.as_str(), url.to_string());
        let (headers, body, at) = (Vec::new(), message.body, message.timestamp);
        let request = Request { method, url, headers, body, at, checksum };
        let made = self.made(&request, keys.first()?);
        Ok(made.map(|(_, headers)| headers).ok_or(SecretFault::NoAddress)?.into())
    }

    /// The request as the sender signed it: with the headers that it names.
    fn came<'a>(
        &self,
        message: &Message<'a>,
        claim: &Claim<'_>,
        at: Timestamp,
    ) -> Result<Request<'a>, Failure> {
        let host = Header::from(header::HOST);
        let host = host.text(message.headers).ok_or_else(|| header_fault("there is no host"))?;
        let query = message.line.query.map(|query| format!("?{query}")).unwrap_or_default();
        let url = format!("https://{host}{}{query}", message.line.path);
        // The library writes these itself, from the time and the body.
        let own = [DATE, CONTENT];
        let named = claim.names.iter().filter(|name| !own.contains(name));
        let mut headers = Vec::new();
        for name in named {
            for value in message.headers.get_all(*name) {
                let name = message.headers.keys().find(|own| own.as_str() == *name);
                let value =
                    value.to_str().map_err(|_| header_fault("a signed header is no text"))?;
                headers.extend(name.map(|name| (name.as_str(), value)));
            }
        }
        let checksum = match claim.names.contains(&CONTENT) {
            true => PayloadChecksumKind::XAmzSha256,
            false => PayloadChecksumKind::NoHeader,
        };
        let (method, body) = (message.line.method.as_str(), message.body);
        Ok(Request { method, url, headers, body, at, checksum })
    }

    /// The signature, and the headers that carry it; nothing for what is no request.
    fn made(&self, request: &Request<'_>, secret: &str) -> Option<(String, Vec<(String, String)>)> {
        let identity = Credentials::new(&self.access_key_id, secret, None, None, "forgeway").into();
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = request.checksum;
        settings.excluded_headers = None;
        if self.is_s3() {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(request.at.into())
            .settings(settings)
            .build();
        let params = SigningParams::from(params.ok()?);
        let headers = request.headers.iter().copied();
        let body = SignableBody::Bytes(request.body);
        let signable = SignableRequest::new(request.method, request.url.as_str(), headers, body);
        let (made, signature) = sign(signable.ok()?, &params).ok()?.into_parts();
        let (headers, _) = made.into_parts();
        let pairs = headers.iter().map(|header| (header.name().into(), header.value().into()));
        Some((signature, pairs.collect()))
    }

    /// One service wants the address as it is, and the hash of the body in a header.
    fn is_s3(&self) -> bool {
        self.service == "s3"
    }
}

impl<'a> Claim<'a> {
    fn read(value: &'a str) -> Option<Self> {
        let parts = value.strip_prefix(ALGORITHM)?;
        let part = |name: &str| {
            let mut parts = parts.split(',').map(str::trim);
            parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
        };
        let names = part("SignedHeaders")?.split(';').collect();
        Some(Self { scope: part("Credential")?, names, signature: part("Signature")? })
    }
}

/// The time in `x-amz-date`.
fn time(date: &[u8]) -> Option<Timestamp> {
    let date = DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn header_fault(what: &'static str) -> Failure {
    Header::from(header::AUTHORIZATION).malformed(what)
}
