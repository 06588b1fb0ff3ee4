//! What is verified, and what is signed.

use http::HeaderMap;
use jiff::Timestamp;

/// A message whose origin is in question.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, byte for byte as it came; empty for a GET.
    pub body: &'a [u8],
    /// The JSON text in it: the body itself, or the decoded field of a form or query.
    pub json: &'a [u8],
    /// What counts as now.
    pub now: Timestamp,
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
}
