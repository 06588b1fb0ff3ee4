//! What a repeat is.
//!
//! Networks and forges send things twice, and people press "Redeliver". Both look alike: the same
//! source, the same id of the forge, the same body. What tells them apart is how far the earlier
//! delivery is, whether the forge keeps its id for a redelivery ([`Redelivery`], data of the forge), and
//! how long ago the earlier one came: no forge repeats a delivery by itself after more than a moment.
//!
//! | the earlier one | repeated at once | repeated later than `redelivery_after` |
//! |---|---|---|
//! | pending | not repeated | not repeated, but what waits for its next attempt is due at once, and what was given up is queued again |
//! | delivered, skipped, unrouted | not repeated | same id kept: a redelivery, stored anew and sent again; else not repeated |
//! | dead | what was given up is queued again | the same |
//! | failed | processed anew in its place | the same |
//!
//! The same id with another body is a new delivery, flagged; so is anything outside the window. A
//! delivery without any id is never a repeat.

use super::{DeliveryId, DeliveryState, DispatchId};
use jiff::Timestamp;
use std::time::Duration;

/// Whether a forge keeps a delivery's id when somebody asks for the delivery again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Redelivery {
    /// A redelivery carries the id of the first: time tells it from a repeat.
    SameId,
    /// A redelivery has an id of its own: the same id is always a repeat.
    #[default]
    NewId,
}

impl Redelivery {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameId => "same_id",
            Self::NewId => "new_id",
        }
    }

    /// What a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "same_id" => Some(Self::SameId),
            "new_id" => Some(Self::NewId),
            _ => None,
        }
    }
}

/// How far back a repeat is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DedupeRule {
    /// An earlier delivery than this is not looked at; zero turns the search off.
    pub window: Duration,
    /// A finished delivery that comes again later than this was asked for by somebody.
    pub redelivery_after: Duration,
}

impl Default for DedupeRule {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(24 * 60 * 60),
            redelivery_after: Duration::from_secs(60),
        }
    }
}

/// What became of a delivery that was handed to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// It is stored.
    Stored {
        /// Its id.
        delivery: DeliveryId,
        /// What will be sent.
        dispatches: Vec<DispatchId>,
        /// An earlier delivery with the same id of the forge and another body.
        conflicts_with: Option<DeliveryId>,
        /// The earlier delivery that somebody asked the forge to send again.
        redelivery_of: Option<DeliveryId>,
    },
    /// It repeats an earlier one, and nothing more is to be done.
    Duplicate {
        /// The earlier one.
        of: DeliveryId,
        /// How far that is.
        state: DeliveryState,
        /// Whether what was waiting for its next attempt is now due at once.
        hurried: bool,
    },
    /// It repeats one that had failed; that is under way again.
    Requeued {
        /// The earlier one.
        of: DeliveryId,
        /// What is sent again.
        dispatches: Vec<DispatchId>,
    },
}

/// An earlier delivery with the same source and id of the forge: the newest within the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prior {
    /// Its id.
    pub id: DeliveryId,
    /// When it came.
    pub received_at: Timestamp,
    /// How far it is.
    pub state: DeliveryState,
}

/// What to do with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Store it.
    Store {
        /// The earlier one with another body.
        conflicts_with: Option<DeliveryId>,
        /// The earlier one that this repeats at somebody's wish.
        redelivery_of: Option<DeliveryId>,
    },
    /// Only count it; with `hurry`, what waits unleased is due at once and what was given up meanwhile is
    /// queued again.
    Ignore {
        /// The earlier one.
        prior: Prior,
        /// Whether to hurry.
        hurry: bool,
    },
    /// Queue again what was given up.
    Revive(Prior),
    /// Put the new events and dispatches in the place of the failed ones.
    Replace(Prior),
}

/// Decides what a delivery is, from the newest earlier one with the same body and the newest with
/// another body.
pub fn decide(
    now: Timestamp,
    redelivery: Redelivery,
    same_body: Option<Prior>,
    other_body: Option<Prior>,
    rule: DedupeRule,
) -> Decision {
    let Some(prior) = same_body else {
        let conflicts_with = other_body.map(|prior| prior.id);
        return Decision::Store { conflicts_with, redelivery_of: None };
    };
    let age = now.duration_since(prior.received_at);
    let later = Duration::try_from(age).is_ok_and(|age| age > rule.redelivery_after);
    match prior.state {
        DeliveryState::Failed => Decision::Replace(prior),
        DeliveryState::Dead => Decision::Revive(prior),
        DeliveryState::Pending => Decision::Ignore { prior, hurry: later },
        DeliveryState::Delivered | DeliveryState::Skipped | DeliveryState::Unrouted => {
            if later && redelivery == Redelivery::SameId {
                Decision::Store { conflicts_with: None, redelivery_of: Some(prior.id) }
            } else {
                Decision::Ignore { prior, hurry: false }
            }
        }
    }
}
