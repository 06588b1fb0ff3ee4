//! The state of a delivery: the sum of its dispatches, kept beside it for lists and pruning.

use crate::store::{DeliveryId, StoreError};
use rusqlite::Connection;

/// Brings the state of a delivery up to date after one of its dispatches changed.
pub(super) fn recompute(conn: &Connection, delivery: DeliveryId) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE delivery SET state = CASE
           WHEN failure_stage IS NOT NULL THEN 'failed'
           ELSE (SELECT CASE
               WHEN count(*) = 0 THEN 'unrouted'
               WHEN sum(state = 'pending') > 0 THEN 'pending'
               WHEN sum(state = 'dead') > 0 THEN 'dead'
               WHEN sum(state = 'delivered') > 0 THEN 'delivered'
               ELSE 'skipped' END
             FROM dispatch WHERE dispatch.delivery = ?1)
           END
         WHERE id = ?1",
    )?
    .execute([delivery])?;
    Ok(())
}
