//! What goes where: `routes`.

use super::at::At;
use super::globs::{Globs, Names, positive};
use super::headers::{self, HeaderRules};
use super::load::Guards;
use super::vocabulary::Vocabulary;
use crate::event::Kind;
use crate::when::When;
use crate::yaml::{Node, Scalar, Value};
use globset::Glob;
use serde::Deserialize;
use std::sync::Arc;

/// A route. What was left out asks nothing.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// Globs over the names of the sources it takes from.
    pub from: Option<Globs>,
    /// Globs over `kind` and `kind.action`; left out: all but `ping`.
    pub events: Option<Globs>,
    /// Globs over the repository's full path.
    pub repositories: Option<Globs>,
    /// Globs over the pushed branch, or the base of a pull request.
    pub branches: Option<Globs>,
    /// Globs over the pushed tag.
    pub tags: Option<Globs>,
    /// Globs over the login of whoever did it.
    pub actors: Option<Globs>,
    /// What a push must have changed.
    pub paths: Option<Paths>,
    /// Globs over the labels of an issue or pull request.
    pub labels: Option<Globs>,
    /// Whether a pull request must be a draft, or must be none.
    pub draft: Option<bool>,
    /// An expression that must hold.
    pub when: Option<Arc<When>>,
    /// The targets it delivers to.
    pub to: Vec<String>,
    /// What is changed about the headers of what goes there because of it, after the target's own.
    pub headers: Arc<HeaderRules>,
    /// Whether the routes after it are not asked about an event that it takes.
    pub stop: bool,
    /// Whether it takes only what no other route took.
    pub default: bool,
    /// Where it stands in the file, for people: `forgeway.yaml:12:5`.
    pub place: String,
}

/// Changed paths: a route takes a push when one of them fits.
#[derive(Debug, Clone)]
pub struct Paths {
    /// Globs over the paths, from the root of the repository.
    pub any: Globs,
    /// Whether an event is taken that does not tell all paths, and of those it tells none fits.
    pub unknown: Unknown,
}

/// What becomes of an event that does not tell what was changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// The route takes it: a build too many.
    Match,
    /// The route does not take it.
    #[default]
    Refuse,
}

/// A list, or one element that stands for itself: `to: ci` means `to: [ci]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    from: Option<Vec<String>>,
    events: Option<Vec<String>>,
    repositories: Option<Vec<String>>,
    branches: Option<Vec<String>>,
    tags: Option<Vec<String>>,
    actors: Option<Vec<String>>,
    paths: Option<serde::de::IgnoredAny>,
    labels: Option<Vec<String>>,
    draft: Option<bool>,
    when: Option<String>,
    to: Vec<String>,
    /// Read apart: each of its faults has a place of its own.
    #[serde(rename = "headers")]
    _headers: Option<serde::de::IgnoredAny>,
    stop: Option<bool>,
    r#continue: Option<bool>,
    #[serde(default)]
    default: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPaths {
    any: Vec<String>,
    #[serde(default)]
    unknown: Unknown,
}

/// What stands for itself, and is no list of one.
const SINGLE: &[&str] = &["when", "draft", "stop", "continue", "default"];

/// Reads one route; notes its faults. The names in it are checked by the caller, who knows them. `guards`
/// are those of all targets.
pub(super) fn read(at: &At<'_>, words: &Vocabulary, guards: &Guards<'_>) -> Option<Route> {
    let lists = listed(at.node);
    let raw: Raw = at.with(&lists).read()?;
    let to = raw.to.iter().filter_map(|name| guards.get(name.as_str()));
    let mut guards: Vec<_> = to.cloned().collect();
    let headers = headers::outbound(&at.key("headers"), words, &mut guards);
    for (event, at) in raw.events.iter().flatten().zip(at.key("events").items()) {
        check_event(positive(event), &at);
    }
    if raw.to.is_empty() {
        at.key("to").fault("a route needs at least one target");
    }
    let globs =
        |key: &str, list: &Option<Vec<String>>, names| globs(&at.key(key), list.as_deref()?, names);
    let paths = raw.paths.is_some().then(|| paths(&at.key("paths"))).flatten();
    Some(Route {
        from: globs("from", &raw.from, Names::Exact),
        events: globs("events", &raw.events, Names::Exact),
        // Forges find a repository whatever the case of its path.
        repositories: globs("repositories", &raw.repositories, Names::AnyCase),
        branches: globs("branches", &raw.branches, Names::Exact),
        tags: globs("tags", &raw.tags, Names::Exact),
        actors: globs("actors", &raw.actors, Names::Logins),
        paths,
        labels: globs("labels", &raw.labels, Names::AnyCase),
        draft: raw.draft,
        when: raw.when.and_then(|text| when(&at.key("when"), &text)),
        to: raw.to,
        headers: Arc::new(headers?),
        stop: stops(at, raw.stop, raw.r#continue),
        default: raw.default,
        place: at.node.mark.to_string(),
    })
}

fn globs(at: &At<'_>, list: &[String], names: Names) -> Option<Globs> {
    if list.is_empty() {
        at.fault("an empty list matches nothing: leave the field out to match everything");
    }
    let places = at.items();
    let fault = |(place, message): (usize, String)| match places.get(place) {
        Some(at) => at.fault(message),
        None => at.fault(message),
    };
    match Globs::new(list, names) {
        Ok(globs) => Some(globs),
        Err(faults) => {
            faults.into_iter().for_each(fault);
            None
        }
    }
}

/// A list of globs, or a map with one and what becomes of an event that tells no paths.
fn paths(at: &At<'_>) -> Option<Paths> {
    let node = listed(at.node);
    let (raw, place) = match node.as_map() {
        Some(_) => (at.with(&node).read::<RawPaths>()?, at.key("any")),
        None => {
            let any = match at.node.as_text() {
                Some(one) => vec![one.to_owned()],
                None => at.read()?,
            };
            (RawPaths { any, unknown: Unknown::default() }, at.clone())
        }
    };
    Some(Paths { any: globs(&place, &raw.any, Names::Exact)?, unknown: raw.unknown })
}

fn when(at: &At<'_>, text: &str) -> Option<Arc<When>> {
    match When::compile(text) {
        Ok(when) => Some(Arc::new(when)),
        Err(faults) => {
            faults.into_iter().for_each(|fault| at.fault_within(text, fault.at, fault.message));
            None
        }
    }
}

/// `stop: true`, or `continue: false`, which says the same.
fn stops(at: &At<'_>, stop: Option<bool>, goes_on: Option<bool>) -> bool {
    if let (Some(_), Some(_)) = (stop, goes_on) {
        at.key("continue").fault("`stop` and `continue` say the same thing: leave one of them out");
    }
    stop.unwrap_or(goes_on == Some(false))
}

/// An event that does not exist would never match, in silence.
fn check_event(event: &str, at: &At<'_>) {
    let Ok(glob) = Glob::new(event) else { return };
    let glob = glob.compile_matcher();
    let is_event = |kind: &Kind| {
        let mut keys = kind.actions().iter().map(|action| format!("{kind}.{action}"));
        glob.is_match(kind.as_str()) || keys.any(|key| glob.is_match(key))
    };
    if Kind::ALL.iter().any(is_event) {
        return;
    }
    let kind = event.split('.').next().and_then(Kind::from_word);
    at.fault(match kind {
        Some(kind) => {
            let actions: Vec<_> = kind.actions().iter().map(|action| action.as_str()).collect();
            format!("no event `{event}`: {kind} has the actions {}", actions.join(", "))
        }
        None if event.contains(['*', '?', '[', '{']) => {
            format!("`{event}` matches no event: expected globs over {}", Kind::WORDS.join(", "))
        }
        None => format!("no event `{event}`: expected one of {}", Kind::WORDS.join(", ")),
    });
}

/// The same map with single scalars as lists of one.
fn listed(node: &Node) -> Node {
    let mut node = node.clone();
    if let Value::Map(map) = &mut node.value {
        for (key, value) in &mut map.pairs {
            let single = matches!(&value.value, Value::Scalar(scalar) if *scalar != Scalar::Null);
            if single && !SINGLE.contains(&key.as_str()) && key != "unknown" {
                let item = value.clone();
                value.value = Value::List(vec![item]);
            }
        }
    }
    node
}
