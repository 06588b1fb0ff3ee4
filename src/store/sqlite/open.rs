//! Opens the file: alone, sound and at the newest schema.

use super::migrate::migrate;
use crate::store::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Up to this size the whole file is checked at start; a larger one would take too long.
const CHECK_ALL: u64 = 256 << 20;
/// Another program may look at the file for a moment.
const BUSY: Duration = Duration::from_secs(2);

/// Makes sure that no other Forgeway works on the file: two would send everything twice.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let failed = |error: std::io::Error| failed(path, error);
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file =
        File::options().create(true).truncate(false).write(true).open(beside).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Opens the writer's connection, brings the schema up to date and checks the file.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    create(path).map_err(|error| failed(path, error))?;
    let mut conn = Connection::open(path).map_err(|error| failed(path, error))?;
    prepare(&conn).map_err(|error| refine(path, &error))?;
    migrate(&mut conn, path)?;
    check(&conn, path)?;
    Ok(conn)
}

/// Opens a connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|error| failed(path, error))?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Opens the connection that moves the log into the file.
pub(super) fn checkpointer(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open(path).map_err(|error| failed(path, error))?;
    conn.busy_timeout(BUSY)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    Ok(conn)
}

/// Makes the file, if there is none, for nobody else to read: what forges say of private repositories
/// stands in it. Its log takes over the same rights.
fn create(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(64);
    // Has an effect on a new file only: what is pruned can be given back to the system bit by bit.
    conn.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    // An ack is an fsync: this, and no less.
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -16 * 1024)?;
    // The log is moved into the file by a thread of its own.
    conn.pragma_update(None, "wal_autocheckpoint", 0)
}

/// A file that does not hold together is refused before anything is written to it.
fn check(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let size = path.metadata().map_or(0, |file| file.len());
    if size > CHECK_ALL {
        tracing::info!(size, "the store is large; its file is not checked as a whole");
        return Ok(());
    }
    let said: String = conn
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| refine(path, &error))?;
    if said == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged { path: path.to_owned(), reason: said })
    }
}

fn refine(path: &Path, error: &rusqlite::Error) -> StoreError {
    let path = PathBuf::from(path);
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { path, reason: error.to_string() }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { path },
        _ => StoreError::Open { path, reason: error.to_string() },
    }
}

fn failed(path: &Path, reason: impl std::fmt::Display) -> StoreError {
    StoreError::Open { path: path.to_owned(), reason: reason.to_string() }
}
