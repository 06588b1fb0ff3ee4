//! What the steps of a target may not touch: a receiver trusts nothing else.

use http::HeaderName;

/// The headers that sign what a target is sent, under the names that the steps so far give them.
#[derive(Debug, Clone, Default)]
pub(in crate::config) struct Guard(Vec<Held>);

/// A header that signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Held {
    /// Its name.
    pub(in crate::config) name: HeaderName,
    /// Who writes it, for people: ``the signature `x` of `ci` ``.
    pub(in crate::config) by: String,
    /// Whether its name is part of what it says.
    pub(in crate::config) fixed: bool,
}

impl Guard {
    /// For these headers.
    pub(in crate::config) fn new(held: Vec<Held>) -> Self {
        Self(held)
    }

    fn find(&self, name: &HeaderName) -> Option<&Held> {
        self.0.iter().find(|held| held.name == *name)
    }

    /// Why a header cannot be left out.
    pub(super) fn remove(&self, name: &HeaderName) -> Option<String> {
        let Held { by, .. } = self.find(name)?;
        Some(format!(
            "`{name}` is {by}: `sign` says what signs, and may name the schemes one by one"
        ))
    }

    /// Why a header cannot be set, or passed on, or another be called so.
    pub(super) fn write(&self, name: &HeaderName) -> Option<String> {
        let Held { by, .. } = self.find(name)?;
        Some(format!("`{name}` is {by}, which nothing may replace"))
    }

    /// Calls a header otherwise; why it cannot be.
    pub(super) fn rename(&mut self, from: &HeaderName, to: &HeaderName) -> Option<String> {
        if from == to {
            return None;
        }
        if let Some(fault) = self.write(to) {
            return Some(fault);
        }
        let held = self.0.iter_mut().find(|held| held.name == *from)?;
        if held.fixed {
            let by = &held.by;
            return Some(format!("`{from}` is {by}, whose headers have names of their own"));
        }
        held.name = to.clone();
        None
    }
}
