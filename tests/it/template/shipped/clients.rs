//! What the receivers' own libraries say of the requests (`tests/conformance/templates.mjs`).

use super::SHIPPED;
use crate::conformance;
use forgeway::config::Credential;
use forgeway::egress;
use forgeway::scheme::Outbound;
use forgeway::secret::Secret;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The templates for whose receivers the library is one for Python (`tests/conformance/templates.py`).
const PYTHON: [&str; 1] = ["slack"];

/// A secret that every scheme takes.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Why a library refused any of them. A template for whose receiver there is no library is refused nothing.
pub(super) fn refused(template: &str, requests: &[(String, Value)]) -> Vec<String> {
    let lines = requests.iter().map(|(title, request)| {
        let body = body_text(&request["body"]);
        let mut headers = request["headers"].as_object().cloned().unwrap_or_default();
        headers.extend(signatures(template, &body));
        let request = json!({
            "method": request["method"], "path": request["path"], "query": request["query"],
            "headers": headers, "body_text": body,
        });
        json!({ "template": template, "event": title, "request": request, "secret": SECRET })
    });
    let mut said = match PYTHON.contains(&template) {
        true => conformance::python_lines("templates.py", lines),
        false => conformance::node_lines("templates.mjs", lines),
    };
    let last = said.pop().unwrap_or_default();
    let checked = last["checked"].get(template).and_then(Value::as_u64);
    let all = requests.len() as u64;
    assert!(checked.is_none_or(|checked| checked == all), "{template}: {last} of {all} requests");
    said.iter().map(|said| format!("{template}: {}: {}", said["event"], said["fault"])).collect()
}

/// The body as it was sent, or as good as that.
fn body_text(body: &Value) -> String {
    match body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        json => json.to_string(),
    }
}

/// The headers that sign a body, where a plain secret of the template does.
fn signatures(template: &str, body: &str) -> Map<String, Value> {
    let schemes = SHIPPED.get(template).map_or(&[][..], |template| &template.settings().sign);
    if schemes.is_empty() {
        return Map::new();
    }
    let secret = Credential { secrets: vec![Secret::new(SECRET)], ..Credential::default() };
    let (method, url) = (http::Method::POST, "https://receiver.example/in".parse().unwrap());
    let message = Outbound::new(body.as_bytes(), "msg_1", Timestamp::now()).to(&method, &url);
    let proofs = egress::sign(&[secret], None, schemes, &message).unwrap();
    let pairs = proofs.headers.into_iter();
    pairs.map(|(name, value)| (name.to_ascii_lowercase(), Value::from(value))).collect()
}
