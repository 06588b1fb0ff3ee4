//! The steps of a source, on what comes in: less may be said there, and no proof of origin be touched.

use super::read::{named, pair_at, step};
use super::{HeaderRules, HeaderStep, HeaderText, Placed};
use crate::config::at::At;
use crate::config::{Binding, Verify, Vocabulary};
use crate::scheme::Scheme;
use http::{HeaderName, header};

/// What the deliveries of a source are verified by.
pub(in crate::config) struct Proofs(Vec<(String, Scheme)>);

impl Proofs {
    /// Those of all its forges.
    pub(in crate::config) fn of(binding: &Binding, words: &Vocabulary) -> Self {
        let by_forge: Vec<(&str, &Verify)> = match binding {
            Binding::Pinned { forge, verify } => vec![(forge, verify)],
            Binding::Auto(list) => list.iter().map(|(forge, how)| (forge.as_str(), how)).collect(),
        };
        let mut schemes = Vec::new();
        for (forge, verify) in by_forge {
            let (Some(forge), Verify::AnyOf(credentials)) = (words.forge(forge), verify) else {
                continue;
            };
            for credential in credentials {
                let meant = credential.schemes(Some(&forge.forge), forge.verifies());
                let meant = meant.unwrap_or_default().into_iter();
                schemes
                    .extend(meant.map(|meant| (meant.name.to_owned(), meant.scheme.into_owned())));
            }
        }
        Self(schemes)
    }

    /// Why a header is left as it came.
    fn holds(&self, name: &HeaderName) -> Option<String> {
        if HeaderRules::is_by_http(name) || *name == header::CONTENT_ENCODING {
            return Some(format!("`{name}` is about the bytes and the connection they came by"));
        }
        let (scheme, _) = self.0.iter().find(|(_, scheme)| scheme.reads(name))?;
        Some(format!(
            "`{name}` proves by `{scheme}` where a delivery comes from: at most, another header is \
             renamed to it"
        ))
    }
}

/// Reads the steps for what comes in; notes their faults.
pub(in crate::config) fn inbound(at: &At<'_>, proofs: &Proofs) -> Option<HeaderRules> {
    let steps: Vec<_> = at.items().iter().map(step).collect();
    let mut steps = steps.into_iter().collect::<Option<Vec<_>>>()?;
    for (step, at) in steps.iter_mut().zip(at.items()) {
        check(step, &at, proofs);
        for Placed { says: (_, text), mark } in &mut step.set {
            let secret = pair_at(&at, "set", mark).is_some_and(|at| at.is_filled());
            // It is read and kept like what came, unless a variable says it.
            if let HeaderText::Fixed(value) = text {
                value.set_sensitive(secret);
            }
        }
    }
    Some(HeaderRules { steps })
}

fn check(step: &HeaderStep, at: &At<'_>, proofs: &Proofs) {
    if !step.pass.is_empty() {
        at.key("pass").fault("a source passes everything on to its mapping: leave this out");
    }
    let fault = |at: Option<At<'_>>, message: Option<String>| {
        if let Some((at, message)) = at.zip(message) {
            at.fault(message);
        }
    };
    for (name, at) in named(at, "remove", &step.remove) {
        fault(Some(at), proofs.holds(&name));
    }
    for Placed { says: (from, _), mark } in &step.rename {
        fault(pair_at(at, "rename", mark), proofs.holds(from));
    }
    for Placed { says: (name, text), mark } in &step.set {
        let templated =
            "nothing is known of an event yet that a template could say: give a plain text";
        let why = match text {
            HeaderText::Made(_) => Some(templated.to_owned()),
            HeaderText::Fixed(_) => proofs.holds(name),
        };
        fault(pair_at(at, "set", mark), why);
    }
}
