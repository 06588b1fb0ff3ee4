//! `forge.yaml` itself: what ingress reads of it, and what is left to compile.

use super::super::folder::Folder;
use super::program::check_keys;
use crate::forge::Forge;
use crate::yaml::{Map, Node, Value, YamlError, from_node};
use std::sync::Arc;

/// The keys of `forge.yaml` that are read here; the rest is [`Forge`]'s.
const OURS: &[&str] = &["extends", "events", "other", "action", "body_detect", "emit"];

/// What `forge.yaml` says: the part that recognises and verifies, and the keys that are compiled.
#[derive(Debug)]
pub(in super::super) struct Head {
    /// Recognition, words and verification.
    pub forge: Arc<Forge>,
    /// The keys that are compiled.
    pub ours: Map,
}

impl Head {
    /// Whether targets can ask for its format.
    pub(in super::super) fn is_format(&self) -> bool {
        self.ours.get("emit").is_some()
    }

    /// Whether a body can tell that it is its own.
    pub(in super::super) fn is_told_by_body(&self) -> bool {
        self.ours.get("body_detect").is_some()
    }
}

/// Reads a folder's `forge.yaml`; `None` when it cannot be understood.
pub(in super::super) fn head(folder: &Folder, errors: &mut Vec<YamlError>) -> Option<Head> {
    let known: Vec<&str> = [Forge::KEYS, OURS].concat();
    let before = errors.len();
    check_keys(Some(&folder.forge), &known, errors);
    if errors.len() > before {
        return None;
    }
    let (ours, rest) = split(&folder.forge);
    let mut forge: Forge = match from_node(&rest) {
        Ok(forge) => forge,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    forge.name = folder.name.clone();
    forge.own = folder.own;
    check_query(&forge, &folder.forge, errors);
    Some(Head { forge: Arc::new(forge), ours })
}

fn split(forge: &Node) -> (Map, Node) {
    let mut rest = forge.clone();
    let mut ours = Map::default();
    if let Value::Map(map) = &mut rest.value {
        for key in OURS {
            if let Some(node) = map.remove(key) {
                ours.pairs.push(((*key).to_owned(), node));
            }
        }
    }
    (ours, rest)
}

/// What holds the payload holds whatever secrets the forge puts into it, and is none to be kept as it is.
fn check_query(forge: &Forge, node: &Node, errors: &mut Vec<YamlError>) {
    let listed = node.as_map().and_then(|map| map.get("query")).and_then(Node::as_list);
    for node in listed.unwrap_or_default() {
        let name = node.as_text().unwrap_or_default();
        if forge.encodings.query.iter().any(|field| field == name) {
            let message = format!("`{name}` holds the payload: it is read as `$`");
            errors.push(YamlError::at(&node.mark, message));
        }
    }
}
