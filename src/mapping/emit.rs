//! From a canonical event to the requests that a format says it with.

use super::name::Name;
use super::program::{EmitRule, Makes, Program};
use super::provenance::write_classed;
use super::run::{Run, Scope, Val};
use super::{EmitError, Mappings, arena};
use crate::event::Event;
use crate::value::{Entry, FieldType, View};
use bumpalo::Bump;

static TARGET: Name = Name::fixed("target");
static DELIVERY: Name = Name::fixed("delivery");
static SOURCE: Name = Name::fixed("source");
static EVENT: Name = Name::fixed("event");
static ACTION: Name = Name::fixed("action");

/// What a mapping may know of a target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetFacts {
    /// Its name in the configuration.
    pub name: String,
    /// The address of the API that derived URLs should point to.
    pub api_url: Option<String>,
    /// The address of the web pages that derived URLs should point to.
    pub web_url: Option<String>,
}

/// What a format makes of an event.
#[derive(Debug)]
pub enum Emission {
    /// Requests, in order.
    Requests(Vec<Request>),
    /// None, for this reason.
    Skipped {
        /// Why, in a word or a sentence.
        reason: String,
    },
}

/// A request, not yet signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
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
    /// Makes the requests that say an event in a format. `delivery_id` is the id of the outgoing
    /// delivery: the same for every attempt, another for each further request of the same event.
    ///
    /// # Errors
    /// An unknown format, or a rule that names no event.
    pub fn emit(
        &self,
        format: &str,
        event: &Event,
        target: &TargetFacts,
        delivery_id: &str,
    ) -> Result<Emission, EmitError> {
        let unknown = || EmitError::UnknownFormat(format.to_owned());
        let program = self.program(format).ok_or_else(unknown)?;
        if program.format.is_none() {
            return Err(unknown());
        }
        if let Some(fault) = program.faults.first() {
            let (format, fault) = (format.to_owned(), fault.clone());
            return Err(EmitError::Broken { format, fault });
        }
        arena::with(|arena| {
            Writing::new(program, event, target, delivery_id, arena, false).emission(event)
        })
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
        Ok(writing.headers(writing.run.bind(scope, &EVENT, word), delivery_id))
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

/// One event being said.
pub(super) struct Writing<'a> {
    pub(super) run: Run<'a>,
    program: &'a Program,
    delivery_id: &'a str,
}

impl<'a> Writing<'a> {
    pub(super) fn new(
        program: &'a Program,
        event: &'a Event,
        target: &'a TargetFacts,
        delivery_id: &'a str,
        arena: &'a Bump,
        explain: bool,
    ) -> Self {
        let text = |text: &'a Option<String>| text.as_deref().map_or(View::Absent, View::Str);
        let target = arena.alloc_slice_copy(&[
            Entry::read("name", View::Str(&target.name)),
            Entry::read("api_url", text(&target.api_url)),
            Entry::read("web_url", text(&target.web_url)),
        ]);
        let delivery = arena.alloc_slice_copy(&[Entry::read("id", View::Str(delivery_id))]);
        let source = event.source.as_ref().map_or(View::Absent, FieldType::view);
        let ambient = arena.alloc_slice_copy(&[
            (&TARGET, View::Object(target)),
            (&DELIVERY, View::Object(delivery)),
            (&SOURCE, source),
        ]);
        let root = Val::mapped(event.view());
        let mut run = Run::new(arena, &program.emit_fragments, root, ambient);
        run.explain = explain;
        Self { run, program, delivery_id }
    }

    fn emission(&self, event: &Event) -> Result<Emission, EmitError> {
        let kind = event.kind_or_other();
        let Some(emit) = self.program.emit.get(&kind) else {
            let name = &self.program.forge.title;
            return Ok(Emission::Skipped { reason: format!("{name} has no event for {kind}") });
        };
        let mut requests = Vec::new();
        let mut skipped = None;
        for rule in &emit.rules {
            for made in self.made(rule) {
                match made {
                    Made::Skip(reason) => drop(skipped.get_or_insert_with(|| reason.to_owned())),
                    Made::Request { event, body, scope } => {
                        let word = event.view.as_str().ok_or_else(|| EmitError::NoEvent {
                            format: self.program.forge.name.clone(),
                            rule: rule.name.to_string(),
                        })?;
                        let id = Mappings::request_id(self.delivery_id, requests.len());
                        let scope = self.run.bind(scope, &EVENT, event);
                        let (bytes, classes) = write_classed(body.view);
                        requests.push(Request {
                            event: word.to_owned(),
                            headers: self.headers(scope, &id),
                            body: bytes,
                            classes,
                            rule: format!("{kind}/{}", rule.name),
                        });
                    }
                }
            }
        }
        if self.run.is_exhausted() {
            return Err(EmitError::TooMuch(self.program.forge.name.clone()));
        }
        let no_rule = || format!("{} has no rule for {}", self.program.forge.title, event.key());
        Ok(match requests.is_empty() {
            true => Emission::Skipped { reason: skipped.unwrap_or_else(no_rule) },
            false => Emission::Requests(requests),
        })
    }

    fn headers(&self, scope: Scope<'a>, id: &str) -> Vec<(String, String)> {
        let Some(format) = &self.program.format else { return Vec::new() };
        let mut headers = vec![("Content-Type".to_owned(), format.content_type.clone())];
        let id = self.run.arena.alloc_str(id);
        let delivery = self.run.arena.alloc_slice_copy(&[Entry::read("id", View::Str(id))]);
        let delivery = Val::mapped(View::Object(delivery));
        let scope = self.run.bind(scope, &DELIVERY, delivery);
        for (name, value) in &format.headers {
            let value = crate::value::to_json(self.run.eval(value, scope).view);
            match value {
                serde_json::Value::Null => {}
                serde_json::Value::String(text) => headers.push((name.to_string(), text)),
                other => headers.push((name.to_string(), other.to_string())),
            }
        }
        headers
    }

    /// What a rule makes of the event.
    pub(super) fn made(&self, rule: &'a EmitRule) -> Vec<Made<'a>> {
        let run = &self.run;
        let mut scope = Scope::new(run.root);
        for (name, value) in &rule.lets {
            let value = run.eval(value, scope);
            scope = run.bind(scope, name, value);
        }
        if rule.when.as_ref().is_some_and(|when| !run.holds(when, scope)) {
            return Vec::new();
        }
        match &rule.each {
            None => self.one(rule, scope).into_iter().collect(),
            Some((name, list)) => {
                let list = run.eval(list, scope);
                let scopes = run.elements(list).map(|element| run.bind(scope, name, element));
                scopes.filter_map(|scope| self.one(rule, scope)).collect()
            }
        }
    }

    fn one(&self, rule: &'a EmitRule, mut scope: Scope<'a>) -> Option<Made<'a>> {
        if let Some(action) = &rule.action {
            let action = self.run.eval(action, scope);
            if matches!(action.view, View::Absent) {
                return None;
            }
            scope = self.run.bind(scope, &ACTION, action);
        }
        match &rule.makes {
            Makes::Skip(reason) => Some(Made::Skip(reason)),
            Makes::Request(event, body) => {
                let body = self.run.eval(body, scope);
                if matches!(body.view, View::Absent) {
                    return None;
                }
                Some(Made::Request { event: self.run.eval(event, scope), body, scope })
            }
        }
    }
}

/// What an emit rule made.
pub(super) enum Made<'a> {
    /// Nothing, on purpose.
    Skip(&'a str),
    /// A request.
    Request {
        /// The format's word.
        event: Val<'a>,
        /// The body.
        body: Val<'a>,
        /// What the headers see.
        scope: Scope<'a>,
    },
}
