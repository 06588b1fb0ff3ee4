//! What comes twice.

use super::*;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

fn duplicate(of: DeliveryId, state: DeliveryState) -> Acceptance {
    Acceptance::Duplicate { of, state, hurried: false }
}

pub(in crate::store) async fn a_repeat_is_not_stored(store: &dyn Store) {
    let first = accept_new(store, new(0, Some("guid"), "{}", &["ci"])).await;
    let again = accept(store, new(1, Some("guid"), "{}", &["ci"])).await;
    assert_eq!(again, duplicate(first, DeliveryState::Pending));
    let claimed = claim_one(store, 1).await;
    finish(store, &claimed, 1, Next::Delivered).await;
    let again = accept(store, new(2, Some("guid"), "{}", &["ci"])).await;
    assert_eq!(again, duplicate(first, DeliveryState::Delivered));
    assert_eq!(store.delivery(first).await.unwrap().unwrap().repeats, 2);

    let mut other_source = new(3, Some("guid"), "{}", &["ci"]);
    other_source.source = "others".into();
    accept_new(store, other_source).await;
    // Far outside the window nothing is remembered.
    let later = accept(store, new(2 * DAY, Some("guid"), "{}", &["ci"])).await;
    assert!(matches!(later, Acceptance::Stored { redelivery_of: None, .. }), "{later:?}");
}

pub(in crate::store) async fn a_redelivery_is_served_where_the_forge_keeps_its_id(
    store: &dyn Store,
) {
    let first = accept_new(store, new(0, Some("guid"), "{}", &["ci"])).await;
    let claimed = claim_one(store, 0).await;
    finish(store, &claimed, 0, Next::Delivered).await;
    let later = accept(store, new(2 * MINUTE, Some("guid"), "{}", &["ci"])).await;
    let Acceptance::Stored { delivery, redelivery_of, dispatches, .. } = later else {
        panic!("{later:?}")
    };
    assert_eq!((redelivery_of, dispatches.len()), (Some(first), 1));
    assert_eq!(store.delivery(delivery).await.unwrap().unwrap().redelivery_of, Some(first));
    // Its own repeat is measured from it, not from the first.
    let again = accept(store, new(2 * MINUTE + 1, Some("guid"), "{}", &["ci"])).await;
    assert_eq!(again, duplicate(delivery, DeliveryState::Pending));

    let mut fresh = new(0, Some("other"), "{}", &[]);
    fresh.redelivery = Redelivery::NewId;
    let id = accept_new(store, fresh.clone()).await;
    fresh.received_at = at(10 * MINUTE);
    fresh.id = DeliveryId::new(at(10 * MINUTE));
    assert_eq!(accept(store, fresh).await, duplicate(id, DeliveryState::Unrouted));
}

pub(in crate::store) async fn a_repeat_of_what_waits_hurries_it(store: &dyn Store) {
    let first = accept_new(store, new(0, Some("guid"), "{}", &["ci"])).await;
    let claimed = claim_one(store, 0).await;
    finish(store, &claimed, 0, Next::Retry { at: at(DAY) }).await;
    assert!(store.claim(all(2 * MINUTE)).await.unwrap().claimed.is_empty());
    let again = accept(store, new(2 * MINUTE, Some("guid"), "{}", &["ci"])).await;
    let state = DeliveryState::Pending;
    assert_eq!(again, Acceptance::Duplicate { of: first, state, hurried: true });
    claim_one(store, 2 * MINUTE).await;
}

pub(in crate::store) async fn a_repeat_of_what_is_dead_is_queued_again(store: &dyn Store) {
    let first = accept_new(store, new(0, Some("guid"), "{}", &["ci", "chat"])).await;
    let claims = store.claim(all(0)).await.unwrap().claimed;
    let (ci, chat) = match &claims[..] {
        [a, b] if a.dispatch.target == "ci" => (a, b),
        [a, b] => (b, a),
        other => panic!("{other:?}"),
    };
    finish(store, ci, 0, Next::Delivered).await;
    finish(store, chat, 0, dead()).await;
    assert_eq!(state(store, first).await, DeliveryState::Dead);
    let again = accept(store, new(1, Some("guid"), "{}", &["ci", "chat"])).await;
    let dispatches = vec![chat.dispatch.id];
    assert_eq!(again, Acceptance::Requeued { of: first, dispatches });
    assert_eq!(claim_one(store, 1).await.dispatch.target, "chat");
}

pub(in crate::store) async fn a_repeat_of_what_failed_takes_its_place(store: &dyn Store) {
    let mut broken = new(0, Some("guid"), "{}", &[]);
    let reason = "no rule".into();
    broken.processed.failure = Some(Failure { stage: FailureStage::Normalize, reason });
    let first = accept_new(store, broken).await;
    let again = accept(store, new(1, Some("guid"), "{}", &["ci"])).await;
    assert!(matches!(again, Acceptance::Requeued { of, .. } if of == first), "{again:?}");
    let claimed = claim_one(store, 1).await;
    assert_eq!(claimed.dispatch.delivery, first);
    assert_eq!(claimed.delivery.record.processed.failure, None);
}

pub(in crate::store) async fn the_same_id_with_another_body_is_flagged(store: &dyn Store) {
    let first = accept_new(store, new(0, Some("guid"), "{}", &["ci"])).await;
    let other = accept(store, new(1, Some("guid"), "{ }", &["ci"])).await;
    let Acceptance::Stored { delivery, conflicts_with, .. } = other else { panic!("{other:?}") };
    assert_eq!(conflicts_with, Some(first));
    assert_eq!(store.delivery(delivery).await.unwrap().unwrap().conflicts_with, Some(first));
    // Each of the two is still recognised by its body.
    let again = accept(store, new(2, Some("guid"), "{}", &["ci"])).await;
    assert_eq!(again, duplicate(first, DeliveryState::Pending));
}

pub(in crate::store) async fn without_an_id_nothing_is_a_repeat(store: &dyn Store) {
    let first = accept_new(store, new(0, None, "{}", &["ci"])).await;
    assert_ne!(accept_new(store, new(0, None, "{}", &["ci"])).await, first);
}

pub(in crate::store) async fn of_many_at_once_one_is_stored(store: &dyn Store) {
    let record = |n: i64| new(n % 2, Some("guid"), "{}", &["ci"]);
    let all = (0..20).map(|n| store.accept(Arc::new(record(n)), DedupeRule::default()));
    let mut tasks: Vec<_> = all.map(Box::pin).collect();
    let mut stored = 0;
    // Polled together, so that they wait for the same commits.
    std::future::poll_fn(|context| {
        tasks.retain_mut(|task| match task.as_mut().poll(context) {
            std::task::Poll::Ready(result) => {
                stored += usize::from(matches!(result, Ok(Acceptance::Stored { .. })));
                false
            }
            std::task::Poll::Pending => true,
        });
        if tasks.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    assert_eq!(stored, 1);
}
