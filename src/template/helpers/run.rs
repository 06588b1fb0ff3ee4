//! The one place where a helper meets handlebars: it reads the arguments, and writes the result.

use super::{Args, Fixed, Helper, kind, plain};
use crate::template::{Markup, Syntax};
use crate::yaml::nearest;
use handlebars::{
    Context, Handlebars, Helper as Call, HelperDef, HelperResult, Output, RenderContext,
    RenderError, RenderErrorReason, ScopedJson,
};
use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use regex::{Regex, RegexBuilder};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The hidden helper that prints a value; every `{{path}}` becomes a call of it, so that a field which is
/// called like a helper is a field.
pub(in crate::template) const VALUE: Helper =
    Helper { name: "$value", run: |args| Ok(args.get(0).cloned()), ..super::PLAIN };

/// What stands in quotes in a template and is compiled once.
#[derive(Debug, Default)]
pub(in crate::template) struct Compiled {
    regexes: HashMap<String, Regex>,
    paths: HashMap<String, (JpQuery, bool)>,
}

/// The most that a compiled pattern may take.
const REGEX_SIZE: usize = 256 * 1024;

/// How many steps of a path may search: they cost far more than the others.
const SEARCHES: usize = 3;

impl Compiled {
    /// Compiles an argument in quotes.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(in crate::template) fn add(&mut self, fixed: Fixed, text: &str) -> Result<(), String> {
        match fixed {
            Fixed::Regex => {
                let built = RegexBuilder::new(text).size_limit(REGEX_SIZE).build();
                let regex = built.map_err(|error| {
                    let error = error.to_string();
                    let last = error.lines().last().unwrap_or_default();
                    format!("`{text}` is no pattern: {}", last.trim_start_matches("error: "))
                })?;
                self.regexes.insert(text.to_owned(), regex);
            }
            Fixed::JsonPath => {
                let query = parse_json_path(text)
                    .map_err(|error| format!("`{text}` is no JSONPath: {}", first_line(&error)))?;
                let searches = query.segments.iter().filter(|segment| !is_single(segment)).count();
                if searches > SEARCHES {
                    return Err(format!("`{text}` has more than {SEARCHES} steps that search"));
                }
                self.paths.insert(text.to_owned(), (query, searches == 0));
            }
            Fixed::TimeFormat => {
                let some = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
                super::time::write(&some, text)?;
            }
        }
        Ok(())
    }

    /// A pattern of the template.
    pub(super) fn regex(&self, text: &str) -> Result<&Regex, String> {
        self.regexes.get(text).ok_or_else(|| format!("`{text}` was not compiled"))
    }

    /// What a path of the template finds: a value where it leads to one place, else a list.
    pub(super) fn path(&self, text: &str, value: &Value) -> Result<Option<Value>, String> {
        let path = self.paths.get(text);
        let (query, single) = path.ok_or_else(|| format!("`{text}` was not compiled"))?;
        let found = js_path_process(query, value).map_err(|error| error.to_string())?;
        let mut found = found.into_iter().map(|found| found.val().clone());
        Ok(match single {
            true => found.next(),
            false => Some(found.collect()),
        })
    }
}

fn is_single(segment: &Segment) -> bool {
    matches!(segment, Segment::Selector(Selector::Name(_) | Selector::Index(_)))
}

fn first_line(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().trim().to_owned()
}

/// A helper at work in one template.
#[derive(Debug)]
pub(in crate::template) struct Run {
    pub(in crate::template) helper: &'static Helper,
    pub(in crate::template) syntax: Syntax,
    pub(in crate::template) markup: Markup,
    pub(in crate::template) compiled: Arc<Compiled>,
}

impl Run {
    fn value<'rc>(
        &self,
        call: &Call<'rc>,
        context: &'rc Context,
        rc: &RenderContext<'_, 'rc>,
    ) -> Result<Option<Value>, RenderError> {
        let mut list = Vec::with_capacity(call.params().len());
        for given in call.params() {
            let there = Some(given.value()).filter(|value| !value.is_null());
            if there.is_none() && !self.helper.asks {
                return Err(missing(given.relative_path().map(String::as_str), context, rc));
            }
            list.push(there);
        }
        let now = context.data().get("now").and_then(Value::as_str);
        let named = call.hash().iter().map(|(name, given)| (*name, given.value())).collect();
        let args = Args { list, named, compiled: &self.compiled, now, markup: self.markup };
        (self.helper.run)(&args).map_err(|message| {
            RenderErrorReason::Other(format!("`{}`: {message}", self.helper.name)).into()
        })
    }
}

impl Run {
    /// Whether what it writes is already the markup that is read here.
    fn is_marked(&self) -> bool {
        self.helper.marks || self.helper.name == self.markup.word()
    }
}

impl HelperDef for Run {
    /// As an argument of another helper: the value as it is.
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        call: &Call<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let value = self.value(call, context, rc)?;
        Ok(value.map_or(ScopedJson::Missing, ScopedJson::Derived))
    }

    /// In the text of a template: written out, in the syntax of the output.
    fn call<'reg: 'rc, 'rc>(
        &self,
        call: &Call<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(value) = self.value(call, context, rc)?.filter(|value| !value.is_null()) else {
            let message = format!(
                "`{}` found nothing: say what stands for it, as in `{{{{default ({}) \"none\"}}}}`",
                self.helper.name, self.helper.usage
            );
            return Err(RenderErrorReason::Other(message).into());
        };
        let Some(text) = plain(&value) else {
            let kind = kind(&value);
            let name = call.param(0).and_then(|given| given.relative_path());
            let name = name.filter(|_| self.helper.name == VALUE.name).map_or("VALUE", |name| name);
            let message = format!(
                "this is {kind}, not a text: go through it with `{{{{#each {name}}}}}`, or write it \
                 whole with `{{{{json {name}}}}}`"
            );
            return Err(RenderErrorReason::Other(message).into());
        };
        if rc.is_disable_escape() || self.syntax.takes_as_is(self.helper.name) {
            out.write(&text)?;
        } else if self.is_marked() {
            out.write(&self.syntax.escape(&text))?;
        } else {
            out.write(&self.syntax.escape(&self.markup.escape(&text)))?;
        }
        Ok(())
    }
}

/// Says of a path that nothing is there, and what was probably meant.
fn missing<'rc>(
    path: Option<&str>,
    context: &'rc Context,
    rc: &RenderContext<'_, 'rc>,
) -> RenderError {
    let Some(path) = path else {
        let message = "an argument found nothing: say what stands for it with `default`";
        return RenderErrorReason::Other(message.into()).into();
    };
    let (parent, key) = path.rsplit_once('.').unwrap_or(("this", path));
    let parent = rc.evaluate(context, parent).ok();
    let keys = parent.as_ref().and_then(|parent| parent.as_json().as_object());
    let keys = keys.map(|keys| nearest(key, keys.keys().map(String::as_str)));
    let meant = keys.unwrap_or_default();
    let message = format!(
        "there is no `{path}` here{meant}: say what stands for it, as in `{{{{default {path} \
         \"none\"}}}}`, or ask with `{{{{#if {path}}}}}`"
    );
    RenderErrorReason::Other(message).into()
}
