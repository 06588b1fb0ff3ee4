//! The leases that this process holds.

use crate::store::{DispatchId, LeaseToken};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// All leases of this process.
#[derive(Clone, Default)]
pub(super) struct Leases(Arc<Mutex<HashMap<DispatchId, LeaseToken>>>);

/// A lease that is renewed until this is dropped.
pub(super) struct Lease {
    id: DispatchId,
    token: LeaseToken,
    leases: Leases,
}

impl Leases {
    /// Renews this one from now on.
    pub(super) fn hold(&self, id: DispatchId, token: LeaseToken) -> Lease {
        self.with(|held| held.insert(id, token));
        Lease { id, token, leases: self.clone() }
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<(DispatchId, LeaseToken)> {
        self.with(|held| held.iter().map(|(id, token)| (*id, *token)).collect())
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<DispatchId, LeaseToken>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Lease {
    pub(super) fn token(&self) -> LeaseToken {
        self.token
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.leases.with(|held| {
            // A lost lease may have been claimed again meanwhile, by ourselves.
            if held.get(&self.id) == Some(&self.token) {
                held.remove(&self.id);
            }
        });
    }
}
