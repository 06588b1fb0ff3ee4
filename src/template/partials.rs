//! Which file includes which: a circle would never end, so it is refused when the template is loaded.

use crate::yaml::{Mark, YamlError};
use std::collections::BTreeMap;

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
