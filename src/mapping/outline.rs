//! Which parts of a payload a mapping looks at, so that parsing skips the rest.
//!
//! The outline is found once, at start-up, by walking a file's rules the way evaluation does, but
//! with *places of the payload* instead of values. A place that ends up in an output is kept whole;
//! one that is only passed through is kept as far as its wanted keys.

use super::expr::{Each, EachBody, Expr, MapExpr, Part, Predicate, Test};
use super::name::Name;
use super::path::{Path, Root, Step};
use super::program::{Fragment, Gives, ReceiveRule, Remember};
use crate::value::Outline;

/// The places that a value may be; none when it is computed.
type Places = Vec<usize>;

/// The outline of what the rules and what is remembered read.
pub(super) fn outline(
    lets: &[(Name, Expr)],
    rules: &[ReceiveRule],
    remember: Option<&Remember>,
    fragments: &[Fragment],
) -> Outline {
    let mut walk = Walk { outline: Outline::empty(), fragments };
    let root = Scope { document: vec![Outline::ROOT], names: Vec::new() };
    if let Some(remember) = remember {
        let scope = walk.memory(remember, root.clone());
        walk.keep(&remember.value, &scope);
    }
    let shared = walk.lets(lets, root);
    for rule in rules {
        let mut scope = walk.lets(&rule.lets, shared.clone());
        if let Some(when) = &rule.when {
            walk.predicate(when, &scope);
        }
        if let Some((name, list)) = &rule.each {
            let list = walk.expr(list, &scope);
            let elements = walk.elements(&list);
            scope = scope.with(name, elements);
        }
        if let Gives::Event { action, body } = &rule.gives {
            action.iter().chain([body]).for_each(|made| walk.keep(made, &scope));
        }
    }
    walk.outline
}

/// The outline of what predicates ask of a document.
pub(super) fn asked<'e>(predicates: impl Iterator<Item = &'e Predicate>) -> Outline {
    let mut walk = Walk { outline: Outline::empty(), fragments: &[] };
    let root = Scope { document: vec![Outline::ROOT], names: Vec::new() };
    predicates.for_each(|predicate| walk.predicate(predicate, &root));
    walk.outline
}

/// The outline of where a memory lies.
pub(super) fn key_outline(remember: &Remember, fragments: &[Fragment]) -> Outline {
    let mut walk = Walk { outline: Outline::empty(), fragments };
    walk.memory(remember, Scope { document: vec![Outline::ROOT], names: Vec::new() });
    walk.outline
}

#[derive(Debug, Clone)]
struct Scope<'e> {
    document: Places,
    names: Vec<(&'e str, Places)>,
}

impl<'e> Scope<'e> {
    fn with(&self, name: &'e str, places: Places) -> Self {
        let mut scope = self.clone();
        scope.names.push((name, places));
        scope
    }
}

struct Walk<'e> {
    outline: Outline,
    fragments: &'e [Fragment],
}

impl<'e> Walk<'e> {
    /// What of a payload tells where a memory lies; gives the names it binds.
    fn memory(&mut self, remember: &'e Remember, scope: Scope<'e>) -> Scope<'e> {
        let scope = self.lets(&remember.lets, scope);
        if let Some(when) = &remember.when {
            self.predicate(when, &scope);
        }
        for made in remember.at.iter().chain([&remember.key]) {
            self.keep(made, &scope);
        }
        scope
    }

    /// What an expression may be; what is put into something new is kept whole at once.
    fn expr(&mut self, expr: &'e Expr, scope: &Scope<'e>) -> Places {
        match expr {
            Expr::Nothing | Expr::Literal(..) => Places::new(),
            Expr::Path(path) => self.path(path, scope),
            Expr::Template(template) => {
                for part in &template.parts {
                    if let Part::Slot(path, _) = part {
                        let places = self.path(path, scope);
                        self.whole(&places);
                    }
                }
                Places::new()
            }
            Expr::Map(map) => {
                self.map(map, scope);
                Places::new()
            }
            Expr::First(options) => {
                options.iter().flat_map(|option| self.expr(option, scope)).collect()
            }
            Expr::Table(table) => {
                self.keep(&table.input, scope);
                let mut places = self.expr(&table.otherwise, scope);
                places.extend(table.rows.iter().flat_map(|(_, row)| self.expr(row, scope)));
                places
            }
            Expr::If(parts) => {
                self.predicate(&parts.0, scope);
                let mut places = self.expr(&parts.1, scope);
                places.extend(self.expr(&parts.2, scope));
                places
            }
            Expr::Each(each) => {
                self.each(each, scope);
                Places::new()
            }
            Expr::Where(parts) => {
                let list = self.expr(&parts.0, scope);
                let elements = self.elements(&list);
                self.predicate(&parts.2, &scope.with(&parts.1, elements));
                list
            }
            Expr::Minus(parts) => {
                let lists = [self.expr(&parts.0, scope), self.expr(&parts.1, scope)];
                for list in &lists {
                    let elements = self.elements(list);
                    match &parts.2 {
                        Some(key) => {
                            let keys = self.child(&elements, key);
                            self.whole(&keys);
                        }
                        None => self.whole(&elements),
                    }
                }
                let [from, _] = lists;
                from
            }
            Expr::Use(used) => {
                let document = self.expr(&used.of, scope);
                self.fragment(used.fragment, document, &used.with, scope)
            }
            Expr::List(parts) | Expr::Concat(parts) | Expr::Add(parts) => {
                parts.iter().for_each(|part| self.keep(part, scope));
                Places::new()
            }
            Expr::Match(parts) => {
                self.keep(&parts.0, scope);
                self.expr(&parts.2, scope)
            }
            Expr::Join(parts) | Expr::Split(parts) => {
                self.keep(&parts.0, scope);
                Places::new()
            }
            Expr::Time(parts) => {
                self.keep(&parts.0, scope);
                Places::new()
            }
            Expr::Sha(input)
            | Expr::IntId(input)
            | Expr::Uuid(input)
            | Expr::Entries(input)
            | Expr::Count(input) => {
                self.keep(input, scope);
                Places::new()
            }
            Expr::Int(parts) => {
                self.keep(&parts.0, scope);
                Places::new()
            }
            Expr::Span(ends) => {
                ends.iter().for_each(|end| self.keep(end, scope));
                Places::new()
            }
        }
    }

    /// An expression whose value goes into an output.
    fn keep(&mut self, expr: &'e Expr, scope: &Scope<'e>) {
        let places = self.expr(expr, scope);
        self.whole(&places);
    }

    fn map(&mut self, map: &'e MapExpr, scope: &Scope<'e>) {
        let scope = self.lets(&map.lets, scope.clone());
        if let Some(when) = &map.when {
            self.predicate(when, &scope);
        }
        for value in map.base.iter().chain(map.keys.iter().map(|key| &key.value)) {
            self.keep(value, &scope);
        }
    }

    fn lets(&mut self, lets: &'e [(Name, Expr)], mut scope: Scope<'e>) -> Scope<'e> {
        for (name, value) in lets {
            let places = self.expr(value, &scope);
            scope = scope.with(name, places);
        }
        scope
    }

    fn each(&mut self, each: &'e Each, scope: &Scope<'e>) {
        let list = self.expr(&each.list, scope);
        let elements = self.elements(&list);
        let made = match &each.body {
            EachBody::Use(fragment, with) => self.fragment(*fragment, elements, with, scope),
            EachBody::Do(name, body) => self.expr(body, &scope.with(name, elements)),
        };
        self.whole(&made);
    }

    fn fragment(
        &mut self,
        fragment: usize,
        document: Places,
        with: &'e [(Name, Expr)],
        scope: &Scope<'e>,
    ) -> Places {
        let mut inner = Scope { document, names: Vec::new() };
        for (name, value) in with {
            let places = self.expr(value, scope);
            inner = inner.with(name, places);
        }
        let fragments = self.fragments;
        self.expr(&fragments[fragment].body, &inner)
    }

    fn predicate(&mut self, predicate: &'e Predicate, scope: &Scope<'e>) {
        match predicate {
            Predicate::All(parts) | Predicate::Any(parts) => {
                parts.iter().for_each(|part| self.predicate(part, scope));
            }
            Predicate::Not(part) => self.predicate(part, scope),
            Predicate::Test(path, test) => {
                let places = self.path(path, scope);
                self.test(test, &places, scope);
            }
        }
    }

    fn test(&mut self, test: &'e Test, places: &Places, scope: &Scope<'e>) {
        match test {
            // A place that is known is there, whatever is kept of it; and scalars are always kept.
            Test::Exists(_) | Test::Is(_) | Test::Matches(_) => {}
            Test::Empty(_) => self.whole(places),
            Test::Same(path) => {
                let others = self.path(path, scope);
                self.whole(&others);
            }
            Test::Not(test) => self.test(test, places, scope),
        }
    }

    fn path(&mut self, path: &'e Path, scope: &Scope<'e>) -> Places {
        let mut places = match &path.root {
            Root::Document => scope.document.clone(),
            Root::Name(name) => {
                let bound = scope.names.iter().rev().find(|(known, _)| *known == &**name);
                match bound {
                    Some((_, places)) => places.clone(),
                    None if **name == *"root" => vec![Outline::ROOT],
                    None => Places::new(),
                }
            }
        };
        for step in &path.steps {
            places = match step {
                Step::Key(key, _) => self.child(&places, key),
                Step::Index(_) | Step::Every(..) => self.elements(&places),
            };
        }
        if path.is_plural() {
            // What is found is put into a new list.
            self.whole(&places);
            return Places::new();
        }
        places
    }

    fn child(&mut self, places: &Places, key: &str) -> Places {
        places.iter().map(|place| self.outline.child(*place, key)).collect()
    }

    fn elements(&mut self, places: &Places) -> Places {
        places.iter().map(|place| self.outline.elements(*place)).collect()
    }

    fn whole(&mut self, places: &Places) {
        places.iter().for_each(|place| self.outline.keep_whole(*place));
    }
}
