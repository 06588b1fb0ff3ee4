//! Helpers that write a value in another syntax than that of the output.

use super::{Args, Helper, PLAIN};
use crate::template::{Markup, escape};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

pub(super) const HELPERS: &[Helper] = &[
    Helper {
        name: "json",
        usage: "json VALUE [pretty=true]",
        named: &["pretty"],
        run: json,
        ..PLAIN
    },
    Helper {
        name: "url_encode",
        usage: "url_encode TEXT",
        run: |a| text(a, escape::percent),
        ..PLAIN
    },
    Helper {
        name: "header_encode",
        usage: "header_encode TEXT",
        run: |a| text(a, header_encode),
        ..PLAIN
    },
    Helper { name: "url_path", usage: "url_path TEXT", run: |a| text(a, url_path), ..PLAIN },
    Helper {
        name: "base64",
        usage: "base64 TEXT",
        run: |a| text(a, |t| STANDARD.encode(t)),
        ..PLAIN
    },
    Helper {
        name: "markdown",
        usage: "markdown TEXT",
        run: |a| marked(a, Markup::Markdown),
        ..PLAIN
    },
    Helper { name: "slack", usage: "slack TEXT", run: |a| marked(a, Markup::Slack), ..PLAIN },
    Helper { name: "html", usage: "html TEXT", run: |a| marked(a, Markup::Html), ..PLAIN },
    Helper {
        name: "encoded_word",
        usage: "encoded_word TEXT",
        run: |a| text(a, encoded_word),
        ..PLAIN
    },
];

/// The first argument in another syntax.
fn text(args: &Args<'_>, encode: fn(&str) -> String) -> Result<Option<Value>, String> {
    Ok(Some(Value::from(encode(&args.text(0)?))))
}

/// The first argument as the text that a markup is to say.
fn marked(args: &Args<'_>, markup: Markup) -> Result<Option<Value>, String> {
    Ok(Some(Value::from(markup.escape(&args.text(0)?))))
}

/// A value whole, as JSON; in a JSON body it stands without quotes around it.
fn json(args: &Args<'_>) -> Result<Option<Value>, String> {
    let pretty = args.named.get("pretty").is_some_and(|value| value.as_bool() == Some(true));
    let written = match pretty {
        true => serde_json::to_string_pretty(args.at(0)),
        false => serde_json::to_string(args.at(0)),
    };
    written.map(|text| Some(Value::from(text))).map_err(|error| error.to_string())
}

/// Each part of a path encoded, its slashes kept.
fn url_path(text: &str) -> String {
    let parts: Vec<_> = text.split('/').map(escape::percent).collect();
    parts.join("/")
}

/// As CloudEvents write an attribute into a header: no blank, no quote, and printable ASCII throughout; all
/// else, and the percent sign, is `%XX` of its UTF-8.
fn header_encode(text: &str) -> String {
    const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');
    utf8_percent_encode(text, ENCODED).to_string()
}

/// A text that is not ASCII as RFC 2047 words for a header; any other as it is.
fn encoded_word(text: &str) -> String {
    // A word may be 75 characters long: 45 bytes of text are 60 of base64.
    const MOST: usize = 45;
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.contains("=?") {
        return text.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut part = String::new();
    for c in text.chars() {
        if part.len() + c.len_utf8() > MOST {
            words.push(std::mem::take(&mut part));
        }
        part.push(c);
    }
    words.push(part);
    let words = words.into_iter().map(|part| format!("=?UTF-8?B?{}?=", STANDARD.encode(part)));
    words.collect::<Vec<_>>().join(" ")
}
