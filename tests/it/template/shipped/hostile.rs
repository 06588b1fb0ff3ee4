//! Events whose texts were written to break something.

use crate::fidelity::emitted::FIXTURES;
use forgeway::event::Event;
use serde_json::Value;

/// Texts that mean something somewhere.
const TEXTS: &[&str] = &[
    "\"quoted\" and 'quoted' and \\",
    "\", \"admin\": true, \"x\": \"",
    "line one\r\nline two\nline three",
    "nul \u{0} bell \u{7} escape \u{1b}[31m delete \u{7f}",
    "{{event.raw}} {{{json raw}}} {{> headline}} {{#each}}",
    "</script><script>alert(1)</script>",
    "<b>bold</b> <a href=\"javascript:alert(1)\">x</a> <!-- ",
    "&amp; &lt; &#0; &unknown;",
    "<!channel> <@U123> <!here|x> @everyone @here @channel @all",
    "[text](https://evil.example) ![img](https://evil.example/i.png) `code` **bold** _it_ ~~no~~ # head",
    "*bold* _italic_ ~strike~ > quote\n- list\n1. list\n| a | b |",
    "a=b&c=d+e%20f%00",
    "../../etc/passwd?x=1#y",
    "👩‍👩‍👧‍👦🏳️‍🌈 é\u{301} 漢字 한글",
    "\u{202e}txt.exe \u{200f}עברית\u{2066} \u{feff}\u{200b}",
    "\u{2028}\u{2029}\u{85}\u{fffe}\u{ffff}",
    "]]> --> */ ';-- ${jndi:ldap://x} $(id) `id`",
    " leading and trailing ",
    "-",
];

/// Fields that hold whatever people write.
const WRITTEN: &[&str] = &["title", "body", "old_body", "message", "description", "summary"];

/// Fields that hold a name: one line, as long as forges let names be.
const NAMES: &[&str] =
    &["name", "login", "display_name", "nickname", "label", "stage", "environment", "path"];

/// Fields that hold what git takes as a branch or a tag.
const REFS: &[&str] = &["ref", "tag", "head_ref", "base_ref"];

/// The most characters of a name or a ref.
const NAME: usize = 200;

/// The kinds that are bent; those that people write most in.
const BENT: &[&str] = &[
    "push.updated",
    "pull_request.opened",
    "issue.opened",
    "comment.created",
    "review.submitted",
    "release.published",
    "pipeline.completed",
];

/// Every kind with every text, and with one that is very long.
pub(super) fn events() -> Vec<(String, Event)> {
    let long: String = "\"é<&\n{{漢 @all".chars().cycle().take(100_000).collect();
    let mut events = Vec::new();
    for key in BENT {
        let all = FIXTURES.deliveries.iter().flat_map(|delivery| &delivery.events);
        let event = all.into_iter().find(|event| event.key() == *key);
        let event = serde_json::to_value(event.unwrap_or_else(|| panic!("no {key}"))).unwrap();
        for (at, text) in TEXTS.iter().copied().chain([long.as_str()]).enumerate() {
            let mut bent = event.clone();
            bend(&mut bent, "", text);
            let bent = serde_json::from_value(bent).unwrap();
            let start: String = text.chars().take(20).collect();
            events.push((format!("{key} with text {at} ({start:?})"), bent));
        }
    }
    events
}

/// Puts a text wherever people write one.
fn bend(value: &mut Value, key: &str, text: &str) {
    match value {
        Value::Object(map) => {
            // The name of a ref is called as any other name is.
            let is_ref = map.contains_key("full");
            for (name, value) in map.iter_mut().filter(|(name, _)| *name != "source") {
                bend(value, if is_ref && name == "name" { "ref" } else { name }, text);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| bend(value, key, text)),
        Value::String(old) if WRITTEN.contains(&key) => text.clone_into(old),
        Value::String(old) if NAMES.contains(&key) => {
            *old = text.chars().filter(|c| !c.is_control()).take(NAME).collect();
        }
        Value::String(old) if REFS.contains(&key) => *old = as_ref(text),
        _ => {}
    }
}

/// What git takes of a text as the name of a branch (`git help check-ref-format`).
fn as_ref(text: &str) -> String {
    let taken = |c: &char| !c.is_control() && !c.is_whitespace() && !"~^:?*[\\".contains(*c);
    let kept: String = text.chars().filter(taken).take(NAME).collect();
    let kept = kept.replace("..", "").replace("//", "/").replace("@{", "");
    format!("a{}z", kept.trim_matches(['/', '.']))
}
