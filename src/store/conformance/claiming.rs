//! Leases.

use super::*;

pub(in crate::store) async fn a_leased_dispatch_is_claimed_once(store: &dyn Store) {
    let id = accept_new(store, new(0, None, "{\"a\":1}", &["ci"])).await;
    let claimed = claim_one(store, 0).await;
    assert_eq!(claimed.dispatch.delivery, id);
    assert_eq!(claimed.delivery.record.body.bytes, "{\"a\":1}");
    assert_eq!(claimed.outgoing, None);
    let claims = store.claim(all(1)).await.unwrap();
    assert!(claims.claimed.is_empty());
    assert_eq!(claims.next_due, Some(at(60)));
}

pub(in crate::store) async fn a_lease_that_ends_is_claimed_again(store: &dyn Store) {
    accept_new(store, new(0, None, "{}", &["ci"])).await;
    let first = claim_one(store, 0).await;
    let second = claim_one(store, 60).await;
    assert_eq!(first.dispatch.id, second.dispatch.id);
    assert_ne!(first.lease, second.lease);
}

pub(in crate::store) async fn a_dead_target_takes_no_place_from_another(store: &dyn Store) {
    for second in 0..20 {
        accept_new(store, new(second, None, "{}", &["down"])).await;
    }
    accept_new(store, new(20, None, "{}", &["up", "busy"])).await;
    let quota = HashMap::from([("busy".to_owned(), 0)]);
    let claim = Claim { total: 3, per_target: 2, quota, ..all(30) };
    let claims = store.claim(claim).await.unwrap().claimed;
    let mut targets: Vec<_> = claims.iter().map(|c| c.dispatch.target.as_str()).collect();
    targets.sort_unstable();
    assert_eq!(targets, ["down", "down", "up"]);
    let down: Vec<_> = claims.iter().filter(|c| c.dispatch.target == "down").collect();
    assert_eq!(down[0].dispatch.queued_at, at(0), "the oldest goes first");
    assert_eq!(down[1].dispatch.queued_at, at(1));
}

pub(in crate::store) async fn a_dispatch_handed_over_in_memory_is_leased_from_the_start(
    store: &dyn Store,
) {
    let mut record = new(0, None, "{}", &["ci", "chat"]);
    let token = LeaseToken::random();
    record.processed.dispatches[0].lease = Some((token, at(60)));
    let id = record.processed.dispatches[0].id;
    let delivery = accept_new(store, record).await;
    assert_eq!(claim_one(store, 0).await.dispatch.target, "chat");
    store.record(id, token, attempt(1, 200), Next::Delivered).await.unwrap();
    let dispatches = store.dispatches(delivery).await.unwrap();
    assert_eq!(dispatches[0].state, DispatchState::Delivered);
}

pub(in crate::store) async fn leases_are_renewed_and_given_back(store: &dyn Store) {
    accept_new(store, new(0, None, "{}", &["ci"])).await;
    let first = claim_one(store, 0).await;
    let lease = vec![(first.dispatch.id, first.lease)];
    store.renew(lease.clone(), at(120)).await.unwrap();
    assert!(store.claim(all(100)).await.unwrap().claimed.is_empty());
    store.release(lease.clone(), at(100)).await.unwrap();
    let second = claim_one(store, 100).await;
    // Who lost the lease neither prolongs nor ends that of another.
    store.renew(lease.clone(), at(1000)).await.unwrap();
    store.release(lease, at(100)).await.unwrap();
    assert!(store.claim(all(150)).await.unwrap().claimed.is_empty());
    assert_ne!(claim_one(store, 160).await.lease, second.lease);
}
