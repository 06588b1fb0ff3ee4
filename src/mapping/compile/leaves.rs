//! Leaves: paths, templates and literals.

use super::super::expr::{Encode, Expr, Literal, Part, Template};
use super::super::path::{Path, Root};
use super::{Compiler, Env, Kind, Side, describe};
use crate::value::{Class, FieldKind};
use crate::yaml::{Mark, Node, Scalar, Value};

impl Compiler<'_> {
    /// A string: a path when it starts with `$`, a template when it has `{{`, else itself.
    pub(super) fn text(&mut self, text: &str, node: &Node, env: &Env, want: Kind) -> Expr {
        if let Some(escaped) = text.strip_prefix("$$") {
            return Expr::Literal(Literal::Text(format!("${escaped}").into()), env.literal);
        }
        if text.starts_with('$') {
            return self.path(text, &node.mark, env, want).map_or(Expr::Nothing, Expr::Path);
        }
        if text.contains("{{") {
            self.check_literal_kind(node, want, "a template gives text");
            return self.template(text, &node.mark, env);
        }
        if text.is_empty() {
            self.check_invention(node, env);
        }
        self.check_literal(node, want);
        Expr::Literal(Literal::Text(text.into()), env.literal)
    }

    /// A path, checked against what is known of where it starts.
    pub(super) fn path(&mut self, text: &str, mark: &Mark, env: &Env, want: Kind) -> Option<Path> {
        let mut path = match Path::parse(text) {
            Ok(path) => path,
            Err(message) => {
                self.fault(mark, message);
                return None;
            }
        };
        let start = match &path.root {
            Root::Document => env.document,
            Root::Name(name) => match self.name_kind(name, env) {
                Ok(kind) => kind,
                Err(message) => {
                    self.fault(mark, message);
                    return None;
                }
            },
        };
        if let Some(FieldKind::Record(shape)) = start {
            path.hint(Some(shape));
        }
        let checked = self.check_query(&path, env);
        let found = match checked.and_then(|()| self.follow(start, &path)) {
            Ok(found) => found,
            Err(message) => {
                self.fault(mark, format!("`{text}`: {message}"));
                return None;
            }
        };
        self.check_fit(mark, &path, found, want);
        Some(path)
    }

    fn check_fit(&mut self, mark: &Mark, path: &Path, found: Kind, want: Kind) {
        let Some(want) = want else { return };
        if matches!(want, FieldKind::Json) {
            return;
        }
        let takes_list = matches!(want, FieldKind::List(_));
        if path.is_plural() && !takes_list {
            let message = format!(
                "`{}` may find several values, but {} is expected: name one (`[0]`), or use `$first`",
                path.text,
                describe(want)
            );
            self.fault(mark, message);
        } else if let (Some(FieldKind::Record(found)), FieldKind::Record(want)) = (found, want)
            && found.name != want.name
        {
            let message = format!("`{}` is a `{}`, not a `{}`", path.text, found.name, want.name);
            self.fault(mark, message);
        }
    }

    /// A literal must be what its field holds.
    pub(super) fn check_literal(&mut self, node: &Node, want: Kind) {
        let Some(want) = want else { return };
        let Value::Scalar(scalar) = &node.value else { return };
        let fits = match (want, scalar) {
            (FieldKind::Word(words), scalar) => words.contains(&scalar.to_string().as_str()),
            (FieldKind::Bool, Scalar::Bool(_))
            | (FieldKind::Integer, Scalar::Int(_))
            | (FieldKind::Number, Scalar::Int(_) | Scalar::Text(_))
            | (FieldKind::Json, _) => true,
            (FieldKind::Text, scalar) => !matches!(scalar, Scalar::Null),
            (FieldKind::Time, Scalar::Text(text)) => crate::value::Time::parse(text).is_some(),
            _ => false,
        };
        if !fits {
            let known: &[&str] = if let FieldKind::Word(words) = want { words } else { &[] };
            let hint = super::nearest(&scalar.to_string(), known.iter().copied());
            // A long list of words helps nobody who has only mistyped one of them.
            let expected = match want {
                FieldKind::Word(words) if words.len() > 12 && !hint.is_empty() => {
                    format!("one of {} words", words.len())
                }
                want => describe(want),
            };
            let message = format!("`{scalar}` where {expected} was expected{hint}");
            self.fault(&node.mark, message);
        }
    }

    fn check_literal_kind(&mut self, node: &Node, want: Kind, why: &str) {
        if let Some(kind @ (FieldKind::Record(_) | FieldKind::List(_) | FieldKind::Bool)) = want {
            self.fault(&node.mark, format!("{why}, but {} is expected", describe(kind)));
        }
    }

    fn template(&mut self, text: &str, mark: &Mark, env: &Env) -> Expr {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            if start > 0 {
                parts.push(Part::Text(rest[..start].into()));
            }
            let Some(end) = rest[start..].find("}}") else {
                self.fault(mark, format!("`{text}`: a `{{{{` is not closed by `}}}}`"));
                return Expr::Nothing;
            };
            let inner = rest[start + 2..start + end].trim();
            let (encode, path) = match inner.split_once(' ') {
                None => (Encode::Plain, inner),
                Some(("path", path)) => (Encode::Path, path.trim()),
                Some(("query", path)) => (Encode::Query, path.trim()),
                Some(("lower", path)) => (Encode::Lower, path.trim()),
                Some(("html", path)) => (Encode::Html, path.trim()),
                Some((word, _)) => {
                    let message =
                        format!("`{word}` is no template function: path, query, html or lower");
                    self.fault(mark, message);
                    return Expr::Nothing;
                }
            };
            let Some(path) = self.path(path, mark, env, Some(FieldKind::Text)) else {
                return Expr::Nothing;
            };
            parts.push(Part::Slot(path, encode));
            rest = &rest[start + end + 2..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        Expr::Template(Template { parts, text: text.into() })
    }

    /// The class that literals of rows and branches count as.
    pub(super) fn branch_class(&self, env: &Env, class: Class) -> Env {
        match self.side {
            Side::Receive => env.lenient(Class::Mapped),
            Side::Emit => env.lenient(class),
        }
    }
}
