//! The whole story: every forge delivers to a gateway, two targets want everything in two formats,
//! and one of them is not up yet.

use crate::gateway::{MAPPINGS, Running};
use crate::receiver::{Receiver, Reply, Request};
use forgeway::mapping::Example;
use forgeway::scheme::{Keys, Message, Outbound};
use forgeway::secret::Secret;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::net::TcpListener;

/// The deliveries that each forge plays: what happens and how often that is one event.
const PLAYS: [(&str, &str); 2] = [("push", "updated"), ("pull_request", "opened")];

/// Each forge's first example of each of the plays.
fn plays() -> Vec<Example> {
    let examples: Vec<_> = MAPPINGS.examples().into_iter().map(Result::unwrap).collect();
    let says = |example: &Example, kind: &str, action: &str| {
        let events = example.events.as_ref().and_then(|events| events.as_array());
        events.is_some_and(|events| {
            events.len() == 1 && events[0]["kind"] == kind && events[0]["action"] == action
        })
    };
    let is_json = |example: &Example| example.body.starts_with('{');
    let mut found = Vec::new();
    for forge in MAPPINGS.forges() {
        for (kind, action) in PLAYS {
            let example = examples.iter().find(|example| {
                example.forge == forge.name && is_json(example) && says(example, kind, action)
            });
            found.extend(example.cloned());
        }
    }
    found
}

/// The scheme that a forge's source is configured with.
fn scheme(forge: &str) -> String {
    let verify = &MAPPINGS.forge(forge).unwrap().verify;
    let default = verify.default.as_ref().and_then(|names| names.first());
    default.cloned().unwrap_or_else(|| verify.schemes.iter().next().unwrap().0.to_owned())
}

/// The head of the request that plays an example, signed.
fn head(example: &Example) -> String {
    let scheme = MAPPINGS.forge(&example.forge).unwrap().scheme(&scheme(&example.forge)).unwrap();
    let message =
        Outbound { body: example.body.as_bytes(), id: &example.name, timestamp: Timestamp::now() };
    let signed = scheme.sign(&Keys::from(Secret::new("in")), &message).unwrap();
    let mut head = format!("POST /in/{} HTTP/1.1", example.forge);
    let own = example.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let proves = |name: &str| signed.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let signatures = signed.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in own.filter(|(name, _)| !proves(name)).chain(signatures) {
        write!(head, "\r\n{name}: {value}").unwrap();
    }
    head
}

fn config(hub: u16, lab: u16) -> String {
    let mut text = "sources:\n".to_owned();
    for forge in MAPPINGS.forges() {
        let (name, scheme) = (&forge.name, scheme(&forge.name));
        let verify = format!("{{ scheme: {scheme}, secret: in }}");
        writeln!(text, "  {name}: {{ forge: {name}, verify: {verify} }}").unwrap();
    }
    let retry = "allow_private: true, retry: { first: 50ms, longest: 100ms, attempts: 10000 }";
    write!(
        text,
        "targets:\n  hub: {{ url: 'http://127.0.0.1:{hub}/', format: github, sign: {{ secret: out }}, {retry} }}\n  \
         lab: {{ url: 'http://127.0.0.1:{lab}/', format: gitlab, sign: {{ secret: out }}, {retry} }}\n\
         routes:\n  - to: [hub, lab]\n"
    )
    .unwrap();
    text
}

#[track_caller]
fn holds(request: &Request, forge: &str, scheme: &str) {
    let mut headers = HeaderMap::new();
    for line in request.head.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
    }
    let (body, json) = (&request.body[..], &request.body[..]);
    let message = Message { headers: &headers, body, json, now: Timestamp::now() };
    let scheme = MAPPINGS.forge(forge).unwrap().scheme(scheme).unwrap();
    scheme.verify(&message, &Keys::from(Secret::new("out"))).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_forge_reaches_both_formats_and_who_comes_late_misses_nothing() {
    let hub = Receiver::start(vec![Reply::status(200, "")]).await;
    // A port where nobody listens yet.
    let reserved = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let late = reserved.local_addr().unwrap();
    drop(reserved);
    let gateway = Running::start(&config(hub.port, late.port())).await;

    let plays = plays();
    assert_eq!(plays.len(), MAPPINGS.forges().len() * PLAYS.len(), "every forge plays both");
    for example in &plays {
        let answer = gateway.send(&head(example), example.body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{}/{}: {}", example.forge, example.name, answer.body);
    }

    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, hub.wait_for(plays.len())).await.unwrap();
    let lab =
        Receiver::listen(TcpListener::bind(late).await.unwrap(), vec![Reply::status(200, "")]);
    tokio::time::timeout(patience, lab.wait_for(plays.len())).await.unwrap();

    for request in hub.requests() {
        holds(&request, "github", "hub_sha256");
        holds(&request, "github", "hub_sha1");
        let head = request.head.to_lowercase();
        let foreign = ["x-gitlab-", "x-gitea-", "x-forgejo-", "x-gogs-", "x-gitee-", "x-codeup-"];
        assert!(!foreign.iter().any(|start| head.contains(start)), "{head}");
    }
    for request in lab.requests() {
        holds(&request, "gitlab", "token");
        assert!(!request.head.to_lowercase().contains("x-hub-"), "{}", request.head);
    }
    assert_eq!((hub.requests().len(), lab.requests().len()), (plays.len(), plays.len()));
}
