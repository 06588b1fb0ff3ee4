//! The mapping folders that sources bring along: `mapping`.
//!
//! They are looked for before the configuration is read, because what it may say depends on them.

use super::secrets::{self, Variables};
use crate::yaml::{self, Node};
use std::path::{Path, PathBuf};

/// The folder that a source names: relative to the file that names it.
pub(super) fn folder(file: &str, named: &str) -> PathBuf {
    let beside = Path::new(file).parent().unwrap_or(Path::new(""));
    // Without its dots, so that the last part is its name.
    beside.join(named).components().collect()
}

/// The folders that a configuration names and that hold a mapping, each once. What is wrong with the
/// file is told by whoever reads it.
pub(super) fn folders(file: &Path, variables: &dyn Variables) -> Vec<PathBuf> {
    let name = file.display().to_string();
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    let Ok(mut root) = yaml::load(&text, &name) else { return Vec::new() };
    let _ = secrets::fill(&mut root, variables);
    let sources = root.as_map().and_then(|map| map.get("sources")).and_then(Node::as_map);
    let mut folders = Vec::new();
    for (_, source) in sources.into_iter().flat_map(|map| &map.pairs) {
        let named = source.as_map().and_then(|map| map.get("mapping")).and_then(Node::as_text);
        let found = named.map(|named| folder(&name, named));
        let found =
            found.filter(|found| found.join("forge.yaml").is_file() && found.file_name().is_some());
        folders.extend(found.filter(|found| !folders.contains(found)));
    }
    folders
}
