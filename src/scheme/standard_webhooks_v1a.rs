//! Version `v1a` of Standard Webhooks: the same text, signed with a private key, so that who verifies cannot sign.

use super::SecretFault;
use super::standard_webhooks::SECRET;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;

/// A pair of keys of Ed25519, or the public one alone.
pub(super) struct KeyPair {
    private: Option<Ed25519KeyPair>,
    public: [u8; 32],
}

impl KeyPair {
    /// Reads `whsk_` and base64 of the private seed, alone or followed by the public key; or `whpk_` and base64
    /// of the public key.
    pub(super) fn read(secret: &[u8]) -> Result<Self, SecretFault> {
        if let Some(encoded) = secret.strip_prefix(b"whpk_") {
            let public = SECRET.decode(encoded).ok().and_then(|key| key.try_into().ok());
            return Ok(Self { private: None, public: public.ok_or(SecretFault::NotWhsk)? });
        }
        let encoded = secret.strip_prefix(b"whsk_").ok_or(SecretFault::NotWhsec)?;
        let bytes = SECRET.decode(encoded).map_err(|_| SecretFault::NotWhsk)?;
        let pair = match bytes.split_at_checked(32) {
            Some((seed, [])) => Ed25519KeyPair::from_seed_unchecked(seed),
            // A public key that is another's is refused: what it signs would verify nowhere.
            Some((seed, public)) => Ed25519KeyPair::from_seed_and_public_key(seed, public),
            None => return Err(SecretFault::NotWhsk),
        };
        let pair = pair.map_err(|_| SecretFault::NotWhsk)?;
        let public = pair.public_key().as_ref().try_into();
        Ok(Self { public: public.map_err(|_| SecretFault::NotWhsk)?, private: Some(pair) })
    }

    pub(super) fn verify(&self, signed: &[&[u8]], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.public);
        key.verify(&signed.concat(), signature).is_ok()
    }

    pub(super) fn sign(&self, signed: &[&[u8]]) -> Result<Vec<u8>, SecretFault> {
        let pair = self.private.as_ref().ok_or(SecretFault::OnlyVerifies)?;
        Ok(pair.sign(&signed.concat()).as_ref().to_vec())
    }
}
