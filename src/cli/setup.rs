//! The configuration and the mappings that `serve` and `check` are about.

use anyhow::Result;
use forgeway::config::{Config, ConfigError, Process, Starter, Vocabulary};
use forgeway::mapping::Mappings;
use forgeway::template::Templates;
use std::path::{Path, PathBuf};

/// The file that is taken when none is named.
const DEFAULT_FILE: &str = "forgeway.yaml";

/// The file that is meant: the one named, or `forgeway.yaml` where there is one.
pub(super) fn config_file(named: Option<PathBuf>) -> Option<PathBuf> {
    named.or_else(|| Some(PathBuf::from(DEFAULT_FILE)).filter(|file| file.exists()))
}

/// Reads a configuration.
///
/// # Errors
/// A file that cannot be read, or all the faults in it.
pub(super) fn read_config(
    file: &Path,
    mappings: &Mappings,
    templates: &Templates,
) -> Result<Config, ConfigError> {
    Config::read(file, &Process, &Vocabulary::of(mappings).with(templates))
}

/// The mapping folders that a configuration's sources bring along.
pub(super) fn mapping_folders(file: Option<&Path>) -> Vec<PathBuf> {
    file.map(|file| Config::mapping_folders(file, &Process)).unwrap_or_default()
}

/// Makes a configuration to start with, and its text.
///
/// # Errors
/// None, unless the mappings contradict themselves.
pub(super) fn starter(mappings: &Mappings) -> Result<(Config, String)> {
    let words = Vocabulary::of(mappings);
    let text = Starter::generate(&words).text;
    let config = Config::parse(&text, "the generated configuration", &Process, &words)?;
    Ok((config, text))
}
