//! What is written is what is read.

use super::*;
use crate::event::{Action, Event, Kind};

pub(in crate::store) async fn everything_that_is_stored_comes_back(store: &dyn Store) {
    let event = Event {
        kind: Some(Kind::Push),
        action: Some(Action::Updated),
        repository: Some(Box::new(crate::event::Repository {
            full_path: Some("acme/app".into()),
            ..Default::default()
        })),
        occurred_at: Some(crate::value::Time::new(at(-5))),
        ..Event::default()
    };
    let mut record = new(0, Some("guid"), "{\"a\": 1}", &["ci", "chat"]);
    record.mismatch = Some("elsewhere".into());
    record.body.query = Some("x=1".into());
    record.processed.events = vec![event, Event::default()];
    record.processed.notes = vec!["a note".into()];
    record.processed.verdicts = vec![
        Verdict { routes: vec!["f.yaml:9:5".into()], events: Vec::new(), why: None },
        Verdict {
            routes: vec!["f.yaml:7:5".into(), "f.yaml:8:5".into()],
            events: vec![1],
            why: Some("wants another branch".into()),
        },
    ];
    record.processed.dispatches[1].events = vec![0, 1];
    let id = accept_new(store, record.clone()).await;

    let read = store.delivery(id).await.unwrap().unwrap();
    let expected = std::mem::take(&mut record.processed.dispatches);
    assert_eq!(format!("{:?}", *read.record), format!("{record:?}"));
    assert_eq!(read.state, DeliveryState::Pending);
    assert_eq!((read.conflicts_with, read.redelivery_of, read.repeats), (None, None, 0));

    let dispatches = store.dispatches(id).await.unwrap();
    assert_eq!(dispatches.len(), 2);
    for (read, new) in dispatches.iter().zip(&expected) {
        assert_eq!((read.id, &read.target, &read.events), (new.id, &new.target, &new.events));
        assert_eq!((&read.state, read.attempts), (&DispatchState::Pending, 0));
        assert_eq!((read.delivery, read.queued_at, read.due_at), (id, at(0), at(0)));
    }
    assert!(store.delivery(DeliveryId::new(at(9))).await.unwrap().is_none());
}

pub(in crate::store) async fn a_failing_delivery_is_stored_without_dispatches(store: &dyn Store) {
    let mut record = new(0, Some("guid"), "{}", &["ci"]);
    let failure = Failure { stage: FailureStage::Normalize, reason: "no rule".into() };
    record.processed.failure = Some(failure.clone());
    let id = accept_new(store, record).await;
    assert_eq!(state(store, id).await, DeliveryState::Failed);
    assert_eq!(store.dispatches(id).await.unwrap(), []);
    assert_eq!(store.delivery(id).await.unwrap().unwrap().record.processed.failure, Some(failure));
}

pub(in crate::store) async fn lists_are_paged_newest_first(store: &dyn Store) {
    let mut ids = Vec::new();
    for second in 0..5 {
        let mut record = new(second, None, "{}", if second == 2 { &["ci"] } else { &[] });
        record.source = if second % 2 == 0 { "even".into() } else { "odd".into() };
        ids.push(accept_new(store, record).await);
    }
    ids.reverse();
    let mut filter = DeliveryFilter { limit: 2, ..DeliveryFilter::default() };
    let mut seen = Vec::new();
    loop {
        let page = store.list(filter.clone()).await.unwrap();
        seen.extend(page.items.iter().map(|item| item.id));
        filter.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids);
    let even = DeliveryFilter { source: Some("even".into()), ..DeliveryFilter::default() };
    assert_eq!(store.list(even.clone()).await.unwrap().items.len(), 3);
    let pending = DeliveryFilter { state: Some(DeliveryState::Pending), ..even };
    let page = store.list(pending).await.unwrap();
    assert_eq!(page.items.iter().map(|item| item.id).collect::<Vec<_>>(), [ids[2]]);
    assert_eq!(page.items[0].event.as_deref(), Some("push"));
}

pub(in crate::store) async fn refused_requests_are_kept_without_a_body(store: &dyn Store) {
    for (second, status) in [(0, 401), (1, 400)] {
        let source = Some("team".into());
        let reason = format!("refused with {status}");
        let headers = vec![("x-event".to_owned(), status.to_string())];
        let rejection = Rejection { at: at(second), source, status, reason, headers };
        store.reject(rejection).await.unwrap();
    }
    let kept = store.rejections(10).await.unwrap();
    assert_eq!(kept.iter().map(|r| r.status).collect::<Vec<_>>(), [400, 401]);
    assert_eq!(kept[1].reason, "refused with 401");
    assert_eq!(kept[1].at, at(0));
    assert_eq!(kept[0].headers, [("x-event".to_owned(), "400".to_owned())]);
}

pub(in crate::store) async fn counts_are_kept_by_state_and_target(store: &dyn Store) {
    accept_new(store, new(0, None, "{}", &[])).await;
    accept_new(store, new(1, None, "{}", &["ci"])).await;
    let claimed = claim_one(store, 1).await;
    finish(store, &claimed, 1, dead()).await;
    accept_new(store, new(2, None, "{}", &["ci", "chat"])).await;
    let stats = store.stats().await.unwrap();
    assert_eq!(stats.deliveries["unrouted"], 1);
    assert_eq!(stats.deliveries["dead"], 1);
    assert_eq!(stats.deliveries["pending"], 1);
    assert_eq!(stats.deliveries["failed"], 0);
    assert_eq!(stats.targets["ci"], TargetStats { pending: 1, dead: 1, oldest: Some(at(2)) });
    assert_eq!(stats.targets["chat"].pending, 1);
    assert!(stats.bytes > 0);
    store.ready().await.unwrap();
}
