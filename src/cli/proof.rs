//! Which schemes of a forge a message proves itself by: what `verify` and `listen` say of it.

use anyhow::{Result, bail};
use forgeway::forge::Forge;
use forgeway::scheme::{Failure, Keys, Message, Scheme};

/// One scheme, held against a message.
pub(super) struct Finding<'f> {
    /// The scheme's name in the forge's mapping.
    pub(super) scheme: &'f str,
    /// Whether it was asked for: by name, or because a plain secret means it.
    pub(super) asked: bool,
    /// Whether it rests on SHA-1.
    pub(super) sha1: bool,
    /// Whether it holds, and why not.
    pub(super) outcome: Result<(), Failure>,
}

/// What was asked, and whether SHA-1 counts.
pub(super) struct Question<'q> {
    /// The scheme to look at alone.
    pub(super) scheme: Option<&'q str>,
    /// What to verify with.
    pub(super) keys: &'q Keys,
    /// Whether SHA-1 alone is enough.
    pub(super) allow_sha1: bool,
}

/// Holds every scheme of a forge against a message, the ones that were asked for first.
pub(super) fn examine<'f>(
    forge: &'f Forge,
    question: &Question<'_>,
    message: &Message<'_>,
) -> Result<Vec<Finding<'f>>> {
    if let Some(name) = question.scheme
        && forge.scheme(name).is_none()
    {
        let names = forge.verify.schemes.names();
        bail!("{} has no scheme `{name}`: expected one of {names}", forge.name);
    }
    let asked = |name: &str| match (question.scheme, &forge.verify.default) {
        (Some(only), _) => only == name,
        (None, Some(default)) => default.iter().any(|own| own == name),
        // The forge does not say what a plain secret means: any of its schemes may be.
        (None, None) => true,
    };
    let mut findings: Vec<_> = forge
        .verify
        .schemes
        .iter()
        .filter(|(name, scheme)| {
            asked(name) || (question.scheme.is_none() && fits(scheme, question))
        })
        .map(|(name, scheme)| Finding {
            scheme: name,
            asked: asked(name),
            sha1: scheme.is_sha1(),
            outcome: scheme.verify(message, question.keys),
        })
        .collect();
    findings.sort_by_key(|finding| !finding.asked);
    Ok(findings)
}

/// HTTP Basic is looked at only when there is a user, the others only when there is none.
fn fits(scheme: &Scheme, question: &Question<'_>) -> bool {
    matches!(scheme, Scheme::Basic(_)) == question.keys.user().is_some()
}

/// The scheme by which the message is believed: one that was asked for, or, when it carries no
/// proof for any of those, another one.
pub(super) fn believed<'a, 'f>(
    findings: &'a [Finding<'f>],
    question: &Question<'_>,
) -> Option<&'a Finding<'f>> {
    let counts = |finding: &&Finding<'_>| {
        let named = question.scheme.is_some();
        finding.outcome.is_ok() && (!finding.sha1 || question.allow_sha1 || named)
    };
    let (asked, others): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| finding.asked);
    let unsigned = |finding: &&Finding<'_>| matches!(&finding.outcome, Err(f) if f.is_unsigned());
    match asked.iter().copied().find(counts) {
        Some(finding) => Some(finding),
        None if asked.iter().all(unsigned) => others.into_iter().find(counts),
        None => None,
    }
}

impl Finding<'_> {
    /// The finding as a line for a person.
    pub(super) fn line(&self) -> String {
        let Self { scheme, outcome, .. } = self;
        match outcome {
            Err(why) => format!("{scheme}: {why}"),
            Ok(()) if self.sha1 => {
                format!(
                    "{scheme}: holds (SHA-1 alone is believed where a source says `allow_sha1: true`)"
                )
            }
            Ok(()) if !self.asked => {
                format!("{scheme}: holds (a source must name it: `scheme: {scheme}`)")
            }
            Ok(()) => format!("{scheme}: holds"),
        }
    }
}
