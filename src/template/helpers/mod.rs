//! The helpers of templates: a table of plain functions, a file a group.
//!
//! A helper is a function from values to a value; it neither writes nor escapes. Writing is done in one
//! place ([`run`]), which knows the syntax of the output.

mod compare;
mod each;
mod encode;
mod fit;
mod include;
mod list;
mod marked;
mod run;
mod text;
mod time;

pub(super) use each::Each;
pub(super) use fit::{Fit, NAMED as FIT_NAMED};
pub(super) use include::Include;
pub(super) use marked::Marked;
pub(super) use run::{Compiled, Run, VALUE};

use super::markup::Markup;
use serde_json::Value;
use std::collections::BTreeMap;

/// A helper: its name, how it is written, and what it does.
#[derive(Debug)]
pub(super) struct Helper {
    /// Its name in templates.
    pub(super) name: &'static str,
    /// How it is written, for messages: `truncate TEXT COUNT [tail="..."]`.
    pub(super) usage: &'static str,
    /// The fewest and the most arguments.
    pub(super) takes: (usize, usize),
    /// The arguments that are given by name.
    pub(super) named: &'static [&'static str],
    /// Whether arguments may be missing: it asks whether they are there.
    pub(super) asks: bool,
    /// An argument that must be written as text in quotes, so that it is checked when the template is
    /// loaded, and what it must be.
    pub(super) fixed: Option<(usize, Fixed)>,
    /// Whether it writes markup: then it is not escaped for it, and stands in no argument.
    pub(super) marks: bool,
    /// What it does.
    pub(super) run: fn(&Args<'_>) -> Result<Option<Value>, String>,
}

/// What an argument in quotes must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    /// A regular expression.
    Regex,
    /// A JSONPath.
    JsonPath,
    /// A format of times.
    TimeFormat,
}

/// Where most helpers start from.
const PLAIN: Helper = Helper {
    name: "",
    usage: "",
    takes: (1, 1),
    named: &[],
    asks: false,
    fixed: None,
    marks: false,
    run: |_| Ok(None),
};

/// The arguments of a call.
pub(super) struct Args<'a> {
    /// In their order; `None` where there is nothing, or nothing but `null`.
    pub(super) list: Vec<Option<&'a Value>>,
    /// Those given by name.
    pub(super) named: BTreeMap<&'a str, &'a Value>,
    /// What was compiled when the template was loaded.
    pub(super) compiled: &'a Compiled,
    /// The time that the rendering counts as.
    pub(super) now: Option<&'a str>,
    /// What is read where the call stands.
    pub(super) markup: Markup,
}

impl<'a> Args<'a> {
    /// An argument that is there, or a JSON null.
    pub(super) fn at(&self, place: usize) -> &'a Value {
        self.get(place).unwrap_or(&Value::Null)
    }

    /// An argument, where it is there.
    pub(super) fn get(&self, place: usize) -> Option<&'a Value> {
        self.list.get(place).copied().flatten()
    }

    /// An argument as text; numbers and truth values are written out.
    pub(super) fn text(&self, place: usize) -> Result<String, String> {
        plain(self.at(place)).ok_or_else(|| self.not(place, "a text"))
    }

    /// An argument as a whole number that is not negative.
    pub(super) fn count(&self, place: usize) -> Result<usize, String> {
        let value = self.at(place);
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        number
            .and_then(|number| usize::try_from(number).ok())
            .ok_or_else(|| self.not(place, "a whole number"))
    }

    /// An argument as a list.
    pub(super) fn list(&self, place: usize) -> Result<&'a [Value], String> {
        self.at(place).as_array().map(Vec::as_slice).ok_or_else(|| self.not(place, "a list"))
    }

    /// Says of an argument that it is not what was expected.
    pub(super) fn not(&self, place: usize, expected: &str) -> String {
        format!("argument {} is {}, and should be {expected}", place + 1, kind(self.at(place)))
    }
}

/// What a scalar is as text.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What kind of thing a value is, for messages.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Every helper there is, group by group.
pub(super) fn all() -> impl Iterator<Item = &'static Helper> {
    let groups = [
        text::HELPERS,
        compare::HELPERS,
        list::HELPERS,
        encode::HELPERS,
        time::HELPERS,
        marked::HELPERS,
    ];
    groups.into_iter().flatten()
}

/// A helper by its name.
pub(super) fn named(name: &str) -> Option<&'static Helper> {
    all().find(|helper| helper.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_in_the_manual() {
        let manual = include_str!("../../../templates/README.md");
        for helper in all() {
            assert!(manual.contains(&format!("`{}", helper.name)), "{}", helper.name);
        }
    }

    #[test]
    fn each_is_named_once_and_shows_how_it_is_written() {
        let mut names: Vec<_> = all().map(|helper| helper.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for helper in all() {
            assert!(helper.usage.starts_with(helper.name), "{}", helper.name);
        }
    }
}
