//! The whole story: every forge delivers to a gateway, two targets want everything in two formats,
//! and one of them is not up yet.

use crate::gateway::{MAPPINGS, Running};
use crate::receiver::{Receiver, Reply, Request};
use forgeway::event::Event;
use forgeway::mapping::{Example, Given, TargetFacts};
use forgeway::scheme::{Keys, Message, Outbound, RequestLine, Scheme};
use forgeway::secret::Secret;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use std::collections::BTreeSet;
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
    let is_json = |example: &Example| {
        example.body.starts_with('{')
            && example.given == Given::default()
            && in_both_formats(example)
    };
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

/// Whether an example becomes one request in each of the two formats: a few forges say too little.
fn in_both_formats(example: &Example) -> bool {
    let Some(events) = &example.events else { return false };
    let events: Vec<Event> = serde_json::from_value(events.clone()).unwrap();
    let one = |format: &str, event| {
        let target = TargetFacts::default();
        MAPPINGS.emit(format, &[event], &target, "id").unwrap().requests.len() == 1
    };
    events.iter().all(|event| one("github", event) && one("gitlab", event))
}

/// The scheme that a forge's source is configured with: its first that can sign in the forge's name.
fn scheme(forge: &str) -> Option<String> {
    let verify = &MAPPINGS.forge(forge).unwrap().verify;
    let default = verify.default.iter().flatten().cloned();
    let names = default.chain(verify.schemes.iter().map(|(name, _)| name.to_owned()));
    let message = Outbound::new(b"{}", "1", Timestamp::now());
    let signs = |name: &String| {
        let scheme = verify.schemes.get(name).unwrap().clone().filled_in("star");
        scheme.sign(&Keys::from(Secret::new("in")), &message).is_ok()
    };
    names.into_iter().find(signs)
}

/// The head of the request that plays an example, signed.
fn head(example: &Example) -> String {
    let forge = MAPPINGS.forge(&example.forge).unwrap();
    let scheme = scheme(&example.forge).map(|name| forge.scheme(&name).unwrap().clone());
    let scheme =
        scheme.map(|scheme| scheme.filled_in(forge.star(&example.headers).unwrap_or("star")));
    let message = Outbound::new(example.body.as_bytes(), &example.name, Timestamp::now());
    let sign =
        |scheme: Scheme| scheme.sign(&Keys::from(Secret::new("in")), &message).unwrap().headers;
    let signed = scheme.map(sign).unwrap_or_default();
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
        let name = &forge.name;
        let verify = match scheme(name) {
            Some(scheme) => format!("{{ scheme: {scheme}, secret: in, allow_sha1: true }}"),
            None => "none".to_owned(),
        };
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
    let message = Message {
        headers: &headers,
        body,
        json,
        line: RequestLine::default(),
        now: Timestamp::now(),
    };
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
    let forges: BTreeSet<_> = plays.iter().map(|example| &example.forge).collect();
    assert!(forges.len() >= 18, "most forges play: {forges:?}");
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
