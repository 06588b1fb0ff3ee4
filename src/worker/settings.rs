//! How the worker works.

use crate::config::Config;
use crate::store::Retention;
use std::time::Duration;

/// The worker's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many requests are sent at once.
    pub concurrency: usize,
    /// How many of them to one target.
    pub target_concurrency: usize,
    /// How long a shutdown waits for what is in flight.
    pub shutdown: Duration,
    /// How long a lease holds; it is renewed while the work goes on.
    pub lease: Duration,
    /// How long a dispatch waits for its target to appear in the configuration again.
    pub missing_target: Duration,
    /// What is kept.
    pub retention: Retention,
    /// How often there is a look for what need not be kept.
    pub prune_every: Duration,
}

impl Settings {
    /// The settings that a configuration means.
    pub fn of(config: &Config) -> Self {
        Self {
            concurrency: config.limits.concurrency.max(1),
            target_concurrency: config.limits.target_concurrency.max(1),
            shutdown: config.limits.shutdown,
            retention: Retention {
                age: Some(config.retention.age),
                size: Some(config.retention.size),
                memory: config.retention.age.max(Retention::MEMORY),
                ..Retention::default()
            },
            ..Self::default()
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 64,
            target_concurrency: 8,
            shutdown: Duration::from_secs(30),
            lease: Duration::from_secs(60),
            missing_target: Duration::from_secs(3 * 86_400),
            retention: Retention::default(),
            prune_every: Duration::from_secs(60),
        }
    }
}
