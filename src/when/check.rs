//! Holds an expression against the model, and finds what it reads.

use super::agree::literal_type;
use super::scope::{Input, Part, Type};
use super::{Fault, Reads, names};
use crate::value::{FieldKind, FieldType, Outline};
use crate::yaml::nearest;
use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedEntryExpr, IdedExpr, LiteralValue,
    SourceInfo, operators,
};

/// What an expression reads, if there is nothing wrong with it.
///
/// # Errors
/// All that is wrong.
pub(super) fn check(
    text: &str,
    source: &SourceInfo,
    expression: &IdedExpr,
) -> Result<Reads, Vec<Fault>> {
    let mut walk =
        Walk { text, source, reads: Reads::new(), faults: Vec::new(), names: Vec::new() };
    let gives = walk.part(expression);
    walk.needs(Type::Bool, &gives, expression);
    walk.keep(&gives);
    match walk.faults.is_empty() {
        true => Ok(walk.reads),
        false => Err(walk.faults),
    }
}

pub(super) struct Walk<'a> {
    text: &'a str,
    source: &'a SourceInfo,
    reads: Reads,
    faults: Vec<Fault>,
    /// What loops bind.
    names: Vec<(String, Part)>,
}

impl Walk<'_> {
    /// What a part stands for. What is only passed through is not read yet: [`Walk::keep`] reads it.
    pub(super) fn part(&mut self, part: &IdedExpr) -> Part {
        match &part.expr {
            Expr::Unspecified => Part::ANY,
            Expr::Literal(literal) => Part::Computed(literal_type(literal)),
            Expr::Ident(name) => self.name(name, part),
            Expr::Select(select) => {
                let of = self.part(&select.operand);
                let found = self.field(&of, &select.field, part);
                if select.test { Part::Computed(Type::Bool) } else { found }
            }
            Expr::Call(call) => self.call(call, part),
            Expr::Comprehension(all) => self.each(all),
            Expr::List(list) => {
                list.elements.iter().for_each(|element| self.read(element));
                Part::Computed(Type::List)
            }
            Expr::Map(map) => {
                map.entries.iter().for_each(|entry| self.entry(entry));
                Part::Computed(Type::Map)
            }
            Expr::Struct(made) => {
                self.fault(part, &made.type_name, format!("no type `{}`", made.type_name));
                Part::ANY
            }
        }
    }

    fn entry(&mut self, entry: &IdedEntryExpr) {
        match &entry.expr {
            EntryExpr::StructField(field) => self.read(&field.value),
            EntryExpr::MapEntry(pair) => {
                self.read(&pair.key);
                self.read(&pair.value);
            }
        }
    }

    /// A part whose value is used.
    pub(super) fn read(&mut self, part: &IdedExpr) {
        let found = self.part(part);
        self.keep(&found);
    }

    /// The value of a place is used: all of it.
    pub(super) fn keep(&mut self, part: &Part) {
        if let Part::Place { input, place, .. } = part {
            self.outline(*input).keep_whole(*place);
        }
    }

    fn outline(&mut self, input: Input) -> &mut Outline {
        match input {
            Input::Event => &mut self.reads.event,
            Input::Headers => self.reads.headers.get_or_insert_with(Outline::empty),
            Input::Raw => self.reads.raw.get_or_insert_with(Outline::empty),
        }
    }

    fn name(&mut self, name: &str, part: &IdedExpr) -> Part {
        if let Some((_, bound)) = self.names.iter().rev().find(|(known, _)| known == name) {
            return bound.clone();
        }
        if let Some((_, input)) = Input::NAMES.into_iter().find(|(known, _)| *known == name) {
            let kind = match input {
                Input::Event => Some(crate::event::Event::KIND),
                Input::Headers | Input::Raw => None,
            };
            self.outline(input);
            return Part::Place { input, place: Outline::ROOT, kind, path: name.to_owned() };
        }
        let types =
            ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "uint"];
        if !types.contains(&name) {
            let meant = nearest(name, Input::NAMES.into_iter().map(|(known, _)| known));
            let message =
                format!("nothing is called `{name}`{meant}: there are event, headers and raw");
            self.fault(part, name, message);
        }
        Part::ANY
    }

    /// A field of a part.
    fn field(&mut self, of: &Part, name: &str, at: &IdedExpr) -> Part {
        let Part::Place { input, place, kind, path } = of else { return Part::ANY };
        let inner = match kind {
            Some(FieldKind::Record(shape)) => match shape.kind_of(name) {
                Some(kind) => Some(kind),
                None => {
                    self.fault(at, name, names::no_field(name, path, shape));
                    return Part::ANY;
                }
            },
            Some(FieldKind::List(_)) => {
                let message = format!(
                    "`{path}` is a list: ask for one by its place, `{path}[0]`, or `{path}.exists(x, ...)`"
                );
                self.fault(at, name, message);
                return Part::ANY;
            }
            Some(FieldKind::Json) | None => None,
            Some(_) => {
                let message = format!("`{path}` is {} and has no `{name}`", of.r#type().words());
                self.fault(at, name, message);
                return Part::ANY;
            }
        };
        let (input, place) = (*input, *place);
        let path = format!("{path}.{name}");
        // Of an open value nobody knows what is in it: it is given as JSON has it.
        let kind = inner.filter(|kind| !matches!(kind, FieldKind::Json));
        Part::Place { input, place: self.outline(input).child(place, name), kind, path }
    }

    /// The elements of a part.
    pub(super) fn element(&mut self, of: &Part) -> Part {
        let Part::Place { input, place, kind, path } = of else { return Part::ANY };
        let inner = match kind {
            Some(FieldKind::List(inner)) => Some(inner()),
            _ => None,
        };
        if inner.is_none() {
            // A map gives its keys to a loop, and what is no list of the model may be one.
            self.keep(of);
        }
        let path = format!("{path}[]");
        Part::Place {
            input: *input,
            place: self.outline(*input).elements(*place),
            kind: inner,
            path,
        }
    }

    /// One element or entry, by a place or key that stands in the expression or is computed.
    fn index(&mut self, of: &Part, index: &IdedExpr, at: &IdedExpr) -> Part {
        match &index.expr {
            Expr::Literal(LiteralValue::String(key)) => self.field(of, key.inner(), at),
            Expr::Literal(LiteralValue::Int(_)) => self.element(of),
            _ => {
                self.read(index);
                match of.kind() {
                    Some(FieldKind::List(_)) => self.element(of),
                    Some(FieldKind::Record(shape)) if shape.open.is_none() => {
                        let message = format!(
                            "a field of {} by a computed name cannot be checked: name it",
                            of.words()
                        );
                        self.fault(at, "[", message);
                        Part::ANY
                    }
                    _ => {
                        self.keep(of);
                        Part::ANY
                    }
                }
            }
        }
    }

    fn call(&mut self, call: &CallExpr, at: &IdedExpr) -> Part {
        match (call.func_name.as_str(), &call.args[..]) {
            (operators::INDEX | operators::OPT_INDEX, [of, index])
            | (operators::OPT_SELECT, [of, index]) => {
                let of = self.part(of);
                self.index(&of, index, at)
            }
            (operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT, args) => {
                args.iter().for_each(|arg| self.condition(arg));
                Part::Computed(Type::Bool)
            }
            (operators::CONDITIONAL, [condition, then, otherwise]) => {
                self.condition(condition);
                self.read(then);
                self.read(otherwise);
                Part::ANY
            }
            (operators::NOT_STRICTLY_FALSE, [arg]) => {
                self.read(arg);
                Part::Computed(Type::Bool)
            }
            (operators::IN, [element, of]) => {
                let (key, of_part) = (self.part(element), self.part(of));
                self.keep(&key);
                match (&element.expr, of_part.kind()) {
                    // Whether a map has a key.
                    (Expr::Literal(LiteralValue::String(name)), Some(FieldKind::Record(_))) => {
                        self.field(&of_part, name.inner(), at);
                    }
                    (Expr::Literal(LiteralValue::String(name)), None)
                        if matches!(of_part, Part::Place { input: Input::Headers, .. }) =>
                    {
                        self.field(&of_part, name.inner(), at);
                    }
                    _ => self.keep(&of_part),
                }
                if let Expr::List(list) = &of.expr {
                    list.elements.iter().for_each(|other| self.compare(element, other, at, true));
                }
                Part::Computed(Type::Bool)
            }
            (operators::EQUALS | operators::NOT_EQUALS, [a, b]) => {
                self.compare(a, b, at, true);
                Part::Computed(Type::Bool)
            }
            (
                operators::LESS
                | operators::LESS_EQUALS
                | operators::GREATER
                | operators::GREATER_EQUALS,
                [a, b],
            ) => {
                self.compare(a, b, at, false);
                Part::Computed(Type::Bool)
            }
            (name, args) => self.function(name, call.target.as_deref(), args, at),
        }
    }

    fn condition(&mut self, part: &IdedExpr) {
        let found = self.part(part);
        self.needs(Type::Bool, &found, part);
        self.keep(&found);
    }

    /// A loop: what its variable stands for are the elements.
    fn each(&mut self, all: &ComprehensionExpr) -> Part {
        let range = self.part(&all.iter_range);
        let element = self.element(&range);
        self.read(&all.accu_init);
        let bound = self.names.len();
        self.names.push((all.iter_var.clone(), element));
        self.names.extend(all.iter_var2.iter().map(|name| (name.clone(), Part::ANY)));
        self.names.push((all.accu_var.clone(), Part::ANY));
        [&all.loop_cond, &all.loop_step].into_iter().for_each(|part| self.read(part));
        let result = self.part(&all.result);
        self.names.truncate(bound);
        match (&all.accu_init.expr, result) {
            (Expr::Literal(LiteralValue::Boolean(_)), _) => Part::Computed(Type::Bool),
            (Expr::List(_), _) => Part::Computed(Type::List),
            (_, result) => result,
        }
    }

    /// Notes what is wrong at a part: at `word`, which stands behind the place of the part or, as the
    /// name of a function, before it.
    pub(super) fn fault(&mut self, part: &IdedExpr, word: &str, message: String) {
        let start = self.source.offset_for(part.id).map_or(0, |(start, _)| start as usize);
        let start = self.text.char_indices().nth(start).map_or(0, |(at, _)| at);
        let behind = self.text[start..].find(word).map(|at| start + at);
        let at = behind.or_else(|| self.text[..start].rfind(word)).unwrap_or(start);
        let fault = Fault { at, message };
        // A macro repeats its parts.
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}
