//! What a delivery calls itself: its event, its ids, its forge's address.

use crate::forge::Forge;
use http::HeaderMap;
use sha2::{Digest, Sha256};

/// The words and ids of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) delivery: String,
    pub(super) event: Option<String>,
    pub(super) hook: Option<String>,
    pub(super) instance: Option<String>,
    pub(super) attempt: Option<i64>,
    pub(super) version: Option<String>,
}

impl Identity {
    /// Reads them where the forge puts them. The text holds no secrets any more, so that an id made
    /// of it tells nothing of one.
    pub(super) fn of(forge: &Forge, headers: &HeaderMap, text: &str) -> Self {
        let hook = forge.hook_id(headers, text);
        let made = || made_id(forge, hook.as_deref(), headers, text);
        Self {
            delivery: forge.delivery_id(headers, text).unwrap_or_else(made),
            event: forge.event(headers, text),
            instance: forge.instance(headers, text),
            attempt: forge.attempt(headers, text),
            version: forge.version(headers, text),
            hook,
        }
    }
}

/// An id for a forge that sends none: the same for the same hook, time and body, so that a repeat
/// is known as one.
fn made_id(forge: &Forge, hook: Option<&str>, headers: &HeaderMap, text: &str) -> String {
    let mut hash = Sha256::new();
    let time = forge.sent_at(headers).unwrap_or_default();
    for part in [forge.name.as_str(), hook.unwrap_or_default(), time] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(text);
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_custom_bytes(half).into_uuid().to_string()
}
