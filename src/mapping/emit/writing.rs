//! Events on their way into a format: each rule is asked, and what belongs together becomes one request.

use super::super::name::Name;
use super::super::program::{EmitRule, Format, Makes, Program};
use super::super::provenance::write_classed;
use super::super::run::{Run, Scope, Val};
use super::{Emission, EmitError, Mappings, Request, Skip, TargetFacts, merge};
use crate::event::{Event, Kind};
use crate::value::{Entry, FieldType, View, same};
use bumpalo::Bump;

static TARGET: Name = Name::fixed("target");
static DELIVERY: Name = Name::fixed("delivery");
static SOURCE: Name = Name::fixed("source");
static EVENT: Name = Name::fixed("event");
static ACTION: Name = Name::fixed("action");

/// What a format makes of events.
pub(super) fn emission<'a>(
    program: &'a Program,
    events: &'a [&'a Event],
    target: &'a TargetFacts,
    delivery_id: &'a str,
    arena: &'a Bump,
) -> Result<Emission, EmitError> {
    let write = |event: &&'a Event| Writing::new(program, event, target, delivery_id, arena, false);
    let writings: Vec<_> = events.iter().map(write).collect();
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    let mut skipped = Vec::new();
    for (place, writing) in writings.iter().enumerate() {
        let append = writing.format().and_then(|format| format.merge.get(&writing.kind));
        for draft in writing.drafts(place, &mut skipped)? {
            let earlier = append.and_then(|append| {
                let earlier = drafts.iter_mut().find(|earlier| earlier.says_alike(&draft));
                Some((earlier?, append))
            });
            match earlier {
                Some((earlier, append)) => {
                    earlier.body = merge::lay(earlier.body, draft.body, append, arena);
                    earlier.events.push(place);
                }
                None => drafts.push(draft),
            }
        }
    }
    let finish = |(nth, draft): (usize, Draft<'a>)| {
        let id = Mappings::request_id(delivery_id, nth);
        let writing = &writings[draft.events[0]];
        let headers = writing.headers_for(Val::mapped(View::Str(draft.word)), draft.scope, &id);
        let (body, classes) = write_classed(draft.body.view);
        let rule = format!("{}/{}", writing.kind, draft.rule.name);
        Request { events: draft.events, id, event: draft.word.into(), headers, body, classes, rule }
    };
    let requests = drafts.into_iter().enumerate().map(finish).collect();
    Ok(Emission { requests, skipped })
}

/// A request in the making.
struct Draft<'a> {
    events: Vec<usize>,
    rule: &'a EmitRule,
    word: &'a str,
    action: View<'a>,
    body: Val<'a>,
    scope: Scope<'a>,
}

impl Draft<'_> {
    /// Whether two requests say the same of different events of a delivery: by one rule, in the same words.
    fn says_alike(&self, other: &Draft<'_>) -> bool {
        std::ptr::eq(self.rule, other.rule)
            && self.word == other.word
            && same(self.action, other.action)
            && self.events.last() != other.events.last()
    }
}

/// One event being said.
pub(in super::super) struct Writing<'a> {
    pub(in super::super) run: Run<'a>,
    program: &'a Program,
    target: &'a TargetFacts,
    kind: Kind,
    /// The kind's word and the action's.
    key: String,
    /// The kind of the event beside which the forge sends this one.
    accompanies: Option<Kind>,
}

impl<'a> Writing<'a> {
    pub(in super::super) fn new(
        program: &'a Program,
        event: &'a Event,
        target: &'a TargetFacts,
        delivery_id: &'a str,
        arena: &'a Bump,
        explain: bool,
    ) -> Self {
        let text = |text: &'a Option<String>| text.as_deref().map_or(View::Absent, View::Str);
        let facts = arena.alloc_slice_copy(&[
            Entry::read("name", View::Str(&target.name)),
            Entry::read("api_url", text(&target.api_url)),
            Entry::read("web_url", text(&target.web_url)),
        ]);
        let delivery = arena.alloc_slice_copy(&[Entry::read("id", View::Str(delivery_id))]);
        let source = event.source.as_ref().map_or(View::Absent, FieldType::view);
        let ambient = arena.alloc_slice_copy(&[
            (&TARGET, View::Object(facts)),
            (&DELIVERY, View::Object(delivery)),
            (&SOURCE, source),
        ]);
        let root = Val::mapped(event.view());
        let mut run = Run::new(arena, &program.emit_fragments, root, ambient);
        run.explain = explain;
        let own = program.format.as_ref().map(|format| format.id_bits);
        run.id_bits = target.id_bits.or(own).unwrap_or(run.id_bits);
        let (kind, key, accompanies) = (event.kind_or_other(), event.key(), event.companion_of);
        Self { run, program, target, kind, key, accompanies }
    }

    fn format(&self) -> Option<&'a Format> {
        self.program.format.as_ref()
    }

    /// The requests that say the event, or why there are none.
    fn drafts(&self, place: usize, skipped: &mut Vec<Skip>) -> Result<Vec<Draft<'a>>, EmitError> {
        let (before, title) = (skipped.len(), &self.program.forge.title);
        let mut skip = |reason: String| skipped.push(Skip { event: place, reason });
        if let Some(of) = self.accompanies.filter(|_| !self.target.companions) {
            skip(format!("companions are off, and this accompanies a {of}"));
            return Ok(Vec::new());
        }
        let Some(emit) = self.program.emit.get(&self.kind) else {
            skip(format!("{title} has no event for {}", self.kind));
            return Ok(Vec::new());
        };
        let mut drafts = Vec::new();
        for rule in &emit.rules {
            for made in self.made(rule) {
                match made {
                    Made::Skip(reason) => skip(reason.to_owned()),
                    Made::Request { event, scope, .. } if self.is_unwanted(rule, scope) => {
                        let word = event.view.as_str().unwrap_or(&rule.name);
                        skip(format!(
                            "companions are off: {word} only accompanies another request"
                        ));
                    }
                    Made::Request { event, action, body, scope } => {
                        let word = event.view.as_str().ok_or_else(|| EmitError::NoEvent {
                            format: self.program.forge.name.clone(),
                            rule: rule.name.to_string(),
                        })?;
                        drafts.push(Draft { events: vec![place], rule, word, action, body, scope });
                    }
                }
            }
        }
        if self.run.is_exhausted() {
            return Err(EmitError::TooMuch(self.program.forge.name.clone()));
        }
        if drafts.is_empty() && skipped.len() == before {
            let reason = format!("{title} has no rule for {}", self.key);
            skipped.push(Skip { event: place, reason });
        }
        Ok(drafts)
    }

    /// Whether what a rule makes only accompanies another request, and the target wants no such.
    fn is_unwanted(&self, rule: &'a EmitRule, scope: Scope<'a>) -> bool {
        let accompanies = |when| self.run.holds(when, scope);
        !self.target.companions && rule.companion.as_ref().is_some_and(accompanies)
    }

    /// The headers that the format sends with a request that is called so.
    pub(super) fn headers_for(
        &self,
        word: Val<'a>,
        scope: Scope<'a>,
        id: &str,
    ) -> Vec<(String, String)> {
        let Some(format) = self.format() else { return Vec::new() };
        let mut headers = vec![("Content-Type".to_owned(), format.content_type.clone())];
        let id = self.run.arena.alloc_str(id);
        let delivery = self.run.arena.alloc_slice_copy(&[Entry::read("id", View::Str(id))]);
        let delivery = Val::mapped(View::Object(delivery));
        let scope = self.run.bind(scope, &EVENT, word);
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
    pub(in super::super) fn made(&self, rule: &'a EmitRule) -> Vec<Made<'a>> {
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
        let mut word = View::Absent;
        if let Some(action) = &rule.action {
            let action = self.run.eval(action, scope);
            word = action.view;
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
                let event = self.run.eval(event, scope);
                Some(Made::Request { event, action: word, body, scope })
            }
        }
    }
}

/// What an emit rule made.
pub(in super::super) enum Made<'a> {
    /// Nothing, on purpose.
    Skip(&'a str),
    /// A request.
    Request {
        /// The format's word for the event.
        event: Val<'a>,
        /// Its word for the action, where the rule has one.
        action: View<'a>,
        /// The body.
        body: Val<'a>,
        /// What the headers see.
        scope: Scope<'a>,
    },
}
