//! A forge from its file: recognised, read and its secrets hidden.

use super::{Forge, detect};
use crate::yaml;
use http::{HeaderMap, HeaderName};
use std::sync::Arc;

const ACME: &str = r#"
title: Acme
precedence: 1
detect:
  - { header: X-Acme-Event }
  - all: [ { header: User-Agent, prefix: Acme/ }, { header: X-Kind, equals: hook } ]
event: [ { header: X-Acme-Event-Type }, { header: X-Acme-Event }, { body: $.kind } ]
delivery:
  id: [ { header: X-Acme-Delivery } ]
  redelivery: same_id
  hook_id: [ { body: $.hook.id } ]
  instance: [ { header: X-Acme-Instance } ]
  attempt: [ { header: X-Acme-Try } ]
  version: [ { header: User-Agent, re: 'Acme/([0-9.]+)' }, { body: $.v } ]
encodings: { form: [payload] }
ping: [ { event: ping }, { header: X-Acme-Test, equals: "true" }, { keys: [a, b] }, { body: $.hook.id, equals: "0" } ]
verify:
  default: [mac]
  schemes:
    mac: { scheme: hmac, algorithm: sha256, header: X-Acme-Signature }
    token: { scheme: token, header: X-Acme-Token }
redact: [ $.secret ]
own_headers: [ "X-Acme-*", X-Kind ]
"#;

fn forge(text: &str) -> Result<Forge, yaml::YamlError> {
    yaml::from_node(&yaml::load(text, "forge.yaml").unwrap())
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())
    };
    pairs.iter().map(pair).collect()
}

#[test]
fn is_recognised_by_any_of_its_tests() {
    let acme = forge(ACME).unwrap();
    let check = |pairs: &[(&str, &str)]| acme.recognises(&headers(pairs));
    assert!(check(&[("x-acme-event", "")]), "there, even when empty");
    assert!(check(&[("User-Agent", "Acme/1"), ("X-Kind", "hook")]));
    assert!(!check(&[("User-Agent", "Acme/1"), ("X-Kind", "other")]));
    assert!(!check(&[("User-Agent", "Acme/1")]));
    assert!(!check(&[]));
}

#[test]
fn a_star_stands_for_one_text_in_all_of_them() {
    let text = "title: S\nprecedence: 1\ndetect:\n\
        \x20 - all: [ { header: X-*-Trigger }, { header: X-*-Parent, equals: repo }, { header: X-Other, absent: true } ]\n\
        event: [ { header: X-*-Trigger } ]\nping: [ { header: X-*-Test, prefix: t } ]";
    let forge = forge(text).unwrap();
    let check = |pairs: &[(&str, &str)]| forge.recognises(&headers(pairs));
    let own = [("X-Acme-Trigger", "pushed"), ("X-Acme-Parent", "repo"), ("X-A-Trigger", "")];
    assert!(check(&own), "whichever of several fits all");
    assert_eq!(forge.star(&headers(&own)), Some("acme"));
    assert!(!check(&[("X-Acme-Trigger", "pushed"), ("X-Other-Parent", "repo")]));
    assert!(!check(&[("X--Trigger", "pushed"), ("X--Parent", "repo")]), "a star is not nothing");
    assert!(!check(&[own[0], own[1], ("x-other", "")]), "what must be absent is there");
    assert_eq!(forge.event(&headers(&own[..1]), "{}").as_deref(), Some("pushed"));
    assert!(forge.is_ping(&headers(&[("x-my-test", "true")]), None, "{}"));
    let came = [("x-b-trigger".to_owned(), String::new()), ("x-c-trigger".to_owned(), "p".into())];
    assert_eq!(forge.header_word(&came), Some("p"));
}

#[test]
fn the_first_that_recognises_wins() {
    let named =
        |name: &str, text: &str| Arc::new(Forge { name: name.to_owned(), ..forge(text).unwrap() });
    let other = "title: O\nprecedence: 2\ndetect: [ { header: X-Other } ]";
    let forges = [named("acme", ACME), named("other", other)];
    let found = |pairs: &[(&str, &str)]| detect(&forges, &headers(pairs)).map(|f| f.name.clone());
    assert_eq!(found(&[("X-Other", "1"), ("X-Acme-Event", "push")]).as_deref(), Some("acme"));
    assert_eq!(found(&[("X-Other", "1")]).as_deref(), Some("other"));
    assert_eq!(found(&[]), None);
}

#[test]
fn words_and_ids_come_from_the_first_place_that_is_filled() {
    let acme = forge(ACME).unwrap();
    let body = r#"{"kind":"b","hook":{"id":7}}"#;
    let sent = headers(&[("X-Acme-Event-Type", ""), ("X-Acme-Event", "push")]);
    assert_eq!(acme.event(&sent, body).as_deref(), Some("push"));
    assert_eq!(acme.event(&HeaderMap::new(), body).as_deref(), Some("b"));
    assert_eq!(acme.hook_id(&sent, body).as_deref(), Some("7"));
    assert_eq!(acme.delivery_id(&sent, body), None);
    let sent = headers(&[("X-Acme-Try", "2"), ("User-Agent", "Acme/1.21 (x)")]);
    assert_eq!(acme.attempt(&sent, body), Some(2));
    assert_eq!(acme.version(&sent, body).as_deref(), Some("1.21"));
    assert_eq!(acme.version(&HeaderMap::new(), r#"{"v":"3"}"#).as_deref(), Some("3"));
}

#[test]
fn knows_a_ping() {
    let acme = forge(ACME).unwrap();
    let none = HeaderMap::new();
    assert!(acme.is_ping(&none, Some("ping"), "{}"));
    assert!(acme.is_ping(&headers(&[("X-Acme-Test", "true")]), Some("push"), "{}"));
    assert!(acme.is_ping(&none, None, r#"{"b":1,"a":2}"#));
    assert!(!acme.is_ping(&none, Some("push"), r#"{"b":1,"a":2,"c":3}"#));
    assert!(acme.is_ping(&none, Some("push"), r#"{"hook":{"id":0}}"#));
}

#[test]
fn what_is_never_signed_is_known_whole() {
    let with = |unsigned: &str| {
        forge(&ACME.replace("  default: [mac]", &format!("  unsigned: [ {unsigned} ]")))
    };
    let acme = with("{ header: X-Acme-Event, equals: \"try\", keys: [test] }").unwrap();
    let sent = headers(&[("X-Acme-Event", "try")]);
    assert!(acme.is_never_signed(&sent, br#" {"test": true} "#));
    for body in [&br#"{"test":true,"a":1}"#[..], b"", b"{}", b"[]", b"{\"test\":\xff}"] {
        assert!(!acme.is_never_signed(&sent, body), "{body:?}");
    }
    let long = format!("{{\"test\":\"{}\"}}", "x".repeat(1024));
    assert!(!acme.is_never_signed(&sent, long.as_bytes()));
    assert!(!acme.is_never_signed(&headers(&[("X-Acme-Event", "push")]), br#"{"test":true}"#));
    let bodyless = with("{ event: try, keys: [] }").unwrap();
    assert!(bodyless.is_never_signed(&sent, b"") && bodyless.is_never_signed(&sent, b"{}"));
    assert!(!bodyless.is_never_signed(&sent, b"{\"a\":1}"));
    for (unsigned, fault) in [("{ event: try }", "keys: []"), ("{ keys: [a] }", "beside its keys")]
    {
        let message = with(unsigned).unwrap_err().to_string();
        assert!(message.contains(fault), "{message}");
    }
}

#[test]
fn hides_what_would_let_others_send_in_its_name() {
    let acme = forge(ACME).unwrap();
    let sent = headers(&[
        ("X-Acme-Token", "t"),
        ("Authorization", "Basic x"),
        ("X-Acme-Signature", "ab"),
        ("X-Mine", "m"),
    ]);
    let kept = acme.redact_headers(&sent);
    let kept = |name: &str| kept[name].to_str().unwrap().to_owned();
    assert_eq!((kept("x-acme-token"), kept("authorization")), ("***".into(), "***".into()));
    assert_eq!((kept("x-acme-signature"), kept("x-mine")), ("ab".into(), "m".into()));
    assert_eq!(acme.redact(r#"{"secret":"s"}"#), r#"{"secret":"***"}"#);
    assert!(
        acme.owns(&"x-acme-anything".parse().unwrap()) && acme.owns(&"x-kind".parse().unwrap())
    );
    assert!(!acme.owns(&"x-kinder".parse().unwrap()));
}

#[test]
fn a_fault_says_where_and_what() {
    let check = |from: &str, to: &str, expected: &str| {
        let message = forge(&ACME.replace(from, to)).unwrap_err().to_string();
        assert!(message.starts_with("forge.yaml:"), "{message}");
        assert!(message.contains(expected), "{message}");
    };
    check(
        "default: [mac]",
        "default: [mic]",
        "`default` names `mic`; the schemes are `mac`, `token`",
    );
    check("{ body: $.kind }", "{ body: kind }", "`kind` is no plain path");
    check("{ body: $.kind }", "{ body: $.kind, header: X }", "either `header:` or `body:`");
    check("{ header: X-Acme-Event }\n", "{ header: X, equals: a, prefix: b }\n", "a test is");
    check("{ header: X-Acme-Event }\n", "{ header: X-*-*, equals: a }\n", "with one star");
    check("{ header: X-Acme-Event }\n", "{ header: \"*-X\" }\n", "with one star");
    check("{ header: X-Acme-Event }\n", "{ header: X, absent: false }\n", "a test is");
    check("X-Acme-Token", "X-*-Token", "no star may stand");
    check("re: 'Acme/([0-9.]+)'", "re: 'Acme'", "one group");
    check(", equals: \"0\"", ", absent: false", "a probe is");
    check("scheme: token", "scheme: tokens", "tokens");
    check("redact:", "redacts:", "redacts");
    check("X-Kind ]", "\"*-Kind\" ]", "`*-Kind` is neither");
}
