//! The one writer: a thread that commits whatever is queued in one transaction.
//!
//! An fsync costs the same for one delivery and for a hundred, so everything that queued up while the
//! last commit was under way goes into the next. Each item has a savepoint: one that fails is undone
//! alone. Nobody is answered before the commit, and a commit that fails is everybody's error.

use super::checkpoint::Checkpointer;
use crate::store::StoreError;
use rusqlite::Connection;
use std::fs::File;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// How many items may wait. Whoever comes then waits too, and so does the forge.
const QUEUE: usize = 1024;
/// How many items one transaction takes: more would only make the first of them wait longer.
const BATCH: usize = 128;

/// The way to the writer's thread.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Item>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. The lock on the file is given up when the thread ends.
    pub(super) fn start(
        conn: Connection,
        checkpointer: Checkpointer,
        lock: File,
    ) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || run(conn, waiting, checkpointer, lock))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs a piece of work in the next transaction; gives its result once that is durable.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let item = Box::new(Work { work: Some(work), result: None, reply });
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.send(item).await.map_err(|_| StoreError::Closed)?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // What is queued is still written; a thread that panicked has nothing more to say.
            let _ = thread.join();
        }
    }
}

fn run(
    mut conn: Connection,
    mut waiting: mpsc::Receiver<Box<dyn Item>>,
    mut checkpointer: Checkpointer,
    _lock: File,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
        let outcome = commit(&mut conn, &mut batch);
        if let Err(error) = &outcome {
            tracing::error!(%error, items = batch.len(), "a commit of the store failed");
        }
        for item in batch.drain(..) {
            item.answer(outcome.as_ref().err());
        }
        checkpointer.after_commit(&conn);
    }
    checkpointer.finish(&conn);
}

/// Runs all items in one transaction. An error is one of the transaction as a whole.
fn commit(conn: &mut Connection, batch: &mut [Box<dyn Item>]) -> Result<(), StoreError> {
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for item in batch {
        tx.prepare_cached("SAVEPOINT item")?.execute([])?;
        let kept = item.run(&tx);
        // A full disk or a failed read can make SQLite undo the whole transaction by itself.
        if tx.is_autocommit() {
            return Err(item.failure().unwrap_or_else(|| {
                StoreError::Failed("the transaction was undone by the database".into())
            }));
        }
        if !kept {
            tx.prepare_cached("ROLLBACK TO item")?.execute([])?;
        }
        tx.prepare_cached("RELEASE item")?.execute([])?;
    }
    Ok(tx.commit()?)
}

/// A piece of work whose type is forgotten.
trait Item: Send {
    /// Does the work; whether it is to be kept.
    fn run(&mut self, conn: &Connection) -> bool;
    /// The error of the work itself.
    fn failure(&self) -> Option<StoreError>;
    /// Answers, now that the commit succeeded or failed.
    fn answer(self: Box<Self>, failed: Option<&StoreError>);
}

struct Work<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Item for Work<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, conn: &Connection) -> bool {
        self.result = self.work.take().map(|work| work(conn));
        matches!(self.result, Some(Ok(_)))
    }

    fn failure(&self) -> Option<StoreError> {
        self.result.as_ref()?.as_ref().err().map(StoreError::again)
    }

    fn answer(self: Box<Self>, failed: Option<&StoreError>) {
        let result = match (self.result, failed) {
            // Its own error says more than that of the batch.
            (Some(Err(error)), _) => Err(error),
            (_, Some(failed)) => Err(failed.again()),
            (Some(result), None) => result,
            (None, None) => Err(StoreError::Closed),
        };
        // Whoever asked may have gone: the work is done all the same.
        let _ = self.reply.send(result);
    }
}
