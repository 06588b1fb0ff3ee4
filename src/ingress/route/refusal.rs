//! Why a route does not take an event.

use crate::when::Failed;
use std::fmt;
use std::sync::Arc;

/// Why a route does not take an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It takes from other sources.
    Source,
    /// It asks for other events.
    Event(String),
    /// It does not ask for pings, which are only sent where a route does.
    Ping,
    /// It does not ask for pings, and the event did not happen: the forge only tries the hook out.
    Test,
    /// It asks for other repositories.
    Repository(String),
    /// It asks for repositories, and the event names none.
    NoRepository,
    /// It asks for other branches or tags.
    Ref(String),
    /// It asks for branches or tags, and the event names none.
    NoRef,
    /// It asks for other people.
    Actor(String),
    /// It asks for people, and the event names nobody by a login.
    NoActor,
    /// It asks for other paths.
    Paths,
    /// It asks for paths, and the event does not tell all that were changed.
    NoPaths,
    /// It asks for other labels.
    Labels,
    /// It asks for labels, and the event does not tell any.
    NoLabels,
    /// It asks for drafts, or for no drafts.
    Draft(bool),
    /// It asks whether this is a draft, and the event does not say.
    NoDraft,
    /// Its expression does not hold.
    When,
    /// Its expression gave no answer.
    WhenFailed(Failed),
    /// A route before it took the event and stops there: where that one stands.
    Stopped(Arc<str>),
    /// It takes what no other route takes, and one did.
    NotDefault,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source => f.write_str("takes from other sources"),
            Self::Event(key) => write!(f, "does not ask for {key}"),
            Self::Ping => f.write_str("does not ask for ping by name"),
            Self::Test => f.write_str("does not ask for ping by name, and this is a test"),
            Self::Repository(path) => write!(f, "does not ask for the repository {path}"),
            Self::NoRepository => f.write_str("asks for a repository, and the event names none"),
            Self::Ref(name) => write!(f, "does not ask for {name}"),
            Self::NoRef => f.write_str("asks for a branch or tag, and the event names none"),
            Self::Actor(login) => write!(f, "does not ask for what {login} does"),
            Self::NoActor => f.write_str("asks for actors, and the event names nobody by a login"),
            Self::Paths => f.write_str("asks for paths, and none of them was changed"),
            Self::NoPaths => f.write_str(
                "asks for paths, and the event does not tell all that were changed \
                 (`unknown: match` would take it)",
            ),
            Self::Labels => f.write_str("does not ask for these labels"),
            Self::NoLabels => f.write_str("asks for labels, and the event does not tell them"),
            Self::Draft(true) => f.write_str("does not ask for drafts"),
            Self::Draft(false) => f.write_str("asks for drafts, and this is none"),
            Self::NoDraft => {
                f.write_str("asks whether this is a draft, and the event does not say")
            }
            Self::When => f.write_str("has a `when` that does not hold"),
            Self::WhenFailed(failed) => write!(f, "has a `when` that failed: {failed}"),
            Self::Stopped(by) => write!(f, "was not asked: the route at {by} stops"),
            Self::NotDefault => f.write_str("is the default, and another route took it"),
        }
    }
}
