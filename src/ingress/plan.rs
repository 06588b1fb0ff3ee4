//! `Normalized -> Routed`: what is to be sent where.

use super::normalize::Parts;
use super::route::{Delivered, Routes};
use super::{Normalized, Reject, Stage, Verified};
use crate::store::{NewDispatch, Processed};
use jiff::Timestamp;
use std::sync::Arc;

/// A delivery, its events, and what is to be sent because of them.
#[derive(Debug)]
pub struct Routed {
    verified: Verified,
    processed: Processed,
    skipped: Option<String>,
    ping: bool,
}

/// The stage that routes.
#[derive(Debug, Clone)]
pub struct Route {
    routes: Arc<Routes>,
}

impl Route {
    /// Routes by these routes.
    pub fn new(routes: &Arc<Routes>) -> Self {
        Self { routes: Arc::clone(routes) }
    }

    /// Plans what is to be sent. A delivery that could not be normalized is planned nothing.
    pub fn route(&self, normalized: Normalized) -> Routed {
        let (ping, skipped) = (normalized.is_ping(), normalized.skipped().map(str::to_owned));
        let Parts { verified, events, notes, memory, failure } = normalized.into_parts();
        let plan = self.routes.plan(&Delivered::of(&verified), &events);
        let now = Timestamp::now();
        let dispatch =
            |planned: super::route::Planned| NewDispatch::new(planned.target, planned.events, now);
        let verdicts = plan.verdicts.stored(events.len());
        let processed = Processed {
            events,
            dispatches: plan.planned.into_iter().map(dispatch).collect(),
            notes,
            verdicts,
            memory,
            failure,
        };
        Routed { verified, processed, skipped, ping }
    }
}

impl Stage for Route {
    type Input = Normalized;
    type Output = Routed;
    type Error = Reject;

    async fn run(&self, normalized: Normalized) -> Result<Routed, Reject> {
        Ok(self.route(normalized))
    }
}

impl Routed {
    /// The delivery.
    pub fn verified(&self) -> &Verified {
        &self.verified
    }

    /// Its events and what is to be sent because of them.
    pub fn processed(&self) -> &Processed {
        &self.processed
    }

    /// Why the mapping skips it.
    pub fn skipped(&self) -> Option<&str> {
        self.skipped.as_deref()
    }

    /// Whether it only tries the hook out.
    pub fn is_ping(&self) -> bool {
        self.ping
    }

    /// The delivery and what was made of it.
    pub fn into_parts(self) -> (Verified, Processed) {
        (self.verified, self.processed)
    }
}
