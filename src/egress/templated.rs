//! What a template makes of events: one request each, under an address that it may add to.

use super::render::{Origin, RenderError};
use crate::config::Target;
use crate::event::Event;
use crate::ingress::stored_json;
use crate::mapping::Mappings;
use crate::store::{NewOutgoing, Outgoing, OutgoingBody, Rendering};
use crate::template::{Given, Rendering as Made, Templates};
use jiff::Timestamp;
use std::collections::BTreeMap;
use url::Url;

/// Renders each of the events.
///
/// # Errors
/// A template that is missing, or does not do for one of them.
pub(super) fn render(
    templates: &Templates,
    name: &str,
    target: &Target,
    origin: Origin<'_>,
    events: &[(u32, &Event)],
    id: &str,
) -> Result<Rendering, RenderError> {
    let text = stored_json(origin.body).map_err(|error| RenderError::NoText(error.to_string()))?;
    let text =
        std::str::from_utf8(&text).map_err(|error| RenderError::NoText(error.to_string()))?;
    let mut rendering = Rendering::default();
    for (place, (at, event)) in events.iter().enumerate() {
        if !target.companions && event.companion_of.is_some() {
            let reason = "companions are off, and this accompanies something else";
            rendering.skipped.push((*at, reason.to_owned()));
            continue;
        }
        let id = Mappings::request_id(id, place);
        let given = Given {
            event,
            raw: text,
            headers: &origin.body.headers,
            target: &target.name,
            vars: &target.vars.0,
            id: &id,
            now: Timestamp::now(),
        };
        match templates.render(name, &given)? {
            Made::Skipped(reason) => rendering.skipped.push((*at, reason)),
            Made::Request(request) => {
                let request = Outgoing {
                    event: event.key(),
                    rule: request.file,
                    method: request.method,
                    path: request.path,
                    query: request.query,
                    headers: request.headers,
                    values: BTreeMap::new(),
                    body: OutgoingBody::Own(request.body.into()),
                    classes: Vec::new(),
                    defaulted: Vec::new(),
                    id,
                };
                rendering.requests.push(NewOutgoing { events: vec![*at], request });
            }
        }
    }
    Ok(rendering)
}

/// Where a request goes. What it adds never takes anything of the target's own address away: that may
/// hold a token, and says who is spoken to.
pub fn address(target: &Url, outgoing: &Outgoing) -> Url {
    let mut url = target.clone();
    if !outgoing.path.is_empty() {
        let own = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{own}/{}", outgoing.path.trim_start_matches('/')));
    }
    if !outgoing.query.is_empty() {
        let own = url.query().filter(|own| !own.is_empty()).map(|own| format!("{own}&"));
        url.set_query(Some(&format!("{}{}", own.unwrap_or_default(), outgoing.query)));
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_only_added_to() {
        let outgoing = |path: &str, query: &str| Outgoing {
            id: String::new(),
            event: String::new(),
            rule: String::new(),
            method: "POST".into(),
            path: path.into(),
            query: query.into(),
            headers: Vec::new(),
            values: BTreeMap::new(),
            body: OutgoingBody::Delivery,
            classes: Vec::new(),
            defaulted: Vec::new(),
        };
        let check = |own: &str, path: &str, query: &str, expected: &str| {
            let url = address(&own.parse().unwrap(), &outgoing(path, query));
            assert_eq!(url.as_str(), expected);
        };
        check("https://a/x/", "/y%2Fz", "b=1", "https://a/x/y%2Fz?b=1");
        check("https://a/x?t=1", "y", "b=1", "https://a/x/y?t=1&b=1");
        check("https://a/x?t=1", "", "", "https://a/x?t=1");
    }
}
