//! Folders of text that people may replace file by file: what is embedded in the binary, with a user's
//! folder laid over it.

use include_dir::Dir;
use std::collections::BTreeMap;
use std::path::Path;

/// The text files of folders, by their path within: `name/file.yaml`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts(BTreeMap<String, Text>);

#[derive(Debug, Clone)]
struct Text {
    /// The name that faults are reported under.
    shown: String,
    text: String,
}

impl Texts {
    /// The files of an embedded folder, shown under this name.
    pub(crate) fn embedded(dir: &Dir<'_>, shown: &str) -> Self {
        let mut texts = Self::default();
        texts.embed(dir, shown);
        texts
    }

    fn embed(&mut self, dir: &Dir<'_>, shown: &str) {
        for file in dir.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            if let Some(text) = file.contents_utf8() {
                let shown = format!("{shown}/{path}");
                self.0.insert(path, Text { shown, text: text.to_owned() });
            }
        }
        dir.dirs().for_each(|dir| self.embed(dir, shown));
    }

    /// Lays the files below a folder over these, each under its path there after `prefix`: a file of
    /// the same path is replaced whole.
    ///
    /// # Errors
    /// A folder that cannot be read. What is no text is left out: bodies of examples may be anything.
    pub(crate) fn overlay(&mut self, folder: &Path, prefix: &str) -> std::io::Result<()> {
        self.collect(folder, folder, prefix)
    }

    fn collect(&mut self, root: &Path, at: &Path, prefix: &str) -> std::io::Result<()> {
        for entry in std::fs::read_dir(at)? {
            let path = entry?.path();
            if path.is_dir() {
                self.collect(root, &path, prefix)?;
            } else if let Ok(within) = path.strip_prefix(root) {
                let key = format!("{prefix}{}", within.to_string_lossy().replace('\\', "/"));
                if let Ok(text) = std::fs::read_to_string(&path) {
                    self.0.insert(key, Text { shown: path.display().to_string(), text });
                }
            }
        }
        Ok(())
    }

    /// The text of a file, after the name it is shown under.
    pub(crate) fn get(&self, path: &str) -> Option<(&str, &str)> {
        self.0.get(path).map(|file| (file.shown.as_str(), file.text.as_str()))
    }

    /// The paths of all files, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The paths under a folder, without the folder.
    pub(crate) fn under<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = &'s str> {
        self.paths().filter_map(move |path| path.strip_prefix(folder))
    }
}
