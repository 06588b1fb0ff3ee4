//! What goes where: `routes`.

use super::at::At;
use crate::event::Kind;
use crate::yaml::{Node, Scalar, Value};
use globset::Glob;
use serde::Deserialize;

/// A route. Each list that is empty was left out: it asks nothing.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// The sources it takes from.
    pub from: Vec<String>,
    /// Globs over `kind` and `kind.action`; left out: all but `ping`.
    pub events: Vec<String>,
    /// Globs over the repository's full path.
    pub repositories: Vec<String>,
    /// Globs over the pushed branch, or the base of a pull request.
    pub branches: Vec<String>,
    /// Globs over the pushed tag.
    pub tags: Vec<String>,
    /// The targets it delivers to.
    pub to: Vec<String>,
    /// Where it stands in the file, for people: `forgeway.yaml:12:5`.
    pub place: String,
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
    when: Option<serde::de::IgnoredAny>,
    to: Vec<String>,
}

/// Reads one route; notes its faults. The names in it are checked by the caller, who knows them.
pub(super) fn read(at: &At<'_>) -> Option<Route> {
    let lists = listed(at.node);
    let raw: Raw = at.with(&lists).read()?;
    if raw.when.is_some() {
        at.key("when")
            .fault("`when` is not built yet: use events, repositories, branches and tags");
    }
    let keys = [
        ("events", &raw.events),
        ("repositories", &raw.repositories),
        ("branches", &raw.branches),
        ("tags", &raw.tags),
    ];
    for (key, globs) in keys {
        let Some(globs) = globs else { continue };
        for (glob, at) in globs.iter().zip(at.key(key).items()) {
            if let Err(error) = Glob::new(glob) {
                at.fault(format!("`{glob}` is no glob: {}", error.kind()));
            }
        }
    }
    for (event, at) in raw.events.iter().flatten().zip(at.key("events").items()) {
        check_event(event, &at);
    }
    for (key, list) in keys.into_iter().chain([("from", &raw.from)]) {
        if list.as_ref().is_some_and(Vec::is_empty) {
            at.key(key)
                .fault("an empty list matches nothing: leave the field out to match everything");
        }
    }
    if raw.to.is_empty() {
        at.key("to").fault("a route needs at least one target");
    }
    Some(Route {
        from: raw.from.unwrap_or_default(),
        events: raw.events.unwrap_or_default(),
        repositories: raw.repositories.unwrap_or_default(),
        branches: raw.branches.unwrap_or_default(),
        tags: raw.tags.unwrap_or_default(),
        to: raw.to,
        place: at.node.mark.to_string(),
    })
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
            if single && key != "when" {
                let item = value.clone();
                value.value = Value::List(vec![item]);
            }
        }
    }
    node
}
