//! From an event, headers and a payload to CEL's values: only what an expression reads.

use super::Failed;
use super::budget::Budget;
use crate::value::{Outline, View, parse_outlined};
use bumpalo::Bump;
use cel::Value;
use http::HeaderMap;
use std::collections::HashMap;

/// The parts of a value that are wanted. Scalars always are; times become text, as in JSON.
pub(super) fn value(view: View<'_>, outline: &Outline, place: usize) -> Value {
    let whole = outline.is_whole(place);
    if !Budget::take(1) {
        return Value::Null;
    }
    match view.scalar() {
        View::Absent | View::Null => Value::Null,
        View::Bool(b) => Value::Bool(b),
        View::Int(i) => Value::Int(i),
        View::UInt(u) => Value::UInt(u),
        View::Float(x) => Value::Float(x),
        View::Str(text) => {
            Budget::take(text.len() as u64 / 64);
            Value::from(text)
        }
        View::Time(time) => Value::from(time.to_string()),
        list if list.is_list() => {
            let element = outline.element(place).filter(|_| !whole);
            let given = |view| match (whole, element) {
                (true, _) => value(view, outline, place),
                (false, Some(element)) => value(view, outline, element),
                (false, None) => Value::Null,
            };
            Value::from(list.elements().map(given).collect::<Vec<_>>())
        }
        map if whole => Value::from(entries(map, outline, place)),
        map => {
            let read = |(key, place)| Some((key, map.get(key), place));
            let there = |(_, view, _): &(&str, View<'_>, usize)| !view.is_absent();
            let wanted = outline.keys(place).filter_map(read).filter(there);
            let given =
                wanted.map(|(key, view, place)| (key.to_owned(), value(view, outline, place)));
            Value::from(given.collect::<HashMap<String, Value>>())
        }
    }
}

/// All entries of a map that is wanted whole.
fn entries(map: View<'_>, outline: &Outline, place: usize) -> HashMap<String, Value> {
    let mut all = HashMap::new();
    let mut put = |key: &str, view: View<'_>| {
        if !view.is_absent() {
            all.insert(key.to_owned(), value(view, outline, place));
        }
    };
    match map {
        View::Object(entries) => entries.iter().for_each(|entry| put(entry.key, entry.value)),
        View::Record(record) => {
            for (at, field) in record.shape().fields.iter().enumerate() {
                put(field.name, record.get(at));
            }
            record.each_open(&mut put);
        }
        View::Json(serde_json::Value::Object(map)) => {
            map.iter().for_each(|(key, value)| put(key, View::Json(value)));
        }
        _ => {}
    }
    all
}

/// The headers that are wanted, each under the name that the expression gives it; a header that
/// stands several times is one text with commas, as HTTP has it.
pub(super) fn headers(headers: &HeaderMap, outline: &Outline) -> Value {
    let text = |name: &str| {
        let values = headers.get_all(name).iter();
        let values: Vec<_> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        (!values.is_empty()).then(|| Value::from(values.join(", ")))
    };
    let mut all = HashMap::<String, Value>::new();
    if outline.is_whole(Outline::ROOT) {
        let names = headers.keys().map(http::HeaderName::as_str);
        all.extend(names.filter_map(|name| Some((name.to_owned(), text(name)?))));
    }
    let wanted = outline.keys(Outline::ROOT);
    all.extend(wanted.filter_map(|(name, _)| Some((name.to_owned(), text(name)?))));
    Value::from(all)
}

/// The parts of a payload that are wanted.
///
/// # Errors
/// A payload that is no JSON: none that was verified.
pub(super) fn raw(text: &str, outline: &Outline) -> Result<Value, Failed> {
    let arena = Bump::new();
    let view = parse_outlined(text, outline, &arena);
    let view = view.map_err(|error| Failed(format!("the payload is {error}")))?;
    Ok(value(view, outline, Outline::ROOT))
}
