//! `Received -> Detected`: whose delivery it is, and where its JSON travels.

use super::rewrite::Rewritten;
use super::{JsonText, Payload, Received, Reject, Source, Sources, Stage, json_text};
use crate::forge::{self, Forge};
use crate::mapping::Mappings;
use http::HeaderMap;
use std::sync::Arc;

/// A request whose source and forge are known. It is not verified.
#[derive(Debug)]
pub struct Detected {
    received: Received,
    rewritten: Option<Rewritten>,
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
    bodies: Option<Arc<Mappings>>,
}

impl Detect {
    /// Finds the source among `sources`, and the forge among `forges` in the order they stand.
    pub fn new(sources: &Arc<Sources>, forges: &[Arc<Forge>]) -> Self {
        Self { sources: Arc::clone(sources), forges: forges.into(), bodies: None }
    }

    /// Lets a forge that its headers do not tell be told by its body, for the sources that allow it.
    #[must_use]
    pub fn by_body(self, mappings: &Arc<Mappings>) -> Self {
        Self { bodies: Some(Arc::clone(mappings)), ..self }
    }

    /// The forge that the body tells of. It is looked at before it is verified, and says nothing
    /// more than which secret must hold.
    fn told_by_body(&self, source: &Source, received: &Received) -> Option<Arc<Forge>> {
        let mappings = self.bodies.as_ref().filter(|_| source.body_detect)?;
        let JsonText { text, .. } = json_text(&received.body).ok()?;
        mappings.detect_by_body(&text).cloned()
    }

    fn detect(&self, mut received: Received) -> Result<Detected, Reject> {
        let source = Arc::clone(self.sources.find(received.source.as_deref())?);
        let mut rewritten = source.rewrite(&received.headers);
        if let Some(rewritten) = &mut rewritten {
            received.headers = std::mem::take(&mut rewritten.headers);
        }
        let seen = forge::detect(&self.forges, &received.headers);
        let (forge, mismatch) = match source.pinned() {
            // What the source is bound to wins; what the headers say instead is kept for people.
            Some(forge) => {
                let other = seen.filter(|seen| seen.name != forge.name);
                (Arc::clone(forge), other.map(|other| other.name.clone()))
            }
            None => {
                let told = || self.told_by_body(&source, &received);
                (seen.cloned().or_else(told).ok_or(Reject::UnknownForge)?, None)
            }
        };
        let payload = Payload::of(&received, &forge)?;
        Ok(Detected { received, rewritten, source, forge, mismatch, payload })
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
    /// The request: as it came, but for the headers that its source rewrites.
    pub fn received(&self) -> &Received {
        &self.received
    }

    /// The headers that prove where it comes from: as they came.
    pub(super) fn proofs(&self) -> &HeaderMap {
        self.rewritten.as_ref().map_or(&self.received.headers, |rewritten| &rewritten.proofs)
    }

    /// What its source rewrote.
    pub(super) fn rewritten(&self) -> Option<&Rewritten> {
        self.rewritten.as_ref()
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
