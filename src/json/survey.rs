//! What readers stumble over in a text that is JSON by its grammar: how deep it is nested, half a
//! surrogate pair (a text that was cut in the middle of an emoji), a number beyond all numbers.

use std::ops::Range;

/// Deeper than anything that a forge sends, and what every reader here goes down.
pub const DEEPEST: usize = 100;
/// A number of fewer characters, and without an exponent, is none beyond all numbers.
const LONG: usize = 300;

/// What was found in a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The place of the bracket that goes deeper than [`DEEPEST`].
    pub too_deep: Option<usize>,
    /// What no reader takes, with what stands for it.
    flaws: Vec<(Range<usize>, &'static str)>,
}

impl Survey {
    /// Looks through a text of JSON once. Brackets are counted, not followed, so that a deep text
    /// costs no stack.
    pub fn of(text: &str) -> Self {
        let (mut found, mut depth, mut at) = (Self::default(), 0_usize, 0);
        let bytes = text.as_bytes();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => at = found.string(bytes, at + 1),
                b'{' | b'[' => {
                    depth += 1;
                    if depth > DEEPEST {
                        found.too_deep = Some(at);
                        return found;
                    }
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'-' | b'0'..=b'9' => at = found.number(text, at),
                _ => {}
            }
            at += 1;
        }
        found
    }

    /// The text with what is flawed replaced, the rest where it was; nothing when it has no flaw.
    pub fn mended(&self, text: &str) -> Option<String> {
        let mut bytes = (!self.flaws.is_empty()).then(|| text.as_bytes().to_vec())?;
        for (range, instead) in &self.flaws {
            bytes[range.clone()].fill(b' ');
            bytes[range.start..][..instead.len()].copy_from_slice(instead.as_bytes());
        }
        String::from_utf8(bytes).ok()
    }

    /// Goes through a string; gives the place of its closing quote.
    fn string(&mut self, bytes: &[u8], start: usize) -> usize {
        let mut at = start;
        while let Some(byte) = bytes.get(at).filter(|byte| **byte != b'"') {
            at += match (byte, unit(bytes, at)) {
                (b'\\', Some(0xd800..=0xdbff)) => match unit(bytes, at + 6) {
                    Some(0xdc00..=0xdfff) => 12,
                    _ => self.lone(at),
                },
                (b'\\', Some(0xdc00..=0xdfff)) => self.lone(at),
                (b'\\', _) => 2,
                _ => 1,
            };
        }
        at
    }

    fn lone(&mut self, at: usize) -> usize {
        self.flaws.push((at..at + 6, "\\ufffd"));
        6
    }

    /// Goes through a number; gives the place of its last character.
    fn number(&mut self, text: &str, start: usize) -> usize {
        let inside = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        let length = text.as_bytes()[start..].iter().take_while(|byte| inside(byte)).count();
        let number = &text[start..start + length];
        let may = length > LONG || number.contains(['e', 'E']);
        if may && number.parse::<f64>().is_ok_and(f64::is_infinite) {
            self.flaws.push((start..start + length, "null"));
        }
        start + length - 1
    }
}

/// The unit of UTF-16 that is escaped at a place.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_brackets_outside_of_strings() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let too_deep = |text: &str| Survey::of(text).too_deep;
        assert_eq!(too_deep(&nested(DEEPEST)), None);
        assert_eq!(too_deep(&nested(DEEPEST + 1)), Some(DEEPEST));
        assert_eq!(too_deep(&format!("[\"{}\\\"[\"]", "[".repeat(1000))), None);
        assert_eq!(too_deep(&"[],".repeat(1000)), None);
    }

    #[test]
    fn what_no_reader_takes_is_mended_where_it_stands() {
        let mended = |text: &str| Survey::of(text).mended(text);
        let check = |text: &str, expected: &str| {
            assert_eq!(mended(text).as_deref(), Some(expected));
            assert!(serde_json::from_str::<serde_json::Value>(expected).is_ok(), "{expected}");
        };
        check(r#"["\ud83e",1]"#, r#"["\ufffd",1]"#);
        check(r#"["\udd80\ud83ex"]"#, r#"["\ufffd\ufffdx"]"#);
        check(r#"["\ud83e\ud83e\udd80"]"#, r#"["\ufffd\ud83e\udd80"]"#);
        check("[1e999, -1E+400,2]", "[null , null   ,2]");
        check(&format!("[{}]", "9".repeat(400)), &format!("[null{}]", " ".repeat(396)));
        for fine in [r#"["\ud83e\udd80 \\ud83e \" 1e999"]"#, "[1e308,-0,1e-999]", "", "\"\\", "-"] {
            assert_eq!(mended(fine), None, "{fine}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_skipped_can_be_read(text in r#"(\[|\]|"|\\u|d8|dc|3e|00|9|e|E|[-+.,: é]|\\){0,30}"#) {
            let survey = Survey::of(&text);
            let mended = survey.mended(&text).unwrap_or(text);
            if serde_json::from_str::<serde::de::IgnoredAny>(&mended).is_ok() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&mended).is_ok(), "{}", mended);
            }
        }
    }
}
