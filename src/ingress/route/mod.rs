//! Which targets want which events.
//!
//! Routes are compiled once. However many routes match, an event goes to a target once; and a delivery that is passed
//! through as it came goes to a target once, however many of its events matched.

mod globs;
mod refusal;
mod select;

pub use globs::BadGlob;
pub use refusal::{Refusal, Refused};

use super::bundle::{Bundle, Bundling};
use crate::config::{Config, Target};
use crate::event::Event;
use crate::mapping::Mappings;
use select::{Compiled, compile};
use std::sync::Arc;

/// All routes, compiled.
#[derive(Debug, Clone)]
pub struct Routes {
    routes: Vec<Compiled>,
    targets: Vec<(Arc<Target>, Bundling)>,
}

/// What is to be sent because of one delivery.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What goes where, in the order of the events.
    pub planned: Vec<Planned>,
    /// Why routes did not take events.
    pub refused: Vec<Refused>,
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
    /// Compiles the routes of a configuration.
    ///
    /// # Errors
    /// A glob that is none.
    pub fn new(config: &Config, mappings: &Mappings) -> Result<Self, BadGlob> {
        let targets = config.targets.iter().cloned().map(Arc::new);
        let targets: Vec<_> = targets
            .map(|target| {
                let bundling = Bundling::of(&target, mappings);
                (target, bundling)
            })
            .collect();
        let routes = config.routes.iter().map(|route| compile(route, &targets));
        Ok(Self { routes: routes.collect::<Result<_, _>>()?, targets })
    }

    /// What is to be sent because of these events. `format` is the format that the delivery came in.
    pub fn plan(&self, source: &str, format: &str, events: &[Event]) -> Plan {
        let mut plan = Plan::default();
        // What each target is sent more events with, and its place in the plan.
        let mut open: Vec<(usize, Bundle, usize)> = Vec::new();
        for (at, event) in (0u32..).zip(events) {
            for wanted in self.wanted_by(source, event, at, &mut plan.refused) {
                let (target, bundling) = &self.targets[wanted];
                let bundle = bundling.bundle(target, format, event);
                let found = |of: &&(usize, Bundle, usize)| of.0 == wanted && bundle == Some(of.1);
                if let Some((.., place)) = open.iter().find(found) {
                    plan.planned[*place].events.push(at);
                    continue;
                }
                open.extend(bundle.map(|bundle| (wanted, bundle, plan.planned.len())));
                plan.planned.push(Planned { target: target.name.clone(), events: vec![at] });
            }
        }
        plan
    }

    /// The targets that want an event, each once, in the order of the configuration.
    fn wanted_by(
        &self,
        source: &str,
        event: &Event,
        at: u32,
        refused: &mut Vec<Refused>,
    ) -> Vec<usize> {
        let mut wanted = Vec::new();
        for route in &self.routes {
            match route.refuses(source, event) {
                None => wanted.extend(&route.to),
                Some(why) => refused.push(Refused { event: at, route: route.place.clone(), why }),
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }
}

#[cfg(test)]
mod tests;
