//! What a scheme verifies and signs with.

use super::{Failure, SecretFault};
use crate::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The secrets of one rule; several while they are being rotated. Basic also has a user.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    user: Option<String>,
    secrets: Vec<Secret>,
}

impl Keys {
    /// Keys without a user.
    pub fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        Self { user: None, secrets: secrets.into_iter().collect() }
    }

    /// A user and the passwords that hold for them.
    pub fn basic(user: impl Into<String>, passwords: impl IntoIterator<Item = Secret>) -> Self {
        Self { user: Some(user.into()), ..Self::new(passwords) }
    }

    /// The user, for Basic.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The secrets.
    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The same user with the secrets of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.secrets.extend(other.secrets);
        self
    }

    /// The bytes of every secret that is not empty: an empty one never verifies.
    pub(super) fn usable(&self) -> impl Iterator<Item = &[u8]> {
        self.secrets.iter().filter(|secret| !secret.is_empty()).map(|s| s.expose().as_bytes())
    }

    /// Whether any secret that is not empty holds. Every one is tried, so that the time does not tell which.
    pub(super) fn any(&self, mut holds: impl FnMut(&[u8]) -> bool) -> bool {
        self.usable().fold(false, |any, key| any | holds(key))
    }

    /// Whether a digest is that of any of the secrets, in constant time. `at` is where it stands.
    pub(super) fn prove(
        &self,
        given: &[u8],
        at: &str,
        mac: impl Fn(&[u8]) -> Vec<u8>,
    ) -> Result<(), Failure> {
        match self.any(|secret| mac(secret).as_slice().ct_eq(given).into()) {
            true => Ok(()),
            false => Err(Failure::Wrong(at.to_owned())),
        }
    }

    /// The secret that signs.
    pub(super) fn first(&self) -> Result<&str, SecretFault> {
        self.first_secret().map(Secret::expose)
    }

    /// The same, still wrapped.
    pub(super) fn first_secret(&self) -> Result<&Secret, SecretFault> {
        self.secrets.first().filter(|secret| !secret.is_empty()).ok_or(SecretFault::Empty)
    }

    pub(super) fn check_as_header(&self) -> Result<(), SecretFault> {
        let fits = |s: &Secret| http::HeaderValue::from_str(s.expose()).is_ok();
        match self.secrets.iter().all(fits) {
            true => Ok(()),
            false => Err(SecretFault::NotForHeader),
        }
    }
}

impl From<Secret> for Keys {
    fn from(secret: Secret) -> Self {
        Self::new([secret])
    }
}

/// Whether two texts are the same, in a time that tells neither where they differ nor how long the
/// secret one is: their hashes are compared.
pub(super) fn same(given: &[u8], secret: &[u8]) -> Choice {
    Sha256::digest(given).as_slice().ct_eq(Sha256::digest(secret).as_slice())
}

/// Whether any of the secrets is what was given. All of them are looked at, whichever holds.
pub(super) fn any_same(given: &[u8], keys: &Keys) -> bool {
    let any = keys.usable().fold(Choice::from(0), |any, secret| any | same(given, secret));
    any.into()
}
