//! `ed25519`: a signature with a private key over the body and a nonce after it; who verifies has only
//! the public key.

use super::{Failure, Header, Keys, Message, Outbound, SecretFault, Signature};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// Base64 of an Ed25519 signature over the body and, where there is one, the nonce as it is written.
///
/// What verifies is the public key, what signs the private key's seed: base64 of 32 bytes each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ed25519 {
    /// The header that holds the signature.
    pub header: Header,
    /// The header that holds the nonce.
    #[serde(default)]
    pub nonce_header: Option<Header>,
}

impl Ed25519 {
    pub(super) fn verify(&self, message: &Message<'_>, keys: &Keys) -> Result<(), Failure> {
        let given = self.header.proof(message.headers)?;
        let signature = STANDARD.decode(given);
        let signature = signature.map_err(|_| self.header.malformed("it is no base64"))?;
        let nonce = match &self.nonce_header {
            // Whoever leaves the nonce out did sign: that is no unsigned message.
            Some(nonce) => nonce
                .proof(message.headers)
                .map_err(|_| self.header.malformed("it came without its nonce"))?,
            None => &[],
        };
        let signed = [message.body, nonce].concat();
        let holds = |key: &[u8]| {
            let key = bytes(key).map(|key| UnparsedPublicKey::new(&ED25519, key));
            key.is_ok_and(|key| key.verify(&signed, &signature).is_ok())
        };
        match keys.any(holds) {
            true => Ok(()),
            false => Err(Failure::Wrong(self.header.to_string())),
        }
    }

    pub(super) fn sign(
        &self,
        keys: &Keys,
        message: &Outbound<'_>,
    ) -> Result<Signature, SecretFault> {
        let seed = bytes(keys.first()?.as_bytes())?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed);
        let pair = pair.map_err(|_| SecretFault::NotEd25519)?;
        let mut headers = Vec::new();
        let mut signed = message.body.to_vec();
        if let Some(nonce_header) = &self.nonce_header {
            let nonce = hex::encode(rand::random::<[u8; 8]>());
            signed.extend_from_slice(nonce.as_bytes());
            headers.push((nonce_header.written().to_owned(), nonce));
        }
        let signature = STANDARD.encode(pair.sign(&signed));
        headers.push((self.header.written().to_owned(), signature));
        Ok(headers.into())
    }

    pub(super) fn check_keys(keys: &Keys) -> Result<(), SecretFault> {
        keys.usable().try_for_each(|key| bytes(key).map(drop))
    }
}

/// The key in its base64.
fn bytes(key: &[u8]) -> Result<[u8; 32], SecretFault> {
    let bytes = STANDARD.decode(key).map_err(|_| SecretFault::NotEd25519)?;
    bytes.try_into().map_err(|_| SecretFault::NotEd25519)
}
