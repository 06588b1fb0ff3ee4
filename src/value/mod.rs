//! One read-only value for everything a mapping can look at.
//!
//! A [`View`] is a small copyable window onto a payload that was parsed, onto a typed record of the
//! canonical model, or onto something a mapping computed. Mappings read views and make views; no
//! JSON tree of a canonical event exists between a payload and its translation.

mod convert;
mod number;
mod outline;
mod parse;
mod record;
mod same;
mod time;
mod write;

pub use convert::from_json;
pub use number::Number;
pub use outline::Outline;
pub use parse::{ParseError, parse, parse_outlined, parse_relaxed};
pub use record::{FieldKind, FieldType, Items, Mismatch, Notes, Record, Shape, ShapeField, fill};
pub use same::same;
pub use time::Time;
pub use write::{to_json, write_json};

/// A value seen from outside. Cheap to copy; it borrows from what it looks at.
///
/// The wide tag keeps every payload aligned: views are copied for each leaf, and copies that are not
/// aligned stall.
#[derive(Debug, Clone, Copy, Default)]
#[repr(u64)]
pub enum View<'a> {
    /// Nothing is there.
    #[default]
    Absent,
    /// An explicit null. In a source it counts as absent; in an output it is written.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number too large for [`View::Int`].
    UInt(u64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(&'a str),
    /// A point in time.
    Time(Time),
    /// A list of values.
    List(&'a [View<'a>]),
    /// A list of canonical records.
    Items(&'a dyn Items),
    /// A map of values.
    Object(&'a [Entry<'a>]),
    /// A canonical record.
    Record(&'a dyn Record),
    /// A part of a JSON tree (headers, changes of a stored event).
    Json(&'a serde_json::Value),
}

/// One key of an object, with where its value came from.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The key.
    pub key: &'a str,
    /// The value.
    pub value: View<'a>,
    /// How the value came about. What was parsed is [`Class::Mapped`].
    pub class: Class,
    /// The source path or rule in words; only recorded while explaining.
    pub origin: Option<&'a str>,
    /// The place of the key in the table of the record it is meant for, or [`NO_SLOT`].
    pub slot: u16,
}

/// The slot of a key that is meant for no record.
pub const NO_SLOT: u16 = u16::MAX;

impl<'a> Entry<'a> {
    /// An entry as a payload has it: read from the source, meant for no record.
    pub fn read(key: &'a str, value: View<'a>) -> Self {
        Self { key, value, class: Class::Mapped, origin: None, slot: NO_SLOT }
    }
}

/// The entry of a key. The last of two equal keys wins, as in most readers.
pub fn entry<'e, 'a>(entries: &'e [Entry<'a>], key: &str) -> Option<&'e Entry<'a>> {
    entries.iter().rev().find(|entry| entry.key == key)
}

/// How a leaf of an output came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A word the format fixes (`object_kind: push`).
    Fixed,
    /// Read from the source.
    #[default]
    Mapped,
    /// Built from facts of the source, such as a URL.
    Derived,
    /// The format demands a value and the source has none.
    Defaulted,
}

impl<'a> View<'a> {
    /// Whether nothing is there; null counts as nothing.
    pub fn is_absent(self) -> bool {
        matches!(self, Self::Absent | Self::Null | Self::Json(serde_json::Value::Null))
    }

    /// The text, if it is text.
    pub fn as_str(self) -> Option<&'a str> {
        match self.scalar() {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one that fits.
    pub fn as_i64(self) -> Option<i64> {
        match self.scalar() {
            Self::Int(i) => Some(i),
            Self::UInt(u) => i64::try_from(u).ok(),
            _ => None,
        }
    }

    /// Leaves of a JSON tree become leaves of a view; everything else stays as it is.
    pub fn scalar(self) -> Self {
        use serde_json::Value;
        match self {
            Self::Json(Value::Null) => Self::Null,
            Self::Json(Value::Bool(b)) => Self::Bool(*b),
            Self::Json(Value::String(text)) => Self::Str(text),
            Self::Json(Value::Number(n)) => match (n.as_i64(), n.as_u64()) {
                (Some(i), _) => Self::Int(i),
                (None, Some(u)) => Self::UInt(u),
                (None, None) => Self::Float(n.as_f64().unwrap_or(f64::NAN)),
            },
            other => other,
        }
    }

    /// The value under a key; absent when there is none or this is no map.
    pub fn get(self, key: &str) -> Self {
        match self {
            Self::Object(entries) => entry(entries, key).map_or(Self::Absent, |e| e.value),
            Self::Record(record) => match record.shape().position(key) {
                Some(at) => record.get(at),
                None => record.get_open(key),
            },
            Self::Json(value) => value.get(key).map_or(Self::Absent, Self::Json),
            _ => Self::Absent,
        }
    }

    /// The element at a place; negative places count from the end.
    pub fn at(self, place: i64) -> Self {
        let len = self.len();
        let place = match usize::try_from(place) {
            Ok(place) => place,
            Err(_) => match len.checked_sub(place.unsigned_abs() as usize) {
                Some(place) => place,
                None => return Self::Absent,
            },
        };
        match self {
            Self::List(list) => list.get(place).copied().unwrap_or_default(),
            Self::Items(items) if place < len => items.at(place),
            Self::Json(value) => value.get(place).map_or(Self::Absent, Self::Json),
            _ => Self::Absent,
        }
    }

    /// How many elements a list has; 0 for anything else.
    pub fn len(self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Items(items) => items.len(),
            Self::Json(serde_json::Value::Array(list)) => list.len(),
            _ => 0,
        }
    }

    /// Whether this is a list without elements, or no list.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether this is a list.
    pub fn is_list(self) -> bool {
        matches!(self, Self::List(_) | Self::Items(_) | Self::Json(serde_json::Value::Array(_)))
    }

    /// Whether this is a map.
    pub fn is_map(self) -> bool {
        matches!(self, Self::Object(_) | Self::Record(_) | Self::Json(serde_json::Value::Object(_)))
    }

    /// The elements of a list.
    pub fn elements(self) -> impl Iterator<Item = View<'a>> {
        (0..self.len()).map(move |place| self.at(place as i64))
    }
}
