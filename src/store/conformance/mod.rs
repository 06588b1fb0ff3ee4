//! What every store must do, whatever it is made of: the same tests run on each.
//!
//! A test is a function over `&dyn Store`; [`suite!`] turns the list of them into tests of one
//! implementation. Times are numbers of seconds, so that nothing waits.

mod claiming;
mod memory;
mod model;
mod progress;
mod records;
mod repeats;
mod retention;

pub(super) use claiming::*;
pub(super) use memory::*;
pub(super) use model::*;
pub(super) use progress::*;
pub(super) use records::*;
pub(super) use repeats::*;
pub(super) use retention::*;

use super::*;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Runs every test on the store that `$open` makes: it gives the store and what keeps it alive.
macro_rules! suite {
    ($open:path) => {
        $crate::store::conformance::suite!($open:
            everything_that_is_stored_comes_back
            a_failing_delivery_is_stored_without_dispatches
            lists_are_paged_newest_first
            refused_requests_are_kept_without_a_body
            counts_are_kept_by_state_and_target
            a_repeat_is_not_stored
            a_redelivery_is_served_where_the_forge_keeps_its_id
            a_repeat_of_what_waits_hurries_it
            a_repeat_of_what_is_dead_is_queued_again
            a_repeat_of_what_failed_takes_its_place
            the_same_id_with_another_body_is_flagged
            without_an_id_nothing_is_a_repeat
            of_many_at_once_one_is_stored
            a_leased_dispatch_is_claimed_once
            a_lease_that_ends_is_claimed_again
            a_dead_target_takes_no_place_from_another
            a_dispatch_handed_over_in_memory_is_leased_from_the_start
            leases_are_renewed_and_given_back
            an_attempt_and_its_result_are_one
            a_lost_lease_changes_nothing_but_success
            what_is_rendered_once_stays
            further_requests_become_dispatches
            what_cannot_be_said_is_skipped
            the_dead_are_queued_again_with_a_fresh_count
            what_died_before_its_first_attempt_is_found
            only_what_failed_is_processed_again
            the_old_are_pruned_and_the_pending_never
            too_much_is_pruned_oldest_first
            what_a_delivery_leaves_is_there_for_its_source
            a_repeat_leaves_nothing
            what_is_older_changes_nothing
            what_failed_leaves_it_when_it_is_understood
            what_nobody_wrote_for_long_is_forgotten
        );

        proptest::proptest! {
            #![proptest_config(proptest::prelude::ProptestConfig {
                cases: 48,
                ..Default::default()
            })]
            #[test]
            fn it_does_what_the_model_does(steps in $crate::store::conformance::steps()) {
                let (store, _keep) = $open();
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on($crate::store::conformance::walk(&*store, steps));
            }
        }
    };
    ($open:path: $($test:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let (store, _keep) = $open();
                $crate::store::conformance::$test(&*store).await;
            }
        )+
    };
}
pub(super) use suite;

/// A moment: so many seconds after the tests begin.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

/// A delivery to `targets` with this id of the forge and this body.
fn new(second: i64, id: Option<&str>, body: &str, targets: &[&str]) -> NewDelivery {
    let bytes = bytes::Bytes::copy_from_slice(body.as_bytes());
    let dispatches = targets.iter().map(|target| NewDispatch::new(*target, vec![0], at(second)));
    NewDelivery {
        id: DeliveryId::new(at(second)),
        received_at: at(second),
        source: "team".into(),
        forge: "somewhere".into(),
        mismatch: None,
        forge_delivery_id: id.map(str::to_owned),
        redelivery: Redelivery::SameId,
        event: Some("push".into()),
        auth: crate::event::Auth { scheme: Some("token".into()), covers_body: Some(false) },
        body: StoredBody {
            method: "POST".into(),
            query: None,
            rewritten: vec![HeaderChange {
                name: "x-one".into(),
                came: vec!["a".into(), "b".into()],
                what: "set".into(),
                at: "f.yaml:1:2".into(),
            }],
            headers: vec![("content-type".into(), "application/json".into())],
            encoding: "json".into(),
            sha256: StoredBody::digest(&bytes),
            bytes,
        },
        processed: Processed { dispatches: dispatches.collect(), ..Processed::default() },
    }
}

/// Accepts by the usual rule.
async fn accept(store: &dyn Store, delivery: NewDelivery) -> Acceptance {
    store.accept(Arc::new(delivery), DedupeRule::default()).await.unwrap()
}

/// Accepts what must be new; gives its id.
async fn accept_new(store: &dyn Store, delivery: NewDelivery) -> DeliveryId {
    match accept(store, delivery).await {
        Acceptance::Stored { delivery, .. } => delivery,
        other => panic!("{other:?}"),
    }
}

/// A claim of as much as there is, at this second, with leases of a minute.
fn all(second: i64) -> Claim {
    Claim {
        now: at(second),
        lease: Duration::from_secs(60),
        total: 1000,
        per_target: 1000,
        quota: HashMap::new(),
    }
}

/// Claims the one dispatch that is due.
async fn claim_one(store: &dyn Store, second: i64) -> Claimed {
    let mut claims = store.claim(all(second)).await.unwrap().claimed;
    assert_eq!(claims.len(), 1);
    claims.remove(0)
}

/// An attempt that ended with this status.
fn attempt(second: i64, status: u16) -> Attempt {
    Attempt {
        started_at: at(second),
        duration: Duration::from_micros(1234),
        outcome: Outcome::Status(status),
        sent_headers: vec![("X-Event".into(), "push".into())],
        response_headers: vec![("server".into(), "x".into())],
        response_body: "answer".into(),
    }
}

/// Records how the attempt of a claimed dispatch went.
async fn finish(store: &dyn Store, claimed: &Claimed, second: i64, next: Next) {
    let status = if next == Next::Delivered { 204 } else { 500 };
    let (id, lease) = (claimed.dispatch.id, claimed.lease);
    store.record(id, lease, attempt(second, status), next).await.unwrap();
}

/// Gives up.
fn dead() -> Next {
    Next::Dead { reason: "the target is gone".into() }
}

/// How far a delivery is.
async fn state(store: &dyn Store, id: DeliveryId) -> DeliveryState {
    store.delivery(id).await.unwrap().unwrap().state
}

/// The rendered request `name` with a body of its own.
fn outgoing(name: &str) -> Outgoing {
    Outgoing {
        id: format!("id-of-{name}"),
        event: name.into(),
        rule: "rule".into(),
        method: "PUT".into(),
        path: "/a%2Fb".into(),
        query: "a=1&b=2".into(),
        headers: vec![("X-Event".into(), name.into()), ("X-Event".into(), "twice".into())],
        body: OutgoingBody::Own(bytes::Bytes::from_static(b"{}")),
        classes: vec![1, 2, 3],
        values: BTreeMap::from([("{{event.kind}}".into(), "push".into())]),
        defaulted: vec!["$.a".into()],
    }
}

/// A delivery to one target, for tests of one implementation.
pub(super) fn delivery_to(target: &str) -> NewDelivery {
    new(0, Some("guid"), "{}", &[target])
}

/// A claim of all that is due at the beginning of the tests.
pub(super) fn claim_everything() -> Claim {
    all(0)
}
