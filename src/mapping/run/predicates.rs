//! Predicates: whether something holds.

use super::super::expr::{Predicate, Test};
use super::lists::same_text;
use super::text::TextBuf;
use super::{Run, Scope};
use crate::value::View;

impl<'a> Run<'a> {
    /// Whether a predicate holds here.
    pub(in super::super) fn holds(&self, predicate: &'a Predicate, scope: Scope<'a>) -> bool {
        match predicate {
            Predicate::All(parts) => parts.iter().all(|part| self.holds(part, scope)),
            Predicate::Any(parts) => parts.iter().any(|part| self.holds(part, scope)),
            Predicate::Not(part) => !self.holds(part, scope),
            Predicate::Test(path, test) => self.passes(self.path(path, scope).view, test, scope),
        }
    }

    fn passes(&self, view: View<'a>, test: &'a Test, scope: Scope<'a>) -> bool {
        let mut buffer = TextBuf::default();
        match test {
            Test::Is(words) => {
                buffer.text(view).is_some_and(|text| words.iter().any(|word| **word == *text))
            }
            Test::Same(path) => same_text(view, self.path(path, scope).view),
            Test::Exists(wanted) => view.is_absent() != *wanted,
            Test::Empty(wanted) => {
                let empty = match view {
                    View::Str(text) => text.is_empty(),
                    View::Object(entries) => entries.is_empty(),
                    list if list.is_list() => list.is_empty(),
                    other => other.is_absent(),
                };
                empty == *wanted
            }
            Test::Matches(regex) => buffer.text(view).is_some_and(|text| regex.is_match(text)),
            Test::Not(test) => !self.passes(view, test, scope),
        }
    }
}
