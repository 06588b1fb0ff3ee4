//! What is rewritten about headers, as the receiver sees it: real sockets, a real store.

use crate::egress::{Setup, target};
use crate::gateway::{PUSH, Running, signature};
use crate::program::{example, run};
use crate::receiver::{Receiver, Reply};
use forgeway::config::{Credential, Process};
use forgeway::egress::{EgressError, Verdict};
use forgeway::ingress::Rules;
use forgeway::scheme::{Message, RequestLine};
use forgeway::store::{Delivery, DeliveryFilter};
use http::{HeaderMap, HeaderName};
use jiff::Timestamp;
use std::sync::Arc;

const MADE: &str = "headers: { remove: [User-Agent], set: { X-Team: core, \
    X-Who: '{{default event.actor.login \"codeup\"}} {{event.kind}}.{{event.action}}', \
    X-Came: \"{{target.name}} {{headers.x-request}} {{delivery.id}}\", \
    X-None: '{{#if event.pull_request}}pull{{/if}}', \
    X-Now: '{{now}}', X-Raw: '{{raw.ref}}' } }";

#[tokio::test]
async fn a_value_may_be_a_template_whatever_the_format() {
    for (forge, case, format) in [
        ("github", "push_branch", "github"),
        ("github", "push_branch", "gitlab"),
        ("gitlab", "push", "github"),
        ("codeup", "push_branch", "passthrough"),
        ("gitlab", "push", "plain"),
    ] {
        let receiver = Receiver::start(vec![Reply::status(503, ""), Reply::status(200, "")]).await;
        let target = target(&receiver, &format!("format: {format}, {MADE}"));
        let setup = Setup::new(forge, case, &target).await;
        assert_eq!(setup.send().await.verdict, Verdict::Retry { after: None }, "{format}");
        assert_eq!(setup.send().await.verdict, Verdict::Delivered, "{format}");
        let [first, second] = &receiver.requests()[..] else { panic!("two requests") };
        let who = first.header("X-Who").unwrap();
        assert!(who.contains(" push.") && !who.starts_with(' '), "{format}: {who}");
        assert!(first.header("X-Came").unwrap().starts_with("t 7 "), "{}", first.head);
        assert!(first.header("X-Raw").unwrap().starts_with("refs/heads/"), "{}", first.head);
        assert_eq!(first.header("X-Team"), Some("core"));
        assert_eq!((first.header("X-None"), first.header("User-Agent")), (None, None));
        for name in ["X-Who", "X-Came", "X-Now"] {
            assert_eq!(first.header(name), second.header(name), "{format}: made once");
        }
    }
}

#[tokio::test]
async fn a_template_that_does_not_do_names_its_place_and_nothing_is_sent() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let rest = "format: github, headers: { set: { X-Title: '{{event.issue.title}}' } }";
    let setup = Setup::new("github", "push_branch", &target(&receiver, rest)).await;
    match setup.send_all().await.remove(0) {
        Err(EgressError::Failed { stage: "render", reason }) => {
            assert!(reason.starts_with("t.yaml:2:"), "{reason}");
            assert!(reason.contains(": targets.t.headers.set.X-Title: "), "{reason}");
            assert!(reason.contains("event.issue.title"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    assert!(receiver.requests().is_empty());
}

#[tokio::test]
async fn what_a_changed_configuration_sets_is_made_for_what_was_rendered_before() {
    let receiver = Receiver::start(vec![Reply::status(503, ""), Reply::status(200, "")]).await;
    let target =
        |set: &str| target(&receiver, &format!("format: github, headers: {{ set: {{ {set} }} }}"));
    let old = "X-Now: '{{now}}'";
    let setup = Setup::new("gitlab", "push", &target(old)).await;
    setup.send().await;
    let new = target(&format!("{old}, X-Ref: '{{{{event.push.ref.name}}}}'"));
    setup.with(&new, "").send().await;
    let [first, second] = &receiver.requests()[..] else { panic!("two requests") };
    assert_eq!(first.header("X-Now"), second.header("X-Now"));
    assert_eq!((first.header("X-Ref"), second.header("X-Ref").is_some()), (None, true));
}

#[tokio::test]
async fn a_route_rewrites_what_it_sends_after_the_target_does() {
    let receiver = Receiver::start(vec![Reply::status(503, ""), Reply::status(200, "")]).await;
    let target =
        target(&receiver, "format: github, headers: { set: { X-Env: none, X-Team: core } }");
    let first = "{ events: [push], to: t, headers: { set: { X-Env: prod, X-Ref: '{{event.push.ref.name}}' } } }";
    let second =
        "{ to: t, headers: [ { rename: { X-Env: X-Environment } }, { pass: [X-Request] } ] }";
    let third = "{ events: [issue], to: t, headers: { remove: ['*'] } }";
    let setup = Setup::new("gitlab", "push", &target).await;
    let setup = setup.with(&target, &format!("{first}, {second}, {third}"));
    setup.send().await;
    // A change of the configuration holds for what is still to be sent.
    let third = "{ events: [issue], to: t, stop: true, headers: { remove: ['*'] } }";
    setup.with(&target, &format!("{third}, {first}")).send().await;
    let [before, after] = &receiver.requests()[..] else { panic!("two requests") };
    assert_eq!(before.header("X-Environment"), Some("prod"), "{}", before.head);
    assert_eq!((before.header("X-Env"), before.header("X-Request")), (None, Some("7")));
    assert_eq!((after.header("X-Env"), after.header("X-Request")), (Some("prod"), None));
    for request in [before, after] {
        assert_eq!(request.header("X-Team"), Some("core"));
        assert!(request.header("X-Ref").is_some_and(|name| !name.is_empty()), "{}", request.head);
    }
    assert_eq!(before.header("X-Ref"), after.header("X-Ref"));
}

#[tokio::test]
async fn a_renamed_signature_holds_and_no_star_reaches_one() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let rest = "format: github, sign: [ { secret: out }, { scheme: standard_webhooks, secret: whsec_AAAA } ], \
        headers: [ { remove: ['*'] }, { rename: { X-Hub-Signature-256: X-My-Signature, \
        Webhook-Id: Svix-Id, Webhook-Timestamp: Svix-Timestamp, Webhook-Signature: Svix-Signature } } ]";
    let setup = Setup::new("gitlab", "push", &target(&receiver, rest)).await;
    setup.send().await;
    let request = &receiver.requests()[0];
    let mut headers = HeaderMap::new();
    for (name, value) in request.head.lines().filter_map(|line| line.split_once(": ")) {
        let name = name.to_lowercase().replace("svix-", "webhook-");
        headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    for gone in ["x-github-event", "user-agent", "x-hub-signature-256", "content-type"] {
        assert_eq!(headers.get(gone), None, "{}", request.head);
    }
    assert_eq!((request.header("Webhook-Id"), request.header("Svix-Id").is_some()), (None, true));
    let (body, line) = (&request.body, RequestLine::default());
    let message = Message { headers: &headers, body, json: body, line, now: Timestamp::now() };
    for item in [
        "{ scheme: hmac, header: X-My-Signature, prefix: 'sha256=', secret: out }",
        "{ scheme: hmac, header: X-Hub-Signature, algorithm: sha1, allow_sha1: true, secret: out }",
        "{ scheme: standard_webhooks, secret: whsec_AAAA }",
    ] {
        let credentials = Credential::parse(item, "item", &Process).unwrap();
        Rules::new(None, &credentials).unwrap().prove(&message).unwrap();
    }
}

/// The only delivery that a gateway has.
async fn only(gateway: &Running) -> Arc<Delivery> {
    let filter = DeliveryFilter { limit: 2, ..DeliveryFilter::default() };
    let items = gateway.store.list(filter).await.unwrap().items;
    assert_eq!(items.len(), 1);
    gateway.store.delivery(items[0].id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_source_brings_back_what_a_proxy_renamed() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let gateway = Running::start(&format!(
        "sources:\n  hub:\n    forge: auto\n    verify: {{ github: {{ secret: in }} }}\n    headers:\n      \
         - rename: {{ X-Proxy-Event: X-GitHub-Event, X-Proxy-Sig: X-Hub-Signature-256 }}\n        \
         remove: ['X-Forwarded-*', '*-signature-*']\n      - set: {{ X-Team: core }}\n\
         targets:\n  lab: {{ url: 'http://127.0.0.1:{}/', format: github, allow_private: true, headers: {{ pass: ['X-*'] }} }}\n\
         routes:\n  - {{ to: lab, when: 'headers[\"X-Team\"] == \"core\"' }}\n",
        receiver.port
    ))
    .await;
    let post = "POST /in/hub HTTP/1.1\r\nX-Forwarded-For: 10.0.0.1\r\nX-Proxy-Event: push\r\nX-GitHub-Delivery: d";
    let (name, good) =
        signature(PUSH).split_once(": ").map(|(n, v)| (n.to_owned(), v.to_owned())).unwrap();
    let bad = signature("other").split_once(": ").unwrap().1.to_owned();
    let send = async |lines: &[(&str, &str)]| {
        let lines: String = lines.iter().map(|(n, v)| format!("\r\n{n}: {v}")).collect();
        gateway.send(&format!("{post}{lines}"), PUSH.as_bytes()).await.status
    };
    assert_eq!(send(&[]).await, 401);
    assert_eq!(send(&[("X-Proxy-Sig", &bad)]).await, 401);
    // What came under its own name counts, and a star takes no proof away.
    assert_eq!(send(&[("X-Proxy-Sig", &good), (&name, &bad)]).await, 401);
    assert_eq!(send(&[("X-Proxy-Sig", &good)]).await, 200);
    let stored = only(&gateway).await;
    assert_eq!(stored.record.processed.verdicts[0].why, None);
    receiver.wait_for(1).await;
    let sent = &receiver.requests()[0];
    assert_eq!(
        (sent.header("X-Github-Event"), sent.header("X-Team")),
        (Some("push"), Some("core"))
    );
    assert_eq!(sent.header("X-Forwarded-For"), None, "{}", sent.head);

    let body = &stored.record.body;
    let has = |list: &[(String, String)], name: &str| list.iter().any(|(own, _)| own == name);
    assert!(has(&body.headers, "x-github-event") && !has(&body.headers, "x-forwarded-for"));
    let came = body.headers_as_they_came();
    assert!(has(&came, "x-forwarded-for") && has(&came, "x-proxy-event"), "{came:?}");
    assert!(!has(&came, "x-github-event") && !has(&came, "x-team"), "{came:?}");
    let said: Vec<_> = body.rewritten.iter().map(|c| format!("{} {}", c.name, c.what)).collect();
    assert_eq!(
        said,
        [
            "x-forwarded-for left out",
            "x-github-event renamed from `x-proxy-event`",
            "x-hub-signature-256 renamed from `x-proxy-sig`",
            "x-proxy-event renamed to `x-github-event`",
            "x-proxy-sig renamed to `x-hub-signature-256`",
            "x-team set",
        ]
    );
    assert!(body.rewritten[0].at.starts_with("forgeway.yaml:"), "{:?}", body.rewritten[0]);
}

#[tokio::test]
async fn a_secret_that_is_brought_back_is_kept_under_no_name() {
    let gateway = Running::start(
        "sources:\n  lab: { forge: gitlab, verify: { secret: hush-hush }, headers: { rename: { X-Proxy: X-Gitlab-Token } } }\n",
    )
    .await;
    let head = "POST /in/lab HTTP/1.1\r\nX-Gitlab-Event: Push Hook\r\nX-Proxy: hush-hush";
    assert_eq!(gateway.send(head, br#"{"object_kind":"push"}"#).await.status, 200);
    let body = &only(&gateway).await.record.body;
    assert_eq!(body.rewritten[1].came, ["***"]);
    let shown = format!("{body:?}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn explain_says_of_each_header_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f.yaml");
    std::fs::write(
        &file,
        "sources:\n  lab: { forge: gitlab, verify: none, headers: { set: { X-Via: proxy } } }\n\
         targets:\n  ci:\n    url: https://ci.example\n    format: github\n    sign: { secret: out }\n    headers:\n      \
         - { pass: [X-V*], remove: [User-Agent] }\n      - rename: { X-GitHub-Event: X-Event, X-Hub-Signature-256: X-Mac }\n        \
         set: { X-Key: key }\nroutes:\n  - to: ci\n    headers: { set: { X-Kind: '{{event.kind}}' } }\n",
    )
    .unwrap();
    let push = example("gitlab", "push");
    let path = |name: &str| push.join(name).display().to_string();
    let (headers, body, config) =
        (path("headers.json"), path("body.json"), file.display().to_string());
    let args = ["explain", "--headers", &headers, "--target", "ci", "--config", &config, &body];
    let shown = run(args);
    assert_eq!(shown.code(), 0, "{}", shown.complaint());
    let out = shown.out();
    let line = |start: &str| {
        let found = out.lines().find(|line| line.trim_start().starts_with(start));
        let words = found.unwrap_or_else(|| panic!("{start} in {out}")).split_whitespace();
        let short = |word: &str| match word.strip_prefix(&config) {
            Some(place) => format!("f.yaml{}", place.rsplit_once(':').unwrap().0),
            None => word.to_owned(),
        };
        words.map(short).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("the header x-via"), "the header x-via was set by f.yaml:2");
    for (name, expected) in [
        ("x-event ", "x-event format renamed from x-github-event by f.yaml:10 = push"),
        ("x-mac ", "x-mac signature renamed from x-hub-signature-256 by f.yaml:10 = ***"),
        ("x-hub-signature ", "x-hub-signature signature = ***"),
        ("x-via ", "x-via passed on by f.yaml:9 = proxy"),
        ("x-key ", "x-key set by f.yaml:11 = ***"),
        ("x-kind ", "x-kind set by f.yaml:14 = push"),
        ("user-agent ", "user-agent left out by f.yaml:9"),
    ] {
        assert_eq!(line(name), expected);
    }
    assert!(out.contains("emit/"), "{out}");
    let shown =
        run(["explain", "--headers", &headers, "--target", "no", "--config", &config, &body]);
    assert_eq!(shown.code(), 2, "{}", shown.out());
}
