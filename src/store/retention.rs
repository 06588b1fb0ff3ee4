//! How long things are kept.

use std::time::Duration;

/// What may stay. Whatever is pending stays in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// No older than this.
    pub age: Option<Duration>,
    /// No more bytes than this in all.
    pub size: Option<u64>,
    /// At most this many deliveries are deleted in one transaction.
    pub batch: usize,
}

impl Default for Retention {
    fn default() -> Self {
        let day = Duration::from_secs(24 * 60 * 60);
        Self { age: Some(30 * day), size: Some(10 << 30), batch: 200 }
    }
}

/// What one batch of pruning did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// How many deliveries went.
    pub deliveries: u64,
    /// How many refused requests went.
    pub rejections: u64,
    /// Whether another batch would find more.
    pub more: bool,
}
