//! What a source asks for as proof, and whether a message gives it.

use crate::config::Credential;
use crate::event::Auth;
use crate::forge::Forge;
use crate::scheme::{Basic, Failure, Keys, Message, Scheme, SecretFault};

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
}

/// Why a source cannot be verified as its configuration says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// The forge has no such scheme.
    #[error("{forge} has no scheme `{scheme}`: expected one of {known}")]
    UnknownScheme {
        /// The forge.
        forge: String,
        /// The scheme that is not there.
        scheme: String,
        /// The ones that are.
        known: String,
    },
    /// The forge does not say what a plain secret means.
    #[error("{forge} has no default for a plain secret: give `scheme`, one of {known}")]
    NoDefault {
        /// The forge.
        forge: String,
        /// The schemes it has.
        known: String,
    },
    /// A secret that the scheme cannot work with.
    #[error("scheme `{scheme}`: {fault}")]
    Secret {
        /// The scheme.
        scheme: String,
        /// What is wrong with the secret.
        fault: SecretFault,
    },
}

impl Rules {
    /// The rules that a list of credentials means for a forge. Credentials of one scheme become
    /// one rule, whose secrets are all tried.
    ///
    /// # Errors
    /// A scheme that the forge does not have, or a secret that its scheme cannot use.
    pub fn new(forge: &Forge, credentials: &[Credential]) -> Result<Self, RuleFault> {
        let mut rules: Vec<Rule> = Vec::new();
        for credential in credentials {
            for rule in Rule::of(forge, credential)? {
                match rules.iter_mut().find(|other| other.name == rule.name) {
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
                    return Err(Unproven { reasons: vec![(rule.name.clone(), failure)] });
                }
                Err(failure) => reasons.push((rule.name.clone(), failure)),
            }
        }
        let held = held.ok_or(Unproven { reasons })?;
        Ok(auth(&held.name, held.scheme.covers_body()))
    }
}

impl Rule {
    fn of(forge: &Forge, credential: &Credential) -> Result<Vec<Self>, RuleFault> {
        let known = || forge.verify.schemes.names();
        let names = match (&credential.scheme, &forge.verify.default) {
            (Some(name), _) => vec![name.clone()],
            // A user and a password mean Basic, whatever a plain secret means.
            (None, _) if credential.user.is_some() => vec!["basic".to_owned()],
            (None, Some(names)) => names.clone(),
            (None, None) => {
                return Err(RuleFault::NoDefault { forge: forge.title.clone(), known: known() });
            }
        };
        let rules = names.into_iter().map(|name| {
            // Basic is HTTP's own: every forge that takes an address with userinfo can do it.
            let basic = || (name == "basic").then_some(Scheme::Basic(Basic {}));
            let scheme = forge.scheme(&name).cloned().or_else(basic);
            let scheme = scheme.ok_or_else(|| RuleFault::UnknownScheme {
                forge: forge.title.clone(),
                scheme: name.clone(),
                known: known(),
            })?;
            Self::new(name, scheme, credential)
        });
        rules.collect()
    }

    fn new(name: String, scheme: Scheme, credential: &Credential) -> Result<Self, RuleFault> {
        let secrets = credential.secrets.iter().cloned();
        let keys = match &credential.user {
            Some(user) => Keys::basic(user, secrets),
            None => Keys::new(secrets),
        };
        let scheme = match credential.tolerance {
            Some(tolerance) => scheme.with_tolerance(tolerance),
            None => scheme,
        };
        match scheme.check_keys(&keys) {
            Ok(()) => Ok(Self { name, scheme, keys, allow_sha1: credential.allow_sha1 }),
            Err(fault) => Err(RuleFault::Secret { scheme: name, fault }),
        }
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
        words.join("; ")
    }
}

fn auth(scheme: &str, covers_body: bool) -> Auth {
    Auth { scheme: Some(scheme.to_owned()), covers_body: Some(covers_body) }
}
