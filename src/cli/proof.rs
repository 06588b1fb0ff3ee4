//! Whether a message proves where it comes from, asked by a person: what `verify` and `listen` say.
//!
//! The gateway's own rules decide ([`Rules::prove`]); here they are only chosen, from what was said
//! on the command line.

use anyhow::Result;
use forgeway::config::Credential;
use forgeway::config::CredentialError;
use forgeway::event::Auth;
use forgeway::forge::Forge;
use forgeway::ingress::{Rules, Unproven};
use forgeway::scheme::Message;

/// What holds.
pub(super) struct Proven {
    /// By which scheme, and whether that covers the body.
    pub(super) auth: Auth,
    /// Whether a source would have to name the scheme: a plain secret does not mean it.
    pub(super) unasked: bool,
}

/// Holds a message against the scheme that the credential names, or against what a plain secret
/// means for the forge. Where the message carries nothing for those, its other schemes are tried:
/// a person wants to know what is there.
///
/// # Errors
/// A scheme that the forge does not have, or a secret that does not fit it.
pub(super) fn prove(
    forge: &Forge,
    credential: &Credential,
    message: &Message<'_>,
) -> Result<Result<Proven, Unproven>, CredentialError> {
    let alone = |name: &str| {
        let credential = Credential { scheme: Some(name.to_owned()), ..credential.clone() };
        Rules::new(forge, &[credential])
    };
    // Without a default, any of the schemes that such a secret fits may be meant.
    let fitting = || {
        let names = forge.verify.schemes.iter().map(|(name, _)| name);
        names.filter(|name| alone(name).is_ok()).collect::<Vec<_>>()
    };
    let open = credential.scheme.is_none() && credential.user.is_none();
    let asked = match &forge.verify.default {
        None if open => {
            let named = |name| Credential { scheme: Some(name), ..credential.clone() };
            let all: Vec<_> = fitting().into_iter().map(|name| named(name.to_owned())).collect();
            if all.is_empty() {
                Rules::new(forge, std::slice::from_ref(credential))?
            } else {
                Rules::new(forge, &all)?
            }
        }
        _ => Rules::new(forge, std::slice::from_ref(credential))?,
    };
    let mut unproven = match asked.prove(message) {
        Ok(auth) => return Ok(Ok(Proven { auth, unasked: false })),
        Err(unproven) => unproven,
    };
    let nothing = unproven.reasons.iter().all(|(_, failure)| failure.is_unsigned());
    if open && nothing {
        for name in fitting() {
            if unproven.reasons.iter().any(|(tried, _)| tried == name) {
                continue;
            }
            match alone(name)?.prove(message) {
                Ok(auth) => return Ok(Ok(Proven { auth, unasked: true })),
                Err(other) => unproven.reasons.extend(other.reasons),
            }
        }
    }
    Ok(Err(unproven))
}
