//! The same format in and out: the text as it came, under fresh headers.

use super::render::{Origin, RenderError};
use crate::event::Event;
use crate::forge::Forge;
use crate::ingress::stored_json;
use crate::json::STARS;
use crate::mapping::{Mappings, TargetFacts};
use crate::scheme::{Place, Scheme};
use crate::store::{Outgoing, OutgoingBody};
use http::{HeaderName, Method, header};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    let came = &origin.body.headers;
    let word = origin.forge.header_word(came).or(origin.word).or(said).unwrap_or_default();
    let format = origin.forge.format();
    let headers = match mappings.format(format) {
        Some(_) => mappings.passthrough_headers(format, event, word, facts, id)?,
        None => as_they_came(origin.forge, mappings.forges(), came),
    };
    let text = stored_json(origin.body).map_err(|error| RenderError::NoText(error.to_string()))?;
    // A JSON body is stored already; what was unwrapped is kept beside it.
    let body = match text == origin.body.bytes {
        true => OutgoingBody::Delivery,
        false => OutgoingBody::Own(text),
    };
    Ok(Outgoing {
        id: id.to_owned(),
        event: word.to_owned(),
        rule: RULE.to_owned(),
        method: Method::POST.to_string(),
        path: String::new(),
        query: String::new(),
        headers,
        values: BTreeMap::new(),
        body,
        classes: Vec::new(),
        defaulted: Vec::new(),
    })
}

/// For a forge whose format has no headers of its own yet: the forge's headers as they came, without
/// what proved that delivery, also to receivers that know its ancestors only. Signatures are made
/// afresh.
fn as_they_came(
    forge: &Forge,
    forges: &[Arc<Forge>],
    came: &[(String, String)],
) -> Vec<(String, String)> {
    let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    for (name, value) in came {
        let Ok(parsed) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        let own = forge.owns(&parsed) || parsed == header::USER_AGENT;
        let proof = forges.iter().any(|forge| proves(forge, &parsed));
        if own && value != STARS && !proof {
            headers.push((name.clone(), value.clone()));
        }
    }
    headers
}

/// Whether a header proves a delivery of this forge.
pub(super) fn proves(forge: &Forge, name: &HeaderName) -> bool {
    forge.verify.schemes.iter().any(|(_, scheme)| {
        let starred =
            matches!(scheme, Scheme::Hmac(hmac) if hmac.header.fits(name.as_str()).is_some());
        // When it was sent is no proof, where the forge says it on its own.
        let time = scheme.timestamp_header().is_some_and(|own| own.name() == name);
        starred || !time && scheme.places().contains(&Place::Header(name.clone()))
    })
}
