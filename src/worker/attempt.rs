//! One attempt: from a lease to a record of how it went.

use super::Shared;
use super::backoff;
use super::leases::Lease;
use super::places::{Held, Place};
use crate::config::Target;
use crate::egress::{Dispatch, EgressError, Receipt};
use crate::store::{Claimed, Next, StoreError};
use jiff::Timestamp;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// How long a dispatch waits when it could not be rendered or recorded because of the store.
const STORE_TROUBLE: Duration = Duration::from_secs(5);
/// How long a dispatch waits for its target to be configured again.
const MISSING_TARGET: Duration = Duration::from_secs(600);
/// How often the record of an attempt is tried: a success that is not recorded is sent twice.
const RECORD_TRIES: u32 = 8;

/// Sends one dispatch and records what came of it. Gives when it is due again, if it is.
pub(super) async fn attempt(
    shared: Arc<Shared>,
    claimed: Claimed,
    place: Option<Place>,
    _held: Held,
    lease: Lease,
) -> Option<Timestamp> {
    let _place = match place {
        Some(place) => Some(place),
        None => tokio::select! {
            biased;
            () = shared.stop.cancelled() => return release(&shared, &claimed).await,
            place = shared.places.take(&claimed.dispatch.target) => place,
        },
    };
    let Some(target) = shared.targets.get(&claimed.dispatch.target).cloned() else {
        return settle(&shared, &claimed, missing_target(&shared, &claimed)).await;
    };
    let id = claimed.dispatch.id;
    let dispatch = Dispatch { claimed: claimed.clone(), target: Arc::clone(&target) };
    let egress = shared.egress.clone();
    // A task of its own, so that a panic in it is one dispatch's trouble.
    let sending = AbortOnDrop(tokio::spawn(egress.oneshot(dispatch)));
    match sending.join().await {
        Ok(Ok(receipt)) => record(&shared, &claimed, &target, &lease, receipt).await,
        // It was asked and has not agreed: that was an attempt, too.
        Ok(Err(EgressError::NoConsent(receipt))) => {
            record(&shared, &claimed, &target, &lease, *receipt).await
        }
        Ok(Err(EgressError::Skipped { .. })) => None,
        Ok(Err(EgressError::Failed { stage, reason })) => {
            let reason = format!("{stage}: {reason}");
            tracing::warn!(dispatch = %id, target = %target.name, %reason, "cannot be sent");
            settle(&shared, &claimed, Next::Dead { reason }).await
        }
        Ok(Err(EgressError::Later { at, further })) => {
            if !further.is_empty() {
                shared.wake.notify_one();
            }
            settle(&shared, &claimed, Next::Retry { at }).await
        }
        Ok(Err(EgressError::Store(error))) => {
            tracing::error!(dispatch = %id, %error, "what was rendered could not be stored");
            settle(&shared, &claimed, Next::Retry { at: later(STORE_TROUBLE) }).await
        }
        Err(error) => {
            tracing::error!(dispatch = %id, %error, "sending panicked");
            let reason = "a fault in forgeway: sending panicked; see the log".to_owned();
            settle(&shared, &claimed, Next::Dead { reason }).await
        }
    }
}

/// Records what came of an attempt.
async fn record(
    shared: &Shared,
    claimed: &Claimed,
    target: &Target,
    lease: &Lease,
    receipt: Receipt,
) -> Option<Timestamp> {
    let Receipt { attempt, verdict, further, .. } = receipt;
    let made = claimed.dispatch.attempts + 1;
    let next = backoff::next(verdict, made, &target.retry, Timestamp::now());
    if !further.is_empty() {
        shared.wake.notify_one();
    }
    log(claimed, &attempt.outcome, &next);
    let (id, token) = (claimed.dispatch.id, lease.token());
    let record = || shared.store.record(id, token, attempt.clone(), next.clone());
    insist(record).await.map_or_else(|()| None, |()| due(&next))
}

/// A target that is not configured: perhaps it will be again, but not forever.
fn missing_target(shared: &Shared, claimed: &Claimed) -> Next {
    let waited = Timestamp::now().duration_since(claimed.dispatch.queued_at);
    let target = &claimed.dispatch.target;
    if Duration::try_from(waited).is_ok_and(|waited| waited > shared.settings.missing_target) {
        let reason = format!("no target `{target}` is configured any more");
        return Next::Dead { reason };
    }
    tracing::warn!(%target, "dispatches wait for a target that is not configured");
    Next::Retry { at: later(MISSING_TARGET) }
}

async fn settle(shared: &Shared, claimed: &Claimed, next: Next) -> Option<Timestamp> {
    let (id, lease) = (claimed.dispatch.id, claimed.lease);
    let settle = || shared.store.settle(id, lease, next.clone(), Timestamp::now());
    insist(settle).await.map_or_else(|()| None, |()| due(&next))
}

async fn release(shared: &Shared, claimed: &Claimed) -> Option<Timestamp> {
    let lease = vec![(claimed.dispatch.id, claimed.lease)];
    if let Err(error) = shared.store.release(lease, Timestamp::now()).await {
        tracing::warn!(%error, "a lease could not be given back; it ends by itself");
    }
    None
}

/// Writes to the store, again and again for a while when it fails.
async fn insist<'a, F>(write: impl Fn() -> F) -> Result<(), ()>
where
    F: Future<Output = Result<(), StoreError>> + 'a,
{
    let mut pause = Duration::from_millis(100);
    for _ in 0..RECORD_TRIES {
        let Err(error) = write().await else { return Ok(()) };
        tracing::error!(%error, "the result of a dispatch could not be stored; trying again");
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Err(())
}

fn due(next: &Next) -> Option<Timestamp> {
    match next {
        Next::Retry { at } => Some(*at),
        Next::Delivered | Next::Dead { .. } | Next::Skipped { .. } => None,
    }
}

fn later(wait: Duration) -> Timestamp {
    Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn log(claimed: &Claimed, outcome: &crate::store::Outcome, next: &Next) {
    let dispatch = &claimed.dispatch;
    let (id, delivery, target) = (dispatch.id, dispatch.delivery, &dispatch.target);
    match next {
        Next::Delivered => {
            tracing::info!(dispatch = %id, %delivery, %target, ?outcome, "delivered")
        }
        Next::Retry { at } => {
            tracing::warn!(dispatch = %id, %delivery, %target, ?outcome, again = %at, "not delivered");
        }
        Next::Dead { reason } | Next::Skipped { reason } => {
            tracing::warn!(dispatch = %id, %delivery, %target, ?outcome, %reason, "given up");
        }
    }
}

/// A task that ends when nobody waits for it any more: a shutdown that ran out of patience.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> AbortOnDrop<T> {
    async fn join(mut self) -> Result<T, tokio::task::JoinError> {
        (&mut self.0).await
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
