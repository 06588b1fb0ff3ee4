//! What a source changes about the headers of a request before anybody looks at them.
//!
//! The proof of origin is judged by the headers as they came. The one thing that a step does for it is to
//! bring a header back to its name, where nothing came under it: whoever sends could have said the same
//! there, and it still has to hold.

use crate::config::{HeaderRules, HeaderStep, HeaderText, Placed};
use crate::json::STARS;
use crate::store::HeaderChange;
use crate::yaml::Mark;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::collections::BTreeMap;

/// The headers of a request as its source wants them read.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// What is read.
    pub(super) headers: HeaderMap,
    /// What the proof of origin is judged by.
    pub(super) proofs: HeaderMap,
    /// As they came.
    came: HeaderMap,
    /// What was done last to a header, and where that is said.
    done: BTreeMap<String, Done>,
}

/// What was done to a header.
#[derive(Debug)]
struct Done {
    what: String,
    at: Mark,
    /// The name that its value has now.
    became: Option<HeaderName>,
}

impl Rewritten {
    /// The headers after the steps of a source. `proves` says whether a header is part of a proof.
    pub(super) fn new(
        rules: &HeaderRules,
        came: HeaderMap,
        proves: impl Fn(&HeaderName) -> bool,
    ) -> Self {
        let (headers, proofs) = (came.clone(), came.clone());
        let mut rewritten = Self { headers, proofs, came, done: BTreeMap::new() };
        for step in &rules.steps {
            rewritten.step(step, &proves);
        }
        rewritten
    }

    fn step(&mut self, step: &HeaderStep, proves: &impl Fn(&HeaderName) -> bool) {
        for Placed { says: glob, mark } in &step.remove {
            let meant = |name: &&HeaderName| glob.matches(name) && !proves(name);
            let names: Vec<_> = self.headers.keys().filter(meant).cloned().collect();
            for name in names {
                self.headers.remove(&name);
                self.note(&name, "left out".into(), mark, None);
            }
        }
        for Placed { says: (from, to), mark } in &step.rename {
            let there = self.headers.contains_key(from) && from != to;
            if !there || proves(to) && self.headers.contains_key(to) {
                continue;
            }
            let values: Vec<_> = self.headers.get_all(from).iter().cloned().collect();
            self.headers.remove(from);
            self.headers.remove(to);
            for value in values {
                if proves(to) {
                    self.proofs.append(to.clone(), value.clone());
                }
                self.headers.append(to.clone(), value);
            }
            self.note(from, format!("renamed to `{to}`"), mark, Some(to));
            self.note(to, format!("renamed from `{from}`"), mark, None);
        }
        for Placed { says: (name, text), mark } in &step.set {
            // A template was refused when the configuration was read.
            if let HeaderText::Fixed(value) = text {
                self.headers.insert(name.clone(), value.clone());
                self.note(name, "set".into(), mark, None);
            }
        }
    }

    fn note(&mut self, name: &HeaderName, what: String, at: &Mark, became: Option<&HeaderName>) {
        let done = Done { what, at: at.clone(), became: became.cloned() };
        self.done.insert(name.to_string(), done);
    }

    /// What was changed, for the record: without what `redact` blanks of the headers as they came, and
    /// without what is a secret under its new name, as `read` has it.
    pub(super) fn changes(
        &self,
        redact: impl Fn(&HeaderMap) -> HeaderMap,
        read: &HeaderMap,
    ) -> Vec<HeaderChange> {
        let came = redact(&self.came);
        let starred = |name: &HeaderName| read.get(name).is_some_and(|value| value == STARS);
        let change = |(name, done): (&String, &Done)| {
            let secret = done.became.as_ref().is_some_and(starred);
            let text = |value: &HeaderValue| match secret {
                true => STARS.to_owned(),
                false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            };
            HeaderChange {
                name: name.clone(),
                came: came.get_all(name.as_str()).iter().map(text).collect(),
                what: done.what.clone(),
                at: done.at.to_string(),
            }
        };
        self.done.iter().map(change).collect()
    }
}
