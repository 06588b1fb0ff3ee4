//! Every signature scheme against a published or independently computed vector: `tests/signatures`.
//!
//! A file says what a target signs with, as its configuration does, and what must then be sent. The same is
//! verified by a source, at once, too late, with a changed body, and while the secret is being changed.

use crate::gateway::MAPPINGS;
use forgeway::config::{Binding, Config, Credential, Process, Source, Target, Verify, Vocabulary};
use forgeway::egress::{self, Proofs};
use forgeway::ingress::Rules;
use forgeway::scheme::{Message, Outbound, RequestLine};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use url::Url;

/// A vector.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    /// The forge whose format is sent, where that says the scheme.
    #[serde(default = "github")]
    format: String,
    /// What signs: an item, or a list of them.
    sign: Value,
    /// What verifies; left out: the same.
    verify: Option<Value>,
    /// Another secret for the same scheme.
    #[serde(default = "other")]
    other: String,
    #[serde(default = "id")]
    id: String,
    /// Seconds since 1970.
    #[serde(default)]
    at: f64,
    #[serde(default = "post")]
    method: String,
    #[serde(default = "address")]
    url: String,
    body: String,
    /// The headers that are added.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The address, where it is changed.
    sent_url: Option<String>,
    /// The body, where it is changed.
    sent_body: Option<String>,
    /// Whether another body would not verify.
    #[serde(default)]
    covers_body: bool,
    /// Whether it does not verify for ever.
    #[serde(default)]
    ages: bool,
    /// Whether each of several secrets signs, and not the first alone.
    #[serde(default)]
    each_signs: bool,
}

fn github() -> String {
    "github".into()
}

fn other() -> String {
    "another secret".into()
}

fn id() -> String {
    "d-1".into()
}

fn post() -> String {
    "POST".into()
}

fn address() -> String {
    "https://ci.example.com/hook".into()
}

/// A request as it arrives.
struct Sent {
    headers: HeaderMap,
    url: Url,
    body: String,
}

impl Vector {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn at(&self) -> Timestamp {
        let millis = (self.at * 1000.0).round();
        Timestamp::from_millisecond(millis as i64).unwrap()
    }

    fn url(&self) -> Url {
        self.url.parse().unwrap()
    }

    fn verifies(&self) -> &Value {
        self.verify.as_ref().unwrap_or(&self.sign)
    }

    fn sign(&self, items: &Value) -> Proofs {
        let forge = MAPPINGS.forge(&self.format).unwrap();
        let target = target(self, items);
        let (method, url) = (self.method.parse::<Method>().unwrap(), self.url());
        let message = Outbound::new(self.body.as_bytes(), &self.id, self.at());
        let message = message.to(&method, &url);
        let default = egress::default_schemes(&MAPPINGS, forge);
        egress::sign(&target.sign, Some(forge), default, &message).unwrap()
    }

    /// What arrives when these items sign.
    fn sent(&self, items: &Value) -> Sent {
        let proofs = self.sign(items);
        let host = (HeaderName::from_static("host"), self.url().host_str().unwrap().to_owned());
        let added = proofs.headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value));
        let headers = added.chain([host]).map(|(name, value)| {
            let value = HeaderValue::from_str(&value).unwrap();
            (name, value)
        });
        Sent {
            headers: headers.collect(),
            url: proofs.url.unwrap_or_else(|| self.url()),
            body: proofs.body.map_or_else(|| self.body.clone(), |b| String::from_utf8(b).unwrap()),
        }
    }

    /// Whether a source with these items takes what arrives, and why not.
    fn holds(&self, items: &Value, sent: &Sent, now: Timestamp) -> Result<(), String> {
        let forge = MAPPINGS.forge(&self.format).unwrap();
        let rules = Rules::new(&**forge, &source(self, items)).unwrap();
        let method = self.method.parse::<Method>().unwrap();
        let line = RequestLine { method: &method, path: sent.url.path(), query: sent.url.query() };
        let body = sent.body.as_bytes();
        let message = Message { headers: &sent.headers, body, json: body, line, now };
        rules.prove(&message).map(drop).map_err(|unproven| unproven.to_string())
    }
}

/// The items as a list, all with the other secret where `other` says so.
fn items(items: &Value, other: Option<&str>) -> Vec<Value> {
    let mut list = items.as_array().cloned().unwrap_or_else(|| vec![items.clone()]);
    for (item, secret) in list.iter_mut().zip(other.into_iter().cycle()) {
        let key = if item.get("password").is_some() { "password" } else { "secret" };
        item[key] = secret.into();
    }
    list
}

/// A configuration with these items, through its file: YAML takes JSON.
fn config(vector: &Vector, sign: &Value, verify: &Value) -> Config {
    let words = Vocabulary::of(&MAPPINGS);
    let sends = words.forge(&vector.format).unwrap().signs.is_some();
    let format = if sends { vector.format.as_str() } else { "passthrough" };
    let text = json!({
        "sources": { "s": { "forge": vector.format, "verify": verify } },
        "targets": { "t": { "url": vector.url, "format": format, "sign": sign } },
    });
    Config::parse(&text.to_string(), "f.yaml", &Process, &words)
        .unwrap_or_else(|faults| panic!("{faults}"))
}

fn target(vector: &Vector, sign: &Value) -> Target {
    config(vector, sign, &json!("none")).targets.remove(0)
}

fn source(vector: &Vector, verify: &Value) -> Vec<Credential> {
    let Source { binding, .. } = config(vector, &json!([]), verify).sources.remove(0);
    match binding {
        Binding::Pinned { verify: Verify::AnyOf(list), .. } => list,
        other => panic!("{other:?}"),
    }
}

fn vectors() -> Vec<(String, Vector)> {
    let files = crate::tidy::files("tests/signatures", ".yaml");
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), Vector::read(path))).collect()
}

#[test]
fn what_is_sent_is_what_the_vector_says() {
    let vectors = vectors();
    for (name, vector) in &vectors {
        let proofs = vector.sign(&vector.sign);
        let headers: BTreeMap<_, _> = proofs.headers.into_iter().collect();
        assert_eq!(headers, vector.headers, "{name}");
        assert_eq!(proofs.url.map(String::from), vector.sent_url, "{name}");
        let body = proofs.body.map(|body| String::from_utf8(body).unwrap());
        assert_eq!(body, vector.sent_body, "{name}");
    }
    assert!(vectors.len() > 20, "the folder lies elsewhere");
}

#[test]
fn a_source_takes_what_a_target_sends_in_time_and_unchanged() {
    for (name, vector) in &vectors() {
        let verify = vector.verifies();
        let mut sent = vector.sent(&vector.sign);
        assert_eq!(vector.holds(verify, &sent, vector.at()), Ok(()), "{name}");
        let late = vector.holds(verify, &sent, vector.at() + SignedDuration::from_hours(2));
        assert_eq!(late.is_err(), vector.ages, "{name}: {late:?}");
        // At the end, so that what stands in a body stays there.
        sent.body.push(' ');
        let changed = vector.holds(verify, &sent, vector.at());
        assert_eq!(changed.is_err(), vector.covers_body, "{name}: {changed:?}");
        let nothing =
            Sent { headers: HeaderMap::new(), url: address().parse().unwrap(), body: "{}".into() };
        let unsigned = vector.holds(verify, &nothing, vector.at()).unwrap_err();
        assert!(unsigned.contains("not signed"), "{name}: {unsigned}");
    }
}

#[test]
fn a_secret_is_changed_without_a_gap() {
    for (name, vector) in &vectors() {
        let (own, other) = (items(vector.verifies(), None), Some(vector.other.as_str()));
        let strange = items(vector.verifies(), other);
        let both = |first: &[Value], then: &[Value]| json!([first, then].concat());
        let now = vector.at();

        // The receiver knows both: it takes what either signs.
        let sent = vector.sent(&vector.sign);
        for list in [both(&own, &strange), both(&strange, &own)] {
            assert_eq!(vector.holds(&list, &sent, now), Ok(()), "{name}");
        }
        let alone = vector.holds(&json!(strange), &sent, now);
        assert!(alone.is_err(), "{name}: another secret holds");

        // The sender knows both: the first signs, and each does where there is room.
        let signs = both(&items(&vector.sign, None), &items(&vector.sign, other));
        let sent = vector.sent(&signs);
        assert_eq!(vector.holds(&json!(own), &sent, now), Ok(()), "{name}");
        let second = vector.holds(&json!(strange), &sent, now);
        assert_eq!(second.is_ok(), vector.each_signs, "{name}: {second:?}");
    }
}
