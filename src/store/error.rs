//! What can go wrong in a store, and what to do about it.

use super::DeliveryId;
use std::path::PathBuf;

/// A store that could not be opened, or an operation that was not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or made.
    #[error("cannot open the store `{}`: {reason}; check that its folder exists and is writable", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Another process holds the file.
    #[error(
        "the store `{}` is in use by another process; stop the other forgeway or give this one a store of its own",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "the store `{}` is damaged ({reason}); restore it from a backup, or move it away to start with an empty one",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first fault that was found.
        reason: String,
    },
    /// The file was written by a newer Forgeway.
    #[error(
        "the store `{}` has schema version {found}, this forgeway knows versions up to {known}; use the newer forgeway",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The disk is full.
    #[error("the disk of the store is full: {0}; free some space or lower `retention`")]
    Full(String),
    /// The store cannot be written or read.
    #[error("the store failed: {0}")]
    Failed(String),
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// A record does not read as what was written.
    #[error("a record of the store cannot be read: {0}")]
    Corrupt(String),
    /// Only a failed delivery can be processed again.
    #[error("delivery {0} is not one that failed; only those can be processed again")]
    NotFailed(DeliveryId),
}
