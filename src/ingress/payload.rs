//! Where the JSON of a request travels: in the body, in a field of a form, or in the query.
//!
//! Taking it out of its field is the one thing done to a delivery before it is verified: some
//! forges sign the text in the field and not the form around it.

use super::{Received, Reject};
use crate::forge::{Encodings, Forge};
use crate::store::StoredBody;
use bytes::Bytes;
use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// How the JSON is wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrapping {
    /// It is the body.
    Json,
    /// It is this field of a form.
    Form(String),
    /// It is this field of the query.
    Query(String),
}

/// The JSON of a request, taken out of its wrapping; not parsed, perhaps no JSON at all.
#[derive(Debug, Clone)]
pub struct Payload {
    /// How it was wrapped.
    pub wrapping: Wrapping,
    /// Its bytes.
    pub json: Bytes,
}

impl Payload {
    /// Takes the JSON out of a request, as the forge may send it.
    ///
    /// # Errors
    /// A compressed body, a method that the forge does not use, a form or query without the field.
    pub fn of(received: &Received, forge: &Forge) -> Result<Self, Reject> {
        refuse_compressed(&received.headers)?;
        let Encodings { form, query } = &forge.encodings;
        match received.method {
            Method::POST if is_form(received) => {
                let (name, value) =
                    field(&received.body, form).ok_or_else(|| no_field("the form", form))?;
                Ok(Self { wrapping: Wrapping::Form(name), json: value })
            }
            Method::POST => Ok(Self { wrapping: Wrapping::Json, json: received.body.clone() }),
            Method::GET if !query.is_empty() => {
                let text = received.query.as_deref().unwrap_or_default();
                let (name, value) =
                    field(text.as_bytes(), query).ok_or_else(|| no_field("the query", query))?;
                Ok(Self { wrapping: Wrapping::Query(name), json: value })
            }
            _ => Err(Reject::Method {
                forge: forge.title.clone(),
                method: received.method.to_string(),
            }),
        }
    }
}

impl Wrapping {
    /// The form or query with another text in the field: where a secret was blanked out of it.
    /// Everything around the field stays as it is.
    pub(super) fn wrap(&self, outside: &[u8], text: &str) -> Bytes {
        let (Self::Form(name) | Self::Query(name)) = self else {
            return Bytes::copy_from_slice(text.as_bytes());
        };
        let Some(range) = find(outside, name) else { return Bytes::new() };
        let mut out = Vec::with_capacity(outside.len());
        out.extend_from_slice(&outside[..range.start]);
        for part in form_urlencoded::byte_serialize(text.as_bytes()) {
            out.extend_from_slice(part.as_bytes());
        }
        out.extend_from_slice(&outside[range.end..]);
        out.into()
    }

    /// The field alone out of a query that holds it, still encoded; nothing of any other.
    pub(super) fn only(&self, query: &[u8]) -> Option<Bytes> {
        let Self::Query(name) = self else { return None };
        let mut out: Vec<u8> =
            form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().into();
        out.push(b'=');
        out.extend_from_slice(&query[find(query, name)?]);
        Some(out.into())
    }
}

/// The word under which a store keeps it: `json`, `form:payload`, `query:payload`.
impl fmt::Display for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json => f.write_str("json"),
            Self::Form(name) => write!(f, "form:{name}"),
            Self::Query(name) => write!(f, "query:{name}"),
        }
    }
}

impl FromStr for Wrapping {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word.split_once(':') {
            None if word == "json" => Ok(Self::Json),
            Some(("form", name)) => Ok(Self::Form(name.to_owned())),
            Some(("query", name)) => Ok(Self::Query(name.to_owned())),
            _ => Err(format!("no encoding `{word}`: expected json, form:FIELD or query:FIELD")),
        }
    }
}

/// The JSON of a stored delivery: its bytes, or what its form or query holds.
///
/// # Errors
/// An encoding that no Forgeway writes, or a form or query without its field.
pub fn stored_json(body: &StoredBody) -> Result<Bytes, Reject> {
    let unknown = |_| Reject::NoField { at: "the record", expected: "an encoding".to_owned() };
    let wrapping: Wrapping = body.encoding.parse().map_err(unknown)?;
    let (outside, at, name) = match &wrapping {
        Wrapping::Json => return Ok(body.bytes.clone()),
        Wrapping::Form(name) => (body.bytes.as_ref(), "the form", name),
        Wrapping::Query(name) => {
            (body.query.as_deref().unwrap_or_default().as_bytes(), "the query", name)
        }
    };
    let (_, value) = field(outside, std::slice::from_ref(name))
        .ok_or_else(|| no_field(at, std::slice::from_ref(name)))?;
    Ok(value)
}

fn refuse_compressed(headers: &HeaderMap) -> Result<(), Reject> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(()) };
    match value.as_bytes().trim_ascii() {
        b"" => Ok(()),
        value if value.eq_ignore_ascii_case(b"identity") => Ok(()),
        value => {
            // Anybody may send anything, and it is written down.
            let shown = value.iter().take(64).map(|b| if b.is_ascii_graphic() { *b } else { b'?' });
            Err(Reject::ContentEncoding(shown.map(char::from).collect()))
        }
    }
}

/// Whether the body is a form: its content type says so, whatever charset it adds. A body that
/// opens with a brace is none: that is what `curl --data` calls a form.
fn is_form(received: &Received) -> bool {
    let content_type = received.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let opens_as_json = received.body.trim_ascii_start().starts_with(b"{");
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") && !opens_as_json
}

fn no_field(at: &'static str, names: &[String]) -> Reject {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let expected = match names.is_empty() {
        true => "that this forge would send".to_owned(),
        false => names.join(" or "),
    };
    Reject::NoField { at, expected }
}

/// The first of the fields that is there, decoded.
fn field(encoded: &[u8], names: &[String]) -> Option<(String, Bytes)> {
    names.iter().find_map(|name| Some((name.clone(), decode(&encoded[find(encoded, name)?]))))
}

/// The place of a field's value, still encoded.
fn find(encoded: &[u8], name: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for pair in encoded.split(|b| *b == b'&') {
        let colon = pair.iter().position(|b| *b == b'=');
        if let Some(at) = colon.filter(|at| decode(&pair[..*at]) == name.as_bytes()) {
            return Some(start + at + 1..start + pair.len());
        }
        start += pair.len() + 1;
    }
    None
}

/// Undoes the encoding of forms, to bytes: whether they are text is asked after verification.
fn decode(encoded: &[u8]) -> Bytes {
    let spaced: Cow<'_, [u8]> = match encoded.contains(&b'+') {
        true => encoded.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect(),
        false => Cow::Borrowed(encoded),
    };
    percent_decode(&spaced).collect::<Vec<u8>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_put_into_a_field_comes_out_of_it(
            before in "([a-z]{1,3}=[a-z%+]{0,5}&){0,3}",
            old in "[^&]{0,20}",
            after in "(&[a-z]{1,3}=[a-z]{0,5}){0,3}",
            text in "\\PC{0,40}",
        ) {
            let form = format!("{before}payload={old}{after}");
            let wrapping = Wrapping::Form("payload".to_owned());
            let wrapped = wrapping.wrap(form.as_bytes(), &text);
            let names = ["payload".to_owned()];
            let (_, found) = field(&wrapped, &names).unwrap();
            prop_assert_eq!(&found[..], text.as_bytes());
            prop_assert!(wrapped.starts_with(before.as_bytes()));
            prop_assert!(wrapped.ends_with(after.as_bytes()));
        }

        #[test]
        fn any_bytes_may_call_themselves_a_form(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let names = ["payload".to_owned(), "a".to_owned()];
            let _ = field(&bytes, &names);
        }
    }
}
