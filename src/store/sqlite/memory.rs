//! The rows of `memory`.

use super::row::{millis, time};
use crate::store::{DeliveryId, Memory, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use std::time::Duration;

/// A memory and its column of JSON.
pub(super) struct EncodedMemory {
    key: String,
    value: String,
    at: Timestamp,
}

impl EncodedMemory {
    pub(super) fn new(memory: &Memory) -> Result<Self, StoreError> {
        let value = serde_json::to_string(&memory.value)?;
        Ok(Self { key: memory.key.clone(), value, at: memory.at })
    }
}

/// Writes what a delivery leaves, unless something newer lies there.
pub(super) fn remember(
    conn: &Connection,
    delivery: DeliveryId,
    memory: &EncodedMemory,
    now: Timestamp,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO memory (source, key, value, at, written_at)
         SELECT source, ?2, ?3, ?4, ?5 FROM delivery WHERE id = ?1
         ON CONFLICT (source, key) DO UPDATE
           SET value = excluded.value, at = excluded.at, written_at = excluded.written_at
           WHERE excluded.at >= memory.at",
    )?
    .execute(params![delivery, memory.key, memory.value, millis(memory.at), millis(now)])?;
    Ok(())
}

/// What lies under a key.
pub(super) fn recall(
    conn: &Connection,
    source: &str,
    key: &str,
) -> Result<Option<Memory>, StoreError> {
    let found = conn
        .prepare_cached("SELECT value, at FROM memory WHERE source = ?1 AND key = ?2")?
        .query_row([source, key], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        .optional()?;
    let Some((value, at)) = found else { return Ok(None) };
    Ok(Some(Memory { key: key.to_owned(), value: serde_json::from_str(&value)?, at: time(at) }))
}

/// Forgets a batch of what nobody wrote for so long.
pub(super) fn forget(
    conn: &Connection,
    age: Duration,
    batch: usize,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let cutoff = now.checked_sub(age).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut statement = conn.prepare_cached(
        "DELETE FROM memory WHERE (source, key) IN (
           SELECT source, key FROM memory WHERE written_at < ?1 ORDER BY written_at LIMIT ?2)",
    )?;
    let most = i64::try_from(batch).unwrap_or(i64::MAX);
    Ok(statement.execute(params![millis(cutoff), most])? as u64)
}
