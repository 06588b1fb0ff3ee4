//! Writing a [`View`] as JSON text.

use super::View;

/// Appends the value as compact JSON. Absent entries are left out; an absent value is `null`.
pub fn write_json(view: View<'_>, out: &mut Vec<u8>) {
    match view {
        View::Absent | View::Null => out.extend_from_slice(b"null"),
        View::Bool(true) => out.extend_from_slice(b"true"),
        View::Bool(false) => out.extend_from_slice(b"false"),
        View::Int(i) => out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes()),
        View::UInt(u) => out.extend_from_slice(itoa::Buffer::new().format(u).as_bytes()),
        View::Float(x) if x.is_finite() => {
            out.extend_from_slice(ryu::Buffer::new().format_finite(x).as_bytes());
        }
        View::Float(_) => out.extend_from_slice(b"null"),
        View::Str(text) => write_text(text, out),
        View::Time(time) => write_text(&time.to_string(), out),
        View::List(_) | View::Items(_) => write_list(view, out),
        View::Object(entries) => {
            out.push(b'{');
            let mut first = true;
            for entry in entries.iter().filter(|e| !matches!(e.value, View::Absent)) {
                write_key(entry.key, &mut first, out);
                write_json(entry.value, out);
            }
            out.push(b'}');
        }
        View::Record(record) => {
            out.push(b'{');
            let mut first = true;
            for (at, field) in record.shape().fields.iter().enumerate() {
                let value = record.get(at);
                if !value.is_absent() {
                    write_key(field.name, &mut first, out);
                    write_json(value, out);
                }
            }
            record.each_open(&mut |key, value| {
                write_key(key, &mut first, out);
                write_json(value, out);
            });
            out.push(b'}');
        }
        // A tree of the JSON library cannot fail to be written.
        View::Json(value) => {
            let _ = serde_json::to_writer(out, value);
        }
    }
}

/// The value as a JSON tree, for the borders (the command line, tests, templates).
pub fn to_json(view: View<'_>) -> serde_json::Value {
    let mut out = Vec::new();
    write_json(view, &mut out);
    serde_json::from_slice(&out).unwrap_or_default()
}

fn write_list(view: View<'_>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, item) in view.elements().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_json(item, out);
    }
    out.push(b']');
}

fn write_key(key: &str, first: &mut bool, out: &mut Vec<u8>) {
    if !std::mem::take(first) {
        out.push(b',');
    }
    write_text(key, out);
    out.push(b':');
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    // Most text has nothing to escape: then it is copied whole.
    if is_plain(text.as_bytes()) {
        out.reserve(text.len() + 2);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing a string into a vector cannot fail.
        let _ = serde_json::to_writer(out, text);
    }
}

/// Whether JSON needs no escape in these bytes. Eight bytes are looked at in one step: keys and most
/// values are short, and a branch for each byte costs more than the byte.
fn is_plain(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    let escapes = words.iter().fold(0, |found, word| found | escapes(*word));
    escapes | self::escapes(last) == 0
}

/// A bit for each of eight bytes that is a control character, a quote or a backslash.
fn escapes(word: [u8; 8]) -> u64 {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(word);
    // The subtraction borrows out of each byte below the limit; bytes above 127 are left out. A borrow may
    // also mark the byte after one that is marked rightly, which changes no answer.
    let below = |word: u64, limit: u64| word.wrapping_sub(LOW * limit) & !word & HIGH;
    let is = |byte: u8| below(word ^ (LOW * u64::from(byte)), 1);
    below(word, 0x20) | is(b'"') | is(b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_is_written_as_the_library_writes_it(text in "[\\x00-\\x7f]{0,40}|\\PC{0,20}") {
            let mut out = Vec::new();
            write_text(&text, &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
