//! A few connections that only read, on blocking threads: a slow list never holds up the writer.

use crate::store::StoreError;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// How many read at the same time.
const MOST: usize = 4;

/// The pool. Connections are opened when first needed.
pub(super) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    places: Arc<Semaphore>,
}

impl Readers {
    /// A pool over a file that exists.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Arc::default(), places: Arc::new(Semaphore::new(MOST)) }
    }

    /// Reads; everything that one call reads is of one moment.
    pub(super) async fn run<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let places = Arc::clone(&self.places);
        let place = places.acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let (idle, path) = (Arc::clone(&self.idle), self.path.clone());
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            let spare = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut conn = match spare {
                Some(conn) => conn,
                None => super::open::reader(&path)?,
            };
            let tx = conn.transaction()?;
            let result = read(&tx);
            tx.finish()?;
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
            result
        });
        task.await.unwrap_or_else(|error| Err(StoreError::Failed(error.to_string())))
    }
}
