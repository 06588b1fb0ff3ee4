//! A second try for what failed before anything was sent: after a mapping or a setting was mended.

use crate::ingress::{Normalize, Route, Verified};
use crate::mapping::Mappings;
use crate::store::{DeliveryFilter, DeliveryId, DeliveryState, DeliverySummary, Store, StoreError};
use jiff::Timestamp;

/// What a second try brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reprocessed {
    /// Deliveries that are no longer failed.
    pub mended: u64,
    /// Deliveries that still are.
    pub failed: u64,
    /// Dispatches that had died before their first attempt and are queued again.
    pub requeued: u64,
}

/// Processes all failed deliveries since a moment again, and queues what died before its first
/// attempt (because it could not be rendered, say) anew. The caller wakes the worker.
///
/// # Errors
/// The store's.
pub async fn reprocess(
    store: &dyn Store,
    mappings: &Mappings,
    normalize: &Normalize,
    route: &Route,
    since: Timestamp,
) -> Result<Reprocessed, StoreError> {
    let mut done = Reprocessed::default();
    let floor = DeliveryId::floor(since);
    let mut filter =
        DeliveryFilter { state: Some(DeliveryState::Failed), limit: 100, ..Default::default() };
    loop {
        let page = store.list(filter.clone()).await?;
        for DeliverySummary { id, .. } in page.items.iter().filter(|item| item.id >= floor) {
            if again(store, mappings, normalize, route, *id).await? {
                done.mended += 1;
            } else {
                done.failed += 1;
            }
        }
        filter.before = page.next.filter(|next| *next >= floor);
        if filter.before.is_none() {
            break;
        }
    }
    let untried = store.never_tried(since).await?;
    done.requeued = store.requeue(untried, Timestamp::now()).await?.len() as u64;
    Ok(done)
}

/// Processes one delivery again; whether it did not fail this time.
async fn again(
    store: &dyn Store,
    mappings: &Mappings,
    normalize: &Normalize,
    route: &Route,
    id: DeliveryId,
) -> Result<bool, StoreError> {
    let delivery = match store.delivery(id).await {
        Ok(Some(delivery)) => delivery,
        Ok(None) => return Ok(false),
        Err(error @ StoreError::Corrupt(_)) => {
            tracing::warn!(delivery = %id, %error, "cannot be processed again");
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    let Some(forge) = mappings.forge(&delivery.record.forge) else { return Ok(false) };
    let verified = match Verified::restored(&delivery.record, forge) {
        Ok(verified) => verified,
        Err(error) => {
            tracing::warn!(delivery = %id, %error, "cannot be processed again");
            return Ok(false);
        }
    };
    let (_, processed) = route.route(normalize.normalize(verified)).into_parts();
    let mended = processed.failure.is_none();
    match store.reprocess(id, processed, Timestamp::now()).await {
        Ok(_) => Ok(mended),
        // Somebody else was faster: a repeat of it came in.
        Err(StoreError::NotFailed(_)) => Ok(true),
        Err(error) => Err(error),
    }
}
