//! How long things are kept.

use std::time::Duration;

/// What may stay. Whatever is pending stays in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// No older than this.
    pub age: Option<Duration>,
    /// No more bytes than this in all.
    pub size: Option<u64>,
    /// What deliveries leave for later ones stays this long after it was last written.
    pub memory: Duration,
    /// At most this many deliveries are deleted in one transaction.
    pub batch: usize,
}

impl Default for Retention {
    fn default() -> Self {
        let day = Duration::from_secs(24 * 60 * 60);
        Self { age: Some(30 * day), size: Some(10 << 30), memory: Self::MEMORY, batch: 200 }
    }
}

impl Retention {
    /// The least time that memories stay: a pull request may rest for longer than its deliveries are
    /// kept, and what is remembered of it is small.
    pub const MEMORY: Duration = Duration::from_secs(90 * 24 * 60 * 60);
}

/// What one batch of pruning did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// How many deliveries went.
    pub deliveries: u64,
    /// How many refused requests went.
    pub rejections: u64,
    /// How many memories went.
    pub memories: u64,
    /// Whether another batch would find more.
    pub more: bool,
}
