//! What is rewritten about headers, as the receiver sees it: real sockets, a real store.

use crate::egress::{Setup, target};
use crate::receiver::{Receiver, Reply};
use forgeway::config::{Credential, Process};
use forgeway::egress::{EgressError, Verdict};
use forgeway::ingress::Rules;
use forgeway::scheme::{Message, RequestLine};
use http::{HeaderMap, HeaderName};
use jiff::Timestamp;

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
