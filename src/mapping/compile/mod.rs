//! From YAML to expressions, with every static check. Faults are gathered, not thrown: one run of
//! the checker names them all.

mod fields;
mod files;
mod format;
mod head;
mod leaves;
mod maps;
mod operators;
mod predicates;
mod program;
mod remember;

pub(super) use head::{Head, head};
pub(super) use maps::is_atom;
pub(super) use program::compile;

use super::expr::{Expr, Literal};
use crate::value::{Class, FieldKind, Shape};
use crate::yaml::{Mark, Node, Scalar, Value, YamlError, nearest};
use std::collections::BTreeMap;

/// Which way a mapping goes: what it may read and make differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Payload to events: what is made is typed.
    Receive,
    /// Event to payloads: what is read is typed.
    Emit,
}

/// What the compiler knows of a value: `None` is anything.
type Kind = Option<FieldKind>;

/// What a fragment takes or makes.
#[derive(Debug, Clone)]
struct Signature {
    place: usize,
    /// Receive: the record it makes. Emit: the record it takes.
    record: Option<&'static Shape>,
    /// The named values that its body asks for.
    wants: Vec<String>,
}

/// The names and the document that an expression sees.
#[derive(Debug, Clone)]
struct Env {
    document: Kind,
    names: Vec<(String, Kind)>,
    /// Whether a bare literal may be anything: in rows, then, else and defaults.
    lenient: bool,
    /// The class that a bare literal counts as here.
    literal: Class,
}

impl Env {
    fn new(document: Kind) -> Self {
        Self { document, names: Vec::new(), lenient: false, literal: Class::Fixed }
    }

    fn with(&self, name: &str, kind: Kind) -> Self {
        let mut env = self.clone();
        env.names.push((name.to_owned(), kind));
        env
    }

    fn lenient(&self, literal: Class) -> Self {
        Self { lenient: true, literal, ..self.clone() }
    }
}

/// Compiles the expressions of one side of one forge.
struct Compiler<'s> {
    side: Side,
    signatures: &'s BTreeMap<String, Signature>,
    /// What `$root` is.
    root: Kind,
    /// What `$query` holds.
    query: &'s [String],
    /// Why `$known` says nothing here.
    unknown: Option<&'static str>,
    errors: &'s mut Vec<YamlError>,
}

impl Compiler<'_> {
    fn fault(&mut self, mark: &Mark, message: impl Into<String>) {
        self.errors.push(YamlError::at(mark, message));
    }

    /// Compiles a node. `want` is what the result should be, where that is known.
    fn expr(&mut self, node: &Node, env: &Env, want: Kind) -> Expr {
        match &node.value {
            Value::Scalar(Scalar::Text(text)) => self.text(text, node, env, want),
            Value::Scalar(_) => {
                self.check_invention(node, env);
                self.check_literal(node, want);
                Expr::Literal(literal(node), env.literal)
            }
            Value::List(items) => {
                if items.is_empty() {
                    self.check_invention(node, env);
                }
                let element = match want {
                    Some(FieldKind::List(of)) => Some(of()),
                    Some(FieldKind::Json) | None => None,
                    Some(other) => {
                        let message = format!("a list where {} was expected", describe(other));
                        self.fault(&node.mark, message);
                        None
                    }
                };
                Expr::List(items.iter().map(|item| self.expr(item, env, element)).collect())
            }
            Value::Map(map) => self.any_map(map, node, env, want),
        }
    }

    /// In what is emitted, a literal that is no word of the format invents a fact.
    fn check_invention(&mut self, node: &Node, env: &Env) {
        if self.side == Side::Emit && !env.lenient {
            let what = match &node.value {
                Value::Scalar(Scalar::Text(_)) => "an empty text".to_owned(),
                Value::Scalar(scalar) => format!("the literal `{scalar}`"),
                Value::List(_) => "an empty list".to_owned(),
                Value::Map(_) => "an empty map".to_owned(),
            };
            let message = format!(
                "{what} would be invented here: read it from the event, or put it under `$defaults`, \
                 `$default`, `rows`, `then` or `else`"
            );
            self.fault(&node.mark, message);
        }
    }
}

/// The literal that stands in a node, operators and all.
fn literal(node: &Node) -> Literal {
    match &node.value {
        Value::Scalar(Scalar::Null) => Literal::Null,
        Value::Scalar(Scalar::Bool(b)) => Literal::Bool(*b),
        Value::Scalar(Scalar::Int(i)) => Literal::Int(*i),
        Value::Scalar(Scalar::Float(x)) => Literal::Float(*x),
        Value::Scalar(Scalar::Text(text)) => Literal::Text(
            text.strip_prefix('$').filter(|t| t.starts_with('$')).unwrap_or(text).into(),
        ),
        Value::List(items) => Literal::List(items.iter().map(literal).collect()),
        Value::Map(map) => {
            let pairs = map.pairs.iter().map(|(key, node)| (key.as_str().into(), literal(node)));
            Literal::Map(pairs.collect())
        }
    }
}

/// What a kind of value is, in words.
fn describe(kind: FieldKind) -> String {
    match kind {
        FieldKind::Text => "text".into(),
        FieldKind::Integer => "a whole number".into(),
        FieldKind::Number => "a number or a name".into(),
        FieldKind::Bool => "true or false".into(),
        FieldKind::Time => "a time".into(),
        FieldKind::Word(words) => format!("one of {}", words.join(", ")),
        FieldKind::Record(shape) => format!("a `{}`", shape.name),
        FieldKind::List(of) => format!("a list of {}", describe(of())),
        FieldKind::Json => "anything".into(),
    }
}
