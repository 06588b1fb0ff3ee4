//! The fields that a path may name, as far as that is known before an event comes.

use super::subject;
use crate::event::Event;
use crate::value::{FieldKind, Shape};
use crate::yaml::nearest;

/// What a template sees, by name.
pub(super) const ROOTS: [&str; 8] =
    ["event", "subject", "raw", "headers", "target", "delivery", "tables", "now"];

/// What is known of the place that paths start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Where [`ROOTS`] are.
    Top,
    /// The same, outside of any folder: there are no tables.
    Line,
    /// In a partial: there as a rule, unless it is included with something else.
    Partial,
    /// An element of a list, or some other value.
    Inside,
}

/// What is wrong with a path, if anything is.
pub(super) fn check(path: &str, scope: Scope) -> Option<String> {
    let rooted = path.strip_prefix("@root.").or_else(|| path.strip_prefix("@root/"));
    let path = match (rooted, scope) {
        (Some(path), _) => path,
        (None, Scope::Top | Scope::Line) if !path.starts_with(['@', '.', '[']) => path,
        (None, Scope::Partial) if path.starts_with("event.") || path.starts_with("subject.") => {
            path
        }
        (None, _) => return None,
    };
    let path = path.strip_prefix("this.").unwrap_or(path);
    let mut keys = path.split(['.', '/']);
    let first = keys.next().filter(|first| !first.is_empty() && *first != "this")?;
    match first {
        "event" => in_event(keys, "event"),
        "subject" => one_of(keys.next()?, &subject::FIELDS, "subject"),
        "target" => one_of(keys.next()?, &["name", "vars"], "target"),
        "delivery" => one_of(keys.next()?, &["id"], "delivery"),
        "tables" if scope == Scope::Line => {
            Some("there are no `tables` here: only a template's folder has them".into())
        }
        other => {
            let known = ROOTS.into_iter().filter(|root| scope != Scope::Line || *root != "tables");
            one_of(other, &known.collect::<Vec<_>>(), "")
        }
    }
}

fn one_of(key: &str, known: &[&str], parent: &str) -> Option<String> {
    (!known.contains(&key)).then(|| unknown(key, known, parent))
}

fn unknown(key: &str, known: &[&str], parent: &str) -> String {
    let meant = nearest(key, known.iter().copied());
    let (within, known) = match (parent, known.len()) {
        ("", _) => (String::new(), format!(": expected one of {}", known.join(", "))),
        (parent, 0..=8) => {
            (format!(" in `{parent}`"), format!(": expected one of {}", known.join(", ")))
        }
        (parent, _) => (format!(" in `{parent}`"), String::new()),
    };
    format!("there is no `{key}`{within}{meant}{known}")
}

/// Follows the model; stops where a list or a free map starts.
fn in_event<'p>(keys: impl Iterator<Item = &'p str>, root: &str) -> Option<String> {
    let (mut shape, mut parent): (&'static Shape, String) = (Event::SHAPE, root.to_owned());
    for key in keys {
        if shape.open.is_some() {
            return None;
        }
        let Some(kind) = shape.kind_of(key) else {
            let known: Vec<_> = shape.fields.iter().map(|field| field.name).collect();
            return Some(unknown(key, &known, &parent));
        };
        let FieldKind::Record(inner) = kind else { return None };
        shape = inner;
        parent = format!("{parent}.{key}");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Scope, check};

    #[test]
    fn paths_are_held_against_the_model() {
        for good in
            ["event.actor.login", "raw.any.thing", "@root.event.kind", "this", "event.changes.x.y"]
        {
            assert_eq!(check(good, Scope::Top), None, "{good}");
        }
        assert_eq!(check("login", Scope::Inside), None);
        assert_eq!(check("login", Scope::Partial), None);
        let meant = check("event.pull_request.titel", Scope::Partial).unwrap();
        assert!(meant.contains("in `event.pull_request` (did you mean `title`?)"), "{meant}");
        assert!(check("@root.evnt.kind", Scope::Inside).unwrap().contains("`event`"));
    }
}
