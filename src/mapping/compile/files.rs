//! Receive and emit files: named rules that give events and requests.

use super::super::expr::{Expr, Predicate};
use super::super::name::Name;
use super::super::outline::outline;
use super::super::program::{Emit, EmitRule, Fragment, Gives, Makes, Receive, ReceiveRule};
use super::fields::element;
use super::maps::is_atom;
use super::{Compiler, Env};
use crate::event::{Event, Kind};
use crate::yaml::{Map, Node, Scalar, Value};

impl Compiler<'_> {
    /// A receive file: `doc`, `common`, `remember` and `events`.
    pub(super) fn receive_file(&mut self, file: &Node, fragments: &[Fragment]) -> Receive {
        let common = file.as_map().and_then(|map| map.get("common"));
        let remember = file.as_map().and_then(|map| map.get("remember"));
        let remember = remember.map(|node| self.remember(node, fragments));
        let nothing = "nothing is remembered here; say so under `remember:`";
        self.unknown = remember.is_none().then_some(nothing);
        let rules = self.rules(file, "events", &["doc", "common", "remember", "events"]);
        // The names of `common` mean the same in every rule, so they are made once for all of them.
        let mut common = common.cloned();
        let shared = match common.as_mut().map(|node| &mut node.value) {
            Some(Value::Map(map)) => map.remove("$let"),
            _ => None,
        };
        let mut lets = Vec::new();
        let shared = Map { pairs: shared.map(|node| ("$let".into(), node)).into_iter().collect() };
        let env = self.named("common", |this| this.lets(&shared, &Env::new(None), &mut lets));
        let compiled = rules.pairs.iter().map(|(name, rule)| {
            self.named(name, |this| {
                let merged = this.rule_over(common.as_ref(), rule);
                this.receive_rule(name, &merged, &env)
            })
        });
        let rules: Vec<ReceiveRule> = compiled.collect();
        self.unknown = None;
        let outline = outline(&lets, &rules, remember.as_ref(), fragments);
        Receive { lets, outline, remember, rules }
    }

    fn receive_rule(&mut self, name: &str, node: &Node, env: &Env) -> ReceiveRule {
        let mut map = self.rule_map(node).unwrap_or_default();
        self.check_action(&map);
        let mut lets = Vec::new();
        let outer = self.lets(&map, env, &mut lets);
        map.remove("$let");
        let when = map.remove("$when").map(|node| self.predicate(&node, &outer));
        let (each, inner) = self.repeat(&mut map, &outer);
        let gives = match map.get("skip") {
            Some(word) => Gives::Skip(self.skip_reason(word)),
            None => {
                if map.get("kind").is_none() {
                    self.fault(&node.mark, "a rule says what it gives: `kind:`, or `skip:`");
                }
                let words = crate::value::FieldKind::Word(crate::event::Action::WORDS);
                let action = map.remove("action").map(|node| self.expr(&node, &inner, Some(words)));
                let body = Expr::Map(Box::new(self.skeleton(&map, &inner, Some(Event::SHAPE))));
                Gives::Event { action, body }
            }
        };
        ReceiveRule { name: name.into(), when, lets, each, gives }
    }

    /// The reason of a rule that gives nothing.
    fn skip_reason(&mut self, node: &Node) -> Box<str> {
        let reason = node.as_text().unwrap_or_default();
        if reason.is_empty() {
            self.fault(&node.mark, "`skip:` takes a reason, such as `said_by_push`");
        }
        reason.into()
    }

    /// What is laid under every rule is for events; a rule that skips takes only the names of it.
    fn rule_over(&mut self, common: Option<&Node>, rule: &Node) -> Node {
        let mut merged = match common {
            Some(common) => common.merge(rule, &is_atom),
            None => rule.clone(),
        };
        let own = rule.as_map().filter(|map| map.get("skip").is_some());
        if let (Some(own), Value::Map(map)) = (own, &mut merged.value) {
            let kept = |key: &str| ["$let", "$when", "$for", "skip"].contains(&key);
            for (key, node) in own.pairs.iter().filter(|(key, _)| !kept(key)) {
                self.fault(
                    &node.mark,
                    format!("a rule that skips gives no event, so it has no `{key}`"),
                );
            }
            map.pairs.retain(|(key, _)| kept(key));
        }
        merged
    }

    /// A literal action, or a literal row of an action table, must be one that the kind knows.
    fn check_action(&mut self, map: &Map) {
        let kind = map.get("kind").and_then(Node::as_text).and_then(Kind::from_word);
        let (Some(kind), Some(action)) = (kind, map.get("action")) else { return };
        let rows = action.as_map().and_then(|map| map.get("rows")).and_then(Node::as_map);
        let literals: Vec<&Node> = match (&action.value, rows) {
            (Value::Scalar(_), _) => vec![action],
            (_, Some(rows)) => rows.pairs.iter().map(|(_, node)| node).collect(),
            _ => Vec::new(),
        };
        for node in literals {
            let Some(word) = node.as_text().filter(|word| !word.starts_with('$')) else { continue };
            let known = kind.actions().iter().map(|action| action.as_str());
            if !known.clone().any(|known| known == word) {
                let hint = super::nearest(word, known);
                self.fault(&node.mark, format!("`{kind}` knows no action `{word}`{hint}"));
            }
        }
    }

    /// An emit file: `doc` and `requests`.
    pub(super) fn emit_file(&mut self, file: &Node) -> Emit {
        let rules = self.rules(file, "requests", &["doc", "requests"]);
        let compiled = rules
            .pairs
            .iter()
            .map(|(name, rule)| self.named(name, |this| this.emit_rule(name, rule)));
        Emit { rules: compiled.collect() }
    }

    fn emit_rule(&mut self, name: &str, node: &Node) -> EmitRule {
        let mut map = self.rule_map(node).unwrap_or_default();
        let known =
            ["doc", "$let", "$when", "$for", "event", "action", "body", "skip", "companion"];
        for (key, node) in &map.pairs {
            if !known.contains(&key.as_str()) {
                let hint = super::nearest(key, known.into_iter());
                self.fault(&node.mark, format!("a request has no `{key}`{hint}"));
            }
        }
        let mut lets = Vec::new();
        let outer = self.lets(&map, &Env::new(self.root), &mut lets);
        let when = map.remove("$when").map(|node| self.predicate(&node, &outer));
        let (each, inner) = self.repeat(&mut map, &outer);
        let lenient = inner.lenient(inner.literal);
        let action = map.get("action").map(|node| self.expr(node, &lenient, None));
        let inner = if action.is_some() { inner.with("action", None) } else { inner };
        let makes = match (map.get("skip"), map.get("event"), map.get("body")) {
            (Some(reason), None, None) => {
                Makes::Skip(reason.as_text().unwrap_or("skipped by the format").into())
            }
            (None, Some(event), Some(body)) => {
                let event = self.expr(event, &inner, None);
                let before = self.errors.len();
                let body = self.expr(body, &inner, None);
                for error in &mut self.errors[before..] {
                    *error = error.clone().within("body");
                }
                Makes::Request(event, body)
            }
            _ => {
                self.fault(
                    &node.mark,
                    "a request needs `event:` and `body:`, or `skip:` with a reason",
                );
                Makes::Skip("broken".into())
            }
        };
        let companion = map.get("companion").map(|node| self.always_or(node, &inner));
        EmitRule { name: name.into(), when, lets, each, action, companion, makes }
    }

    /// `true`, or when.
    fn always_or(&mut self, node: &Node, env: &Env) -> Predicate {
        match &node.value {
            Value::Scalar(Scalar::Bool(true)) => Predicate::All(Vec::new()),
            _ => self.predicate(node, env),
        }
    }

    fn rules(&mut self, file: &Node, key: &str, known: &[&str]) -> Map {
        let Some(map) = file.as_map() else {
            self.fault(&file.mark, format!("a mapping file is a map with `{key}:`"));
            return Map::default();
        };
        for (name, node) in &map.pairs {
            if !known.contains(&name.as_str()) {
                let hint = super::nearest(name, known.iter().copied());
                self.fault(&node.mark, format!("a mapping file has no `{name}`{hint}"));
            }
        }
        match map.get(key).and_then(Node::as_map) {
            Some(rules) => rules.clone(),
            None => {
                self.fault(&file.mark, format!("`{key}:` must be given: a map of named rules"));
                Map::default()
            }
        }
    }

    fn rule_map(&mut self, node: &Node) -> Option<Map> {
        let map = node.as_map().cloned();
        if map.is_none() {
            self.fault(&node.mark, format!("a rule is a map, not {}", node.kind()));
        }
        map
    }

    /// Takes `$for` out of a rule and binds its name.
    fn repeat(&mut self, map: &mut Map, env: &Env) -> (Option<(Name, Expr)>, Env) {
        let Some(node) = map.remove("$for") else { return (None, env.clone()) };
        let Some([(name, list)]) = node.as_map().map(|map| &map.pairs[..]) else {
            self.fault(&node.mark, "`$for` is a map of one name and its list");
            return (None, env.clone());
        };
        let list = self.expr(list, env, None);
        let inner = env.with(name, element(self.kind_of(&list, env)));
        (Some((name.as_str().into(), list)), inner)
    }

    fn named<T>(&mut self, name: &str, compile: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.errors.len();
        let made = compile(self);
        for error in &mut self.errors[before..] {
            *error = error.clone().within(name);
        }
        made
    }
}
