//! The one transaction of accepting: is it a repeat, and if not, store all of it.

use super::encode::{EncodedDelivery, EncodedDispatch, EncodedProcessed};
use super::memory::remember;
use super::row::{millis, time};
use super::state::recompute;
use crate::store::dedupe::{Decision, Prior, decide};
use crate::store::{Acceptance, DedupeRule, DeliveryId, DispatchId, NewDelivery, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// Stores a delivery or finds what it repeats.
pub(super) fn accept(
    conn: &Connection,
    encoded: &EncodedDelivery,
    rule: DedupeRule,
) -> Result<Acceptance, StoreError> {
    let new = &*encoded.delivery;
    let now = new.received_at;
    let decision = match &new.forge_delivery_id {
        Some(id) => {
            let same = prior(conn, new, id, "=", rule)?;
            let other = if same.is_none() { prior(conn, new, id, "<>", rule)? } else { None };
            decide(now, new.redelivery, same, other, rule)
        }
        None => Decision::Store { conflicts_with: None, redelivery_of: None },
    };
    match decision {
        Decision::Store { conflicts_with, redelivery_of } => {
            insert(conn, encoded, conflicts_with, redelivery_of)?;
            let dispatches = encoded.processed.dispatches.iter().map(|d| d.id).collect();
            Ok(Acceptance::Stored { delivery: new.id, dispatches, conflicts_with, redelivery_of })
        }
        Decision::Ignore { prior, hurry } => {
            count_repeat(conn, prior.id)?;
            let hurried = hurry && hurry_up(conn, prior.id, now)?;
            let dispatches = if hurry { revive(conn, prior.id, now)? } else { Vec::new() };
            if !dispatches.is_empty() {
                return Ok(Acceptance::Requeued { of: prior.id, dispatches });
            }
            Ok(Acceptance::Duplicate { of: prior.id, state: prior.state, hurried })
        }
        Decision::Revive(prior) => {
            count_repeat(conn, prior.id)?;
            let dispatches = revive(conn, prior.id, now)?;
            Ok(Acceptance::Requeued { of: prior.id, dispatches })
        }
        Decision::Replace(prior) => {
            count_repeat(conn, prior.id)?;
            let dispatches = replace(conn, prior.id, &encoded.processed, now)?;
            Ok(Acceptance::Requeued { of: prior.id, dispatches })
        }
    }
}

/// Puts new events and dispatches in the place of those of a delivery that failed.
pub(super) fn replace(
    conn: &Connection,
    delivery: DeliveryId,
    processed: &EncodedProcessed,
    now: Timestamp,
) -> Result<Vec<DispatchId>, StoreError> {
    conn.prepare_cached("DELETE FROM event WHERE delivery = ?1")?.execute([delivery])?;
    conn.prepare_cached("DELETE FROM dispatch WHERE delivery = ?1")?.execute([delivery])?;
    conn.prepare_cached(
        "UPDATE delivery SET failure_stage = ?2, failure_reason = ?3, notes = ?4, why_not = ?5
         WHERE id = ?1",
    )?
    .execute(params![
        delivery,
        processed.stage,
        processed.reason,
        processed.notes,
        processed.verdicts
    ])?;
    // The leases of the new delivery's dispatches belong to nobody here: a worker claims them.
    insert_processed(conn, delivery, processed, now, false)?;
    recompute(conn, delivery)?;
    Ok(processed.dispatches.iter().map(|dispatch| dispatch.id).collect())
}

fn prior(
    conn: &Connection,
    new: &NewDelivery,
    id: &str,
    body: &str,
    rule: DedupeRule,
) -> Result<Option<Prior>, StoreError> {
    let since = new.received_at.checked_sub(rule.window).unwrap_or(Timestamp::MIN);
    let sql = format!(
        "SELECT id, received_at, state FROM delivery
         WHERE source = ?1 AND forge_delivery_id = ?2 AND received_at > ?3 AND body_sha256 {body} ?4
         ORDER BY received_at DESC, id DESC LIMIT 1"
    );
    let found = conn
        .prepare_cached(&sql)?
        .query_row(params![new.source, id, millis(since), new.body.sha256], |row| {
            Ok(Prior { id: row.get(0)?, received_at: time(row.get(1)?), state: row.get(2)? })
        })
        .optional()?;
    Ok(found)
}

fn insert(
    conn: &Connection,
    encoded: &EncodedDelivery,
    conflicts_with: Option<DeliveryId>,
    redelivery_of: Option<DeliveryId>,
) -> Result<(), StoreError> {
    let (new, processed) = (&*encoded.delivery, &encoded.processed);
    conn.prepare_cached(
        "INSERT INTO delivery (id, received_at, source, forge, mismatch, forge_delivery_id,
           redelivery, event, auth, body_sha256, state, failure_stage, failure_reason, notes,
           why_not, conflicts_with, redelivery_of)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?
    .execute(params![
        new.id,
        millis(new.received_at),
        new.source,
        new.forge,
        new.mismatch,
        new.forge_delivery_id,
        new.redelivery.as_str(),
        new.event,
        encoded.auth,
        new.body.sha256,
        processed.state(),
        processed.stage,
        processed.reason,
        processed.notes,
        processed.verdicts,
        conflicts_with,
        redelivery_of,
    ])?;
    conn.prepare_cached(
        "INSERT INTO delivery_body (delivery, method, query, headers, encoding, bytes, rewritten)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        new.id,
        new.body.method,
        new.body.query,
        encoded.headers,
        new.body.encoding,
        &new.body.bytes[..],
        encoded.rewritten,
    ])?;
    insert_processed(conn, new.id, processed, new.received_at, true)
}

fn insert_processed(
    conn: &Connection,
    delivery: DeliveryId,
    processed: &EncodedProcessed,
    now: Timestamp,
    leased: bool,
) -> Result<(), StoreError> {
    let mut event = conn.prepare_cached(
        "INSERT INTO event (delivery, place, kind, action, repository, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (place, e) in processed.events.iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        event.execute(params![delivery, place, e.kind, e.action, e.repository, e.json])?;
    }
    for dispatch in &processed.dispatches {
        insert_dispatch(conn, delivery, dispatch, now, leased)?;
    }
    match &processed.memory {
        Some(memory) => remember(conn, delivery, memory, now),
        None => Ok(()),
    }
}

/// Adds a dispatch.
pub(super) fn insert_dispatch(
    conn: &Connection,
    delivery: DeliveryId,
    dispatch: &EncodedDispatch,
    now: Timestamp,
    leased: bool,
) -> Result<(), StoreError> {
    let lease = dispatch.lease.filter(|_| leased);
    conn.prepare_cached(
        "INSERT INTO dispatch (id, delivery, target, events, state, queued_at, due_at, lease)
         VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6, ?7)",
    )?
    .execute(params![
        dispatch.id,
        delivery,
        dispatch.target,
        dispatch.events,
        millis(now),
        lease.map_or(millis(now), |(_, until)| millis(until)),
        lease.map(|(token, _)| token.0),
    ])?;
    Ok(())
}

fn count_repeat(conn: &Connection, delivery: DeliveryId) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE delivery SET repeats = repeats + 1 WHERE id = ?1")?
        .execute([delivery])?;
    Ok(())
}

fn hurry_up(conn: &Connection, delivery: DeliveryId, now: Timestamp) -> Result<bool, StoreError> {
    let moved = conn
        .prepare_cached(
            "UPDATE dispatch SET due_at = ?2
             WHERE delivery = ?1 AND state = 'pending' AND lease IS NULL AND due_at > ?2",
        )?
        .execute(params![delivery, millis(now)])?;
    Ok(moved > 0)
}

fn revive(
    conn: &Connection,
    delivery: DeliveryId,
    now: Timestamp,
) -> Result<Vec<DispatchId>, StoreError> {
    let revived = conn
        .prepare_cached(
            "UPDATE dispatch SET state = 'pending', reason = NULL, attempts = 0, lease = NULL,
               queued_at = ?2, due_at = ?2
             WHERE delivery = ?1 AND state = 'dead' RETURNING id",
        )?
        .query_map(params![delivery, millis(now)], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    recompute(conn, delivery)?;
    Ok(revived)
}
