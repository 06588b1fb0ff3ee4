//! `remember`: what a delivery leaves for later ones.

use super::super::expr::Expr;
use super::super::outline::key_outline;
use super::super::program::{Fragment, Remember};
use super::{Compiler, Env};
use crate::value::{FieldKind, Outline};
use crate::yaml::Node;

const KEYS: [&str; 5] = ["$let", "$when", "key", "value", "at"];

impl Compiler<'_> {
    /// The section `remember` of a receive file.
    pub(super) fn remember(&mut self, node: &Node, fragments: &[Fragment]) -> Remember {
        let before = self.errors.len();
        let mut remember = self.remembered(node);
        for error in &mut self.errors[before..] {
            *error = error.clone().within("remember");
        }
        remember.outline = key_outline(&remember, fragments);
        remember
    }

    fn remembered(&mut self, node: &Node) -> Remember {
        let map = node.as_map().cloned().unwrap_or_default();
        for (key, node) in map.pairs.iter().filter(|(key, _)| !KEYS.contains(&key.as_str())) {
            let hint = super::nearest(key, KEYS.into_iter());
            self.fault(&node.mark, format!("`remember` has no `{key}`{hint}"));
        }
        // What is known is found by the key, so the key cannot rest on it.
        self.unknown = Some("it is what the key finds, so only `value` may read it");
        let mut lets = Vec::new();
        let env = self.lets(&map, &Env::new(None), &mut lets);
        let when = map.get("$when").map(|node| self.predicate(node, &env));
        let at = map.get("at").map(|node| self.expr(node, &env, Some(FieldKind::Time)));
        let key = map.get("key").map(|node| self.expr(node, &env, Some(FieldKind::Text)));
        self.unknown = None;
        let value = map.get("value").map(|node| self.expr(node, &env, None));
        if key.is_none() || value.is_none() {
            self.fault(&node.mark, "`remember` needs a `key:` and a `value:`");
        }
        let [key, value] = [key, value].map(|made| made.unwrap_or(Expr::Nothing));
        Remember { lets, when, key, at, value, outline: Outline::empty() }
    }
}
