//! Two bodies that say events of one delivery become one.

use super::super::run::Val;
use crate::value::{Class, Entry, View};
use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

/// Lays a later body over an earlier one. Maps are laid over each other key by key; the lists that
/// `append` names hold what both have; anything else is the later one's, unless that is made up.
pub(super) fn lay<'a>(
    earlier: Val<'a>,
    later: Val<'a>,
    append: &[Vec<String>],
    arena: &'a Bump,
) -> Val<'a> {
    let mut path = Vec::new();
    let view = Laying { append, arena }.view(earlier.view, later.view, &mut path);
    Val { view, ..earlier }
}

struct Laying<'l, 'a> {
    append: &'l [Vec<String>],
    arena: &'a Bump,
}

impl<'a> Laying<'_, 'a> {
    fn view(&self, earlier: View<'a>, later: View<'a>, path: &mut Vec<&'a str>) -> View<'a> {
        match (earlier, later) {
            (View::Object(earlier), View::Object(later)) => {
                let mut entries =
                    BumpVec::with_capacity_in(earlier.len() + later.len(), self.arena);
                entries.extend_from_slice(earlier);
                for entry in later {
                    match entries.iter_mut().find(|known| known.key == entry.key) {
                        Some(known) => self.entry(known, entry, path),
                        None => entries.push(*entry),
                    }
                }
                View::Object(entries.into_bump_slice())
            }
            (earlier, later) if later.is_list() && self.appends(path) => {
                let items = earlier.elements().chain(later.elements());
                View::List(BumpVec::from_iter_in(items, self.arena).into_bump_slice())
            }
            (_, later) => later,
        }
    }

    fn entry(&self, known: &mut Entry<'a>, entry: &Entry<'a>, path: &mut Vec<&'a str>) {
        path.push(entry.key);
        let both = matches!((known.value, entry.value), (View::Object(_), View::Object(_)));
        let made_up = entry.class == Class::Defaulted || matches!(entry.value, View::Absent);
        if both || self.appends(path) {
            known.value = self.view(known.value, entry.value, path);
        } else if !made_up {
            *known = *entry;
        }
        path.pop();
    }

    fn appends(&self, path: &[&str]) -> bool {
        self.append.iter().any(|keys| keys.iter().map(String::as_str).eq(path.iter().copied()))
    }
}
