//! What happens to a dispatch.

use super::*;

pub(in crate::store) async fn an_attempt_and_its_result_are_one(store: &dyn Store) {
    let delivery = accept_new(store, new(0, None, "{}", &["ci"])).await;
    let claimed = claim_one(store, 0).await;
    let id = claimed.dispatch.id;
    let mut failed = attempt(0, 0);
    failed.outcome = Outcome::Error { class: "connect".into(), message: "refused".into() };
    let next = Next::Retry { at: at(10) };
    store.record(id, claimed.lease, failed.clone(), next).await.unwrap();
    assert_eq!(state(store, delivery).await, DeliveryState::Pending);
    assert!(store.claim(all(9)).await.unwrap().claimed.is_empty());
    let claimed = claim_one(store, 10).await;
    assert_eq!(claimed.dispatch.attempts, 1);
    finish(store, &claimed, 11, Next::Delivered).await;
    assert_eq!(state(store, delivery).await, DeliveryState::Delivered);
    assert_eq!(store.attempts(id).await.unwrap(), [failed, attempt(11, 204)]);
    assert!(store.claim(all(10_000)).await.unwrap().claimed.is_empty());
}

pub(in crate::store) async fn a_lost_lease_changes_nothing_but_success(store: &dyn Store) {
    let delivery = accept_new(store, new(0, None, "{}", &["ci"])).await;
    let slow = claim_one(store, 0).await;
    let quick = claim_one(store, 60).await;
    finish(store, &slow, 61, dead()).await;
    assert_eq!(state(store, delivery).await, DeliveryState::Pending);
    finish(store, &slow, 62, Next::Delivered).await;
    assert_eq!(state(store, delivery).await, DeliveryState::Delivered);
    finish(store, &quick, 63, dead()).await;
    assert_eq!(state(store, delivery).await, DeliveryState::Delivered);
    assert_eq!(store.attempts(slow.dispatch.id).await.unwrap().len(), 3);
}

pub(in crate::store) async fn what_is_rendered_once_stays(store: &dyn Store) {
    accept_new(store, new(0, None, "{}", &["ci"])).await;
    let claimed = claim_one(store, 0).await;
    let id = claimed.dispatch.id;
    let rendering = |name: &str| Rendering {
        requests: vec![NewOutgoing { events: vec![0], request: outgoing(name) }],
        skipped: vec![],
    };
    assert_eq!(store.store_rendered(id, rendering("push"), at(0)).await.unwrap(), []);
    assert_eq!(store.store_rendered(id, rendering("other"), at(0)).await.unwrap(), []);
    assert_eq!(store.outgoing(id).await.unwrap(), Some(outgoing("push")));
    finish(store, &claimed, 0, Next::Retry { at: at(5) }).await;
    assert_eq!(claim_one(store, 5).await.outgoing, Some(outgoing("push")));
}

pub(in crate::store) async fn further_requests_become_dispatches(store: &dyn Store) {
    let delivery = accept_new(store, new(0, None, "{}", &["ci"])).await;
    let claimed = claim_one(store, 0).await;
    let mut passed = outgoing("push");
    passed.body = OutgoingBody::Delivery;
    let rendering = Rendering {
        requests: vec![
            NewOutgoing { events: vec![0], request: outgoing("create") },
            NewOutgoing { events: vec![1], request: passed.clone() },
        ],
        skipped: vec![(2, "said_by_push".into())],
    };
    let added = store.store_rendered(claimed.dispatch.id, rendering, at(0)).await.unwrap();
    let second = claim_one(store, 0).await;
    assert_eq!(added, [second.dispatch.id]);
    assert_eq!((second.dispatch.target.as_str(), &second.dispatch.events), ("ci", &vec![1]));
    assert_eq!(second.outgoing, Some(passed));
    finish(store, &claimed, 1, Next::Delivered).await;
    assert_eq!(state(store, delivery).await, DeliveryState::Pending);
    finish(store, &second, 1, Next::Delivered).await;
    assert_eq!(state(store, delivery).await, DeliveryState::Delivered);
    let dispatches = store.dispatches(delivery).await.unwrap();
    assert_eq!(dispatches[0].skipped, [(2, "said_by_push".to_owned())]);
}

pub(in crate::store) async fn what_cannot_be_said_is_skipped(store: &dyn Store) {
    let delivery = accept_new(store, new(0, None, "{}", &["ci"])).await;
    let claimed = claim_one(store, 0).await;
    let rendering = Rendering { requests: vec![], skipped: vec![(0, "no such event".into())] };
    store.store_rendered(claimed.dispatch.id, rendering, at(0)).await.unwrap();
    assert_eq!(state(store, delivery).await, DeliveryState::Skipped);
    let reason = "no such event".to_owned();
    let dispatches = store.dispatches(delivery).await.unwrap();
    assert_eq!(dispatches[0].state, DispatchState::Skipped { reason });

    let delivery = accept_new(store, new(1, None, "{}", &["ci"])).await;
    let claimed = claim_one(store, 1).await;
    let (id, lease) = (claimed.dispatch.id, claimed.lease);
    store.settle(id, lease, dead(), at(1)).await.unwrap();
    assert_eq!(state(store, delivery).await, DeliveryState::Dead);
    assert_eq!(store.attempts(id).await.unwrap(), []);
}

pub(in crate::store) async fn the_dead_are_queued_again_with_a_fresh_count(store: &dyn Store) {
    let delivery = accept_new(store, new(0, None, "{}", &["ci"])).await;
    let claimed = claim_one(store, 0).await;
    let id = claimed.dispatch.id;
    assert_eq!(store.requeue(vec![id], at(1)).await.unwrap(), [], "it is not dead yet");
    finish(store, &claimed, 0, dead()).await;
    assert_eq!(state(store, delivery).await, DeliveryState::Dead);
    let unknown = DispatchId::new(at(0));
    assert_eq!(store.requeue(vec![id, unknown], at(50)).await.unwrap(), [id]);
    assert_eq!(state(store, delivery).await, DeliveryState::Pending);
    let claimed = claim_one(store, 50).await;
    assert_eq!((claimed.dispatch.attempts, claimed.dispatch.queued_at), (0, at(50)));
    finish(store, &claimed, 51, Next::Delivered).await;
    assert_eq!(store.attempts(id).await.unwrap().len(), 2, "earlier attempts stay on record");
}

pub(in crate::store) async fn what_died_before_its_first_attempt_is_found(store: &dyn Store) {
    for second in [0, 10, 20] {
        accept_new(store, new(second, None, "{}", &["ci"])).await;
    }
    let claims = store.claim(all(20)).await.unwrap().claimed;
    let [old, untried, tried] = &claims[..] else { panic!("{claims:?}") };
    for claimed in [old, untried] {
        let (id, lease) = (claimed.dispatch.id, claimed.lease);
        store.settle(id, lease, dead(), at(21)).await.unwrap();
    }
    finish(store, tried, 21, dead()).await;
    assert_eq!(store.never_tried(at(5)).await.unwrap(), [untried.dispatch.id]);
}

pub(in crate::store) async fn only_what_failed_is_processed_again(store: &dyn Store) {
    let mut broken = new(0, None, "{}", &[]);
    let failure = |reason: &str| Failure { stage: FailureStage::Normalize, reason: reason.into() };
    broken.processed.failure = Some(failure("no rule"));
    let id = accept_new(store, broken).await;
    let still = Processed { failure: Some(failure("still none")), ..Processed::default() };
    assert_eq!(store.reprocess(id, still, at(1)).await.unwrap(), []);
    let read = store.delivery(id).await.unwrap().unwrap();
    assert_eq!(read.record.processed.failure, Some(failure("still none")));

    let dispatches = vec![NewDispatch::new("ci", vec![0], at(2))];
    let events = vec![crate::event::Event::default()];
    let fixed = Processed { events, dispatches, ..Processed::default() };
    assert_eq!(store.reprocess(id, fixed.clone(), at(2)).await.unwrap().len(), 1);
    let claimed = claim_one(store, 2).await;
    assert_eq!(claimed.delivery.record.processed.events.len(), 1);
    let again = store.reprocess(id, fixed, at(3)).await;
    assert!(matches!(again, Err(StoreError::NotFailed(of)) if of == id), "{again:?}");
}
