//! What happens to a dispatch once a worker has it.

use super::accept::insert_dispatch;
use super::encode::EncodedDispatch;
use super::row::millis;
use super::state::recompute;
use crate::store::{
    Attempt, DeliveryId, DispatchId, LeaseToken, NewDispatch, NewOutgoing, Next, Outcome,
    OutgoingBody, Rendering, StoreError,
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// What a change needs to know of a dispatch.
struct Standing {
    delivery: DeliveryId,
    target: String,
    pending: bool,
    lease: Option<i64>,
}

fn standing(conn: &Connection, id: DispatchId) -> Result<Option<Standing>, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT delivery, target, state = 'pending', lease FROM dispatch WHERE id = ?1",
        )?
        .query_row([id], |row| {
            Ok(Standing {
                delivery: row.get(0)?,
                target: row.get(1)?,
                pending: row.get(2)?,
                lease: row.get(3)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Records an attempt and what follows from it.
pub(super) fn record(
    conn: &Connection,
    id: DispatchId,
    lease: LeaseToken,
    attempt: &Attempt,
    next: &Next,
) -> Result<(), StoreError> {
    // A delivery that was pruned meanwhile has nothing to record anything for.
    let Some(standing) = standing(conn, id)? else { return Ok(()) };
    insert_attempt(conn, id, attempt)?;
    let ours = standing.pending && standing.lease == Some(lease.0);
    if ours || *next == Next::Delivered {
        advance(conn, id, standing.delivery, next, 1, attempt.started_at)?;
    }
    Ok(())
}

/// What follows without an attempt.
pub(super) fn settle(
    conn: &Connection,
    id: DispatchId,
    lease: LeaseToken,
    next: &Next,
    now: Timestamp,
) -> Result<(), StoreError> {
    match standing(conn, id)? {
        Some(standing) if standing.pending && standing.lease == Some(lease.0) => {
            advance(conn, id, standing.delivery, next, 0, now)
        }
        _ => Ok(()),
    }
}

fn advance(
    conn: &Connection,
    id: DispatchId,
    delivery: DeliveryId,
    next: &Next,
    attempts: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, reason, due) = match next {
        Next::Retry { at } => ("pending", None, *at),
        Next::Delivered => ("delivered", None, now),
        Next::Dead { reason } => ("dead", Some(reason), now),
        Next::Skipped { reason } => ("skipped", Some(reason), now),
    };
    conn.prepare_cached(
        "UPDATE dispatch SET state = ?2, reason = ?3, due_at = ?4, attempts = attempts + ?5,
           lease = NULL WHERE id = ?1",
    )?
    .execute(params![id, state, reason, millis(due), attempts])?;
    // The delivery is pending before and after a retry.
    if state == "pending" { Ok(()) } else { recompute(conn, delivery) }
}

fn insert_attempt(conn: &Connection, id: DispatchId, attempt: &Attempt) -> Result<(), StoreError> {
    let (status, class, message) = match &attempt.outcome {
        Outcome::Status(status) => (Some(*status), None, None),
        Outcome::Error { class, message } => (None, Some(class), Some(message)),
    };
    let micros = i64::try_from(attempt.duration.as_micros()).unwrap_or(i64::MAX);
    conn.prepare_cached(
        "INSERT INTO attempt (dispatch, number, started_at, duration_us, status, error_class,
           error_message, sent_headers, headers, body)
         VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM attempt WHERE dispatch = ?1),
           ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        id,
        millis(attempt.started_at),
        micros,
        status,
        class,
        message,
        serde_json::to_string(&attempt.sent_headers)?,
        serde_json::to_string(&attempt.response_headers)?,
        &attempt.response_body[..],
    ])?;
    Ok(())
}

/// Keeps what a dispatch sends; gives the dispatches that were added for further requests.
pub(super) fn store_rendered(
    conn: &Connection,
    id: DispatchId,
    rendering: &Rendering,
    now: Timestamp,
) -> Result<Vec<DispatchId>, StoreError> {
    let Some(standing) = standing(conn, id)? else { return Ok(Vec::new()) };
    let rendered: bool = conn
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM outgoing WHERE dispatch = ?1)")?
        .query_row([id], |row| row.get(0))?;
    if rendered || !standing.pending {
        return Ok(Vec::new());
    }
    let skipped = serde_json::to_string(&rendering.skipped)?;
    conn.prepare_cached("UPDATE dispatch SET skipped = ?2 WHERE id = ?1")?
        .execute(params![id, skipped])?;
    let Some((first, further)) = rendering.requests.split_first() else {
        let reasons: Vec<_> = rendering.skipped.iter().map(|(_, why)| why.as_str()).collect();
        let reason = if reasons.is_empty() { "nothing to send".into() } else { reasons.join("; ") };
        advance(conn, id, standing.delivery, &Next::Skipped { reason }, 0, now)?;
        return Ok(Vec::new());
    };
    conn.prepare_cached("UPDATE dispatch SET events = ?2 WHERE id = ?1")?
        .execute(params![id, serde_json::to_string(&first.events)?])?;
    insert_outgoing(conn, id, first)?;
    let mut added = Vec::with_capacity(further.len());
    for request in further {
        let new = NewDispatch::new(standing.target.as_str(), request.events.clone(), now);
        let encoded = EncodedDispatch::new(&new)?;
        insert_dispatch(conn, standing.delivery, &encoded, now, false)?;
        insert_outgoing(conn, new.id, request)?;
        added.push(new.id);
    }
    Ok(added)
}

fn insert_outgoing(conn: &Connection, id: DispatchId, new: &NewOutgoing) -> Result<(), StoreError> {
    let request = &new.request;
    let body = match &request.body {
        OutgoingBody::Own(bytes) => Some(&bytes[..]),
        OutgoingBody::Delivery => None,
    };
    conn.prepare_cached(
        "INSERT INTO outgoing
           (dispatch, request_id, event, rule, headers, classes, defaulted, body, method, path, query,
            header_values)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        id,
        request.id,
        request.event,
        request.rule,
        serde_json::to_string(&request.headers)?,
        request.classes,
        serde_json::to_string(&request.defaulted)?,
        body,
        request.method,
        request.path,
        request.query,
        serde_json::to_string(&request.values)?,
    ])?;
    Ok(())
}

/// Moves the end of leases that still hold.
pub(super) fn move_lease(
    conn: &Connection,
    leases: &[(DispatchId, LeaseToken)],
    due: Timestamp,
    keep: bool,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(
        "UPDATE dispatch SET due_at = ?3, lease = iif(?4, lease, NULL)
         WHERE id = ?1 AND lease = ?2 AND state = 'pending'",
    )?;
    for (id, token) in leases {
        statement.execute(params![id, token.0, millis(due), keep])?;
    }
    Ok(())
}

/// Queues given-up dispatches again.
pub(super) fn requeue(
    conn: &Connection,
    ids: &[DispatchId],
    now: Timestamp,
) -> Result<Vec<DispatchId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "UPDATE dispatch SET state = 'pending', reason = NULL, attempts = 0, lease = NULL,
           queued_at = ?2, due_at = ?2
         WHERE id = ?1 AND state IN ('dead', 'cancelled') RETURNING delivery",
    )?;
    let mut queued = Vec::new();
    for id in ids {
        let delivery: Option<DeliveryId> =
            statement.query_row(params![id, millis(now)], |row| row.get(0)).optional()?;
        if let Some(delivery) = delivery {
            recompute(conn, delivery)?;
            queued.push(*id);
        }
    }
    Ok(queued)
}

/// Ends all leases: at start nobody else can hold one, the file is ours alone. What was leased had
/// been due, so it is due since it was queued.
pub(super) fn clear_leases(conn: &Connection) -> Result<usize, StoreError> {
    Ok(conn.execute(
        "UPDATE dispatch SET lease = NULL, due_at = queued_at
         WHERE state = 'pending' AND lease IS NOT NULL",
        [],
    )?)
}
