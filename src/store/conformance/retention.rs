//! What is forgotten, and what never is.

use super::*;

const DAY: i64 = 86_400;

pub(in crate::store) async fn the_old_are_pruned_and_the_pending_never(store: &dyn Store) {
    let waiting = accept_new(store, new(0, None, "{}", &["ci"])).await;
    let leased = accept_new(store, new(1, None, "{}", &["leased"])).await;
    let quota = HashMap::from([("ci".to_owned(), 0)]);
    store.claim(Claim { quota, ..all(1) }).await.unwrap();
    let mut old = Vec::new();
    for second in 2..12 {
        old.push(accept_new(store, new(second, None, "{}", &[])).await);
    }
    let young = accept_new(store, new(DAY, None, "{}", &[])).await;
    let rejection =
        Rejection { at: at(0), source: None, status: 404, reason: "?".into(), headers: Vec::new() };
    store.reject(rejection).await.unwrap();

    let rule = Retention {
        age: Some(Duration::from_secs(3600)),
        size: None,
        batch: 4,
        ..Retention::default()
    };
    let mut gone = Pruned::default();
    let mut batches = 0;
    loop {
        let pruned = store.prune(rule, at(DAY)).await.unwrap();
        assert!(pruned.deliveries <= 4);
        gone.deliveries += pruned.deliveries;
        gone.rejections += pruned.rejections;
        batches += 1;
        if !pruned.more {
            break;
        }
    }
    assert_eq!((gone.deliveries, gone.rejections, batches), (10, 1, 3));
    for id in [waiting, leased, young] {
        assert!(store.delivery(id).await.unwrap().is_some());
    }
    for id in old {
        assert!(store.delivery(id).await.unwrap().is_none());
    }
}

pub(in crate::store) async fn too_much_is_pruned_oldest_first(store: &dyn Store) {
    let body = "x".repeat(64 * 1024);
    let waiting = accept_new(store, new(0, None, &body, &["ci"])).await;
    let mut ids = Vec::new();
    for second in 1..=20 {
        ids.push(accept_new(store, new(second, None, &body, &[])).await);
    }
    let size = 700 * 1024;
    assert!(store.stats().await.unwrap().bytes > size);
    let rule = Retention { age: None, size: Some(size), batch: 5, ..Retention::default() };
    while store.prune(rule, at(30)).await.unwrap().more {}
    let stats = store.stats().await.unwrap();
    assert!(stats.bytes <= size, "{}", stats.bytes);
    assert!(stats.bytes > size / 2, "no more than needed went: {}", stats.bytes);
    assert!(store.delivery(waiting).await.unwrap().is_some());
    assert!(store.delivery(ids[0]).await.unwrap().is_none());
    assert!(store.delivery(ids[19]).await.unwrap().is_some());

    // What is pending alone exceeds the size: it stays, and pruning ends.
    let rule = Retention { size: Some(1), ..rule };
    while store.prune(rule, at(30)).await.unwrap().more {}
    assert!(store.delivery(waiting).await.unwrap().is_some());
}
