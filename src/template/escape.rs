//! How a value is written into a template's output, by what the output is.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what an address holds unencoded in any of its parts.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a template's text is, as far as values in it have to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON; a value stands in a string.
    Json,
    /// A form: `name=value&name=value`.
    Form,
    /// XML; a value stands in text or in an attribute.
    Xml,
    /// Anything else: values stand as they are.
    Text,
    /// No body at all.
    Nothing,
    /// The value of a header.
    Header,
    /// The path of an address.
    Path,
    /// A value that is encoded later, as a whole.
    Plain,
}

impl Syntax {
    /// What a content type asks for. Parameters such as `charset` change nothing.
    pub fn of(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "none" => Self::Nothing,
            "application/x-www-form-urlencoded" => Self::Form,
            "application/xml" | "text/xml" => Self::Xml,
            kind if kind == "application/json" || kind.ends_with("+json") => Self::Json,
            kind if kind.ends_with("+xml") => Self::Xml,
            _ => Self::Text,
        }
    }

    /// Whether `{{{...}}}` changes nothing, because values stand as they are.
    pub(super) fn is_plain(self) -> bool {
        matches!(self, Self::Text | Self::Plain | Self::Nothing)
    }

    /// Whether what this helper writes is already what the output asks for.
    pub(super) fn takes_as_is(self, helper: &str) -> bool {
        match self {
            Self::Json => helper == "json",
            Self::Form => helper == "url_encode",
            Self::Path => matches!(helper, "url_encode" | "url_path"),
            Self::Xml | Self::Text | Self::Nothing | Self::Header | Self::Plain => false,
        }
    }

    /// Writes a text so that the output says the same text.
    pub fn escape(self, text: &str) -> String {
        match self {
            Self::Json => json(text),
            Self::Form | Self::Path => percent(text),
            Self::Xml => xml(text),
            Self::Header => header(text),
            Self::Text | Self::Nothing | Self::Plain => text.to_owned(),
        }
    }
}

/// What stands between the quotes of a JSON string.
fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Everything but letters, digits and `-._~` as `%XX`.
pub(super) fn percent(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Good for text and attributes alike. White space is written as a reference, since parsers change it
/// in attributes; what XML cannot hold at all becomes the replacement character.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

/// One line of what HTTP allows: control characters become blanks, and what is not ASCII is
/// percent-encoded UTF-8.
fn header(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_control() => out.push(' '),
            c if c.is_ascii() => out.push(c),
            c => out.push_str(&percent(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_says_the_syntax() {
        for (kind, syntax) in [
            ("application/json; charset=utf-8", Syntax::Json),
            ("application/cloudevents+json", Syntax::Json),
            ("application/x-www-form-urlencoded", Syntax::Form),
            ("text/xml", Syntax::Xml),
            ("application/atom+xml", Syntax::Xml),
            ("text/plain", Syntax::Text),
            ("none", Syntax::Nothing),
        ] {
            assert_eq!(Syntax::of(kind), syntax, "{kind}");
        }
    }

    #[test]
    fn each_escapes_its_own() {
        let text = "a\"b\n<&>\u{1}é/";
        assert_eq!(Syntax::Json.escape(text), "a\\\"b\\n<&>\\u0001é/");
        assert_eq!(Syntax::Form.escape(text), "a%22b%0A%3C%26%3E%01%C3%A9%2F");
        assert_eq!(Syntax::Xml.escape(text), "a&quot;b&#10;&lt;&amp;&gt;\u{fffd}é/");
        assert_eq!(Syntax::Header.escape(text), "a\"b <&> %C3%A9/");
        assert_eq!(Syntax::Text.escape(text), text);
    }
}
