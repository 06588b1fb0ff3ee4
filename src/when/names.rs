//! What is said of expressions that are wrong, in our words.

use super::Fault;
use crate::value::Shape;
use crate::yaml::nearest;
use cel::parser::ParseErrors;
use cel::{ExecutionError, Value};

/// The most characters of an interpreter's message that are kept: it may quote values.
const MOST: usize = 160;

/// The faults of a text that is no expression. The first tells; what follows it is often made by it.
pub(super) fn syntax(text: &str, errors: &ParseErrors) -> Vec<Fault> {
    let first = errors.errors.first();
    let (line, column) = first.map_or((1, 1), |error| error.pos);
    let message = first.map_or("", |error| error.msg.lines().next().unwrap_or_default());
    let message = format!("no CEL expression: {}", short(message));
    vec![Fault { at: offset(text, line, column), message }]
}

/// The fault of an expression that broke the parser.
pub(super) fn unparsed() -> Vec<Fault> {
    vec![Fault { at: 0, message: "no CEL expression that can be parsed".to_owned() }]
}

/// The place of a line and column, both from 1.
fn offset(text: &str, line: isize, column: isize) -> usize {
    let line = usize::try_from(line - 1).unwrap_or(0);
    let column = usize::try_from(column - 1).unwrap_or(0);
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = &text[before.min(text.len())..];
    before + rest.char_indices().nth(column).map_or(rest.trim_end().len(), |(at, _)| at)
}

/// No field of this name.
pub(super) fn no_field(name: &str, of: &str, shape: &Shape) -> String {
    let known = || shape.fields.iter().map(|field| field.name);
    match nearest(name, known()) {
        meant if meant.is_empty() => {
            let known: Vec<_> = known().collect();
            format!("`{of}` has no field `{name}`: it has {}", known.join(", "))
        }
        meant => format!("`{of}` has no field `{name}`{meant}"),
    }
}

/// Why an evaluation ended without an answer.
pub(super) fn failure(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("there is no `{}` in this one", short(key)),
        ExecutionError::FunctionError { function, message } if function == "when" => {
            message.clone()
        }
        ExecutionError::NoSuchOverload(of) => {
            let types: Vec<_> = of.argument_types().iter().map(|name| type_words(name)).collect();
            format!("`{}` does not take {}", operator(of.function()), types.join(" and "))
        }
        ExecutionError::ValuesNotComparable(a, b) => {
            format!("{} cannot be compared with {}", article(a), article(b))
        }
        ExecutionError::UnsupportedBinaryOperator(op, a, b) => {
            format!("`{op}` does not take {} and {}", article(a), article(b))
        }
        ExecutionError::UnexpectedType { want, .. } => short(&format!("{want} was expected")),
        ExecutionError::IndexOutOfBounds(_) => "a list has no element at that place".to_owned(),
        other => short(&other.to_string()),
    }
}

/// `_>_` is `>`.
fn operator(name: &str) -> &str {
    name.trim_matches('_')
}

/// A type's name in words.
fn type_words(name: &str) -> &str {
    match name {
        "int" | "uint" | "double" => "a number",
        "string" => "text",
        "bool" => "true or false",
        "list" => "a list",
        "map" => "a map",
        "null_type" => "null",
        other => other,
    }
}

/// The type of a value in words.
pub(super) fn article(value: &Value) -> &'static str {
    match value {
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
        Value::String(_) => "text",
        Value::Bool(_) => "true or false",
        Value::Null => "null",
        _ => "something else",
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
