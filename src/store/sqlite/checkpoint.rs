//! Moves what was committed from the log into the file, off the writer's way.
//!
//! SQLite would do it within some unlucky commit, which then takes tens of milliseconds. A thread with
//! a connection of its own does it instead, while the writer goes on. Under a load that never pauses
//! the log would grow without an end, because the writer is always a little ahead; then, and only
//! then, the writer itself takes the little that is left.

use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Pages in the log from which a checkpoint is worth its fsync.
const WORTHWHILE: i64 = 1000;
/// Pages in the log at which the writer has to help: 64 MiB.
const TOO_MANY: i64 = 16 * 1024;
/// The least time between two looks at the log.
const PAUSE: Duration = Duration::from_millis(100);

/// The writer's half.
pub(super) struct Checkpointer {
    committed: Option<SyncSender<()>>,
    help: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(conn: Connection) -> std::io::Result<Self> {
        let (committed, commits) = sync_channel(1);
        let help = Arc::new(AtomicBool::new(false));
        let asks = Arc::clone(&help);
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || run(&conn, &commits, &asks))?;
        Ok(Self { committed: Some(committed), help, thread: Some(thread) })
    }

    /// Tells the thread of a commit and helps if the log has grown too long.
    pub(super) fn after_commit(&mut self, conn: &Connection) {
        if let Some(committed) = &self.committed {
            // A full channel means that the thread will look anyway.
            let _ = committed.try_send(());
        }
        if self.help.swap(false, Ordering::Relaxed) {
            checkpoint(conn, "RESTART");
        }
    }

    /// Ends the thread and empties the log, so that a stopped store is one file.
    pub(super) fn finish(&mut self, conn: &Connection) {
        self.committed = None;
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
        checkpoint(conn, "TRUNCATE");
    }
}

fn run(conn: &Connection, commits: &Receiver<()>, help: &AtomicBool) {
    while commits.recv().is_ok() {
        if pages(conn, "NOOP").is_some_and(|log| log.waiting() >= WORTHWHILE) {
            checkpoint(conn, "PASSIVE");
            if pages(conn, "NOOP").is_some_and(|log| log.written >= TOO_MANY) {
                help.store(true, Ordering::Relaxed);
            }
        }
        // Ended early when the store closes.
        std::thread::park_timeout(PAUSE);
    }
}

fn checkpoint(conn: &Connection, mode: &str) {
    if pages(conn, mode).is_none() {
        tracing::warn!(mode, "a checkpoint of the store failed; it will be tried again");
    }
}

/// How long the log is.
struct Log {
    written: i64,
    moved: i64,
}

impl Log {
    fn waiting(&self) -> i64 {
        self.written - self.moved
    }
}

/// Runs a checkpoint; `NOOP` only looks.
fn pages(conn: &Connection, mode: &str) -> Option<Log> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    conn.query_row(&sql, [], |row| Ok(Log { written: row.get(1)?, moved: row.get(2)? })).ok()
}
