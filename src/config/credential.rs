//! What a delivery is verified with, or signed with.

use super::at::At;
use super::units;
use crate::forge::Forge;
use crate::scheme::{Basic, Header, Keys, Scheme, SecretFault};
use crate::secret::Secret;
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// One item of `verify` or `sign`.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// The scheme, by its name in the forge's mapping; `None`: the ones a plain secret means there.
    pub scheme: Option<String>,
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
    #[error("{forge} has no scheme `{scheme}`: expected one of {known}")]
    NoScheme {
        /// The forge.
        forge: String,
        /// The scheme.
        scheme: String,
        /// What there is.
        known: String,
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

/// A user and a password mean HTTP Basic at every forge.
static BASIC: Scheme = Scheme::Basic(Basic {});

impl Credential {
    /// What the schemes work with.
    pub fn keys(&self) -> Keys {
        match &self.user {
            Some(user) => Keys::basic(user, self.secrets.iter().cloned()),
            None => Keys::new(self.secrets.iter().cloned()),
        }
    }

    /// The schemes that are meant. `default` names those of a plain secret: `verify.default` of the
    /// forge when verifying, `emit.sign` when signing.
    ///
    /// # Errors
    /// A scheme that the forge does not have, a default that it does not have, or a header that is
    /// missing or too much.
    pub fn schemes<'a>(
        &self,
        forge: &'a Forge,
        default: &'a [String],
    ) -> Result<Vec<Meant<'a>>, CredentialError> {
        let (title, known) = (&forge.name, || forge.verify.schemes.names());
        let find = |scheme: &str| {
            let basic = || (scheme == "basic").then_some(("basic", &BASIC));
            let mut all = forge.verify.schemes.iter();
            let named = all.find(|(name, _)| *name == scheme).or_else(basic);
            named.ok_or_else(|| CredentialError::NoScheme {
                forge: title.clone(),
                scheme: scheme.to_owned(),
                known: known(),
            })
        };
        match &self.scheme {
            Some(scheme) => Ok(vec![self.fitted(find(scheme)?)?]),
            None if self.user.is_some() => Ok(vec![self.fitted(("basic", &BASIC))?]),
            None if default.is_empty() => {
                Err(CredentialError::NoDefault { forge: title.clone(), known: known() })
            }
            None => {
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
        &self,
        forge: &'a Forge,
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

/// Reads one item; notes what is missing.
pub(super) fn read(at: &At<'_>) -> Option<Credential> {
    if at.node.as_map().is_none() {
        let kind = at.node.kind();
        at.fault(format!("{kind} where a map such as {{ secret: \"${{NAME}}\" }} was expected"));
        return None;
    }
    let raw: Raw = at.read()?;
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
        secrets,
        user: raw.user,
        header: raw.header,
        tolerance: raw.tolerance,
        allow_sha1: raw.allow_sha1,
    })
}
