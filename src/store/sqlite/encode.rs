//! Records made ready for their rows before the writer sees them: serializing is not its work.

use super::memory::EncodedMemory;
use crate::event::Event;
use crate::store::{
    DeliveryState, DispatchId, LeaseToken, NewDelivery, NewDispatch, Processed, StoreError,
};
use jiff::Timestamp;
use std::sync::Arc;

/// A delivery and its columns of JSON.
pub(super) struct EncodedDelivery {
    pub(super) delivery: Arc<NewDelivery>,
    pub(super) auth: String,
    pub(super) headers: String,
    pub(super) rewritten: String,
    pub(super) processed: EncodedProcessed,
}

/// What came of a delivery, as columns.
pub(super) struct EncodedProcessed {
    pub(super) events: Vec<EncodedEvent>,
    pub(super) dispatches: Vec<EncodedDispatch>,
    pub(super) notes: String,
    pub(super) verdicts: String,
    pub(super) memory: Option<EncodedMemory>,
    pub(super) stage: Option<&'static str>,
    pub(super) reason: Option<String>,
}

/// A row of `event`.
pub(super) struct EncodedEvent {
    pub(super) kind: &'static str,
    pub(super) action: Option<&'static str>,
    pub(super) repository: Option<String>,
    pub(super) json: String,
}

/// A row of `dispatch`.
pub(super) struct EncodedDispatch {
    pub(super) id: DispatchId,
    pub(super) target: String,
    pub(super) events: String,
    pub(super) lease: Option<(LeaseToken, Timestamp)>,
}

impl EncodedDelivery {
    pub(super) fn new(delivery: Arc<NewDelivery>) -> Result<Self, StoreError> {
        Ok(Self {
            auth: serde_json::to_string(&delivery.auth)?,
            headers: serde_json::to_string(&delivery.body.headers)?,
            rewritten: serde_json::to_string(&delivery.body.rewritten)?,
            processed: EncodedProcessed::new(&delivery.processed)?,
            delivery,
        })
    }
}

impl EncodedProcessed {
    pub(super) fn new(processed: &Processed) -> Result<Self, StoreError> {
        let failure = processed.failure.as_ref();
        let dispatches = match failure {
            // A delivery fails as a whole.
            Some(_) => Vec::new(),
            None => {
                processed.dispatches.iter().map(EncodedDispatch::new).collect::<Result<_, _>>()?
            }
        };
        let memory = processed.memory.as_ref().filter(|_| failure.is_none());
        Ok(Self {
            memory: memory.map(EncodedMemory::new).transpose()?,
            events: processed.events.iter().map(EncodedEvent::new).collect::<Result<_, _>>()?,
            dispatches,
            notes: serde_json::to_string(&processed.notes)?,
            verdicts: serde_json::to_string(&processed.verdicts)?,
            stage: failure.map(|failure| failure.stage.as_str()),
            reason: failure.map(|failure| failure.reason.clone()),
        })
    }

    /// The state of a delivery that has just this.
    pub(super) fn state(&self) -> DeliveryState {
        match (self.stage, self.dispatches.is_empty()) {
            (Some(_), _) => DeliveryState::Failed,
            (None, true) => DeliveryState::Unrouted,
            (None, false) => DeliveryState::Pending,
        }
    }
}

impl EncodedEvent {
    fn new(event: &Event) -> Result<Self, StoreError> {
        Ok(Self {
            kind: event.kind_or_other().as_str(),
            action: event.action.map(|action| action.as_str()),
            repository: event.repository.as_ref().and_then(|repo| repo.full_path.clone()),
            json: serde_json::to_string(event)?,
        })
    }
}

impl EncodedDispatch {
    pub(super) fn new(dispatch: &NewDispatch) -> Result<Self, StoreError> {
        Ok(Self {
            id: dispatch.id,
            target: dispatch.target.clone(),
            events: serde_json::to_string(&dispatch.events)?,
            lease: dispatch.lease,
        })
    }
}
