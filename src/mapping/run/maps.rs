//! Maps: skeletons, their bases and what fills them up.

use super::super::expr::{Expr, Literal, MapExpr, Missing};
use super::{Run, Scope, Val};
use crate::value::{Class, Entry, NO_SLOT, View};
use bumpalo::collections::Vec as BumpVec;

/// Whether an expression hands on a default that stands for something missing: one of its own, or one
/// that it reads out of another map. What is built on a default (an address on a made-up host) is there.
fn is_fallback(expr: &Expr) -> bool {
    match expr {
        Expr::First(options) => {
            matches!(options.last(), Some(Expr::Literal(_, Class::Defaulted)))
        }
        Expr::Path(path) => !path.steps.is_empty(),
        _ => false,
    }
}

impl<'a> Run<'a> {
    /// A map, or nothing when none of its computed values is there.
    pub(super) fn map(&self, map: &'a MapExpr, mut scope: Scope<'a>) -> Val<'a> {
        if map.when.as_ref().is_some_and(|when| !self.holds(when, scope)) {
            return Val::default();
        }
        for (name, value) in &map.lets {
            let value = self.eval(value, scope);
            scope = self.bind(scope, name, value);
        }
        let mut entries =
            BumpVec::with_capacity_in(map.keys.len() + map.defaults.len(), self.arena);
        let mut alive = map.constant;
        if let Some(base) = &map.base
            && let View::Object(inherited) = self.eval(base, scope).view
        {
            entries.extend_from_slice(inherited);
            alive = true;
        }
        let inherited = entries.len();
        let mut present = 0_u128;
        for (place, key) in map.keys.iter().enumerate() {
            let value = self.eval(&key.value, scope);
            if value.is_absent() {
                continue;
            }
            let made_up = matches!(value.view, View::Null)
                || value.class == Class::Defaulted && is_fallback(&key.value);
            alive |= key.computed && !made_up;
            present |= 1_u128.checked_shl(place as u32).unwrap_or_default();
            let entry = Entry {
                key: &key.name,
                value: value.view,
                class: value.class,
                origin: value.origin,
                slot: key.slot,
            };
            match entries[..inherited].iter_mut().find(|old| old.key == &*key.name) {
                Some(old) => *old = entry,
                None => entries.push(entry),
            }
        }
        if !alive {
            return Val::default();
        }
        for default in &map.defaults {
            let missing = match default.missing {
                Missing::Always => true,
                Missing::Unless(place) => present >> place & 1 == 0,
                Missing::Look => {
                    self.fill(&mut entries, &default.name, &default.value);
                    false
                }
            };
            if missing {
                entries.push(self.default_entry(&default.name, &default.value));
            }
        }
        // Whatever stands in the map has its own class; the map itself stands for what is read.
        Val::mapped(View::Object(entries.into_bump_slice()))
    }

    fn fill(&self, entries: &mut BumpVec<'a, Entry<'a>>, key: &'a str, default: &'a Literal) {
        match entries.iter_mut().find(|entry| entry.key == key) {
            None => entries.push(self.default_entry(key, default)),
            Some(entry) => {
                // A map that is there is filled in; anything else that is there stays.
                let (View::Object(inner), Literal::Map(defaults)) = (entry.value, default) else {
                    return;
                };
                let mut inner = BumpVec::from_iter_in(inner.iter().copied(), self.arena);
                for (key, default) in defaults {
                    self.fill(&mut inner, key, default);
                }
                entry.value = View::Object(inner.into_bump_slice());
            }
        }
    }

    fn default_entry(&self, key: &'a str, default: &'a Literal) -> Entry<'a> {
        self.made_up.set(true);
        let value = self.literal_view(default, Class::Defaulted);
        let origin = self.explain.then_some("default");
        Entry { key, value, class: Class::Defaulted, origin, slot: NO_SLOT }
    }

    pub(super) fn literal_view(&self, literal: &'a Literal, class: Class) -> View<'a> {
        match literal {
            Literal::Null => View::Null,
            Literal::Bool(b) => View::Bool(*b),
            Literal::Int(i) => View::Int(*i),
            Literal::Float(x) => View::Float(*x),
            Literal::Text(text) => View::Str(text),
            Literal::List(items) => {
                let items = items.iter().map(|item| self.literal_view(item, class));
                View::List(self.arena.alloc_slice_fill_iter(items))
            }
            Literal::Map(pairs) => {
                let origin = self.explain.then_some(super::LITERAL);
                let entries = pairs.iter().map(|(key, value)| Entry {
                    key,
                    value: self.literal_view(value, class),
                    class,
                    origin,
                    slot: NO_SLOT,
                });
                View::Object(self.arena.alloc_slice_fill_iter(entries))
            }
        }
    }
}
