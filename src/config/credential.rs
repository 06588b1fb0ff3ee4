//! What a delivery is verified with, or signed with.

use super::at::At;
use super::{generic, units};
use crate::forge::Forge;
use crate::scheme::{Header, Keys, Scheme, SecretFault};
use crate::secret::Secret;
use crate::yaml::{Node, Value};
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// One item of `verify` or `sign`.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// The scheme, by its name in the forge's mapping or by one that every format has; `None`: the ones a
    /// plain secret means there.
    pub scheme: Option<String>,
    /// The scheme with settings of its own, where it has any: then it is no forge's.
    pub own: Option<Scheme>,
    /// The secrets, newest first. Any of them verifies; the first one signs, except where a scheme
    /// can carry several signatures.
    pub secrets: Vec<Secret>,
    /// The user of HTTP Basic.
    pub user: Option<String>,
    /// The header that holds the secret, for a scheme that does not say it.
    pub header: Option<Header>,
    /// How far the sender's clock may be off; `None`: what the scheme says.
    pub tolerance: Option<Duration>,
    /// Whether SHA-1 alone is enough.
    pub allow_sha1: bool,
}

/// Why a credential cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// No scheme of that name.
    #[error(
        "{forge} has no scheme `{scheme}`: expected one of {known}, or one that needs no forge: {}",
        generic::names()
    )]
    NoScheme {
        /// The forge.
        forge: String,
        /// The scheme.
        scheme: String,
        /// What there is.
        known: String,
    },
    /// A scheme that is no forge's has to be told more.
    #[error("`{scheme}` is told what it does by its settings: give {needs}")]
    NoSettings {
        /// The scheme.
        scheme: String,
        /// What it needs.
        needs: &'static str,
    },
    /// The forge does not say what a plain secret means.
    #[error(
        "{forge} does not say which scheme a plain secret means: give `scheme`, one of {known}"
    )]
    NoDefault {
        /// The forge.
        forge: String,
        /// What there is.
        known: String,
    },
    /// The scheme leaves the header to the user, who does not say it.
    #[error("`{0}` does not say which header holds the secret: name it, `header: X-My-Secret`")]
    NoHeader(String),
    /// The scheme has its own header, and another was named.
    #[error("`{0}` has a header of its own: leave `header` out")]
    HasHeader(String),
    /// The secret does not fit the scheme.
    #[error(transparent)]
    Secret(#[from] SecretFault),
}

/// A scheme that a credential means.
#[derive(Debug, Clone)]
pub struct Meant<'a> {
    /// Its name at the forge.
    pub name: &'a str,
    /// The scheme, with the header that the credential names.
    pub scheme: Cow<'a, Scheme>,
}

impl Credential {
    /// What the schemes work with.
    pub fn keys(&self) -> Keys {
        match &self.user {
            Some(user) => Keys::basic(user, self.secrets.iter().cloned()),
            None => Keys::new(self.secrets.iter().cloned()),
        }
    }

    /// The schemes that are meant. `forge` is the one that is verified or sent as, where it is one; `default`
    /// names those of a plain secret: `verify.default` of the forge when verifying, `emit.sign` when
    /// signing.
    ///
    /// # Errors
    /// A scheme that there is not, a default that the forge does not have, or a header that is missing or
    /// too much.
    pub fn schemes<'a>(
        &'a self,
        forge: Option<&'a Forge>,
        default: &'a [String],
    ) -> Result<Vec<Meant<'a>>, CredentialError> {
        let title = || forge.map_or("this format", |forge| forge.name.as_str()).to_owned();
        let known = || forge.map_or_else(generic::names, |forge| forge.verify.schemes.names());
        let find = |name: &str| {
            let mut all = forge.into_iter().flat_map(|forge| forge.verify.schemes.iter());
            let named = all.find(|(own, _)| *own == name).or_else(|| generic::plain(name));
            named.ok_or_else(|| match generic::needs(name) {
                Some(needs) => CredentialError::NoSettings { scheme: name.to_owned(), needs },
                None => CredentialError::NoScheme {
                    forge: title(),
                    scheme: name.to_owned(),
                    known: known(),
                },
            })
        };
        match (&self.scheme, &self.own) {
            (Some(name), Some(own)) => Ok(vec![Meant { name, scheme: Cow::Borrowed(own) }]),
            (Some(scheme), None) => Ok(vec![self.fitted(find(scheme)?)?]),
            (None, _) if self.user.is_some() => Ok(vec![self.fitted(find("basic")?)?]),
            (None, _) if default.is_empty() => {
                Err(CredentialError::NoDefault { forge: title(), known: known() })
            }
            (None, _) => {
                let all =
                    default.iter().map(|scheme| find(scheme)).collect::<Result<Vec<_>, _>>()?;
                // A header tells which of them is meant: those that have none of their own.
                let fits =
                    |(_, scheme): &&(_, &Scheme)| scheme.lacks_header() == self.header.is_some();
                let fitting: Vec<_> = all.iter().filter(fits).collect();
                let meant = if fitting.is_empty() { all.iter().collect() } else { fitting };
                meant.into_iter().map(|one| self.fitted(*one)).collect()
            }
        }
    }

    /// A scheme with the header that is named here.
    fn fitted<'a>(
        &self,
        (name, scheme): (&'a str, &'a Scheme),
    ) -> Result<Meant<'a>, CredentialError> {
        let scheme = match (&self.header, scheme.lacks_header()) {
            (None, false) => Cow::Borrowed(scheme),
            (Some(header), true) => Cow::Owned(scheme.clone().in_header(header.clone())),
            (None, true) => return Err(CredentialError::NoHeader(name.to_owned())),
            (Some(_), false) => return Err(CredentialError::HasHeader(name.to_owned())),
        };
        Ok(Meant { name, scheme })
    }

    /// The same, and whether the secrets fit the schemes.
    ///
    /// # Errors
    /// As [`Self::schemes`], or a secret that a scheme cannot work with.
    pub fn checked_schemes<'a>(
        &'a self,
        forge: Option<&'a Forge>,
        default: &'a [String],
    ) -> Result<Vec<Meant<'a>>, CredentialError> {
        let schemes = self.schemes(forge, default)?;
        let keys = self.keys();
        schemes.iter().try_for_each(|meant| meant.scheme.check_keys(&keys))?;
        Ok(schemes)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    scheme: Option<String>,
    secret: Option<Secret>,
    #[serde(default)]
    secrets: Vec<Secret>,
    user: Option<String>,
    password: Option<Secret>,
    header: Option<Header>,
    #[serde(default, deserialize_with = "units::optional_duration")]
    tolerance: Option<Duration>,
    #[serde(default)]
    allow_sha1: bool,
}

/// What an item has whatever its scheme.
const COMMON: [&str; 7] =
    ["scheme", "secret", "secrets", "user", "password", "tolerance", "allow_sha1"];

/// The item in two: what every scheme has, and the settings of a scheme that is no forge's. Nothing where it
/// names no such scheme, or has no settings: then a forge's own of that name comes first.
fn settings(at: &At<'_>) -> Option<(String, Node, Node)> {
    let map = at.node.as_map()?;
    let name = map.get("scheme")?.as_text().filter(|name| generic::needs(name).is_some())?;
    let only = |common: bool| {
        let mut node = at.node.clone();
        if let Value::Map(map) = &mut node.value {
            map.pairs.retain(|(key, _)| COMMON.contains(&key.as_str()) == common);
        }
        node
    };
    let given = map.keys().any(|key| !COMMON.contains(&key));
    given.then(|| (name.to_owned(), only(true), only(false)))
}

/// Reads one item; notes what is missing.
pub(super) fn read(at: &At<'_>) -> Option<Credential> {
    if at.node.as_map().is_none() {
        let kind = at.node.kind();
        at.fault(format!("{kind} where a map such as {{ secret: \"${{NAME}}\" }} was expected"));
        return None;
    }
    let own = settings(at);
    let raw: Option<Raw> = own.as_ref().map_or(at.clone(), |(_, common, _)| at.with(common)).read();
    let own = match &own {
        Some((name, _, settings)) => Some(generic::read(name, &at.with(settings))?),
        None => None,
    };
    let raw = raw?;
    if raw.secret.is_some() && !raw.secrets.is_empty() {
        at.fault("both `secret` and `secrets` are given: put all of them under `secrets`");
    }
    if raw.password.is_some() != raw.user.is_some() {
        at.fault("`user` and `password` belong together: give both or neither");
    }
    let mut secrets: Vec<_> = raw.secret.into_iter().chain(raw.secrets).collect();
    if raw.password.is_some() && !secrets.is_empty() {
        at.fault("a `password` and a secret are given: make them two items of a list");
    }
    secrets.extend(raw.password);
    if secrets.is_empty() {
        at.fault("no secret: give `secret`, `secrets`, or `user` and `password`");
        return None;
    }
    Some(Credential {
        scheme: raw.scheme,
        own,
        secrets,
        user: raw.user,
        header: raw.header,
        tolerance: raw.tolerance,
        allow_sha1: raw.allow_sha1,
    })
}
