//! The configuration: who delivers, where to, and what goes where.
//!
//! One small struct per concern. [`Config::parse`] reads the YAML into a tree, fills `${NAME}` and
//! `${file:...}` into its scalars, reads the structs from the tree and then holds them against each
//! other and against what the mappings know ([`Vocabulary`]). Every fault that is found is
//! reported, each with file, line, column, field and what was expected there.

mod at;
mod credential;
mod generic;
mod globs;
mod handshake;
mod headers;
mod item;
mod limits;
mod load;
mod mapping;
mod repositories;
mod retention;
mod retry;
mod route;
mod secrets;
mod signing;
mod source;
mod starter;
mod store;
mod target;
pub(crate) mod units;
mod vars;
mod vocabulary;
mod within;

pub use credential::{Credential, CredentialError, Meant};
pub use globs::Globs;
pub use handshake::{Consent, Handshake};
pub use headers::{HeaderGlob, HeaderRules, HeaderStep, HeaderText, Placed};
pub use limits::Limits;
pub use load::{ConfigError, Faults};
pub use repositories::{KnownAs, RepositoryRule};
pub use retention::Retention;
pub use retry::Retry;
pub use route::{Paths, Route, Unknown};
pub use secrets::{Process, Variables};
pub use signing::{Signer, signers};
pub use source::{Binding, Source, Verify};
pub use starter::Starter;
pub use store::StoreAddress;
pub use target::{Format, Target, TargetUrl};
pub use vars::Vars;
pub use vocabulary::{ForgeWords, TemplateWords, Vocabulary};

use std::net::SocketAddr;
use url::Url;

/// Everything that `forgeway.yaml` says, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address under which the world sees the gateway; links and set-up snippets carry it.
    pub public_url: Option<Url>,
    /// Where deliveries are kept.
    pub store: StoreAddress,
    /// How long they are kept.
    pub retention: Retention,
    /// How much is taken at once.
    pub limits: Limits,
    /// Who delivers, in the order of the file. Names are unique.
    pub sources: Vec<Source>,
    /// Where events are delivered to, in the order of the file. Names are unique.
    pub targets: Vec<Target>,
    /// What goes where, in the order of the file.
    pub routes: Vec<Route>,
}

impl Config {
    /// The source of a name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// The target of a name.
    pub fn target(&self, name: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.name == name)
    }

    /// The source that receives at `POST /in`, where one is configured so.
    pub fn default_source(&self) -> Option<&Source> {
        self.sources.iter().find(|source| source.default)
    }
}

#[cfg(test)]
mod tests;
