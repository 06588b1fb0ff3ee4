//! From a JSON tree to a view in an arena.

use super::{Entry, View};
use bumpalo::Bump;
use serde_json::Value;

/// Copies a JSON tree into the arena.
pub fn from_json<'a>(value: &Value, arena: &'a Bump) -> View<'a> {
    match value {
        Value::Array(list) => {
            View::List(arena.alloc_slice_fill_iter(list.iter().map(|v| from_json(v, arena))))
        }
        Value::Object(map) => {
            let entries = map
                .iter()
                .map(|(key, value)| Entry::read(arena.alloc_str(key), from_json(value, arena)));
            View::Object(arena.alloc_slice_fill_iter(entries))
        }
        Value::String(text) => View::Str(arena.alloc_str(text)),
        // The rest borrows nothing.
        Value::Null => View::Null,
        Value::Bool(b) => View::Bool(*b),
        Value::Number(n) => match (n.as_i64(), n.as_u64()) {
            (Some(i), _) => View::Int(i),
            (None, Some(u)) => View::UInt(u),
            (None, None) => View::Float(n.as_f64().unwrap_or(f64::NAN)),
        },
    }
}
