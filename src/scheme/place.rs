//! Where a scheme writes: two that write to the same place cannot sign one request.

use super::standard_webhooks::{ID, SIGNATURE, TIMESTAMP};
use super::{AnyHeader, Scheme, sigv4};
use http::{HeaderName, header};
use std::fmt;

/// A place in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A header.
    Header(HeaderName),
    /// A parameter of the query.
    Parameter(String),
    /// A member of the JSON body.
    Member(String),
}

impl Scheme {
    /// The places that it writes to. A header whose name has a star is none in particular.
    pub fn places(&self) -> Vec<Place> {
        let header = |header: &super::Header| Place::Header(header.name().clone());
        let headers = |names: &[HeaderName]| names.iter().cloned().map(Place::Header).collect();
        match self {
            Self::Hmac(hmac) => {
                let own = match &hmac.header {
                    AnyHeader::One(own) => Some(own),
                    AnyHeader::Starred { .. } => None,
                };
                let beside = [&hmac.id_header, &hmac.timestamp_header];
                own.into_iter().chain(beside.into_iter().flatten()).map(header).collect()
            }
            Self::Token(token) => token.header.iter().map(header).collect(),
            Self::TimestampHmac(timed) => {
                [&timed.header, &timed.timestamp_header].map(header).into()
            }
            Self::Ed25519(scheme) => [Some(&scheme.header), scheme.nonce_header.as_ref()]
                .into_iter()
                .flatten()
                .map(header)
                .collect(),
            Self::StandardWebhooks(_) => headers(&[ID, TIMESTAMP, SIGNATURE]),
            Self::Basic(_) | Self::Bearer(_) => headers(&[header::AUTHORIZATION]),
            Self::SigV4(_) => {
                let own = [sigv4::DATE, sigv4::CONTENT].map(HeaderName::from_static);
                headers(&[&[header::AUTHORIZATION], &own[..]].concat())
            }
            Self::QuerySignature(query) => [&query.timestamp_parameter, &query.signature_parameter]
                .map(|name| Place::Parameter(name.clone()))
                .into(),
            Self::BodySignature(body) => [&body.timestamp_member, &body.signature_member]
                .map(|name| Place::Member(name.clone()))
                .into(),
        }
    }

    /// Whether a header is one of those that prove a message by it.
    pub fn reads(&self, name: &HeaderName) -> bool {
        let starred = matches!(self, Self::Hmac(hmac) if hmac.header.fits(name.as_str()).is_some());
        starred || self.places().contains(&Place::Header(name.clone()))
    }

    /// Its turn when several sign one request: first what changes the body, then what changes the address,
    /// and last what may cover both.
    pub fn turn(&self) -> u8 {
        match self {
            Self::BodySignature(_) => 0,
            Self::QuerySignature(_) => 1,
            _ => 2,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "the header `{name}`"),
            Self::Parameter(name) => write!(f, "the parameter `{name}` of the query"),
            Self::Member(name) => write!(f, "the member `{name}` of the body"),
        }
    }
}
