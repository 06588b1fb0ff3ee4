//! Reading mapping folders: the embedded ones, a user's files over them, and `extends`.

use super::compile::is_atom;
use crate::texts::Texts;
use crate::yaml::{Mark, Node, YamlError, load};
use include_dir::{Dir, include_dir};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/mappings");

/// The files of all mapping folders.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    files: Texts,
    /// The forges of which only the source knows that brings them along.
    own: BTreeSet<String>,
    /// What is wrong with the folders themselves.
    faults: Vec<YamlError>,
}

impl Files {
    /// The files in the binary.
    pub(super) fn embedded() -> Self {
        Self { files: Texts::embedded(&EMBEDDED, "mappings"), ..Self::default() }
    }

    /// Lays the files of a folder over these: a file of the same path is replaced whole. A folder that
    /// holds a `forge.yaml` itself is that of one forge.
    ///
    /// # Errors
    /// A folder or file that cannot be read.
    pub(super) fn overlay(&mut self, folder: &Path) -> std::io::Result<()> {
        let prefix = match folder.join("forge.yaml").is_file() {
            // `.` has no name of its own.
            true => folder
                .canonicalize()?
                .file_name()
                .map(|name| format!("{}/", name.to_string_lossy())),
            false => None,
        };
        self.files.overlay(folder, &prefix.unwrap_or_default())
    }

    /// Adds the folder of one forge that a source brings along; its name is the folder's.
    ///
    /// # Errors
    /// A folder or file that cannot be read.
    pub(super) fn add_own(&mut self, folder: &Path) -> std::io::Result<()> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if self.files.get(&format!("{name}/forge.yaml")).is_some() {
            let shown = folder.join("forge.yaml").display().to_string();
            let mark = Mark { file: shown.as_str().into(), line: 1, column: 1 };
            let message = format!("there is a mapping `{name}` already: call the folder otherwise");
            self.faults.push(YamlError::at(&mark, message));
            return Ok(());
        }
        self.files.overlay(folder, &format!("{name}/"))?;
        self.own.insert(name);
        Ok(())
    }

    /// Whether only a source knows of this forge.
    pub(super) fn is_own(&self, forge: &str) -> bool {
        self.own.contains(forge)
    }

    /// The folders that hold a `forge.yaml`, by name.
    pub(super) fn forges(&self) -> impl Iterator<Item = &str> {
        self.files.paths().filter_map(|path| path.strip_suffix("/forge.yaml"))
    }

    /// What is wrong with the folders themselves.
    pub(super) fn faults(&self) -> Vec<YamlError> {
        self.faults.iter().cloned().chain(self.strays()).collect()
    }

    /// The mapping files that nothing reads: misspelt, or in a folder that is no forge.
    fn strays(&self) -> impl Iterator<Item = YamlError> {
        self.files.paths().filter_map(|path| {
            let (folder, within) = path.split_once('/')?;
            let is_forge = self.files.get(&format!("{folder}/forge.yaml")).is_some();
            let is_yaml = within.ends_with(".yaml") || within.ends_with(".yml");
            let hidden = path.split('/').any(|part| part.starts_with('.'));
            let message = match (is_forge, is_place(within)) {
                _ if !is_yaml || hidden || within.starts_with("examples/") => return None,
                (true, true) | (false, false) => return None,
                (true, false) => {
                    "nothing reads this file: a forge has `forge.yaml`, `shared.yaml`, and `*.yaml` under \
                     `shared/`, `receive/` and `emit/`"
                        .to_owned()
                }
                (false, true) => format!("nothing reads this file: there is no {folder}/forge.yaml"),
            };
            let (shown, _) = self.files.get(path)?;
            let mark = Mark { file: shown.into(), line: 1, column: 1 };
            Some(YamlError::at(&mark, message))
        })
    }

    /// The faults of a forge's own receive files that no word leads to.
    pub(super) fn unled(&self, forge: &str, unread: impl Fn(&str) -> bool) -> Vec<YamlError> {
        let folder = format!("{forge}/receive/");
        let names = self.under(&folder).filter_map(|file| file.strip_suffix(".yaml"));
        let fault = |name: &str| {
            let (shown, _) = self.text(&format!("{folder}{name}.yaml"))?;
            let mark = Mark { file: shown.into(), line: 1, column: 1 };
            let message = format!(
                "nothing reads this file: no word under `events:` in {forge}/forge.yaml leads to `{name}`"
            );
            Some(YamlError::at(&mark, message))
        };
        names.filter(|name| unread(name)).filter_map(fault).collect()
    }

    /// The text of a file, with the name it is shown under.
    pub(super) fn text(&self, path: &str) -> Option<(&str, &str)> {
        self.files.get(path)
    }

    /// The paths under a folder, without the folder.
    pub(super) fn under<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = &'s str> {
        self.files.under(folder)
    }

    fn yaml(&self, path: &str, errors: &mut Vec<YamlError>) -> Option<Node> {
        let (shown, text) = self.files.get(path)?;
        match load(text, shown) {
            Ok(node) => Some(node),
            Err(mut error) => {
                if path.contains("/shared")
                    && error.message.ends_with("duplicate mapping key: type")
                {
                    error.message += ": in a fragment, `type` names the record it makes; a record with \
                        a field `type` is written `{ type: ..., value: { type: ... } }`";
                }
                errors.push(error);
                None
            }
        }
    }
}

/// Whether a file stands where a forge's files stand.
fn is_place(within: &str) -> bool {
    match within.split_once('/') {
        None => matches!(within, "forge.yaml" | "shared.yaml"),
        Some(("shared" | "receive" | "emit", name)) => {
            name.ends_with(".yaml") && !name.contains('/')
        }
        Some(_) => false,
    }
}

/// A forge's folder with its parents merged in.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// The folder's name.
    pub name: String,
    /// Whether only a source knows of it.
    pub own: bool,
    /// `forge.yaml`.
    pub forge: Node,
    /// `shared.yaml` and `shared/*.yaml`, as one.
    pub shared: Option<Node>,
    /// `receive/*.yaml` by name.
    pub receive: BTreeMap<String, Node>,
    /// `emit/*.yaml` by name.
    pub emit: BTreeMap<String, Node>,
}

/// Folders that were read, with what is wrong with them: children share their parents.
#[derive(Debug, Default)]
pub(super) struct Folders(BTreeMap<String, (Option<Folder>, Vec<YamlError>)>);

impl Folders {
    /// A forge's folder and everything it extends.
    pub(super) fn read(
        &mut self,
        files: &Files,
        name: &str,
        errors: &mut Vec<YamlError>,
    ) -> Option<Folder> {
        let folder = self.read_within(files, name, &mut Vec::new());
        // The parent's faults are told where the parent itself is read.
        errors.extend(self.0.get(name).into_iter().flat_map(|(_, faults)| faults.clone()));
        folder
    }

    fn read_within(
        &mut self,
        files: &Files,
        name: &str,
        children: &mut Vec<String>,
    ) -> Option<Folder> {
        if let Some((folder, _)) = self.0.get(name) {
            return folder.clone();
        }
        let mut errors = Vec::new();
        let folder = self.read_anew(files, name, children, &mut errors);
        self.0.insert(name.to_owned(), (folder.clone(), errors));
        folder
    }

    fn read_anew(
        &mut self,
        files: &Files,
        name: &str,
        children: &mut Vec<String>,
        errors: &mut Vec<YamlError>,
    ) -> Option<Folder> {
        let own = Folder::own(files, name, errors)?;
        let Some(extends) = own.forge.as_map().and_then(|map| map.get("extends")) else {
            return Some(own);
        };
        let parent = extends.as_text().unwrap_or_default().to_owned();
        children.push(name.to_owned());
        if children.contains(&parent) {
            let message = format!("`{parent}` extends `{name}`, by way of others or at once");
            errors.push(YamlError::at(&extends.mark, message));
            return Some(own);
        }
        if files.text(&format!("{parent}/forge.yaml")).is_none() {
            let message = format!("there is no mapping folder `{parent}` to extend");
            errors.push(YamlError::at(&extends.mark, message));
            return Some(own);
        }
        let parent = self.read_within(files, &parent, children)?;
        Some(own.over(&parent))
    }
}

impl Folder {
    /// Reads a forge's own files.
    fn own(files: &Files, name: &str, errors: &mut Vec<YamlError>) -> Option<Self> {
        let forge = files.yaml(&format!("{name}/forge.yaml"), errors)?;
        let own = Self {
            name: name.to_owned(),
            own: files.is_own(name),
            shared: shared(files, name, errors),
            receive: yaml_files(files, &format!("{name}/receive/"), errors),
            emit: yaml_files(files, &format!("{name}/emit/"), errors),
            forge,
        };
        // A file that cannot be read would make everything that uses it look wrong.
        errors.is_empty().then_some(own)
    }

    fn over(mut self, parent: &Self) -> Self {
        self.forge = parent.forge.merge(&self.forge, &is_atom);
        self.shared = match (&parent.shared, &self.shared) {
            (Some(base), Some(own)) => Some(base.merge(own, &is_atom)),
            (base, own) => own.clone().or_else(|| base.clone()),
        };
        self.receive = merge_files(&parent.receive, &self.receive);
        self.emit = merge_files(&parent.emit, &self.emit);
        self
    }
}

/// The fragments of a forge: they may stand in one file or, when there are many, in several.
fn shared(files: &Files, name: &str, errors: &mut Vec<YamlError>) -> Option<Node> {
    let one = files.yaml(&format!("{name}/shared.yaml"), errors);
    let several = yaml_files(files, &format!("{name}/shared/"), errors);
    one.into_iter().chain(several.into_values()).reduce(|all, more| all.merge(&more, &is_atom))
}

fn yaml_files(files: &Files, folder: &str, errors: &mut Vec<YamlError>) -> BTreeMap<String, Node> {
    let names = files.under(folder).filter_map(|file| file.strip_suffix(".yaml"));
    let mut found = BTreeMap::new();
    for name in names {
        if let Some(node) = files.yaml(&format!("{folder}{name}.yaml"), errors) {
            found.insert(name.to_owned(), node);
        }
    }
    found
}

fn merge_files(
    parent: &BTreeMap<String, Node>,
    own: &BTreeMap<String, Node>,
) -> BTreeMap<String, Node> {
    let mut merged = parent.clone();
    for (name, node) in own {
        let node = match parent.get(name) {
            Some(base) => base.merge(node, &is_atom),
            None => node.clone(),
        };
        merged.insert(name.clone(), node);
    }
    merged
}
