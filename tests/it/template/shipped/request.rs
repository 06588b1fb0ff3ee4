//! A request as its receiver sees it.

use forgeway::template::{Request, Syntax};
use serde_json::{Map, Value, json};

/// Method, path, query, headers and body, each decoded, as one JSON value.
pub(super) struct Shape(pub(super) Value);

impl Shape {
    pub(super) fn of(request: &Request) -> Self {
        let headers: Map<String, Value> = request
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), Value::from(value.as_str())))
            .collect();
        let content_type = headers.get("content-type").and_then(Value::as_str).unwrap_or("none");
        let body = match Syntax::of(content_type) {
            Syntax::Nothing => Value::Null,
            Syntax::Json => serde_json::from_slice(&request.body).unwrap(),
            Syntax::Form => pairs(&request.body),
            _ => String::from_utf8(request.body.clone()).unwrap().into(),
        };
        Self(json!({
            "method": request.method,
            "path": request.path,
            "query": pairs(request.query.as_bytes()),
            "headers": headers,
            "body": body,
        }))
    }

    /// Every text in it, path and header values decoded.
    pub(super) fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        gather(&self.0, &mut texts);
        let decoded = |text: &String| {
            percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
        };
        let parts = [&self.0["path"], &self.0["headers"]];
        let mut encoded = Vec::new();
        parts.into_iter().for_each(|part| gather(part, &mut encoded));
        texts.extend(encoded.iter().map(decoded));
        texts
    }
}

fn gather(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Number(number) => texts.push(number.to_string()),
        Value::Array(list) => list.iter().for_each(|value| gather(value, texts)),
        Value::Object(map) => map.values().for_each(|value| gather(value, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// A form or a query, by name.
fn pairs(encoded: &[u8]) -> Value {
    let pairs = form_urlencoded::parse(encoded);
    Value::Object(pairs.map(|(name, value)| (name.into_owned(), Value::from(value))).collect())
}
