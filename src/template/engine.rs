//! handlebars for one syntax: the files of a template, compiled once, and where each of them stands.

use super::Markup;
use super::escape::Syntax;
use super::helpers::{self, Compiled, Each, Fit, Include, Marked, Run, VALUE};
use super::output::{Bounded, Piece};
use crate::yaml::{Mark, YamlError};
use handlebars::template::{Template, TemplateElement};
use handlebars::{Context, Handlebars, RenderContext, RenderError, RenderErrorReason, Renderable};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file, or a line of `template.yaml`.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// Where it starts.
    pub(super) mark: Mark,
    /// The field that holds it; empty for a file.
    pub(super) field: String,
    /// Its text.
    pub(super) text: String,
}

impl Origin {
    /// A place in it. A line of YAML may be folded or quoted, so it is one place as a whole.
    pub(super) fn at(&self, line: usize, column: usize) -> Mark {
        match self.field.is_empty() {
            true => {
                Mark { file: Arc::clone(&self.mark.file), line: line as u64, column: column as u64 }
            }
            false => self.mark.clone(),
        }
    }
}

/// What renders the parts of a template that are of one syntax.
#[derive(Debug)]
pub(super) struct Engine {
    registry: Handlebars<'static>,
    origins: BTreeMap<String, Origin>,
}

impl Engine {
    /// `markups` are those that its templates are written in.
    pub(super) fn new(syntax: Syntax, compiled: &Arc<Compiled>, markups: &[Markup]) -> Self {
        let mut registry = Handlebars::new();
        // Not strict, for our own helper is stricter: it prints every value, and knows what to say. A
        // block over something that is missing is an empty one.
        registry.set_strict_mode(false);
        registry.register_escape_fn(move |text| syntax.escape(text));
        for helper in helpers::all().chain([&VALUE]) {
            for &markup in markups {
                let run = Run { helper, syntax, markup, compiled: Arc::clone(compiled) };
                registry.register_helper(&markup.variant(helper.name), Box::new(run));
            }
        }
        registry.register_helper("each", Box::new(Each));
        registry.register_helper("markup", Box::new(Marked));
        registry.register_helper(Include::NAME, Box::new(Include));
        registry.register_helper("fit", Box::new(Fit(syntax)));
        for unused in ["log", "raw"] {
            registry.unregister_helper(unused);
        }
        Self { registry, origins: BTreeMap::new() }
    }

    /// Adds what was parsed and checked.
    pub(super) fn add(&mut self, name: &str, template: Template, origin: Origin) {
        self.registry.register_template(name, template);
        self.origins.insert(name.to_owned(), origin);
    }

    /// Renders one of its templates.
    ///
    /// # Errors
    /// What went wrong, with the place in the template.
    pub(super) fn render(
        &self,
        name: &str,
        context: &Context,
        limit: usize,
    ) -> Result<String, YamlError> {
        self.run(name, context, Bounded::new(limit)).map(|(text, _)| text)
    }

    /// The place in the templates that wrote a byte of the output.
    pub(super) fn place(&self, name: &str, context: &Context, limit: usize, at: usize) -> Mark {
        let pieces = self.run(name, context, Bounded::noting(limit)).map(|(_, pieces)| pieces);
        let pieces = pieces.unwrap_or_default();
        let before = pieces.iter().rev().skip_while(|piece| piece.at > at);
        // What a value wrote has no place of its own: the template's text before it has.
        let mut written = before.filter_map(|piece| self.written(*piece, at));
        written.next().unwrap_or_else(|| self.start(name))
    }

    fn start(&self, name: &str) -> Mark {
        self.origins.get(name).map(|origin| origin.at(1, 1)).unwrap_or_default()
    }

    fn run(
        &self,
        name: &str,
        context: &Context,
        mut out: Bounded,
    ) -> Result<(String, Vec<Piece>), YamlError> {
        let Some(template) = self.registry.get_template(name) else {
            return Err(YamlError::at(&Mark::default(), format!("there is no `{name}`")));
        };
        let mut rc = RenderContext::new(None);
        template
            .render(&self.registry, context, &mut rc, &mut out)
            .map_err(|error| self.fault(name, &error))?;
        Ok(out.finish())
    }

    fn fault(&self, name: &str, error: &RenderError) -> YamlError {
        let message = match error.reason() {
            RenderErrorReason::Other(message) => message.clone(),
            RenderErrorReason::IOError(error) => error.to_string(),
            reason => reason.to_string(),
        };
        let file = error.template_name.as_deref().unwrap_or(name);
        let Some(origin) = self.origins.get(file).or_else(|| self.origins.get(name)) else {
            return YamlError::at(&Mark::default(), message);
        };
        let mark = origin.at(error.line_no.unwrap_or(1), error.column_no.unwrap_or(1));
        let fault = YamlError::at(&mark, message);
        match origin.field.is_empty() {
            true => fault,
            false => fault.within(&origin.field),
        }
    }

    /// Where a piece stands, if it is a template's own text.
    fn written(&self, piece: Piece, at: usize) -> Option<Mark> {
        self.origins.iter().find_map(|(name, origin)| {
            let template = self.registry.get_template(name)?;
            let (raw, line, column) = holds(template, piece.address)?;
            // The text may have lost blanks at its start, so it is looked for from where it was.
            let from = offset(&origin.text, line, column);
            let found = origin.text.get(from..)?.find(raw).map_or(from, |found| from + found);
            let within = (piece.address - raw.as_ptr().addr()) + (at - piece.at);
            let end = (found + within).min(found + raw.len()).min(origin.text.len());
            let passed = origin.text.get(..end)?;
            let line = passed.matches('\n').count() + 1;
            let column = passed.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Some(origin.at(line, column))
        })
    }
}

/// The text of a template that an address lies in, and its place.
fn holds(template: &Template, address: usize) -> Option<(&str, usize, usize)> {
    template.elements.iter().enumerate().find_map(|(at, element)| match element {
        TemplateElement::RawString(text) => {
            let start = text.as_ptr().addr();
            let inside = (start..start + text.len()).contains(&address);
            let place = template.mapping.get(at)?;
            inside.then_some((text.as_str(), place.0, place.1))
        }
        TemplateElement::HelperBlock(block) => {
            let mut parts = block.template.iter().chain(block.inverse.iter());
            parts.find_map(|part| holds(part, address))
        }
        _ => None,
    })
}

/// The byte at a line and a column, both from 1.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(column - 1).map_or(rest.len(), |(at, _)| at)
}
