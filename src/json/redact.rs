//! Blanks secrets out of a JSON text without writing the rest anew.

use super::{Path, scan};
use std::borrow::Cow;
use std::ops::Range;

/// What stands where a secret was.
pub const STARS: &str = "***";

/// Replaces the values at the paths by `"***"`; every other byte stays. Empty values, nulls and
/// values that the forge already starred out stay too: there is nothing to hide in them.
pub fn redact<'a>(text: &'a str, paths: &[Path]) -> Cow<'a, str> {
    let mut secrets: Vec<Range<usize>> = Vec::new();
    for path in paths {
        // A cheap look first: most deliveries hold no such key at all, nor one in escapes.
        let there = |key: &String| text.contains(key.as_str()) || text.contains("\\u00");
        if path.keys().last().is_some_and(there) {
            scan::find(text, path.keys(), &mut |value| {
                if !is_harmless(&text[value.clone()]) {
                    secrets.push(value);
                }
            });
        }
    }
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    secrets.sort_by_key(|range| range.start);
    Cow::Owned(splice(text, &secrets))
}

fn is_harmless(value: &str) -> bool {
    let inner = value.trim_matches('"');
    inner.chars().all(|c| c == '*') || value == "null"
}

fn splice(text: &str, secrets: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for secret in secrets {
        // Paths may lead into one another; the outer value is gone already.
        if secret.start < done {
            continue;
        }
        out.push_str(&text[done..secret.start]);
        out.push('"');
        out.push_str(STARS);
        out.push('"');
        done = secret.end;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, paths: &[&str], expected: &str) {
        let paths: Vec<Path> = paths.iter().map(|path| path.parse().unwrap()).collect();
        assert_eq!(redact(text, &paths), expected);
    }

    #[test]
    fn blanks_only_the_secrets() {
        check(
            "{ \"secret\" : \"a\\\"b\",\n\t\"x\":1.0, \"hook\":{\"secret\":12} }",
            &["$.hook.secret", "$.secret"],
            "{ \"secret\" : \"***\",\n\t\"x\":1.0, \"hook\":{\"secret\":\"***\"} }",
        );
        check(r#"{"s":"a","s":"b"}"#, &["$.s"], r#"{"s":"***","s":"***"}"#);
        check(r#"{"\u0073":"a"}"#, &["$.s"], r#"{"\u0073":"***"}"#);
        check(r#"{"s":{"a":"b"}}"#, &["$.s", "$.s.a"], r#"{"s":"***"}"#);
    }

    #[test]
    fn leaves_what_hides_nothing() {
        for text in [r#"{"s":""}"#, r#"{"s":null}"#, r#"{"s":"********"}"#, r#"{"t":"s"}"#, "s"] {
            check(text, &["$.s"], text);
        }
    }
}
