//! How a forge sends, when it is a target's format: the `emit` section of `forge.yaml`.

use super::super::path::Path;
use super::super::program::Format;
use super::super::run::NARROW;
use super::program::check_keys;
use super::{Compiler, Env};
use crate::event::Kind;
use crate::yaml::{Node, Scalar, Value, nearest};
use std::collections::BTreeMap;

impl Compiler<'_> {
    /// Compiles the section.
    pub(super) fn format(&mut self, node: &Node) -> Format {
        let known = ["content_type", "sign", "id_bits", "merge", "headers"];
        check_keys(Some(node), &known, self.errors);
        let map = node.as_map().cloned().unwrap_or_default();
        let text = |key: &str| map.get(key).and_then(Node::as_text).map(str::to_owned);
        let sign = map.get("sign").and_then(Node::as_list).unwrap_or_default();
        let sign = sign.iter().filter_map(Node::as_text).map(str::to_owned).collect();
        let id_bits = map.get("id_bits").map_or(NARROW, |node| self.id_bits(node));
        let merge = map.get("merge").map(|node| self.merge(node)).unwrap_or_default();
        let env = Env::new(self.root).with("event", None).with("action", None);
        let env = env.lenient(env.literal);
        let headers = map.get("headers").and_then(Node::as_map).cloned().unwrap_or_default();
        let headers = headers.pairs.iter();
        let headers = headers
            .map(|(name, node)| (name.as_str().into(), self.expr(node, &env, None)))
            .collect();
        let content_type = text("content_type").unwrap_or_else(|| "application/json".into());
        Format { content_type, sign, id_bits, merge, headers }
    }

    fn id_bits(&mut self, node: &Node) -> u8 {
        let bits = match &node.value {
            Value::Scalar(Scalar::Int(bits)) => u8::try_from(*bits).ok(),
            _ => None,
        };
        bits.filter(|bits| (16..=63).contains(bits)).unwrap_or_else(|| {
            self.fault(&node.mark, "expected a number of bits from 16 to 63");
            NARROW
        })
    }

    /// `merge`: by kind, the lists that are appended.
    fn merge(&mut self, node: &Node) -> BTreeMap<Kind, Vec<Vec<String>>> {
        let mut merge = BTreeMap::new();
        for (word, node) in node.as_map().into_iter().flat_map(|map| &map.pairs) {
            let Some(kind) = Kind::from_word(word) else {
                let hint = nearest(word, Kind::WORDS.iter().copied());
                self.fault(&node.mark, format!("`{word}` is no canonical kind{hint}"));
                continue;
            };
            check_keys(Some(node), &["append"], self.errors);
            let lists = node.as_map().and_then(|map| map.get("append")).and_then(Node::as_list);
            let lists = lists.unwrap_or_default().iter().filter_map(|node| self.keys(node));
            merge.insert(kind, lists.collect());
        }
        merge
    }

    /// The keys that lead to a list of the body: `$.push.changes`.
    fn keys(&mut self, node: &Node) -> Option<Vec<String>> {
        let keys =
            Path::parse(node.as_text().unwrap_or_default()).ok().and_then(|path| path.keys());
        if keys.is_none() {
            self.fault(&node.mark, "expected a path of keys to a list of the body, as `$.a.b`");
        }
        keys
    }
}
