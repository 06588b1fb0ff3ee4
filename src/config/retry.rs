//! How a delivery that did not arrive is tried again.

use super::units;
use serde::Deserialize;
use std::time::Duration;

/// `retry`: the wait doubles from `first` up to `longest`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// How often it is tried in all.
    pub attempts: u32,
    /// The wait after the first failure.
    #[serde(deserialize_with = "units::duration")]
    pub first: Duration,
    /// The longest wait.
    #[serde(deserialize_with = "units::duration")]
    pub longest: Duration,
}

impl Default for Retry {
    /// A day and a half: a receiver that is down overnight misses nothing.
    fn default() -> Self {
        Self { attempts: 45, first: Duration::from_secs(5), longest: Duration::from_secs(3600) }
    }
}
