//! From the bytes of a payload to JSON text that every reader understands.

use super::Reject;
use crate::json::{DEEPEST, Survey};
use crate::value::{ParseError, parse_relaxed};
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonText<'a> {
    /// The text: strict JSON.
    pub text: Cow<'a, str>,
    /// Whether it was written anew because the forge's own was not strict.
    pub relaxed: bool,
}

/// The largest text that is read leniently: that costs many times its size.
const MOST_LENIENT: usize = 1 << 20;

/// Reads the bytes as JSON text: strictly, and where that fails leniently, as some forges document
/// and send it (a comma too many, a comment).
///
/// # Errors
/// Bytes that are no UTF-8, text that is nested too deep, or that even a lenient reader does not
/// understand, with the place and what the strict reader found there.
pub fn json_text(bytes: &[u8]) -> Result<JsonText<'_>, Reject> {
    let text = std::str::from_utf8(bytes).map_err(|fault| Reject::NotUtf8(fault.valid_up_to()))?;
    // A byte order mark says nothing in UTF-8, and no JSON reader takes it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Err(strict) = serde_json::from_str::<IgnoredAny>(text) {
        let relaxed = relaxed(text, &strict)?;
        return Ok(JsonText { text: Cow::Owned(relaxed), relaxed: true });
    }
    // Whoever reads it goes down by recursion; who skips it does not.
    Ok(match shallow(text)? {
        Some(mended) => JsonText { text: Cow::Owned(mended), relaxed: true },
        None => JsonText { text: Cow::Borrowed(text), relaxed: false },
    })
}

fn relaxed(text: &str, strict: &serde_json::Error) -> Result<String, Reject> {
    if text.trim().is_empty() {
        // An empty text is no lenient null.
        return Err(not_json(1, 1, "there is no text".to_owned()));
    }
    if text.len() > MOST_LENIENT {
        return Err(not_json(strict.line(), strict.column(), strict.to_string()));
    }
    let relaxed = parse_relaxed(text).map_err(Reject::NotJson)?;
    Ok(shallow(&relaxed)?.unwrap_or(relaxed))
}

/// Refuses what is nested too deep; gives the text mended where no reader would take it.
fn shallow(text: &str) -> Result<Option<String>, Reject> {
    let survey = Survey::of(text);
    let Some(at) = survey.too_deep else { return Ok(survey.mended(text)) };
    let before = &text.as_bytes()[..at];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let column = at - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1) + 1;
    Err(not_json(line, column, format!("nested deeper than {DEEPEST} levels")))
}

fn not_json(line: usize, column: usize, message: String) -> Reject {
    Reject::NotJson(ParseError { line, column, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_text_stays_as_it_is() {
        let text = "{ \"a\" : 1.0 ,\"a\":2}\n";
        let read = json_text(text.as_bytes()).unwrap();
        assert!(
            matches!(read, JsonText { text: Cow::Borrowed(same), relaxed: false } if same == text)
        );
        assert_eq!(json_text(b"\xef\xbb\xbf[]").unwrap().text, "[]");
    }

    #[test]
    fn relaxed_text_becomes_strict() {
        let read = json_text(b"{\"a\": [1, 2,], // two\n}").unwrap();
        assert!(read.relaxed);
        assert_eq!(read.text, r#"{"a":[1,2]}"#);
        let cut = json_text(br#"{"a":"an emoji \ud83e","b":1e999}"#).unwrap();
        assert!(cut.relaxed);
        assert_eq!(cut.text, r#"{"a":"an emoji \ufffd","b":null }"#);
    }

    #[test]
    fn what_is_large_is_read_strictly() {
        let large = format!("{{\"a\": \"{}\",}}", "x".repeat(MOST_LENIENT));
        assert!(json_text(large.as_bytes()).unwrap_err().to_string().contains("line 1"));
    }

    #[test]
    fn what_is_no_json_has_a_place() {
        assert_eq!(json_text(b"{\"a\":\"\xff\"}"), Err(Reject::NotUtf8(6)));
        let fault = |text: &str| json_text(text.as_bytes()).unwrap_err().to_string();
        assert!(
            fault("{\"a\":\n  nonsense}").contains("line 2"),
            "{}",
            fault("{\"a\":\n  nonsense}")
        );
        assert!(fault("").contains("no text"));
        assert!(fault("ref=main").contains("line 1"));
    }

    #[test]
    fn a_deep_text_is_refused_and_not_followed() {
        for open in ["[", "{\"a\":", "[{\"a\":["] {
            let reject = json_text(open.repeat(1_000_000).as_bytes()).unwrap_err();
            assert!(reject.to_string().contains("line 1"), "{reject}");
        }
        let whole = format!("{{\"a\":\n{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let reject = json_text(whole.as_bytes()).unwrap_err().to_string();
        assert!(reject.contains("line 2, column 100: nested deeper than 100"), "{reject}");
        let lenient = format!("{}1,{}", "[".repeat(200), "]".repeat(200));
        assert!(json_text(lenient.as_bytes()).unwrap_err().to_string().contains("nested deeper"));
    }
}
