//! What is known of values: following paths through the model's field tables.

use super::super::expr::Expr;
use super::super::path::{Path, Root, Step};
use super::{Compiler, Env, Kind, Side, describe, nearest};
use crate::event;
use crate::value::{FieldKind, Shape};

/// The facts of a target, as `$target`.
const TARGET: &[&str] = &["name", "api_url", "web_url"];
/// What `$delivery` holds.
const DELIVERY: &[&str] = &["id"];

impl Compiler<'_> {
    /// What a name stands for.
    pub(super) fn name_kind(&self, name: &str, env: &Env) -> Result<Kind, String> {
        if let Some((_, kind)) = env.names.iter().rev().find(|(known, _)| known == name) {
            return Ok(*kind);
        }
        let source = Some(FieldKind::Record(event::Source::SHAPE));
        match (name, self.side) {
            ("root", _) => Ok(self.root),
            ("source", _) => Ok(source),
            ("known", Side::Receive) => match self.unknown {
                Some(why) => Err(format!("`$known`: {why}")),
                None => Ok(None),
            },
            ("headers" | "query", Side::Receive) | ("target" | "delivery", Side::Emit) => Ok(None),
            _ => {
                let ambient: &[&str] = match self.side {
                    Side::Receive => &["root", "source", "headers", "query", "known"],
                    Side::Emit => &["root", "source", "target", "delivery"],
                };
                let known = env.names.iter().map(|(name, _)| name.as_str());
                let hint = nearest(name, known.chain(ambient.iter().copied()));
                Err(format!("nothing is named `${name}` here{hint}"))
            }
        }
    }

    /// What `$query` holds is what `forge.yaml` lists.
    pub(super) fn check_query(&self, path: &Path, env: &Env) -> Result<(), String> {
        let (Root::Name(name), Some(Step::Key(key, _))) = (&path.root, path.steps.first()) else {
            return Ok(());
        };
        let bound = env.names.iter().any(|(known, _)| **known == **name);
        match **name == *"query" && !bound && !self.query.iter().any(|name| **name == **key) {
            true => {
                Err(format!("`$query` has no `{key}`: list it in forge.yaml, `query: [{key}]`"))
            }
            false => Ok(()),
        }
    }

    /// What a path finds.
    pub(super) fn follow(&self, start: Kind, path: &Path) -> Result<Kind, String> {
        if let (Root::Name(name), Some(Step::Key(key, _))) = (&path.root, path.steps.first()) {
            let known = match &**name {
                "target" if self.side == Side::Emit => TARGET,
                "delivery" if self.side == Side::Emit => DELIVERY,
                _ => &[],
            };
            if !known.is_empty() && !known.contains(&&**key) {
                return Err(format!("`${name}` has no `{key}`: it has {}", known.join(", ")));
            }
        }
        let mut here = start;
        for step in &path.steps {
            here = match (here, step) {
                (None | Some(FieldKind::Json), _) => None,
                (Some(FieldKind::Record(shape)), Step::Key(key, _)) => Some(field(shape, key)?),
                (Some(FieldKind::List(of)), Step::Index(_) | Step::Every(..)) => Some(of()),
                (Some(other), step) => {
                    let what = match step {
                        Step::Key(key, _) => format!("`{key}`"),
                        Step::Index(_) | Step::Every(..) => "an element".into(),
                    };
                    return Err(format!("{} has no {what}", describe(other)));
                }
            };
        }
        Ok(here)
    }

    /// What an expression gives, as far as that is known.
    pub(super) fn kind_of(&self, expr: &Expr, env: &Env) -> Kind {
        match expr {
            Expr::Path(path) => {
                let start = match &path.root {
                    Root::Document => env.document,
                    Root::Name(name) => self.name_kind(name, env).ok().flatten(),
                };
                let found = self.follow(start, path).ok().flatten();
                // After `[*]`, the path gives a list of what it found.
                if path.is_plural() { None } else { found }
            }
            Expr::First(options) => options.iter().find_map(|option| self.kind_of(option, env)),
            Expr::If(parts) => self.kind_of(&parts.1, env).or_else(|| self.kind_of(&parts.2, env)),
            Expr::Where(parts) => self.kind_of(&parts.0, env),
            Expr::Minus(parts) => self.kind_of(&parts.0, env),
            _ => None,
        }
    }
}

/// What the elements of a list are.
pub(super) fn element(kind: Kind) -> Kind {
    match kind {
        Some(FieldKind::List(of)) => Some(of()),
        _ => None,
    }
}

/// What a field of a record holds.
pub(super) fn field(shape: &'static Shape, key: &str) -> Result<FieldKind, String> {
    shape.kind_of(key).ok_or_else(|| {
        let hint = nearest(key, shape.fields.iter().map(|field| field.name));
        format!("the canonical `{}` has no field `{key}`{hint}", shape.name)
    })
}
