//! The programs of all forges: each is compiled when it is first asked for, or all of them at once.

use super::compile::{self, Head};
use super::folder::{Files, Folder, Folders};
use super::program::Program;
use crate::forge::Forge;
use crate::yaml::YamlError;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

/// Every forge by name.
#[derive(Debug)]
pub(super) struct Programs(BTreeMap<String, Slot>);

#[derive(Debug)]
struct Slot {
    folder: Folder,
    head: Head,
    /// What is wrong with `forge.yaml` itself.
    faults: Vec<YamlError>,
    program: OnceLock<Program>,
}

impl Slot {
    fn program(&self) -> &Program {
        self.program.get_or_init(|| {
            let mut faults = self.faults.clone();
            let mut program = compile::compile(&self.folder, &self.head, &mut faults);
            program.faults = faults;
            program
        })
    }
}

impl Programs {
    /// Reads the folders. A forge whose `forge.yaml` cannot be read is none; the faults of what can be
    /// compiled come with [`Programs::faults`].
    pub(super) fn read(files: &Files, faults: &mut Vec<YamlError>) -> Self {
        let (mut slots, mut folders) = (BTreeMap::new(), Folders::default());
        for name in files.forges() {
            let mut own = Vec::new();
            let folder = folders.read(files, name, &mut own);
            let head = folder.as_ref().and_then(|folder| compile::head(folder, &mut own));
            match (folder, head) {
                (Some(folder), Some(head)) => {
                    let slot = Slot { folder, head, faults: own, program: OnceLock::new() };
                    slots.insert(name.to_owned(), slot);
                }
                _ => faults.append(&mut own),
            }
        }
        Self(slots)
    }

    /// Compiles whatever is not compiled yet and tells every fault.
    pub(super) fn faults(&self, files: &Files) -> Vec<YamlError> {
        let mut faults: Vec<_> =
            self.0.values().flat_map(|slot| slot.program().faults.clone()).collect();
        faults.extend(self.0.keys().flat_map(|name| self.unled(name, files)));
        // A parent's fault shows again in each child that inherits the file.
        let mut seen = HashSet::new();
        faults.retain(|fault| seen.insert((fault.mark.to_string(), fault.message.clone())));
        faults
    }

    /// Every fault of one forge.
    pub(super) fn faults_of(&self, name: &str, files: &Files) -> Vec<YamlError> {
        let own = self.get(name).into_iter().flat_map(|program| program.faults.clone());
        own.chain(self.unled(name, files)).collect()
    }

    /// The faults of a forge's files that nothing reads; none are told where there are others.
    fn unled(&self, name: &str, files: &Files) -> Vec<YamlError> {
        match self.get(name).filter(|program| program.faults.is_empty()) {
            Some(program) => files.unled(name, |file| !program.reads(file)),
            None => Vec::new(),
        }
    }

    /// The forges, in the order in which they are asked whether a delivery is theirs.
    pub(super) fn forges(&self) -> Vec<Arc<Forge>> {
        let mut forges: Vec<_> = self.0.values().map(|slot| slot.head.forge.clone()).collect();
        forges.sort_by_key(|forge| forge.precedence);
        forges
    }

    /// A forge by its name.
    pub(super) fn forge(&self, name: &str) -> Option<&Arc<Forge>> {
        self.0.get(name).map(|slot| &slot.head.forge)
    }

    /// What is known of a forge, compiled.
    pub(super) fn get(&self, name: &str) -> Option<&Program> {
        self.0.get(name).map(Slot::program)
    }

    /// The forges that speak a format of their own.
    pub(super) fn formats(&self) -> impl Iterator<Item = &str> {
        let speaks_its_own = |(name, slot): &(&String, &Slot)| {
            slot.head.is_format() && slot.head.forge.format() == name.as_str()
        };
        self.0.iter().filter(speaks_its_own).map(|(name, _)| name.as_str())
    }

    /// Those that can be told by a body.
    pub(super) fn told_by_body(&self) -> impl Iterator<Item = &Program> {
        self.0.values().filter(|slot| slot.head.is_told_by_body()).map(Slot::program)
    }
}
