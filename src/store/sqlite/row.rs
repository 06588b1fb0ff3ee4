//! Between rows and records.

use crate::store::{
    DeliveryId, DeliveryState, Dispatch, DispatchId, DispatchState, Failure, FailureStage,
    StoreError,
};
use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Result, Row, RowIndex};
use serde::de::DeserializeOwned;

macro_rules! id_column {
    ($name:ident) => {
        impl ToSql for $name {
            fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.as_bytes())))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                <[u8; 16]>::column_result(value).map(Self::from_bytes)
            }
        }
    };
}

id_column!(DeliveryId);
id_column!(DispatchId);

impl ToSql for DeliveryState {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for DeliveryState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

/// A time as a column: milliseconds since 1970.
pub(super) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The time of a column.
pub(super) fn time(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A column that counts something.
pub(super) fn count(row: &Row<'_>, column: impl RowIndex) -> Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// A column of JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    Ok(serde_json::from_str(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)?)
}

/// The failure of a delivery.
pub(super) fn failure(row: &Row<'_>) -> Result<Option<Failure>> {
    let stage: Option<String> = row.get("failure_stage")?;
    let Some(stage) = stage.as_deref().and_then(FailureStage::from_word) else {
        return Ok(None);
    };
    let reason: Option<String> = row.get("failure_reason")?;
    Ok(Some(Failure { stage, reason: reason.unwrap_or_default() }))
}

/// The columns that [`dispatch`] reads.
pub(super) const DISPATCH: &str =
    "id, delivery, target, events, state, reason, attempts, queued_at, due_at, skipped";

/// A row of `dispatch`.
pub(super) fn dispatch(row: &Row<'_>) -> Result<Dispatch, StoreError> {
    let reason = || row.get::<_, Option<String>>("reason").map(Option::unwrap_or_default);
    let word: String = row.get("state")?;
    let state = match word.as_str() {
        "pending" => DispatchState::Pending,
        "delivered" => DispatchState::Delivered,
        "dead" => DispatchState::Dead { reason: reason()? },
        "skipped" => DispatchState::Skipped { reason: reason()? },
        "cancelled" => DispatchState::Cancelled,
        _ => return Err(StoreError::Corrupt(format!("`{word}` is no state of a dispatch"))),
    };
    Ok(Dispatch {
        id: row.get("id")?,
        delivery: row.get("delivery")?,
        target: row.get("target")?,
        events: json(row, "events")?,
        state,
        attempts: row.get("attempts")?,
        queued_at: time(row.get("queued_at")?),
        due_at: time(row.get("due_at")?),
        skipped: json(row, "skipped")?,
    })
}
