//! What a template may include, and which file includes which: a circle would never end, so it is refused
//! when the template is loaded.

use crate::texts::Texts;
use crate::yaml::{Mark, YamlError};
use std::collections::BTreeMap;

/// The folder of partials: within a template its own, beside the templates those of all of them.
pub(super) const FOLDER: &str = "partials/";

/// The partials that a template may include, by name, each with the path of its file.
#[derive(Debug, Default)]
pub(super) struct Partials {
    paths: BTreeMap<String, String>,
    /// The start of the paths of its own.
    own: String,
}

impl Partials {
    /// Those of a template. Its own come before those that all templates share.
    pub(super) fn of(texts: &Texts, template: &str) -> Self {
        let own = format!("{template}/{FOLDER}");
        let mut paths = BTreeMap::new();
        for folder in [FOLDER, &own] {
            for file in texts.under(folder) {
                if let Some(name) = file.strip_suffix(".hbs") {
                    paths.insert(name.to_owned(), format!("{folder}{file}"));
                }
            }
        }
        Self { paths, own }
    }

    /// Whether there is one of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.paths.contains_key(name)
    }

    /// The names of all of them.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.paths.keys().map(String::as_str)
    }

    /// The names of those that belong to the template alone.
    pub(super) fn own(&self) -> impl Iterator<Item = &str> {
        let own = self.paths.iter().filter(|(_, path)| path.starts_with(&self.own));
        own.map(|(name, _)| name.as_str())
    }

    /// The text of one, after the name it is shown under.
    pub(super) fn get<'t>(&self, texts: &'t Texts, name: &str) -> Option<(&'t str, &'t str)> {
        texts.get(self.paths.get(name)?)
    }
}

/// The inclusions of every file of a template, each with its place.
#[derive(Debug, Default)]
pub(super) struct Inclusions(BTreeMap<String, Vec<(String, Mark)>>);

impl Inclusions {
    /// Notes that a file includes a partial.
    pub(super) fn add(&mut self, file: &str, partial: &str, mark: Mark) {
        self.0.entry(file.to_owned()).or_default().push((partial.to_owned(), mark));
    }

    /// One fault for each circle, at the inclusion that closes it.
    pub(super) fn circles(&self) -> Vec<YamlError> {
        let (mut faults, mut done) = (Vec::new(), Vec::new());
        for file in self.0.keys() {
            if done.contains(&file.as_str()) {
                continue;
            }
            self.follow(file, &mut Vec::new(), &mut done, &mut faults);
        }
        faults
    }

    fn follow<'s>(
        &'s self,
        file: &'s str,
        way: &mut Vec<&'s str>,
        done: &mut Vec<&'s str>,
        faults: &mut Vec<YamlError>,
    ) {
        way.push(file);
        for (partial, mark) in self.0.get(file).into_iter().flatten() {
            if let Some(start) = way.iter().position(|passed| passed == partial) {
                let circle: Vec<_> =
                    way[start..].iter().copied().chain([partial.as_str()]).collect();
                let message =
                    format!("the partials include each other without end: {}", circle.join(" -> "));
                faults.push(YamlError::at(mark, message));
            } else if !done.contains(&partial.as_str()) {
                self.follow(partial, way, done, faults);
            }
        }
        way.pop();
        done.push(file);
    }
}
