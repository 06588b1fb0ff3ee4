//! Helpers on text. They count characters, never bytes.

use super::{Args, Fixed, Helper, PLAIN};
use serde_json::Value;

pub(super) const HELPERS: &[Helper] = &[
    Helper {
        name: "truncate",
        usage: "truncate TEXT COUNT [tail=\"...\"]",
        takes: (2, 2),
        named: &["tail"],
        run: truncate,
        ..PLAIN
    },
    Helper {
        name: "lower",
        usage: "lower TEXT",
        run: |args| text(args, str::to_lowercase),
        ..PLAIN
    },
    Helper {
        name: "upper",
        usage: "upper TEXT",
        run: |args| text(args, str::to_uppercase),
        ..PLAIN
    },
    Helper { name: "title", usage: "title TEXT", run: |args| text(args, title), ..PLAIN },
    Helper {
        name: "trim",
        usage: "trim TEXT",
        run: |args| text(args, |t| t.trim().to_owned()),
        ..PLAIN
    },
    Helper {
        name: "first_line",
        usage: "first_line TEXT",
        run: |args| text(args, first_line),
        ..PLAIN
    },
    Helper {
        name: "replace",
        usage: "replace TEXT OLD NEW",
        takes: (3, 3),
        run: |args| {
            let (old, new) = (args.text(1)?, args.text(2)?);
            match old.is_empty() {
                true => Err("the text to replace is empty".into()),
                false => text(args, |t| t.replace(&old, &new)),
            }
        },
        ..PLAIN
    },
    Helper {
        name: "regex",
        usage: "regex TEXT \"PATTERN\" [GROUP]",
        takes: (2, 3),
        fixed: Some((1, Fixed::Regex)),
        run: regex,
        ..PLAIN
    },
    Helper {
        name: "regex_replace",
        usage: "regex_replace TEXT \"PATTERN\" NEW",
        takes: (3, 3),
        fixed: Some((1, Fixed::Regex)),
        run: |args| {
            let (new, pattern) = (args.text(2)?, args.compiled.regex(&args.text(1)?)?);
            text(args, |t| pattern.replace_all(t, new.as_str()).into_owned())
        },
        ..PLAIN
    },
    Helper {
        name: "pluralize",
        usage: "pluralize COUNT ONE [MANY]",
        takes: (2, 3),
        run: |args| {
            let one = args.text(1)?;
            Ok(Some(Value::from(match (args.count(0)?, args.get(2)) {
                (1, _) => one,
                (_, Some(_)) => args.text(2)?,
                (_, None) => format!("{one}s"),
            })))
        },
        ..PLAIN
    },
    Helper {
        name: "short_sha",
        usage: "short_sha SHA [COUNT]",
        takes: (1, 2),
        run: |args| {
            let count = if args.get(1).is_some() { args.count(1)? } else { 7 };
            text(args, |t| t.chars().take(count).collect())
        },
        ..PLAIN
    },
    Helper {
        name: "concat",
        usage: "concat VALUE...",
        takes: (1, 16),
        run: |args| {
            let parts = (0..args.list.len()).map(|place| args.text(place));
            Ok(Some(Value::from(parts.collect::<Result<String, _>>()?)))
        },
        ..PLAIN
    },
];

/// The first argument changed.
fn text(args: &Args<'_>, change: impl Fn(&str) -> String) -> Result<Option<Value>, String> {
    Ok(Some(Value::from(change(&args.text(0)?))))
}

/// At most so many characters, the tail among them.
fn truncate(args: &Args<'_>) -> Result<Option<Value>, String> {
    let (most, tail) = (args.count(1)?, args.named.get("tail"));
    let tail = tail.map_or(Some("…".to_owned()), |tail| super::plain(tail));
    let tail = tail.ok_or("`tail` should be a text")?;
    text(args, |text| {
        // A text of so many bytes has no more characters than that.
        if text.len() <= most || text.chars().count() <= most {
            return text.to_owned();
        }
        let tail: String = tail.chars().take(most).collect();
        let kept = most - tail.chars().count();
        text.chars().take(kept).chain(tail.chars()).collect()
    })
}

/// The first letter of each word as a capital.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut starts = true;
    for c in text.chars() {
        match starts && c.is_alphabetic() {
            true => out.extend(c.to_uppercase()),
            false => out.push(c),
        }
        starts = !c.is_alphanumeric() && c != '\'';
    }
    out
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim_end().to_owned()
}

/// The group asked for; else the first group there is; else the whole match.
fn regex(args: &Args<'_>) -> Result<Option<Value>, String> {
    let pattern = args.compiled.regex(&args.text(1)?)?;
    let group = match args.get(2) {
        Some(_) => args.count(2)?,
        None => usize::from(pattern.captures_len() > 1),
    };
    let text = args.text(0)?;
    let found = pattern.captures(&text).and_then(|captures| captures.get(group));
    Ok(found.map(|found| Value::from(found.as_str())))
}
