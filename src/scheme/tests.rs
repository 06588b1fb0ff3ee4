//! Every scheme against published vectors, against itself, and against one changed byte.

use super::{Failure, Keys, Message, Outbound, RequestLine, Scheme, SecretFault};
use crate::secret::Secret;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use proptest::prelude::*;

const SENT: i64 = 1_790_000_000;
const LINE: RequestLine<'_> = RequestLine { method: &http::Method::POST, path: "/", query: None };

fn scheme(json: &str) -> Scheme {
    serde_json::from_str(json).unwrap()
}

fn keys(secrets: &[&str]) -> Keys {
    Keys::new(secrets.iter().map(|secret| Secret::new(*secret)))
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
    };
    pairs.iter().map(pair).collect()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// Verifies at the time of signing; body and JSON text are the same.
fn verify(scheme: &Scheme, keys: &Keys, pairs: &[(&str, &str)], body: &str) -> Result<(), Failure> {
    let (headers, bytes) = (headers(pairs), body.as_bytes());
    scheme.verify(
        &Message { headers: &headers, body: bytes, json: bytes, line: LINE, now: at(SENT) },
        keys,
    )
}

const HUB: &str =
    r#"{"scheme":"hmac","algorithm":"sha256","header":"X-Hub-Signature-256","prefix":"sha256="}"#;
const BARE: &str = r#"{"scheme":"hmac","algorithm":"sha256","header":"X-Bare","over":"json"}"#;
const SHA1: &str =
    r#"{"scheme":"hmac","algorithm":"sha1","header":"X-Hub-Signature","prefix":"sha1="}"#;
const BASE64: &str =
    r#"{"scheme":"hmac","algorithm":"sha256","header":"X-Mac","encoding":"base64"}"#;
const TOKEN: &str = r#"{"scheme":"token","header":"X-Token","body":"$.password"}"#;
const STANDARD: &str = r#"{"scheme":"standard_webhooks"}"#;
const TIMED: &str = r#"{"scheme":"timestamp_hmac","header":"X-Token","timestamp_header":"X-Time",
    "body":"$.sign","timestamp_body":"$.timestamp"}"#;
const BASIC: &str = r#"{"scheme":"basic"}"#;
const BEARER: &str = r#"{"scheme":"bearer"}"#;
const AROUND: &str = r#"{"scheme":"hmac","algorithm":"sha512","header":"X-Mac","encoding":"base64",
    "signed":"{{id}}.{{timestamp}}.{{body}}","id_header":"X-Id","timestamp_header":"X-Time"}"#;
const WHSK: &str = "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[test]
fn holds_on_the_vector_of_a_well_known_manual() {
    let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let pairs = [("X-Hub-Signature-256", signature)];
    let right = keys(&["It's a Secret to Everybody"]);
    assert_eq!(verify(&scheme(HUB), &right, &pairs, "Hello, World!"), Ok(()));
    let wrong = Err(Failure::Wrong("X-Hub-Signature-256".into()));
    assert_eq!(verify(&scheme(HUB), &keys(&["It's no Secret"]), &pairs, "Hello, World!"), wrong);
}

#[test]
fn holds_on_the_vector_of_standard_webhooks() {
    let mut pairs = vec![
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1a,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ];
    let check = |pairs: &[(&str, &str)], now: i64| {
        let (headers, body) = (headers(pairs), b"{\"test\": 2432232314}");
        let message = Message { headers: &headers, body, json: body, line: LINE, now: at(now) };
        scheme(STANDARD).verify(&message, &keys(&["whsec_AAAA", WHSEC]))
    };
    assert_eq!(check(&pairs, 1_614_265_330 + 300), Ok(()));
    let late = Failure::TooOld { seconds: 301, way: "ago", allowed: 300 };
    assert_eq!(check(&pairs, 1_614_265_330 + 301), Err(late));
    let early = Failure::TooOld { seconds: 400, way: "in the future", allowed: 300 };
    assert_eq!(check(&pairs, 1_614_265_330 - 400), Err(early));
    pairs[2].1 = "v1a,onlyanother";
    assert_eq!(check(&pairs, 1_614_265_330).unwrap_err().word(), "malformed");
}

#[test]
fn present_but_empty_is_unsigned() {
    let key = keys(&["k"]);
    for (rule, header, value) in [
        (HUB, "X-Hub-Signature-256", ""),
        (HUB, "X-Hub-Signature-256", "sha256="),
        (SHA1, "X-Hub-Signature", "sha1="),
        (BARE, "X-Bare", ""),
        (BARE, "X-Bare", "sha256="),
        (TOKEN, "X-Token", " "),
        (STANDARD, "webhook-signature", ""),
        (TIMED, "X-Token", ""),
        (BASIC, "Authorization", ""),
    ] {
        let failure = verify(&scheme(rule), &key, &[(header, value)], "{}").unwrap_err();
        assert_eq!(failure.word(), "empty", "{rule} {value:?}: {failure}");
        let failure = verify(&scheme(rule), &key, &[], "{}").unwrap_err();
        assert_eq!(failure.word(), "missing", "{rule}: {failure}");
    }
}

#[test]
fn an_empty_secret_neither_verifies_nor_signs() {
    // What an empty key would give for an empty body, so that only the refusal can refuse it.
    let mac = "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
    for empty in [keys(&[]), keys(&[""]), keys(&["", ""])] {
        let found = verify(&scheme(HUB), &empty, &[("X-Hub-Signature-256", mac)], "");
        assert_eq!(found, Err(Failure::NoSecret));
        let message = Outbound::new(b"", "1", at(SENT));
        assert_eq!(scheme(HUB).sign(&empty, &message), Err(SecretFault::Empty));
    }
    let found = verify(&scheme(HUB), &keys(&["", "k"]), &[("X-Hub-Signature-256", mac)], "");
    assert_eq!(found, Err(Failure::Wrong("X-Hub-Signature-256".into())));
}

#[test]
fn a_bare_digest_may_have_a_prefix_and_a_required_one_must() {
    let signed = sign(BARE, &keys(&["k"]), "{}").remove(0).1;
    let prefixed = format!("sha256={signed}");
    let key = keys(&["old", "k"]);
    for value in [&signed, &prefixed] {
        assert_eq!(verify(&scheme(BARE), &key, &[("x-bare", value)], "{}"), Ok(()));
    }
    let bare = verify(&scheme(HUB), &key, &[("X-Hub-Signature-256", &signed)], "{}");
    assert_eq!(bare.unwrap_err().word(), "malformed");
    let upper = signed.to_uppercase();
    let upper = verify(&scheme(BARE), &key, &[("X-Bare", &upper)], "{}");
    assert_eq!(upper.unwrap_err().word(), "malformed");
    let twice = [("X-Bare", signed.as_str()), ("X-Bare", signed.as_str())];
    let mut map = HeaderMap::new();
    for (name, value) in twice {
        map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let message = Message { headers: &map, body: b"{}", json: b"{}", line: LINE, now: at(SENT) };
    assert_eq!(scheme(BARE).verify(&message, &key).unwrap_err().word(), "malformed");
}

#[test]
fn json_in_a_form_is_signed_as_text_where_the_scheme_says_so() {
    let signed = sign(BARE, &keys(&["k"]), r#"{"a":"b c"}"#);
    let map = headers(&[("X-Bare", &signed[0].1)]);
    let (form, json): (&[u8], &[u8]) = (b"payload=%7B%22a%22%3A%22b+c%22%7D", br#"{"a":"b c"}"#);
    let message = Message { headers: &map, body: form, json, line: LINE, now: at(SENT) };
    assert_eq!(scheme(BARE).verify(&message, &keys(&["k"])), Ok(()));
}

#[test]
fn a_token_is_taken_from_the_body_only_without_a_header() {
    let key = keys(&["new", "old"]);
    let check = |pairs: &[(&str, &str)], body: &str| verify(&scheme(TOKEN), &key, pairs, body);
    assert_eq!(check(&[("X-Token", "old")], r#"{"password":"x"}"#), Ok(()));
    assert_eq!(check(&[("X-Token", "")], r#"{"password":"new"}"#), Ok(()));
    assert_eq!(check(&[], r#"{"password":"x"}"#), Err(Failure::Wrong("$.password".into())));
    assert_eq!(check(&[], r#"{"password":""}"#), Err(Failure::Missing("X-Token".into())));
    let wrong = Err(Failure::Wrong("X-Token".into()));
    assert_eq!(check(&[("X-Token", "x")], r#"{"password":"new"}"#), wrong);
}

#[test]
fn a_timestamp_signature_may_stand_in_the_body_and_ages() {
    let key = keys(&["a key of ours"]);
    let value = "84pkKPyDojJ5dpCzw5A/F3ciArWcaS0DBPoAN9LjV4w=";
    let body = format!(r#"{{"sign":"{value}","timestamp":1790000000123}}"#);
    let check = |pairs: &[(&str, &str)], body: &str, now: i64| {
        let (headers, body) = (headers(pairs), body.as_bytes());
        scheme(TIMED).verify(
            &Message { headers: &headers, body, json: body, line: LINE, now: at(now) },
            &key,
        )
    };
    let pairs = [("X-Token", value), ("X-Time", "1790000000123")];
    assert_eq!(check(&pairs, "", 1_790_000_000), Ok(()));
    assert_eq!(check(&[], &body, 1_790_000_000 + 3600), Ok(()));
    assert_eq!(check(&[], &body, 1_790_000_000 + 3602).unwrap_err().word(), "too_old");
    assert_eq!(check(&pairs[..1], "", 1_790_000_000), Err(Failure::Missing("X-Time".into())));
}

#[test]
fn basic_takes_the_user_and_any_password() {
    let key = Keys::basic("forge", ["new", "o:ld"].map(Secret::new));
    let check = |value: &str| verify(&scheme(BASIC), &key, &[("Authorization", value)], "");
    assert_eq!(check("Basic Zm9yZ2U6bzpsZA=="), Ok(()));
    assert_eq!(check("basic Zm9yZ2U6bmV3"), Ok(()));
    assert_eq!(check("Basic Zm9yZ2E6bmV3").unwrap_err().word(), "wrong");
    for malformed in ["Bearer x", "Basic", "Basic ???", "Basic Zm9yZ2U="] {
        assert_eq!(check(malformed).unwrap_err().word(), "malformed", "{malformed}");
    }
}

#[test]
fn secrets_are_checked_before_the_first_delivery() {
    let fault = |rule: &str, key: &Keys| scheme(rule).check_keys(key).unwrap_err();
    assert_eq!(fault(STANDARD, &keys(&["plain"])), SecretFault::NotWhsec);
    assert_eq!(fault(STANDARD, &keys(&["whsec_"])), SecretFault::NotWhsec);
    assert_eq!(fault(HUB, &keys(&["a", ""])), SecretFault::Empty);
    assert_eq!(fault(BASIC, &keys(&["a"])), SecretFault::NoUser);
    assert_eq!(fault(TOKEN, &keys(&["a\nb"])), SecretFault::NotForHeader);
}

#[test]
fn says_what_a_scheme_may_be() {
    let fault = |json: &str| serde_json::from_str::<Scheme>(json).unwrap_err().to_string();
    assert!(fault(r#"{"scheme":"rot13"}"#).contains("`hmac`"));
    assert!(fault(r#"{"scheme":"standard_webhooks","tolerance":"soon"}"#).contains("`5m`"));
    assert!(fault(r#"{"scheme":"token","heder":"X"}"#).contains("heder"));
    let minutes = scheme(r#"{"scheme":"standard_webhooks","tolerance":"10m"}"#);
    assert!(matches!(minutes, Scheme::StandardWebhooks(s) if s.tolerance.as_secs() == 600));
}

/// The first vector of RFC 8032: the private seed, the public key, the signature of nothing.
const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const PUBLIC: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const OF_NOTHING: &str =
    "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

#[test]
fn ed25519_holds_on_the_vector_of_its_rfc_and_covers_body_and_nonce() {
    let plain = r#"{"scheme":"ed25519","header":"X-Signature"}"#;
    let rule = r#"{"scheme":"ed25519","header":"X-Signature","nonce_header":"X-Nonce"}"#;
    assert_eq!(sign(plain, &keys(&[SEED]), ""), [("X-Signature".into(), OF_NOTHING.into())]);
    let public = keys(&["!", PUBLIC]);
    assert_eq!(verify(&scheme(plain), &public, &[("X-Signature", OF_NOTHING)], ""), Ok(()));
    let signed = sign(rule, &keys(&[SEED]), "{}");
    let [(_, nonce), (_, signature)] = &signed[..] else { panic!("{signed:?}") };
    let check = |pairs: &[(&str, &str)], body: &str| verify(&scheme(rule), &public, pairs, body);
    assert_eq!(check(&[("X-Signature", signature), ("X-Nonce", nonce)], "{}"), Ok(()));
    let wrong = Err(Failure::Wrong("X-Signature".into()));
    assert_eq!(check(&[("X-Signature", signature), ("X-Nonce", nonce)], "[]"), wrong);
    assert_eq!(check(&[("X-Signature", signature), ("X-Nonce", "00")], "{}"), wrong);
    assert_eq!(check(&[("X-Signature", signature)], "{}").unwrap_err().word(), "malformed");
    assert_eq!(check(&[("X-Nonce", nonce)], "{}").unwrap_err().word(), "missing");
    let fault = scheme(rule).check_keys(&keys(&["abcd"])).unwrap_err();
    assert_eq!(fault, SecretFault::NotEd25519);
}

fn sign(rule: &str, key: &Keys, body: &str) -> Vec<(String, String)> {
    let message = Outbound::new(body.as_bytes(), "d-1", at(SENT));
    scheme(rule).sign(key, &message).unwrap().headers
}

/// A rule, its key, and whether the body is covered.
fn rules() -> impl Strategy<Value = (&'static str, Keys)> {
    prop::sample::select(vec![
        (HUB, keys(&["k"])),
        (BARE, keys(&["k"])),
        (SHA1, keys(&["k"])),
        (BASE64, keys(&["k"])),
        (TOKEN, keys(&["some token"])),
        (STANDARD, keys(&[WHSEC])),
        (STANDARD, keys(&[WHSK])),
        (AROUND, keys(&["k"])),
        (BEARER, keys(&["some token"])),
        (TIMED, keys(&["k"])),
        (BASIC, Keys::basic("user", [Secret::new("k")])),
    ])
}

proptest! {
    #[test]
    fn what_is_signed_verifies_until_one_byte_changes(
        (rule, key) in rules(),
        body in ".{1,60}",
        place in any::<prop::sample::Index>(),
        bit in 0..8u32,
    ) {
        let signed = sign(rule, &key, &body);
        let pairs: Vec<_> = signed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        prop_assert_eq!(verify(&scheme(rule), &key, &pairs, &body), Ok(()));

        // One byte of the body, where the scheme covers it.
        let mut changed = body.clone().into_bytes();
        let at_byte = place.index(changed.len());
        changed[at_byte] ^= 1 << bit;
        let map = headers(&pairs);
        let message = Message { headers: &map, body: &changed, json: &changed, line: LINE, now: at(SENT) };
        let held = scheme(rule).verify(&message, &key).is_ok();
        prop_assert_eq!(held, !scheme(rule).covers_body());

        // One byte of what was added to the headers. White space around a value is nobody's, and
        // the names of the Basic and Bearer schemes have no case.
        let (name, value) = &signed[place.index(signed.len())];
        let mut changed = value.clone().into_bytes();
        let at_byte = place.index(changed.len());
        changed[at_byte] ^= 1 << bit;
        prop_assume!(!(rule == BASIC && at_byte < 6 || rule == BEARER && at_byte < 7));
        if let Ok(value) = HeaderValue::from_bytes(&changed) {
            let mut map = headers(&pairs);
            map.insert(name.parse::<HeaderName>().unwrap(), value);
            let (bytes, now) = (body.as_bytes(), at(SENT));
            let message = Message { headers: &map, body: bytes, json: bytes, line: LINE, now };
            prop_assert!(scheme(rule).verify(&message, &key).is_err(), "{} changed", name);
        }
    }
}

#[test]
fn each_version_of_a_list_looks_for_its_own_signatures() {
    let mut pairs = sign(STANDARD, &keys(&[WHSEC, WHSK]), "{}");
    assert_eq!(
        pairs[2].1.split(' ').map(|s| s.split_once(',').unwrap().0).collect::<Vec<_>>(),
        ["v1", "v1a"]
    );
    let check = |key: &str, pairs: &[(String, String)]| {
        let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        verify(&scheme(STANDARD), &keys(&[key]), &pairs, "{}")
    };
    let public = "whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
    for key in [WHSEC, WHSK, public] {
        assert_eq!(check(key, &pairs), Ok(()), "{key}");
    }
    // A sender that signs in one version alone has not signed for the other.
    pairs[2].1 = pairs[2].1.split_once(' ').unwrap().0.to_owned();
    assert_eq!(check(public, &pairs), Err(Failure::Missing("`v1a` in webhook-signature".into())));
    assert_eq!(check(WHSEC, &pairs), Ok(()));
}

#[test]
fn a_body_keeps_its_text_and_gets_its_signature_once() {
    let rule = scheme(r#"{"scheme":"body_signature"}"#);
    let signature = rule.sign(&keys(&["s"]), &Outbound::new(b"", "", at(SENT))).unwrap();
    let write = |body: &str| signature.write_members(body.as_bytes());
    let [start, end] = [r#"{"timestamp":"1790000000","sign":""#, r#"="}"#];
    let empty = String::from_utf8(write(" { } ").unwrap().unwrap()).unwrap();
    assert!(
        empty.starts_with(start) && empty.trim_end().replace(' ', "").ends_with(end),
        "{empty}"
    );
    let full = String::from_utf8(write("{\"a\": 1.50}").unwrap().unwrap()).unwrap();
    assert!(full.starts_with(start) && full.ends_with(r#"=","a": 1.50}"#), "{full}");
    assert_eq!(write("[]"), Err(SecretFault::NoObject));
    assert_eq!(write("{\"sign\": 1}"), Err(SecretFault::HasMember("sign".into())));
}

#[test]
fn an_address_with_two_signatures_has_none() {
    let rule = scheme(r#"{"scheme":"query_signature"}"#);
    let check = |query| {
        let line = RequestLine { query: Some(query), ..LINE };
        let message =
            Message { headers: &HeaderMap::new(), body: b"", json: b"", line, now: at(SENT) };
        rule.verify(&message, &keys(&["s"])).unwrap_err().word()
    };
    assert_eq!(check("timestamp=1&sign=a&sign=b"), "malformed");
    assert_eq!(check("timestamp=1&timestamp=2&sign=YQ%3D%3D"), "malformed");
    assert_eq!(check("timestamp=1790000000000&sign=YQ%3D%3D"), "wrong");
    assert_eq!(check("timestamp=1790000000000&sign="), "empty");
    assert_eq!(check("a=b"), "missing");
}

#[test]
fn a_signature_of_aws_says_whose_it_is() {
    let rule = r#"{"scheme":"sigv4","region":"r","service":"s","access_key_id":"A"}"#;
    let (url, key) = ("https://x.example.com/a/b?c=d".parse().unwrap(), keys(&["k"]));
    let message = Outbound::new(b"{}", "", at(SENT)).to(&http::Method::POST, &url);
    let signed = scheme(rule).sign(&key, &message).unwrap().headers;
    let check = |rule: &str, from: &str, to: &str| {
        let mut map = headers(&[("host", "x.example.com")]);
        for (name, value) in &signed {
            let value = value.replace(from, to);
            map.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        let line = RequestLine { path: "/a/b", query: Some("c=d"), ..LINE };
        let message = Message { headers: &map, body: b"{}", json: b"{}", line, now: at(SENT) };
        scheme(rule).verify(&message, &key)
    };
    assert_eq!(check(rule, "", ""), Ok(()));
    let word = |rule: &str, from, to| check(rule, from, to).unwrap_err().word();
    assert_eq!(word(&rule.replace(r#""A""#, r#""B""#), "", ""), "missing");
    assert_eq!(word(&rule.replace(r#""r""#, r#""q""#), "", ""), "malformed");
    assert_eq!(word(rule, "host;", ""), "malformed");
    assert_eq!(word(rule, "Signature=", "Signature=0"), "wrong");
    assert_eq!(word(rule, "AWS4-", "AWS5-"), "malformed");
    let nowhere = Outbound::new(b"{}", "", at(SENT));
    assert_eq!(scheme(rule).sign(&key, &nowhere), Err(SecretFault::NoAddress));
}

#[test]
fn a_header_with_a_star_verifies_and_does_not_sign() {
    let starred = scheme(r#"{"scheme":"hmac","algorithm":"sha256","header":"X-*-Signature"}"#);
    let keys = keys(&["s"]);
    let message = Outbound::new(b"{}", "", at(SENT));
    assert_eq!(starred.sign(&keys, &message), Err(SecretFault::OpenHeader));
    assert_eq!(starred.check_signs(&keys), Err(SecretFault::OpenHeader));
    let signed = starred.clone().filled_in("acme").sign(&keys, &message).unwrap().headers;
    assert_eq!(signed[0].0, "X-acme-Signature");
    let value = signed[0].1.as_str();
    assert_eq!(verify(&starred, &keys, &[("x-acme-signature", value)], "{}"), Ok(()));
    let missing = Err(Failure::Missing("X-*-Signature".into()));
    assert_eq!(verify(&starred, &keys, &[("x-signature", value)], "{}"), missing);
    let two = [("x-acme-signature", value), ("x-other-signature", "00")];
    assert_eq!(verify(&starred, &keys, &two, "{}").unwrap_err().word(), "malformed");
}
