//! Questions to the store and their answers.

use super::{DeliveryId, DeliveryState, Failure};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Which deliveries to list.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Only of this source.
    pub source: Option<String>,
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// Only older than this one: the `next` of the page before.
    pub before: Option<DeliveryId>,
    /// How many; 0 means 50.
    pub limit: usize,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last.
    pub next: Option<DeliveryId>,
}

/// A delivery in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySummary {
    /// Our id.
    pub id: DeliveryId,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The source's name.
    pub source: String,
    /// The forge.
    pub forge: String,
    /// The forge's own id of the delivery.
    pub forge_delivery_id: Option<String>,
    /// The forge's own word for the event.
    pub event: Option<String>,
    /// How far it is.
    pub state: DeliveryState,
    /// The stage that failed, if one did.
    pub failure: Option<Failure>,
    /// How often it came again.
    pub repeats: u32,
}

/// Counts and sizes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// How many deliveries are in each state, by its word.
    pub deliveries: BTreeMap<&'static str, u64>,
    /// How each target stands.
    pub targets: BTreeMap<String, TargetStats>,
    /// The bytes in use.
    pub bytes: u64,
}

/// How a target stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TargetStats {
    /// How many dispatches wait.
    pub pending: u64,
    /// How many were given up.
    pub dead: u64,
    /// Since when the oldest one waits.
    pub oldest: Option<Timestamp>,
}
