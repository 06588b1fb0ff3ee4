//! What was received: one record a delivery.

use super::{DeliveryId, Memory, NewDispatch, Redelivery, Verdict};
use crate::event::{Auth, Event};
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A delivery as it is handed to the store. Everything in it is free of secrets already.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Our id, made for `received_at`.
    pub id: DeliveryId,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The source's name.
    pub source: String,
    /// The forge, by the name of its mapping folder.
    pub forge: String,
    /// What was detected instead of the forge that the source is bound to.
    pub mismatch: Option<String>,
    /// The forge's own id of the delivery, or the one derived for a forge that has none.
    pub forge_delivery_id: Option<String>,
    /// Whether the forge keeps that id when somebody asks for the delivery again.
    pub redelivery: Redelivery,
    /// The forge's own word for the event.
    pub event: Option<String>,
    /// How the delivery was verified.
    pub auth: Auth,
    /// The bytes and headers that came.
    pub body: StoredBody,
    /// What came of them.
    pub processed: Processed,
}

/// What came over the wire, without secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredBody {
    /// The HTTP method.
    pub method: String,
    /// The query string.
    pub query: Option<String>,
    /// The headers as they were read, in their order, without those that carry a secret or a signature's key.
    pub headers: Vec<(String, String)>,
    /// What the source changed about them, so that nobody takes them for what was sent.
    pub rewritten: Vec<HeaderChange>,
    /// How the payload is wrapped: `json`, `form` or `query`, with the field's name where one is.
    pub encoding: String,
    /// The raw bytes, secrets spliced out.
    pub bytes: Bytes,
    /// SHA-256 of `bytes`: of what is stored, so that the digest tells nothing of a secret.
    pub sha256: [u8; 32],
}

/// What was done to a header before it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderChange {
    /// Its name, in lower case.
    pub name: String,
    /// The values that came under it, without secrets; none: nothing did.
    pub came: Vec<String>,
    /// What was done last, in words: ``renamed to `x-event` ``.
    pub what: String,
    /// Where the configuration says so, such as `forgeway.yaml:12:5`.
    pub at: String,
}

impl StoredBody {
    /// The headers as they came, without secrets.
    pub fn headers_as_they_came(&self) -> Vec<(String, String)> {
        let changed = |name: &str| self.rewritten.iter().any(|change| change.name == name);
        let kept = self.headers.iter().filter(|(name, _)| !changed(name)).cloned();
        let came = self.rewritten.iter().flat_map(|change| {
            change.came.iter().map(|value| (change.name.clone(), value.clone()))
        });
        kept.chain(came).collect()
    }

    /// The digest that belongs to these bytes.
    pub fn digest(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }
}

/// What normalizing and routing made of a delivery.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Processed {
    /// The canonical events.
    pub events: Vec<Event>,
    /// What is to be sent where. With a `failure` nothing is: a delivery fails as a whole.
    pub dispatches: Vec<NewDispatch>,
    /// Remarks of detecting and normalizing.
    pub notes: Vec<String>,
    /// What every route said of the events.
    pub verdicts: Vec<Verdict>,
    /// What it leaves for later deliveries; it is kept for itself, and not read with the delivery.
    pub memory: Option<Memory>,
    /// The stage that failed, if one did.
    pub failure: Option<Failure>,
}

/// Why a delivery was stored without being delivered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// Where it failed.
    pub stage: FailureStage,
    /// Why, in words.
    pub reason: String,
}

/// The stages that can fail after a delivery was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureStage {
    /// The mapping could not make events of it.
    Normalize,
    /// A route could not be decided.
    Route,
}

impl FailureStage {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normalize => "normalize",
            Self::Route => "route",
        }
    }

    /// The stage of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "normalize" => Some(Self::Normalize),
            "route" => Some(Self::Route),
            _ => None,
        }
    }
}

/// How far a delivery is: the sum of its dispatches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Normalizing or routing failed; it can be processed again.
    Failed,
    /// Something is still to be sent.
    Pending,
    /// Everything was tried, and at least one dispatch was given up.
    Dead,
    /// Everything that was to be sent has arrived.
    Delivered,
    /// There were dispatches, but all of them were skipped or cancelled.
    Skipped,
    /// No route wanted it.
    Unrouted,
}

impl DeliveryState {
    /// All of them, in order of precedence.
    pub const ALL: [Self; 6] =
        [Self::Failed, Self::Pending, Self::Dead, Self::Delivered, Self::Skipped, Self::Unrouted];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Pending => "pending",
            Self::Dead => "dead",
            Self::Delivered => "delivered",
            Self::Skipped => "skipped",
            Self::Unrouted => "unrouted",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A delivery as the store keeps it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What was stored, with the events and notes of its latest processing. Its dispatches have
    /// records of their own, `processed.dispatches` says nothing of them.
    pub record: Arc<NewDelivery>,
    /// How far it is.
    pub state: DeliveryState,
    /// An earlier delivery with the same id of the forge and another body.
    pub conflicts_with: Option<DeliveryId>,
    /// The earlier delivery that somebody asked the forge to send again.
    pub redelivery_of: Option<DeliveryId>,
    /// How often the same delivery came again and was not stored anew.
    pub repeats: u32,
}
