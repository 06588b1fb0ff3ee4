//! A whole forge: its fragments, files, events table and format.

use super::super::expr::Expr;
use super::super::folder::Folder;
use super::super::path::Path;
use super::super::program::{Fragment, Program};
use super::head::Head;
use super::maps::is_atom;
use super::{Compiler, Env, Side, Signature};
use crate::event::{Event, Kind};
use crate::value::{FieldKind, Shape};
use crate::yaml::{Map, Node, Scalar, Value, YamlError, nearest, unknown_field};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Compiles a forge's folder.
pub(in super::super) fn compile(
    folder: &Folder,
    head: &Head,
    errors: &mut Vec<YamlError>,
) -> Program {
    let (forge, ours) = (&head.forge, &head.ours);
    let event = Some(FieldKind::Record(Event::SHAPE));
    let shared =
        |side: &str| folder.shared.as_ref().and_then(|n| n.as_map()).and_then(|m| m.get(side));
    check_keys(folder.shared.as_ref(), &["receive", "emit"], errors);

    let (signatures, nodes) = signatures(shared("receive"), Side::Receive, errors);
    let mut compiler = Compiler {
        side: Side::Receive,
        signatures: &signatures,
        root: None,
        query: &forge.query,
        unknown: None,
        errors,
    };
    let receive_fragments = compiler.fragments(&nodes);
    let receive: BTreeMap<Box<str>, _> = folder
        .receive
        .iter()
        .map(|(name, node)| (name.as_str().into(), compiler.receive_file(node, &receive_fragments)))
        .collect();
    let env = Env::new(None);
    let body_detect = ours.get("body_detect").and_then(Node::as_list).unwrap_or_default();
    let body_detect = body_detect.iter().map(|node| compiler.predicate(node, &env)).collect();
    let action = ours
        .get("action")
        .and_then(|node| compiler.path(node.as_text().unwrap_or_default(), &node.mark, &env, None));
    let (events, other) = events(ours, &receive, errors);

    let (signatures, nodes) = self::signatures(shared("emit"), Side::Emit, errors);
    let mut compiler = Compiler {
        side: Side::Emit,
        signatures: &signatures,
        root: event,
        query: &[],
        unknown: None,
        errors,
    };
    let emit_fragments = compiler.fragments(&nodes);
    let mut emit = BTreeMap::new();
    for (name, node) in &folder.emit {
        match Kind::from_word(name) {
            Some(kind) => drop(emit.insert(kind, compiler.emit_file(node))),
            None => {
                let hint = nearest(name, Kind::WORDS.iter().copied());
                compiler.fault(&node.mark, format!("`{name}` is no canonical kind{hint}"));
            }
        }
    }
    let format = ours.get("emit").map(|node| compiler.format(node));
    Program {
        faults: Vec::new(),
        forge: Arc::clone(forge),
        receive_fragments,
        emit_fragments,
        receive,
        emit,
        events,
        other,
        action,
        body_detect,
        format,
    }
}

/// A map of many keys: making it costs more than comparing its arguments.
fn is_large(body: &Expr) -> bool {
    matches!(body, Expr::Map(map) if map.keys.len() >= 24)
}

pub(super) fn check_keys(node: Option<&Node>, known: &[&str], errors: &mut Vec<YamlError>) {
    let Some(map) = node.and_then(Node::as_map) else { return };
    for (key, node) in &map.pairs {
        if !known.contains(&key.as_str()) {
            errors.push(YamlError::at(&node.mark, unknown_field(key, known)));
        }
    }
}

type Events = (BTreeMap<Box<str>, Box<str>>, Option<Box<str>>);

/// The events table: each word's file must exist.
fn events<T>(ours: &Map, receive: &BTreeMap<Box<str>, T>, errors: &mut Vec<YamlError>) -> Events {
    let mut file = |node: &Node| -> Option<Box<str>> {
        let name = node.as_text().unwrap_or_default();
        if !receive.contains_key(name) {
            let hint = nearest(name, receive.keys().map(|key| &**key));
            errors
                .push(YamlError::at(&node.mark, format!("there is no receive/{name}.yaml{hint}")));
            return None;
        }
        Some(name.into())
    };
    let table = ours.get("events").and_then(Node::as_map).cloned().unwrap_or_default();
    let mut events = BTreeMap::new();
    for (word, node) in &table.pairs {
        if let Some(file) = file(node) {
            events.insert(word.to_lowercase().into(), file);
        }
    }
    (events, ours.get("other").and_then(file))
}

/// The signatures of fragments, so that they may use each other in any order.
fn signatures<'n>(
    side_node: Option<&'n Node>,
    side: Side,
    errors: &mut Vec<YamlError>,
) -> (BTreeMap<String, Signature>, Vec<(&'n str, &'n Node)>) {
    let mut signatures = BTreeMap::new();
    let mut nodes = Vec::new();
    let Some(map) = side_node.and_then(Node::as_map) else { return (signatures, nodes) };
    let marker = if side == Side::Receive { "type" } else { "of" };
    for (place, (name, node)) in map.pairs.iter().enumerate() {
        let named = node.as_map().and_then(|map| map.get(marker));
        let record = named.and_then(|node| {
            let word = node.as_text().unwrap_or_default();
            let record = shapes().into_iter().find(|shape| shape.name == word);
            // In a fragment that is no plain map, the marker may be a key of its own.
            if record.is_none() && !word.starts_with('$') {
                let known = shapes();
                let hint = nearest(word, known.iter().map(|shape| shape.name));
                let message = format!("`{word}` is no canonical record{hint}");
                errors.push(YamlError::at(&node.mark, message));
            }
            record
        });
        let wants = wanted_names(node);
        signatures.insert(name.clone(), Signature { place, record, wants });
        nodes.push((name.as_str(), node));
    }
    check_cycles(&nodes, errors);
    (signatures, nodes)
}

/// Every record of the model, found by walking from the event.
fn shapes() -> Vec<&'static Shape> {
    fn walk(kind: FieldKind, found: &mut Vec<&'static Shape>) {
        match kind {
            FieldKind::Record(shape) if !found.iter().any(|known| known.name == shape.name) => {
                found.push(shape);
                shape.fields.iter().for_each(|field| walk((field.kind)(), found));
                if let Some(open) = shape.open {
                    walk(open(), found);
                }
            }
            FieldKind::List(of) => walk(of(), found),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(FieldKind::Record(Event::SHAPE), &mut found);
    found
}

/// The names that a fragment's body reads and does not bind itself: its `with`.
fn wanted_names(node: &Node) -> Vec<String> {
    let (mut used, mut bound) = (Vec::new(), Vec::new());
    names(node, &mut used, &mut bound);
    let ambient = ["root", "source", "target", "delivery", "headers", "query", "known"];
    used.retain(|name| !bound.contains(name) && !ambient.contains(&name.as_str()));
    used.sort();
    used.dedup();
    used
}

fn names(node: &Node, used: &mut Vec<String>, bound: &mut Vec<String>) {
    let mut read = |text: &str| {
        if let Ok(Path { root: super::super::path::Root::Name(name), .. }) = Path::parse(text) {
            used.push(name.to_string());
        }
    };
    match &node.value {
        Value::Scalar(Scalar::Text(text)) if text.contains("{{") => {
            for slot in text.split("{{").skip(1) {
                let slot = slot.split("}}").next().unwrap_or_default().trim();
                read(slot.rsplit(' ').next().unwrap_or_default());
            }
        }
        Value::Scalar(Scalar::Text(text)) if !text.starts_with("$$") => read(text),
        Value::Scalar(_) => {}
        Value::List(items) => items.iter().for_each(|item| names(item, used, bound)),
        Value::Map(map) => {
            let is_operator = is_atom(map) || map.keys().any(|key| key.starts_with("$."));
            for (key, node) in &map.pairs {
                if is_operator && key == "as" {
                    bound.extend(node.as_text().map(str::to_owned));
                }
                if key == "$let" {
                    bound.extend(node.as_map().into_iter().flat_map(Map::keys).map(str::to_owned));
                }
                // A predicate's key is a path; an operator's is not.
                if key.contains(['.', '['])
                    && let Ok(Path { root: super::super::path::Root::Name(name), .. }) =
                        Path::parse(key)
                {
                    used.push(name.to_string());
                }
                names(node, used, bound);
            }
        }
    }
}

fn check_cycles(nodes: &[(&str, &Node)], errors: &mut Vec<YamlError>) {
    fn uses<'n>(node: &'n Node, found: &mut Vec<&'n str>) {
        match &node.value {
            Value::Map(map) => {
                for (key, node) in &map.pairs {
                    if key == "$use" || (key == "use" && map.get("$each").is_some()) {
                        found.extend(node.as_text());
                    }
                    uses(node, found);
                }
            }
            Value::List(items) => items.iter().for_each(|item| uses(item, found)),
            Value::Scalar(_) => {}
        }
    }
    let edges: BTreeMap<&str, Vec<&str>> = nodes
        .iter()
        .map(|(name, node)| {
            let mut found = Vec::new();
            uses(node, &mut found);
            (*name, found)
        })
        .collect();
    for (name, node) in nodes {
        let mut seen = Vec::new();
        let mut open = edges.get(name).cloned().unwrap_or_default();
        while let Some(next) = open.pop() {
            if next == *name {
                let message =
                    format!("the fragment `{name}` uses itself, by way of others or at once");
                errors.push(YamlError::at(&node.mark, message));
                break;
            }
            if !seen.contains(&next) {
                seen.push(next);
                open.extend(edges.get(next).into_iter().flatten());
            }
        }
    }
}

impl Compiler<'_> {
    fn fragments(&mut self, nodes: &[(&str, &Node)]) -> Vec<Fragment> {
        nodes
            .iter()
            .map(|(name, node)| {
                let before = self.errors.len();
                let body = self.fragment(name, node);
                for error in &mut self.errors[before..] {
                    *error = error.clone().within(name);
                }
                Fragment { large: is_large(&body), body }
            })
            .collect()
    }

    fn fragment(&mut self, name: &str, node: &Node) -> Expr {
        let signature = &self.signatures[name];
        let record = signature.record.map(FieldKind::Record);
        let (document, want, marker) = match self.side {
            Side::Receive => (None, record, "type"),
            Side::Emit => (record, None, "of"),
        };
        let mut env = Env::new(document);
        for wanted in &signature.wants {
            env = env.with(wanted, None);
        }
        let Some(map) = node.as_map() else { return self.expr(node, &env, want) };
        if let Some(value) = map.get("value").filter(|_| !is_atom(map)) {
            return self.expr(value, &env, want);
        }
        let mut body = map.clone();
        if signature.record.is_some() {
            body.remove(marker);
        }
        let node = Node { value: Value::Map(body), mark: node.mark.clone() };
        self.expr(&node, &env, want)
    }
}
