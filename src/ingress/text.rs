//! From the bytes of a payload to JSON text that every reader understands.

use super::Reject;
use crate::value::parse_relaxed;
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

/// Reads the bytes as JSON text: strictly, and where that fails leniently, as some forges document
/// and send it (a comma too many, a comment).
///
/// # Errors
/// Bytes that are no UTF-8, or text that even a lenient reader does not understand, with the place
/// and what the strict reader found there.
pub fn json_text(bytes: &[u8]) -> Result<JsonText<'_>, Reject> {
    let text = std::str::from_utf8(bytes).map_err(|fault| Reject::NotUtf8(fault.valid_up_to()))?;
    // A byte order mark says nothing in UTF-8, and no JSON reader takes it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Ok(JsonText { text: Cow::Borrowed(text), relaxed: false });
    }
    // An empty text is no lenient null.
    let relaxed = parse_relaxed(text).map_err(Reject::NotJson)?;
    match text.trim().is_empty() {
        false => Ok(JsonText { text: Cow::Owned(relaxed), relaxed: true }),
        true => Err(Reject::NotJson(crate::value::ParseError {
            line: 1,
            column: 1,
            message: "there is no text".to_owned(),
        })),
    }
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
    }
}
