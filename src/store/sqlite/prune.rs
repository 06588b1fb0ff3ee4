//! Forgetting what is too old or too much, a little at a time.

use super::list::bytes;
use super::memory::forget;
use super::row::millis;
use crate::store::{DeliveryId, Pruned, Rejection, Retention, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, params};

/// So many refused requests are kept at most: anybody can cause them.
const REJECTIONS: i64 = 10_000;
/// So many free pages go back to the system after a batch: 4 MiB.
const GIVE_BACK: u32 = 1024;

/// Deletes one batch. The oldest go first, and nothing that is pending.
pub(super) fn prune(
    conn: &Connection,
    retention: &Retention,
    now: Timestamp,
) -> Result<Pruned, StoreError> {
    let cutoff = retention.age.map(|age| now.checked_sub(age).unwrap_or(Timestamp::UNIX_EPOCH));
    let mut pruned = Pruned::default();
    if let Some(cutoff) = cutoff {
        let old = oldest(conn, Some(cutoff), retention.batch)?;
        pruned.deliveries += delete(conn, &old)?;
        pruned.more |= old.len() == retention.batch;
        pruned.rejections = rejections(conn, cutoff)?;
    }
    if !pruned.more && exceeds(conn, retention)? {
        let left = retention.batch.saturating_sub(usize::try_from(pruned.deliveries).unwrap_or(0));
        let (gone, more) = shrink(conn, retention, left)?;
        pruned.deliveries += gone;
        pruned.more |= more;
    }
    pruned.memories = forget(conn, retention.memory, retention.batch, now)?;
    pruned.more |= pruned.memories == retention.batch as u64;
    if pruned.deliveries > 0 {
        give_back(conn)?;
    }
    Ok(pruned)
}

fn exceeds(conn: &Connection, retention: &Retention) -> Result<bool, StoreError> {
    match retention.size {
        Some(size) => Ok(bytes(conn)? > size),
        None => Ok(false),
    }
}

/// Deletes the oldest until the size is kept, at most a batch; whether there is more to delete.
fn shrink(
    conn: &Connection,
    retention: &Retention,
    most: usize,
) -> Result<(u64, bool), StoreError> {
    let mut gone = 0;
    for id in oldest(conn, None, most)? {
        if !exceeds(conn, retention)? {
            return Ok((gone, false));
        }
        gone += delete(conn, &[id])?;
    }
    Ok((gone, gone > 0 && exceeds(conn, retention)?))
}

fn oldest(
    conn: &Connection,
    before: Option<Timestamp>,
    most: usize,
) -> Result<Vec<DeliveryId>, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    // Ids sort by time, so the search ends where the young ones begin.
    let below = before.map_or(DeliveryId::from_bytes([0xff; 16]), DeliveryId::floor);
    let ids = conn
        .prepare_cached(
            "SELECT id FROM delivery WHERE id < ?1 AND state <> 'pending' ORDER BY id LIMIT ?2",
        )?
        .query_map(params![below, most], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(ids)
}

fn delete(conn: &Connection, ids: &[DeliveryId]) -> Result<u64, StoreError> {
    let mut statement = conn.prepare_cached(
        "DELETE FROM delivery WHERE id = ?1 AND NOT EXISTS (
           SELECT 1 FROM dispatch WHERE dispatch.delivery = ?1 AND dispatch.state = 'pending')",
    )?;
    let mut gone = 0;
    for id in ids {
        gone += statement.execute([id])?;
    }
    Ok(gone as u64)
}

/// Notes a refused request; when there are too many, the oldest goes at once: whoever floods us with
/// bad requests must not fill the disk.
pub(super) fn insert_rejection(conn: &Connection, new: &Rejection) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO rejection (at, source, status, reason, headers) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        millis(new.at),
        new.source,
        new.status,
        new.reason,
        serde_json::to_string(&new.headers)?,
    ])?;
    conn.prepare_cached("DELETE FROM rejection WHERE number <= ?1")?
        .execute([conn.last_insert_rowid() - REJECTIONS])?;
    Ok(())
}

fn rejections(conn: &Connection, cutoff: Timestamp) -> Result<u64, StoreError> {
    let mut statement = conn.prepare_cached("DELETE FROM rejection WHERE at < ?1")?;
    Ok(statement.execute([millis(cutoff)])? as u64)
}

fn give_back(conn: &Connection) -> Result<(), StoreError> {
    let sql = format!("PRAGMA incremental_vacuum({GIVE_BACK})");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
