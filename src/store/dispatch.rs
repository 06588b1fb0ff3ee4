//! What is to be sent: one record for each request to one target.

use super::{Delivery, DeliveryId, DispatchId, Outgoing};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Something to send because of a delivery, as routing decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDispatch {
    /// Our id.
    pub id: DispatchId,
    /// The target's name.
    pub target: String,
    /// The places of the events within their delivery.
    pub events: Vec<u32>,
    /// A lease from the start, for a dispatch that a worker of this process takes over in memory.
    pub lease: Option<(LeaseToken, Timestamp)>,
}

impl NewDispatch {
    /// A dispatch that waits to be claimed.
    pub fn new(target: impl Into<String>, events: Vec<u32>, now: Timestamp) -> Self {
        Self { id: DispatchId::new(now), target: target.into(), events, lease: None }
    }
}

/// Says whose a lease is: a lost lease has another token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeaseToken(pub i64);

impl LeaseToken {
    /// A token that no other claim has.
    pub fn random() -> Self {
        Self(rand::random::<i64>() | 1)
    }
}

/// How far a dispatch is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum DispatchState {
    /// To be sent.
    Pending,
    /// It has arrived.
    Delivered,
    /// It was given up.
    Dead {
        /// Why.
        reason: String,
    },
    /// There was nothing to send.
    Skipped {
        /// Why.
        reason: String,
    },
    /// Somebody stopped it.
    Cancelled,
}

impl DispatchState {
    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead { .. } => "dead",
            Self::Skipped { .. } => "skipped",
            Self::Cancelled => "cancelled",
        }
    }

    /// The reason that belongs to it.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Dead { reason } | Self::Skipped { reason } => Some(reason),
            Self::Pending | Self::Delivered | Self::Cancelled => None,
        }
    }
}

/// A dispatch as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Our id.
    pub id: DispatchId,
    /// The delivery it comes from.
    pub delivery: DeliveryId,
    /// The target's name.
    pub target: String,
    /// The places of the events within their delivery.
    pub events: Vec<u32>,
    /// How far it is.
    pub state: DispatchState,
    /// How many attempts were made since it was queued (again).
    pub attempts: u32,
    /// When it was queued, or queued again: giving up counts from here.
    pub queued_at: Timestamp,
    /// When it is due next; for a leased one, when the lease ends.
    pub due_at: Timestamp,
    /// Events that the target's format cannot say, and why.
    pub skipped: Vec<(u32, String)>,
}

/// What a worker asks for.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Now.
    pub now: Timestamp,
    /// How long the lease holds.
    pub lease: Duration,
    /// How many dispatches in all.
    pub total: usize,
    /// How many for a target that `quota` does not name.
    pub per_target: usize,
    /// How many for these targets; 0 leaves one out.
    pub quota: HashMap<String, usize>,
}

/// What a worker got.
#[derive(Debug, Default)]
pub struct Claims {
    /// The leased dispatches.
    pub claimed: Vec<Claimed>,
    /// When the next dispatch becomes due that is not due yet (or its lease ends).
    pub next_due: Option<Timestamp>,
}

/// A leased dispatch with all that is needed to send it.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The dispatch.
    pub dispatch: Dispatch,
    /// Its delivery, shared by all dispatches of it.
    pub delivery: Arc<Delivery>,
    /// What to send, when it was rendered before.
    pub outgoing: Option<Outgoing>,
    /// Whose lease it is.
    pub lease: LeaseToken,
}
