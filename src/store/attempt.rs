//! How sending went: one record an attempt.

use bytes::Bytes;
use jiff::Timestamp;
use std::time::Duration;

/// One try to send a dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, the answer's body included.
    pub duration: Duration,
    /// How it went.
    pub outcome: Outcome,
    /// The headers that were sent, those that prove or authorize with their values starred out.
    pub sent_headers: Vec<(String, String)>,
    /// The answer's headers.
    pub response_headers: Vec<(String, String)>,
    /// The beginning of the answer's body.
    pub response_body: Bytes,
}

/// How an attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The target answered.
    Status(u16),
    /// It did not get that far.
    Error {
        /// The kind of failure, one word: `dns`, `connect`, `tls`, `timeout`, `refused` and the like.
        class: String,
        /// What happened, in words.
        message: String,
    },
}

/// What follows from an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It has arrived.
    Delivered,
    /// Try again at this time.
    Retry {
        /// When.
        at: Timestamp,
    },
    /// Give up.
    Dead {
        /// Why.
        reason: String,
    },
    /// There is nothing to send.
    Skipped {
        /// Why.
        reason: String,
    },
}
