//! What a target changes about the headers it is sent.

use super::at::At;
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// `headers`: applied in this order, after the format's own headers.
#[derive(Debug, Clone, Default)]
pub struct HeaderRules {
    /// Headers set, whatever stood there.
    pub set: Vec<(HeaderName, HeaderValue)>,
    /// Headers left out.
    pub remove: Vec<HeaderName>,
    /// Headers sent under another name: from, to.
    pub rename: Vec<(HeaderName, HeaderName)>,
    /// Headers of the delivery as it came that are passed on.
    pub pass: Vec<HeaderName>,
}

/// The keys; the two maps are read apart, so that each fault in them has its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "set")]
    _set: Option<IgnoredAny>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(rename = "rename")]
    _rename: Option<IgnoredAny>,
    #[serde(default)]
    pass: Vec<String>,
}

/// Headers that belong to the connection or to the message as a whole: HTTP itself writes them.
const BY_HTTP: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl HeaderRules {
    /// Whether a header is HTTP's own: never set and never passed on.
    pub fn is_by_http(name: &HeaderName) -> bool {
        BY_HTTP.contains(&name.as_str())
    }
}

/// Reads the rules; notes their faults.
pub(super) fn read(at: &At<'_>) -> Option<HeaderRules> {
    if !at.is_there() {
        return Some(HeaderRules::default());
    }
    let raw: Raw = at.read()?;
    let mut rules = HeaderRules::default();
    for (text, at) in at.key("set").pairs("a map from header to value") {
        let Some(value) = at.read::<String>() else { continue };
        match HeaderValue::from_str(&value) {
            // A header that people set is as often a token as not.
            Ok(mut value) => {
                value.set_sensitive(true);
                rules.set.extend(settable(text, &at).map(|name| (name, value)));
            }
            Err(_) => at.fault("a header's value holds no line breaks or control characters"),
        }
    }
    for (from, at) in at.key("rename").pairs("a map from header to header") {
        let to = at.read::<String>().and_then(|to| settable(&to, &at));
        rules.rename.extend(name(from, &at).zip(to));
    }
    let list = |texts: &[String], at: &At<'_>| -> Vec<HeaderName> {
        texts.iter().zip(at.items()).filter_map(|(text, at)| name(text, &at)).collect()
    };
    rules.remove = list(&raw.remove, &at.key("remove"));
    rules.pass = list(&raw.pass, &at.key("pass"));
    Some(rules)
}

fn name(text: &str, at: &At<'_>) -> Option<HeaderName> {
    let name = HeaderName::from_bytes(text.as_bytes()).ok();
    if name.is_none() {
        at.fault(format!("`{text}` is no name of a header"));
    }
    name
}

fn settable(text: &str, at: &At<'_>) -> Option<HeaderName> {
    let name = name(text, at)?;
    if HeaderRules::is_by_http(&name) {
        at.fault(format!("`{text}` is written by HTTP itself and cannot be set"));
        return None;
    }
    Some(name)
}
