//! The configured sources, ready to verify with.

use super::Reject;
use super::rewrite::Rewritten;
use super::rules::Rules;
use crate::config::{self, Consent, CredentialError, HeaderRules};
use crate::forge::Forge;
use http::{HeaderMap, HeaderName};
use std::collections::HashMap;
use std::sync::Arc;

/// A source: which forge it is and what it asks for as proof.
#[derive(Debug)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Whether a forge that says nothing in its headers may be told by its body.
    pub body_detect: bool,
    /// What it answers those who ask whether they may send; `None`: nothing.
    pub handshake: Option<Consent>,
    binding: Binding,
    /// What it changes about the headers of a request.
    headers: HeaderRules,
}

#[derive(Debug)]
enum Binding {
    Pinned(Arc<Forge>, Rules),
    /// By the name of the forge.
    Auto(HashMap<String, Rules>),
}

/// All sources.
#[derive(Debug, Default)]
pub struct Sources {
    by_name: HashMap<String, Arc<Source>>,
    default: Option<Arc<Source>>,
}

/// Why a source cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceFault {
    /// No mapping has this name.
    #[error("source `{source_name}`: no forge `{forge}`")]
    UnknownForge {
        /// The source.
        source_name: String,
        /// The forge that is not there.
        forge: String,
    },
    /// It cannot be verified as configured.
    #[error("source `{source_name}`: {fault}")]
    Rule {
        /// The source.
        source_name: String,
        /// What is wrong.
        fault: CredentialError,
    },
}

impl Sources {
    /// The sources of a configuration.
    ///
    /// # Errors
    /// The first source that cannot be set up.
    pub fn new(configs: &[config::Source], forges: &[Arc<Forge>]) -> Result<Self, SourceFault> {
        let mut sources = Self::default();
        for config in configs {
            let source = Arc::new(Source::new(config, forges)?);
            if config.default {
                sources.default = Some(Arc::clone(&source));
            }
            sources.by_name.insert(source.name.clone(), source);
        }
        Ok(sources)
    }

    /// The headers that hold a secret as it is, at any of the sources.
    pub fn secret_headers(&self) -> Vec<HeaderName> {
        self.by_name.values().flat_map(|source| source.secret_headers()).collect()
    }

    /// The source that an address names; `None` stands for `/in` itself.
    ///
    /// # Errors
    /// A source that is not configured.
    pub fn find(&self, name: Option<&str>) -> Result<&Arc<Source>, Reject> {
        match name {
            Some(name) => {
                // Anybody may ask for anything here, and it is written down: nothing in it may
                // begin a line of its own or speak to a terminal.
                let shown = name.chars().take(64).map(|c| if c.is_control() { '?' } else { c });
                let unknown = || Reject::UnknownSource(shown.collect());
                self.by_name.get(name).ok_or_else(unknown)
            }
            None => self.default.as_ref().ok_or(Reject::NoDefaultSource),
        }
    }
}

impl Source {
    /// A source as configured.
    ///
    /// # Errors
    /// A forge or a scheme that no mapping has, or a secret that its scheme cannot use.
    pub fn new(config: &config::Source, forges: &[Arc<Forge>]) -> Result<Self, SourceFault> {
        let forge = |name: &str| {
            forges.iter().find(|forge| forge.name == name).ok_or_else(|| {
                SourceFault::UnknownForge {
                    source_name: config.name.clone(),
                    forge: name.to_owned(),
                }
            })
        };
        let rules = |forge: &Forge, verify: &config::Verify| match verify {
            config::Verify::None => Ok(Rules::None),
            config::Verify::AnyOf(credentials) => Rules::new(forge, credentials)
                .map_err(|fault| SourceFault::Rule { source_name: config.name.clone(), fault }),
        };
        let binding = match &config.binding {
            config::Binding::Pinned { forge: name, verify } => {
                let forge = forge(name)?;
                Binding::Pinned(Arc::clone(forge), rules(forge, verify)?)
            }
            config::Binding::Auto(list) => Binding::Auto(
                list.iter()
                    .map(|(name, verify)| Ok((name.clone(), rules(forge(name)?, verify)?)))
                    .collect::<Result<_, SourceFault>>()?,
            ),
        };
        let (name, handshake) = (config.name.clone(), config.handshake.clone());
        Ok(Self {
            name,
            body_detect: config.body_detect,
            handshake,
            binding,
            headers: config.headers.clone(),
        })
    }

    /// The forge that this source is bound to, whatever a request says.
    pub fn pinned(&self) -> Option<&Arc<Forge>> {
        match &self.binding {
            Binding::Pinned(forge, _) => Some(forge),
            Binding::Auto(_) => None,
        }
    }

    /// The headers that hold a secret as it is, where the configuration names them.
    fn secret_headers(&self) -> Vec<HeaderName> {
        let mut secret: Vec<_> =
            self.all_rules().flat_map(Rules::secret_headers).cloned().collect();
        // Under the name it comes by, it is as secret.
        for step in self.headers.steps.iter().rev() {
            let renames = step.rename.iter().map(|rename| &rename.says);
            let back = renames.filter(|(_, to)| secret.contains(to)).map(|(from, _)| from.clone());
            let back: Vec<_> = back.collect();
            secret.extend(back);
        }
        secret
    }

    fn all_rules(&self) -> impl Iterator<Item = &Rules> {
        let (one, many) = match &self.binding {
            Binding::Pinned(_, rules) => (Some(rules), None),
            Binding::Auto(by_forge) => (None, Some(by_forge.values())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// The headers of a request as they are to be read; nothing where they are left as they came.
    pub(super) fn rewrite(&self, came: &HeaderMap) -> Option<Rewritten> {
        let proves = |name: &HeaderName| self.all_rules().any(|rules| rules.reads(name));
        (!self.headers.steps.is_empty())
            .then(|| Rewritten::new(&self.headers, came.clone(), proves))
    }

    /// What is asked of this forge as proof.
    ///
    /// # Errors
    /// A source that detects its forges does not list this one.
    pub(super) fn rules(&self, forge: &Forge) -> Result<&Rules, Reject> {
        let rules = match &self.binding {
            Binding::Pinned(_, rules) => Some(rules),
            Binding::Auto(by_forge) => by_forge.get(&forge.name),
        };
        rules.ok_or_else(|| Reject::ForgeNotListed {
            source_name: self.name.clone(),
            forge: forge.title.clone(),
        })
    }
}
