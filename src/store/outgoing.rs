//! What is sent: rendered once, kept, and sent until it arrives.

use bytes::Bytes;
use std::collections::BTreeMap;

/// The result of rendering a dispatch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendering {
    /// The requests to send, in order.
    pub requests: Vec<NewOutgoing>,
    /// The events that the target's format cannot say, and why.
    pub skipped: Vec<(u32, String)>,
}

/// One rendered request and the events it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutgoing {
    /// The places of the events within their delivery.
    pub events: Vec<u32>,
    /// The request.
    pub request: Outgoing,
}

/// A rendered request as the store keeps it: everything but the signatures, which are made afresh for
/// each attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The id of the outgoing delivery: the same for every attempt.
    pub id: String,
    /// The event in the words of the target's format.
    pub event: String,
    /// The rule of the mapping, or `passthrough`.
    pub rule: String,
    /// The method.
    pub method: String,
    /// What is appended to the path of the target's address, encoded; empty: nothing is.
    pub path: String,
    /// What is added to the query of the target's address, encoded; empty: nothing is.
    pub query: String,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// What the templates in the target's `headers` came to, by their text: made once, like the body.
    pub values: BTreeMap<String, String>,
    /// The bytes to send.
    pub body: OutgoingBody,
    /// Where each leaf of the body came from, one byte a leaf (see the mapping's classes).
    pub classes: Vec<u8>,
    /// The paths of the body's fields that the format demands and the source did not have.
    pub defaulted: Vec<String>,
}

/// The bytes of an outgoing request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutgoingBody {
    /// Bytes of its own.
    Own(Bytes),
    /// The delivery's stored bytes as they are: a pass-through is not kept twice.
    Delivery,
}
