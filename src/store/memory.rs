//! What a delivery leaves for later ones, where a forge does not say what changed.

use jiff::Timestamp;
use serde_json::Value;

/// What a delivery leaves for later ones of its source, under a key: the head of a pull request, say.
///
/// It is written in the transaction that stores the delivery, and never by a repeat. One that is older
/// than what lies there changes nothing: deliveries overtake each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// Where it lies, within the source.
    pub key: String,
    /// What is remembered.
    pub value: Value,
    /// When it was so.
    pub at: Timestamp,
}
