//! A forge that nobody has heard of: its mapping is a folder that the source brings along.

use crate::gateway::Running;
use crate::memory::write;
use crate::program;
use crate::receiver::{Receiver, Reply};
use forgeway::config::{Config, Process};
use forgeway::mapping::Mappings;
use forgeway::store::DeliveryFilter;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

const FORGE: &str = "\
extends: custom
title: Sunforge
query: [kind]
event: [ { header: X-Sun-Event } ]
verify: { unsigned: [ { header: X-Sun-Event, equals: try, keys: [] } ] }
events: { landed: landed }
";

const LANDED: &str = r#"
doc: Commits landed on a line of a works.
events:
  nothing:
    $when: { $.commits: { empty: true } }
    skip: empty_push
  push:
    $when: { $query.kind: push, $.commits: { empty: false } }
    kind: push
    push:
      ref: { full: "refs/heads/{{$.line}}" }
      before: $.from
      after: $.to
      commits: { $each: $.commits, as: c, do: { sha: $c.hash, message: $c.words } }
    actor: { login: $.who }
    repository: { $use: works, of: $.works }
"#;

const SHARED: &str = r#"
receive:
  works: { type: repository, full_path: $.path, web_url: $.page }
"#;

const SIGNED: &str = "X-My-Key: in";

fn landed(commits: &Value) -> String {
    json!({
        "line": "main", "from": "1".repeat(40), "to": "2".repeat(40), "who": "ada", "commits": commits,
        "works": { "path": "acme/wing", "page": "https://sun.example/acme/wing" }
    })
    .to_string()
}

/// Writes the mapping, its example and a configuration; gives the configuration's text.
fn set_up(root: &Path, port: u16) -> String {
    let folder = root.join("sunforge");
    write(&folder, "forge.yaml", FORGE);
    write(&folder, "receive/landed.yaml", LANDED);
    write(&folder, "shared.yaml", SHARED);
    write(&folder, "examples/none/headers.json", r#"{"X-Sun-Event": "landed"}"#);
    write(&folder, "examples/none/body.json", &landed(&json!([])));
    write(&folder, "examples/none/given.json", r#"{"query": {"kind": "push"}}"#);
    write(&folder, "examples/none/events.json", "[]");
    let config = format!(
        "sources:\n  sun:\n    forge: custom\n    mapping: {}\n    \
         verify: {{ scheme: header, header: X-My-Key, secret: in }}\n\
         targets:\n  ci: {{ url: 'http://127.0.0.1:{port}/hook', format: github, allow_private: true }}\n\
         routes:\n  - {{ to: [ci] }}\n",
        folder.display()
    );
    write(root, "forgeway.yaml", &config);
    config
}

fn head(query: &str, event: &str, more: &str) -> String {
    format!("POST /in/sun{query} HTTP/1.1\r\nX-Sun-Event: {event}{more}")
}

#[tokio::test]
async fn a_forge_that_nobody_knows_goes_the_whole_way() {
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let config = set_up(folder.path(), receiver.port);
    let own = Config::mapping_folders(&folder.path().join("forgeway.yaml"), &Process);
    let mappings = Arc::new(Mappings::load_with(None, &own).unwrap());
    let gateway = Running::start_with(&config, &mappings).await;

    // Not signed, and never: yes, and nothing of it stays.
    let answer = gateway.send(&head("", "try", ""), b"").await;
    assert_eq!((answer.status, &answer.body["status"]), (200, &"ping".into()));
    let all = async || gateway.store.list(DeliveryFilter::default()).await.unwrap().items;
    assert!(all().await.is_empty() && gateway.store.rejections(9).await.unwrap().is_empty());
    let body = landed(&json!([{ "hash": "2".repeat(40), "words": "Weld" }]));
    let answer = gateway.send(&head("?kind=push", "landed", ""), body.as_bytes()).await;
    assert_eq!(answer.status, 401);
    let wrong = head("?kind=push", "landed", "\r\nX-My-Key: nearly");
    assert_eq!(gateway.send(&wrong, body.as_bytes()).await.status, 401);
    let refused = gateway.store.rejections(1).await.unwrap().remove(0);
    let key = ("x-my-key".to_owned(), "***".to_owned());
    assert!(refused.headers.contains(&key), "{:?}", refused.headers);

    // Nothing happened: no event, and the reason.
    let signed = |query| head(query, "landed", &format!("\r\n{SIGNED}"));
    let empty = landed(&json!([]));
    let answer = gateway.send(&signed("?kind=push"), empty.as_bytes()).await;
    assert_eq!((answer.status, &answer.body["status"]), (200, &"accepted".into()));
    assert_eq!(
        (&answer.body["events"], &answer.body["skipped"]),
        (&0.into(), &"empty_push".into())
    );

    let answer = gateway.send(&signed("?kind=push&token=t"), body.as_bytes()).await;
    assert_eq!((&answer.body["events"], &answer.body["dispatches"]), (&1.into(), &1.into()));
    let delivery = gateway.store.delivery(all().await[0].id).await.unwrap().unwrap();
    assert_eq!(delivery.record.forge, "sunforge");
    assert_eq!(delivery.record.processed.events[0].key(), "push.updated");
    assert_eq!(delivery.record.body.query.as_deref(), Some("kind=push"), "and no token");
    assert!(delivery.record.body.headers.contains(&key), "{:?}", delivery.record.body.headers);

    receiver.wait_for(1).await;
    let sent = &receiver.requests()[0];
    assert_eq!(sent.header("X-Github-Event"), Some("push"));
    let push: Value = serde_json::from_slice(&sent.body).unwrap();
    assert_eq!(push["ref"], "refs/heads/main");
    assert_eq!(push["repository"]["full_name"], "acme/wing");
    assert_eq!(push["commits"][0]["message"], "Weld");
}

#[test]
fn check_runs_its_examples_and_names_its_faults() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path(), 9);
    let config = folder.path().join("forgeway.yaml");
    let check = || program::run([std::ffi::OsStr::new("check"), config.as_os_str()]);
    let ran = check();
    assert_eq!(ran.code(), 0, "{}{}", ran.out(), ran.complaint());

    write(folder.path(), "sunforge/examples/none/given.json", "{}");
    write(folder.path(), "sunforge/examples/none/body.json", r#"{"commits": [1]}"#);
    let ran = check();
    assert!(ran.out().contains("sunforge/examples/none: events.json"), "{}", ran.out());

    write(
        folder.path(),
        "sunforge/receive/landed.yaml",
        &LANDED.replace("kind: push\n", "kidn: push\n"),
    );
    let ran = check();
    assert_eq!(ran.code(), 1);
    assert!(ran.out().contains("sunforge/receive/landed.yaml:9:"), "{}", ran.out());

    std::fs::remove_file(folder.path().join("sunforge/forge.yaml")).unwrap();
    let ran = check();
    assert!(ran.out().contains("sources.sun.mapping: there is no forge.yaml in"), "{}", ran.out());
}

#[test]
fn the_commands_take_what_a_delivery_brings_beside_headers_and_body() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path(), 9);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let body = landed(&json!([{ "hash": "2".repeat(40), "words": "Weld" }]));
    write(folder.path(), "body.json", &body);
    write(folder.path(), "given.json", r#"{"query": {"kind": "push"}, "known": {"a": 1}}"#);
    let translate = |more: &[&str]| {
        let (root, headers) = (path(""), path("sunforge/examples/none/headers.json"));
        let body = path("body.json");
        let mut args = vec![
            "translate",
            "--mappings",
            &root,
            "--from",
            "sunforge",
            "--headers",
            &headers,
            &body,
        ];
        args.extend(more);
        program::run(args).json()["events"][0]["kind"].clone()
    };
    assert_eq!(translate(&["--query", "kind=push", "--query", "other=1"]), "push");
    assert_eq!(translate(&["--given", &path("given.json")]), "push");
    assert_eq!(translate(&["--query", "kind=pull"]), "other");
    assert_eq!(translate(&["--known", "{}"]), "other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn send_plays_it_with_its_query_and_its_header() {
    let folder = tempfile::tempdir().unwrap();
    let config = set_up(folder.path(), 9);
    let own = Config::mapping_folders(&folder.path().join("forgeway.yaml"), &Process);
    let mappings = Arc::new(Mappings::load_with(None, &own).unwrap());
    let gateway = Running::start_with(&config, &mappings).await;
    let (url, root) =
        (format!("http://{}/in/sun", gateway.address), folder.path().display().to_string());
    let ran = tokio::task::spawn_blocking(move || {
        let forge = ["--forge", "sunforge", "--event", "none", "--mappings", &root];
        let proof = ["--scheme", "header", "--header", "X-My-Key", "--secret", "in", &url];
        program::run(["send"].iter().chain(&forge).chain(&proof))
    })
    .await
    .unwrap();
    assert_eq!(ran.code(), 0, "{}", ran.complaint());
    assert!(ran.out().contains("empty_push"), "{}", ran.out());
    let kept = gateway.store.list(DeliveryFilter::default()).await.unwrap().items;
    let kept = gateway.store.delivery(kept[0].id).await.unwrap().unwrap();
    assert_eq!(kept.record.body.query.as_deref(), Some("kind=push"));
}
