//! What deliveries leave for later ones.

use super::*;
use serde_json::json;

/// A delivery that leaves a head, as of a second.
fn leaving(second: i64, id: &str, body: &str, as_of: i64, head: &str) -> NewDelivery {
    let mut delivery = new(second, Some(id), body, &[]);
    let value = json!({ "head": head });
    delivery.processed.memory = Some(Memory { key: "pr/1".into(), value, at: at(as_of) });
    delivery
}

async fn head(store: &dyn Store, source: &str) -> Option<String> {
    let memory = store.recall(source.into(), "pr/1".into()).await.unwrap()?;
    Some(memory.value["head"].as_str().unwrap().to_owned())
}

pub(in crate::store) async fn what_a_delivery_leaves_is_there_for_its_source(store: &dyn Store) {
    assert_eq!(head(store, "team").await, None);
    accept_new(store, leaving(0, "a", "{}", 0, "one")).await;
    assert_eq!(head(store, "team").await.as_deref(), Some("one"));
    assert_eq!(head(store, "other").await, None);
    assert_eq!(store.recall("team".into(), "pr/2".into()).await.unwrap(), None);
    let memory = store.recall("team".into(), "pr/1".into()).await.unwrap().unwrap();
    assert_eq!((memory.key.as_str(), memory.at), ("pr/1", at(0)));
}

pub(in crate::store) async fn a_repeat_leaves_nothing(store: &dyn Store) {
    accept_new(store, leaving(0, "a", "{}", 0, "one")).await;
    accept_new(store, leaving(5, "b", "{}", 5, "two")).await;
    // The same delivery again, which would now say something else.
    let again = accept(store, leaving(6, "a", "{}", 6, "three")).await;
    assert!(matches!(again, Acceptance::Duplicate { .. }), "{again:?}");
    assert_eq!(head(store, "team").await.as_deref(), Some("two"));
}

pub(in crate::store) async fn what_is_older_changes_nothing(store: &dyn Store) {
    accept_new(store, leaving(0, "a", "{}", 10, "new")).await;
    accept_new(store, leaving(1, "b", "{}", 9, "old")).await;
    assert_eq!(head(store, "team").await.as_deref(), Some("new"));
    accept_new(store, leaving(2, "c", "{}", 10, "as new")).await;
    assert_eq!(head(store, "team").await.as_deref(), Some("as new"));
}

pub(in crate::store) async fn what_failed_leaves_it_when_it_is_understood(store: &dyn Store) {
    let mut failed = leaving(0, "a", "{}", 0, "never");
    let reason = "no rule".into();
    failed.processed.failure = Some(Failure { stage: FailureStage::Normalize, reason });
    let id = accept_new(store, failed).await;
    assert_eq!(head(store, "team").await, None);
    let processed = leaving(1, "a", "{}", 0, "later").processed;
    store.reprocess(id, processed, at(1)).await.unwrap();
    assert_eq!(head(store, "team").await.as_deref(), Some("later"));
}

pub(in crate::store) async fn what_nobody_wrote_for_long_is_forgotten(store: &dyn Store) {
    accept_new(store, leaving(0, "a", "{}", 1000, "one")).await;
    let memory = Duration::from_secs(100);
    let rule = Retention { age: None, size: None, memory, ..Retention::default() };
    assert_eq!(store.prune(rule, at(100)).await.unwrap().memories, 0);
    assert_eq!(store.prune(rule, at(101)).await.unwrap().memories, 1);
    assert_eq!(head(store, "team").await, None);
}
