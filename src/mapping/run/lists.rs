//! Lists: made, walked, filtered, compared and joined.

use super::super::expr::{Each, EachBody, Expr, Predicate};
use super::super::name::Name;
use super::text::TextBuf;
use super::{Run, Scope, Val};
use crate::value::{Class, Entry, View};
use bumpalo::collections::Vec as BumpVec;
use std::collections::HashSet;

/// So many elements are looked at for one delivery, or for one request: far more than any has.
const MOST_STEPS: u32 = 5_000_000;

/// More elements than this are looked up by their text.
const MANY: usize = 32;

impl<'a> Run<'a> {
    /// A list of what its elements give; nothing when none of them gives anything.
    pub(super) fn list(&self, items: &'a [Expr], scope: Scope<'a>) -> Val<'a> {
        let mut list = BumpVec::with_capacity_in(items.len(), self.arena);
        let mut class = Class::Fixed;
        for item in items {
            let item = self.eval(item, scope);
            if !item.is_absent() {
                class = class.max(item.class);
                list.push(item.view);
            }
        }
        match list.is_empty() && !items.is_empty() {
            true => Val::default(),
            false => Val { view: View::List(list.into_bump_slice()), class, origin: None },
        }
    }

    /// One result for each element; what gives nothing is left out. An empty list stays one.
    pub(super) fn each(&self, each: &'a Each, scope: Scope<'a>) -> Val<'a> {
        let source = self.eval(&each.list, scope);
        if !source.view.is_list() {
            return Val::default();
        }
        let count = source.view.len();
        let mut list = BumpVec::with_capacity_in(count, self.arena);
        for step in (0..count).take_while(|_| self.goes_on()) {
            let place = if each.reversed { count - 1 - step } else { step };
            let element = self.element(source, place);
            let made = match &each.body {
                EachBody::Use(fragment, with) => self.fragment(*fragment, element, with, scope),
                EachBody::Do(name, body) => self.eval(body, self.bind(scope, name, element)),
            };
            if !made.is_absent() {
                list.push(made.view);
            }
        }
        Val { view: View::List(list.into_bump_slice()), ..source }
    }

    /// Counts a step, and says whether there may be more: lists within lists of a payload that is made
    /// to be slow would be walked for ever.
    fn goes_on(&self) -> bool {
        self.steps.set(self.steps.get().saturating_add(1));
        !self.is_exhausted()
    }

    /// Whether it took so many steps that what it made is not whole.
    pub(in super::super) fn is_exhausted(&self) -> bool {
        self.steps.get() > MOST_STEPS
    }

    fn element(&self, list: Val<'a>, place: usize) -> Val<'a> {
        let view = match list.view.at(place as i64) {
            missing if missing.is_absent() => View::Absent,
            found => found,
        };
        let origin =
            list.origin.map(|origin| &*self.arena.alloc_str(&format!("{origin}[{place}]")));
        Val { view, class: list.class, origin }
    }

    /// The elements of a list, with their places in it.
    pub(in super::super) fn elements(
        &self,
        list: Val<'a>,
    ) -> impl Iterator<Item = Val<'a>> + use<'a, '_> {
        let places = (0..list.view.len()).take_while(|_| self.goes_on());
        places.map(move |place| self.element(list, place))
    }

    pub(super) fn filter(
        &self,
        list: &'a Expr,
        name: &'a Name,
        predicate: &'a Predicate,
        scope: Scope<'a>,
    ) -> Val<'a> {
        let source = self.eval(list, scope);
        if !source.view.is_list() {
            return Val::default();
        }
        let kept = self
            .elements(source)
            .filter(|element| self.holds(predicate, self.bind(scope, name, *element)));
        let kept = BumpVec::from_iter_in(kept.map(|element| element.view), self.arena);
        Val { view: View::List(kept.into_bump_slice()), ..source }
    }

    pub(super) fn minus(
        &self,
        from: &'a Expr,
        taken: &'a Expr,
        by: Option<&str>,
        scope: Scope<'a>,
    ) -> Val<'a> {
        let (source, taken) = (self.eval(from, scope), self.eval(taken, scope).view);
        if !source.view.is_list() {
            return Val::default();
        }
        let key = |element: View<'a>| match by {
            Some(by) => element.get(by),
            None => element,
        };
        // Each with each is quick for a few, and never ends for very many.
        let mut texts = HashSet::new();
        let many = taken.len() > MANY;
        for other in taken.elements().filter(|_| many) {
            let mut buffer = TextBuf::default();
            texts.extend(buffer.text(key(other)).map(str::to_owned));
        }
        let is_taken = |wanted: View<'a>| match many {
            true => TextBuf::default().text(wanted).is_some_and(|text| texts.contains(text)),
            false => taken.elements().any(|other| same_text(wanted, key(other))),
        };
        let kept = source.view.elements().filter(|element| !is_taken(key(*element)));
        let kept = BumpVec::from_iter_in(kept, self.arena);
        Val { view: View::List(kept.into_bump_slice()), ..source }
    }

    pub(super) fn concat(&self, parts: &'a [Expr], scope: Scope<'a>) -> Val<'a> {
        let mut list = BumpVec::new_in(self.arena);
        let mut whole: Option<Val<'a>> = None;
        for part in parts {
            let part = self.eval(part, scope);
            if part.is_absent() {
                continue;
            }
            match part.view.is_list() {
                true => list.extend(part.view.elements()),
                false => list.push(part.view),
            }
            let class = whole.map_or(part.class, |whole| whole.class.max(part.class));
            whole = Some(Val { class, ..part });
        }
        whole.map_or_else(Val::default, |whole| Val {
            view: View::List(list.into_bump_slice()),
            ..whole
        })
    }

    pub(super) fn join(&self, list: &'a Expr, with: &str, scope: Scope<'a>) -> Val<'a> {
        let source = self.eval(list, scope);
        if !source.view.is_list() {
            return Val::default();
        }
        let mut joined = bumpalo::collections::String::new_in(self.arena);
        for element in source.view.elements() {
            let mut buffer = TextBuf::default();
            if let Some(text) = buffer.text(element) {
                if !joined.is_empty() {
                    joined.push_str(with);
                }
                joined.push_str(text);
            }
        }
        source.derived(View::Str(joined.into_bump_str()))
    }

    /// What a map holds, as a list of `{ key, value }`.
    pub(super) fn entries(&self, map: &'a Expr, scope: Scope<'a>) -> Val<'a> {
        let source = self.eval(map, scope);
        let View::Object(entries) = source.view else { return Val::default() };
        let pair = |entry: &Entry<'a>| {
            let pair =
                [Entry::read("key", View::Str(entry.key)), Entry::read("value", entry.value)];
            View::Object(self.arena.alloc_slice_copy(&pair))
        };
        let pairs = self.arena.alloc_slice_fill_iter(entries.iter().map(pair));
        Val { view: View::List(pairs), ..source }
    }

    /// The parts of a text, trimmed; empty ones are left out.
    pub(super) fn split(&self, text: &'a Expr, by: &str, scope: Scope<'a>) -> Val<'a> {
        let source = self.eval(text, scope);
        let View::Str(text) = source.view else { return Val::default() };
        let parts = text.split(by).map(str::trim).filter(|part| !part.is_empty());
        let parts = self.arena.alloc_slice_fill_iter(parts.map(View::Str).collect::<Vec<_>>());
        source.derived(View::List(parts))
    }
}

/// Whether two scalars have the same text. What has none is equal to nothing.
pub(super) fn same_text(one: View<'_>, other: View<'_>) -> bool {
    let (mut left, mut right) = (TextBuf::default(), TextBuf::default());
    match (left.text(one), right.text(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}
