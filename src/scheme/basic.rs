//! `basic`: a user and a password, as a URL with userinfo sends them.

use super::keys::{any_same, same};
use super::{Failure, Header, Keys, Message, SecretFault, Signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// A user and a password in the `Authorization` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basic {}

const NAME: &str = "Authorization";

impl Basic {
    pub(super) fn verify(self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let header = Header::from(http::header::AUTHORIZATION);
        let value = header.proof(message.headers)?;
        let malformed = || header.malformed("expected `Basic` and base64 of user:password");
        let (scheme, encoded) = value.split_at_checked(6).ok_or_else(malformed)?;
        if !scheme.eq_ignore_ascii_case(b"basic ") {
            return Err(malformed());
        }
        let given = STANDARD.decode(encoded.trim_ascii()).map_err(|_| malformed())?;
        let colon = given.iter().position(|b| *b == b':').ok_or_else(malformed)?;
        let user = same(&given[..colon], keys.user().unwrap_or_default().as_bytes());
        // Both are compared, so that the time does not tell whether the user exists.
        match bool::from(user) & any_same(&given[colon + 1..], keys) {
            true => Ok(()),
            false => Err(Failure::Wrong(NAME.to_owned())),
        }
    }

    pub(super) fn sign(self, keys: &Keys) -> Result<Signature, SecretFault> {
        let user = keys.user().ok_or(SecretFault::NoUser)?;
        let value = STANDARD.encode(format!("{user}:{}", keys.first()?));
        Ok(vec![(NAME.to_owned(), format!("Basic {value}"))].into())
    }
}
