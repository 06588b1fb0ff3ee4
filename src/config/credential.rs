//! What a delivery is verified with, or signed with.

use super::at::At;
use super::units;
use crate::secret::Secret;
use serde::Deserialize;
use std::time::Duration;

/// One item of `verify` or `sign`.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// The scheme, by its name in the forge's mapping; `None`: the ones a plain secret means there.
    pub scheme: Option<String>,
    /// The secrets, newest first. Any of them verifies; the first one signs.
    pub secrets: Vec<Secret>,
    /// The user of HTTP Basic.
    pub user: Option<String>,
    /// The password of HTTP Basic.
    pub password: Option<Secret>,
    /// How far the sender's clock may be off; `None`: what the scheme says.
    pub tolerance: Option<Duration>,
    /// Whether SHA-1 alone is enough.
    pub allow_sha1: bool,
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
    let mut secrets = raw.secrets;
    if let Some(secret) = raw.secret {
        if !secrets.is_empty() {
            at.fault("both `secret` and `secrets` are given: put all of them under `secrets`");
        }
        secrets.insert(0, secret);
    }
    if secrets.is_empty() && raw.password.is_none() {
        at.fault("no secret: give `secret`, `secrets`, or `user` and `password`");
    }
    if secrets.iter().chain(&raw.password).any(Secret::is_empty) {
        at.fault("an empty secret protects nothing: give one that is not empty");
    }
    if raw.password.is_some() != raw.user.is_some() {
        at.fault("`user` and `password` belong together: give both or neither");
    }
    Some(Credential {
        scheme: raw.scheme,
        secrets,
        user: raw.user,
        password: raw.password,
        tolerance: raw.tolerance,
        allow_sha1: raw.allow_sha1,
    })
}
