//! What a receiver takes, and what its template must say: `tests/template/shipped/<template>.yaml`.

use super::request::Shape;
use crate::tidy;
use jsonpath_rust::JsonPath;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The most characters of a text that a template must say; chats shorten long ones.
const SAID: usize = 40;

/// The file of one template.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    /// What the target says as `vars:`.
    #[serde(default)]
    pub(super) vars: Map<String, Value>,
    /// The JSON Schema of a request.
    request: Value,
    #[serde(default)]
    definitions: Value,
    /// By kind: the paths in the event of the texts that a request must say.
    #[serde(default)]
    says: BTreeMap<String, Vec<String>>,
    /// The kinds that the receiver has no word for.
    #[serde(default)]
    skips: Vec<String>,
}

impl Rules {
    pub(super) fn read(template: &str) -> Self {
        let path = tidy::root().join(format!("tests/template/shipped/{template}.yaml"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!(
                "{}: {error}: a template that ships says what its receiver takes",
                path.display()
            )
        });
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(super) fn schema(&self) -> Value {
        let mut schema = self.request.clone();
        if !self.definitions.is_null() {
            schema["definitions"] = self.definitions.clone();
        }
        json!(schema)
    }

    /// Whether a kind is left to others.
    pub(super) fn says_nothing_of(&self, kind: &str) -> bool {
        self.skips.iter().any(|skipped| skipped == kind)
    }

    /// The facts that a request should say and does not.
    pub(super) fn unsaid(&self, kind: &str, event: &Value, shape: &Shape) -> Vec<String> {
        let paths = self.says.get(kind).map_or(&[][..], Vec::as_slice);
        let texts = shape.texts();
        // `$$` is how a pipeline's variable says `$`.
        let said =
            |text: &String| [bare(text), bare(&unescaped(text)), bare(&text.replace("$$", "$"))];
        let heard: Vec<String> = texts.iter().flat_map(said).collect();
        let mut unsaid = Vec::new();
        for path in paths {
            for fact in event.query(path).unwrap_or_else(|error| panic!("{path}: {error}")) {
                let fact = fact.as_str().map_or_else(|| fact.to_string(), str::to_owned);
                let wanted: String = bare(&fact).chars().take(SAID).collect();
                if !heard.iter().any(|text| text.contains(&wanted)) {
                    unsaid.push(format!("it does not say {path}: {fact:.80}"));
                }
            }
        }
        unsaid
    }
}

/// A text without what markup, line breaks and the limits of receivers change about it.
fn bare(text: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || "?%;:,=+/$^".contains(*c);
    text.chars().filter(kept).collect()
}

/// A text without the references of HTML, each read once.
fn unescaped(text: &str) -> String {
    const NAMED: [(&str, char); 4] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"')];
    let letter = |name: &str| match name.strip_prefix('#') {
        Some(number) => number.parse().ok().and_then(char::from_u32),
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter),
    };
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let named = after.split_once(';').and_then(|(name, after)| Some((letter(name)?, after)));
        out.push(named.map_or('&', |(letter, _)| letter));
        rest = named.map_or(after, |(_, after)| after);
    }
    out + rest
}
