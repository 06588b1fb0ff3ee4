//! How long deliveries are kept.

use super::units;
use serde::Deserialize;
use std::time::Duration;

/// `retention`: what is older, or beyond the size, is pruned; never anything pending.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// The age from which a finished delivery may go.
    #[serde(deserialize_with = "units::duration")]
    pub age: Duration,
    /// How many bytes the store may hold.
    #[serde(deserialize_with = "units::size")]
    pub size: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { age: Duration::from_secs(30 * 86_400), size: 10 << 30 }
    }
}
