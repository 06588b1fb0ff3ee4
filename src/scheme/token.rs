//! `token`: the secret itself in a header, or in the body where the header does not exist yet.

use super::keys::any_same;
use super::{Failure, Header, Keys, Message, SecretFault, Signature};
use crate::json::{self, Path};
use serde::Deserialize;

/// The secret itself, sent along.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The header that holds it; without one and without a place in the body, whoever uses the scheme
    /// names it.
    #[serde(default)]
    pub header: Option<Header>,
    /// What stands before it in the header, in any case: `Bearer `.
    #[serde(default)]
    pub prefix: String,
    /// Where the body holds it when there is no such header.
    #[serde(default)]
    pub body: Option<Path>,
}

impl Token {
    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let in_body = |missing| self.in_body(message.json).ok_or(missing);
        let place = self.body.as_ref().map_or("its header".to_owned(), ToString::to_string);
        let header = self.header.as_ref().ok_or(Failure::Missing(place));
        let proof = header.and_then(|header| Ok((header.proof(message.headers)?, header)));
        let (given, at) = match proof {
            Ok((token, header)) => (self.bare(token, header)?.to_vec(), header.to_string()),
            Err(missing @ (Failure::Missing(_) | Failure::Empty(_))) => in_body(missing)?,
            Err(other) => return Err(other),
        };
        match any_same(&given, keys) {
            true => Ok(()),
            false => Err(Failure::Wrong(at)),
        }
    }

    /// Sends the first secret: there is one in the header.
    pub(super) fn sign(&self, keys: &Keys) -> Result<Signature, SecretFault> {
        let header = self.header.as_ref().ok_or(SecretFault::OpenHeader)?;
        Ok(vec![(header.written().to_owned(), format!("{}{}", self.prefix, keys.first()?))].into())
    }

    /// The token without what stands before it.
    fn bare<'a>(&self, value: &'a [u8], header: &Header) -> Result<&'a [u8], Failure> {
        match value.split_at_checked(self.prefix.len()) {
            Some((prefix, token)) if prefix.eq_ignore_ascii_case(self.prefix.as_bytes()) => {
                Ok(token)
            }
            _ => Err(header.malformed("its prefix is another")),
        }
    }

    fn in_body(&self, json: &[u8]) -> Option<(Vec<u8>, String)> {
        let path = self.body.as_ref()?;
        let token = json::read(std::str::from_utf8(json).ok()?, path)?;
        (!token.is_empty()).then(|| (token.into_owned().into_bytes(), path.to_string()))
    }
}
