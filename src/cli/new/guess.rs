//! What a forge's headers are for, as far as their names and a body tell: written into `forge.yaml`, where a
//! person mends what was guessed wrong.

use http::{HeaderMap, HeaderName};
use serde_json::Value;

/// Where a body may hold the word for its event.
const WORDS: [&str; 6] = ["event", "event_type", "event_name", "eventType", "object_kind", "type"];

/// What tells a forge, and how it proves itself; each part as YAML.
#[derive(Debug)]
pub(super) struct Guess {
    /// The test that tells it.
    detect: Option<String>,
    /// Where its word for the event stands.
    origin: String,
    /// How a mapping reads that word.
    pub(super) read: String,
    /// That word of this delivery.
    pub(super) word: String,
    /// The header with a delivery's id.
    delivery: Option<String>,
    /// The name of its scheme and its settings.
    scheme: Option<(&'static str, String)>,
    /// Its own headers.
    own: String,
}

impl Guess {
    /// A forge as most are, whose headers begin so.
    pub(super) fn of_own(header: &str) -> Self {
        let signature = format!(
            "{{ scheme: hmac, algorithm: sha256, header: {header}-Signature, prefix: \"sha256=\" }}"
        );
        Self {
            detect: Some(format!("{{ header: {header}-Event }}")),
            origin: format!("{{ header: {header}-Event }}"),
            read: format!("$headers['{}-event']", header.to_lowercase()),
            word: "push".to_owned(),
            delivery: Some(format!("{header}-Delivery")),
            scheme: Some(("signature", signature)),
            own: format!("\"{header}-*\""),
        }
    }

    /// What a delivery tells.
    pub(super) fn of(headers: &HeaderMap, body: &Value) -> Self {
        let own: Vec<_> = headers.keys().filter(|name| is_own(name)).collect();
        let of_name = |parts: &[&str]| {
            let fits = |name: &&&HeaderName| parts.iter().any(|part| name.as_str().ends_with(part));
            own.iter().find(fits).map(|name| name.as_str())
        };
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let event = of_name(&["-event", "-event-type", "-event-key", "-event-name", "-topic"]);
        let in_body = || {
            let short = |key: &&str| body[*key].as_str().is_some_and(|word| word.len() <= 64);
            WORDS.into_iter().find(short)
        };
        let (origin, read, word) =
            match (event.and_then(|name| Some((name, text(name)?))), in_body()) {
                (Some((name, word)), _) => (
                    format!("{{ header: {} }}", header_case(name)),
                    format!("$headers['{name}']"),
                    word,
                ),
                (None, Some(key)) => {
                    let word = body[key].as_str().unwrap_or_default();
                    (format!("{{ body: $.{key} }}"), format!("$.{key}"), word)
                }
                (None, None) => {
                    ("{ word: received }".to_owned(), "received".to_owned(), "received")
                }
            };
        let agent = text("user-agent").and_then(|agent| Some(agent.split_once('/')?.0));
        let detect = match (event.or(own.first().map(|name| name.as_str())), agent) {
            (Some(name), _) => Some(format!("{{ header: {} }}", header_case(name))),
            (None, Some(agent)) if !agent.is_empty() => {
                let start = Value::from(format!("{agent}/"));
                Some(format!("{{ header: User-Agent, prefix: {start} }}"))
            }
            _ => None,
        };
        let ids = ["-delivery", "-delivery-id", "-delivery-uuid", "-event-id", "-event-uuid"];
        let owned = event.and_then(|name| Some(name.strip_prefix("x-")?.split_once('-')?.0));
        Self {
            detect,
            origin,
            read,
            word: word.to_owned(),
            delivery: of_name(&ids).map(header_case),
            scheme: scheme(headers),
            own: match (owned, event) {
                (Some(forge), _) => format!("\"X-{}-*\"", header_case(forge)),
                (None, Some(name)) => header_case(name),
                (None, None) => String::new(),
            },
        }
    }

    /// A file's name for the word.
    pub(super) fn file(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let name: String = self.word.chars().map(plain).take(60).collect();
        let parts: Vec<_> = name.split('_').filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { "event".to_owned() } else { parts.join("_") }
    }

    /// The word as a key of YAML, which JSON's texts are.
    pub(super) fn quoted_word(&self) -> String {
        Value::from(self.word.as_str()).to_string()
    }

    /// What tells the forge, as a part of `forge.yaml`.
    pub(super) fn detect(&self) -> String {
        match &self.detect {
            Some(test) => format!(
                "detect:                           # one of these must hold; a source that names this mapping asks for none\n  \
                 - {test}"
            ),
            None => "# detect: [ { header: X-Its-Own } ]   # nothing in the delivery tells it: a source names this mapping".to_owned(),
        }
    }

    /// Where its word for the event stands.
    pub(super) fn event(&self) -> String {
        format!("  - {}", self.origin)
    }

    /// Where the id of a delivery stands.
    pub(super) fn delivery(&self) -> String {
        match &self.delivery {
            Some(header) => format!(
                "delivery:\n  id: [ {{ header: {header} }} ]   # the same at each attempt: so repeats are known"
            ),
            None => "# delivery: { id: [ { header: X-Its-Delivery } ] }   # what tells repeats; left out: made from time and body".to_owned(),
        }
    }

    /// How it proves itself.
    pub(super) fn verify(&self) -> String {
        match &self.scheme {
            Some((name, scheme)) => {
                format!("  default: [{name}]\n  schemes:\n    {name}: {scheme}")
            }
            None => "  default: [hub_sha256]           # or `scheme: bearer`, `header`, `signing`: mappings/custom/forge.yaml".to_owned(),
        }
    }

    /// Which headers are its own.
    pub(super) fn own_headers(&self) -> String {
        self.own.clone()
    }
}

/// How the forge proves itself, as the shape of what proves this delivery tells.
fn scheme(headers: &HeaderMap) -> Option<(&'static str, String)> {
    let of_name = |part: &str| {
        headers.keys().filter(|name| is_plain(name)).find(|name| name.as_str().contains(part))
    };
    if headers.contains_key("webhook-signature") {
        return Some(("signing", "{ scheme: standard_webhooks }".to_owned()));
    }
    if let Some(name) = of_name("signature-256").or(of_name("signature")) {
        let value = headers.get(name)?.to_str().ok()?;
        let (prefix, digest) = match value.split_once('=') {
            Some((prefix, digest)) if prefix.starts_with("sha") => (Some(prefix), digest),
            _ => (None, value),
        };
        let is_hex = digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (algorithm, encoding) = match (digest.len(), is_hex) {
            (40, true) => ("sha1", ""),
            (64, true) => ("sha256", ""),
            (96, true) => ("sha384", ""),
            (128, true) => ("sha512", ""),
            (44, false) => ("sha256", ", encoding: base64"),
            _ => return None,
        };
        let prefix = prefix.map(|prefix| format!(", prefix: \"{prefix}=\"")).unwrap_or_default();
        let name = header_case(name.as_str());
        let scheme =
            format!("{{ scheme: hmac, algorithm: {algorithm}, header: {name}{prefix}{encoding} }}");
        return Some(("signature", scheme));
    }
    let name = of_name("token").or(of_name("secret"))?;
    Some(("token", format!("{{ scheme: token, header: {} }}", header_case(name.as_str()))))
}

/// Whether a header is the forge's own, and neither HTTP's nor of a proxy on the way.
fn is_own(name: &HeaderName) -> bool {
    let others = ["x-forwarded-", "x-real-ip", "x-request-id", "x-amzn-", "x-b3-", "x-envoy-"];
    let own = name.as_str().starts_with("x-") || name.as_str().contains("event");
    own && is_plain(name)
        && !is_proof(name)
        && !others.iter().any(|other| name.as_str().starts_with(other))
}

/// Whether a header's name needs no quotes and has no star.
fn is_plain(name: &HeaderName) -> bool {
    name.as_str().chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Whether a header signs the delivery, as far as its name tells.
pub(super) fn is_proof(name: &HeaderName) -> bool {
    ["signature", "-sign", "hmac"].iter().any(|word| name.as_str().contains(word))
}

/// A header's name as it is usually written: `X-Sun-Event`.
pub(super) fn header_case(name: &str) -> String {
    let mut start = true;
    let letter = |c: char| {
        let c = if c == '_' { '-' } else { c };
        let shown = if start { c.to_ascii_uppercase() } else { c };
        start = c == '-';
        shown
    };
    name.chars().map(letter).collect()
}
