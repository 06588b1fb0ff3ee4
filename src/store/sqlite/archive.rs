//! The file, looked at from beside: while a gateway has it, or after.

use super::read::{self, collect};
use super::readers::Readers;
use crate::store::{Attempt, Delivery, DeliveryId, Dispatch, DispatchId, StoreError};
use std::path::Path;
use std::sync::Arc;

/// The most deliveries that one id of a forge finds.
const MOST: i64 = 20;

/// A store that is only read. It takes no lock, and changes nothing.
pub struct Archive {
    readers: Readers,
}

impl Archive {
    /// Looks at the file of a store.
    ///
    /// # Errors
    /// There is none.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        super::open::reader(path)?;
        Ok(Self { readers: Readers::new(path) })
    }

    /// The deliveries with this id of a forge, newest first: several sources may have the same, and
    /// a delivery that came again with another body has it too.
    ///
    /// # Errors
    /// The store's.
    pub async fn find(&self, forge_delivery_id: &str) -> Result<Vec<DeliveryId>, StoreError> {
        let id = forge_delivery_id.to_owned();
        let find = move |conn: &rusqlite::Connection| {
            let mut found = conn.prepare_cached(
                "SELECT id FROM delivery WHERE forge_delivery_id = ?1 ORDER BY id DESC LIMIT ?2",
            )?;
            collect(&mut found, rusqlite::params![id, MOST], |row| Ok(row.get(0)?))
        };
        self.readers.run(find).await
    }

    /// A delivery with its body and events.
    ///
    /// # Errors
    /// The store's.
    pub async fn delivery(&self, id: DeliveryId) -> Result<Option<Arc<Delivery>>, StoreError> {
        self.readers.run(move |conn| read::delivery(conn, id)).await
    }

    /// The dispatches of a delivery, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn dispatches(&self, delivery: DeliveryId) -> Result<Vec<Dispatch>, StoreError> {
        self.readers.run(move |conn| read::dispatches(conn, delivery)).await
    }

    /// The attempts of a dispatch, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn attempts(&self, dispatch: DispatchId) -> Result<Vec<Attempt>, StoreError> {
        self.readers.run(move |conn| read::attempts(conn, dispatch)).await
    }
}
