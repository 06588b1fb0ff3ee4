//! Detecting and verifying, on requests as a forge sends them.

use super::{Detect, Received, Reject, Sources, Stage, Verified, Verify};
use crate::config::{self, Binding, Credential};
use crate::forge::Forge;
use crate::mapping::Mappings;
use crate::scheme::{Keys, Outbound};
use crate::secret::Secret;
use crate::yaml;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use jiff::Timestamp;
use std::sync::Arc;

/// Signs the text, also in a form or a query.
const ACME: &str = r#"
title: Acme
precedence: 1
detect: [ { header: X-Acme-Event } ]
event: [ { header: X-Acme-Event } ]
delivery: { id: [ { header: X-Acme-Delivery } ] }
encodings: { form: [payload, hook], query: [payload] }
verify:
  default: [mac, other]
  schemes:
    mac: { scheme: hmac, algorithm: sha256, header: X-Acme-Signature, over: json }
    other: { scheme: hmac, algorithm: sha256, header: X-Other-Signature, prefix: "sha256=", over: json }
    old: { scheme: hmac, algorithm: sha1, header: X-Old-Signature, prefix: "sha1=" }
    signing: { scheme: standard_webhooks }
    token: { scheme: token, header: X-Acme-Token, body: $.password }
    named: { scheme: token }
  unsigned: [ { event: try, keys: [test] } ]
redact: [ $.password ]
"#;

/// Signs the body, and sends nothing but JSON.
const BETA: &str = r#"
title: Beta
precedence: 2
detect: [ { header: X-Beta-Event } ]
event: [ { header: X-Beta-Event } ]
encodings: { form: [payload] }
verify:
  default: [mac]
  schemes: { mac: { scheme: hmac, algorithm: sha256, header: X-Beta-Signature } }
"#;

const BODY: &str = "{\n  \"a\": \"b c\"\n}";

fn forges() -> Vec<Arc<Forge>> {
    let forge = |name: &str, text: &str| {
        let mut forge: Forge = yaml::from_node(&yaml::load(text, "forge.yaml").unwrap()).unwrap();
        forge.name = name.to_owned();
        Arc::new(forge)
    };
    vec![forge("acme", ACME), forge("beta", BETA)]
}

fn secret(scheme: Option<&str>, secret: &str) -> Credential {
    Credential {
        scheme: scheme.map(str::to_owned),
        secrets: vec![Secret::new(secret)],
        ..Credential::default()
    }
}

fn source(name: &str, binding: Binding) -> config::Source {
    config::Source {
        name: name.to_owned(),
        binding,
        body_detect: false,
        headers: config::HeaderRules::default(),
        default: name == "any",
        handshake: None,
    }
}

fn pinned(name: &str, forge: &str, verify: Vec<Credential>) -> config::Source {
    let verify = config::Verify::AnyOf(verify);
    source(name, Binding::Pinned { forge: forge.to_owned(), verify })
}

/// Takes a request through the first stages, to a source of the name `s`, or to any.
async fn take(source: config::Source, request: Request<&str>) -> Result<Verified, Reject> {
    let forges = forges();
    let sources = Arc::new(Sources::new(&[source], &forges).unwrap());
    let (parts, body) = request.into_parts();
    let name = parts.uri.path().trim_start_matches('/').to_owned();
    let name = Some(name.as_str()).filter(|name| !name.is_empty());
    let received = Received::from_parts(name, parts, Bytes::copy_from_slice(body.as_bytes()));
    let detected = Detect::new(&sources, &forges).run(received).await?;
    Verify::new().run(detected).await
}

/// A request to the source `s`, signed by a scheme of a forge over some text.
fn request<'a>(pairs: &[(&str, &str)], body: &'a str) -> Request<&'a str> {
    let mut request = Request::post("/s").body(body).unwrap();
    for (name, value) in pairs {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
    }
    request
}

fn sign(scheme: &str, key: &str, text: &str) -> Vec<(String, String)> {
    let forges = forges();
    let scheme = forges.iter().find_map(|forge| forge.scheme(scheme)).unwrap();
    let timestamp = Timestamp::now();
    let message = Outbound::new(text.as_bytes(), "d-1", timestamp);
    scheme.sign(&Keys::from(Secret::new(key)), &message).unwrap().headers
}

fn signature(scheme: &str, text: &str) -> String {
    sign(scheme, "k", text).remove(0).1
}

fn acme() -> config::Source {
    pinned("s", "acme", vec![secret(None, "k")])
}

#[tokio::test]
async fn a_signed_delivery_is_verified() {
    let signed = signature("mac", BODY);
    let pairs = [("X-Acme-Event", "push"), ("X-Acme-Signature", &signed), ("X-Acme-Delivery", "7")];
    let verified = take(acme(), request(&pairs, BODY)).await.unwrap();
    assert_eq!((verified.text(), verified.delivery_id()), (BODY, "7"));
    assert_eq!((verified.event_word(), verified.mismatch()), (Some("push"), None));
    let auth = verified.auth();
    assert_eq!((auth.scheme.as_deref(), auth.covers_body), (Some("mac"), Some(true)));
    let stored = verified.stored_body();
    assert_eq!((&stored.bytes[..], stored.encoding.as_str()), (BODY.as_bytes(), "json"));
}

#[tokio::test]
async fn what_proves_nothing_is_refused_before_it_is_read() {
    // None of these bodies is JSON, which nobody found out.
    let check = async |pairs: &[(&str, &str)], expected: &str| {
        let reject = take(acme(), request(pairs, "no json")).await.unwrap_err();
        assert_eq!(reject.status(), 401, "{reject}");
        assert!(reject.to_string().contains(expected), "{reject}");
    };
    check(&[], "X-Acme-Signature is missing; other: not signed: X-Other-Signature is missing")
        .await;
    check(&[("X-Acme-Signature", "")], "X-Acme-Signature is empty").await;
    check(&[("X-Acme-Signature", &"0".repeat(64))], "does not match any configured").await;
    check(&[("X-Acme-Signature", "zz")], "X-Acme-Signature cannot be read").await;
}

#[tokio::test]
async fn a_broken_signature_refuses_whatever_else_holds() {
    let (mac, other) = (signature("mac", BODY), signature("other", BODY));
    let pairs = [("X-Acme-Signature", mac.as_str()), ("X-Other-Signature", other.as_str())];
    assert!(take(acme(), request(&pairs, BODY)).await.is_ok());
    assert!(take(acme(), request(&[pairs[1]], BODY)).await.is_ok(), "any one is enough");
    let broken = format!("sha256={}", "0".repeat(64));
    let reject = take(acme(), request(&[pairs[0], ("X-Other-Signature", &broken)], BODY)).await;
    assert_eq!(reject.unwrap_err().status(), 401);
}

#[tokio::test]
async fn a_signing_token_that_fails_is_not_replaced_by_the_plain_one() {
    let key = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let rules = vec![secret(Some("token"), "t"), secret(Some("signing"), key)];
    let both = || pinned("s", "acme", rules.clone());
    let mut pairs = sign("signing", key, BODY);
    pairs.push(("X-Acme-Token".to_owned(), "t".to_owned()));
    let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let verified = take(both(), request(&pairs, BODY)).await.unwrap();
    assert_eq!(verified.auth().scheme.as_deref(), Some("signing"), "the stronger one counts");
    assert!(take(both(), request(&pairs[3..], BODY)).await.is_ok(), "the token alone is enough");
    let parts: Vec<_> = pairs.iter().copied().filter(|(name, _)| *name != "webhook-id").collect();
    assert_eq!(take(both(), request(&parts, BODY)).await.unwrap_err().status(), 401, "a part");
    let other = BODY.replace('b', "x");
    assert_eq!(take(both(), request(&pairs, &other)).await.unwrap_err().status(), 401);
}

#[tokio::test]
async fn sha1_alone_must_be_allowed() {
    let signed = signature("old", BODY);
    let pairs = [("X-Old-Signature", signed.as_str())];
    let old = |allow_sha1| Credential { allow_sha1, ..secret(Some("old"), "k") };
    let reject = take(pinned("s", "acme", vec![old(false)]), request(&pairs, BODY)).await;
    assert!(reject.unwrap_err().to_string().contains("allow_sha1: true"));
    assert!(take(pinned("s", "acme", vec![old(true)]), request(&pairs, BODY)).await.is_ok());
}

#[tokio::test]
async fn a_form_is_signed_as_its_forge_does_it() {
    let form = "x=1&payload=%7B%22a%22%3A%22b+c%22%7D&y=2";
    let json = r#"{"a":"b c"}"#;
    let kind = ("Content-Type", "Application/x-www-form-urlencoded; charset=utf-8");
    let signed = signature("mac", json);
    let verified = take(acme(), request(&[kind, ("X-Acme-Signature", &signed)], form)).await;
    let verified = verified.unwrap();
    assert_eq!((verified.text(), verified.stored_body().encoding.as_str()), (json, "form:payload"));

    let beta = || pinned("s", "beta", vec![secret(None, "k")]);
    let scheme = forges()[1].scheme("mac").unwrap().clone();
    let sign = |text: &str| {
        let message = Outbound::new(text.as_bytes(), "", Timestamp::now());
        scheme.sign(&Keys::from(Secret::new("k")), &message).unwrap().headers.remove(0).1
    };
    let (over_form, over_json) = (sign(form), sign(json));
    assert!(take(beta(), request(&[kind, ("X-Beta-Signature", &over_form)], form)).await.is_ok());
    let wrong = take(beta(), request(&[kind, ("X-Beta-Signature", &over_json)], form)).await;
    assert_eq!(wrong.unwrap_err().status(), 401);
    let reject = take(beta(), request(&[kind], "hook=1")).await.unwrap_err();
    assert_eq!(reject.to_string(), "the form has no field `payload` with the JSON in it");
}

#[tokio::test]
async fn a_get_carries_its_payload_in_the_query() {
    let get = |path: &str, signed: &str| {
        let mut request = request(&[("X-Acme-Signature", signed)], "");
        *request.method_mut() = http::Method::GET;
        *request.uri_mut() = path.parse().unwrap();
        request
    };
    let signed = signature("mac", r#"{"a":1}"#);
    let verified = take(acme(), get("/s?payload=%7B%22a%22:1%7D", &signed)).await.unwrap();
    assert_eq!(verified.text(), r#"{"a":1}"#);
    let reject = take(acme(), get("/s?load=1", &signed)).await.unwrap_err();
    assert_eq!(reject.status(), 400);
    let beta = pinned("s", "beta", vec![secret(None, "k")]);
    let reject = take(beta, get("/s?payload=1", &signed)).await.unwrap_err();
    assert_eq!((reject.status().as_u16(), reject.to_string().contains("GET")), (405, true));
}

#[tokio::test]
async fn secrets_in_a_body_go_no_further() {
    let token = || pinned("s", "acme", vec![secret(Some("token"), "p w")]);
    let body = "{ \"password\" :\"p w\",\t\"a\":1}";
    let scrubbed = "{ \"password\" :\"***\",\t\"a\":1}";
    let verified = take(token(), request(&[], body)).await.unwrap();
    assert_eq!(
        (verified.text(), &verified.stored_body().bytes[..]),
        (scrubbed, scrubbed.as_bytes())
    );

    let form = "hook=%7B%22password%22%3A%22p%20w%22%7D&n=1";
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let verified = take(token(), request(&[kind, ("X-Acme-Token", "p w")], form)).await.unwrap();
    assert_eq!(verified.text(), r#"{"password":"***"}"#);
    let stored = verified.stored_body();
    assert_eq!(&stored.bytes[..], b"hook=%7B%22password%22%3A%22***%22%7D&n=1");
    assert_eq!(&super::stored_json(&stored).unwrap()[..], br#"{"password":"***"}"#);
    assert!(stored.headers.contains(&("x-acme-token".to_owned(), "***".to_owned())));
    assert!(!format!("{verified:?}").contains("p w"));

    let mut get = request(&[("X-Acme-Token", "p w")], "");
    *get.method_mut() = http::Method::GET;
    *get.uri_mut() = "/s?k=v&payload=%7B%22password%22%3A%22p+w%22%7D".parse().unwrap();
    let stored = take(token(), get).await.unwrap().stored_body();
    assert_eq!(stored.query.as_deref(), Some("payload=%7B%22password%22%3A%22***%22%7D"));
}

#[tokio::test]
async fn a_secret_is_found_in_any_text_that_is_read() {
    let token = || pinned("s", "acme", vec![secret(Some("token"), "hush")]);
    let pairs = [("X-Acme-Token", "hush"), ("X-Other-Token", "hush"), ("X-Kept", "yes")];
    for body in [
        "\u{feff}{\"password\":\"hush\"}",
        "{ /* one */ \"password\":\"hush\",\"a\":[1,],}",
        "{\"p\\u0061ssword\":\"hush\"}",
    ] {
        let mut request = request(&pairs, body);
        *request.uri_mut() = "/s?token=hush".parse().unwrap();
        let verified = take(token(), request).await.unwrap();
        let stored = verified.stored_body();
        assert!(!format!("{verified:?} {stored:?}").contains("hush"), "{stored:?}");
        assert!(super::stored_json(&stored).is_ok_and(|json| json.ends_with(b"}")), "{body}");
        assert!(stored.headers.contains(&("x-kept".to_owned(), "yes".to_owned())));
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_the_place() {
    let open =
        || source("s", Binding::Pinned { forge: "acme".into(), verify: config::Verify::None });
    let reject = take(open(), request(&[], "{\"a\":\n nonsense}")).await.unwrap_err();
    assert_eq!(reject.status(), 400);
    assert!(reject.to_string().contains("line 2"), "{reject}");
    let verified = take(open(), request(&[], "{\"a\":[1,],}")).await.unwrap();
    assert_eq!(verified.text(), r#"{"a":[1]}"#);
    assert!(verified.notes()[0].contains("leniently"), "{:?}", verified.notes());
    assert_eq!(verified.auth().scheme.as_deref(), Some("none"));
    let strange = take(open(), request(&[("Content-Encoding", "a\tb\u{9b}")], "{}")).await;
    assert_eq!(strange.unwrap_err(), Reject::ContentEncoding("a?b??".to_owned()));
    let gzip = request(&[("Content-Encoding", "gzip")], "{}");
    assert_eq!(take(open(), gzip).await.unwrap_err().status(), 415);
}

#[tokio::test]
async fn what_a_source_is_bound_to_wins_and_a_mismatch_is_kept() {
    let signed = signature("mac", BODY);
    let pairs = [("X-Beta-Event", "x"), ("X-Acme-Signature", &signed)];
    let verified = take(acme(), request(&pairs, BODY)).await.unwrap();
    assert_eq!((verified.forge().name.as_str(), verified.mismatch()), ("acme", Some("beta")));
    assert!(verified.notes()[0].contains("the headers say beta"));
    let unsigned = take(acme(), request(&[("X-Beta-Event", "x")], BODY)).await.unwrap_err();
    assert!(unsigned.to_string().contains("the headers say beta"), "{unsigned}");
}

#[tokio::test]
async fn a_source_that_detects_takes_only_what_it_lists() {
    let verify = config::Verify::AnyOf(vec![secret(None, "k")]);
    let any = || source("any", Binding::Auto(vec![("acme".to_owned(), verify.clone())]));
    let at = |path: &str, pairs: &[(&str, &str)]| {
        let mut request = request(pairs, BODY);
        *request.uri_mut() = path.parse().unwrap();
        request
    };
    let signed = signature("mac", BODY);
    let pairs = [("X-Acme-Event", ""), ("X-Acme-Signature", signed.as_str())];
    for path in ["/any", "/"] {
        assert_eq!(take(any(), at(path, &pairs)).await.unwrap().source_name(), "any");
    }
    let status = async |path: &str, pairs: &[(&str, &str)]| {
        take(any(), at(path, pairs)).await.unwrap_err().status().as_u16()
    };
    assert_eq!(status("/", &[("X-Beta-Event", "")]).await, 401);
    assert_eq!(status("/", &[]).await, 400);
    assert_eq!(status("/nobody", &pairs).await, 404);
    let unknown = Reject::UnknownSource("a?b".to_owned());
    let sources = Sources::new(&[any()], &forges()).unwrap();
    assert_eq!(sources.find(Some("a\nb")).unwrap_err(), unknown, "no line of its own in a log");
    assert_eq!(take(acme(), at("/", &pairs)).await.unwrap_err(), Reject::NoDefaultSource);
}

#[tokio::test]
async fn a_forge_without_ids_is_given_one_that_a_repeat_has_too() {
    let open =
        || source("s", Binding::Pinned { forge: "beta".into(), verify: config::Verify::None });
    let id =
        async |body: &str| take(open(), request(&[], body)).await.unwrap().delivery_id().to_owned();
    assert_eq!(id("{\"a\":1}").await, id("{\"a\":1}").await);
    assert_ne!(id("{\"a\":1}").await, id("{\"a\":2}").await);
}

#[tokio::test]
async fn a_body_tells_its_forge_only_where_the_source_allows_it() {
    let mappings = Arc::new(Mappings::embedded().unwrap());
    let open = |forge: &Arc<Forge>| (forge.name.clone(), config::Verify::None);
    let binding = Binding::Auto(mappings.forges().iter().map(open).collect());
    let take = async |body_detect: bool| {
        let source = config::Source { body_detect, ..source("s", binding.clone()) };
        let sources = Arc::new(Sources::new(&[source], mappings.forges()).unwrap());
        let (parts, ()) = Request::post("/s").body(()).unwrap().into_parts();
        let probe = Bytes::from_static(br#"{"before":"0a","after":"0b"}"#);
        let received = Received::from_parts(Some("s"), parts, probe);
        let detect = Detect::new(&sources, mappings.forges()).by_body(&mappings);
        detect.run(received).await
    };
    assert_eq!(take(false).await.unwrap_err(), Reject::UnknownForge);
    assert!(take(true).await.is_ok());
}

#[tokio::test]
async fn a_header_that_the_configuration_names_proves_and_is_not_kept() {
    let header = crate::scheme::Header::new("X-My-Key").unwrap();
    let named = || Credential { header: Some(header.clone()), ..secret(Some("named"), "k") };
    let other = crate::scheme::Header::new("X-Other").unwrap();
    let both = vec![named(), Credential { header: Some(other), ..secret(Some("named"), "o") }];
    let take = async |pairs: &[(&str, &str)]| {
        take(pinned("s", "acme", both.clone()), request(pairs, BODY)).await
    };
    let verified = take(&[("X-My-Key", "k")]).await.unwrap();
    assert_eq!(verified.auth().scheme.as_deref(), Some("named"));
    assert_eq!(verified.headers()["x-my-key"], "***");
    assert!(take(&[("X-Other", "o")]).await.is_ok());
    assert!(take(&[("X-Other", "k")]).await.is_err(), "each header has its own secrets");
    assert!(take(&[("X-Acme-Token", "k")]).await.is_err());
}

#[tokio::test]
async fn what_is_never_signed_is_told_yes_and_goes_no_further() {
    let take = async |pairs: &[(&str, &str)], body: &'static str| {
        take(pinned("s", "acme", vec![secret(None, "k")]), request(pairs, body)).await.unwrap_err()
    };
    let tried = ("X-Acme-Event", "try");
    assert_eq!(take(&[tried], "{\"test\":true}").await, Reject::UnsignedPing);
    assert_eq!(Reject::UnsignedPing.status(), 200);
    assert_eq!(take(&[tried], "{\"test\":true,\"ref\":1}").await.status(), 401);
    let wrong = ("X-Acme-Signature", "00");
    assert_eq!(take(&[tried, wrong], "{\"test\":true}").await.status(), 401);
}
