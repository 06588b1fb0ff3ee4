//! What a target changes about the headers it is sent.

use super::at::At;
use globset::{GlobBuilder, GlobMatcher};
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// `headers`: steps, one after the other, on the format's own headers and the signatures.
#[derive(Debug, Clone, Default)]
pub struct HeaderRules {
    /// The steps, in order.
    pub steps: Vec<HeaderStep>,
}

/// One step. What it says is done in the order of its fields.
#[derive(Debug, Clone, Default)]
pub struct HeaderStep {
    /// Headers of the delivery as it came that are passed on.
    pub pass: Vec<HeaderGlob>,
    /// Headers left out.
    pub remove: Vec<HeaderGlob>,
    /// Headers sent under another name: from, to.
    pub rename: Vec<(HeaderName, HeaderName)>,
    /// Headers set, whatever stood there.
    pub set: Vec<(HeaderName, HeaderValue)>,
}

/// Names of headers: `X-Team`, `X-Team-*`. Case does not matter.
#[derive(Debug, Clone)]
pub struct HeaderGlob(GlobMatcher);

impl HeaderGlob {
    /// Whether a header is meant.
    pub fn matches(&self, name: &HeaderName) -> bool {
        self.0.is_match(name.as_str())
    }
}

/// The keys of a step; the two maps are read apart, so that each fault in them has its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    pass: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(rename = "rename")]
    _rename: Option<IgnoredAny>,
    #[serde(rename = "set")]
    _set: Option<IgnoredAny>,
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

/// Reads the steps, of which a map is one; notes their faults.
pub(super) fn read(at: &At<'_>) -> Option<HeaderRules> {
    let steps = at.items().iter().map(step).collect::<Option<_>>()?;
    Some(HeaderRules { steps })
}

fn step(at: &At<'_>) -> Option<HeaderStep> {
    let raw: Raw = at.read()?;
    let mut step = HeaderStep {
        pass: globs(&raw.pass, &at.key("pass")),
        remove: globs(&raw.remove, &at.key("remove")),
        ..HeaderStep::default()
    };
    for (from, at) in at.key("rename").pairs("a map from header to header") {
        let to = at.read::<String>().and_then(|to| settable(&to, &at));
        step.rename.extend(name(from, &at).zip(to));
    }
    for (text, at) in at.key("set").pairs("a map from header to value") {
        let Some(value) = at.read::<String>() else { continue };
        match HeaderValue::from_str(&value) {
            // A header that people set is as often a token as not.
            Ok(mut value) => {
                value.set_sensitive(true);
                step.set.extend(settable(text, &at).map(|name| (name, value)));
            }
            Err(_) => at.fault("a header's value holds no line breaks or control characters"),
        }
    }
    Some(step)
}

fn globs(texts: &[String], at: &At<'_>) -> Vec<HeaderGlob> {
    let read = |(text, at): (&String, At<'_>)| {
        let bare = text.replace('*', "x");
        let glob = GlobBuilder::new(text).case_insensitive(true).build();
        match (HeaderName::from_bytes(bare.as_bytes()), glob) {
            (Ok(_), Ok(glob)) => Some(HeaderGlob(glob.compile_matcher())),
            _ => {
                at.fault(format!("`{text}` is no name of a header, nor one with stars in it"));
                None
            }
        }
    };
    texts.iter().zip(at.items()).filter_map(read).collect()
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
