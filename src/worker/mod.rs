//! The worker: takes what is due from the store and drives it through [`egress`](crate::egress).
//!
//! What was just accepted is handed over in memory ([`Handle`]); everything else is claimed from the
//! store when it is due: retries, what an earlier process left, what there was no room for. Each target
//! has its own places, and the first of them is never taken by another target, so one that is down or
//! slow holds up nobody else. A lease in the store stands behind everything that is under way: when a
//! process dies, the next one claims it again.

mod attempt;
mod backoff;
mod handle;
mod leases;
mod places;
mod reprocess;
mod retention;
mod run;
mod settings;

pub use handle::{Handle, Reserved};
pub use reprocess::{Reprocessed, reprocess};
pub use settings::Settings;

use crate::config::Target;
use crate::egress::Egress;
use crate::store::Store;
use leases::Leases;
use places::Places;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

/// Sends what is to be sent. Made by [`Worker::new`], does its work in [`Worker::run`].
pub struct Worker {
    shared: Arc<Shared>,
    handed_over: UnboundedReceiver<handle::HandedOver>,
}

/// What the loop and the attempts share.
struct Shared {
    store: Arc<dyn Store>,
    egress: Egress,
    targets: HashMap<String, Arc<Target>>,
    settings: Settings,
    places: Arc<Places>,
    leases: Leases,
    /// Something is due that nobody knows of yet.
    wake: Arc<Notify>,
    /// No new attempt begins any more.
    stop: CancellationToken,
}

impl Worker {
    /// A worker for these targets, and the handle by which accepted deliveries reach it.
    pub fn new(
        store: Arc<dyn Store>,
        egress: Egress,
        targets: impl IntoIterator<Item = Arc<Target>>,
        settings: Settings,
    ) -> (Self, Handle) {
        let targets: HashMap<_, _> =
            targets.into_iter().map(|target| (target.name.clone(), target)).collect();
        let places = Arc::new(Places::new(targets.keys().map(String::as_str), &settings));
        let wake = Arc::new(Notify::new());
        let (sender, handed_over) = mpsc::unbounded_channel();
        let handle = Handle::new(Arc::clone(&places), sender, Arc::clone(&wake), settings.lease);
        let (leases, stop) = (Leases::default(), CancellationToken::new());
        let shared = Shared { store, egress, targets, settings, places, leases, wake, stop };
        (Self { shared: Arc::new(shared), handed_over }, handle)
    }
}
