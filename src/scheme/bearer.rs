//! `bearer`: the secret itself, as `Authorization: Bearer <secret>`.

use super::{Failure, Header, Keys, Message, SecretFault, Signature, Token};
use serde::Deserialize;

/// The secret in the `Authorization` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bearer {}

impl Bearer {
    pub(super) fn verify(self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        token().verify(message, keys)
    }

    pub(super) fn sign(self, keys: &Keys) -> Result<Signature, SecretFault> {
        token().sign(keys)
    }
}

/// It is a token with a header and a prefix of its own.
fn token() -> Token {
    let header = Header::from_written(http::header::AUTHORIZATION, "Authorization");
    Token { header: Some(header), prefix: "Bearer ".to_owned(), body: None }
}
