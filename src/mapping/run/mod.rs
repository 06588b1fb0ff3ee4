//! Running a compiled mapping: from a document to a value, in an arena.

mod lists;
mod maps;
mod numbers;
mod predicates;
mod text;

use super::expr::{Expr, Literal, TimeForm};
use super::name::Name;
use super::path::{Path, Root};
use super::program::Fragment;
use crate::value::{Class, FieldType, Notes, Time, View, same};
use bumpalo::Bump;
use std::cell::{Cell, RefCell};
pub(super) use text::NARROW;
use text::{TextBuf, int_id, widest};

/// A value that was made, with where it came from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Val<'a> {
    /// The value.
    pub view: View<'a>,
    /// How it came about.
    pub class: Class,
    /// Its source in words; only while explaining.
    pub origin: Option<&'a str>,
}

impl<'a> Val<'a> {
    /// A value read from a source.
    pub(in super::super) fn mapped(view: View<'a>) -> Self {
        Self { view, class: Class::Mapped, origin: None }
    }

    fn is_absent(self) -> bool {
        matches!(self.view, View::Absent)
    }

    /// The same provenance with another value; a derived value stays defaulted when it was.
    fn derived(self, view: View<'a>) -> Self {
        Self { view, class: self.class.max(Class::Derived), ..self }
    }
}

/// What stays the same for a whole document.
pub(super) struct Run<'a> {
    /// Where everything that is made lives.
    pub arena: &'a Bump,
    /// The fragments, by place.
    pub fragments: &'a [Fragment],
    /// The whole document, as `$root`.
    pub root: Val<'a>,
    /// Names that are known everywhere, such as `$target`.
    pub ambient: &'a [(&'static Name, View<'a>)],
    /// Whether origins are written down.
    pub explain: bool,
    /// How wide the numbers are that are made for ids, in bits.
    pub id_bits: u8,
    /// Whether anything was made up so far.
    pub made_up: Cell<bool>,
    /// How many elements of lists were looked at so far.
    steps: Cell<u32>,
    /// What large fragments made, so that a repository that stands in three places is made once.
    cache: RefCell<Vec<Cached<'a>>>,
}

/// So many things that fragments made are looked through at most.
const MOST_CACHED: usize = 64;

/// The origin of what a mapping says itself.
const LITERAL: &str = "literal";

/// What a fragment made of an argument and named values.
struct Cached<'a> {
    fragment: usize,
    argument: View<'a>,
    names: Option<&'a Binding<'a>>,
    made: Val<'a>,
}

/// What an expression sees: its document and the names bound around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// This document.
    pub document: Val<'a>,
    /// The innermost name.
    pub names: Option<&'a Binding<'a>>,
}

/// A name and its value, linked to the names further out.
#[derive(Debug)]
pub(super) struct Binding<'a> {
    name: &'a Name,
    value: Val<'a>,
    outer: Option<&'a Binding<'a>>,
}

impl<'a> Scope<'a> {
    /// A scope with a document and no names.
    pub(in super::super) fn new(document: Val<'a>) -> Self {
        Self { document, names: None }
    }

    fn name(&self, wanted: &Name) -> Option<Val<'a>> {
        let mut binding = self.names;
        while let Some(here) = binding {
            if here.name.is(wanted) {
                return Some(here.value);
            }
            binding = here.outer;
        }
        None
    }
}

impl<'a> Run<'a> {
    /// A run over a document.
    pub(super) fn new(
        arena: &'a Bump,
        fragments: &'a [Fragment],
        root: Val<'a>,
        ambient: &'a [(&'static Name, View<'a>)],
    ) -> Self {
        let (made_up, steps, cache) = (Cell::new(false), Cell::new(0), RefCell::default());
        let (explain, id_bits) = (false, NARROW);
        Self { arena, fragments, root, ambient, explain, id_bits, made_up, steps, cache }
    }

    /// The scope with one more name in it.
    pub(in super::super) fn bind(
        &self,
        scope: Scope<'a>,
        name: &'a Name,
        value: Val<'a>,
    ) -> Scope<'a> {
        let binding = Binding { name, value, outer: scope.names };
        Scope { names: Some(self.arena.alloc(binding)), ..scope }
    }

    /// Names one value after the other; a later one sees the earlier.
    pub(in super::super) fn bind_all(
        &self,
        scope: Scope<'a>,
        lets: &'a [(Name, Expr)],
    ) -> Scope<'a> {
        lets.iter().fold(scope, |scope, (name, value)| {
            let value = self.eval(value, scope);
            self.bind(scope, name, value)
        })
    }

    /// Makes the value of an expression. `View::Null` is only ever an explicit null.
    pub(in super::super) fn eval(&self, expr: &'a Expr, scope: Scope<'a>) -> Val<'a> {
        match expr {
            Expr::Nothing => Val::default(),
            Expr::Literal(literal, class) => self.literal(literal, *class),
            Expr::Path(path) => self.path(path, scope),
            Expr::Template(template) => self.template(template, scope),
            Expr::Map(map) => self.map(map, scope),
            Expr::List(items) => self.list(items, scope),
            Expr::First(options) => {
                let mut options = options.iter().map(|option| self.eval(option, scope));
                options
                    .find(|v| !matches!(v.view, View::Absent | View::Str("")))
                    .unwrap_or_default()
            }
            Expr::Table(table) => {
                let input = self.eval(&table.input, scope);
                let mut buffer = TextBuf::default();
                let word = buffer.text(input.view);
                let row = word.and_then(|word| table.rows.iter().find(|(row, _)| **row == *word));
                match row {
                    Some((_, value)) => {
                        let value = self.eval(value, scope);
                        Val {
                            class: value.class.max(input.class),
                            // A row that is a word came about by what was looked up.
                            origin: match value.origin {
                                Some(LITERAL) | None => input.origin.or(value.origin),
                                origin => origin,
                            },
                            ..value
                        }
                    }
                    None => self.eval(&table.otherwise, scope),
                }
            }
            Expr::If(parts) => {
                let (predicate, then, otherwise) = &**parts;
                self.eval(if self.holds(predicate, scope) { then } else { otherwise }, scope)
            }
            Expr::Each(each) => self.each(each, scope),
            Expr::Where(parts) => self.filter(&parts.0, &parts.1, &parts.2, scope),
            Expr::Minus(parts) => self.minus(&parts.0, &parts.1, parts.2.as_deref(), scope),
            Expr::Entries(map) => self.entries(map, scope),
            Expr::Add(parts) => self.add(parts, scope),
            Expr::Count(list) => self.count(list, scope),
            Expr::Int(parts) => self.int(&parts.0, parts.1, scope),
            Expr::Span(ends) => self.span(ends, scope),
            Expr::Concat(parts) => self.concat(parts, scope),
            Expr::Use(used) => {
                let argument = self.eval(&used.of, scope);
                self.fragment(used.fragment, argument, &used.with, scope)
            }
            Expr::Match(parts) => self.find(&parts.0, &parts.1, &parts.2, scope),
            Expr::Join(parts) => self.join(&parts.0, &parts.1, scope),
            Expr::Split(parts) => self.split(&parts.0, &parts.1, scope),
            Expr::Time(parts) => self.time(self.eval(&parts.0, scope), &parts.1),
            Expr::Sha(input) => {
                let input = self.eval(input, scope);
                match input.view.as_str() {
                    Some(sha) if sha.bytes().any(|b| b != b'0') => input,
                    _ => Val::default(),
                }
            }
            Expr::IntId(input) => {
                let input = self.eval(input, scope);
                let mut buffer = TextBuf::default();
                match (input.view.as_i64(), buffer.text(input.view)) {
                    (_, None) => Val::default(),
                    (Some(id), _) if (1..=widest(self.id_bits)).contains(&id) => input,
                    (_, Some(text)) => match int_id(text, self.id_bits) {
                        (id, true) => Val { view: View::Int(id), ..input },
                        (id, false) => input.derived(View::Int(id)),
                    },
                }
            }
            Expr::Uuid(input) => {
                let input = self.eval(input, scope);
                let mut buffer = TextBuf::default();
                let Some(text) = buffer.text(input.view) else { return Val::default() };
                let id = uuid::Uuid::new_v5(&super::NAMESPACE, text.as_bytes());
                input.derived(View::Str(self.arena.alloc_str(&id.to_string())))
            }
        }
    }

    fn path(&self, path: &'a Path, scope: Scope<'a>) -> Val<'a> {
        let from = match &path.root {
            Root::Document => scope.document,
            Root::Name(name) => self.named(name, scope),
        };
        let found = path.trace(from.view, from.class, self.arena);
        if found.view.is_absent() {
            return Val::default();
        }
        let origin = found.origin.or_else(|| self.explain.then(|| self.origin(path, from)));
        Val { view: found.view, class: found.class, origin }
    }

    fn named(&self, name: &Name, scope: Scope<'a>) -> Val<'a> {
        if let Some(value) = scope.name(name) {
            return value;
        }
        if **name == *"root" {
            return self.root;
        }
        let ambient = self.ambient.iter().find(|(known, _)| known.is(name));
        ambient.map_or_else(Val::default, |(_, view)| Val::mapped(*view))
    }

    fn origin(&self, path: &'a Path, from: Val<'a>) -> &'a str {
        match (from.origin, &path.root) {
            (Some(origin), root) => {
                let written = match root {
                    Root::Document => 1,
                    Root::Name(name) => 1 + name.len(),
                };
                self.arena.alloc_str(&format!("{origin}{}", &path.text[written..]))
            }
            (None, _) => &path.text,
        }
    }

    /// Runs a fragment on an argument, with its named values evaluated where it is used.
    fn fragment(
        &self,
        fragment: usize,
        argument: Val<'a>,
        with: &'a [(Name, Expr)],
        scope: Scope<'a>,
    ) -> Val<'a> {
        if argument.is_absent() {
            return argument;
        }
        let mut inner = Scope::new(argument);
        for (name, value) in with {
            let value = self.eval(value, scope);
            inner = self.bind(inner, name, value);
        }
        let body = &self.fragments[fragment].body;
        // While explaining, the same value may have two origins.
        if self.explain || !self.fragments[fragment].large {
            return self.eval(body, inner);
        }
        let (argument, names) = (argument.view, inner.names);
        let same = |cached: &&Cached<'a>| {
            cached.fragment == fragment
                && same(cached.argument, argument)
                && same_names(cached.names, names)
        };
        if let Some(cached) = self.cache.borrow().iter().find(same) {
            return cached.made;
        }
        let made = self.eval(body, inner);
        // A list of very many would look for very long.
        if self.cache.borrow().len() == MOST_CACHED {
            self.cache.borrow_mut().clear();
        }
        self.cache.borrow_mut().push(Cached { fragment, argument, names, made });
        made
    }

    fn literal(&self, literal: &'a Literal, class: Class) -> Val<'a> {
        if class == Class::Defaulted {
            self.made_up.set(true);
        }
        let origin = self.explain.then_some(LITERAL);
        Val { view: self.literal_view(literal, class), class, origin }
    }

    fn time(&self, input: Val<'a>, form: &TimeForm) -> Val<'a> {
        let Ok(time) = Time::from_view(input.view, &mut Notes::default()) else {
            return Val::default();
        };
        let view = match form {
            TimeForm::Time => View::Time(time),
            TimeForm::Epoch => View::Int(time.epoch_seconds()),
            TimeForm::Utc => View::Str(self.arena.alloc_str(&time.utc())),
            TimeForm::Format(form) => {
                let zoned = time.instant().to_zoned(jiff::tz::TimeZone::UTC);
                View::Str(self.arena.alloc_str(&zoned.strftime(form.as_bytes()).to_string()))
            }
        };
        Val { view, ..input }
    }
}

/// Whether two fragments see the same names and values.
fn same_names(one: Option<&Binding<'_>>, other: Option<&Binding<'_>>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            one.name.is(other.name)
                && same(one.value.view, other.value.view)
                && same_names(one.outer, other.outer)
        }
        _ => false,
    }
}
