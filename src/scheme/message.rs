//! What is verified, and what is signed.

use http::{HeaderMap, Method};
use jiff::Timestamp;
use url::Url;

/// A message whose origin is in question.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, byte for byte as it came; empty for a GET.
    pub body: &'a [u8],
    /// The JSON text in it: the body itself, or the decoded field of a form or query.
    pub json: &'a [u8],
    /// How it was asked for.
    pub line: RequestLine<'a>,
    /// What counts as now.
    pub now: Timestamp,
}

/// The first line of a request.
#[derive(Debug, Clone, Copy)]
pub struct RequestLine<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its path, still encoded.
    pub path: &'a str,
    /// Its query, still encoded.
    pub query: Option<&'a str>,
}

/// A POST to nowhere in particular: for a message of which only headers and body are known.
impl Default for RequestLine<'_> {
    fn default() -> Self {
        Self { method: &Method::POST, path: "/", query: None }
    }
}

/// A message that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Outbound<'a> {
    /// Its body, byte for byte.
    pub body: &'a [u8],
    /// The id of the delivery, the same over all attempts.
    pub id: &'a str,
    /// The time of this attempt.
    pub timestamp: Timestamp,
    /// Its method.
    pub method: &'a Method,
    /// Where it goes; `None`: not known, and a scheme that covers it cannot sign.
    pub url: Option<&'a Url>,
}

impl<'a> Outbound<'a> {
    /// A POST whose address is not known.
    pub fn new(body: &'a [u8], id: &'a str, timestamp: Timestamp) -> Self {
        Self { body, id, timestamp, method: &Method::POST, url: None }
    }

    /// The same on its way to an address.
    #[must_use]
    pub fn to(self, method: &'a Method, url: &'a Url) -> Self {
        Self { method, url: Some(url), ..self }
    }
}
