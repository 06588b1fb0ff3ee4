//! The same format in and out: the text as it came, under fresh headers.

use super::render::{Origin, RenderError};
use crate::event::Event;
use crate::forge::Forge;
use crate::json::STARS;
use crate::mapping::{Mappings, TargetFacts};
use crate::scheme::Scheme;
use crate::store::{Outgoing, OutgoingBody, StoredBody};
use bytes::Bytes;
use http::{HeaderName, header};

/// The rule's name in the record of what was sent.
pub const RULE: &str = "passthrough";

/// Renders a delivery as it came.
///
/// # Errors
/// A text that is not in the stored bytes.
pub(super) fn render(
    mappings: &Mappings,
    origin: Origin<'_>,
    event: &Event,
    facts: &TargetFacts,
    id: &str,
) -> Result<Outgoing, RenderError> {
    let said = event.source.as_ref().and_then(|source| source.event.as_deref());
    let word = origin.word.or(said).unwrap_or_default();
    let format = origin.forge.format();
    let headers = match mappings.format(format) {
        Some(_) => mappings.passthrough_headers(format, event, word, facts, id)?,
        None => as_they_came(origin.forge, &origin.body.headers),
    };
    let text =
        text(origin.body).ok_or_else(|| RenderError::NoText(origin.body.encoding.clone()))?;
    // A JSON body is stored already; what was unwrapped is kept beside it.
    let body = match text == origin.body.bytes {
        true => OutgoingBody::Delivery,
        false => OutgoingBody::Own(text),
    };
    Ok(Outgoing {
        id: id.to_owned(),
        event: word.to_owned(),
        rule: RULE.to_owned(),
        headers,
        body,
        classes: Vec::new(),
        defaulted: Vec::new(),
    })
}

/// The JSON text in the stored bytes: the body itself, or the decoded field of a form or a query.
pub fn text(body: &StoredBody) -> Option<Bytes> {
    let (kind, field) = body.encoding.split_once([':', ' ']).unwrap_or((&body.encoding, "payload"));
    let wrapped = match kind {
        "form" => &body.bytes[..],
        "query" => body.query.as_deref()?.as_bytes(),
        _ => return Some(body.bytes.clone()),
    };
    let mut pairs = form_urlencoded::parse(wrapped);
    let (_, value) = pairs.find(|(name, _)| name == field)?;
    Some(Bytes::from(value.into_owned()))
}

/// For a forge whose format has no headers of its own yet: the forge's headers as they came, without
/// what proved that delivery. Signatures are made afresh.
fn as_they_came(forge: &Forge, came: &[(String, String)]) -> Vec<(String, String)> {
    let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    for (name, value) in came {
        let Ok(parsed) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        let own = forge.owns(&parsed) || parsed == header::USER_AGENT;
        if own && value != STARS && !proves(forge, &parsed) {
            headers.push((name.clone(), value.clone()));
        }
    }
    headers
}

/// Whether a header proves a delivery of this forge.
pub(super) fn proves(forge: &Forge, name: &HeaderName) -> bool {
    forge.verify.schemes.iter().any(|(_, scheme)| match scheme {
        Scheme::Hmac(hmac) => hmac.header.name() == name,
        Scheme::StandardWebhooks(_) => name.as_str().starts_with("webhook-"),
        Scheme::Basic(_) => *name == header::AUTHORIZATION,
        Scheme::Token(_) | Scheme::TimestampHmac(_) => {
            scheme.secret_headers().iter().any(|own| own.name() == name)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_unwrapped_byte_for_byte() {
        let body = |encoding: &str, query: Option<&str>, bytes: &'static str| StoredBody {
            encoding: encoding.into(),
            query: query.map(Into::into),
            bytes: Bytes::from_static(bytes.as_bytes()),
            ..StoredBody::default()
        };
        let json = r#"{"a": "x y+é"}"#;
        let form = "hook=1&payload=%7B%22a%22%3A+%22x+y%2B%C3%A9%22%7D";
        assert_eq!(text(&body("json", None, json)).unwrap(), json);
        assert_eq!(text(&body("form:payload", None, form)).unwrap(), json);
        assert_eq!(text(&body("query:payload", Some(form), "")).unwrap(), json);
        assert_eq!(text(&body("form:gone", None, form)), None);
    }
}
