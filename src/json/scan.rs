//! The scanner: walks a JSON text as bytes, going down only where the path leads.

use super::Path;
use std::borrow::Cow;
use std::ops::Range;

/// Reads the field at a path: a string unescaped, anything else as written. When a key stands
/// twice the last one counts, as in most readers. Null, a missing field and a text that is no JSON
/// give nothing.
pub fn read<'a>(text: &'a str, path: &Path) -> Option<Cow<'a, str>> {
    let mut last = None;
    find(text, path.keys(), &mut |range| last = Some(range));
    let value = text.get(last?)?;
    match value.as_bytes().first()? {
        b'"' => unescape(value),
        b'{' | b'[' => None,
        _ if value == "null" => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// Whether the text is a map with exactly these keys, in any order.
pub fn has_exactly_keys(text: &str, keys: &[String]) -> bool {
    let mut seen = vec![false; keys.len()];
    let mut foreign = false;
    let whole = members(text, 0, &mut |key, _| match keys.iter().position(|k| *k == key) {
        Some(at) => seen[at] = true,
        None => foreign = true,
    });
    whole.is_some() && !foreign && seen.iter().all(|seen| *seen)
}

/// Calls `found` with the place of every value that stands at the path.
pub(super) fn find(text: &str, keys: &[String], found: &mut dyn FnMut(Range<usize>)) {
    find_from(text, 0, keys, found);
}

fn find_from(text: &str, at: usize, keys: &[String], found: &mut dyn FnMut(Range<usize>)) {
    let Some((first, rest)) = keys.split_first() else { return };
    members(text, at, &mut |key, value| match key == first.as_str() {
        true if rest.is_empty() => found(value),
        true => find_from(text, value.start, rest, found),
        false => {}
    });
}

/// Calls `each` with the key and the place of the value of every member of the map that starts at
/// `at`; gives the end of the map, or nothing when there is no whole map.
fn members(text: &str, at: usize, each: &mut dyn FnMut(&str, Range<usize>)) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = expect(bytes, skip_space(bytes, at), b'{')?;
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at)? {
            b'}' => return Some(at + 1),
            b',' => at += 1,
            b'"' => {
                let end = end_of_string(bytes, at)?;
                let key = unescape(text.get(at..end)?)?;
                let start = skip_space(bytes, expect(bytes, skip_space(bytes, end), b':')?);
                at = end_of_value(bytes, start)?;
                each(&key, start..at);
            }
            _ => return None,
        }
    }
}

fn unescape(string: &str) -> Option<Cow<'_, str>> {
    match string.contains('\\') {
        true => serde_json::from_str::<String>(string).ok().map(Cow::Owned),
        false => string.get(1..string.len() - 1).map(Cow::Borrowed),
    }
}

fn expect(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    (*bytes.get(at)? == byte).then_some(at + 1)
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let space = bytes.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_whitespace());
    at + space.count()
}

/// The place after the closing quote of the string that starts at `at`.
fn end_of_string(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The place after the value that starts at `at`. It counts brackets instead of recursing, so a
/// deeply nested text costs no stack.
fn end_of_value(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut at, mut depth) = (at, 0usize);
    loop {
        match bytes.get(at)? {
            b'"' => at = end_of_string(bytes, at)?,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' if depth > 0 => (at, depth) = (at + 1, depth - 1),
            b'}' | b']' | b',' | b':' if depth == 0 => return None,
            b',' | b':' => at += 1,
            b if b.is_ascii_whitespace() => at += 1,
            _ => at = end_of_word(bytes, at),
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

fn end_of_word(bytes: &[u8], at: usize) -> usize {
    let word = |b: &&u8| !b.is_ascii_whitespace() && !b",:{}[]\"".contains(b);
    at + bytes[at..].iter().take_while(word).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at<'a>(text: &'a str, path: &str) -> Option<Cow<'a, str>> {
        read(text, &path.parse().unwrap())
    }

    #[test]
    fn reads_one_field() {
        let text = r#" { "n":{"a":[{"x":"}"}],"x" : "y\n\u00e9"}, "x":12 , "z":null, "x":13.5}"#;
        assert_eq!(at(text, "$.n.x").as_deref(), Some("y\né"));
        assert_eq!(at(text, "$.x").as_deref(), Some("13.5"), "the last of two wins");
        for nothing in ["$.z", "$.n", "$.n.a", "$.n.x.y", "$.q"] {
            assert_eq!(at(text, nothing), None, "{nothing}");
        }
        assert_eq!(at(r#"{"\u0061":"b"}"#, "$.a").as_deref(), Some("b"), "an escaped key");
    }

    #[test]
    fn knows_an_exact_set_of_keys() {
        let keys = ["before".to_owned(), "after".to_owned()];
        assert!(has_exactly_keys(r#"{"after":{"x":1},"before":"2"}"#, &keys));
        assert!(!has_exactly_keys(r#"{"after":"1"}"#, &keys));
        assert!(!has_exactly_keys(r#"{"after":"1","before":"2","ref":"x"}"#, &keys));
        assert!(!has_exactly_keys(r#"{"after":"1","before":"2""#, &keys));
    }

    proptest! {
        #[test]
        fn never_panics(text in r#"[\[\]{}",:\\ax1é \n]{0,40}"#) {
            let _ = at(&text, "$.a.x");
            has_exactly_keys(&text, &["a".to_owned()]);
        }

        #[test]
        fn reads_what_a_full_reader_reads(key in "[a-c]", value in ".*", other in ".*") {
            let tree = serde_json::json!({ "o": other, "m": { key.clone(): value.clone() } });
            let found = at(&tree.to_string(), &format!("$.m.{key}")).map(Cow::into_owned);
            prop_assert_eq!(found, Some(value));
        }
    }
}
