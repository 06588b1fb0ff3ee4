//! How much is taken at once.

use super::units;
use serde::Deserialize;
use std::time::Duration;

/// `limits`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest body taken; a larger one is answered with 413.
    #[serde(deserialize_with = "units::size")]
    pub body: u64,
    /// The bytes of all bodies in hand at once; beyond it the answer is 503 with Retry-After.
    #[serde(deserialize_with = "units::size")]
    pub in_flight: u64,
    /// For how long a delivery with the same id and body counts as a duplicate.
    #[serde(deserialize_with = "units::duration")]
    pub duplicate_window: Duration,
    /// How many requests are sent at once.
    #[serde(deserialize_with = "units::count")]
    pub concurrency: usize,
    /// How many of them to one target, so that a slow one leaves room for the others.
    #[serde(deserialize_with = "units::count")]
    pub target_concurrency: usize,
    /// How long a shutdown waits for what is in flight.
    #[serde(deserialize_with = "units::duration")]
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 25_000_000,
            in_flight: 128 << 20,
            duplicate_window: Duration::from_secs(3 * 86_400),
            concurrency: 64,
            target_concurrency: 8,
            shutdown: Duration::from_secs(30),
        }
    }
}
