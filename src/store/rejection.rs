//! Requests that were refused: kept without their bodies and secrets, so that people see why.

use jiff::Timestamp;

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// When it came.
    pub at: Timestamp,
    /// The source it was sent to, if there is one.
    pub source: Option<String>,
    /// The status it was answered with.
    pub status: u16,
    /// Why, in words.
    pub reason: String,
    /// The headers that came, those that prove or authorize with their values starred out.
    pub headers: Vec<(String, String)>,
}
