//! From a payload's text to a [`View`] tree in an arena: strings without escapes are borrowed.

use super::{Entry, Outline, View};
use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A payload that is no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at line {line}, column {column}: {message}")]
pub struct ParseError {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What was found or expected.
    pub message: String,
}

/// Parses JSON into the arena. Keys may stand twice (the last one counts); depth is capped at 128.
///
/// # Errors
/// The place where the text stops being JSON.
pub fn parse<'a>(text: &'a str, arena: &'a Bump) -> Result<View<'a>, ParseError> {
    read(text, Seed { arena, outline: None })
}

/// Parses only what an outline wants; the rest is skipped, and of it only the structure is checked.
///
/// # Errors
/// The place where the text stops being JSON.
pub fn parse_outlined<'a>(
    text: &'a str,
    outline: &'a Outline,
    arena: &'a Bump,
) -> Result<View<'a>, ParseError> {
    read(text, Seed { arena, outline: None }.at(outline, Outline::ROOT))
}

fn read<'a>(text: &'a str, seed: Seed<'a>) -> Result<View<'a>, ParseError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let view = seed.deserialize(&mut deserializer).map_err(|error| describe(&error))?;
    deserializer.end().map_err(|error| describe(&error))?;
    Ok(view)
}

fn describe(error: &serde_json::Error) -> ParseError {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
    ParseError { line: error.line(), column: error.column(), message }
}

/// Turns almost-JSON (comments, trailing or missing commas, as some forges document and send it)
/// into JSON text. Strict JSON does not come this way.
///
/// # Errors
/// Text that even a lenient reader cannot understand, with its place.
pub fn parse_relaxed(text: &str) -> Result<String, ParseError> {
    let options = jsonc_parser::ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_missing_commas: true,
        allow_loose_object_property_names: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..Default::default()
    };
    let value: serde_json::Value =
        jsonc_parser::parse_to_serde_value(text, &options).map_err(|error| ParseError {
            line: error.line_display(),
            column: error.column_display(),
            message: error.kind().to_string(),
        })?;
    Ok(value.to_string())
}

/// Reads a value; with an outline, what of it is wanted.
#[derive(Clone, Copy)]
struct Seed<'a> {
    arena: &'a Bump,
    outline: Option<(&'a Outline, usize)>,
}

impl<'a> Seed<'a> {
    /// The outline at a place, or none where everything is wanted.
    fn at(self, outline: &'a Outline, place: usize) -> Self {
        let outline = (!outline.is_whole(place)).then_some((outline, place));
        Self { outline, ..self }
    }
}

impl<'a> DeserializeSeed<'a> for Seed<'a> {
    type Value = View<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<View<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Seed<'a> {
    type Value = View<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<View<'a>, E> {
        Ok(View::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<View<'a>, E> {
        Ok(View::Int(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<View<'a>, E> {
        Ok(i64::try_from(v).map_or(View::UInt(v), View::Int))
    }

    fn visit_f64<E>(self, v: f64) -> Result<View<'a>, E> {
        Ok(View::Float(v))
    }

    fn visit_borrowed_str<E>(self, v: &'a str) -> Result<View<'a>, E> {
        Ok(View::Str(v))
    }

    fn visit_str<E>(self, v: &str) -> Result<View<'a>, E> {
        Ok(View::Str(self.arena.alloc_str(v)))
    }

    fn visit_unit<E>(self) -> Result<View<'a>, E> {
        Ok(View::Null)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<View<'a>, A::Error> {
        let seed = match self.outline {
            None => self,
            Some((outline, place)) => match outline.element(place) {
                Some(element) => self.at(outline, element),
                None => {
                    while seq.next_element::<IgnoredAny>()?.is_some() {}
                    return Ok(View::List(&[]));
                }
            },
        };
        let mut list = BumpVec::new_in(self.arena);
        while let Some(item) = seq.next_element_seed(seed)? {
            list.push(item);
        }
        Ok(View::List(list.into_bump_slice()))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<View<'a>, A::Error> {
        let Some((outline, place)) = self.outline else {
            let mut entries = BumpVec::with_capacity_in(8, self.arena);
            while let Some(key) = map.next_key_seed(Key(self.arena))? {
                let value = map.next_value_seed(self)?;
                entries.push(Entry::read(key, value));
            }
            return Ok(View::Object(entries.into_bump_slice()));
        };
        let mut entries = BumpVec::with_capacity_in(outline.width(place), self.arena);
        while let Some(wanted) = map.next_key_seed(WantedKey(outline, place))? {
            match wanted {
                Some((key, place)) => {
                    let value = map.next_value_seed(self.at(outline, place))?;
                    entries.push(Entry::read(key, value));
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(View::Object(entries.into_bump_slice()))
    }
}

/// Reads a key: the wanted one it is, or none.
struct WantedKey<'a>(&'a Outline, usize);

impl<'a> DeserializeSeed<'a> for WantedKey<'a> {
    type Value = Option<(&'a str, usize)>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for WantedKey<'a> {
    type Value = Option<(&'a str, usize)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(self.0.key(self.1, v))
    }
}

struct Key<'a>(&'a Bump);

impl<'a> DeserializeSeed<'a> for Key<'a> {
    type Value = &'a str;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<&'a str, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key<'a> {
    type Value = &'a str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, v: &'a str) -> Result<&'a str, E> {
        Ok(v)
    }

    fn visit_str<E>(self, v: &str) -> Result<&'a str, E> {
        Ok(self.0.alloc_str(v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_into_a_payload() {
        let arena = Bump::new();
        let view =
            parse(r#"{"a":{"b":[1,"x\n",null]},"a2":18446744073709551615}"#, &arena).unwrap();
        let list = view.get("a").get("b");
        assert_eq!(list.at(0).as_i64(), Some(1));
        assert_eq!(list.at(-2).as_str(), Some("x\n"));
        assert!(list.at(2).is_absent() && list.at(3).is_absent() && view.get("c").is_absent());
        assert!(matches!(view.get("a2"), View::UInt(u64::MAX)));
    }

    #[test]
    fn a_document_that_is_wanted_whole_is_kept_whole() {
        let mut outline = Outline::empty();
        outline.child(Outline::ROOT, "a");
        outline.keep_whole(Outline::ROOT);
        let arena = Bump::new();
        let view = parse_outlined(r#"{"a":1,"b":{"c":2}}"#, &outline, &arena).unwrap();
        assert_eq!(view.get("b").get("c").as_i64(), Some(2));
    }

    #[test]
    fn an_outline_keeps_what_is_wanted() {
        let mut outline = Outline::empty();
        let a = outline.child(Outline::ROOT, "a");
        let elements = outline.elements(a);
        outline.child(elements, "b");
        let whole = outline.child(Outline::ROOT, "w");
        outline.keep_whole(whole);
        outline.child(Outline::ROOT, "there");
        let text = r#"{"no":[1,{"b":2}],"a":[{"b":1,"c":[2]},{"d":3}],"w":{"x":[1]},"there":{"y":1},"a2":1}"#;
        let arena = Bump::new();
        let view = parse_outlined(text, &outline, &arena).unwrap();
        let kept = super::super::to_json(view).to_string();
        assert_eq!(kept, r#"{"a":[{"b":1},{}],"there":{},"w":{"x":[1]}}"#);
    }

    #[test]
    fn faults_have_a_place() {
        let arena = Bump::new();
        let error = parse("{\n  \"a\": 1,\n}", &arena).unwrap_err();
        assert_eq!((error.line, error.column), (3, 1), "{error}");
        assert!(parse(&"[".repeat(100_000), &arena).is_err());
        assert!(parse("{} {}", &arena).is_err());
    }

    #[test]
    fn relaxed_takes_what_forges_document() {
        let text =
            "{\n\"a\": [1, 2,], // why\n \"b\": \"x\"\n \"c\": \"// no comment\", \"a\": 3,}";
        let arena = Bump::new();
        let strict = parse_relaxed(text).unwrap();
        let view = parse(&strict, &arena).unwrap();
        assert_eq!(view.get("a").as_i64(), Some(3));
        assert_eq!(view.get("c").as_str(), Some("// no comment"));
        let error = parse_relaxed("{\"a\": \n nonsense").unwrap_err();
        assert_eq!(error.line, 2, "{error}");
    }
}
