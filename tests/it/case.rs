//! A case that is a file: what the data-driven tests of mappings and templates have in common.
//!
//! Its text is sections, each begun by `--- NAME` on a line of its own. Some are files of a folder that is made for
//! the case; the last is what must come of it, and is rewritten with `BLESS=1`.

use crate::generated;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A case and its folder.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) sections: BTreeMap<String, String>,
    pub(crate) folder: tempfile::TempDir,
}

impl Case {
    /// Reads a case. Its folder holds `demo/`, with this one file in it.
    pub(crate) fn read(path: &Path, file: &str, text: &str) -> Self {
        let mut sections: BTreeMap<String, String> = BTreeMap::new();
        let mut section = String::new();
        for line in std::fs::read_to_string(path).unwrap().lines() {
            if let Some(name) = line.strip_prefix("--- ") {
                name.trim().clone_into(&mut section);
                sections.insert(section.clone(), String::new());
            } else if let Some(text) = sections.get_mut(&section) {
                text.push_str(line);
                text.push('\n');
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let case = Self { name: path.display().to_string(), sections, folder };
        case.write(file, text);
        let files = [".yaml", ".hbs"];
        for (name, text) in &case.sections {
            if files.iter().any(|end| name.ends_with(end)) {
                case.write(name, text);
            }
        }
        case
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join("demo").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A section that must be there.
    pub(crate) fn section(&self, name: &str) -> &str {
        self.sections.get(name).unwrap_or_else(|| panic!("{}: no section {name}", self.name))
    }

    /// A message without the temporary folder.
    pub(crate) fn short(&self, message: &str) -> String {
        message.replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// Compares the last section with what was given, or rewrites it.
    pub(crate) fn expect(&self, section: &str, given: &str) {
        if generated::takes("") {
            let text = std::fs::read_to_string(&self.name).unwrap();
            let (before, _) = text.split_once(&format!("--- {section}\n")).unwrap();
            std::fs::write(&self.name, format!("{before}--- {section}\n{given}\n")).unwrap();
        } else {
            assert!(given == self.section(section).trim_end(), "{} gives\n{given}", self.name);
        }
    }
}

/// The cases of a folder below `tests/`, in order.
pub(crate) fn paths(folder: &str) -> Vec<PathBuf> {
    let root = crate::tidy::root().join("tests").join(folder);
    let mut paths: Vec<_> = root.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}
