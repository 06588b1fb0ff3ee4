//! One route, ready to be asked: whether it takes an event.

use super::about::{changed, labels, ref_of};
use super::refusal::Refusal;
use crate::config::{self, Target, Unknown};
use crate::event::{Event, Kind, RefType};
use crate::ingress::Verified;
use crate::ingress::bundle::Bundling;
use crate::when::{Beside, Failed};
use http::HeaderMap;
use std::cell::OnceCell;
use std::sync::Arc;

/// The delivery that the events are of.
#[derive(Debug, Clone, Copy)]
pub struct Delivered<'a> {
    /// The name of its source.
    pub source: &'a str,
    /// The format that it came in.
    pub format: &'a str,
    /// Its headers, without secrets.
    pub headers: &'a HeaderMap,
    /// Its payload: strict JSON, without secrets.
    pub raw: &'a str,
}

impl<'a> Delivered<'a> {
    /// What routes look at in a delivery.
    pub fn of(verified: &'a Verified) -> Self {
        Self {
            source: verified.source_name(),
            format: verified.forge().format(),
            headers: verified.headers(),
            raw: verified.text(),
        }
    }
}

/// What a route's `when` reads beside the event: found once a delivery.
pub(super) type Read = OnceCell<Result<Beside, Failed>>;

#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) place: Arc<str>,
    pub(super) asks: config::Route,
    /// Places in the list of targets.
    pub(super) to: Vec<usize>,
}

impl Compiled {
    pub(super) fn new(route: &config::Route, targets: &[(Arc<Target>, Bundling)]) -> Self {
        // A name that the configuration does not have was refused when it was read.
        let place = |name: &String| targets.iter().position(|target| target.0.name == *name);
        let to = route.to.iter().filter_map(place).collect();
        Self { place: route.place.as_str().into(), asks: route.clone(), to }
    }

    /// Why it does not take an event: what is asked first costs least.
    pub(super) fn refuses(
        &self,
        delivered: &Delivered<'_>,
        event: &Event,
        read: &Read,
    ) -> Option<Refusal> {
        if self.asks.from.as_ref().is_some_and(|from| !from.takes(delivered.source)) {
            return Some(Refusal::Source);
        }
        self.refuses_event(event)
            .or_else(|| self.refuses_repository(event))
            .or_else(|| self.refuses_ref(event))
            .or_else(|| self.refuses_actor(event))
            .or_else(|| self.refuses_draft(event))
            .or_else(|| self.refuses_labels(event))
            .or_else(|| self.refuses_paths(event))
            .or_else(|| self.refuses_when(delivered, event, read))
    }

    fn refuses_event(&self, event: &Event) -> Option<Refusal> {
        let (kind, globs) = (event.kind_or_other(), self.asks.events.as_ref());
        let by_name = |names: &[&str]| globs.is_some_and(|globs| globs.says(names) == Some(true));
        let is_test = event.source.as_ref().is_some_and(|source| source.test == Some(true));
        if is_test && !by_name(&[Kind::Ping.as_str()]) {
            return Some(Refusal::Test);
        }
        let key = event.key();
        let names = [kind.as_str(), key.as_str()];
        match globs {
            None if kind == Kind::Ping => Some(Refusal::Ping),
            None => None,
            Some(globs) => match globs.says(&names) {
                Some(true) => None,
                None if globs.opens_with_exception() && kind == Kind::Ping => Some(Refusal::Ping),
                None if globs.opens_with_exception() => None,
                Some(false) | None => Some(Refusal::Event(key)),
            },
        }
    }

    fn refuses_repository(&self, event: &Event) -> Option<Refusal> {
        let globs = self.asks.repositories.as_ref()?;
        let path = event.repository.as_ref().and_then(|repository| repository.full_path.as_deref());
        match path {
            None => Some(Refusal::NoRepository),
            Some(path) if globs.takes(path) => None,
            Some(path) => Some(Refusal::Repository(path.to_owned())),
        }
    }

    /// A route that names branches and tags takes either.
    fn refuses_ref(&self, event: &Event) -> Option<Refusal> {
        if self.asks.branches.is_none() && self.asks.tags.is_none() {
            return None;
        }
        let Some((what, name)) = ref_of(event) else { return Some(Refusal::NoRef) };
        let (globs, word) = match what {
            RefType::Branch => (&self.asks.branches, "branch"),
            RefType::Tag => (&self.asks.tags, "tag"),
            RefType::Other => return Some(Refusal::NoRef),
        };
        match globs {
            Some(globs) if globs.takes(name) => None,
            _ => Some(Refusal::Ref(format!("the {word} {name}"))),
        }
    }

    fn refuses_actor(&self, event: &Event) -> Option<Refusal> {
        let globs = self.asks.actors.as_ref()?;
        match event.actor.as_ref().and_then(|actor| actor.login.as_deref()) {
            None => Some(Refusal::NoActor),
            Some(login) if globs.takes(login) => None,
            Some(login) => Some(Refusal::Actor(login.to_owned())),
        }
    }

    fn refuses_draft(&self, event: &Event) -> Option<Refusal> {
        let wanted = self.asks.draft?;
        match event.pull_request.as_ref().and_then(|pull| pull.draft) {
            None => Some(Refusal::NoDraft),
            Some(draft) => (draft != wanted).then_some(Refusal::Draft(draft)),
        }
    }

    fn refuses_labels(&self, event: &Event) -> Option<Refusal> {
        let globs = self.asks.labels.as_ref()?;
        match labels(event) {
            None => Some(Refusal::NoLabels),
            Some(labels) if globs.takes_among(&labels) => None,
            Some(_) => Some(Refusal::Labels),
        }
    }

    /// One path that fits is enough, whatever else was changed; that none does is only known where
    /// all of them are.
    fn refuses_paths(&self, event: &Event) -> Option<Refusal> {
        let paths = self.asks.paths.as_ref()?;
        let (mut changed, complete) = changed(event);
        match (changed.any(|path| paths.any.takes(path)), complete, paths.unknown) {
            (true, ..) | (false, false, Unknown::Match) => None,
            (false, true, _) => Some(Refusal::Paths),
            (false, false, Unknown::Refuse) => Some(Refusal::NoPaths),
        }
    }

    fn refuses_when(
        &self,
        delivered: &Delivered<'_>,
        event: &Event,
        read: &Read,
    ) -> Option<Refusal> {
        let when = self.asks.when.as_ref()?;
        let beside = read.get_or_init(|| when.beside(delivered.headers, delivered.raw));
        let holds = beside.as_ref().map_err(Clone::clone);
        match holds.and_then(|beside| when.holds(event, beside)) {
            Ok(true) => None,
            Ok(false) => Some(Refusal::When),
            Err(failed) => Some(Refusal::WhenFailed(failed)),
        }
    }
}
