//! Lists and counts.

use super::read::collect;
use super::row::{count, failure, json, time};
use crate::store::{
    DeliveryFilter, DeliveryId, DeliveryState, DeliverySummary, DispatchId, Page, Rejection, Stats,
    StoreError, TargetStats,
};
use jiff::Timestamp;
use rusqlite::{Connection, ToSql};
use std::collections::BTreeMap;

/// The most that one page holds.
const MOST: usize = 1000;

/// A page of deliveries, newest first.
pub(super) fn list(
    conn: &Connection,
    filter: &DeliveryFilter,
) -> Result<Page<DeliverySummary>, StoreError> {
    let limit = if filter.limit == 0 { 50 } else { filter.limit.min(MOST) };
    let asked = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    // Each condition stands only where it is asked for, so that the planner finds its index.
    let mut conditions = vec!["1"];
    let mut values: Vec<&dyn ToSql> = Vec::new();
    if let Some(source) = &filter.source {
        conditions.push("source = ?");
        values.push(source);
    }
    if let Some(state) = &filter.state {
        conditions.push("state = ?");
        values.push(state);
    }
    if let Some(before) = &filter.before {
        conditions.push("id < ?");
        values.push(before);
    }
    values.push(&asked);
    let conditions = conditions.join(" AND ");
    let sql = format!("SELECT * FROM delivery WHERE {conditions} ORDER BY id DESC LIMIT ?");
    let mut items = collect(&mut *conn.prepare_cached(&sql)?, &values[..], |row| {
        Ok(DeliverySummary {
            id: row.get("id")?,
            received_at: time(row.get("received_at")?),
            source: row.get("source")?,
            forge: row.get("forge")?,
            forge_delivery_id: row.get("forge_delivery_id")?,
            event: row.get("event")?,
            state: row.get("state")?,
            failure: failure(row)?,
            repeats: row.get("repeats")?,
        })
    })?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(|item| item.id) } else { None };
    Ok(Page { items, next })
}

/// Refused requests, newest first.
pub(super) fn rejections(conn: &Connection, limit: usize) -> Result<Vec<Rejection>, StoreError> {
    let limit = i64::try_from(limit.min(MOST)).unwrap_or(i64::MAX);
    let mut statement =
        conn.prepare_cached("SELECT * FROM rejection ORDER BY number DESC LIMIT ?1")?;
    collect(&mut statement, [limit], |row| {
        Ok(Rejection {
            at: time(row.get("at")?),
            source: row.get("source")?,
            status: row.get("status")?,
            reason: row.get("reason")?,
            headers: json(row, "headers")?,
        })
    })
}

/// Dead dispatches of deliveries since a moment of which no attempt is on record.
pub(super) fn never_tried(
    conn: &Connection,
    since: Timestamp,
) -> Result<Vec<DispatchId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id FROM dispatch WHERE state = 'dead' AND delivery >= ?1
         AND NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.dispatch = dispatch.id)",
    )?;
    collect(&mut statement, [DeliveryId::floor(since)], |row| Ok(row.get(0)?))
}

/// Counts and sizes.
pub(super) fn stats(conn: &Connection) -> Result<Stats, StoreError> {
    let mut deliveries: BTreeMap<_, _> =
        DeliveryState::ALL.into_iter().map(|state| (state.as_str(), 0)).collect();
    let mut counts = conn.prepare_cached("SELECT state, count(*) FROM delivery GROUP BY state")?;
    for (state, number) in collect(&mut counts, [], |row| {
        Ok((row.get::<_, DeliveryState>(0)?.as_str(), count(row, 1)?))
    })? {
        deliveries.insert(state, number);
    }
    let mut targets = BTreeMap::<String, TargetStats>::new();
    let mut pending = conn.prepare_cached(
        "SELECT target, count(*), min(queued_at) FROM dispatch WHERE state = 'pending'
         GROUP BY target",
    )?;
    for (target, number, oldest) in
        collect(&mut pending, [], |row| Ok((row.get(0)?, count(row, 1)?, row.get(2)?)))?
    {
        let stats = TargetStats { pending: number, dead: 0, oldest: Some(time(oldest)) };
        targets.insert(target, stats);
    }
    let mut dead = conn.prepare_cached(
        "SELECT target, count(*) FROM dispatch WHERE state = 'dead' GROUP BY target",
    )?;
    for (target, number) in collect(&mut dead, [], |row| Ok((row.get(0)?, count(row, 1)?)))? {
        targets.entry(target).or_default().dead = number;
    }
    Ok(Stats { deliveries, targets, bytes: bytes(conn)? })
}

/// The bytes that are in use: what was deleted and not yet given back does not count.
pub(super) fn bytes(conn: &Connection) -> Result<u64, StoreError> {
    let pragma = |name: &str| -> Result<u64, StoreError> {
        Ok(conn.query_row(&format!("PRAGMA {name}"), [], |row| count(row, 0))?)
    };
    let used = pragma("page_count")?.saturating_sub(pragma("freelist_count")?);
    Ok(used * pragma("page_size")?)
}
