//! Whether a body is what its content type says.

use super::escape::Syntax;

/// What is wrong with a body, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    /// The byte at which it shows.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) message: String,
}

/// Holds a body against its syntax.
pub(super) fn check(syntax: Syntax, text: &str) -> Result<(), Malformed> {
    match syntax {
        Syntax::Json => json(text),
        Syntax::Xml => xml(text),
        Syntax::Form => form(text),
        Syntax::Nothing if !text.is_empty() => {
            let message = "the content type is `none`, and the template writes a body".into();
            Err(Malformed { at: 0, message })
        }
        _ => Ok(()),
    }
}

fn json(text: &str) -> Result<(), Malformed> {
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else { return Ok(()) };
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let at = start_of(text, error.line()) + error.column().saturating_sub(1);
    Err(Malformed { at: at.min(text.len()), message: format!("the body is no JSON: {message}") })
}

fn xml(text: &str) -> Result<(), Malformed> {
    let Err(error) = roxmltree::Document::parse(text) else { return Ok(()) };
    let pos = error.pos();
    let message = error.to_string();
    let message = message.split(" at ").next().unwrap_or_default();
    let start = start_of(text, pos.row as usize);
    let column = pos.col.saturating_sub(1) as usize;
    let within = text[start..].char_indices().nth(column).map_or(0, |(at, _)| at);
    Err(Malformed { at: start + within, message: format!("the body is no XML: {message}") })
}

/// Where a line starts, counted from 1.
fn start_of(text: &str, line: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    before.map(str::len).sum()
}

/// Values are encoded by then, so whatever else stands there is the template's own slip.
fn form(text: &str) -> Result<(), Malformed> {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let hex = |offset: usize| bytes.get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        let message = match byte {
            b'%' if hex(1) && hex(2) => continue,
            b'%' => "a `%` without two hexadecimal digits".to_owned(),
            b' ' => "a blank, which a form writes as `+`".to_owned(),
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#' => {
                format!("a `{}`, which a form writes encoded", char::from(*byte))
            }
            byte if byte.is_ascii_graphic() => continue,
            _ => "a character that a form writes encoded".to_owned(),
        };
        return Err(Malformed { at, message: format!("the body is no form: {message}") });
    }
    Ok(())
}

/// A form without the line breaks that a template may have between its pairs, and the blanks beside
/// them: values have none, since they are encoded.
pub(super) fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_its_place() {
        let at = |syntax, text| check(syntax, text).unwrap_err().at;
        assert_eq!(at(Syntax::Json, "{\n  \"a\": ,\n}"), 9);
        assert_eq!(at(Syntax::Form, "a=1&b=%2"), 6);
        assert_eq!(at(Syntax::Xml, "<a>\n<b></a>"), 7);
        assert_eq!(check(Syntax::Form, "a[b]=1&c=%20+x"), Ok(()));
        assert_eq!(check(Syntax::Text, "anything"), Ok(()));
    }
}
