//! What the templates in `headers` make of an event: once for each request, before its first attempt.

use super::known::as_known;
use super::render::{Origin, RenderError};
use crate::config::{HeaderStep, Target};
use crate::event::Event;
use crate::ingress::stored_json;
use crate::store::Outgoing;
use crate::template::{Given, HeaderTemplate};
use bytes::Bytes;
use jiff::Timestamp;
use std::sync::Arc;

/// Renders those templates of the steps that the request has no value of yet. `event` is the first that
/// the request says.
///
/// # Errors
/// A template that does not do for the event, with its place in the configuration.
pub fn render_values<'s>(
    outgoing: &mut Outgoing,
    steps: impl IntoIterator<Item = &'s HeaderStep>,
    target: &Target,
    origin: Origin<'_>,
    event: &Event,
) -> Result<(), RenderError> {
    let all = steps.into_iter().flat_map(HeaderStep::templates);
    let wanted: Vec<&Arc<HeaderTemplate>> =
        all.filter(|template| !outgoing.values.contains_key(template.text())).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let raw = match wanted.iter().any(|template| template.uses_raw()) {
        true => stored_json(origin.body).map_err(|error| RenderError::NoText(error.to_string()))?,
        false => Bytes::new(),
    };
    let raw = std::str::from_utf8(&raw).map_err(|error| RenderError::NoText(error.to_string()))?;
    let event = as_known(event, &target.repositories);
    for template in wanted {
        let value = template.render(&Given {
            event: &event,
            raw,
            headers: &origin.body.headers,
            target: &target.name,
            vars: &target.vars.0,
            id: &outgoing.id,
            now: Timestamp::now(),
        })?;
        outgoing.values.insert(template.text().to_owned(), value);
    }
    Ok(())
}
