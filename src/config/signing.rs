//! What a target's `sign` comes to: any number of schemes on one request.

use super::at::At;
use super::credential::{Credential, CredentialError};
use super::headers::{Guard, Held};
use super::target::{Format, TargetUrl};
use super::vocabulary::{ForgeWords, Vocabulary};
use crate::forge::Forge;
use crate::scheme::{Keys, Place, Scheme};
use std::borrow::Cow;

/// A scheme and everything that it signs with.
#[derive(Debug, Clone)]
pub struct Signer<'a> {
    /// The scheme.
    pub scheme: Cow<'a, Scheme>,
    /// The secrets of every item that means it, in their order: the newest first.
    pub keys: Keys,
}

/// The signers that a list of credentials means, in the order in which they sign: what changes the body comes
/// first, what changes the address second. Items that mean the same scheme are one signer.
///
/// `forge` is the one whose format is sent, where it is one; `default` names the schemes that a plain secret
/// stands for.
///
/// # Errors
/// A scheme that there is not.
pub fn signers<'a>(
    credentials: &'a [Credential],
    forge: Option<&'a Forge>,
    default: &'a [String],
) -> Result<Vec<Signer<'a>>, CredentialError> {
    let mut signers: Vec<Signer<'a>> = Vec::new();
    for credential in credentials {
        for meant in credential.schemes(forge, default)? {
            match signers.iter_mut().find(|signer| signer.scheme == meant.scheme) {
                Some(signer) => {
                    signer.keys = std::mem::take(&mut signer.keys).and(credential.keys());
                }
                None => signers.push(Signer { scheme: meant.scheme, keys: credential.keys() }),
            }
        }
    }
    signers.sort_by_key(|signer| signer.scheme.turn());
    Ok(signers)
}

/// Notes what is wrong with the items of a target's `sign`.
pub(super) fn check(
    items: &[(At<'_>, Credential)],
    format: &Format,
    url: Option<&TargetUrl>,
    words: &Vocabulary,
) {
    let meant = meanings(format, words);
    for (at, credential) in items {
        let faults: Vec<_> = meant.iter().map(|meaning| fault(credential, *meaning)).collect();
        if let Some(Some(fault)) = faults.iter().find(|_| faults.iter().all(Option::is_some)) {
            at.fault(fault.to_string());
        }
    }
    if let [meaning] = meant[..] {
        check_places(items, meaning, url);
    }
}

/// The headers that sign what a target is sent. Of what passes through, those that sign it whatever forge
/// it came from.
pub(super) fn guard(
    target: &str,
    items: &[(At<'_>, Credential)],
    format: &Format,
    url: Option<&TargetUrl>,
    words: &Vocabulary,
) -> Guard {
    let held = |meaning: Meaning<'_>| -> Vec<Held> {
        let meant = items.iter().flat_map(|(_, credential)| {
            credential.schemes(meaning.forge, meaning.default).unwrap_or_default()
        });
        let header = |place| match place {
            Place::Header(name) => Some(name),
            Place::Parameter(_) | Place::Member(_) => None,
        };
        meant
            .flat_map(|meant| {
                let by = format!("the signature `{}` of `{target}`", meant.name);
                let fixed = matches!(*meant.scheme, Scheme::SigV4(_));
                let names = meant.scheme.places().into_iter().filter_map(header);
                names.map(move |name| Held { name, by: by.clone(), fixed }).collect::<Vec<_>>()
            })
            .collect()
    };
    let mut meanings = meanings(format, words).into_iter().map(held);
    let mut all = meanings.next().unwrap_or_default();
    for other in meanings {
        all.retain(|held| other.iter().any(|other| other.name == held.name));
    }
    if url.and_then(TargetUrl::basic).is_some() {
        let by = format!("the user and password in the `url` of `{target}`");
        all.push(Held { name: http::header::AUTHORIZATION, by, fixed: false });
    }
    Guard::new(all)
}

/// What the words of a format's credentials may mean.
fn meanings<'a>(format: &Format, words: &'a Vocabulary) -> Vec<Meaning<'a>> {
    match format {
        // What passes through is signed as the forge it came from does it, so any forge will do.
        Format::Passthrough => words.forges.iter().map(Meaning::of).collect(),
        Format::Forge(name) => words.forge(name).map(Meaning::of).into_iter().collect(),
        Format::Template(name) => {
            let default = words.template(name).map_or(&[][..], |words| &words.signs);
            vec![Meaning { forge: None, default }]
        }
    }
}

/// What the words of a credential mean.
#[derive(Clone, Copy)]
struct Meaning<'a> {
    /// The forge whose schemes they name; none: those that every format has.
    forge: Option<&'a Forge>,
    /// What a plain secret stands for.
    default: &'a [String],
}

impl<'a> Meaning<'a> {
    fn of(words: &'a ForgeWords) -> Self {
        let default = words.signs.as_deref().unwrap_or(words.verifies());
        Self { forge: Some(&words.forge), default }
    }
}

fn fault(credential: &Credential, meaning: Meaning<'_>) -> Option<CredentialError> {
    let schemes = match credential.checked_schemes(meaning.forge, meaning.default) {
        Ok(schemes) => schemes,
        Err(fault) => return Some(fault),
    };
    let keys = credential.keys();
    let signs = schemes.iter().find_map(|meant| meant.scheme.check_signs(&keys).err());
    signs.map(CredentialError::Secret)
}

/// Two schemes cannot write to one place, and none to one that the address has filled already.
fn check_places(items: &[(At<'_>, Credential)], meaning: Meaning<'_>, url: Option<&TargetUrl>) {
    let mut taken: Vec<(Place, Option<Scheme>)> = Vec::new();
    if let Some(url) = url {
        let names = url.expose().query_pairs().map(|(name, _)| Place::Parameter(name.into_owned()));
        taken.extend(names.map(|place| (place, None)));
        taken.extend(url.basic().map(|_| (Place::Header(http::header::AUTHORIZATION), None)));
    }
    for (at, credential) in items {
        let meant = credential.schemes(meaning.forge, meaning.default).unwrap_or_default();
        for scheme in meant.into_iter().map(|meant| meant.scheme.into_owned()) {
            for place in scheme.places() {
                match taken.iter().find(|(other, _)| *other == place) {
                    Some((_, None)) => {
                        at.fault(format!("`url` and this item both write {place}: leave one out"));
                    }
                    Some((_, Some(other))) if *other != scheme => {
                        at.fault(format!(
                            "an item before this one writes {place}, too: leave one out"
                        ));
                    }
                    Some(_) => {}
                    None => taken.push((place, Some(scheme.clone()))),
                }
            }
        }
    }
}
