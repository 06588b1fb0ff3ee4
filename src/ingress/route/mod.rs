//! Which targets want which events.
//!
//! Routes are asked in the order of the file, those that are the default after the others. However many
//! routes match, an event goes to a target once; and a delivery that is passed through as it came goes to a
//! target once, however many of its events matched.

mod about;
mod refusal;
mod select;
mod verdict;

pub use refusal::Refusal;
pub use select::Delivered;
pub use verdict::Verdicts;

use super::bundle::Bundling;
use crate::config::{Config, HeaderRules, Target};
use crate::event::Event;
use crate::mapping::Mappings;
use select::{Compiled, Read};
use std::sync::Arc;

/// All routes, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    routes: Vec<Compiled>,
    targets: Vec<(Arc<Target>, Bundling)>,
}

/// What is to be sent because of one delivery.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What goes where, in the order of the events.
    pub planned: Vec<Planned>,
    /// What every route said of every event.
    pub verdicts: Verdicts,
}

/// Something to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The target's name.
    pub target: String,
    /// The places of the events within their delivery: one, or all that go in one piece.
    pub events: Vec<u32>,
}

impl Routes {
    /// The routes of a configuration.
    pub fn new(config: &Config, mappings: &Mappings) -> Self {
        let targets = config.targets.iter().cloned().map(Arc::new);
        let targets: Vec<_> = targets
            .map(|target| {
                let bundling = Bundling::of(&target, mappings);
                (target, bundling)
            })
            .collect();
        let routes = config.routes.iter().map(|route| Compiled::new(route, &targets)).collect();
        Self { routes, targets }
    }

    /// What is to be sent because of the events of a delivery.
    pub fn plan(&self, delivered: &Delivered<'_>, events: &[Event]) -> Plan {
        let mut plan = Plan::default();
        let reads: Vec<_> = self.routes.iter().map(|_| Read::new()).collect();
        let mut wanted: Vec<Vec<(u32, &Event)>> = vec![Vec::new(); self.targets.len()];
        for (at, event) in (0u32..).zip(events) {
            let takers = self.takers(delivered, (at, event), &reads, &mut plan.verdicts);
            let mut targets: Vec<_> =
                takers.into_iter().flat_map(|route| &self.routes[route].to).copied().collect();
            targets.sort_unstable();
            targets.dedup();
            targets.into_iter().for_each(|target| wanted[target].push((at, event)));
        }
        for ((target, bundling), events) in self.targets.iter().zip(wanted) {
            let pieces = bundling.pieces(target, delivered.format, events);
            let planned = |events| Planned { target: target.name.clone(), events };
            plan.planned.extend(pieces.into_iter().map(planned));
        }
        // By their first event, and for one event in the order of the configuration.
        plan.planned.sort_by_key(|planned| planned.events[0]);
        plan
    }

    /// What the routes that lead these events to a target change about its headers, in the order of the
    /// file. `delivered` is only asked for where a route changes any.
    ///
    /// # Errors
    /// That of `delivered`.
    pub fn headers<'e, 'd, E>(
        &self,
        target: &str,
        events: impl IntoIterator<Item = &'e Event>,
        delivered: impl FnOnce() -> Result<Delivered<'d>, E>,
    ) -> Result<Vec<Arc<HeaderRules>>, E> {
        let Some(target) = self.targets.iter().position(|(known, _)| known.name == target) else {
            return Ok(Vec::new());
        };
        let leads =
            |route: &Compiled| route.to.contains(&target) && !route.asks.headers.steps.is_empty();
        if !self.routes.iter().any(leads) {
            return Ok(Vec::new());
        }
        let (delivered, mut verdicts) = (delivered()?, Verdicts::default());
        let reads: Vec<_> = self.routes.iter().map(|_| Read::new()).collect();
        let events = (0u32..).zip(events);
        let mut takers: Vec<_> = events
            .flat_map(|event| self.takers(&delivered, event, &reads, &mut verdicts))
            .filter(|route| leads(&self.routes[*route]))
            .collect();
        takers.sort_unstable();
        takers.dedup();
        Ok(takers.into_iter().map(|route| Arc::clone(&self.routes[route].asks.headers)).collect())
    }

    /// The routes that take an event, by their places in the configuration.
    fn takers(
        &self,
        delivered: &Delivered<'_>,
        (at, event): (u32, &Event),
        reads: &[Read],
        verdicts: &mut Verdicts,
    ) -> Vec<usize> {
        let mut takers = Vec::new();
        let mut stopped: Option<&Arc<str>> = None;
        for for_the_rest in [false, true] {
            let taken = !takers.is_empty();
            for (number, route) in self.routes.iter().enumerate() {
                if route.asks.default != for_the_rest {
                    continue;
                }
                let why = match stopped {
                    _ if for_the_rest && taken => Some(Refusal::NotDefault),
                    Some(by) => Some(Refusal::Stopped(Arc::clone(by))),
                    None => route.refuses(delivered, event, &reads[number]),
                };
                if why.is_none() {
                    takers.push(number);
                    stopped = route.asks.stop.then_some(&route.place);
                }
                verdicts.note((number, &route.place), at, why);
            }
        }
        takers
    }
}

#[cfg(test)]
mod tests;
