//! What a target says for its template: `vars`.

use super::at::At;
use crate::template::plain;
use serde_json::{Map, Value};
use std::fmt;

/// Names and values, seen by templates as `target.vars`. They may hold a token that a receiver wants in
/// the body, so they are printed by their names.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Vars(pub Map<String, Value>);

impl Vars {
    /// Reads them; notes what is no map.
    pub(super) fn read(at: &At<'_>) -> Self {
        let pairs = at.pairs("a map from names to values, such as `channel: builds`");
        Self(pairs.into_iter().map(|(name, at)| (name.to_owned(), plain(at.node))).collect())
    }
}

impl fmt::Debug for Vars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}
