//! `template.yaml`: how the requests of a template are sent.

use super::escape::Syntax;
use super::{Answers, Markup};
use crate::config::{HeaderRules, units};
use crate::yaml::{Map, Mark, Node, Scalar, Value, YamlError, from_node};
use http::{HeaderName, HeaderValue, Method, header};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What a body may take when nothing else is said, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// The most that a template may ask for.
const MOST_BODY: usize = 64 * BODY_LIMIT;

/// Tables by name, as JSON.
pub type Tables = serde_json::Map<String, serde_json::Value>;

/// A small template in `template.yaml`, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) mark: Mark,
    /// The path of keys, such as `headers.X-Event`.
    pub(super) field: String,
}

/// What `template.yaml` says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the template is for, in a sentence.
    pub doc: Option<String>,
    /// The content type of its bodies; `none`: they are empty.
    pub content_type: String,
    /// The markup that its texts are written in, unless a part says otherwise.
    pub markup: Markup,
    /// The names of the schemes that sign its requests.
    pub sign: Vec<String>,
    /// What answers mean.
    pub answer: Answers,
    /// The most bytes of a body.
    pub limit: usize,
    /// Tables for `lookup`.
    pub tables: Tables,
    pub(super) method: Line,
    pub(super) path: Option<Line>,
    pub(super) query: Vec<(String, Line)>,
    pub(super) headers: Vec<(String, Line)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    doc: Option<String>,
    #[serde(default = "json")]
    content_type: String,
    markup: Option<String>,
    #[serde(default = "post")]
    method: String,
    path: Option<String>,
    #[serde(rename = "query")]
    _query: Option<IgnoredAny>,
    #[serde(rename = "headers")]
    _headers: Option<IgnoredAny>,
    #[serde(default)]
    sign: Vec<String>,
    #[serde(default)]
    answer: Answers,
    limits: Option<Limits>,
    #[serde(rename = "tables")]
    _tables: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    /// In bytes.
    #[serde(deserialize_with = "units::size")]
    body: u64,
}

fn json() -> String {
    "application/json".into()
}

fn post() -> String {
    "POST".into()
}

impl Default for Settings {
    /// As an empty file says it.
    fn default() -> Self {
        let method = Line { text: post(), mark: Mark::default(), field: "method".into() };
        Self {
            doc: None,
            content_type: json(),
            markup: Markup::None,
            sign: Vec::new(),
            answer: Answers::default(),
            limit: BODY_LIMIT,
            tables: Tables::new(),
            method,
            path: None,
            query: Vec::new(),
            headers: Vec::new(),
        }
    }
}

impl Settings {
    /// What the bodies are.
    pub(super) fn syntax(&self) -> Syntax {
        Syntax::of(&self.content_type)
    }

    /// Reads the file; notes its faults.
    pub(super) fn read(node: &Node, faults: &mut Vec<YamlError>) -> Option<Self> {
        let raw: Raw = match from_node(node) {
            Ok(raw) => raw,
            Err(fault) => {
                faults.push(fault);
                return None;
            }
        };
        let root = node.as_map()?;
        let mark = |key: &str| root.get(key).map_or(&node.mark, |node| &node.mark).clone();
        let line = |text: String, key: &str| Line { text, mark: mark(key), field: key.to_owned() };
        let mut fault = |key: &str, message: String| {
            faults.push(YamlError::at(&mark(key), message).within(key));
        };
        if HeaderValue::from_str(&raw.content_type).is_err()
            || !(raw.content_type == "none" || raw.content_type.contains('/'))
        {
            let message = "expected a media type such as application/json, or `none` for no body";
            fault("content_type", message.into());
        }
        if !raw.method.contains("{{") && method(&raw.method).is_none() {
            fault("method", format!("`{}` is no method: expected POST, PUT, GET ...", raw.method));
        }
        let markup = raw.markup.as_deref().map_or(Some(Markup::None), Markup::named);
        if markup.is_none() {
            let words = Markup::WORDS.map(|(word, _)| word).join(", ");
            fault("markup", format!("expected one of {words}"));
        }
        let limit = raw.limits.map_or(Ok(BODY_LIMIT), |limits| usize::try_from(limits.body));
        let limit = limit.ok().filter(|limit| (1..=MOST_BODY).contains(limit));
        if limit.is_none() {
            fault("limits", "`body` should be a size from 1B to 64MiB".into());
        }
        let headers = lines(root, "headers", faults);
        for (name, line) in &headers {
            if let Err(message) = check_header(name) {
                faults.push(YamlError::at(&line.mark, message).within(&line.field));
            }
        }
        Some(Self {
            doc: raw.doc,
            content_type: raw.content_type,
            markup: markup.unwrap_or_default(),
            sign: raw.sign,
            answer: raw.answer,
            limit: limit.unwrap_or(BODY_LIMIT),
            tables: own_tables(root, faults),
            method: line(raw.method, "method"),
            path: raw.path.map(|text| line(text, "path")),
            query: lines(root, "query", faults),
            headers,
        })
    }
}

/// The method that a text names: one that HTTP has, in capitals.
pub(super) fn method(text: &str) -> Option<Method> {
    let known =
        [Method::POST, Method::PUT, Method::PATCH, Method::GET, Method::DELETE, Method::HEAD];
    known.into_iter().find(|method| method.as_str() == text)
}

fn check_header(name: &str) -> Result<(), String> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("`{name}` is no header name"))?;
    match parsed {
        header::CONTENT_TYPE => Err("say this as `content_type`, beside `headers`".into()),
        name if HeaderRules::is_by_http(&name) => {
            Err(format!("`{name}` is written by HTTP itself: leave it out"))
        }
        _ => Ok(()),
    }
}

/// A map from names to small templates.
fn lines(root: &Map, key: &str, faults: &mut Vec<YamlError>) -> Vec<(String, Line)> {
    let Some(node) = root.get(key) else { return Vec::new() };
    let Some(map) = node.as_map() else {
        let message = format!("{} where a map from names to texts was expected", node.kind());
        faults.push(YamlError::at(&node.mark, message).within(key));
        return Vec::new();
    };
    let mut lines = Vec::new();
    for (name, node) in &map.pairs {
        let (mark, field) = (node.mark.clone(), format!("{key}.{name}"));
        match &node.value {
            Value::Scalar(scalar) if *scalar != Scalar::Null => {
                lines.push((name.clone(), Line { text: scalar.to_string(), mark, field }));
            }
            _ => {
                let message = format!("{} where a text was expected", node.kind());
                faults.push(YamlError::at(&mark, message).within(&field));
            }
        }
    }
    lines
}

/// `tables`, as what templates see.
fn own_tables(root: &Map, faults: &mut Vec<YamlError>) -> Tables {
    let Some(node) = root.get("tables") else { return Tables::new() };
    tables(node).unwrap_or_else(|fault| {
        faults.push(fault.within("tables"));
        Tables::new()
    })
}

/// Tables, as templates see them.
///
/// # Errors
/// What is no map of maps.
pub(super) fn tables(node: &Node) -> Result<Tables, YamlError> {
    match plain(node) {
        serde_json::Value::Object(tables) if tables.values().all(serde_json::Value::is_object) => {
            Ok(tables)
        }
        _ => {
            let message = "expected a map from names to maps: `colors: { success: green }`";
            Err(YamlError::at(&node.mark, message))
        }
    }
}

/// A node as JSON.
pub(crate) fn plain(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Scalar(Scalar::Null) => serde_json::Value::Null,
        Value::Scalar(Scalar::Bool(flag)) => (*flag).into(),
        Value::Scalar(Scalar::Int(number)) => (*number).into(),
        Value::Scalar(Scalar::Float(number)) => (*number).into(),
        Value::Scalar(Scalar::Text(text)) => text.as_str().into(),
        Value::List(list) => list.iter().map(plain).collect(),
        Value::Map(map) => map.pairs.iter().map(|(key, node)| (key.clone(), plain(node))).collect(),
    }
}
