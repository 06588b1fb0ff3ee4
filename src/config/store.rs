//! Where deliveries are kept.

use std::path::PathBuf;

/// `store`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// `sqlite:PATH`: a file, relative to the working directory.
    Sqlite(PathBuf),
}

/// Where deliveries are kept when nothing else is said.
pub(super) const DEFAULT: &str = "sqlite:./forgeway.db";

impl Default for StoreAddress {
    fn default() -> Self {
        let path = DEFAULT.split_once(':').map_or(DEFAULT, |(_, path)| path);
        Self::Sqlite(PathBuf::from(path))
    }
}

impl StoreAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, and what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.trim_start_matches('/').is_empty() => {
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            // The address is not quoted: it may hold a password.
            Some(("postgres" | "postgresql", _)) => {
                Err("PostgreSQL is not built yet: expected an address such as sqlite:./forgeway.db"
                    .into())
            }
            _ => Err("expected an address such as sqlite:./forgeway.db".into()),
        }
    }
}
