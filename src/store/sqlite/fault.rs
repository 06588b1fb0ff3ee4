//! What SQLite says, in the words of the store.

use crate::store::StoreError;
use rusqlite::ErrorCode;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl StoreError {
    /// The same error for another who waited for the same commit.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Full(reason) => Self::Full(reason.clone()),
            Self::Failed(reason) => Self::Failed(reason.clone()),
            Self::Closed => Self::Closed,
            other => Self::Failed(other.to_string()),
        }
    }
}
