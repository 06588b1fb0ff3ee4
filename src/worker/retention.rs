//! Forgets what need not be kept, a little at a time.

use super::Shared;
use jiff::Timestamp;
use std::time::Duration;

/// The pause between two batches: deliveries come first.
const PAUSE: Duration = Duration::from_millis(50);

/// Prunes until the worker stops.
pub(super) async fn keep_pruning(shared: &Shared) {
    loop {
        prune(shared).await;
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = tokio::time::sleep(shared.settings.prune_every) => {}
        }
    }
}

async fn prune(shared: &Shared) {
    let mut gone = 0;
    while !shared.stop.is_cancelled() {
        match shared.store.prune(shared.settings.retention, Timestamp::now()).await {
            Ok(pruned) => {
                gone += pruned.deliveries;
                if !pruned.more {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::error!(%error, "old deliveries could not be pruned");
                break;
            }
        }
    }
    if gone > 0 {
        tracing::info!(deliveries = gone, "pruned");
    }
}
