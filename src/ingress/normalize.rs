//! `Verified -> Normalized`: from the forge's words to canonical events.

use super::{Reject, Stage, Verified};
use crate::event::Event;
use crate::mapping::{Given, Input, Mappings};
use crate::store::{Failure, FailureStage};
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
    ping: bool,
    failure: Option<Failure>,
}

/// The stage that normalizes.
#[derive(Debug, Clone)]
pub struct Normalize {
    mappings: Arc<Mappings>,
}

impl Normalize {
    /// Normalizes by these mappings.
    pub fn new(mappings: &Arc<Mappings>) -> Self {
        Self { mappings: Arc::clone(mappings) }
    }

    /// The events of a delivery. A mapping that fails is no reason to refuse what was verified: it is
    /// noted, and the delivery can be processed again once the mapping is right.
    pub fn normalize(&self, verified: Verified) -> Normalized {
        let normal = contained(|| {
            self.mappings.normalize(&Input {
                forge: &verified.forge().name,
                text: verified.text(),
                headers: verified.headers(),
                source: verified.event_source(),
                auth: verified.auth().clone(),
                given: Given { query: verified.parameters().clone(), known: None },
            })
        });
        let mut notes = verified.notes().to_vec();
        match normal {
            Ok(normal) => {
                notes.extend(normal.notes);
                notes.extend(normal.skipped.iter().map(|reason| format!("skipped: {reason}")));
                let (events, skipped, ping) = (normal.events, normal.skipped, normal.ping);
                Normalized { verified, events, notes, skipped, ping, failure: None }
            }
            Err(reason) => {
                let failure = Some(Failure { stage: FailureStage::Normalize, reason });
                let (events, skipped) = (Vec::new(), None);
                Normalized { verified, events, notes, skipped, ping: false, failure }
            }
        }
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
        Ok(self.normalize(verified))
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

    /// The delivery, its events, the remarks and what failed.
    pub(super) fn into_parts(self) -> (Verified, Vec<Event>, Vec<String>, Option<Failure>) {
        (self.verified, self.events, self.notes, self.failure)
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
