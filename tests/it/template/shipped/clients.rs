//! What the receivers' own libraries say of the requests: those for Node.js (`tests/conformance/templates.mjs`),
//! and the SDK of CDEvents.

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
    let said = said.iter().map(|said| format!("{template}: {}: {}", said["event"], said["fault"]));
    said.chain(cdevents(template, requests)).collect()
}

/// What the SDK of CDEvents does not read, or writes otherwise. It knows the events of the specification;
/// those of one's own are only held against the schema.
fn cdevents(template: &str, requests: &[(String, Value)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (title, request) in requests {
        let event = &request["body"]["data"];
        let word = event["context"]["type"].as_str().unwrap_or_default();
        if template != "cdevents" || word.starts_with("dev.cdeventsx.") {
            continue;
        }
        let again = serde_json::from_value::<cdevents_sdk::CDEvent>(event.clone())
            .and_then(|event| serde_json::to_value(&event));
        match again {
            Ok(again) if again == *event => {}
            Ok(again) => faults.push(format!("{template}: {title}: {word} is read as {again}")),
            Err(error) => faults.push(format!("{template}: {title}: {word}: {error}")),
        }
    }
    faults
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
