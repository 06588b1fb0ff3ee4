//! `forgeway new forge`: the folder that it makes works as it is, and from a recorded delivery, too.

use crate::gateway::Running;
use crate::memory::write;
use crate::program::run;
use crate::receiver::{Receiver, Reply};
use forgeway::config::{Config, Process};
use forgeway::mapping::Mappings;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

fn made(folder: &Path, args: &[&str]) -> String {
    let within = folder.to_str().unwrap();
    let ran = run(["new", "forge", "sunforge", "--in", within].iter().chain(args));
    assert_eq!(ran.code(), 0, "{}", ran.complaint());
    ran.complaint()
}

/// The events of one of its examples, its forge told by the headers.
fn events(folder: &Path, example: &str) -> Value {
    let mapping = folder.join("sunforge");
    let file = |name: &str| mapping.join("examples").join(example).join(name).display().to_string();
    let (headers, body) = (file("headers.json"), file("body.json"));
    let mapping = mapping.to_str().unwrap();
    let printed = run(["translate", "--mappings", mapping, "--headers", &headers, &body]).json();
    assert_eq!(printed["forge"], "sunforge");
    printed["events"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_forge_works_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    made(&root, &[]);
    let mapping = root.join("sunforge").display().to_string();
    let checked = run(["check", "--mappings", root.to_str().unwrap()]);
    assert_eq!(checked.code(), 0, "{}{}", checked.out(), checked.complaint());
    assert_eq!(events(&root, "push")[0]["push"]["ref"]["name"], "main");
    assert_eq!(events(&root, "pull_request")[0]["action"], "opened");

    // Its examples are run: a change of what a rule gives is seen.
    let rule = root.join("sunforge/receive/push.yaml");
    let text = std::fs::read_to_string(&rule).unwrap();
    write(&root, "sunforge/receive/push.yaml", &text.replace("$sha: $.after", "$sha: $.before"));
    let checked = run(["check", "--mappings", &mapping]);
    assert!(checked.out().contains("sunforge/examples/push: events.json"), "{}", checked.out());
    std::fs::write(&rule, text).unwrap();

    // As a source brings it along, signed as its forge.yaml says.
    let receiver = Receiver::start(vec![Reply::status(200, ""); 2]).await;
    let config = format!(
        "sources:\n  sun: {{ forge: custom, mapping: {mapping}, verify: {{ secret: in }} }}\n\
         targets:\n  ci: {{ url: 'http://127.0.0.1:{}/', format: github, allow_private: true }}\n\
         routes: [ {{ to: [ci] }} ]\n",
        receiver.port
    );
    write(&root, "forgeway.yaml", &config);
    let own = Config::mapping_folders(&root.join("forgeway.yaml"), &Process);
    let mappings = Arc::new(Mappings::load_with(None, &own).unwrap());
    let gateway = Running::start_with(&config, &mappings).await;
    let url = format!("http://{}/in/sun", gateway.address);
    let sent = tokio::task::spawn_blocking(move || {
        for event in ["push", "pull_request"] {
            let send = ["send", "--forge", "sunforge", "--mappings", &mapping, "--event", event];
            let ran = run(send.iter().chain(&["--secret", "in", &url]));
            assert_eq!(ran.code(), 0, "{}{}", ran.out(), ran.complaint());
        }
    });
    sent.await.unwrap();
    receiver.wait_for(2).await;
    let mut words: Vec<_> = receiver
        .requests()
        .iter()
        .map(|sent| sent.header("X-Github-Event").unwrap().to_owned())
        .collect();
    words.sort();
    assert_eq!(words, ["pull_request", "push"]);
}

#[test]
fn a_delivery_makes_a_mapping_that_knows_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let headers = format!(
        r#"{{"Host": "h", "X-Sun-Event": "Part: \"welded\" #1", "X-Sun-Delivery": "d-7", "X-Sun-Token": "hush",
            "Authorization": "Bearer hush", "X-Sun-Signature": "sha256={}"}}"#,
        "0".repeat(64)
    );
    write(root, "headers.json", &headers);
    let body = r#"{"user": {"login": "ada"}, "repository": {"full_name": "acme/wing"}, "a b": [{"c": "x: y"}]}"#;
    write(root, "body.json", body);
    let file = |name: &str| root.join(name).display().to_string();
    made(root, &["--from", &file("headers.json"), &file("body.json")]);

    let checked = run(["check", "--mappings", &file("sunforge")]);
    assert_eq!(checked.code(), 0, "{}{}", checked.out(), checked.complaint());
    let events = events(root, "part_welded_1");
    assert_eq!(events[0]["kind"], "other");
    assert_eq!(events[0]["raw"]["name"], "Part: \"welded\" #1");
    assert_eq!(events[0]["repository"]["name"], "wing");
    assert_eq!(events[0]["source"]["delivery_id"], "d-7");
    let read = |name: &str| std::fs::read_to_string(root.join("sunforge").join(name)).unwrap();
    let kept = read("examples/part_welded_1/headers.json");
    for secret in ["hush", "signature", "host", "authorization"] {
        assert!(!kept.contains(secret), "{kept}");
    }
    assert_eq!(read("examples/part_welded_1/body.json"), body);
    assert!(read("forge.yaml").contains("header: X-Sun-Signature, prefix: \"sha256=\""));
    let places = read("receive/part_welded_1.yaml");
    assert!(places.contains("#   $[\"a b\"][0].c = \"x: y\"\n"), "{places}");
}

/// What a forge's own examples make: each holds, however little its headers and body tell.
#[test]
fn any_delivery_makes_a_mapping_that_holds() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = [
        (
            "push",
            r#"{"X-Gitea-Event": "push"}"#,
            r#"{"ref": "refs/heads/a", "after": "1111111111111111111111111111111111111111"}"#,
        ),
        ("push_hook", r#"{"User-Agent": "Sun/1", "A": "b"}"#, r#"{"event": "Push Hook"}"#),
        ("received", "{}", "[1, null]"),
        ("event", r#"{"X-Topic": "…", "X-Sun-Event": "&&"}"#, "{}"),
    ];
    for (example, headers, body) in bodies {
        let root = folder.path().join(example);
        write(&root, "headers.json", headers);
        write(&root, "body.json", body);
        let file = |name: &str| root.join(name).display().to_string();
        made(&root, &["--from", &file("headers.json"), &file("body.json")]);
        let kept = |name: &str| file(&format!("sunforge/examples/{example}/{name}"));
        let (headers, body) = (kept("headers.json"), kept("body.json"));
        let mapping = ["--mappings", &file("sunforge"), "--from", "sunforge"];
        let read = ["translate", "--headers", &headers, &body];
        let events = run(read.iter().chain(&mapping)).json()["events"].clone();
        assert_eq!(events[0]["source"]["event"].is_string(), example != "none", "{example}");
    }
}

#[test]
fn what_is_there_already_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path(), &[]);
    let within = folder.path().to_str().unwrap();
    let cases = [
        (vec!["sunforge"], "sunforge is there already: choose another name"),
        (vec!["gitea"], "there is a mapping `gitea` already"),
        (vec!["a/b"], "`a/b` is no name for a forge"),
    ];
    for (name, reason) in cases {
        let ran = run(["new", "forge", "--in", within].iter().chain(&name));
        assert_eq!(ran.code(), 1);
        assert!(ran.complaint().contains(reason), "{}", ran.complaint());
    }
    write(folder.path(), "h.json", "{}");
    write(folder.path(), "b.txt", "payload=%7B%7D");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let ran =
        run(["new", "forge", "moon", "--in", within, "--from", &file("h.json"), &file("b.txt")]);
    assert_eq!(ran.code(), 2);
    assert!(ran.complaint().contains("take it out of its form first"), "{}", ran.complaint());
    assert!(!folder.path().join("moon").exists());
}
