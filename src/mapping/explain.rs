//! Where each leaf of an event or a request came from, in words.

use super::emit::{Made, TargetFacts, Writing};
use super::receive::{self, Input, Reading, made};
use super::run::{Scope, Val};
use super::{Mappings, NormalizeError};
use crate::event::Event;
use crate::value::{Class, View, to_json};
use bumpalo::Bump;
use serde::Serialize;

/// A leaf and its origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leaf {
    /// Its path in the event or the body.
    pub path: String,
    /// Its value.
    pub value: serde_json::Value,
    /// How it came about.
    pub class: Class,
    /// The source path, or the template, or `literal`, or `default`.
    pub origin: String,
}

impl Mappings {
    /// Each leaf that the rules of a delivery make, by rule. What was completed afterwards stands in
    /// the event's `inferred`.
    ///
    /// # Errors
    /// As [`Mappings::normalize`].
    pub fn explain_events(
        &self,
        input: &Input<'_>,
    ) -> Result<Vec<(String, Vec<Leaf>)>, NormalizeError> {
        let program = self
            .program(input.forge)
            .ok_or_else(|| NormalizeError::UnknownForge(input.forge.to_owned()))?;
        let arena = Bump::new();
        let mut reading = Reading::new(program, input, &arena);
        reading.run.explain = true;
        let file = reading.word_and_file().1.or(program.other.as_deref());
        let Some((file, receive)) = file.and_then(|f| Some((f, program.receive.get(f)?))) else {
            return Ok(Vec::new());
        };
        reading.look(&receive.outline)?;
        let mut explained = Vec::new();
        let scope = reading.run.bind_all(Scope::new(reading.run.root), &receive.lets);
        for rule in &receive.rules {
            for made in made(&reading.run, rule, scope) {
                if let receive::Made::Event { body, action } = made {
                    let mut found = leaves(body);
                    if let Some(action) = action {
                        let (path, at) = (&mut "$.action".to_owned(), found.len());
                        walk(action.view, action.class, action.origin, path, &mut found);
                        // Beside the kind, which a rule says first.
                        found[at.min(1)..].rotate_right(1);
                    }
                    explained.push((format!("{file}/{}", rule.name), found));
                }
            }
        }
        Ok(explained)
    }

    /// Each leaf of the requests that a format makes of an event, by rule.
    pub fn explain_requests(
        &self,
        format: &str,
        event: &Event,
        target: &TargetFacts,
    ) -> Vec<(String, Vec<Leaf>)> {
        let kind = event.kind_or_other();
        let program = self.program(format);
        let Some((program, emit)) = program.and_then(|p| Some((p, p.emit.get(&kind)?))) else {
            return Vec::new();
        };
        let arena = Bump::new();
        let writing = Writing::new(program, event, target, "explained", &arena, true);
        let mut explained = Vec::new();
        for rule in &emit.rules {
            for made in writing.made(rule) {
                if let Made::Request { body, .. } = made {
                    explained.push((format!("{kind}/{}", rule.name), leaves(body)));
                }
            }
        }
        explained
    }
}

fn leaves(body: Val<'_>) -> Vec<Leaf> {
    let mut found = Vec::new();
    walk(body.view, body.class, body.origin, &mut "$".to_owned(), &mut found);
    found
}

fn walk(
    view: View<'_>,
    class: Class,
    origin: Option<&str>,
    path: &mut String,
    found: &mut Vec<Leaf>,
) {
    let before = path.len();
    match view {
        View::Object(entries) => {
            for entry in entries.iter().filter(|entry| !matches!(entry.value, View::Absent)) {
                path.push('.');
                path.push_str(entry.key);
                walk(entry.value, entry.class, entry.origin, path, found);
                path.truncate(before);
            }
        }
        View::List(items) => {
            for (place, item) in items.iter().enumerate() {
                path.push_str(&format!("[{place}]"));
                walk(*item, class, origin, path, found);
                path.truncate(before);
            }
        }
        leaf => found.push(Leaf {
            path: path.clone(),
            value: to_json(leaf),
            class,
            origin: origin.unwrap_or("computed").to_owned(),
        }),
    }
}
