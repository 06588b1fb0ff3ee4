//! From a canonical event to the requests that a format says it with.

mod merge;
mod writing;

pub(super) use writing::{Made, Writing};

use super::program::Program;
use super::run::{Scope, Val};
use super::{EmitError, Mappings, arena};
use crate::event::{Event, Kind};
use crate::value::View;
use bumpalo::Bump;

/// What a mapping may know of a target, and what the target asks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetFacts {
    /// Its name in the configuration.
    pub name: String,
    /// The address of the API that derived URLs should point to.
    pub api_url: Option<String>,
    /// The address of the web pages that derived URLs should point to.
    pub web_url: Option<String>,
    /// Whether it is sent what only accompanies another event or request; by default it is.
    pub companions: bool,
    /// How wide the numbers may be that are made for ids, in bits; left out: as wide as the format's.
    pub id_bits: Option<u8>,
}

impl Default for TargetFacts {
    fn default() -> Self {
        let (name, api_url, web_url) = (String::new(), None, None);
        Self { name, api_url, web_url, companions: true, id_bits: None }
    }
}

/// What a format makes of events of one delivery.
#[derive(Debug, Default)]
pub struct Emission {
    /// Requests, in order.
    pub requests: Vec<Request>,
    /// What is not said, in the order of the events.
    pub skipped: Vec<Skip>,
}

/// Something that is not said: an event, or one request of several that would say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The place of the event in the list.
    pub event: usize,
    /// Why, in a word or a sentence.
    pub reason: String,
}

/// A request, not yet signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The places of the events that it says, in the list.
    pub events: Vec<usize>,
    /// The id of the outgoing delivery: the same for every attempt.
    pub id: String,
    /// The format's word for the event.
    pub event: String,
    /// Its headers in order, with content type and user agent, without signatures.
    pub headers: Vec<(String, String)>,
    /// Its body: JSON.
    pub body: Vec<u8>,
    /// Where each leaf of the body came from: see [`super::defaulted`].
    pub classes: Vec<u8>,
    /// The rule that made it, as `kind/rule`.
    pub rule: String,
}

impl Mappings {
    /// Makes the requests that say events of one delivery in a format. `delivery_id` is the id of the
    /// first request; each further one has an id made from it.
    ///
    /// # Errors
    /// An unknown format, or a rule that names no event.
    pub fn emit(
        &self,
        format: &str,
        events: &[&Event],
        target: &TargetFacts,
        delivery_id: &str,
    ) -> Result<Emission, EmitError> {
        let program = self.speaking(format)?;
        arena::with(|arena| writing::emission(program, events, target, delivery_id, arena))
    }

    /// The kinds whose events of one delivery this format says in one request.
    pub fn merged_kinds(&self, format: &str) -> Vec<Kind> {
        let format = self.program(format).and_then(|program| program.format.as_ref());
        format.into_iter().flat_map(|format| format.merge.keys().copied()).collect()
    }

    /// A format that does.
    fn speaking(&self, format: &str) -> Result<&Program, EmitError> {
        let program = self.program(format).filter(|program| program.format.is_some());
        let program = program.ok_or_else(|| EmitError::UnknownFormat(format.to_owned()))?;
        match program.faults.first() {
            None => Ok(program),
            Some(fault) => {
                let (format, fault) = (format.to_owned(), fault.clone());
                Err(EmitError::Broken { format, fault })
            }
        }
    }

    /// The headers that a format sends with a body that it did not make: one that passes through.
    ///
    /// # Errors
    /// An unknown format.
    pub fn passthrough_headers(
        &self,
        format: &str,
        event: &Event,
        word: &str,
        target: &TargetFacts,
        delivery_id: &str,
    ) -> Result<Vec<(String, String)>, EmitError> {
        let program =
            self.program(format).ok_or_else(|| EmitError::UnknownFormat(format.to_owned()))?;
        let arena = Bump::new();
        let writing = Writing::new(program, event, target, delivery_id, &arena, false);
        let scope = Scope::new(writing.run.root);
        let word = Val::mapped(View::Str(arena.alloc_str(word)));
        Ok(writing.headers_for(word, scope, delivery_id))
    }

    /// The id of the n-th request of an event: the first has the delivery's, the others one made from it.
    pub fn request_id(delivery_id: &str, place: usize) -> String {
        match place {
            0 => delivery_id.to_owned(),
            n => {
                let name = format!("{delivery_id}\n{n}");
                uuid::Uuid::new_v5(&super::NAMESPACE, name.as_bytes()).to_string()
            }
        }
    }
}
