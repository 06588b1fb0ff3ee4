//! The store: what was received, what is to be sent, and how that went.
//!
//! [`Store`] is what the rest of Forgeway knows of it; every method that changes something is one
//! transaction, and its answer comes only after the commit. An implementation never decides what a
//! repeat is: [`dedupe`] does, the same for all of them. Times are passed in, so that a test needs no
//! clock; they are kept to the millisecond.

mod attempt;
#[cfg(test)]
mod conformance;
pub mod dedupe;
mod delivery;
mod dispatch;
mod error;
mod id;
mod memory;
mod outgoing;
mod query;
mod rejection;
mod retention;
mod sqlite;
mod verdict;

pub use attempt::{Attempt, Next, Outcome};
pub use dedupe::{Acceptance, DedupeRule, Redelivery};
pub use delivery::{
    Delivery, DeliveryState, Failure, FailureStage, HeaderChange, NewDelivery, Processed,
    StoredBody,
};
pub use dispatch::{Claim, Claimed, Claims, Dispatch, DispatchState, LeaseToken, NewDispatch};
pub use error::StoreError;
pub use id::{DeliveryId, DispatchId};
pub use memory::Memory;
pub use outgoing::{NewOutgoing, Outgoing, OutgoingBody, Rendering};
pub use query::{DeliveryFilter, DeliverySummary, Page, Stats, TargetStats};
pub use rejection::Rejection;
pub use retention::{Pruned, Retention};
pub use sqlite::{Archive, SqliteStore};
pub use verdict::Verdict;

use jiff::Timestamp;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// What a method of the store gives: boxed, so that `Arc<dyn Store>` works.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place that keeps deliveries and what is to be sent because of them.
///
/// Every method that writes answers after its transaction is durable. An error means that nothing of
/// it was kept: the caller answers 503, and never an ack.
pub trait Store: Send + Sync + 'static {
    /// Stores a delivery with its events and dispatches, or finds that it repeats an earlier one.
    fn accept(&self, delivery: Arc<NewDelivery>, rule: DedupeRule) -> StoreFuture<'_, Acceptance>;

    /// Notes a request that was refused: why, and nothing of its body.
    fn reject(&self, rejection: Rejection) -> StoreFuture<'_, ()>;

    /// Leases dispatches that are due, fairly: each target has its own quota, and the total is dealt
    /// out in rounds, so that a target with a long backlog takes no place from another.
    fn claim(&self, claim: Claim) -> StoreFuture<'_, Claims>;

    /// Keeps what a dispatch will send, before its first attempt. The first request stays with the
    /// dispatch; each further one becomes a dispatch of its own, due at once, whose ids are given
    /// back. No request at all makes the dispatch skipped. A dispatch that has its request already
    /// keeps it: what was rendered once is sent until it arrives.
    fn store_rendered(
        &self,
        dispatch: DispatchId,
        rendering: Rendering,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<DispatchId>>;

    /// Records an attempt and what follows from it, and ends the lease. When the lease was lost
    /// meanwhile the attempt is still recorded, but only a success changes the state.
    fn record(
        &self,
        dispatch: DispatchId,
        lease: LeaseToken,
        attempt: Attempt,
        next: Next,
    ) -> StoreFuture<'_, ()>;

    /// Ends a dispatch that was never attempted, or makes it wait longer, without recording an
    /// attempt.
    fn settle(
        &self,
        dispatch: DispatchId,
        lease: LeaseToken,
        next: Next,
        now: Timestamp,
    ) -> StoreFuture<'_, ()>;

    /// Prolongs leases; those that were lost meanwhile are left alone.
    fn renew(&self, leases: Vec<(DispatchId, LeaseToken)>, until: Timestamp)
    -> StoreFuture<'_, ()>;

    /// Gives leases back unused: the dispatches are due at once.
    fn release(&self, leases: Vec<(DispatchId, LeaseToken)>, now: Timestamp)
    -> StoreFuture<'_, ()>;

    /// Queues dead or cancelled dispatches again, with a fresh count of attempts. Gives those that were.
    fn requeue(
        &self,
        dispatches: Vec<DispatchId>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<DispatchId>>;

    /// Dispatches of deliveries since a moment that died before their first attempt.
    fn never_tried(&self, since: Timestamp) -> StoreFuture<'_, Vec<DispatchId>>;

    /// Gives a failed delivery the events and dispatches of another try; refused for any other.
    fn reprocess(
        &self,
        delivery: DeliveryId,
        processed: Processed,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<DispatchId>>;

    /// What an earlier delivery of a source left under a key.
    fn recall(&self, source: String, key: String) -> StoreFuture<'_, Option<Memory>>;

    /// A delivery with its body and events.
    fn delivery(&self, id: DeliveryId) -> StoreFuture<'_, Option<Arc<Delivery>>>;

    /// The dispatches of a delivery, oldest first.
    fn dispatches(&self, delivery: DeliveryId) -> StoreFuture<'_, Vec<Dispatch>>;

    /// What a dispatch sends, once it is rendered.
    fn outgoing(&self, dispatch: DispatchId) -> StoreFuture<'_, Option<Outgoing>>;

    /// The attempts of a dispatch, oldest first.
    fn attempts(&self, dispatch: DispatchId) -> StoreFuture<'_, Vec<Attempt>>;

    /// Deliveries, newest first.
    fn list(&self, filter: DeliveryFilter) -> StoreFuture<'_, Page<DeliverySummary>>;

    /// Refused requests, newest first.
    fn rejections(&self, limit: usize) -> StoreFuture<'_, Vec<Rejection>>;

    /// Deletes one small batch of what is too old or too much; never anything pending.
    fn prune(&self, retention: Retention, now: Timestamp) -> StoreFuture<'_, Pruned>;

    /// Counts and sizes.
    fn stats(&self) -> StoreFuture<'_, Stats>;

    /// Whether a write reaches the disk right now.
    fn ready(&self) -> StoreFuture<'_, ()>;
}
