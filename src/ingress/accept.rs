//! `Routed -> Accepted`: on disk, and only then acknowledged.

use super::{Reject, Routed, Stage};
use crate::store::{
    Acceptance, Claimed, DedupeRule, Delivery, DeliveryId, DeliveryState, Dispatch, DispatchState,
    Failure, NewDelivery, NewDispatch, Store,
};
use crate::worker::{Handle, Reserved};
use std::sync::Arc;

/// The last stage: stores a delivery and hands what is to be sent to the worker.
#[derive(Clone)]
pub struct Accept {
    store: Arc<dyn Store>,
    rule: DedupeRule,
    worker: Option<Handle>,
}

/// A delivery that is stored, or found to be a repeat of one that is. Only [`Accept`] makes one.
#[derive(Debug, Clone)]
pub struct Accepted {
    acceptance: Acceptance,
    failure: Option<Failure>,
    events: usize,
    skipped: Option<String>,
    ping: bool,
}

impl Accept {
    /// Stores here; what is a repeat says the rule. The worker is told of everything that is to be
    /// sent; without one it waits in the store.
    pub fn new(store: Arc<dyn Store>, rule: DedupeRule, worker: Option<Handle>) -> Self {
        Self { store, rule, worker }
    }

    /// Stores a delivery and, once that is durable, hands it over.
    async fn accept(&self, routed: Routed) -> Result<Accepted, Reject> {
        let (ping, events) = (routed.is_ping(), routed.processed().events.len());
        let skipped = routed.skipped().map(str::to_owned);
        let mut record = record(routed);
        let failure = record.processed.failure.clone();
        let reserved = if failure.is_none() { self.reserve(&mut record) } else { Vec::new() };
        let record = Arc::new(record);
        let acceptance =
            self.store.accept(Arc::clone(&record), self.rule).await.map_err(|error| {
                tracing::error!(source = %record.source, %error, "a delivery could not be stored");
                Reject::NotStored
            })?;
        self.hand_over(&record, &acceptance, reserved);
        Ok(Accepted { acceptance, failure, events, skipped, ping })
    }

    /// Places for the dispatches that can be sent at once; those get their lease from the start.
    fn reserve(&self, delivery: &mut NewDelivery) -> Vec<(NewDispatch, Reserved)> {
        let Some(worker) = &self.worker else { return Vec::new() };
        let now = delivery.received_at;
        let mut reserved = Vec::new();
        for dispatch in &mut delivery.processed.dispatches {
            if let Some(place) = worker.reserve(&dispatch.target, now) {
                dispatch.lease = Some(place.lease());
                reserved.push((dispatch.clone(), place));
            }
        }
        reserved
    }

    /// Hands over what has a place and wakes the worker for the rest.
    fn hand_over(
        &self,
        record: &Arc<NewDelivery>,
        acceptance: &Acceptance,
        reserved: Vec<(NewDispatch, Reserved)>,
    ) {
        let Some(worker) = &self.worker else { return };
        let Acceptance::Stored { dispatches, conflicts_with, redelivery_of, .. } = acceptance
        else {
            // The leases were not stored; what is due again lies in the store.
            worker.wake();
            return;
        };
        if dispatches.len() > reserved.len() {
            worker.wake();
        }
        let delivery = Arc::new(Delivery {
            record: Arc::clone(record),
            state: DeliveryState::Pending,
            conflicts_with: *conflicts_with,
            redelivery_of: *redelivery_of,
            repeats: 0,
        });
        for (dispatch, place) in reserved {
            let (lease, until) = place.lease();
            let dispatch = Dispatch {
                id: dispatch.id,
                delivery: record.id,
                target: dispatch.target,
                events: dispatch.events,
                state: DispatchState::Pending,
                attempts: 0,
                queued_at: record.received_at,
                due_at: until,
                skipped: Vec::new(),
            };
            let delivery = Arc::clone(&delivery);
            worker.hand_over(place, Claimed { dispatch, delivery, outgoing: None, lease });
        }
    }
}

impl Stage for Accept {
    type Input = Routed;
    type Output = Accepted;
    type Error = Reject;

    async fn run(&self, routed: Routed) -> Result<Accepted, Reject> {
        let accept = self.clone();
        // A task of its own: a forge that hangs up early ends the request, and must not end this
        // between the store and the worker.
        let task = tokio::spawn(async move { accept.accept(routed).await });
        task.await.unwrap_or(Err(Reject::NotStored))
    }
}

/// The record of a delivery.
fn record(routed: Routed) -> NewDelivery {
    let (verified, processed) = routed.into_parts();
    let received_at = verified.received_at();
    NewDelivery {
        id: DeliveryId::new(received_at),
        received_at,
        source: verified.source_name().to_owned(),
        forge: verified.forge().name.clone(),
        mismatch: verified.mismatch().map(str::to_owned),
        forge_delivery_id: Some(verified.delivery_id().to_owned()),
        redelivery: verified.forge().delivery.redelivery,
        event: verified.event_word().map(str::to_owned),
        auth: verified.auth().clone(),
        body: verified.stored_body(),
        processed,
    }
}

impl Accepted {
    /// What became of it.
    pub fn acceptance(&self) -> &Acceptance {
        &self.acceptance
    }

    /// The stage that failed: the delivery is stored and can be processed again.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// How many events it tells of.
    pub fn events(&self) -> usize {
        self.events
    }

    /// Why it tells of none, when the mapping skips it.
    pub fn skipped(&self) -> Option<&str> {
        self.skipped.as_deref()
    }

    /// Whether it only tries the hook out.
    pub fn is_ping(&self) -> bool {
        self.ping
    }

    /// The id under which the delivery is stored: its own, or that of the one it repeats.
    pub fn delivery(&self) -> DeliveryId {
        match &self.acceptance {
            Acceptance::Stored { delivery, .. } => *delivery,
            Acceptance::Duplicate { of, .. } | Acceptance::Requeued { of, .. } => *of,
        }
    }
}
