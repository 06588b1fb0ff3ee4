//! Brings a file to the newest schema: each step once, each in a transaction of its own.

use crate::store::StoreError;
use rusqlite::Connection;
use std::path::Path;

/// The steps, in order. A file's `user_version` says how many it has taken. Steps are added, never
/// changed: files out there have taken them.
const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("rejection_headers.sql"),
    include_str!("memory.sql"),
    include_str!("outgoing_line.sql"),
    include_str!("header_values.sql"),
    include_str!("header_changes.sql"),
];

/// Takes the steps that a file lacks.
pub(super) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = STEPS.len() as i64;
    let Some(missing) = usize::try_from(found).ok().and_then(|taken| STEPS.get(taken..)) else {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    };
    for (step, version) in missing.iter().zip(found + 1..) {
        let tx = conn.transaction()?;
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", version)?;
        tx.commit()?;
    }
    Ok(())
}
