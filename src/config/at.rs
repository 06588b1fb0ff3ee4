//! A place in the tree and the path that leads to it: what every fault of the configuration names.

use super::secrets::Filled;
use super::within::within;
use crate::yaml::{Mark, Node, Scalar, Value, YamlError, from_node};
use serde::de::DeserializeOwned;
use std::cell::RefCell;

/// The faults found so far, and the nodes that hold what a variable said.
#[derive(Default)]
pub(super) struct Found {
    faults: RefCell<Vec<YamlError>>,
    filled: Filled,
    source: String,
}

impl Found {
    /// `source` is the text of the file, for places inside of a value.
    pub(super) fn new(filled: Filled, source: &str) -> Self {
        Self { faults: RefCell::default(), filled, source: source.to_owned() }
    }

    fn push(&self, mut fault: YamlError) {
        // What was filled in may be a secret, and a message may quote what stands there.
        if self.filled.all.contains(&fault.mark) {
            fault.message = "what the variable here holds is not what this field takes".into();
        }
        self.faults.borrow_mut().push(fault);
    }

    /// All faults, in the order of the file.
    pub(super) fn into_faults(self) -> Vec<YamlError> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| (fault.mark.line, fault.mark.column));
        faults
    }
}

/// A node, the path of keys to it and the list that its faults go to.
#[derive(Clone)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    path: String,
    found: &'a Found,
    absent: bool,
}

impl<'a> At<'a> {
    pub(super) fn root(node: &'a Node, found: &'a Found) -> Self {
        Self { node, path: String::new(), found, absent: false }
    }

    /// The same place, with another node: one that had parts taken out.
    pub(super) fn with<'b>(&self, node: &'b Node) -> At<'b>
    where
        'a: 'b,
    {
        At { node, path: self.path.clone(), found: self.found, absent: self.absent }
    }

    /// The value of a key. Where the key is missing, the place is that of the map.
    pub(super) fn key(&self, key: &str) -> Self {
        let child = self.node.as_map().and_then(|map| map.get(key));
        let path = match self.path.is_empty() {
            true => key.to_owned(),
            false => format!("{}.{key}", self.path),
        };
        let absent = child.is_none();
        Self { node: child.unwrap_or(self.node), path, found: self.found, absent }
    }

    /// Whether something stands here.
    pub(super) fn is_there(&self) -> bool {
        !self.absent && self.node.value != Value::Scalar(Scalar::Null)
    }

    /// The elements of a list; anything else counts as a list of one, and nothing as an empty one.
    pub(super) fn items(&self) -> Vec<Self> {
        match (self.is_there(), self.node.as_list()) {
            (false, _) => Vec::new(),
            (true, None) => vec![self.clone()],
            (true, Some(list)) => list
                .iter()
                .enumerate()
                .map(|(at, node)| Self {
                    node,
                    path: format!("{}[{at}]", self.path),
                    found: self.found,
                    absent: false,
                })
                .collect(),
        }
    }

    /// The pairs of a map: the key and the place of its value. Anything else is a fault.
    pub(super) fn pairs(&self, expected: &str) -> Vec<(&'a str, Self)> {
        if !self.is_there() {
            return Vec::new();
        }
        let Some(map) = self.node.as_map() else {
            self.fault(format!("{} where {expected} was expected", self.node.kind()));
            return Vec::new();
        };
        map.keys().map(|key| (key, self.key(key))).collect()
    }

    /// Whether a variable was filled in here.
    pub(super) fn is_filled(&self) -> bool {
        self.found.filled.all.contains(&self.node.mark)
    }

    /// Whether a template stands here beside a variable.
    pub(super) fn is_filled_template(&self) -> bool {
        self.found.filled.templates.contains(&self.node.mark)
    }

    /// The path of keys that leads here.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Notes a fault here.
    pub(super) fn fault(&self, message: impl Into<String>) {
        let mut fault = YamlError::at(&self.node.mark, message);
        fault.field.clone_from(&self.path);
        self.found.push(fault);
    }

    /// Notes a fault here, in words that quote nothing of what a variable holds.
    pub(super) fn fault_unquoted(&self, message: impl Into<String>) {
        let mut fault = YamlError::at(&self.node.mark, message);
        fault.field.clone_from(&self.path);
        self.found.faults.borrow_mut().push(fault);
    }

    /// Notes a fault inside of the text `value` that stands here, at its byte `at`.
    pub(super) fn fault_within(&self, value: &str, at: usize, message: impl Into<String>) {
        if self.is_filled() {
            return self.fault(message);
        }
        let mark = within(&self.found.source, &self.node.mark, value, at);
        let mut fault = YamlError::at(&mark, message);
        fault.field.clone_from(&self.path);
        self.found.push(fault);
    }

    /// Reads a value; notes every fault in it, not only the first.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        let mut fault = match from_node::<T>(self.node) {
            Ok(value) => return Some(value),
            Err(fault) => fault,
        };
        // The reader stops at a fault; taking the faulty part out lets it find the next one.
        let mut rest = self.node.clone();
        loop {
            let mark = fault.mark.clone();
            self.note(fault);
            if !prune(&mut rest, &mark) {
                return None;
            }
            fault = match from_node::<T>(&rest) {
                Err(next) if !next.message.starts_with("missing field") => next,
                _ => return None,
            };
        }
    }

    fn note(&self, mut fault: YamlError) {
        fault.field = match (self.path.as_str(), fault.field.as_str()) {
            (path, "") => path.to_owned(),
            ("", field) => field.to_owned(),
            (path, field) if field.starts_with('[') => format!("{path}{field}"),
            (path, field) => format!("{path}.{field}"),
        };
        self.found.push(fault);
    }
}

/// Takes the value at a place out of the tree; says whether there was one below the root.
fn prune(node: &mut Node, mark: &Mark) -> bool {
    match &mut node.value {
        Value::Scalar(_) => false,
        Value::List(list) => match list.iter().position(|item| item.mark == *mark) {
            Some(at) => {
                list.remove(at);
                true
            }
            None => list.iter_mut().any(|item| prune(item, mark)),
        },
        Value::Map(map) => match map.pairs.iter().position(|(_, value)| value.mark == *mark) {
            Some(at) => {
                map.pairs.remove(at);
                true
            }
            None => map.pairs.iter_mut().any(|(_, value)| prune(value, mark)),
        },
    }
}
