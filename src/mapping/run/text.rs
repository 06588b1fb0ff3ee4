//! Text: of scalars, of templates, of matches.

use super::super::expr::{Encode, Expr, Part, Template};
use super::{Run, Scope, Val};
use crate::markup;
use crate::value::{Class, Entry, NO_SLOT, View};
use bumpalo::collections::Vec as BumpVec;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use regex::Regex;

/// Everything but RFC 3986's unreserved characters.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same, with the slash left alone.
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// Room for the text of a scalar that is no text.
#[derive(Default)]
pub(super) struct TextBuf(String, itoa::Buffer);

impl TextBuf {
    /// The text of a scalar; `None` for what is absent, a list or a map.
    pub(super) fn text<'s>(&'s mut self, view: View<'s>) -> Option<&'s str> {
        match view.scalar() {
            View::Str(text) => Some(text),
            View::Int(i) => Some(self.1.format(i)),
            View::UInt(u) => Some(self.1.format(u)),
            View::Bool(true) => Some("true"),
            View::Bool(false) => Some("false"),
            View::Float(x) => {
                self.0 = x.to_string();
                Some(&self.0)
            }
            View::Time(time) => {
                self.0 = time.to_string();
                Some(&self.0)
            }
            _ => None,
        }
    }
}

/// The width of ids that every known receiver can hold: some read them as 32-bit integers.
pub(in super::super) const NARROW: u8 = 31;

/// The largest number of so many bits.
pub(super) fn widest(bits: u8) -> i64 {
    i64::MAX >> (63 - bits.min(63))
}

/// A positive number of so many bits that stands for a text: itself when it is one (and `true`), else a
/// stable hash of it (FNV-1a).
pub(super) fn int_id(text: &str, bits: u8) -> (i64, bool) {
    let limit = widest(bits);
    if let Ok(number) = text.parse::<i64>()
        && (1..=limit).contains(&number)
    {
        return (number, true);
    }
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // What is made up is narrow whatever the width, so that it stays the same.
    ((hash % widest(NARROW.min(bits)) as u64) as i64 + 1, false)
}

impl<'a> Run<'a> {
    /// A template; nothing when any of its parts is absent.
    pub(super) fn template(&self, template: &'a Template, scope: Scope<'a>) -> Val<'a> {
        let mut text = bumpalo::collections::String::with_capacity_in(96, self.arena);
        let mut class = Class::Derived;
        for part in &template.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Slot(path, encode) => {
                    let value = self.path(path, scope);
                    let mut buffer = TextBuf::default();
                    let Some(part) = buffer.text(value.view) else { return Val::default() };
                    class = class.max(value.class);
                    match encode {
                        Encode::Plain => text.push_str(part),
                        Encode::Path => text.extend(utf8_percent_encode(part, PATH)),
                        Encode::Query => text.extend(utf8_percent_encode(part, QUERY)),
                        Encode::Lower => text.extend(part.chars().flat_map(char::to_lowercase)),
                        Encode::Html => markup::html(part, &mut text),
                    }
                }
            }
        }
        let origin = self.explain.then_some(&*template.text);
        Val { view: View::Str(text.into_bump_str()), class, origin }
    }

    /// `$match`: one group gives its text, named groups a map of theirs.
    pub(super) fn find(
        &self,
        input: &'a Expr,
        regex: &'a Regex,
        otherwise: &'a Expr,
        scope: Scope<'a>,
    ) -> Val<'a> {
        let input = self.eval(input, scope);
        let text: Option<&'a str> = match input.view.scalar() {
            View::Str(text) => Some(text),
            other => TextBuf::default().text(other).map(|text| &*self.arena.alloc_str(text)),
        };
        let Some(groups) = text.and_then(|text| regex.captures(text)) else {
            return self.eval(otherwise, scope);
        };
        if regex.capture_names().flatten().next().is_none() {
            let group = groups.get(1).map_or(View::Absent, |group| View::Str(group.as_str()));
            return match group {
                View::Absent => self.eval(otherwise, scope),
                group => input.derived(group),
            };
        }
        let class = input.class.max(Class::Derived);
        let mut entries = BumpVec::new_in(self.arena);
        for name in regex.capture_names().flatten() {
            if let Some(group) = groups.name(name) {
                let value = View::Str(group.as_str());
                entries.push(Entry {
                    key: name,
                    value,
                    class,
                    origin: input.origin,
                    slot: NO_SLOT,
                });
            }
        }
        input.derived(View::Object(entries.into_bump_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::{NARROW, int_id};

    #[test]
    fn ids_are_small_positive_and_stable() {
        for bits in [NARROW, 53] {
            assert_eq!(int_id("42", bits), (42, true));
            for text in ["I4DX8Q", "0", "-1", "9007199254740992", ""] {
                let (id, itself) = int_id(text, bits);
                assert!(!itself && (1..=i64::from(i32::MAX)).contains(&id), "{text}: {id}");
                assert_eq!(int_id(text, bits).0, id);
            }
        }
        assert_eq!(int_id("4294967296", 53), (4_294_967_296, true));
        assert!(!int_id("4294967296", NARROW).1);
    }
}
