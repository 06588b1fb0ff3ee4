//! Helpers on lists and tables.

use super::{Args, Fixed, Helper, PLAIN, plain};
use serde_json::Value;

pub(super) const HELPERS: &[Helper] = &[
    Helper { name: "len", usage: "len LIST_OR_TEXT", asks: true, run: len, ..PLAIN },
    Helper {
        name: "first",
        usage: "first LIST",
        run: |args| Ok(args.list(0)?.first().cloned()),
        ..PLAIN
    },
    Helper {
        name: "last",
        usage: "last LIST",
        run: |args| Ok(args.list(0)?.last().cloned()),
        ..PLAIN
    },
    Helper {
        name: "limit",
        usage: "limit LIST COUNT",
        takes: (2, 2),
        asks: true,
        run: |args| {
            // A list that is missing is an empty one, as it is for `each`.
            let list = args.get(0).map_or(Ok(&[][..]), |_| args.list(0))?;
            Ok(Some(Value::from(&list[..list.len().min(args.count(1)?)])))
        },
        ..PLAIN
    },
    Helper {
        name: "join",
        usage: "join LIST SEPARATOR [\"FIELD\"]",
        takes: (2, 3),
        run: join,
        ..PLAIN
    },
    Helper {
        name: "lookup",
        usage: "lookup TABLE KEY [OTHER]",
        takes: (2, 3),
        asks: true,
        run: lookup,
        ..PLAIN
    },
    Helper {
        name: "jsonpath",
        usage: "jsonpath VALUE \"$.PATH\"",
        takes: (2, 2),
        fixed: Some((1, Fixed::JsonPath)),
        run: |args| args.compiled.path(&args.text(1)?, args.at(0)),
        ..PLAIN
    },
];

/// What is missing has nothing in it.
fn len(args: &Args<'_>) -> Result<Option<Value>, String> {
    let len = match args.at(0) {
        // What is not told is not none.
        Value::Null => return Ok(None),
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        Value::String(text) => text.chars().count(),
        Value::Bool(_) | Value::Number(_) => {
            return Err(args.not(0, "a list, an object or a text"));
        }
    };
    Ok(Some(Value::from(len)))
}

/// The elements, or one field of each that has it, as one text.
fn join(args: &Args<'_>) -> Result<Option<Value>, String> {
    let (separator, field) = (args.text(1)?, args.get(2).map(|_| args.text(2)).transpose()?);
    let picked = args.list(0)?.iter().filter_map(|element| match &field {
        Some(field) => element.get(field),
        None => Some(element),
    });
    let texts: Option<Vec<String>> = picked.map(plain).collect();
    let texts = texts.ok_or_else(|| {
        "an element is no text: name one of its fields, as in `join LIST \", \" \"name\"`"
            .to_owned()
    })?;
    Ok(Some(Value::from(texts.join(&separator))))
}

/// What stands under a key, or the other value.
fn lookup(args: &Args<'_>) -> Result<Option<Value>, String> {
    let found = match (args.get(0), args.get(1)) {
        (Some(Value::Object(table)), Some(key)) => plain(key).and_then(|key| table.get(&key)),
        (Some(Value::Array(list)), Some(_)) => list.get(args.count(1)?),
        (None, _) | (Some(_), None) => None,
        (Some(_), Some(_)) => return Err(args.not(0, "a table")),
    };
    Ok(found.or_else(|| args.get(2)).cloned())
}
