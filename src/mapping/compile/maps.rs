//! Maps: operators, and skeletons with their modifiers.

use super::super::expr::{Default, Expr, Key, Literal, MapExpr, Missing};
use super::super::name::Name;
use super::{Compiler, Env, Kind, describe, literal};
use crate::value::{FieldKind, NO_SLOT, Shape};
use crate::yaml::{Map, Node};

/// Keys with a `$` that stand beside plain keys.
pub(super) const MODIFIERS: &[&str] = &["$when", "$let", "$base", "$defaults", "$for"];

/// Whether a map is one value: an operator, or a predicate.
pub(in super::super) fn is_atom(map: &Map) -> bool {
    map.keys().any(|key| key.starts_with('$') && !MODIFIERS.contains(&key))
}

impl Compiler<'_> {
    /// A map: an operator when one of its keys is one, else a skeleton.
    pub(super) fn any_map(&mut self, map: &Map, node: &Node, env: &Env, want: Kind) -> Expr {
        if is_atom(map) {
            return self.operator(map, node, env, want);
        }
        let shape = match want {
            Some(FieldKind::Record(shape)) => Some(shape),
            Some(FieldKind::Json) | None => None,
            Some(other) => {
                self.fault(&node.mark, format!("a map where {} was expected", describe(other)));
                None
            }
        };
        if map.pairs.is_empty() {
            self.check_invention(node, env);
        }
        Expr::Map(Box::new(self.skeleton(map, env, shape)))
    }

    /// A skeleton. `$for` is no part of it: only rules repeat.
    pub(super) fn skeleton(
        &mut self,
        map: &Map,
        env: &Env,
        shape: Option<&'static Shape>,
    ) -> MapExpr {
        let mut made = MapExpr::default();
        // Names first: they are seen by everything else in the map, wherever they stand.
        let env = self.lets(map, env, &mut made.lets);
        for (name, node) in &map.pairs {
            match name.as_str() {
                "$let" => {}
                "$when" => made.when = Some(self.predicate(node, &env)),
                "$base" => {
                    made.base = Some(self.expr(node, &env, shape.map(FieldKind::Record)));
                }
                "$defaults" => match node.as_map() {
                    Some(defaults) => {
                        self.check_defaults(defaults, shape);
                        made.defaults = defaults.pairs.iter().map(default).collect();
                    }
                    None => self.fault(&node.mark, "`$defaults` is a map of keys and literals"),
                },
                "$for" => {
                    self.fault(&node.mark, "`$for` repeats whole rules: here, use `$each`");
                }
                name => {
                    let key = self.key(name, node, &env, shape);
                    made.keys.push(key);
                }
            }
        }
        let plain = made.base.is_none();
        for default in &mut made.defaults {
            default.missing = missing(default, &made.keys, plain);
        }
        made.constant = plain && made.keys.iter().all(|key| !key.computed);
        made
    }

    fn key(&mut self, name: &str, node: &Node, env: &Env, shape: Option<&'static Shape>) -> Key {
        let before = self.errors.len();
        let mut want = None;
        let mut slot = NO_SLOT;
        if let Some(shape) = shape {
            match super::fields::field(shape, name) {
                Ok(kind) => want = Some(kind),
                Err(message) => self.fault(&node.mark, message),
            }
            slot = shape.position(name).and_then(|at| u16::try_from(at).ok()).unwrap_or(NO_SLOT);
        }
        let value = self.expr(node, env, want);
        for error in &mut self.errors[before..] {
            *error = error.clone().within(name);
        }
        let computed = !is_constant(&value);
        Key { name: name.into(), slot, value, computed }
    }

    /// Compiles `$let`, in order: a later name sees the earlier ones.
    pub(super) fn lets(&mut self, map: &Map, env: &Env, into: &mut Vec<(Name, Expr)>) -> Env {
        let mut env = env.clone();
        let Some(node) = map.get("$let") else { return env };
        let Some(lets) = node.as_map() else {
            self.fault(&node.mark, "`$let` is a map of names and values");
            return env;
        };
        for (name, node) in &lets.pairs {
            let value = self.expr(node, &env.lenient(env.literal), None);
            env = env.with(name, self.kind_of(&value, &env));
            into.push((name.as_str().into(), value));
        }
        env
    }

    fn check_defaults(&mut self, defaults: &Map, shape: Option<&'static Shape>) {
        for (name, node) in &defaults.pairs {
            if name.starts_with('$') || node.as_text().is_some_and(|text| text.starts_with('$')) {
                let message = "`$defaults` holds literals only: a computed value stands beside it, \
                               with `$first` and `$default`";
                self.fault(&node.mark, message);
            }
            if let Some(shape) = shape
                && let Err(message) = super::fields::field(shape, name)
            {
                self.fault(&node.mark, message);
            }
        }
    }
}

fn default((name, node): &(String, Node)) -> Default {
    Default { name: name.as_str().into(), value: literal(node), missing: Missing::Look }
}

/// How to see at run time that a default is needed.
fn missing(default: &Default, keys: &[Key], plain: bool) -> Missing {
    if !plain || matches!(default.value, Literal::Map(_)) {
        return Missing::Look;
    }
    match keys.iter().position(|key| key.name == default.name).map(u8::try_from) {
        None => Missing::Always,
        Some(Ok(place)) if place < 128 => Missing::Unless(place),
        Some(_) => Missing::Look,
    }
}

/// Whether an expression gives the same whatever the document.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(..) | Expr::Nothing => true,
        Expr::Map(map) => map.constant,
        Expr::List(items) => items.iter().all(is_constant),
        _ => false,
    }
}
