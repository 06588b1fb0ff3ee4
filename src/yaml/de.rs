//! Typed structs from a [`Node`] tree, with the place and the path of a fault.

use super::{Node, Scalar, Value, YamlError};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use std::fmt::Display;

/// Reads a typed value from the tree.
///
/// # Errors
/// A field that the type does not have, one that is missing, or one of another type: with the
/// place in the file and the path of keys.
pub fn from_node<T: DeserializeOwned>(node: &Node) -> Result<T, YamlError> {
    T::deserialize(NodeDe(node)).map_err(|fault| fault.into_error(node))
}

/// A fault on its way out: it learns its place at the innermost node, its path on the way.
#[derive(Debug)]
struct Fault {
    place: Option<super::Mark>,
    path: Vec<String>,
    message: String,
}

impl Fault {
    fn here(mut self, node: &Node) -> Self {
        self.place.get_or_insert_with(|| node.mark.clone());
        self
    }

    fn under(mut self, key: impl Into<String>, node: &Node) -> Self {
        self.path.push(key.into());
        self.here(node)
    }

    fn into_error(self, root: &Node) -> YamlError {
        let mut error = YamlError::at(self.place.as_ref().unwrap_or(&root.mark), self.message);
        for key in &self.path {
            error = error.within(key);
        }
        error
    }
}

impl std::error::Error for Fault {}

impl Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl de::Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Self { place: None, path: Vec::new(), message: message.to_string() }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        de::Error::custom(super::unknown_field(field, expected))
    }
}

struct NodeDe<'a>(&'a Node);

impl<'de> Deserializer<'de> for NodeDe<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let node = self.0;
        let result = match &node.value {
            Value::Scalar(Scalar::Null) => visitor.visit_unit(),
            Value::Scalar(Scalar::Bool(b)) => visitor.visit_bool(*b),
            Value::Scalar(Scalar::Int(i)) => visitor.visit_i64(*i),
            Value::Scalar(Scalar::Float(x)) => visitor.visit_f64(*x),
            Value::Scalar(Scalar::Text(s)) => visitor.visit_str(s),
            Value::List(list) => visitor.visit_seq(Items { list, next: 0 }),
            Value::Map(map) => visitor.visit_map(Pairs { pairs: &map.pairs, next: 0 }),
        };
        result.map_err(|fault| fault.here(node))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.0.value {
            Value::Scalar(Scalar::Null) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    /// A number or a boolean is taken as text where text is wanted: `secret: 1234` means `"1234"`.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.0.value {
            Value::Scalar(scalar @ (Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_))) => {
                visitor.visit_string(scalar.to_string()).map_err(|fault: Fault| fault.here(self.0))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let node = self.0;
        let result = match &node.value {
            Value::Scalar(Scalar::Text(word)) => {
                visitor.visit_enum::<StrDeserializer<'_, Fault>>(word.as_str().into_deserializer())
            }
            Value::Map(map) if map.pairs.len() == 1 => visitor.visit_enum(Tagged(&map.pairs[0])),
            _ => Err(de::Error::custom(format!(
                "{} where one of {} was expected ({name})",
                node.kind(),
                variants.join(", ")
            ))),
        };
        result.map_err(|fault| fault.here(node))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'a> {
    list: &'a [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(node) = self.list.get(self.next) else { return Ok(None) };
        let at = self.next;
        self.next += 1;
        let value = seed.deserialize(NodeDe(node));
        value.map(Some).map_err(|fault| fault.under(format!("[{at}]"), node))
    }
}

struct Pairs<'a> {
    pairs: &'a [(String, Node)],
    next: usize,
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some((key, node)) = self.pairs.get(self.next) else { return Ok(None) };
        let key: StrDeserializer<'_, Fault> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|fault| fault.here(node))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let (key, node) = &self.pairs[self.next];
        self.next += 1;
        seed.deserialize(NodeDe(node)).map_err(|fault| fault.under(key.as_str(), node))
    }
}

/// `{ variant: value }`, the way a YAML file writes an enum variant that carries something.
struct Tagged<'a>(&'a (String, Node));

impl<'de, 'a> EnumAccess<'de> for Tagged<'a> {
    type Error = Fault;
    type Variant = NodeDe<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, NodeDe<'a>), Fault> {
        let key: StrDeserializer<'_, Fault> = self.0.0.as_str().into_deserializer();
        Ok((seed.deserialize(key)?, NodeDe(&self.0.1)))
    }
}

impl<'de> VariantAccess<'de> for NodeDe<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        de::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        name: String,
        #[serde(default)]
        inner: Vec<Inner>,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        port: u16,
    }

    fn read(text: &str) -> Result<Outer, YamlError> {
        from_node(&load(text, "f.yaml").unwrap())
    }

    #[test]
    fn reads_and_says_where_it_cannot() {
        let good = read("name: 12\ninner: [{port: 1}]\n").unwrap();
        assert_eq!(good, Outer { name: "12".into(), inner: vec![Inner { port: 1 }] });
        let error = read("name: x\ninner:\n  - port: 1\n  - prot: 2\n").unwrap_err();
        assert_eq!((error.mark.line, error.field.as_str()), (4, "inner[1]"));
        assert!(error.message.contains("unknown field `prot` (did you mean `port`?)"), "{error}");
        let error = read("name: x\ninner:\n  - port: high\n").unwrap_err();
        assert_eq!((error.mark.line, error.field.as_str()), (3, "inner[0].port"));
    }
}
