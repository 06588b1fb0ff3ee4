//! From YAML to steps; notes their faults.

use super::guard::Guard;
use super::{HeaderGlob, HeaderRules, HeaderStep, HeaderText, Placed};
use crate::config::Vocabulary;
use crate::config::at::At;
use crate::egress::headers::may_pass;
use crate::template::HeaderTemplate;
use crate::yaml::Mark;
use globset::GlobBuilder;
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::sync::Arc;

/// The keys of a step; the two maps are read apart, so that each fault in them has its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    pass: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(rename = "rename")]
    _rename: Option<IgnoredAny>,
    #[serde(rename = "set")]
    _set: Option<IgnoredAny>,
}

/// Reads the steps for what is sent, of which a map is one; notes their faults. The guards, one for each
/// target it is sent to, know afterwards what the signatures are called.
pub(in crate::config) fn outbound(
    at: &At<'_>,
    words: &Vocabulary,
    guards: &mut [Guard],
) -> Option<HeaderRules> {
    // All of them, so that no fault hides another.
    let steps: Vec<_> = at.items().iter().map(step).collect();
    let steps = steps.into_iter().collect::<Option<Vec<_>>>()?;
    for (step, at) in steps.iter().zip(at.items()) {
        guarded(step, &at, words, guards);
    }
    Some(HeaderRules { steps })
}

/// Notes what a step may not do. What a star takes in never is a signature, so only names are looked at.
fn guarded(step: &HeaderStep, at: &At<'_>, words: &Vocabulary, guards: &mut [Guard]) {
    let fault = |at: &At<'_>, message: Option<String>| {
        if let Some(message) = message {
            at.fault(message);
        }
    };
    for (name, at) in named(at, "pass", &step.pass) {
        fault(&at, never_passed(&name, words));
    }
    for (name, at) in named(at, "remove", &step.remove) {
        fault(&at, guards.iter().find_map(|guard| guard.remove(&name)));
    }
    for Placed { says: (from, to), mark } in &step.rename {
        let why: Vec<_> = guards.iter_mut().filter_map(|guard| guard.rename(from, to)).collect();
        if let Some(at) = pair_at(at, "rename", mark) {
            fault(&at, why.into_iter().next());
        }
    }
    for Placed { says: (name, _), mark } in &step.set {
        if let Some(at) = pair_at(at, "set", mark) {
            fault(&at, guards.iter().find_map(|guard| guard.write(name)));
        }
    }
}

/// The headers that a list names without a star, each with its place.
pub(super) fn named<'a>(
    at: &At<'a>,
    key: &str,
    globs: &[Placed<HeaderGlob>],
) -> Vec<(HeaderName, At<'a>)> {
    let names = globs.iter().map(|glob| glob.says.name());
    // A glob that is none was left out, and said so.
    let kept = |at: &At<'_>| globs.iter().any(|glob| glob.mark == at.node.mark);
    let places = at.key(key).items().into_iter().filter(kept);
    names.zip(places).filter_map(|(name, at)| Some((name?, at))).collect()
}

/// The place of a pair of a map, by where its value stands.
pub(super) fn pair_at<'a>(at: &At<'a>, key: &str, mark: &Mark) -> Option<At<'a>> {
    let pairs = at.key(key).pairs("a map");
    pairs.into_iter().map(|(_, at)| at).find(|at| at.node.mark == *mark)
}

/// Why a header that a step names is passed on in no case.
fn never_passed(name: &HeaderName, words: &Vocabulary) -> Option<String> {
    let forges: Vec<_> = words.forges.iter().map(|words| Arc::clone(&words.forge)).collect();
    (!may_pass(name, &forges)).then(|| match HeaderRules::is_by_http(name) {
        true => format!("`{name}` is written by HTTP itself and cannot be passed on"),
        false => format!(
            "`{name}` is never passed on: it is a forge's own, proves something or is about the body; \
             to send what it says, `set` a header to `{{{{headers.{name}}}}}`"
        ),
    })
}

pub(super) fn step(at: &At<'_>) -> Option<HeaderStep> {
    let raw: Raw = at.read()?;
    let mut step = HeaderStep {
        pass: globs(&raw.pass, &at.key("pass")),
        remove: globs(&raw.remove, &at.key("remove")),
        ..HeaderStep::default()
    };
    for (from, at) in at.key("rename").pairs("a map from header to header") {
        let to = at.read::<String>().and_then(|to| settable(&to, &at));
        step.rename.extend(name(from, &at).zip(to).map(|pair| placed(pair, &at)));
    }
    for (text, at) in at.key("set").pairs("a map from header to value") {
        let Some(value) = at.read::<String>().and_then(|value| header_text(&value, &at)) else {
            continue;
        };
        step.set.extend(settable(text, &at).map(|name| placed((name, value), &at)));
    }
    Some(step)
}

fn placed<T>(says: T, at: &At<'_>) -> Placed<T> {
    Placed { says, mark: at.node.mark.clone() }
}

/// A value as it is sent, or a template of one. What a variable says is never read as a template.
fn header_text(text: &str, at: &At<'_>) -> Option<HeaderText> {
    if at.is_filled_template() {
        at.fault_unquoted(
            "a value holds a variable or a template, not both: what a template makes is stored, and \
             a variable is often a secret",
        );
        return None;
    }
    let breaks = "a header's value holds no line breaks or control characters";
    if at.is_filled() || !text.contains("{{") {
        let mut value = HeaderValue::from_str(text).map_err(|_| at.fault(breaks)).ok()?;
        // A header that people set is as often a token as not.
        value.set_sensitive(true);
        return Some(HeaderText::Fixed(value));
    }
    if text.contains(|c: char| c.is_ascii_control()) {
        at.fault(breaks);
        return None;
    }
    match HeaderTemplate::compile(text, &at.node.mark, at.path()) {
        Ok(template) => Some(HeaderText::Made(Arc::new(template))),
        Err(faults) => {
            faults.into_iter().for_each(|fault| at.fault_within(text, fault.at, fault.message));
            None
        }
    }
}

fn globs(texts: &[String], at: &At<'_>) -> Vec<Placed<HeaderGlob>> {
    let read = |(text, at): (&String, At<'_>)| {
        let bare = text.replace('*', "x");
        let glob = GlobBuilder::new(text).case_insensitive(true).build();
        match (HeaderName::from_bytes(bare.as_bytes()), glob) {
            (Ok(_), Ok(glob)) => Some(placed(HeaderGlob(glob.compile_matcher()), &at)),
            _ => {
                at.fault(format!("`{text}` is no name of a header, nor one with stars in it"));
                None
            }
        }
    };
    texts.iter().zip(at.items()).filter_map(read).collect()
}

fn name(text: &str, at: &At<'_>) -> Option<HeaderName> {
    let name = HeaderName::from_bytes(text.as_bytes()).ok();
    if name.is_none() {
        at.fault(format!("`{text}` is no name of a header"));
    }
    name
}

fn settable(text: &str, at: &At<'_>) -> Option<HeaderName> {
    let name = name(text, at)?;
    if HeaderRules::is_by_http(&name) {
        at.fault(format!("`{text}` is written by HTTP itself and cannot be set"));
        return None;
    }
    Some(name)
}
