//! Helpers that ask: their answers are for `{{#if (...)}}`. What is missing is not equal to anything.

use super::{Args, Helper, PLAIN};
use serde_json::Value;
use std::cmp::Ordering;

const ASKING: Helper = Helper { takes: (2, 2), asks: true, ..PLAIN };

pub(super) const HELPERS: &[Helper] = &[
    Helper { name: "eq", usage: "eq A B", run: |args| yes(same(args)), ..ASKING },
    Helper { name: "ne", usage: "ne A B", run: |args| yes(!same(args)), ..ASKING },
    Helper {
        name: "gt",
        usage: "gt A B",
        run: |args| ordered(args, &[Ordering::Greater]),
        ..ASKING
    },
    Helper {
        name: "gte",
        usage: "gte A B",
        run: |args| ordered(args, &[Ordering::Greater, Ordering::Equal]),
        ..ASKING
    },
    Helper { name: "lt", usage: "lt A B", run: |args| ordered(args, &[Ordering::Less]), ..ASKING },
    Helper {
        name: "lte",
        usage: "lte A B",
        run: |args| ordered(args, &[Ordering::Less, Ordering::Equal]),
        ..ASKING
    },
    Helper {
        name: "and",
        usage: "and A B...",
        takes: (1, 16),
        run: |args| yes(args.list.iter().all(|value| value.is_some_and(holds))),
        ..ASKING
    },
    Helper {
        name: "or",
        usage: "or A B...",
        takes: (1, 16),
        run: |args| yes(args.list.iter().any(|value| value.is_some_and(holds))),
        ..ASKING
    },
    Helper {
        name: "not",
        usage: "not A",
        takes: (1, 1),
        run: |args| yes(!args.get(0).is_some_and(holds)),
        ..ASKING
    },
    Helper { name: "contains", usage: "contains TEXT_OR_LIST PART", run: contains, ..ASKING },
    Helper {
        name: "starts_with",
        usage: "starts_with TEXT PART",
        run: |args| parts(args, |text, part| text.starts_with(part)),
        ..ASKING
    },
    Helper {
        name: "ends_with",
        usage: "ends_with TEXT PART",
        run: |args| parts(args, |text, part| text.ends_with(part)),
        ..ASKING
    },
    Helper {
        name: "default",
        usage: "default VALUE OTHER...",
        takes: (2, 16),
        run: |args| {
            let said = |value: &&Value| !matches!(value, Value::String(text) if is_blank(text));
            let found = args.list.iter().flatten().copied().find(said);
            // When all of them are blank texts, the last one is what was asked for.
            Ok(found.or_else(|| args.list.last().copied().flatten()).cloned())
        },
        ..ASKING
    },
];

/// Whether a text shows nothing.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control())
}

fn yes(answer: bool) -> Result<Option<Value>, String> {
    Ok(Some(Value::Bool(answer)))
}

/// Whether a value counts as true: not `false`, zero or empty.
pub(super) fn holds(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

fn same(args: &Args<'_>) -> bool {
    match (args.get(0), args.get(1)) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => a == b || a.as_f64() == b.as_f64(),
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

fn ordered(args: &Args<'_>, wanted: &[Ordering]) -> Result<Option<Value>, String> {
    let order = match (args.get(0), args.get(1)) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => {
            a.as_f64().zip(b.as_f64()).and_then(|(a, b)| a.partial_cmp(&b))
        }
        (Some(Value::String(a)), Some(Value::String(b))) => Some(a.cmp(b)),
        (Some(a), Some(b)) => {
            let (a, b) = (super::kind(a), super::kind(b));
            return Err(format!("{a} and {b} cannot be compared: give two numbers, or two texts"));
        }
        _ => None,
    };
    yes(order.is_some_and(|order| wanted.contains(&order)))
}

fn contains(args: &Args<'_>) -> Result<Option<Value>, String> {
    match (args.get(0), args.get(1)) {
        (Some(Value::Array(list)), Some(part)) => yes(list.contains(part)),
        (Some(Value::Object(map)), Some(Value::String(key))) => yes(map.contains_key(key)),
        _ => parts(args, |text, part| text.contains(part)),
    }
}

fn parts(args: &Args<'_>, ask: fn(&str, &str) -> bool) -> Result<Option<Value>, String> {
    match (args.get(0), args.get(1)) {
        (Some(_), Some(_)) => yes(ask(&args.text(0)?, &args.text(1)?)),
        _ => yes(false),
    }
}
