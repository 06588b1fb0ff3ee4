//! What is changed about the headers of a request: `headers`.

mod guard;
mod inbound;
mod read;

pub(super) use guard::{Guard, Held};
pub(super) use inbound::{Proofs, inbound};
pub(super) use read::outbound;

use crate::template::HeaderTemplate;
use crate::yaml::Mark;
use globset::GlobMatcher;
use http::{HeaderName, HeaderValue};
use std::sync::Arc;

/// `headers`: steps, one after the other.
#[derive(Debug, Clone, Default)]
pub struct HeaderRules {
    /// The steps, in order.
    pub steps: Vec<HeaderStep>,
}

/// One step. What it says is done in the order of its fields.
#[derive(Debug, Clone, Default)]
pub struct HeaderStep {
    /// Headers of the delivery as it came that are passed on.
    pub pass: Vec<Placed<HeaderGlob>>,
    /// Headers left out.
    pub remove: Vec<Placed<HeaderGlob>>,
    /// Headers sent under another name: from, to.
    pub rename: Vec<Placed<(HeaderName, HeaderName)>>,
    /// Headers set, whatever stood there.
    pub set: Vec<Placed<(HeaderName, HeaderText)>>,
}

/// A part of a step, and where the configuration says it.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    /// What it says.
    pub says: T,
    /// Where it stands.
    pub mark: Mark,
}

/// Names of headers: `X-Team`, `X-Team-*`. Case does not matter.
#[derive(Debug, Clone)]
pub struct HeaderGlob(GlobMatcher);

/// What a header is set to.
#[derive(Debug, Clone)]
pub enum HeaderText {
    /// Always this.
    Fixed(HeaderValue),
    /// What this makes of the event; the header is left out where that is nothing.
    Made(Arc<HeaderTemplate>),
}

impl HeaderGlob {
    /// The one header that is meant, where no star is in it.
    pub fn name(&self) -> Option<HeaderName> {
        let text = self.0.glob().glob();
        (!text.contains('*')).then(|| HeaderName::from_bytes(text.as_bytes()).ok()).flatten()
    }

    /// Whether a header is meant.
    pub fn matches(&self, name: &HeaderName) -> bool {
        self.0.is_match(name.as_str())
    }
}

/// Headers that belong to the connection or to the message as a whole: HTTP itself writes them.
const BY_HTTP: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl HeaderRules {
    /// Whether a header is HTTP's own: never set and never passed on.
    pub fn is_by_http(name: &HeaderName) -> bool {
        BY_HTTP.contains(&name.as_str())
    }
}

impl HeaderStep {
    /// The templates of its values.
    pub fn templates(&self) -> impl Iterator<Item = &Arc<HeaderTemplate>> {
        self.set.iter().filter_map(|set| match &set.says.1 {
            HeaderText::Made(template) => Some(template),
            HeaderText::Fixed(_) => None,
        })
    }
}

#[cfg(test)]
mod tests;
