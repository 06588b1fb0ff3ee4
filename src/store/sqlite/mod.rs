//! The store in one file: SQLite.
//!
//! WAL with `synchronous=FULL`, so that what was acknowledged survives a power cut. One [`writer`]
//! thread commits in groups; a few [`readers`] look at the file meanwhile; a third party moves the log
//! into the file ([`checkpoint`]). The file belongs to one process: a lock beside it keeps others off,
//! and so a restart may end all leases and go on at once.

mod accept;
mod archive;
mod checkpoint;
mod claim;
mod encode;
mod fault;
mod list;
mod memory;
mod migrate;
mod open;
mod progress;
mod prune;
mod read;
mod readers;
mod row;
mod state;
mod writer;

#[cfg(test)]
mod tests;

pub use archive::Archive;

use super::{
    Acceptance, Attempt, Claim, Claims, DedupeRule, Delivery, DeliveryFilter, DeliveryId,
    DeliverySummary, Dispatch, DispatchId, LeaseToken, Memory, NewDelivery, Next, Outgoing, Page,
    Processed, Pruned, Rejection, Rendering, Retention, Stats, Store, StoreError, StoreFuture,
};
use checkpoint::Checkpointer;
use encode::{EncodedDelivery, EncodedProcessed};
use jiff::Timestamp;
use readers::Readers;
use std::path::Path;
use std::sync::Arc;
use writer::Writer;

/// A store in a file.
pub struct SqliteStore {
    // Closed before the writer, which leaves one file behind when it is the last.
    readers: Readers,
    writer: Writer,
}

impl SqliteStore {
    /// Opens a file, or makes it.
    ///
    /// Fails when the file cannot be opened or written, is damaged, was written by a newer Forgeway, or
    /// is in use by another process.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let lock = open::lock(path)?;
        let conn = open::writer(path)?;
        let cleared = progress::clear_leases(&conn)?;
        if cleared > 0 {
            tracing::info!(dispatches = cleared, "what an earlier process left is due again");
        }
        let failed = |error: std::io::Error| StoreError::Failed(error.to_string());
        let checkpointer = Checkpointer::start(open::checkpointer(path)?).map_err(failed)?;
        let writer = Writer::start(conn, checkpointer, lock).map_err(failed)?;
        Ok(Self { readers: Readers::new(path), writer })
    }
}

impl Store for SqliteStore {
    fn accept(&self, delivery: Arc<NewDelivery>, rule: DedupeRule) -> StoreFuture<'_, Acceptance> {
        Box::pin(async move {
            let encoded = EncodedDelivery::new(delivery)?;
            self.writer.run(move |conn| accept::accept(conn, &encoded, rule)).await
        })
    }

    fn reject(&self, rejection: Rejection) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(move |conn| prune::insert_rejection(conn, &rejection)))
    }

    fn claim(&self, claim: Claim) -> StoreFuture<'_, Claims> {
        Box::pin(async move {
            let leased = self.writer.run(move |conn| claim::claim(conn, &claim)).await?;
            let next_due = leased.next_due;
            if leased.dispatches.is_empty() {
                return Ok(Claims { claimed: Vec::new(), next_due });
            }
            let read = move |conn: &rusqlite::Connection| {
                read::claimed(conn, &leased.dispatches, leased.token)
            };
            Ok(Claims { claimed: self.readers.run(read).await?, next_due })
        })
    }

    fn store_rendered(
        &self,
        dispatch: DispatchId,
        rendering: Rendering,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<DispatchId>> {
        Box::pin(
            self.writer.run(move |conn| progress::store_rendered(conn, dispatch, &rendering, now)),
        )
    }

    fn record(
        &self,
        dispatch: DispatchId,
        lease: LeaseToken,
        attempt: Attempt,
        next: Next,
    ) -> StoreFuture<'_, ()> {
        Box::pin(
            self.writer.run(move |conn| progress::record(conn, dispatch, lease, &attempt, &next)),
        )
    }

    fn settle(
        &self,
        dispatch: DispatchId,
        lease: LeaseToken,
        next: Next,
        now: Timestamp,
    ) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(move |conn| progress::settle(conn, dispatch, lease, &next, now)))
    }

    fn renew(
        &self,
        leases: Vec<(DispatchId, LeaseToken)>,
        until: Timestamp,
    ) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(move |conn| progress::move_lease(conn, &leases, until, true)))
    }

    fn release(
        &self,
        leases: Vec<(DispatchId, LeaseToken)>,
        now: Timestamp,
    ) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(move |conn| progress::move_lease(conn, &leases, now, false)))
    }

    fn requeue(
        &self,
        dispatches: Vec<DispatchId>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<DispatchId>> {
        Box::pin(self.writer.run(move |conn| progress::requeue(conn, &dispatches, now)))
    }

    fn never_tried(&self, since: Timestamp) -> StoreFuture<'_, Vec<DispatchId>> {
        Box::pin(self.readers.run(move |conn| list::never_tried(conn, since)))
    }

    fn reprocess(
        &self,
        delivery: DeliveryId,
        processed: Processed,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<DispatchId>> {
        Box::pin(async move {
            let encoded = EncodedProcessed::new(&processed)?;
            self.writer
                .run(move |conn| match read::failed(conn, delivery)? {
                    Some(true) => accept::replace(conn, delivery, &encoded, now),
                    Some(false) | None => Err(StoreError::NotFailed(delivery)),
                })
                .await
        })
    }

    fn recall(&self, source: String, key: String) -> StoreFuture<'_, Option<Memory>> {
        Box::pin(self.readers.run(move |conn| memory::recall(conn, &source, &key)))
    }

    fn delivery(&self, id: DeliveryId) -> StoreFuture<'_, Option<Arc<Delivery>>> {
        Box::pin(self.readers.run(move |conn| read::delivery(conn, id)))
    }

    fn dispatches(&self, delivery: DeliveryId) -> StoreFuture<'_, Vec<Dispatch>> {
        Box::pin(self.readers.run(move |conn| read::dispatches(conn, delivery)))
    }

    fn outgoing(&self, dispatch: DispatchId) -> StoreFuture<'_, Option<Outgoing>> {
        Box::pin(self.readers.run(move |conn| read::outgoing(conn, dispatch)))
    }

    fn attempts(&self, dispatch: DispatchId) -> StoreFuture<'_, Vec<Attempt>> {
        Box::pin(self.readers.run(move |conn| read::attempts(conn, dispatch)))
    }

    fn list(&self, filter: DeliveryFilter) -> StoreFuture<'_, Page<DeliverySummary>> {
        Box::pin(self.readers.run(move |conn| list::list(conn, &filter)))
    }

    fn rejections(&self, limit: usize) -> StoreFuture<'_, Vec<Rejection>> {
        Box::pin(self.readers.run(move |conn| list::rejections(conn, limit)))
    }

    fn prune(&self, retention: Retention, now: Timestamp) -> StoreFuture<'_, Pruned> {
        Box::pin(self.writer.run(move |conn| prune::prune(conn, &retention, now)))
    }

    fn stats(&self) -> StoreFuture<'_, Stats> {
        Box::pin(self.readers.run(list::stats))
    }

    fn ready(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(|conn| {
            conn.prepare_cached("UPDATE pulse SET beat = beat + 1 WHERE id = 1")?.execute([])?;
            Ok(())
        }))
    }
}
