//! What targets choose about what they are sent: through a whole gateway, on sockets.

use crate::gateway::{MAPPINGS, Running};
use crate::program::example;
use crate::receiver::{Receiver, Reply, Request};
use forgeway::config::{Credential, Process};
use forgeway::ingress::Rules;
use forgeway::scheme::{Message, RequestLine};
use forgeway::store::DeliveryId;
use jiff::Timestamp;
use serde_json::Value;
use std::fmt::Write as _;

/// Sends an example through a gateway with one target, and gives what arrived once this many requests
/// have, with the reasons for what did not.
async fn sent(
    (forge, case): (&str, &str),
    target: &str,
    requests: usize,
) -> (Vec<Request>, Vec<String>) {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let port = receiver.port;
    let gateway = Running::start(&format!(
        "sources: {{ s: {{ forge: {forge}, verify: none }} }}\n\
         targets: {{ t: {{ url: 'http://127.0.0.1:{port}/', allow_private: true, {target} }} }}\n\
         routes: [{{ to: [t] }}]\n"
    ))
    .await;
    let folder = example(forge, case);
    let headers = std::fs::read_to_string(folder.join("headers.json")).unwrap();
    let mut head = "POST /in/s HTTP/1.1".to_owned();
    for (name, value) in serde_json::from_str::<Value>(&headers).unwrap().as_object().unwrap() {
        write!(head, "\r\n{name}: {}", value.as_str().unwrap()).unwrap();
    }
    let body = std::fs::read(folder.join("body.json")).unwrap();
    let answer = gateway.send(&head, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    receiver.wait_for(requests).await;
    let delivery: DeliveryId = answer.body["id"].as_str().unwrap().parse().unwrap();
    let dispatches = gateway.store.dispatches(delivery).await.unwrap();
    let skipped = dispatches.into_iter().flat_map(|dispatch| dispatch.skipped);
    (receiver.requests(), skipped.map(|(_, reason)| reason).collect())
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

#[tokio::test]
async fn events_that_a_format_says_in_one_request_go_together() {
    let many = ("gitlab", "merge_request_update_many");
    let (requests, _) = sent(many, "format: gitlab, passthrough: false", 1).await;
    assert_eq!(requests.len(), 1);
    let changes = &body(&requests[0])["changes"];
    for key in ["title", "target_branch", "labels"] {
        assert!(changes[key].is_object(), "{key}: {changes}");
    }
    // Another format says each for itself.
    let (requests, _) = sent(many, "format: github", 3).await;
    assert!(requests.len() >= 3, "{}", requests.len());
}

#[tokio::test]
async fn companions_are_left_out_where_a_target_says_so() {
    let created = ("gitlab", "push_create");
    let (requests, skipped) = sent(created, "format: github", 2).await;
    let words: Vec<_> = requests.iter().map(|r| r.header("X-Github-Event").unwrap()).collect();
    assert!(words.contains(&"create") && words.contains(&"push"), "{words:?}");
    assert_eq!(skipped, [""; 0]);
    let (requests, skipped) = sent(created, "format: github, companions: off", 1).await;
    assert_eq!(requests[0].header("X-Github-Event"), Some("push"));
    assert_eq!(skipped, ["companions are off: create only accompanies another request"]);
}

#[tokio::test]
async fn a_target_knows_repositories_by_its_own_words() {
    let rule = "repositories: [{ match: '*/*/*', path: '$1/$2-$3', clone_url: 'https://git.example/$path.git', id: 7 }]";
    let (requests, _) = sent(("gitlab", "push"), &format!("format: github, {rule}"), 1).await;
    let repository = &body(&requests[0])["repository"];
    let path = repository["full_name"].as_str().unwrap().to_owned();
    assert_eq!(path.matches('/').count(), 1, "{path}");
    assert_eq!(repository["id"], 7);
    assert_eq!(repository["clone_url"], format!("https://git.example/{path}.git"));
    assert!(repository["html_url"].as_str().unwrap().ends_with(&path), "{repository}");
    assert_eq!(repository["owner"]["login"], path.split('/').next().unwrap());
    // What came in the target's own format is said anew then, too.
    let (requests, _) = sent(("gitlab", "push"), &format!("format: gitlab, {rule}"), 1).await;
    assert_eq!(body(&requests[0])["project"]["path_with_namespace"], path);
}

#[tokio::test]
async fn ids_are_as_wide_as_a_target_takes_them() {
    let id = |requests: Vec<Request>| body(&requests[0])["issue"]["id"].as_i64().unwrap();
    let issue = ("github", "issue_assigned");
    let wide = id(sent(issue, "format: github, passthrough: false", 1).await.0);
    let narrow = id(sent(issue, "format: github, passthrough: false, id_bits: 31", 1).await.0);
    assert!(wide > i64::from(i32::MAX), "{wide}");
    assert!((1..=i64::from(i32::MAX)).contains(&narrow), "{narrow}");
}

#[tokio::test]
async fn every_format_is_a_targets() {
    for format in MAPPINGS.formats() {
        let (requests, _) = sent(
            ("azure-devops", "pullrequest.updated.completed"),
            &format!("format: {format}"),
            1,
        )
        .await;
        assert!(body(&requests[0]).is_object(), "{format}");
    }
}

#[tokio::test]
async fn a_signature_goes_into_the_address_and_into_the_body() {
    let items = [
        "{ scheme: query_signature, secret: q, signed: '{{timestamp}}{{body}}' }",
        "{ scheme: body_signature, secret: b }",
        "{ scheme: sigv4, region: r, service: lambda, access_key_id: A, secret: k }",
        "{ scheme: standard_webhooks, secrets: [whsec_AAAA, whsec_BBBB] }",
    ];
    let target = format!("format: passthrough, sign: [{}]", items.join(", "));
    let (requests, _) = sent(("github", "push_branch"), &target, 1).await;
    let Request { head, body, .. } = &requests[0];
    assert!(body.starts_with(b"{\"timestamp\":\""), "{}", String::from_utf8_lossy(body));
    let mut lines = head.lines();
    let address = lines.next().unwrap().split(' ').nth(1).unwrap();
    let (path, query) = address.split_once('?').unwrap();
    let mut headers = http::HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.insert(name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap());
    }
    let line = RequestLine { path, query: Some(query), ..RequestLine::default() };
    let message = Message { headers: &headers, body, json: body, line, now: Timestamp::now() };
    let forge = MAPPINGS.forge("github").unwrap();
    for item in items {
        let credentials = Credential::parse(item, "item", &Process).unwrap();
        Rules::new(&**forge, &credentials).unwrap().prove(&message).unwrap();
    }
}
