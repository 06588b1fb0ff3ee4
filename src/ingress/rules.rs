//! What a source asks for as proof, and whether a message gives it.

use crate::config::{Credential, CredentialError, Meant};
use crate::event::Auth;
use crate::forge::Forge;
use crate::scheme::{Failure, Header, Keys, Message, Scheme};
use http::HeaderName;
use std::time::Duration;

/// What a source asks for: nothing at all, in words, or any one of some schemes.
#[derive(Debug, Clone)]
pub enum Rules {
    /// `verify: none`.
    None,
    /// Any one of these must hold.
    AnyOf(Vec<Rule>),
}

/// A scheme and what it verifies with.
#[derive(Debug, Clone)]
pub struct Rule {
    name: String,
    scheme: Scheme,
    keys: Keys,
    allow_sha1: bool,
}

/// Why no rule holds: what each of them says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct Unproven {
    /// The rules by name, with what is wrong with each.
    pub reasons: Vec<(String, Failure)>,
    /// What else may explain it: the headers speak of another forge.
    pub hint: Option<String>,
}

impl Rules {
    /// The rules that a list of credentials means for a forge, or by themselves. Credentials of one scheme
    /// become one rule, whose secrets are all tried.
    ///
    /// # Errors
    /// A scheme that the forge does not have, or a secret that its scheme cannot use.
    pub fn new<'f>(
        forge: impl Into<Option<&'f Forge>>,
        credentials: &[Credential],
    ) -> Result<Self, CredentialError> {
        let forge = forge.into();
        let mut rules: Vec<Rule> = Vec::new();
        for credential in credentials {
            for rule in Rule::of(forge, credential)? {
                match rules.iter_mut().find(|other| other.is_like(&rule)) {
                    Some(other) => {
                        other.keys = std::mem::take(&mut other.keys).and(rule.keys);
                        other.allow_sha1 |= rule.allow_sha1;
                    }
                    None => rules.push(rule),
                }
            }
        }
        Ok(Self::AnyOf(rules))
    }

    /// Whether one of them looks at a header.
    pub(super) fn reads(&self, name: &HeaderName) -> bool {
        match self {
            Self::None => false,
            Self::AnyOf(rules) => rules.iter().any(|rule| rule.scheme.reads(name)),
        }
    }

    /// The headers that hold a secret as it is.
    pub fn secret_headers(&self) -> impl Iterator<Item = &HeaderName> {
        let rules = match self {
            Self::None => &[],
            Self::AnyOf(rules) => &rules[..],
        };
        rules.iter().flat_map(|rule| rule.scheme.secret_headers()).map(Header::name)
    }

    /// Whether the message proves where it comes from, and by which scheme.
    ///
    /// Any one rule that holds is enough, and one that covers the body is preferred. But a
    /// signature over the body that is there and does not hold refuses the message, whatever else
    /// holds: nobody gets past a broken signature by adding a token or an older one.
    ///
    /// # Errors
    /// What is wrong, for each rule.
    pub fn prove(&self, message: &Message<'_>) -> Result<Auth, Unproven> {
        let Self::AnyOf(rules) = self else { return Ok(auth("none", false)) };
        let mut held: Option<&Rule> = None;
        let mut reasons = Vec::new();
        for rule in rules {
            match rule.verify(message) {
                Ok(()) if held.is_none_or(|other| !other.scheme.covers_body()) => held = Some(rule),
                Ok(()) => {}
                Err(failure) if rule.is_final(&failure) => {
                    return Err(Unproven {
                        reasons: vec![(rule.name.clone(), failure)],
                        hint: None,
                    });
                }
                Err(failure) => reasons.push((rule.name.clone(), failure)),
            }
        }
        let held = held.ok_or(Unproven { reasons, hint: None })?;
        Ok(auth(&held.name, held.scheme.covers_body()))
    }
}

impl Rule {
    fn of(forge: Option<&Forge>, credential: &Credential) -> Result<Vec<Self>, CredentialError> {
        let default = forge.and_then(|forge| forge.verify.default.as_deref());
        let schemes = credential.checked_schemes(forge, default.unwrap_or_default())?.into_iter();
        Ok(schemes.map(|meant| Self::new(meant, credential)).collect())
    }

    fn new(meant: Meant<'_>, credential: &Credential) -> Self {
        let scheme = meant.scheme.into_owned();
        let scheme = match credential.tolerance {
            Some(tolerance) => scheme.with_tolerance(tolerance),
            None => scheme,
        };
        Self {
            name: meant.name.to_owned(),
            scheme,
            keys: credential.keys(),
            allow_sha1: credential.allow_sha1,
        }
    }

    /// Whether it asks for the same as another, but for the secrets and the age.
    fn is_like(&self, other: &Self) -> bool {
        let any_time = |rule: &Self| rule.scheme.clone().with_tolerance(Duration::ZERO);
        any_time(self) == any_time(other)
    }

    fn verify(&self, message: &Message<'_>) -> Result<(), Failure> {
        self.scheme.verify(message, &self.keys)?;
        match self.scheme.is_sha1() && !self.allow_sha1 {
            true => Err(Failure::OnlySha1),
            false => Ok(()),
        }
    }

    /// Whether this failure refuses the message even if another rule holds.
    fn is_final(&self, failure: &Failure) -> bool {
        let counts = !self.scheme.is_sha1() || self.allow_sha1;
        self.scheme.covers_body() && counts && !failure.is_unsigned()
    }
}

impl Unproven {
    /// What is wrong, in one line: failures that say more come alone, without those rules for which
    /// there simply was nothing.
    fn words(&self) -> String {
        let tried = self.reasons.iter().any(|(_, failure)| !failure.is_unsigned());
        let telling = self.reasons.iter().filter(|(_, failure)| !tried || !failure.is_unsigned());
        let words: Vec<_> = telling.map(|(name, failure)| format!("{name}: {failure}")).collect();
        let hint = self.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{}{hint}", words.join("; "))
    }
}

fn auth(scheme: &str, covers_body: bool) -> Auth {
    Auth { scheme: Some(scheme.to_owned()), covers_body: Some(covers_body) }
}
