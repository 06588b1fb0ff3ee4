//! Text that stands in markup.

use std::fmt::Write;

/// Writes a text so that HTML reads it as text, between tags and in quotes alike.
pub(crate) fn html(text: &str, out: &mut impl Write) {
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = match c {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            '\'' => out.write_str("&#39;"),
            c => out.write_char(c),
        };
    }
}
