//! The headers on the wire: exactly those of the real forge's sender (`tests/wire`), and nothing of what
//! came in.

use super::play::{Play, meaning, plays};
use crate::gateway::Running as Gateway;
use crate::receiver::{Receiver, Reply, Request};
use regex::Regex;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

/// What the sender of a forge puts on the wire.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    /// Every header by its exact name, and what its whole value must match.
    headers: BTreeMap<String, String>,
    /// Those that no two deliveries share.
    own: Vec<String>,
    /// Those that all deliveries share.
    shared: Vec<String>,
}

/// What comes in with every delivery and must not go out.
const LEAKS: &str = "X-Request-Id: leak\r\nCookie: leak=1\r\nAuthorization: Bearer leak\r\nVia: 1.1 leak\r\n\
    X-Forwarded-For: 203.0.113.99\r\nTraceparent: 00-leak\r\nX-Custom: leak\r\nX-Gogs-Extra: leak\r\n\
    X-Gitlab-Extra: leak\r\nX-Github-Extra: leak\r\nX-Hub-Signature-512: leak\r\nAccept-Language: leak";

fn config(format: &str, port: u16, plays: &[Play]) -> String {
    let mut config = "sources:\n".to_owned();
    for play in plays {
        let forge = &play.delivery.forge;
        writeln!(config, "  {}: {{ forge: {forge}, verify: none }}", play.source()).unwrap();
    }
    write!(
        config,
        "targets:\n  real: {{ url: 'http://127.0.0.1:{port}/hook?k=v', format: {format}, \
         allow_private: true, sign: {{ secret: out }} }}\nroutes:\n  - to: [real]\n"
    )
    .unwrap();
    config
}

/// What all other forges' deliveries put on the wire in a format.
async fn sent(format: &str) -> Vec<Request> {
    let plays = plays(format, &[]);
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let gateway = Gateway::start(&config(format, receiver.port, &plays)).await;
    let mut expected = 0;
    for play in &plays {
        let mut head = format!("POST /in/{}?token=leak HTTP/1.1\r\n{LEAKS}", play.source());
        for (name, value) in &play.delivery.headers {
            write!(head, "\r\n{name}: {}", value.to_str().unwrap()).unwrap();
        }
        let mut delivery = play.delivery.clone();
        // Nothing came before it that the gateway could remember.
        delivery.given.known = None;
        delivery.given.query.clear();
        expected += meaning(&delivery, format, true).1;
        let answer = gateway.send(&head, delivery.body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{}: {}", play.title(), answer.body);
    }
    let all = receiver.wait_for(expected);
    tokio::time::timeout(Duration::from_secs(120), all).await.unwrap();
    receiver.requests()
}

fn header_lines(request: &Request) -> BTreeMap<&str, &str> {
    request.head.lines().skip(1).map(|line| line.split_once(": ").unwrap()).collect()
}

async fn is_real(format: &str) {
    let path = crate::tidy::root().join("tests/wire").join(format!("{format}.yaml"));
    let wire: Wire = serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let requests = sent(format).await;
    let mut faults = BTreeSet::new();
    for request in &requests {
        let headers = header_lines(request);
        for (name, value) in &headers {
            let Some(pattern) = wire.headers.get(*name) else {
                faults.insert(format!("{name} is none of its headers"));
                continue;
            };
            if !Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(value) {
                faults.insert(format!("{name}: {value}"));
            }
        }
        let lacking = wire.headers.keys().filter(|name| !headers.contains_key(name.as_str()));
        faults.extend(lacking.map(|name| format!("{name} is not there")));
        let text = format!("{}{}", request.head, String::from_utf8_lossy(&request.body));
        if !text.starts_with("POST /hook?k=v HTTP/1.1\r\n") {
            faults.insert(format!("the request is {:?}", text.lines().next()));
        }
        if text.contains("leak") || text.contains("203.0.113.99") {
            faults.insert(format!("something of what came in went out: {}", request.head));
        }
    }
    let values = |name: &String| -> BTreeSet<_> {
        requests.iter().filter_map(|request| request.header(name)).collect()
    };
    let own = wire.own.iter().filter(|name| values(name).len() != requests.len());
    faults.extend(own.map(|name| format!("two deliveries share a {name}")));
    let shared = wire.shared.iter().filter(|name| values(name).len() != 1);
    faults.extend(shared.map(|name| format!("not all deliveries share the {name}")));
    let faults: Vec<_> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{format}, {} requests:\n  {}", requests.len(), faults.join("\n  "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_formats_headers_are_its_forges_own() {
    for format in ["github", "gitlab", "gitea", "bitbucket-cloud"] {
        is_real(format).await;
    }
}
