//! Reading single records.

use super::row::{self, failure, json, time};
use crate::event::Event;
use crate::store::{
    Attempt, Claimed, Delivery, DeliveryId, Dispatch, DispatchId, LeaseToken, NewDelivery, Outcome,
    Outgoing, OutgoingBody, Processed, Redelivery, StoreError, StoredBody,
};
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Params};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// A delivery with everything but its dispatches.
pub(super) fn delivery(
    conn: &Connection,
    id: DeliveryId,
) -> Result<Option<Arc<Delivery>>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT delivery.*, method, query, headers, encoding, bytes, rewritten
         FROM delivery JOIN delivery_body ON delivery_body.delivery = delivery.id WHERE id = ?1",
    )?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let redelivery: String = row.get("redelivery")?;
    let record = NewDelivery {
        id,
        received_at: time(row.get("received_at")?),
        source: row.get("source")?,
        forge: row.get("forge")?,
        mismatch: row.get("mismatch")?,
        forge_delivery_id: row.get("forge_delivery_id")?,
        redelivery: Redelivery::from_word(&redelivery).unwrap_or_default(),
        event: row.get("event")?,
        auth: json(row, "auth")?,
        body: StoredBody {
            method: row.get("method")?,
            query: row.get("query")?,
            headers: json(row, "headers")?,
            rewritten: json(row, "rewritten")?,
            encoding: row.get("encoding")?,
            bytes: Bytes::from(row.get::<_, Vec<u8>>("bytes")?),
            sha256: row.get("body_sha256")?,
        },
        processed: Processed {
            memory: None,
            events: events(conn, id)?,
            dispatches: Vec::new(),
            notes: json(row, "notes")?,
            verdicts: json(row, "why_not")?,
            failure: failure(row)?,
        },
    };
    Ok(Some(Arc::new(Delivery {
        record: Arc::new(record),
        state: row.get("state")?,
        conflicts_with: row.get("conflicts_with")?,
        redelivery_of: row.get("redelivery_of")?,
        repeats: row.get("repeats")?,
    })))
}

fn events(conn: &Connection, id: DeliveryId) -> Result<Vec<Event>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT json FROM event WHERE delivery = ?1 ORDER BY place")?;
    collect(&mut statement, [id], |row| json(row, "json"))
}

/// The dispatches of a delivery, oldest first.
pub(super) fn dispatches(conn: &Connection, id: DeliveryId) -> Result<Vec<Dispatch>, StoreError> {
    let sql = format!("SELECT {} FROM dispatch WHERE delivery = ?1 ORDER BY id", row::DISPATCH);
    collect(&mut *conn.prepare_cached(&sql)?, [id], row::dispatch)
}

/// The records of leased dispatches; the deliveries are shared. A record that cannot be read is left
/// out and logged: it must not keep the others from being sent.
pub(super) fn claimed(
    conn: &Connection,
    ids: &[DispatchId],
    lease: LeaseToken,
) -> Result<Vec<Claimed>, StoreError> {
    let mut deliveries = HashMap::new();
    let mut claimed = Vec::with_capacity(ids.len());
    for id in ids {
        match one(conn, *id, lease, &mut deliveries) {
            Ok(found) => claimed.extend(found),
            Err(error @ StoreError::Corrupt(_)) => {
                tracing::error!(dispatch = %id, %error, "a dispatch cannot be read and waits");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(claimed)
}

fn one(
    conn: &Connection,
    id: DispatchId,
    lease: LeaseToken,
    deliveries: &mut HashMap<DeliveryId, Arc<Delivery>>,
) -> Result<Option<Claimed>, StoreError> {
    let sql = format!("SELECT {} FROM dispatch WHERE id = ?1", row::DISPATCH);
    let mut statement = conn.prepare_cached(&sql)?;
    let Some(dispatch) = collect(&mut statement, [id], row::dispatch)?.pop() else {
        return Ok(None);
    };
    let delivery = match deliveries.get(&dispatch.delivery) {
        Some(known) => Arc::clone(known),
        None => {
            let Some(read) = delivery(conn, dispatch.delivery)? else { return Ok(None) };
            deliveries.insert(dispatch.delivery, Arc::clone(&read));
            read
        }
    };
    Ok(Some(Claimed { dispatch, delivery, outgoing: outgoing(conn, id)?, lease }))
}

/// What a dispatch sends.
pub(super) fn outgoing(conn: &Connection, id: DispatchId) -> Result<Option<Outgoing>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT * FROM outgoing WHERE dispatch = ?1")?;
    let read = |row: &rusqlite::Row<'_>| {
        let body: Option<Vec<u8>> = row.get("body")?;
        Ok(Outgoing {
            id: row.get("request_id")?,
            event: row.get("event")?,
            rule: row.get("rule")?,
            method: row.get("method")?,
            path: row.get("path")?,
            query: row.get("query")?,
            headers: json(row, "headers")?,
            values: json(row, "header_values")?,
            body: body.map_or(OutgoingBody::Delivery, |body| OutgoingBody::Own(body.into())),
            classes: row.get("classes")?,
            defaulted: json(row, "defaulted")?,
        })
    };
    Ok(collect(&mut statement, [id], read)?.pop())
}

/// The attempts of a dispatch, oldest first.
pub(super) fn attempts(conn: &Connection, id: DispatchId) -> Result<Vec<Attempt>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM attempt WHERE dispatch = ?1 ORDER BY number")?;
    collect(&mut statement, [id], |row| {
        let outcome = match row.get("status")? {
            Some(status) => Outcome::Status(status),
            None => Outcome::Error {
                class: row.get("error_class")?,
                message: row.get("error_message")?,
            },
        };
        Ok(Attempt {
            started_at: time(row.get("started_at")?),
            duration: Duration::from_micros(row::count(row, "duration_us")?),
            outcome,
            sent_headers: json(row, "sent_headers")?,
            response_headers: json(row, "headers")?,
            response_body: Bytes::from(row.get::<_, Vec<u8>>("body")?),
        })
    })
}

/// Whether a delivery failed; `None` when there is no such delivery.
pub(super) fn failed(conn: &Connection, id: DeliveryId) -> Result<Option<bool>, StoreError> {
    let failed = conn
        .prepare_cached("SELECT state = 'failed' FROM delivery WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(failed)
}

/// Reads all rows of a statement.
pub(super) fn collect<T>(
    statement: &mut rusqlite::Statement<'_>,
    params: impl Params,
    read: impl Fn(&rusqlite::Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}
