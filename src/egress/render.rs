//! Rendering: what a delivery's events look like in the words of a target.
//!
//! A target that asks for the format that came in gets the text that came in, byte for byte, under
//! fresh headers. For any other the format's mapping says the event anew. Both happen once, before
//! the first attempt, and are stored.

use super::EgressError;
use super::known::as_known;
use super::values::render_values;
use super::{passthrough, templated};
use crate::config::{Format, HeaderRules, HeaderStep, Target};
use crate::event::Event;
use crate::forge::Forge;
use crate::ingress::bundle::passes_through;
use crate::ingress::route::{Delivered, Routes};
use crate::ingress::{Stage, Verified};
use crate::mapping::{Emission, EmitError, Mappings, TargetFacts, defaulted};
use crate::store::{
    Claimed, DispatchId, LeaseToken, NewOutgoing, Outgoing, OutgoingBody, Rendering, Store,
    StoredBody,
};
use crate::template::{TemplateError, Templates};
use bytes::Bytes;
use http::Method;
use jiff::Timestamp;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

/// Something to send, as a worker claims it.
#[derive(Debug, Clone)]
pub struct Dispatch {
    /// The dispatch, its delivery and its lease.
    pub claimed: Claimed,
    /// Where it goes.
    pub target: Arc<Target>,
}

/// A request with its bytes, not yet signed. Only [`Render`] makes one.
#[derive(Debug)]
pub struct Rendered {
    target: Arc<Target>,
    claimed: Claimed,
    outgoing: Outgoing,
    body: Bytes,
    format: String,
    method: Method,
    url: Url,
    /// What a plain secret signs with, where the format is no forge's.
    schemes: Vec<String>,
    further: Vec<DispatchId>,
    /// What the routes that lead here change about the headers.
    routes: Vec<Arc<HeaderRules>>,
}

impl Rendered {
    /// Where it goes.
    pub fn target(&self) -> &Arc<Target> {
        &self.target
    }

    /// The dispatch it belongs to.
    pub fn dispatch(&self) -> DispatchId {
        self.claimed.dispatch.id
    }

    /// Whose lease that is.
    pub fn lease(&self) -> LeaseToken {
        self.claimed.lease
    }

    /// The request as it was rendered.
    pub fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    /// Its body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The forge whose format it is in, or the template.
    pub fn format(&self) -> &str {
        &self.format
    }

    /// Its method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Where it goes: the target's address, with what a template adds to its path and query.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The schemes that a plain secret stands for when the format is no forge's.
    pub fn schemes(&self) -> &[String] {
        &self.schemes
    }

    /// What is changed about its headers: the target's steps, then those of the routes that lead here.
    pub fn steps(&self) -> impl Iterator<Item = &HeaderStep> + Clone {
        steps(&self.target, &self.routes)
    }

    /// The headers of the delivery as it came.
    pub fn came(&self) -> &[(String, String)] {
        &self.claimed.delivery.record.body.headers
    }

    /// Dispatches that came about because the format says the event in several requests.
    pub fn further(&self) -> &[DispatchId] {
        &self.further
    }
}

/// What a delivery brought, as far as rendering needs it.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The forge it comes from.
    pub forge: &'a Arc<Forge>,
    /// Its bytes and headers, without secrets.
    pub body: &'a StoredBody,
    /// The forge's own word for the event.
    pub word: Option<&'a str>,
}

/// Why nothing can be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The mapping does not do.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The delivery's forge is no longer known.
    #[error("there is no mapping of the forge `{0}` any more")]
    UnknownForge(String),
    /// The delivery does not have the events that the dispatch names.
    #[error("the delivery has no event {0}")]
    NoEvent(u32),
    /// The template does not do.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The text cannot be taken out of the stored bytes.
    #[error("the payload cannot be read from the stored delivery: {0}")]
    NoText(String),
}

/// Renders dispatches that are not rendered yet, and stores what it made.
pub struct Render {
    mappings: Arc<Mappings>,
    templates: Arc<Templates>,
    routes: Arc<Routes>,
    store: Arc<dyn Store>,
}

impl Render {
    /// With these mappings and templates, into this store. A route may change headers.
    pub fn new(
        mappings: Arc<Mappings>,
        templates: Arc<Templates>,
        routes: Arc<Routes>,
        store: Arc<dyn Store>,
    ) -> Self {
        Self { mappings, templates, routes, store }
    }

    /// What a dispatch will send, and what routes change about the headers of the first request.
    fn rendering(
        &self,
        dispatch: &Dispatch,
    ) -> Result<(Rendering, Vec<Arc<HeaderRules>>), RenderError> {
        let claimed = &dispatch.claimed;
        let events = claimed.dispatch.events.iter().map(|&at| Ok((at, event(claimed, at)?)));
        let events: Vec<_> = events.collect::<Result<_, RenderError>>()?;
        let origin = self.origin(claimed)?;
        let id = claimed.dispatch.id.to_string();
        let formats = Formats { mappings: &self.mappings, templates: &self.templates };
        let mut rendering = render(formats, &dispatch.target, origin, &events, &id)?;
        let mut routes = Vec::new();
        for NewOutgoing { events, request } in rendering.requests.iter_mut().rev() {
            routes = self.values(request, dispatch, events)?;
        }
        Ok((rendering, routes))
    }

    /// What the templates in `headers` make of the first of these events. Gives what the routes change.
    fn values(
        &self,
        outgoing: &mut Outgoing,
        Dispatch { claimed, target }: &Dispatch,
        events: &[u32],
    ) -> Result<Vec<Arc<HeaderRules>>, RenderError> {
        let origin = self.origin(claimed)?;
        let events: Vec<_> =
            events.iter().map(|at| event(claimed, *at)).collect::<Result<_, _>>()?;
        let routes = self.route_headers(claimed, origin.forge, &events)?;
        if let Some(first) = events.first() {
            render_values(outgoing, steps(target, &routes), target, origin, first)?;
        }
        Ok(routes)
    }

    /// The `headers` of the routes that lead these events to the target: those of the configuration as it
    /// is now, as everything about a target is.
    fn route_headers(
        &self,
        claimed: &Claimed,
        forge: &Arc<Forge>,
        events: &[&Event],
    ) -> Result<Vec<Arc<HeaderRules>>, RenderError> {
        let record = &claimed.delivery.record;
        let verified = OnceCell::new();
        self.routes.headers(&claimed.dispatch.target, events.iter().copied(), || {
            let restored = Verified::restored(record, forge);
            let restored = restored.map_err(|error| RenderError::NoText(error.to_string()))?;
            Ok(Delivered::of(verified.get_or_init(|| restored)))
        })
    }

    fn origin<'a>(&'a self, claimed: &'a Claimed) -> Result<Origin<'a>, RenderError> {
        let record = &claimed.delivery.record;
        let forge = self.forge(&record.forge)?;
        Ok(Origin { forge, body: &record.body, word: record.event.as_deref() })
    }

    fn forge(&self, name: &str) -> Result<&Arc<Forge>, RenderError> {
        self.mappings.forge(name).ok_or_else(|| RenderError::UnknownForge(name.to_owned()))
    }
}

impl Stage for Render {
    type Input = Dispatch;
    type Output = Rendered;
    type Error = EgressError;

    async fn run(&self, dispatch: Dispatch) -> Result<Rendered, EgressError> {
        let failed =
            |error: RenderError| EgressError::Failed { stage: "render", reason: error.to_string() };
        let forge = self.forge(&dispatch.claimed.delivery.record.forge).map_err(failed)?;
        let format = match &dispatch.target.format {
            Format::Passthrough => forge.format().to_owned(),
            Format::Forge(name) | Format::Template(name) => name.clone(),
        };
        let template = self.templates.get(&format).map(|template| template.settings());
        let schemes = template.map(|settings| settings.sign.clone()).unwrap_or_default();
        let (outgoing, routes, further) = match dispatch.claimed.outgoing.clone() {
            Some(mut outgoing) => {
                // Those of a configuration that has changed since.
                let events = &dispatch.claimed.dispatch.events;
                let routes = self.values(&mut outgoing, &dispatch, events).map_err(failed)?;
                (outgoing, routes, Vec::new())
            }
            None => {
                let (rendering, routes) = self.rendering(&dispatch).map_err(failed)?;
                let first = rendering.requests.first().map(|first| first.request.clone());
                let reasons = reasons(&rendering.skipped);
                let id = dispatch.claimed.dispatch.id;
                let further = self.store.store_rendered(id, rendering, Timestamp::now()).await?;
                (first.ok_or(EgressError::Skipped { reason: reasons })?, routes, further)
            }
        };
        let body = body(&outgoing, &dispatch.claimed.delivery.record.body);
        let Dispatch { claimed, target } = dispatch;
        let url = templated::address(target.url.expose(), &outgoing);
        let method = outgoing.method.parse().unwrap_or(Method::POST);
        Ok(Rendered {
            target,
            claimed,
            outgoing,
            body,
            format,
            method,
            url,
            schemes,
            further,
            routes,
        })
    }
}

/// Whatever a target may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Formats<'a> {
    /// The formats of forges.
    pub mappings: &'a Mappings,
    /// People's own.
    pub templates: &'a Templates,
}

/// Renders events of one delivery for a target. `id` is the id of the outgoing delivery.
///
/// # Errors
/// A mapping or a template that is missing or does not do.
pub fn render(
    formats: Formats<'_>,
    target: &Target,
    origin: Origin<'_>,
    events: &[(u32, &Event)],
    id: &str,
) -> Result<Rendering, RenderError> {
    let facts = facts(target);
    let mut rendering = Rendering::default();
    let passed = |(_, event): &(u32, &Event)| passes_through(target, origin.forge.format(), event);
    if events.iter().all(passed) {
        let said = |(_, event): &&(u32, &Event)| target.companions || event.companion_of.is_none();
        let Some((_, event)) = events.iter().find(said) else {
            let reason = "companions are off, and all this tells accompanies something else";
            rendering.skipped = events.iter().map(|(at, _)| (*at, reason.to_owned())).collect();
            return Ok(rendering);
        };
        let request = passthrough::render(formats.mappings, origin, event, &facts, id)?;
        let events = events.iter().map(|(at, _)| *at).collect();
        rendering.requests.push(NewOutgoing { events, request });
        return Ok(rendering);
    }
    let known: Vec<_> =
        events.iter().map(|(_, event)| as_known(event, &target.repositories)).collect();
    let known: Vec<&Event> = known.iter().map(AsRef::as_ref).collect();
    let format = match &target.format {
        Format::Passthrough => return Ok(rendering),
        Format::Template(name) => {
            let pairs: Vec<_> =
                events.iter().zip(known).map(|((at, _), event)| (*at, event)).collect();
            return templated::render(formats.templates, name, target, origin, &pairs, id);
        }
        Format::Forge(format) => format,
    };
    let Emission { requests, skipped } = formats.mappings.emit(format, &known, &facts, id)?;
    rendering.skipped =
        skipped.into_iter().map(|skip| (events[skip.event].0, skip.reason)).collect();
    rendering.requests = requests
        .into_iter()
        .map(|request| NewOutgoing {
            events: request.events.iter().map(|&place| events[place].0).collect(),
            request: outgoing(request),
        })
        .collect();
    Ok(rendering)
}

/// The steps of a target, then those of routes.
pub fn steps<'s>(
    target: &'s Target,
    routes: &'s [Arc<HeaderRules>],
) -> impl Iterator<Item = &'s HeaderStep> + Clone {
    target.headers.steps.iter().chain(routes.iter().flat_map(|rules| &rules.steps))
}

/// An event of a delivery, by its place.
fn event(claimed: &Claimed, at: u32) -> Result<&Event, RenderError> {
    let events = &claimed.delivery.record.processed.events;
    events.get(at as usize).ok_or(RenderError::NoEvent(at))
}

/// The bytes that a request sends.
pub fn body(outgoing: &Outgoing, delivery: &StoredBody) -> Bytes {
    match &outgoing.body {
        OutgoingBody::Own(bytes) => bytes.clone(),
        OutgoingBody::Delivery => delivery.bytes.clone(),
    }
}

fn outgoing(request: crate::mapping::Request) -> Outgoing {
    Outgoing {
        id: request.id,
        event: request.event,
        rule: request.rule,
        method: Method::POST.to_string(),
        path: String::new(),
        query: String::new(),
        headers: request.headers,
        values: BTreeMap::new(),
        defaulted: defaulted(&request.body, &request.classes),
        body: OutgoingBody::Own(request.body.into()),
        classes: request.classes,
    }
}

/// What a mapping may know of a target. Links are built by appending, so they end without a slash.
fn facts(target: &Target) -> TargetFacts {
    let link =
        |url: &Option<url::Url>| url.as_ref().map(|url| url.as_str().trim_end_matches('/').into());
    TargetFacts {
        name: target.name.clone(),
        api_url: link(&target.api_url),
        web_url: link(&target.web_url),
        companions: target.companions,
        id_bits: target.id_bits,
    }
}

fn reasons(skipped: &[(u32, String)]) -> String {
    let reasons: Vec<_> =
        skipped.iter().map(|(at, reason)| format!("event {at}: {reason}")).collect();
    reasons.join("; ")
}
