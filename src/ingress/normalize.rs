//! `Verified -> Normalized`: from the forge's words to canonical events.

use super::{Reject, Stage, Verified};
use crate::event::Event;
use crate::mapping::{Given, Input, Mappings};
use crate::store::{Failure, FailureStage, Memory, Store};
use serde_json::Value;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A verified delivery and the events that it tells of.
#[derive(Debug)]
pub struct Normalized {
    verified: Verified,
    events: Vec<Event>,
    notes: Vec<String>,
    skipped: Option<String>,
    memory: Option<Memory>,
    ping: bool,
    failure: Option<Failure>,
}

/// What routing takes over.
pub(super) struct Parts {
    pub(super) verified: Verified,
    pub(super) events: Vec<Event>,
    pub(super) notes: Vec<String>,
    pub(super) memory: Option<Memory>,
    pub(super) failure: Option<Failure>,
}

/// The stage that normalizes.
#[derive(Clone)]
pub struct Normalize {
    mappings: Arc<Mappings>,
    store: Option<Arc<dyn Store>>,
}

impl Normalize {
    /// Normalizes by these mappings; what earlier deliveries left is not known.
    pub fn new(mappings: &Arc<Mappings>) -> Self {
        Self { mappings: Arc::clone(mappings), store: None }
    }

    /// The same, knowing what earlier deliveries left in a store.
    #[must_use]
    pub fn remembering(self, store: &Arc<dyn Store>) -> Self {
        Self { store: Some(Arc::clone(store)), ..self }
    }

    /// The events of a delivery, for which nothing is known of earlier ones: one that is processed
    /// again must not see what came after it, and is told from what it was by nothing.
    pub fn normalize(&self, verified: Verified) -> Normalized {
        self.normalize_knowing(verified, None)
    }

    /// The events of a delivery. A mapping that fails is no reason to refuse what was verified: it is
    /// noted, and the delivery can be processed again once the mapping is right.
    fn normalize_knowing(&self, verified: Verified, known: Option<Value>) -> Normalized {
        let normal = contained(|| self.mappings.normalize(&input(&verified, known)));
        let mut notes = verified.notes().to_vec();
        match normal {
            Ok(normal) => {
                notes.extend(normal.notes);
                notes.extend(normal.skipped.iter().map(|reason| format!("skipped: {reason}")));
                Normalized {
                    verified,
                    events: normal.events,
                    notes,
                    skipped: normal.skipped,
                    memory: normal.memory,
                    ping: normal.ping,
                    failure: None,
                }
            }
            Err(reason) => Normalized {
                verified,
                events: Vec::new(),
                notes,
                skipped: None,
                memory: None,
                ping: false,
                failure: Some(Failure { stage: FailureStage::Normalize, reason }),
            },
        }
    }

    /// What earlier deliveries left for this one.
    ///
    /// # Errors
    /// A store that cannot be read: nor could it take the delivery.
    async fn recall(&self, verified: &Verified) -> Result<Option<Value>, Reject> {
        let Some(store) = &self.store else { return Ok(None) };
        // A panic shows again when the delivery is normalized, and is a failure there.
        let key = contained(|| Ok::<_, String>(self.mappings.memory_key(&input(verified, None))));
        let Ok(Some(place)) = key else { return Ok(None) };
        let found = store.recall(verified.source_name().to_owned(), place.key.clone()).await;
        let found = found.map_err(|error| {
            tracing::error!(source = verified.source_name(), %error, "the store could not be read");
            Reject::NotStored
        })?;
        Ok(found.and_then(|memory| place.known(memory)))
    }
}

/// A delivery as the mappings take it.
fn input(verified: &Verified, known: Option<Value>) -> Input<'_> {
    Input {
        forge: &verified.forge().name,
        text: verified.text(),
        headers: verified.headers(),
        source: verified.event_source(),
        auth: verified.auth().clone(),
        given: Given { query: verified.parameters().clone(), known },
    }
}

/// Does the work; a panic in it is a failure like any other. What is verified is stored, whatever
/// fault of ours it meets.
fn contained<T, E: Display>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("a fault in forgeway: normalizing panicked; see the log".to_owned()),
    }
}

impl Stage for Normalize {
    type Input = Verified;
    type Output = Normalized;
    type Error = Reject;

    async fn run(&self, verified: Verified) -> Result<Normalized, Reject> {
        let known = self.recall(&verified).await?;
        Ok(self.normalize_knowing(verified, known))
    }
}

impl Normalized {
    /// The delivery.
    pub fn verified(&self) -> &Verified {
        &self.verified
    }

    /// Its events; none when the mapping failed or skips the delivery.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Remarks for the delivery's record.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Why the mapping skips it: it tells of nothing that anybody could want.
    pub fn skipped(&self) -> Option<&str> {
        self.skipped.as_deref()
    }

    /// Whether it only tries the hook out.
    pub fn is_ping(&self) -> bool {
        self.ping
    }

    /// Why there are no events, when the mapping failed.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What it leaves for later deliveries.
    pub fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    /// What routing takes over.
    pub(super) fn into_parts(self) -> Parts {
        let Self { verified, events, notes, memory, failure, .. } = self;
        Parts { verified, events, notes, memory, failure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_like_any_other() {
        assert_eq!(contained(|| Ok::<_, String>(1)), Ok(1));
        assert_eq!(contained(|| Err::<(), _>("why")), Err("why".to_owned()));
        let reason = contained(|| -> Result<(), String> { panic!("a fault") }).unwrap_err();
        assert!(reason.contains("see the log"), "{reason}");
    }
}
