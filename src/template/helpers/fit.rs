//! The block `{{#fit 3000}}`: what is in it, in whole lines, as many as a receiver takes.
//!
//! A text made of links and escaped values cannot be cut anywhere. The markup of each line is complete, so
//! lines are left out from the end, and the last one that is left is `…`. Control characters are left out, too: some
//! receivers fail on them.

use super::super::escape::Syntax;
use handlebars::{
    Context, Handlebars, Helper as Call, HelperDef, HelperResult, Output, RenderContext,
    RenderErrorReason, Renderable,
};
use serde_json::Value;
use std::io;

/// The most bytes that may be held back to be counted.
const MOST_HELD: usize = 4 * 1024 * 1024;

/// What stands for the lines that are left out.
const REST: &str = "…";

/// The block helper, in one syntax.
#[derive(Debug, Clone, Copy)]
pub(in crate::template) struct Fit(pub(in crate::template) Syntax);

/// The arguments that may be given by name: `bytes=true` counts bytes of UTF-8, `newline="<br>"` is
/// written between the lines.
pub(in crate::template) const NAMED: [&str; 2] = ["bytes", "newline"];

impl HelperDef for Fit {
    fn call<'reg: 'rc, 'rc>(
        &self,
        call: &Call<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(block) = call.template() else { return Ok(()) };
        let other = |message: &str| RenderErrorReason::Other(message.to_owned());
        let most = call.param(0).and_then(|most| most.value().as_u64());
        let most = most.and_then(|most| usize::try_from(most).ok());
        let most = most.ok_or_else(|| other("`fit` is followed by a whole number"))?;
        let in_bytes =
            call.hash_get("bytes").is_some_and(|bytes| bytes.value() == &Value::Bool(true));
        let newline = call.hash_get("newline").and_then(|newline| newline.value().as_str());
        let measure = Measure { most, in_bytes, newline: newline.unwrap_or("\n") };
        let mut held = Held { text: String::new(), out };
        block.render(registry, context, rc, &mut held)?;
        let text = match self.0 {
            Syntax::Json => unescaped(&held.text)
                .ok_or_else(|| other("what is in `fit` should be the inside of a JSON string"))?,
            _ => held.text,
        };
        let said = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
        let text: String = text.chars().filter(said).collect();
        let text = measure.fit(text.trim());
        match self.0 {
            Syntax::Json => out.write(&Syntax::Json.escape(&text))?,
            _ => out.write(&text)?,
        }
        Ok(())
    }
}

/// How much there is room for.
struct Measure<'a> {
    most: usize,
    in_bytes: bool,
    newline: &'a str,
}

impl Measure<'_> {
    /// Characters count as in UTF-16, which is never less than what a receiver counts.
    fn of(&self, text: &str) -> usize {
        if self.in_bytes { text.len() } else { text.encode_utf16().count() }
    }

    fn fit(&self, text: &str) -> String {
        let whole = text.replace('\n', self.newline);
        if self.of(&whole) <= self.most {
            return whole;
        }
        let (mut kept, mut used) = (String::new(), self.of(REST));
        for line in text.split('\n') {
            used += self.of(line) + self.of(self.newline);
            if used > self.most {
                break;
            }
            kept.push_str(line);
            kept.push_str(self.newline);
        }
        if kept.is_empty() {
            return self.cut(text);
        }
        kept.push_str(REST);
        kept
    }

    /// A first line that is too long by itself is cut where it must be.
    fn cut(&self, text: &str) -> String {
        let mut room = self.most.saturating_sub(self.of(REST));
        let mut kept = String::new();
        for c in text.split('\n').next().unwrap_or_default().chars() {
            let taken = self.of(c.encode_utf8(&mut [0; 4]));
            if taken > room {
                break;
            }
            room -= taken;
            kept.push(c);
        }
        kept.push_str(REST);
        kept
    }
}

/// What stands in a JSON string. Line breaks of the template, with the blanks after them, are no part of it.
fn unescaped(text: &str) -> Option<String> {
    let joined: String = text.split('\n').map(str::trim_start).collect();
    serde_json::from_str(&format!("\"{joined}\"")).ok()
}

/// Takes what the block writes; each piece counts as a step of the output around it.
struct Held<'a> {
    text: String,
    out: &'a mut dyn Output,
}

impl Output for Held<'_> {
    fn write(&mut self, piece: &str) -> io::Result<()> {
        self.out.write("")?;
        if self.text.len() + piece.len() > MOST_HELD {
            return Err(io::Error::other(
                "what is in `fit` is too large: shorten it with `truncate`",
            ));
        }
        self.text.push_str(piece);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Measure, unescaped};

    #[test]
    fn whole_lines_are_kept() {
        let fit = |text: &str, most| Measure { most, in_bytes: false, newline: "\n" }.fit(text);
        assert_eq!(fit("one\ntwo", 7), "one\ntwo");
        assert_eq!(fit("one\ntwo\nthree", 9), "one\ntwo\n…");
        assert_eq!(fit("one\ntwo\nthree", 8), "one\n…");
        assert_eq!(fit("overlong\ntwo", 5), "over…");
        assert_eq!(fit("😀😀😀", 5), "😀😀…");
    }

    #[test]
    fn bytes_and_the_breaks_count() {
        let fit = |text: &str, most| Measure { most, in_bytes: true, newline: "<br>" }.fit(text);
        assert_eq!(fit("a\nb", 6), "a<br>b");
        assert_eq!(fit("ä\nb\nc", 9), "ä<br>…");
        assert_eq!(fit("ää", 3), "…");
    }

    #[test]
    fn the_lines_of_the_template_are_none_of_the_text() {
        assert_eq!(unescaped("a\\n\n  b \\\"c\\\"").as_deref(), Some("a\nb \"c\""));
        assert_eq!(unescaped("a\"b"), None);
    }
}
