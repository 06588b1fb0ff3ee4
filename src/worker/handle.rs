//! The way from accepting to sending, without a detour over the store.

use super::places::{Held, Place, Places};
use crate::store::{Claimed, LeaseToken};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

/// Hands accepted dispatches to the worker and wakes it for those in the store.
#[derive(Clone)]
pub struct Handle {
    places: Arc<Places>,
    sender: UnboundedSender<HandedOver>,
    wake: Arc<Notify>,
    lease: Duration,
}

/// A place that waits for a dispatch. The dispatch is stored with this lease; dropped, the place is
/// free again.
pub struct Reserved {
    place: Place,
    held: Held,
    token: LeaseToken,
    until: Timestamp,
}

/// A dispatch that was stored with a lease, and its place.
pub(super) struct HandedOver {
    pub(super) claimed: Claimed,
    pub(super) place: Place,
    pub(super) held: Held,
}

impl Handle {
    pub(super) fn new(
        places: Arc<Places>,
        sender: UnboundedSender<HandedOver>,
        wake: Arc<Notify>,
        lease: Duration,
    ) -> Self {
        Self { places, sender, wake, lease }
    }

    /// A place for a dispatch that is about to be stored; `None` when the target has none free or has
    /// older dispatches waiting: then the dispatch is claimed from the store in its turn.
    pub fn reserve(&self, target: &str, now: Timestamp) -> Option<Reserved> {
        if self.sender.is_closed() {
            return None;
        }
        let place = self.places.try_take(target)?;
        let until = now.checked_add(self.lease).unwrap_or(Timestamp::MAX);
        let held = self.places.hold(target);
        Some(Reserved { place, held, token: LeaseToken::random(), until })
    }

    /// Hands over a dispatch that was stored with the lease of its place.
    pub fn hand_over(&self, reserved: Reserved, claimed: Claimed) {
        let Reserved { place, held, .. } = reserved;
        // A worker that has stopped takes nothing: the lease ends, and the next one claims it.
        let _ = self.sender.send(HandedOver { claimed, place, held });
    }

    /// Says that the store holds something new that is due.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Reserved {
    /// The lease to store the dispatch with.
    pub fn lease(&self) -> (LeaseToken, Timestamp) {
        (self.token, self.until)
    }
}
