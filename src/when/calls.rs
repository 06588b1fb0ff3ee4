//! Calls of functions by name.

use super::check::Walk;
use super::functions::{NAMES, pattern};
use super::scope::{Part, Type};
use crate::yaml::nearest;
use cel::common::ast::{Expr, IdedExpr, LiteralValue};

impl Walk<'_> {
    /// What a call gives, and whether there is such a function.
    pub(super) fn function(
        &mut self,
        name: &str,
        target: Option<&IdedExpr>,
        args: &[IdedExpr],
        at: &IdedExpr,
    ) -> Part {
        let spoken = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if spoken && !NAMES.contains(&name) {
            let meant = nearest(name, NAMES.iter().copied());
            self.fault(at, name, format!("there is no function `{name}`{meant}"));
        }
        let is_library =
            |part: &IdedExpr| matches!(&part.expr, Expr::Ident(name) if name == "optional");
        let given: Vec<_> =
            target.filter(|target| !is_library(target)).into_iter().chain(args).collect();
        if let ("size", [of]) = (name, &given[..]) {
            let of = self.part(of);
            match of.r#type() {
                // How many there are says nothing of what is in them.
                Type::List => drop(self.element(&of)),
                _ => self.keep(&of),
            }
            return Part::Computed(Type::Number);
        }
        if let ("orValue", [of, otherwise]) = (name, &given[..]) {
            let (of, other) = (self.part(of), self.part(otherwise));
            self.keep(&other);
            if of.r#type() == other.r#type() {
                // The one or the other, and of the one only what is read of it further on.
                return of;
            }
            self.keep(&of);
            return Part::ANY;
        }
        for part in &given {
            let found = self.part(part);
            if matches!(name, "contains" | "startsWith" | "endsWith" | "matches") {
                self.needs(Type::Text, &found, part);
            }
            self.keep(&found);
        }
        if let ("matches", Some(last)) = (name, args.last()) {
            match &last.expr {
                Expr::Literal(LiteralValue::String(text)) => {
                    if let Err(error) = pattern(text.inner()) {
                        self.fault(last, text.inner(), format!("no pattern: {error}"));
                    }
                }
                _ => {
                    self.fault(last, "", "the pattern of `matches` must stand here as text".into())
                }
            }
        }
        Part::Computed(match name {
            "contains" | "startsWith" | "endsWith" | "matches" | "hasValue" | "bool" => Type::Bool,
            "string" => Type::Text,
            "int" | "uint" | "double" => Type::Number,
            _ => Type::Any,
        })
    }
}
