//! Templates: people's own formats, as handlebars files.
//!
//! Their manual is `templates/README.md`. A folder is read and checked ([`load`]) once; rendering
//! ([`render`]) makes one request out of one event. What is written is escaped by what the content type
//! says ([`escape`]), bounded ([`output`]), and must be what the content type says ([`wellformed`]).

mod answer;
mod check;
mod context;
mod dialects;
mod engine;
mod escape;
mod examples;
mod fields;
mod header;
mod helpers;
mod load;
mod markup;
mod output;
mod partials;
mod render;
mod settings;
mod subject;
mod tone;
mod wellformed;

pub use answer::{Answers, Said};
pub use context::Given;
pub use escape::Syntax;
pub use examples::ExampleFault;
pub use header::{HeaderTemplate, LineFault};
pub use markup::Markup;
pub use render::{Rendering, Request};
pub(crate) use settings::plain;
pub use settings::{BODY_LIMIT, Settings, Tables};

use crate::texts::Texts;
use crate::yaml::{Mark, YamlError};
use engine::Engine;
use include_dir::{Dir, include_dir};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folder of partials beside the templates, so that no template is called so.
pub const SHARED: &str = "partials";

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Every template, by name.
#[derive(Debug)]
pub struct Templates {
    templates: BTreeMap<String, Template>,
    texts: Texts,
    strays: Vec<YamlError>,
}

/// A template.
#[derive(Debug)]
pub struct Template {
    name: String,
    settings: Settings,
    /// The files for events.
    files: BTreeSet<String>,
    engines: Engines,
    uses_raw: bool,
    faults: Vec<YamlError>,
}

/// What renders the parts of a template, each in its syntax.
#[derive(Debug)]
struct Engines {
    body: Engine,
    header: Engine,
    path: Engine,
    plain: Engine,
}

/// A folder of templates that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the template folder {folder} cannot be read")]
pub struct FolderError {
    /// The folder.
    pub folder: String,
    /// Why not.
    pub source: std::io::Error,
}

/// An event that could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// There is no such template.
    #[error("there is no template `{0}`")]
    Unknown(String),
    /// The files of the template have faults.
    #[error("the template `{template}` cannot be used: {fault}")]
    Broken {
        /// The template.
        template: String,
        /// The first fault.
        fault: YamlError,
    },
    /// It does not do for this event.
    #[error(transparent)]
    Rendering(#[from] YamlError),
    /// What it sees could not be put together.
    #[error("{0}")]
    Context(String),
}

impl Templates {
    /// The templates in the binary.
    pub fn embedded() -> Self {
        Self::read(Texts::embedded(&EMBEDDED, "templates"))
    }

    /// The templates in the binary, with a user's folder over them: a file of the same path replaces
    /// the embedded one whole, and further folders are further templates. `own` are folders of single
    /// templates, called as the folder is.
    ///
    /// A template with faults is one that renders nothing; see [`Self::faults`].
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn load(overlay: Option<&Path>, own: &[PathBuf]) -> Result<Self, FolderError> {
        let mut texts = Texts::embedded(&EMBEDDED, "templates");
        let unreadable = |folder: &Path| {
            let folder = folder.display().to_string();
            move |source| FolderError { folder, source }
        };
        if let Some(folder) = overlay {
            texts.overlay(folder, "").map_err(unreadable(folder))?;
        }
        for folder in own {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            texts.overlay(folder, &format!("{name}/")).map_err(unreadable(folder))?;
        }
        Ok(Self::read(texts))
    }

    fn read(texts: Texts) -> Self {
        let split = |path: &str| path.split_once('/').map(|(folder, _)| folder.to_owned());
        let folders: BTreeSet<String> = texts
            .paths()
            .filter(|path| path.ends_with(".hbs") || path.ends_with("/template.yaml"))
            .filter_map(split)
            .filter(|folder| folder != SHARED)
            .collect();
        let (mut templates, mut strays) = (BTreeMap::new(), Vec::new());
        if let Some((shown, _)) = texts.get(&format!("{SHARED}/template.yaml")) {
            let mark = Mark { file: shown.into(), line: 1, column: 1 };
            let message = "`partials` is what all templates share: call the template otherwise";
            strays.push(YamlError::at(&mark, message));
        }
        for name in folders {
            if texts.get(&format!("{name}/template.yaml")).is_some() {
                templates.insert(name.clone(), load::template(&texts, &name));
                continue;
            }
            let first = texts.paths().find(|path| path.starts_with(&format!("{name}/")));
            let shown = first.and_then(|path| texts.get(path)).map_or(name.as_str(), |(s, _)| s);
            let mark = Mark { file: shown.into(), line: 1, column: 1 };
            let message = "the folder is no template: it has no template.yaml";
            strays.push(YamlError::at(&mark, message));
        }
        Self { templates, texts, strays }
    }

    /// The names of all templates, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(String::as_str)
    }

    /// All of them, in the order of their names.
    pub fn all(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    /// A template by its name.
    pub fn get(&self, name: &str) -> Option<&Template> {
        self.templates.get(name)
    }

    /// What is wrong with them, in the order of their names; a template with a fault renders nothing.
    pub fn faults(&self) -> Vec<YamlError> {
        let own = self.templates.values().flat_map(|template| &template.faults);
        own.chain(&self.strays).cloned().collect()
    }

    /// Renders an event by a template.
    ///
    /// # Errors
    /// No such template, one with faults, or one that does not do for this event.
    pub fn render(&self, name: &str, given: &Given<'_>) -> Result<Rendering, TemplateError> {
        let template = self.get(name);
        template.ok_or_else(|| TemplateError::Unknown(name.to_owned()))?.render(given)
    }
}

impl Template {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How its requests are sent.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The files that events are rendered by, in order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// What is wrong with it.
    pub fn faults(&self) -> &[YamlError] {
        &self.faults
    }
}
