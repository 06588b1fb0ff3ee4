//! From text to a [`Node`] tree, by way of the YAML library.

use super::{Map, Mark, Node, Scalar, Value, YamlError};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};
use std::fmt;
use std::sync::Arc;

/// Reads one YAML document. `file` is the name that faults are reported under.
///
/// # Errors
/// Text that is no YAML, or that repeats a key.
pub fn load(text: &str, file: &str) -> Result<Node, YamlError> {
    let file: Arc<str> = file.into();
    // An empty document is an empty map: a file of comments alone says nothing, and that is fine.
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        let mark = Mark { file, line: 1, column: 1 };
        return Ok(Node { value: Value::Map(Map::default()), mark });
    }
    // YAML 1.2's core schema: `no` and `on` are text, as in every file people write today.
    let options =
        serde_saphyr::options! { strict_booleans: true, underscored_numbers_as_strings: true };
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => place(raw, &file),
        Err(error) => Err(fault(&error, &file)),
    }
}

fn fault(error: &serde_saphyr::Error, file: &Arc<str>) -> YamlError {
    let location = error.location().unwrap_or(Location::UNKNOWN);
    // The library appends its own position and a snippet on further lines; ours says the place.
    let text = error.without_snippet().to_string();
    let message = text.lines().next().unwrap_or_default();
    let message = message.split(" at line ").next().unwrap_or(message);
    let message = message.split(", set DuplicateKeyPolicy").next().unwrap_or(message);
    // The commonest cause: a path, a variable or a glob that YAML takes for structure.
    let hint = match message.contains("flow ") {
        true => ": inside `{...}` and `[...]`, quote what holds `{`, `[`, `,` or `: `",
        false => "",
    };
    YamlError::at(&mark(file, location), format!("{message}{hint}"))
}

fn mark(file: &Arc<str>, at: Location) -> Mark {
    Mark { file: file.clone(), line: at.line(), column: at.column() }
}

/// What the library hands over, before the file's name is added.
enum Raw {
    Scalar(Scalar),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

fn place(raw: Spanned<Raw>, file: &Arc<str>) -> Result<Node, YamlError> {
    let mark_here = mark(file, raw.referenced);
    let value = match raw.value {
        Raw::Scalar(scalar) => Value::Scalar(scalar),
        Raw::List(list) => {
            Value::List(list.into_iter().map(|raw| place(raw, file)).collect::<Result<_, _>>()?)
        }
        Raw::Map(raw) => {
            let mut map = Map::default();
            for (key, value) in raw {
                if map.get(&key.value).is_some() {
                    let message = format!("the key `{}` stands twice", key.value);
                    return Err(YamlError::at(&mark(file, key.referenced), message));
                }
                map.pairs.push((key.value, place(value, file)?));
            }
            Value::Map(map)
        }
    };
    Ok(Node { value, mark: mark_here })
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, a list or a map")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Bool(v)))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Int(v)))
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Raw, E> {
        i64::try_from(v)
            .map(|v| Raw::Scalar(Scalar::Int(v)))
            .map_err(|_| E::custom(format!("the number {v} is too large: quote it to mean text")))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Float(v)))
    }

    fn visit_str<E>(self, v: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Text(v.to_owned())))
    }

    fn visit_string<E>(self, v: String) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Text(v)))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Null))
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = seq.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Raw::Map(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_types_and_places() {
        let node = load("b: no\na: [1, true, ~, 1.5, '2']\nc: {}\n", "f.yaml").unwrap();
        let map = node.as_map().unwrap();
        assert_eq!(map.keys().collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(map.get("b").unwrap().as_text(), Some("no"));
        let list = map.get("a").unwrap().as_list().unwrap();
        let kinds: Vec<_> = list.iter().map(Node::kind).collect();
        assert_eq!(kinds, ["a number", "true or false", "nothing", "a number", "text"]);
        assert_eq!(list[1].mark.to_string(), "f.yaml:2:8");
        assert_eq!(map.get("c").unwrap().mark.line, 3);
    }

    #[test]
    fn a_fault_names_its_place() {
        let twice = load("a: 1\nb: 2\na: 3\n", "f.yaml").unwrap_err();
        assert_eq!(twice.mark.line, 3, "{twice}");
        assert!(twice.message.contains('a'), "{twice}");
        assert_eq!(load("a: [1\nb: 2\n", "f.yaml").unwrap_err().mark.file.as_ref(), "f.yaml");
    }

    #[test]
    fn merging_replaces_atoms_and_drops() {
        let base = "a: {x: 1, y: 2}\nl: [1]\nop: {$first: [a]}\nm: {p: 1, q: 2, r: 3}\n";
        let over = "a: {y: 3, x: {$drop: }}\nl: [2]\nop: {$table: b}\nm: {$only: [q, r], s: 4}\n";
        let (base, over) = (load(base, "b").unwrap(), load(over, "o").unwrap());
        let merged = base.merge(&over, &|map| map.keys().any(|key| key.starts_with('$')));
        let map = merged.as_map().unwrap();
        assert_eq!(map.get("a").unwrap().as_map().unwrap().keys().collect::<Vec<_>>(), ["y"]);
        let only = map.get("m").unwrap().as_map().unwrap();
        assert_eq!(only.keys().collect::<Vec<_>>(), ["q", "r", "s"]);
        assert_eq!(map.get("l").unwrap().as_list().unwrap().len(), 1);
        assert!(map.get("op").unwrap().as_map().unwrap().get("$first").is_none());
    }
}
