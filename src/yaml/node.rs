//! The tree that a YAML file becomes: scalars, lists and maps, each with its position.

use std::fmt;
use std::sync::Arc;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// The file as it was named to the loader.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A value in the tree and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub mark: Mark,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Map),
}

/// A single value, typed by YAML 1.2's core rules (`no` is a string, `true` is not).
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// Anything else.
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(i) => write!(f, "{i}"),
            Self::Float(x) => write!(f, "{x}"),
            Self::Text(s) => f.write_str(s),
        }
    }
}

/// A mapping that keeps the order of the file. Keys are text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    /// The pairs, in order; no key stands twice.
    pub pairs: Vec<(String, Node)>,
}

impl Map {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.pairs.iter_mut().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Takes a pair out.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.pairs.iter().position(|(k, _)| k == key)?;
        Some(self.pairs.remove(at).1)
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(k, _)| k.as_str())
    }
}

impl Node {
    /// The map in this node, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list in this node, if it is one.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The text in this node, if it is a string.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// What kind of thing stands here, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar(Scalar::Null) => "nothing",
            Value::Scalar(Scalar::Bool(_)) => "true or false",
            Value::Scalar(Scalar::Int(_) | Scalar::Float(_)) => "a number",
            Value::Scalar(Scalar::Text(_)) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// Whether this is a map that merges by key: one without an operator (a `$` key that is no
    /// modifier) in it. Operator maps, lists and scalars are replaced whole.
    fn merges(&self, is_atom: &dyn Fn(&Map) -> bool) -> bool {
        self.as_map().is_some_and(|map| !is_atom(map))
    }

    /// Lays `over` on `self`, deep by key: plain maps merge, everything else is replaced, and
    /// `key: { $drop: }` removes the key; `$only: [a, b]` beside keys keeps none but these of the
    /// map that is laid under. `is_atom` says which maps count as one value.
    #[must_use]
    pub fn merge(&self, over: &Self, is_atom: &dyn Fn(&Map) -> bool) -> Self {
        let (Some(base), Some(own)) = (self.as_map(), over.as_map()) else {
            return over.clone();
        };
        if let Some(only) = own.get("$only").and_then(Self::as_list) {
            let (mut base, mut own) = (base.clone(), own.clone());
            base.pairs.retain(|(key, _)| only.iter().any(|kept| kept.as_text() == Some(key)));
            own.remove("$only");
            let node = |map, mark: &Mark| Self { value: Value::Map(map), mark: mark.clone() };
            return node(base, &self.mark).merge(&node(own, &over.mark), is_atom);
        }
        if !self.merges(is_atom) || !over.merges(is_atom) {
            return over.clone();
        }
        let mut merged = base.clone();
        for (key, value) in &own.pairs {
            let drops = value.as_map().is_some_and(|map| map.get("$drop").is_some());
            match (drops, merged.get_mut(key)) {
                (true, _) => drop(merged.remove(key)),
                (false, Some(existing)) => *existing = existing.merge(value, is_atom),
                (false, None) => merged.pairs.push((key.clone(), value.clone())),
            }
        }
        Self { value: Value::Map(merged), mark: over.mark.clone() }
    }

    /// Runs `change` on every scalar of the tree, with its place and the path of keys to it.
    pub fn for_each_scalar(
        &mut self,
        path: &mut Vec<String>,
        change: &mut dyn FnMut(&mut Scalar, &Mark, &[String]),
    ) {
        match &mut self.value {
            Value::Scalar(scalar) => change(scalar, &self.mark, path),
            Value::List(list) => {
                for (at, node) in list.iter_mut().enumerate() {
                    path.push(format!("[{at}]"));
                    node.for_each_scalar(path, change);
                    path.pop();
                }
            }
            Value::Map(map) => {
                for (key, node) in &mut map.pairs {
                    path.push(key.clone());
                    node.for_each_scalar(path, change);
                    path.pop();
                }
            }
        }
    }
}
