//! The mapping language: load, check, compile, run.
//!
//! Its manual is `mappings/README.md`. A folder is read ([`folder`]), compiled into expressions
//! ([`compile`]) and run on a document in an arena ([`run`]); [`receive`] makes events out of
//! payloads, [`emit`] requests out of events. Evaluation asks a [`crate::value::View`] for values
//! and never for a tree, so a payload may be anything that can be viewed.

mod arena;
mod compile;
mod emit;
mod error;
mod examples;
mod explain;
mod expr;
mod folder;
mod given;
mod matrix;
mod memory;
mod name;
mod outline;
mod path;
mod program;
mod programs;
mod provenance;
mod receive;
mod run;

pub use emit::{Emission, Request, Skip, TargetFacts};
pub use error::{EmitError, MappingErrors, NormalizeError};
pub use examples::{Example, ExampleFault};
pub use explain::Leaf;
pub use given::Given;
pub use memory::MemoryKey;
pub use program::Format;
pub use provenance::{defaulted, leaf_classes};
pub use receive::{Input, Normal};

use crate::forge::Forge;
use crate::yaml::YamlError;
use folder::Files;
use program::Program;
use programs::Programs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What made-up UUIDs are derived from.
const NAMESPACE: uuid::Uuid = uuid::uuid!("5d3f0d0e-7a0c-5a41-9f43-6c1f6f7267e1");

/// Every forge's mappings.
#[derive(Debug)]
pub struct Mappings {
    forges: Vec<Arc<Forge>>,
    programs: Programs,
    files: Files,
}

impl Mappings {
    /// The mappings in the binary.
    ///
    /// # Errors
    /// Every fault in them; a release has none.
    pub fn embedded() -> Result<Self, MappingErrors> {
        Self::load(None)
    }

    /// The mappings in the binary, with a user's folder over them: a file of the same path replaces
    /// the embedded one whole, and further folders are further forges.
    ///
    /// # Errors
    /// A folder that cannot be read, and every fault in the files.
    pub fn load(overlay: Option<&Path>) -> Result<Self, MappingErrors> {
        Self::load_with(overlay, &[])
    }

    /// The same, with the folders of single forges that sources bring along: `mapping` in a
    /// configuration.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with(overlay: Option<&Path>, own: &[PathBuf]) -> Result<Self, MappingErrors> {
        let (mappings, faults) = Self::compile(Self::files(overlay, own)?);
        match faults.is_empty() {
            true => Ok(mappings),
            false => Err(MappingErrors::Faults(faults)),
        }
    }

    fn files(overlay: Option<&Path>, own: &[PathBuf]) -> Result<Files, MappingErrors> {
        let mut files = Files::embedded();
        let unreadable = |folder: &Path| {
            let folder = folder.display().to_string();
            move |source| MappingErrors::Folder { folder, source }
        };
        if let Some(folder) = overlay {
            files.overlay(folder).map_err(unreadable(folder))?;
        }
        for folder in own {
            files.add_own(folder).map_err(unreadable(folder))?;
        }
        Ok(files)
    }

    /// The same for a gateway that must go on: a forge whose mapping files have faults is still
    /// recognised and verified, and whatever it sends is kept as failed until they are mended. No
    /// forge retries what a gateway that did not start has missed.
    ///
    /// # Errors
    /// A folder that cannot be read, or a `forge.yaml` that cannot: without it nothing is verified.
    pub fn tolerant(
        overlay: Option<&Path>,
        own: &[PathBuf],
    ) -> Result<(Self, Vec<YamlError>), MappingErrors> {
        let (mappings, faults) = Self::compile(Self::files(overlay, own)?);
        let known = |name: &str| mappings.programs.forge(name).is_some();
        let all_known = mappings.files.forges().all(known);
        match all_known {
            true => Ok((mappings, faults)),
            false => Err(MappingErrors::Faults(faults)),
        }
    }

    /// The same for whoever looks at a forge or two: each is compiled when it is first used, and its
    /// faults are told then.
    ///
    /// # Errors
    /// A folder that cannot be read, or a `forge.yaml` that cannot.
    pub fn on_demand(overlay: Option<&Path>) -> Result<Self, MappingErrors> {
        let mut faults = Vec::new();
        let mappings = Self::read(Self::files(overlay, &[])?, &mut faults);
        match faults.is_empty() {
            true => Ok(mappings),
            false => Err(MappingErrors::Faults(faults)),
        }
    }

    /// Every fault of one forge's mappings, and of files that belong to no forge.
    pub fn faults_of(&self, forge: &str) -> Vec<YamlError> {
        self.files.faults().into_iter().chain(self.programs.faults_of(forge, &self.files)).collect()
    }

    fn read(files: Files, faults: &mut Vec<YamlError>) -> Self {
        let programs = Programs::read(&files, faults);
        Self { forges: programs.forges(), programs, files }
    }

    fn compile(files: Files) -> (Self, Vec<YamlError>) {
        let mut faults = files.faults();
        let mappings = Self::read(files, &mut faults);
        faults.extend(mappings.programs.faults(&mappings.files));
        (mappings, faults)
    }

    /// The forges, in the order in which they are asked whether a delivery is theirs.
    pub fn forges(&self) -> &[Arc<Forge>] {
        &self.forges
    }

    /// A forge by the name of its folder.
    pub fn forge(&self, name: &str) -> Option<&Arc<Forge>> {
        self.programs.forge(name)
    }

    /// The names of the formats that targets can ask for.
    pub fn formats(&self) -> Vec<&str> {
        self.programs.formats().collect()
    }

    /// How a format is sent; `None` when there is no such format.
    pub fn format(&self, name: &str) -> Option<&Format> {
        self.programs.get(name)?.format.as_ref()
    }

    /// The forge that a payload comes from, by the body alone: asked only where a source allows it,
    /// for deliveries whose headers tell nothing. The text is not verified.
    pub fn detect_by_body(&self, text: &str) -> Option<&Arc<Forge>> {
        let programs: Vec<_> =
            self.programs.told_by_body().filter(|program| !program.forge.own).collect();
        // Nobody has verified it: only what tells is read of it.
        let outline = outline::asked(programs.iter().flat_map(|program| &program.body_detect));
        let arena = bumpalo::Bump::new();
        let document = crate::value::parse_outlined(text, &outline, &arena).ok()?;
        let tells = |program: &&Program| receive::tells(program, document, &arena);
        let mut found: Vec<&Program> = programs.into_iter().filter(tells).collect();
        found.sort_by_key(|program| program.forge.precedence);
        found.first().map(|program| &program.forge)
    }

    fn program(&self, forge: &str) -> Option<&Program> {
        self.programs.get(forge)
    }
}

#[cfg(test)]
mod tests;
