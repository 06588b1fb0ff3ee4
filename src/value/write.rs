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

/// Whether JSON needs no escape in these bytes. Whole blocks are looked at without a branch, so that
/// the compiler can take many bytes at once.
fn is_plain(bytes: &[u8]) -> bool {
    let escapes = |byte: &u8| (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\');
    let mut blocks = bytes.chunks_exact(16);
    let whole = blocks.by_ref().all(|block| !block.iter().fold(false, |any, b| any | escapes(b)));
    whole && !blocks.remainder().iter().any(escapes)
}
