//! Markup within a text: what a chat reads as links, emphasis and mentions.
//!
//! A body has a syntax, such as JSON, and what stands in its strings may be markup as well. A value that
//! is printed where markup is read is escaped for it first, so that no title becomes a link or a mention.

use super::dialects;
use crate::markup;

/// The most bytes of an address that is linked to. Chats take messages of a few thousand characters.
const LONGEST_ADDRESS: usize = 500;

/// The markup that a part of a template is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Markup {
    /// None: a text says what it says.
    #[default]
    None,
    /// [CommonMark](https://spec.commonmark.org) and what is made after it.
    Markdown,
    /// The tags that chats take: `a`, `b`, `code`.
    Html,
    /// Markdown as Mattermost reads it: its server looks for mentions in the text that is left when Markdown is
    /// read, so that a backslash does not keep `@all` from calling everybody. An invisible character does.
    Mattermost,
    /// HTML as Telegram reads it, which makes a mention of any `@name` and has no other way to say one.
    Telegram,
    /// [Slack's mrkdwn](https://docs.slack.dev/messaging/formatting-message-text).
    Slack,
    /// The Markdown of Feishu's and Lark's cards.
    Lark,
    /// The Markdown of DingTalk's robots.
    DingTalk,
    /// The Markdown of WeCom's robots.
    WeCom,
}

impl Markup {
    /// Every markup, by the word that templates say.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("none", Self::None),
        ("markdown", Self::Markdown),
        ("mattermost", Self::Mattermost),
        ("html", Self::Html),
        ("telegram", Self::Telegram),
        ("slack", Self::Slack),
        ("lark", Self::Lark),
        ("dingtalk", Self::DingTalk),
        ("wecom", Self::WeCom),
    ];

    /// The markup that a word means.
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(name, _)| *name == word).map(|(_, markup)| *markup)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, markup)| *markup == self).map_or("none", |(name, _)| name)
    }

    /// The name that a helper or a partial goes by where this markup is written.
    pub(super) fn variant(self, name: &str) -> String {
        match self {
            Self::None => name.to_owned(),
            markup => format!("{}:{name}", markup.word()),
        }
    }

    /// Writes a text so that the markup says the same text.
    pub fn escape(self, text: &str) -> String {
        match self {
            Self::None => text.to_owned(),
            Self::Markdown => markdown(text),
            Self::Mattermost => defused(&markdown(text)),
            Self::Html => html(text),
            Self::Telegram => defused(&html(text)),
            Self::Slack => slack(text),
            Self::Lark => dialects::lark(text),
            Self::DingTalk => dialects::dingtalk(text),
            Self::WeCom => dialects::wecom(text),
        }
    }

    /// The same in the middle of a line, where nothing begins a heading.
    fn within(self, text: &str) -> String {
        self.escape(text).trim_start_matches(dialects::UNSEEN).to_owned()
    }

    /// A link. What is no address of the web is left out, so that nothing but the web is linked to, and
    /// so is what no receiver takes for its length; without markup, a link is its text.
    pub(super) fn link(self, address: &str, text: &str) -> String {
        let text = self.within(&one_line(text));
        if !(address.starts_with("https://") || address.starts_with("http://")) {
            return text;
        }
        let address = encoded(address);
        // Receivers count what is written.
        let address = match self {
            Self::Html | Self::Telegram => html(&address),
            Self::Slack => slack(&address),
            _ => address,
        };
        if address.len() > LONGEST_ADDRESS {
            return text;
        }
        match self {
            Self::None => text,
            Self::Markdown | Self::Mattermost | Self::Lark | Self::DingTalk | Self::WeCom => {
                format!("[{text}]({address})")
            }
            Self::Html | Self::Telegram => format!("<a href=\"{address}\">{text}</a>"),
            Self::Slack => format!("<{address}|{text}>"),
        }
    }

    /// A text that stands out.
    pub(super) fn bold(self, text: &str) -> String {
        let text = self.within(&one_line(text));
        match self {
            _ if text.is_empty() => text,
            Self::None => text,
            Self::Markdown | Self::Mattermost | Self::Lark | Self::DingTalk | Self::WeCom => {
                format!("**{text}**")
            }
            Self::Html | Self::Telegram => format!("<b>{text}</b>"),
            Self::Slack => format!("*{text}*"),
        }
    }

    /// What somebody wrote, set apart, with its lines.
    pub(super) fn quote(self, text: &str) -> String {
        let text = self.escape(&text.replace("\r\n", "\n").replace('\r', "\n"));
        match self {
            _ if text.is_empty() => text,
            Self::None => text,
            Self::Markdown | Self::Mattermost | Self::Slack | Self::DingTalk | Self::WeCom => {
                format!("> {}", text.replace('\n', "\n> "))
            }
            // Their documentation has no quotes, but colours, which end with the line.
            Self::Lark => {
                let lines =
                    text.split('\n').map(|line| format!("<font color='grey'>{line}</font>"));
                lines.collect::<Vec<_>>().join("\n")
            }
            Self::Html | Self::Telegram => format!("<blockquote>{text}</blockquote>"),
        }
    }

    /// A name as machines write it. Quotes of its own kind cannot stand in it, so that they become others.
    pub(super) fn code(self, text: &str) -> String {
        let text = one_line(text);
        match self {
            _ if text.is_empty() => text,
            Self::None => text,
            Self::Markdown | Self::Mattermost => format!("`{}`", text.replace('`', "'")),
            Self::Html | Self::Telegram => format!("<code>{}</code>", html(&text)),
            Self::Slack => format!("`{}`", slack(&text.replace('`', "'"))),
            // Their documentation has no code within a line.
            Self::Lark | Self::DingTalk => format!("**{}**", self.within(&text)),
            Self::WeCom => {
                format!("`{}`", text.replace('`', "'").replace('<', "＜").replace('>', "＞"))
            }
        }
    }
}

/// Without line breaks, which would end what is in one line.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split(['\n', '\r']).map(str::trim).filter(|t| !t.is_empty()).collect();
    words.join(" ")
}

/// An address without the characters that some markup ends an address at.
fn encoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            c if c.is_control() || c.is_whitespace() || r#"<>()[]|\"`'"#.contains(c) => {
                out.push_str(&super::escape::percent(c.encode_utf8(&mut [0; 4])));
            }
            c => out.push(c),
        }
    }
    out
}

/// A backslash in front of whatever Markdown would read as its own.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\`*_{}[]()<>#+-.!|~&@".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// With a space of no width behind what begins a mention of people or of a channel.
fn defused(text: &str) -> String {
    text.replace('@', "@\u{200b}").replace('~', "~\u{200b}")
}

/// The three characters that Slack's `mrkdwn` reserves for its links and mentions.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    markup::html(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn no_text_leaves_its_link() {
        for (markup, link) in [
            (Markup::None, "a](x) <b> \"c\" d"),
            (Markup::Markdown, r#"[a\]\(x\) \<b\> "c" d](https://e.org/%28x%29%7C)"#),
            (
                Markup::Html,
                "<a href=\"https://e.org/%28x%29%7C\">a](x) &lt;b&gt; &quot;c&quot; d</a>",
            ),
            (Markup::Slack, "<https://e.org/%28x%29%7C|a](x) &lt;b&gt; \"c\" d>"),
        ] {
            assert_eq!(markup.link("https://e.org/(x)|", "a](x) <b>\n\"c\" d"), link);
        }
        assert_eq!(Markup::Html.link("javascript:alert(1)", "<x>"), "&lt;x&gt;");
        let endless = format!("https://e.org/{}", "a".repeat(1000));
        assert_eq!(Markup::Slack.link(&endless, "x"), "x");
    }

    #[test]
    fn what_stands_out_stays_within() {
        assert_eq!(Markup::Markdown.bold("a*b\n"), r"**a\*b**");
        assert_eq!(Markup::DingTalk.link("https://e.org/1", "#1"), "[#1](https://e.org/1)");
        assert_eq!(Markup::DingTalk.code("a_`"), r"**a\_\`**");
        assert_eq!(Markup::WeCom.code("a`<@b>"), "`a'＜@b＞`");
        assert_eq!(
            Markup::Lark.quote("a\n<b"),
            "<font color='grey'>a</font>\n<font color='grey'>&#60;b</font>"
        );
        assert_eq!(Markup::Markdown.code("a`b\nc"), "`a'b c`");
        assert_eq!(Markup::Html.code("</code>"), "<code>&lt;/code&gt;</code>");
        assert_eq!(Markup::Mattermost.bold("@all"), "**\\@\u{200b}all**");
        assert_eq!(Markup::Telegram.bold("@all"), "<b>@\u{200b}all</b>");
        assert_eq!(Markup::Slack.bold("<!here>"), "*&lt;!here&gt;*");
        assert_eq!(Markup::Slack.bold(""), "");
        assert_eq!(Markup::Slack.quote("a\r\n<b"), "> a\n> &lt;b");
        assert_eq!(Markup::Markdown.quote("a\n#"), "> a\n> \\#");
        assert_eq!(Markup::Html.quote("<a>"), "<blockquote>&lt;a&gt;</blockquote>");
    }
}
