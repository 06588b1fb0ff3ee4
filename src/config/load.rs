//! From text to a checked [`Config`].

use super::at::{At, Found};
use super::headers::Guard;
use super::secrets::{self, Variables};
use super::store::StoreAddress;
use super::vocabulary::Vocabulary;
use super::{
    Config, Globs, Limits, Retention, Route, Source, Target, globs, mapping, route, source, store,
    target,
};
use crate::yaml::{self, YamlError};
use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// Every fault that was found in a configuration; printed one a line.
#[derive(Debug)]
pub struct Faults(pub Vec<YamlError>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.0.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {file} cannot be read: {reason}")]
    File {
        /// The file.
        file: String,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The file is read, and wrong.
    #[error(transparent)]
    Faults(#[from] Faults),
}

const KEYS: &[&str] =
    &["listen", "public_url", "store", "retention", "limits", "sources", "targets", "routes"];

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, or all the faults in it.
    pub fn read(
        file: &Path,
        variables: &dyn Variables,
        words: &Vocabulary,
    ) -> Result<Self, ConfigError> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|reason| ConfigError::File { file: name.clone(), reason })?;
        Ok(Self::parse(&text, &name, variables, words)?)
    }

    /// The mapping folders that the sources in a file bring along: `mapping`. The mappings are loaded
    /// with them before the file is read.
    pub fn mapping_folders(file: &Path, variables: &dyn Variables) -> Vec<PathBuf> {
        mapping::folders(file, variables)
    }

    /// Where a file keeps its deliveries. Nothing else in it has to be right, and no other variable set.
    ///
    /// # Errors
    /// A file that cannot be read or is no YAML, or an address that is none.
    pub fn store_of(file: &Path, variables: &dyn Variables) -> Result<StoreAddress, ConfigError> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|reason| ConfigError::File { file: name.clone(), reason })?;
        let mut root = yaml::load(&text, &name).map_err(|fault| Faults(vec![fault]))?;
        // An unset variable elsewhere is of no interest; in the address it is found again below.
        let (filled, _) = secrets::fill(&mut root, variables);
        let found = Found::new(filled, &text);
        let address =
            or_default(&At::root(&root, &found).key("store"), store::DEFAULT, StoreAddress::parse);
        address.ok_or_else(|| Faults(found.into_faults()).into())
    }

    /// Reads a text. `file` is the name that faults are reported under.
    ///
    /// # Errors
    /// All the faults in it, in the order of the file.
    pub fn parse(
        text: &str,
        file: &str,
        variables: &dyn Variables,
        words: &Vocabulary,
    ) -> Result<Self, Faults> {
        let mut root = yaml::load(text, file).map_err(|fault| Faults(vec![fault]))?;
        let (filled, mut faults) = secrets::fill(&mut root, variables);
        let found = Found::new(filled, text);
        let config = read(&At::root(&root, &found), words);
        // A value that is missing a variable is not also judged without it.
        let judged = found.into_faults();
        let unset: Vec<_> = faults.iter().map(|fault| fault.mark.clone()).collect();
        faults.extend(judged.into_iter().filter(|fault| !unset.contains(&fault.mark)));
        faults.sort_by_key(|fault| (fault.mark.line, fault.mark.column));
        match config {
            Some(config) if faults.is_empty() => Ok(config),
            _ => Err(Faults(faults)),
        }
    }
}

fn read(at: &At<'_>, words: &Vocabulary) -> Option<Config> {
    for (key, at) in at.pairs("a map with sources, targets and routes") {
        if !KEYS.contains(&key) {
            at.fault(yaml::unknown_field(key, KEYS));
        }
    }
    let public_url = match at.key("public_url") {
        at if at.is_there() => Some(or_default(&at, "", public_url)),
        _ => None,
    };
    let public = public_url.as_ref().and_then(Option::as_ref);
    let sources: Vec<_> = (at.key("sources").pairs("a map from name to source").into_iter())
        .map(|(name, at)| (name, source::read(name, &at, words)))
        .collect();
    let targets: Vec<_> = (at.key("targets").pairs("a map from name to target").into_iter())
        .map(|(name, at)| (name, target::read(name, &at, words, public)))
        .collect();
    let guards: Guards<'_> = (targets.iter())
        .filter_map(|(name, read)| Some((*name, read.as_ref()?.1.clone())))
        .collect();
    // A name counts as known even where the rest of its section is wrong: one fault, said once.
    let names = Names {
        sources: sources.iter().map(|(name, _)| *name).collect(),
        targets: targets.iter().map(|(name, _)| *name).collect(),
    };
    let routes: Vec<_> = (at.key("routes").items().iter())
        .map(|at| route::read(at, words, &guards).inspect(|route| check_names(at, route, &names)))
        .collect();
    check_default(at, &sources);

    let listen = or_default(&at.key("listen"), "127.0.0.1:8080", |text| {
        text.parse::<SocketAddr>().map_err(|_| {
            format!("`{text}` is no address to listen on: expected one such as 127.0.0.1:8080")
        })
    });
    let store = or_default(&at.key("store"), store::DEFAULT, StoreAddress::parse);
    let retention = section::<Retention>(&at.key("retention"));
    let limits = section::<Limits>(&at.key("limits"));
    Some(Config {
        listen: listen?,
        public_url: match public_url {
            Some(url) => Some(url?),
            None => None,
        },
        store: store?,
        retention: retention?,
        limits: limits?,
        sources: sources.into_iter().map(|(_, source)| source).collect::<Option<Vec<Source>>>()?,
        targets: (targets.into_iter())
            .map(|(_, read)| read.map(|(target, _)| target))
            .collect::<Option<Vec<Target>>>()?,
        routes: routes.into_iter().collect::<Option<Vec<Route>>>()?,
    })
}

/// What signs each target, by its name.
pub(super) type Guards<'a> = HashMap<&'a str, Guard>;

struct Names<'a> {
    sources: Vec<&'a str>,
    targets: Vec<&'a str>,
}

fn check_names(at: &At<'_>, route: &Route, names: &Names<'_>) {
    let from = route.from.as_ref().map_or(&[][..], Globs::patterns);
    let lists =
        [("from", "source", from, &names.sources), ("to", "target", &route.to[..], &names.targets)];
    for (key, what, used, known) in lists {
        for (name, at) in used.iter().zip(at.key(key).items()) {
            let is_known = match what {
                // A glob that fits none would never match, in silence.
                "source" => known.iter().any(|known| globs::fits(name, known)),
                _ => known.contains(&name.as_str()),
            };
            if !is_known {
                let known = if known.is_empty() { "none is".to_owned() } else { known.join(", ") };
                at.fault(format!("no {what} `{name}`: configured: {known}"));
            }
        }
    }
}

/// Only one source can receive at `/in` itself.
fn check_default(at: &At<'_>, sources: &[(&str, Option<Source>)]) {
    let defaults = sources.iter().filter(|(_, source)| source.as_ref().is_some_and(|s| s.default));
    for (name, _) in defaults.skip(1) {
        at.key("sources").key(name).key("default").fault("another source is the default already");
    }
}

fn or_default<T>(
    at: &At<'_>,
    default: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    let text = if at.is_there() { at.read::<String>()? } else { default.to_owned() };
    parse(&text).map_err(|message| at.fault(message)).ok()
}

fn public_url(text: &str) -> Result<Url, String> {
    let expected = "expected an address such as https://hooks.example.com";
    let url = Url::parse(text).map_err(|error| format!("{error}: {expected}"))?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if plain { Ok(url) } else { Err(format!("no plain http or https address: {expected}")) }
}

fn section<T: serde::de::DeserializeOwned + Default>(at: &At<'_>) -> Option<T> {
    if at.is_there() { at.read() } else { Some(T::default()) }
}
