//! What is checked in a parsed template before it may run, and the one change that is made to it.
//!
//! handlebars finds out while rendering what it does not know; here every helper, argument, partial and
//! field of the event is looked at once, with its place. Every `{{path}}` becomes a call of the hidden
//! helper that prints values: so a missing field, a list and an object have their own message, and a
//! field that is called like a helper is a field.

use super::escape::Syntax;
use super::fields::{self, Scope};
use super::helpers::{self, Compiled, FIT_NAMED, Include, VALUE};
use super::markup::Markup;
use super::partials::{Inclusions, Partials};
use crate::yaml::{Mark, YamlError, nearest};
use handlebars::template::{
    DecoratorTemplate, HelperTemplate, HelperTemplateBuilder, Parameter, Template, TemplateElement,
};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// The blocks there are.
const BLOCKS: [&str; 6] = ["if", "unless", "each", "with", "markup", "fit"];

/// What is known while one file is looked at.
pub(super) struct Check<'a> {
    /// The name that the file is included by.
    pub(super) name: &'a str,
    /// Gives a place in the file.
    pub(super) mark: &'a dyn Fn(usize, usize) -> Mark,
    /// What its output is.
    pub(super) syntax: Syntax,
    /// The partials there are.
    pub(super) partials: &'a Partials,
    /// What stands in quotes and was compiled.
    pub(super) compiled: &'a mut Compiled,
    /// Who includes whom.
    pub(super) inclusions: &'a mut Inclusions,
    /// What is wrong.
    pub(super) faults: &'a mut Vec<YamlError>,
    /// Where paths start.
    pub(super) scope: Scope,
    /// What is read where this stands.
    pub(super) markup: Markup,
    /// The partials that are needed, each in the markup that it is included in.
    pub(super) needed: &'a mut BTreeSet<(String, Markup)>,
}

impl Check<'_> {
    /// Looks at a template and what is nested in it. `outer` is the place of the block around it.
    pub(super) fn template(&mut self, template: &mut Template, outer: (usize, usize)) {
        for at in 0..template.elements.len() {
            let place = template.mapping.get(at).map_or(outer, |place| (place.0, place.1));
            self.element(&mut template.elements[at], place);
        }
    }

    fn fault(&mut self, place: (usize, usize), message: impl Into<String>) {
        self.faults.push(YamlError::at(&(self.mark)(place.0, place.1), message));
    }

    fn element(&mut self, element: &mut TemplateElement, place: (usize, usize)) {
        match element {
            TemplateElement::HtmlExpression(call) => {
                if !self.syntax.is_plain() {
                    self.fault(
                        place,
                        "`{{{...}}}` would write the value as it is, and break the body: write \
                         `{{...}}`, or `{{json ...}}` for a whole JSON value",
                    );
                }
                self.expression(call, place);
            }
            TemplateElement::Expression(call) => self.expression(call, place),
            TemplateElement::HelperBlock(call) => self.block(call, place),
            TemplateElement::PartialExpression(call) => {
                if let Some(include) = self.partial(call, place) {
                    *element = include;
                }
            }
            TemplateElement::PartialBlock(_) => self.fault(
                place,
                "a partial with a block is not supported: include it with `{{> name}}`",
            ),
            TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => self
                .fault(
                    place,
                    "`{{*...}}` is not supported: put inline partials into a file under `partials/`",
                ),
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            other => self.fault(place, format!("this is not supported: {other:?}")),
        }
    }

    /// `{{path}}` or `{{helper ...}}`.
    fn expression(&mut self, call: &mut HelperTemplate, place: (usize, usize)) {
        if call.params.is_empty() && call.hash.is_empty() {
            let value = std::mem::replace(&mut call.name, Parameter::Name(VALUE.name.into()));
            self.parameter(&value, place);
            call.params.push(value);
        } else {
            self.call(call.name.as_name(), &call.params, &call.hash, place);
        }
        if let Some(name) = call.name.as_name() {
            call.name = Parameter::Name(self.markup.variant(name));
        }
    }

    /// A call of a helper, in the text or as an argument.
    fn call(
        &mut self,
        name: Option<&str>,
        params: &[Parameter],
        named: &HashMap<String, Parameter>,
        place: (usize, usize),
    ) {
        params.iter().chain(named.values()).for_each(|param| self.parameter(param, place));
        let Some(name) = name else {
            return self.fault(place, "the name of a helper was expected");
        };
        let Some(helper) = helpers::named(name) else {
            let meant = nearest(name, helpers::all().map(|helper| helper.name));
            return self.fault(place, format!("there is no helper `{name}`{meant}"));
        };
        let (least, most) = helper.takes;
        if params.len() < least || params.len() > most {
            let usage = helper.usage;
            self.fault(place, format!("`{name}` has another number of arguments: `{usage}`"));
        }
        for key in named.keys().filter(|key| !helper.named.contains(&key.as_str())) {
            let usage = helper.usage;
            self.fault(place, format!("`{name}` has no argument `{key}`: `{usage}`"));
        }
        let Some((at, fixed)) = helper.fixed else { return };
        match params.get(at) {
            Some(Parameter::Literal(Value::String(text))) => {
                if let Err(message) = self.compiled.add(fixed, text) {
                    self.fault(place, format!("`{name}`: {message}"));
                }
            }
            Some(_) => {
                let usage = helper.usage;
                self.fault(
                    place,
                    format!("argument {} of `{name}` is written in quotes: `{usage}`", at + 1),
                );
            }
            None => {}
        }
    }

    fn parameter(&mut self, parameter: &Parameter, place: (usize, usize)) {
        match parameter {
            Parameter::Subexpression(inner) => {
                if let TemplateElement::Expression(call) = inner.as_element() {
                    let name = call.name.as_name().unwrap_or_default();
                    if helpers::named(name).is_some_and(|helper| helper.marks) {
                        let message =
                            "writes markup, so that it stands in the text and not in an argument";
                        self.fault(place, format!("`{name}` {message}"));
                    }
                    self.call(call.name.as_name(), &call.params, &call.hash, place);
                }
            }
            Parameter::Path(_) => {
                let path = parameter.as_name().unwrap_or_default();
                if let Some(message) = fields::check(path, self.scope) {
                    self.fault(place, message);
                }
            }
            _ => {}
        }
    }

    fn block(&mut self, call: &mut HelperTemplate, place: (usize, usize)) {
        let name = call.name.as_name().unwrap_or_default().to_owned();
        if !BLOCKS.contains(&name.as_str()) {
            let meant = nearest(&name, BLOCKS.into_iter());
            let blocks = BLOCKS.join("`, `");
            self.fault(
                place,
                format!("there is no block `{name}`{meant}: expected one of `{blocks}`"),
            );
        } else if call.params.len() != 1 {
            self.fault(
                place,
                format!("`{{{{#{name}}}}}` has one argument: `{{{{#{name} VALUE}}}}`"),
            );
        }
        let known = if name == "fit" { &FIT_NAMED[..] } else { &[] };
        for key in call.hash.keys().filter(|key| !known.contains(&key.as_str())) {
            self.fault(place, format!("`{name}` has no argument `{key}`"));
        }
        call.params.iter().for_each(|param| self.parameter(param, place));
        let (outside, around) = (self.scope, self.markup);
        if name == "markup" {
            self.markup = self.named_markup(&call.params, place);
        }
        // What is inside starts from somewhere else.
        if matches!(name.as_str(), "each" | "with") {
            self.scope = Scope::Inside;
        }
        if let Some(template) = &mut call.template {
            self.template(template, place);
        }
        (self.scope, self.markup) = (outside, around);
        if let Some(inverse) = &mut call.inverse {
            self.template(inverse, place);
        }
    }

    /// What `{{#markup "..."}}` says.
    fn named_markup(&mut self, params: &[Parameter], place: (usize, usize)) -> Markup {
        let word = match params.first() {
            Some(Parameter::Literal(Value::String(word))) => Markup::named(word),
            _ => None,
        };
        word.unwrap_or_else(|| {
            let words = Markup::WORDS.map(|(word, _)| word).join("`, `");
            self.fault(place, format!("`markup` is followed by one of `{words}` in quotes"));
            Markup::None
        })
    }

    /// Makes an inclusion a call of the hidden helper. A standalone partial is not indented anew: no format
    /// here cares for it, and a value would be.
    fn partial(
        &mut self,
        call: &DecoratorTemplate,
        place: (usize, usize),
    ) -> Option<TemplateElement> {
        call.params.iter().chain(call.hash.values()).for_each(|param| self.parameter(param, place));
        let Some(name) = call.name.as_name().map(str::to_owned) else {
            self.fault(
                place,
                "the name of a partial is written out: one from the event could be any, and never end",
            );
            return None;
        };
        if !self.partials.has(&name) {
            let meant = nearest(&name, self.partials.names());
            self.fault(place, format!("there is no partials/{name}.hbs{meant}"));
            return None;
        }
        let mark = (self.mark)(place.0, place.1);
        self.inclusions.add(self.name, &name, mark);
        let variant = Parameter::Literal(Value::from(self.markup.variant(&name)));
        self.needed.insert((name, self.markup));
        let include = HelperTemplateBuilder::default()
            .name(Parameter::Name(Include::NAME.into()))
            .params(std::iter::once(variant).chain(call.params.iter().cloned()).collect())
            .hash(call.hash.clone())
            .block(false)
            .chain(false)
            .indent_before_write(false)
            .build();
        include.ok().map(|include| TemplateElement::Expression(Box::new(include)))
    }
}
