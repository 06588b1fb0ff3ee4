//! The schemas of the formats: what a body of each must be, and which leaves it may have.
//!
//! A folder of `tests/schemas` is a format; a format without one keeps to that of the forge it extends.
//! The definitions of all its files are one namespace. Where a registry ships the forge's own schema, that
//! one comes first, and ours only says what it does not know.

use crate::{conformance, tidy};
use serde_json::{Map, Value};
use std::path::PathBuf;

/// The forge's own schemas that a registry ships: format and file.
const PUBLISHED: [(&str, &str); 1] =
    [("github", "tests/conformance/node_modules/@octokit/webhooks-schemas/schema.json")];

/// The schemas of one format, the forge's own first.
pub(crate) struct Schemas(pub(crate) Vec<Value>);

/// Which definition a body must keep to.
#[derive(Clone, Copy)]
pub(crate) struct Definition<'s> {
    /// Which schema it is in.
    pub(crate) schema: usize,
    pub(crate) name: &'s str,
}

/// A place in one of the schemas.
#[derive(Clone, Copy)]
struct Place<'s> {
    schema: usize,
    node: &'s Value,
}

/// A leaf that a format documents, of one body.
pub(super) struct Leaf {
    /// Its path in the body.
    pub(super) path: String,
    /// Whether the body has it.
    pub(super) is_there: bool,
}

impl Schemas {
    /// Reads those of a format; `None` when nobody has written any.
    pub(crate) fn of(format: &str) -> Option<Self> {
        let mut schemas = Vec::new();
        for (_, file) in PUBLISHED.iter().filter(|(own, _)| *own == format) {
            conformance::installed();
            let text = std::fs::read_to_string(tidy::root().join(file)).unwrap();
            schemas.push(serde_json::from_str(&text).unwrap());
        }
        let folder = folder(format)?;
        let mut definitions = Map::new();
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let file: Value = serde_saphyr::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            for (name, definition) in file["definitions"].as_object().unwrap() {
                let twice = definitions.insert(name.clone(), definition.clone());
                assert!(twice.is_none(), "{}: `{name}` stands in two files", path.display());
            }
        }
        schemas.push(serde_json::json!({ "definitions": definitions }));
        Some(Self(schemas))
    }

    /// What a body of an event must keep to.
    pub(crate) fn definition(&self, event: &str, body: &Value) -> Option<Definition<'_>> {
        let actions = [&body["action"], &body["object_attributes"]["action"]];
        let actions = actions.into_iter().filter_map(Value::as_str);
        let mut names: Vec<String> = actions.map(|action| format!("{event}${action}")).collect();
        names.extend([format!("{event}$event"), format!("{event}_event"), event.to_owned()]);
        names.iter().find_map(|name| {
            let found = |(schema, whole): (usize, &'_ Value)| {
                let (name, _) = whole["definitions"].as_object()?.get_key_value(name)?;
                Some(schema).map(|schema| (schema, name.clone()))
            };
            let (schema, name) = self.0.iter().enumerate().find_map(found)?;
            let (name, _) = self.0[schema]["definitions"].as_object()?.get_key_value(&name)?;
            Some(Definition { schema, name })
        })
    }

    /// The leaves that a definition documents, of a body.
    pub(super) fn leaves(&self, of: Definition<'_>, body: &Value) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        let root = Place { schema: of.schema, node: &self.0[of.schema]["definitions"][of.name] };
        self.walk(&[root], Some(body), &mut "$".to_owned(), &mut leaves);
        leaves
    }

    /// Every alternative that a schema gives for a value, with its references followed.
    fn alternatives<'s>(&'s self, at: Place<'s>, found: &mut Vec<Place<'s>>) {
        let reference = at.node["$ref"].as_str();
        if let Some((file, name)) = reference.and_then(|to| to.split_once("#/definitions/")) {
            let schema = if file.is_empty() { at.schema } else { 0 };
            let node = &self.0[schema]["definitions"][name];
            return self.alternatives(Place { schema, node }, found);
        }
        found.push(at);
        for key in ["allOf", "oneOf", "anyOf"] {
            for node in at.node[key].as_array().into_iter().flatten() {
                self.alternatives(Place { node, ..at }, found);
            }
        }
    }

    fn walk(
        &self,
        schemas: &[Place<'_>],
        body: Option<&Value>,
        path: &mut String,
        leaves: &mut Vec<Leaf>,
    ) {
        let mut found = Vec::new();
        schemas.iter().for_each(|at| self.alternatives(*at, &mut found));
        let before = path.len();
        match body {
            Some(Value::Object(map)) if !map.is_empty() => {
                let mut keys: Vec<(&String, Vec<Place<'_>>)> = Vec::new();
                for at in &found {
                    for (key, node) in at.node["properties"].as_object().into_iter().flatten() {
                        let of = Place { node, ..*at };
                        match keys.iter_mut().find(|(known, _)| *known == key) {
                            Some((_, schemas)) => schemas.push(of),
                            None => keys.push((key, vec![of])),
                        }
                    }
                }
                for (key, schemas) in keys {
                    path.push('.');
                    path.push_str(key);
                    self.walk(&schemas, map.get(key), path, leaves);
                    path.truncate(before);
                }
            }
            Some(Value::Array(items)) if !items.is_empty() => {
                let of = found.iter().map(|at| Place { node: &at.node["items"], ..*at });
                let of: Vec<_> = of.filter(|at| at.node.is_object()).collect();
                for (place, item) in items.iter().enumerate() {
                    path.push_str(&format!("[{place}]"));
                    self.walk(&of, Some(item), path, leaves);
                    path.truncate(before);
                }
            }
            leaf => leaves.push(Leaf { path: path.clone(), is_there: leaf.is_some() }),
        }
    }
}

/// The folder of a format's schemas: its own, or that of the forge it extends.
fn folder(format: &str) -> Option<PathBuf> {
    let root = tidy::root();
    let own = root.join("tests/schemas").join(format);
    if own.is_dir() {
        return Some(own);
    }
    let text =
        std::fs::read_to_string(root.join("mappings").join(format).join("forge.yaml")).ok()?;
    let parent = text.lines().find_map(|line| line.strip_prefix("extends: "))?;
    folder(parent.split_whitespace().next()?)
}
