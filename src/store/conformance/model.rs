//! A store in forty lines of memory, and any sequence of steps on both: they must agree.

use super::*;
use crate::store::dedupe::{Decision, Prior, decide};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Something that happens to a store.
#[derive(Debug, Clone)]
pub(in crate::store) enum Step {
    Accept { id: u8, body: u8, targets: u8, failed: bool },
    Wait { seconds: i64 },
    Claim { per_target: usize },
    Finish { which: usize, how: u8 },
    Restore { which: usize },
    Prune { age: u64 },
}

/// Any sequence of steps.
pub(in crate::store) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..3u8, 0..2u8, 0..4u8, prop::bool::weighted(0.1))
            .prop_map(|(id, body, targets, failed)| Step::Accept { id, body, targets, failed }),
        2 => (1..200i64).prop_map(|seconds| Step::Wait { seconds }),
        2 => (1..4usize).prop_map(|per_target| Step::Claim { per_target }),
        4 => (0..50usize, 0..4u8).prop_map(|(which, how)| Step::Finish { which, how }),
        1 => (0..50usize).prop_map(|which| Step::Restore { which }),
        1 => (1..2000u64).prop_map(|age| Step::Prune { age }),
    ];
    prop::collection::vec(step, 1..60)
}

#[derive(Debug)]
struct ModelDelivery {
    id: DeliveryId,
    received_at: Timestamp,
    name: String,
    body: u8,
    failed: bool,
    dispatches: Vec<ModelDispatch>,
}

#[derive(Debug)]
struct ModelDispatch {
    id: DispatchId,
    target: String,
    state: &'static str,
    due: Timestamp,
    lease: Option<LeaseToken>,
}

impl ModelDelivery {
    fn state(&self) -> DeliveryState {
        let any = |state| self.dispatches.iter().any(|d| d.state == state);
        match () {
            () if self.failed => DeliveryState::Failed,
            () if self.dispatches.is_empty() => DeliveryState::Unrouted,
            () if any("pending") => DeliveryState::Pending,
            () if any("dead") => DeliveryState::Dead,
            () if any("delivered") => DeliveryState::Delivered,
            () => DeliveryState::Skipped,
        }
    }

    fn fill(&mut self, new: &NewDelivery, now: Timestamp) {
        self.failed = new.processed.failure.is_some();
        self.dispatches.clear();
        let dispatches = new.processed.dispatches.iter().filter(|_| !self.failed);
        self.dispatches.extend(dispatches.map(|dispatch| ModelDispatch {
            id: dispatch.id,
            target: dispatch.target.clone(),
            state: "pending",
            due: now,
            lease: None,
        }));
    }
}

#[derive(Default)]
struct Model {
    deliveries: Vec<ModelDelivery>,
}

impl Model {
    fn accept(&mut self, new: &NewDelivery, body: u8) -> Acceptance {
        let (now, rule) = (new.received_at, DedupeRule::default());
        let name = new.forge_delivery_id.clone().unwrap();
        let known = self.deliveries.iter().filter(|d| {
            d.name == name && now.duration_since(d.received_at) < rule.window.try_into().unwrap()
        });
        let prior = |d: &ModelDelivery| {
            Some(Prior { id: d.id, received_at: d.received_at, state: d.state() })
        };
        let same = known.clone().rfind(|d| d.body == body).and_then(prior);
        let other = known.clone().rfind(|d| d.body != body).and_then(prior);
        match decide(now, new.redelivery, same, other, rule) {
            Decision::Store { conflicts_with, redelivery_of } => {
                let (id, received_at, dispatches) = (new.id, now, Vec::new());
                let mut made =
                    ModelDelivery { id, received_at, name, body, failed: false, dispatches };
                made.fill(new, now);
                let dispatches = made.dispatches.iter().map(|d| d.id).collect();
                self.deliveries.push(made);
                Acceptance::Stored { delivery: id, dispatches, conflicts_with, redelivery_of }
            }
            Decision::Ignore { prior, hurry } => {
                let mut hurried = false;
                let mut dispatches = Vec::new();
                for d in &mut self.delivery(prior.id).dispatches {
                    if hurry && d.state == "dead" {
                        (d.state, d.due, d.lease) = ("pending", now, None);
                        dispatches.push(d.id);
                    } else if hurry && d.state == "pending" && d.lease.is_none() && d.due > now {
                        (d.due, hurried) = (now, true);
                    }
                }
                if dispatches.is_empty() {
                    Acceptance::Duplicate { of: prior.id, state: prior.state, hurried }
                } else {
                    Acceptance::Requeued { of: prior.id, dispatches }
                }
            }
            Decision::Revive(prior) => {
                let mut dispatches = Vec::new();
                for d in self.delivery(prior.id).dispatches.iter_mut().filter(|d| d.state == "dead")
                {
                    (d.state, d.due, d.lease) = ("pending", now, None);
                    dispatches.push(d.id);
                }
                Acceptance::Requeued { of: prior.id, dispatches }
            }
            Decision::Replace(prior) => {
                let replaced = self.delivery(prior.id);
                replaced.fill(new, now);
                let dispatches = replaced.dispatches.iter().map(|d| d.id).collect();
                Acceptance::Requeued { of: prior.id, dispatches }
            }
        }
    }

    fn delivery(&mut self, id: DeliveryId) -> &mut ModelDelivery {
        self.deliveries.iter_mut().find(|d| d.id == id).unwrap()
    }

    fn dispatches(&mut self) -> impl Iterator<Item = &mut ModelDispatch> {
        self.deliveries.iter_mut().flat_map(|d| &mut d.dispatches)
    }

    fn dispatch(&mut self, id: DispatchId) -> Option<&mut ModelDispatch> {
        self.dispatches().find(|d| d.id == id)
    }

    /// The ids that a claim must lease.
    fn due(&mut self, now: Timestamp, per_target: usize) -> BTreeSet<DispatchId> {
        let mut due: Vec<_> = self
            .dispatches()
            .filter(|d| d.state == "pending" && d.due <= now)
            .map(|d| (d.target.clone(), d.due, d.id))
            .collect();
        due.sort();
        let mut taken = HashMap::<String, usize>::new();
        due.retain(|(target, ..)| {
            let taken = taken.entry(target.clone()).or_default();
            *taken += 1;
            *taken <= per_target
        });
        due.into_iter().map(|(.., id)| id).collect()
    }
}

/// Takes all steps on the store and on the model, comparing after each.
pub(in crate::store) async fn walk(store: &dyn Store, steps: Vec<Step>) {
    let mut model = Model::default();
    let mut held: Vec<Claimed> = Vec::new();
    let mut second = 0;
    for step in steps {
        match step {
            Step::Wait { seconds } => second += seconds,
            Step::Accept { id, body, targets, failed } => {
                let targets: &[_] = match targets {
                    0 => &[],
                    1 => &["ci"],
                    2 => &["chat"],
                    _ => &["ci", "chat"],
                };
                let (name, text) = (format!("id-{id}"), format!("[{body}]"));
                let mut record = new(second, Some(&name), &text, targets);
                if failed {
                    let (stage, reason) = (FailureStage::Route, "no".into());
                    record.processed.failure = Some(Failure { stage, reason });
                }
                let expected = model.accept(&record, body);
                match (accept(store, record).await, expected) {
                    // What is queued again has no order.
                    (
                        Acceptance::Requeued { of, mut dispatches },
                        Acceptance::Requeued { of: expected, dispatches: mut more },
                    ) => {
                        dispatches.sort();
                        more.sort();
                        assert_eq!((of, dispatches), (expected, more));
                    }
                    // With a failure nothing is dispatched, whatever was planned.
                    (got, expected) => assert_eq!(got, expected),
                }
            }
            Step::Claim { per_target } => {
                let expected = model.due(at(second), per_target);
                let claim = Claim { per_target, ..all(second) };
                let claims = store.claim(claim).await.unwrap().claimed;
                let got: BTreeSet<_> = claims.iter().map(|c| c.dispatch.id).collect();
                assert_eq!(got, expected);
                for claimed in claims {
                    let dispatch = model.dispatch(claimed.dispatch.id).unwrap();
                    (dispatch.lease, dispatch.due) = (Some(claimed.lease), at(second + 60));
                    held.push(claimed);
                }
            }
            Step::Finish { which, how } if !held.is_empty() => {
                let claimed = held.remove(which % held.len());
                let next = match how {
                    0 => Next::Retry { at: at(second + 30) },
                    1 => dead(),
                    2 => Next::Skipped { reason: "no".into() },
                    _ => Next::Delivered,
                };
                if let Some(d) = model.dispatch(claimed.dispatch.id) {
                    let ours = d.state == "pending" && d.lease == Some(claimed.lease);
                    if ours || how > 2 {
                        d.state = ["pending", "dead", "skipped", "delivered"][usize::from(how)];
                        (d.lease, d.due) = (None, at(second + 30));
                    }
                }
                finish(store, &claimed, second, next).await;
            }
            Step::Restore { which } if !held.is_empty() => {
                let claimed = held.remove(which % held.len());
                let lease = vec![(claimed.dispatch.id, claimed.lease)];
                store.release(lease, at(second)).await.unwrap();
                if let Some(d) = model.dispatch(claimed.dispatch.id)
                    && d.state == "pending"
                    && d.lease == Some(claimed.lease)
                {
                    (d.lease, d.due) = (None, at(second));
                }
            }
            Step::Finish { .. } | Step::Restore { .. } => {}
            Step::Prune { age } => {
                let rule = Retention {
                    age: Some(Duration::from_secs(age)),
                    size: None,
                    batch: 2,
                    ..Retention::default()
                };
                while store.prune(rule, at(second)).await.unwrap().more {}
                let cutoff = at(second - i64::try_from(age).unwrap());
                model
                    .deliveries
                    .retain(|d| d.received_at >= cutoff || d.state() == DeliveryState::Pending);
            }
        }
        let page = DeliveryFilter { limit: 1000, ..DeliveryFilter::default() };
        let listed = store.list(page).await.unwrap().items;
        let got: Vec<_> = listed.iter().rev().map(|item| (item.id, item.state)).collect();
        let expected: Vec<_> = model.deliveries.iter().map(|d| (d.id, d.state())).collect();
        assert_eq!(got, expected);
    }
}
