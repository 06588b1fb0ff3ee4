//! `Received -> Detected`: whose delivery it is, and where its JSON travels.

use super::{Payload, Received, Reject, Source, Sources, Stage};
use crate::forge::{self, Forge};
use std::sync::Arc;

/// A request whose source and forge are known. It is not verified.
#[derive(Debug)]
pub struct Detected {
    received: Received,
    source: Arc<Source>,
    forge: Arc<Forge>,
    mismatch: Option<String>,
    payload: Payload,
}

/// The stage that finds source and forge.
#[derive(Debug, Clone)]
pub struct Detect {
    sources: Arc<Sources>,
    forges: Arc<[Arc<Forge>]>,
}

impl Detect {
    /// Finds the source among `sources`, and the forge among `forges` in the order they stand.
    pub fn new(sources: &Arc<Sources>, forges: &[Arc<Forge>]) -> Self {
        Self { sources: Arc::clone(sources), forges: forges.into() }
    }

    fn detect(&self, received: Received) -> Result<Detected, Reject> {
        let source = Arc::clone(self.sources.find(received.source.as_deref())?);
        let seen = forge::detect(&self.forges, &received.headers);
        let (forge, mismatch) = match source.pinned() {
            // What the source is bound to wins; what the headers say instead is kept for people.
            Some(forge) => {
                let other = seen.filter(|seen| seen.name != forge.name);
                (Arc::clone(forge), other.map(|other| other.name.clone()))
            }
            None => (Arc::clone(seen.ok_or(Reject::UnknownForge)?), None),
        };
        let payload = Payload::of(&received, &forge)?;
        Ok(Detected { received, source, forge, mismatch, payload })
    }
}

impl Stage for Detect {
    type Input = Received;
    type Output = Detected;
    type Error = Reject;

    async fn run(&self, received: Received) -> Result<Detected, Reject> {
        self.detect(received)
    }
}

impl Detected {
    /// The request as it came.
    pub fn received(&self) -> &Received {
        &self.received
    }

    /// The source that it was sent to.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The forge that it is taken to come from.
    pub fn forge(&self) -> &Arc<Forge> {
        &self.forge
    }

    /// The forge that its headers speak of, when the source is bound to another.
    pub fn mismatch(&self) -> Option<&str> {
        self.mismatch.as_deref()
    }

    /// Its JSON, taken out of its wrapping.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }
}
