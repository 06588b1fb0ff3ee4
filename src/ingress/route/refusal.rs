//! Why a route does not take an event.

use std::fmt;
use std::sync::Arc;

/// A route that did not take an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The place of the event within its delivery.
    pub event: u32,
    /// Where the route stands in the configuration.
    pub route: Arc<str>,
    /// Why.
    pub why: Refusal,
}

/// Why a route does not take an event.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {}: the route at {} {}", self.event, self.route, self.why)
    }
}
