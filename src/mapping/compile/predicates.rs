//! Predicates: a map from paths to tests, all of which must hold.

use super::super::expr::{Predicate, Test};
use super::{Compiler, Env, nearest};
use crate::yaml::{Node, Scalar, Value};
use regex::Regex;

/// The tests that a map under a path may ask for.
const TESTS: &[&str] = &["exists", "empty", "matches", "not"];

impl Compiler<'_> {
    /// Compiles a predicate map.
    pub(super) fn predicate(&mut self, node: &Node, env: &Env) -> Predicate {
        let Some(map) = node.as_map() else {
            let message = format!("a predicate is a map from paths to tests, not {}", node.kind());
            self.fault(&node.mark, message);
            return Predicate::All(Vec::new());
        };
        let mut parts = Vec::new();
        for (key, node) in &map.pairs {
            parts.push(match key.as_str() {
                "any" => Predicate::Any(self.predicates(node, env)),
                "all" => Predicate::All(self.predicates(node, env)),
                "not" => Predicate::Not(Box::new(self.predicate(node, env))),
                key if key.starts_with('$') => {
                    let Some(path) = self.path(key, &node.mark, env, None) else { continue };
                    Predicate::Test(path, self.test(node, env))
                }
                key => {
                    let message = format!("`{key}` is no path: a predicate's keys start with `$`, or are any, all, not");
                    self.fault(&node.mark, message);
                    continue;
                }
            });
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => Predicate::All(parts),
        }
    }

    fn predicates(&mut self, node: &Node, env: &Env) -> Vec<Predicate> {
        match node.as_list() {
            Some(list) => list.iter().map(|node| self.predicate(node, env)).collect(),
            None => {
                self.fault(&node.mark, "a list of predicates was expected");
                Vec::new()
            }
        }
    }

    fn test(&mut self, node: &Node, env: &Env) -> Test {
        match &node.value {
            Value::Scalar(Scalar::Text(text))
                if text.starts_with('$') && !text.starts_with("$$") =>
            {
                match self.path(text, &node.mark, env, None) {
                    Some(path) => Test::Same(path),
                    None => Test::Is(Vec::new()),
                }
            }
            Value::Scalar(Scalar::Null) => {
                self.fault(&node.mark, "to ask for absence, write `{ exists: false }`");
                Test::Is(Vec::new())
            }
            Value::Scalar(scalar) => Test::Is(vec![scalar.to_string().into()]),
            Value::List(words) => {
                let words = words.iter().filter_map(|word| match &word.value {
                    Value::Scalar(scalar) => Some(scalar.to_string().into()),
                    Value::List(_) | Value::Map(_) => None,
                });
                Test::Is(words.collect())
            }
            Value::Map(map) => {
                let [(name, argument)] = &map.pairs[..] else {
                    self.fault(&node.mark, format!("one test a path: {}", TESTS.join(", ")));
                    return Test::Is(Vec::new());
                };
                self.named_test(name, argument, env)
            }
        }
    }

    fn named_test(&mut self, name: &str, argument: &Node, env: &Env) -> Test {
        match (name, &argument.value) {
            ("exists", Value::Scalar(Scalar::Bool(wanted))) => Test::Exists(*wanted),
            ("empty", Value::Scalar(Scalar::Bool(wanted))) => Test::Empty(*wanted),
            ("not", _) => Test::Not(Box::new(self.test(argument, env))),
            ("matches", Value::Scalar(Scalar::Text(text))) => match Regex::new(text) {
                Ok(regex) => Test::Matches(regex),
                Err(error) => {
                    let text = error.to_string();
                    let last = text.lines().last().unwrap_or_default();
                    self.fault(&argument.mark, format!("no regular expression: {last}"));
                    Test::Is(Vec::new())
                }
            },
            ("exists" | "empty", _) => {
                self.fault(&argument.mark, format!("`{name}` is true or false"));
                Test::Is(Vec::new())
            }
            _ => {
                let hint = nearest(name, TESTS.iter().copied());
                let message = format!("`{name}` is no test: {}{hint}", TESTS.join(", "));
                self.fault(&argument.mark, message);
                Test::Is(Vec::new())
            }
        }
    }
}
