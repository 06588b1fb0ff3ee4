//! The configuration through its public edge: a text in, a configuration or its faults out.

use super::vocabulary::TemplateWords;
use super::*;
use crate::secret::Secret;
use crate::yaml;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

#[derive(Default)]
struct Given(HashMap<&'static str, &'static str>);

impl Variables for Given {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| (*value).to_owned())
    }

    fn file(&self, path: &str) -> Result<String, String> {
        match path {
            "/run/secret" => Ok("from file\n".into()),
            _ => Err("no such file".into()),
        }
    }
}

fn words() -> Vocabulary {
    let forge = |name: &str, text: &str, signs: Option<&[&str]>| {
        let mut forge: crate::forge::Forge =
            yaml::from_node(&yaml::load(text, name).unwrap()).unwrap();
        forge.name = name.into();
        let signs = signs.map(|list| list.iter().map(|s| (*s).to_owned()).collect());
        ForgeWords { forge: Arc::new(forge), signs, says: 1 }
    };
    let schemes = "verify:\n  default: [hub]\n  schemes:\n    \
        hub: { scheme: hmac, algorithm: sha256, header: X-Hub }\n    \
        old: { scheme: hmac, algorithm: sha1, header: X-Old }\n    \
        std: { scheme: standard_webhooks }\n";
    let plain = "verify:\n  schemes:\n    token: { scheme: token, header: X-Token }\n    \
        named: { scheme: token }\n";
    let head = "title: F\nprecedence: 1\ndetect: [ { header: X-F } ]\n";
    Vocabulary {
        forges: vec![
            forge("acorn", &format!("{head}{schemes}"), Some(&["hub"])),
            forge("birch", &format!("{head}{plain}"), None),
        ],
        templates: vec![TemplateWords {
            name: "chat".into(),
            signs: vec!["standard_webhooks".into()],
        }],
    }
}

fn parse(text: &str) -> Result<Config, Faults> {
    let given = Given(HashMap::from([("SECRET", "s3cret: [x]"), ("N", "12")]));
    Config::parse(text, "f.yaml", &given, &words())
}

/// The configuration has exactly these faults, each given by a part of its line.
#[track_caller]
pub(super) fn check(text: &str, expected: &[&str]) {
    let faults = parse(text).err().map(|faults| faults.to_string()).unwrap_or_default();
    let lines: Vec<_> = faults.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{faults}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.contains(expected), "expected {expected:?} in:\n{faults}");
    }
}

const WHOLE: &str = r#"
listen: 127.0.0.1:9999
public_url: https://hooks.example.com
store: sqlite:./x.db
retention: { age: 7d, size: 1GiB }
limits: { body: 1MB }
sources:
  one:
    forge: acorn
    verify: { secrets: ["${SECRET}", "${file:/run/secret}"] }
  two:
    forge: auto
    default: true
    verify:
      acorn: [ { secret: a }, { scheme: std, secret: whsec_AAAA, tolerance: 1m } ]
      birch: none
targets:
  ci:
    url: https://user:p%40ss@ci.example.com/hook?token=1
    format: acorn
    sign: { secret: "${SECRET}" }
    headers: { set: { X-Team: core }, remove: [User-Agent], rename: { X-A: X-B }, pass: [X-C] }
    timeout: 5s
    retry: { attempts: 3 }
routes:
  - from: one
    events: [push, "pull_request.*"]
    repositories: ["acme/*"]
    to: ci
"#;

#[test]
fn reads_everything() {
    let config = parse(WHOLE).unwrap_or_else(|faults| panic!("{faults}"));
    let Binding::Pinned { verify: Verify::AnyOf(list), .. } = &config.sources[0].binding else {
        panic!("{:?}", config.sources[0])
    };
    let secrets: Vec<_> = list[0].secrets.iter().map(Secret::expose).collect();
    assert_eq!(secrets, ["s3cret: [x]", "from file"]);
    let target = config.target("ci").unwrap();
    assert_eq!(
        target.url.basic().map(|(user, word)| (user, word.expose())),
        Some(("user", "p@ss"))
    );
    assert_eq!(target.url.expose().as_str(), "https://ci.example.com/hook?token=1");
    assert_eq!(target.url.to_string(), "https://ci.example.com/hook?***");
    assert_eq!((target.timeout, target.retry.attempts), (Duration::from_secs(5), 3));
    assert_eq!(config.routes[0].to, ["ci"]);
    assert_eq!(config.default_source().unwrap().name, "two");
    assert_eq!((config.limits.body, config.limits.in_flight), (1_000_000, 128 << 20));
    let shown = format!("{config:?}");
    for secret in ["s3cret", "p@ss", "token=1", "core"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn an_empty_file_is_a_gateway_without_sources() {
    assert_eq!(parse("").unwrap().listen.to_string(), "127.0.0.1:8080");
}

#[test]
fn every_fault_is_told_with_its_place() {
    check(
        "listen: nowhere\nstroe: x\ntargets:\n  ci: { url: 'ftp://x', format: oak, prot: 1, tiemout: 2 }\n",
        &[
            "f.yaml:1:9: listen: `nowhere` is no address to listen on",
            "f.yaml:2:8: stroe: unknown field `stroe` (did you mean `store`?)",
            "targets.ci: unknown field `prot`: expected one of `url`, `format`, `headers`, `sign`",
            "targets.ci: unknown field `tiemout` (did you mean `timeout`?)",
        ],
    );
    check(
        "targets:\n  ci: { url: 'ftp://x', format: oak, timeout: 5 }\n",
        &["targets.ci.timeout: `5` is no duration"],
    );
    check(
        "targets:\n  ci: { url: 'ftp://x', format: birch }\n  b: { url: 'http://x', format: oak }\n",
        &[
            "targets.ci.url: not an http or https address",
            "targets.ci.format: birch is received but cannot be sent",
            "targets.b.format: no format `oak`: expected one of acorn, passthrough, chat",
        ],
    );
}

#[test]
fn no_secret_must_be_said_in_words() {
    let source = |rest: &str| format!("sources:\n  s: {{ forge: acorn{rest} }}\n");
    check(&source(""), &["sources.s.verify: no secret"]);
    check(&source(", verify: none"), &[]);
    check(&source(", verify: []"), &["sources.s.verify: an empty list verifies nothing"]);
    check(&source(", verify: { secret: '' }"), &["sources.s.verify: the secret is empty"]);
    check(&source(", verify: { scheme: hub }"), &["sources.s.verify: no secret"]);
    check(
        &source(", verify: { scheme: hug, secret: x }"),
        &[
            "sources.s.verify.scheme: acorn has no scheme `hug`: expected one of `hub`, `old`, `std`",
        ],
    );
    check(&source(", verify: { scheme: old, secret: x }"), &["SHA-1 alone is weak"]);
    check(&source(", verify: { scheme: old, secret: x, allow_sha1: true }"), &[]);
    check(&source(", verify: { scheme: std, secret: x }"), &["a signing token is `whsec_`"]);
    check(&source(", verify: { user: u, password: p }"), &[]);
    check(
        "sources:\n  s: { forge: birch, verify: { secret: x } }\n",
        &["birch does not say which"],
    );
    check(
        "sources:\n  s: { forge: birch, verify: { scheme: named, secret: x } }\n\
         \x20 t: { forge: birch, verify: { scheme: token, header: X-A, secret: x } }\n\
         \x20 u: { forge: birch, verify: { scheme: named, header: X-A, secret: x } }\n\
         \x20 v: { forge: acorn, verify: { header: X-A, secret: x } }\n",
        &[
            "sources.s.verify.scheme: `named` does not say which header holds the secret",
            "sources.v.verify.header: `hub` has a header of its own",
        ],
    );
    check("sources:\n  s: { forge: oak, verify: none }\n", &["no forge `oak`: expected auto or"]);
    check("sources:\n  a/b: { forge: acorn, verify: none }\n", &["`a/b` is no name for a source"]);
    check(
        "sources:\n  s: { forge: auto, verify: { oak: none } }\n",
        &["verify.oak: no forge `oak`"],
    );
    check("sources:\n  s: { forge: auto }\n", &["`verify` is a map from each forge"]);
}

/// The configuration of a target with this `sign` has exactly these faults.
#[track_caller]
fn check_sign(sign: &str, expected: &[&str]) {
    let text =
        format!("targets:\n  ci: {{ url: 'https://x/?t=1', format: acorn, sign: {sign} }}\n");
    check(&text, expected);
}

#[test]
fn a_scheme_that_is_no_forges_is_told_by_its_settings() {
    check_sign("{ scheme: hmac, header: X-S, algorithm: sha512, secret: x }", &[]);
    check_sign(
        "[ { scheme: bearer, secret: x }, { scheme: body_signature, secret: y }, { secret: z } ]",
        &[],
    );
    check_sign(
        "{ scheme: rot13, secret: x }",
        &[
            "sign: acorn has no scheme `rot13`: expected one of `hub`, `old`, `std`, or one that needs no forge: `basic`,",
        ],
    );
    check_sign(
        "{ scheme: hmac, secret: x }",
        &[
            "f.yaml:2:53: targets.ci.sign: `hmac` is told what it does by its settings: give `header`",
        ],
    );
    check_sign("{ scheme: hmac, header: X-S }", &["targets.ci.sign: no secret: give `secret`"]);
    check_sign("{ scheme: hmac, header: X-S, secret: '' }", &["the secret is empty"]);
    check_sign(
        "{ scheme: hmac, heder: X-S, header: X-S, algorithm: md5, secret: x }",
        &[
            "targets.ci.sign: unknown field `heder` (did you mean `header`?)",
            "targets.ci.sign.algorithm: unknown variant `md5`",
        ],
    );
    check_sign(
        "{ scheme: sigv4, region: r, access_key_id: A, secret: x }",
        &["targets.ci.sign: missing field `service`"],
    );
    check_sign(
        "{ scheme: bearer, header: X-S, secret: x }",
        &["targets.ci.sign: unknown field `header`: there is nothing to set"],
    );
}

#[test]
fn what_is_signed_is_what_is_sent() {
    let hmac = |rest: &str| format!("{{ scheme: hmac, header: X-S, secret: x, {rest} }}");
    check_sign(&hmac("signed: '{{timestamp}}.{{body}}', timestamp_header: X-T"), &[]);
    check_sign(
        &hmac("signed: '{{when}}'"),
        &["targets.ci.sign.signed: `{{when}}` cannot be signed: expected {{body}}, {{timestamp}}"],
    );
    check_sign(&hmac("signed: '{{body'"), &["targets.ci.sign.signed: `{{` without `}}`"]);
    check_sign(
        &hmac("signed: '{{timestamp}}.{{body}}'"),
        &["`signed` has {{timestamp}}, which the receiver must be told: add `timestamp_header`"],
    );
    check_sign(
        &hmac("id_header: X-I"),
        &["`id_header` is sent and not signed: put {{id}} into `signed`"],
    );
    check_sign(
        "{ scheme: query_signature, signed: '{{body}}', secret: x }",
        &["`timestamp_parameter` is sent and not signed"],
    );
    check_sign(
        "{ scheme: body_signature, signature_member: a.b, secret: x }",
        &["`a.b` is no plain name for a member of the body"],
    );
}

#[test]
fn a_secret_has_the_form_that_its_scheme_takes() {
    let standard = |secret: &str| format!("{{ scheme: standard_webhooks, secret: {secret} }}");
    check_sign(&standard("whsec_AAAA"), &[]);
    check_sign(&standard("plain"), &["a signing token is `whsec_` and base64 after it, or a key"]);
    check_sign(&standard("whsk_AAAA"), &["a key is `whpk_` and base64 of the 32 bytes"]);
    let public = "whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
    check_sign(&standard(public), &["a public key (`whpk_`) only verifies"]);
    check(&format!("sources:\n  s: {{ forge: acorn, verify: {} }}\n", standard(public)), &[]);
}

#[test]
fn two_schemes_do_not_write_to_one_place() {
    check_sign(
        "[ { scheme: hmac, header: X-S, secret: a }, { scheme: hmac, header: x-s, algorithm: sha512, secret: b } ]",
        &["targets.ci.sign[1]: an item before this one writes the header `x-s`, too"],
    );
    check_sign(
        "[ { scheme: std, secret: whsec_AAAA }, { scheme: standard_webhooks, secret: whsec_BBBB } ]",
        &[],
    );
    check_sign(
        "{ scheme: query_signature, timestamp_parameter: t, secret: a }",
        &["targets.ci.sign: `url` and this item both write the parameter `t` of the query"],
    );
    check(
        "targets:\n  ci: { url: 'https://u:p@x', format: acorn, sign: { scheme: bearer, secret: a } }\n",
        &["targets.ci.sign: `url` and this item both write the header `authorization`"],
    );
}

#[test]
fn a_variable_is_never_shown() {
    check(
        "sources:\n  s: { forge: acorn, verify: { secret: '${GONE}' } }\n",
        &["f.yaml:2:40: sources.s.verify.secret: the variable GONE is not set"],
    );
    check("listen: ${SECRET}\n", &["listen: what the variable here holds"]);
    check("listen: ${file:/nowhere}\n", &["listen: cannot read the file /nowhere: no such file"]);
    check("listen: ${SECRET\n", &["listen: `${` without `}`"]);
}

#[test]
fn routes_name_what_is_there() {
    let target = "targets:\n  ci: { url: 'https://x', format: acorn }\n";
    check(
        &format!("{target}routes:\n  - {{ from: [a], to: [ci, cd] }}\n"),
        &["routes[0].from[0]: no source `a`", "routes[0].to[1]: no target `cd`: configured: ci"],
    );
    check(
        &format!(
            "{target}routes:\n  - {{ paths: {{ any: 'b{{' }}, branches: ['!a{{'], to: [ci] }}\n"
        ),
        &["routes[0].paths.any: `b{` is no glob", "routes[0].branches[0]: `!a{` is no glob"],
    );
    check(
        &format!(
            "{target}routes:\n  - {{ stop: true, continue: false, paths: {{ any: a, unknown: maybe }}, to: [ci] }}\n"
        ),
        &["routes[0].continue: `stop` and `continue`", "routes[0].paths.unknown: "],
    );
    check(
        &format!(
            "{target}routes:\n  - {{ events: [pushed, pull_request.closed, 'x*'], to: [] }}\n"
        ),
        &[
            "routes[0].events[0]: no event `pushed`",
            "routes[0].events[2]: `x*` matches no event",
            "routes[0].to: a route needs at least one target",
        ],
    );
}

#[test]
fn an_expression_is_held_against_the_model_where_it_stands() {
    let start = "targets:\n  ci: { url: 'https://x', format: acorn }\nroutes:\n";
    let misspelt = "`event.actor` has no field `logn` (did you mean `login`?)";
    for (route, place) in [
        ("  - when: event.actor.logn != 'x'\n    to: ci\n", "f.yaml:4:23: routes[0].when: "),
        ("  - { to: ci, when: 'event.actor.logn != \"x\"' }\n", "f.yaml:4:34: routes[0].when: "),
        ("  - { to: ci, when: \"\\\"it's\\\" != event.actor.logn\" }\n", "f.yaml:4:46: "),
        ("  - { to: ci, when: '\"a\" != ''b'' && event.actor.logn == \"x\"' }\n", "f.yaml:4:50: "),
        (
            "  - to: ci\n    when: |\n      event.kind == 'push' &&\n      event.actor.logn != 'x'\n",
            "f.yaml:7:19: ",
        ),
        (
            "  - to: ci\n    when: >-\n      event.kind == 'push'\n      && event.actor.logn != 'x'\n",
            "f.yaml:7:22: ",
        ),
        (
            "  - to: ci\n    when: event.kind == 'push' &&\n      event.actor.logn != 'x'\n",
            "f.yaml:6:19: ",
        ),
    ] {
        check(&format!("{start}{route}"), &[place]);
        check(&format!("{start}{route}"), &[misspelt]);
    }
    check(
        &format!("{start}  - when: event.kind ==\n    to: ci\n"),
        &["f.yaml:4:24: routes[0].when: no CEL expression"],
    );
}

#[test]
fn the_starter_is_a_configuration() {
    let starter = Starter::generate(&words());
    let config = parse(&starter.text).unwrap_or_else(|faults| panic!("{faults}\n{}", starter.text));
    let Binding::Auto(forges) = &config.sources[0].binding else { panic!("{config:?}") };
    assert_eq!((forges.len(), config.targets.len(), config.routes.len()), (2, 1, 1));
}

#[test]
fn a_template_is_a_format_unless_a_forge_is_called_so() {
    let target = |rest: &str| format!("targets:\n  t: {{ url: 'http://x', {rest} }}\n");
    let secret = "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
    let rest = format!("format: chat, vars: {{ room: 1, a: [x] }}, sign: {{ secret: {secret} }}");
    let config = parse(&target(&rest)).unwrap();
    assert_eq!(config.targets[0].format, Format::Template("chat".into()));
    assert_eq!(config.targets[0].vars.0["room"], 1);
    assert!(!format!("{:?}", config.targets[0].vars).contains('1'));
    check(&target("format: chat, vars: 7"), &["targets.t.vars: a number where a map"]);
    check(&target("format: acorn, vars: { a: 1 }"), &["targets.t.vars: only templates look at"]);
    check(&target("format: chat, sign: { scheme: hub, secret: x }"), &["no scheme `hub`"]);

    let mut words = words();
    words.templates.push(TemplateWords { name: "acorn".into(), signs: Vec::new() });
    let given = Given(HashMap::new());
    let faults = Config::parse(&target("format: acorn"), "f.yaml", &given, &words).unwrap_err();
    assert!(faults.to_string().contains("`acorn` is a forge and a template"), "{faults}");
}
