//! What a delivery leaves for later ones, over real sockets and a real file.

use crate::gateway::{Answer, Running};
use forgeway::mapping::Mappings;
use forgeway::store::{DeliveryId, Memory};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

const FORGE: &str = "\
title: Demo
precedence: 1000
event: [ { header: X-Demo-Event } ]
delivery: { id: [ { header: X-Demo-Delivery } ] }
verify: { default: [token], schemes: { token: { scheme: token, header: X-Demo-Token } } }
events: { pull: pull }
";

/// Like a forge that does not say what an update changed.
const PULL: &str = r#"
remember:
  key: "pull/{{$.id}}"
  at: $.at
  value: { head: $.head }
events:
  opened: { $when: { $.new: true }, kind: pull_request, action: opened, pull_request: { number: $.id } }
  updated:
    $when: { $.new: { exists: false } }
    kind: pull_request
    action:
      $if: { $known.head: { exists: false } }
      then: updated
      else: { $if: { $known.head: $.head }, then: edited, else: synchronized }
    pull_request: { number: $.id, head: { sha: $.head } }
"#;

pub(crate) fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

struct Forge {
    gateway: Running,
}

impl Forge {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "demo/forge.yaml", FORGE);
        write(folder.path(), "demo/receive/pull.yaml", PULL);
        let mappings = Arc::new(Mappings::load(Some(folder.path())).unwrap());
        let config = "sources: { team: { forge: demo, verify: { secret: in } } }\n\
                      targets: {}\nroutes: []\n";
        Self { gateway: Running::start_with(config, &mappings).await }
    }

    async fn send(&self, id: &str, body: Value) -> Answer {
        let head = format!(
            "POST /in/team HTTP/1.1\r\nX-Demo-Event: pull\r\nX-Demo-Token: in\r\nX-Demo-Delivery: {id}"
        );
        self.gateway.send(&head, body.to_string().as_bytes()).await
    }

    /// Sends what must be taken; gives the action that it tells of.
    async fn says(&self, id: &str, body: Value) -> String {
        let answer = self.send(id, body).await;
        assert_eq!((answer.status, &answer.body["status"]), (200, &"accepted".into()));
        let id: DeliveryId = answer.body["id"].as_str().unwrap().parse().unwrap();
        let delivery = self.gateway.store.delivery(id).await.unwrap().unwrap();
        delivery.record.processed.events[0].action.unwrap().to_string()
    }

    async fn memory(&self, key: &str) -> Option<Memory> {
        self.gateway.store.recall("team".into(), key.into()).await.unwrap()
    }
}

fn sha(digit: &str) -> String {
    digit.repeat(40)
}

fn at(second: u8) -> String {
    format!("2026-03-01T12:00:{second:02}Z")
}

#[tokio::test]
async fn an_update_is_told_by_what_was_known_before_it() {
    let forge = Forge::start().await;
    let one = json!({ "id": 1, "head": sha("1"), "at": at(1), "new": true });
    assert_eq!(forge.says("a", one).await, "opened");
    let pushed = json!({ "id": 1, "head": sha("2"), "at": at(2) });
    assert_eq!(forge.says("b", pushed.clone()).await, "synchronized");
    // The same delivery again tells nothing and leaves nothing.
    assert_eq!(forge.send("b", pushed).await.body["status"], "duplicate");
    let renamed = json!({ "id": 1, "head": sha("2"), "at": at(3) });
    assert_eq!(forge.says("c", renamed).await, "edited");
    // One that was overtaken knows nothing of what came after it, and changes nothing.
    let late = json!({ "id": 1, "head": sha("9"), "at": at(2) });
    assert_eq!(forge.says("d", late).await, "updated");
    assert_eq!(forge.memory("pull/1").await.unwrap().value, json!({ "head": sha("2") }));
    // Without a predecessor nothing is guessed, and sources do not share what they know.
    assert_eq!(forge.says("e", json!({ "id": 2, "head": sha("5"), "at": at(4) })).await, "updated");
    assert!(forge.gateway.store.recall("other".into(), "pull/1".into()).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_too_large_is_not_remembered() {
    let forge = Forge::start().await;
    let body = json!({ "id": 3, "head": "x".repeat(5000), "at": at(1) });
    assert_eq!(forge.says("a", body).await, "updated");
    assert_eq!(forge.memory("pull/3").await, None);
}
