//! A header's value as a small template: in `template.yaml`, and by itself in the configuration.

use super::context::Given;
use super::engine::{Engine, Origin, offset};
use super::escape::Syntax;
use super::render::LINE_LIMIT;
use super::{TemplateError, load};
use crate::yaml::{Mark, YamlError};
use handlebars::Context;
use http::HeaderValue;
use serde_json::Map;
use std::fmt;

/// The template of a header that a configuration sets.
pub struct HeaderTemplate {
    text: String,
    mark: Mark,
    field: String,
    engine: Engine,
    uses_raw: bool,
}

/// What is wrong with the template of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// The byte of its text where it is.
    pub at: usize,
    /// What it is.
    pub message: String,
}

impl HeaderTemplate {
    /// Compiles a text, and holds it against the helpers and the model. `mark` and `field` say where it
    /// stands.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn compile(text: &str, mark: &Mark, field: &str) -> Result<Self, Vec<LineFault>> {
        let (mark, field, text) = (mark.clone(), field.to_owned(), text.to_owned());
        let origin = Origin { mark: mark.clone(), field: field.clone(), text: text.clone() };
        let at = |fault: YamlError| {
            let [line, column] =
                [fault.mark.line, fault.mark.column].map(|at| usize::try_from(at).unwrap_or(1));
            LineFault { at: offset(&text, line.max(1), column.max(1)), message: fault.message }
        };
        let engine = load::line(origin, Syntax::Header)
            .map_err(|faults| faults.into_iter().map(at).collect::<Vec<_>>())?;
        let uses_raw = load::may_use_raw(&text);
        Ok(Self { text, mark, field, engine, uses_raw })
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it may look at [`Given::raw`].
    pub fn uses_raw(&self) -> bool {
        self.uses_raw
    }

    /// The value; empty where there is nothing to say.
    ///
    /// # Errors
    /// What it misses, with the place in the configuration.
    pub fn render(&self, given: &Given<'_>) -> Result<String, TemplateError> {
        let context = given.context(&Map::new(), self.uses_raw).map_err(TemplateError::Context)?;
        Ok(value(&self.engine, &context, &self.field, &self.mark)?)
    }
}

/// As it is written.
impl fmt::Debug for HeaderTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// What a template of an engine makes: one line that HTTP allows, perhaps an empty one.
pub(super) fn value(
    engine: &Engine,
    context: &Context,
    field: &str,
    mark: &Mark,
) -> Result<String, YamlError> {
    let value = engine.render(field, context, LINE_LIMIT)?;
    let value = value.trim();
    if HeaderValue::from_str(value).is_err() {
        let message = "the header has a character that HTTP does not allow";
        return Err(YamlError::at(mark, message).within(field));
    }
    Ok(value.to_owned())
}
