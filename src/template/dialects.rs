//! The Markdown of chats that read a part of it: escaped as each documents it, and by letters that look alike
//! where it documents nothing.

/// A space that is not seen: a line that begins with it is no heading and no item of a list.
pub(super) const UNSEEN: char = '\u{200b}';

/// Cards of Feishu and Lark, whose [page on Markdown](https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-components/content-components/rich-text)
/// wants `&#42;` for what is special; `&` itself has to be written so, too.
pub(super) fn lark(text: &str) -> String {
    lines(text, |c, out| match c {
        c if r"&<>~*_[]()!\`#$:-+|".contains(c) => out.push_str(&format!("&#{};", u32::from(c))),
        c => out.push(c),
    })
}

/// Robots of DingTalk, whose documentation names headings, quotes, emphasis, links, pictures and lists, and says
/// nothing of escaping. A backslash is understood before the marks of emphasis, where little is lost if it is
/// not; links, pictures and tags are made to be none by look-alikes.
pub(super) fn dingtalk(text: &str) -> String {
    lines(&text.replace("~~", "～～"), |c, out| match c {
        '<' => out.push('＜'),
        '>' => out.push('＞'),
        '[' => out.push('［'),
        ']' => out.push('］'),
        c => {
            if r"\`*_".contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
    })
}

/// Robots of WeCom, whose [documentation](https://developer.work.weixin.qq.com/document/path/91770) names headings,
/// bold, links, code, quotes, `<font>` and `<@somebody>`. Nothing escapes there, backslashes are seen.
pub(super) fn wecom(text: &str) -> String {
    lines(text, |c, out| {
        out.push(match c {
            '<' => '＜',
            '>' => '＞',
            '[' => '［',
            ']' => '］',
            '*' => '＊',
            '`' => '\'',
            c => c,
        });
    })
}

/// Writes each letter of each line. What begins a heading or a list begins with something unseen instead;
/// control characters, which show nothing, are left out.
fn lines(text: &str, write: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        if begins_block(line.trim_start()) {
            out.push(UNSEEN);
        }
        line.chars().filter(|c| !c.is_control() || *c == '\t').for_each(|c| write(c, &mut out));
    }
    out
}

/// Whether a line is a heading, a rule or an item of a list.
fn begins_block(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['#', '-', '+', '='])
        || (number.len() < line.len() && number.starts_with(['.', ')']))
}

#[cfg(test)]
mod tests {
    use super::{dingtalk, lark, wecom};

    #[test]
    fn tags_links_and_emphasis_are_none() {
        let text = "<at id=all> [a](b) *c* _d_ `e` \\ ~~f~~ &lt;\u{7}";
        assert_eq!(
            lark(text),
            "&#60;at id=all&#62; &#91;a&#93;&#40;b&#41; &#42;c&#42; &#95;d&#95; &#96;e&#96; &#92; \
             &#126;&#126;f&#126;&#126; &#38;lt;"
        );
        assert_eq!(dingtalk(text), r"＜at id=all＞ ［a］(b) \*c\* \_d\_ \`e\` \\ ～～f～～ &lt;");
        assert_eq!(wecom(text), r"＜at id=all＞ ［a］(b) ＊c＊ _d_ 'e' \ ~~f~~ &lt;");
    }

    #[test]
    fn no_line_begins_a_block() {
        assert_eq!(wecom("a\n# b\n 1. c\n12 d"), "a\n\u{200b}# b\n\u{200b} 1. c\n12 d");
        assert_eq!(dingtalk("- a\r\n---"), "\u{200b}- a\n\u{200b}---");
        assert_eq!(lark("1) a"), "\u{200b}1&#41; a");
    }
}
