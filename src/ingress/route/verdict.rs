//! What every route said of the events of a delivery, gathered for the record.

use super::refusal::Refusal;
use crate::store::Verdict;
use std::collections::HashMap;
use std::sync::Arc;

/// The most verdicts that are kept of a delivery: a push of a thousand refs past a hundred routes has
/// as many reasons.
const MOST: usize = 300;

/// What the routes said: the same answer of a route to several events is one.
#[derive(Debug, Clone, Default)]
pub struct Verdicts {
    all: Vec<Said>,
    known: HashMap<(usize, Option<Refusal>), usize>,
}

#[derive(Debug, Clone)]
struct Said {
    place: Arc<str>,
    why: Option<Refusal>,
    events: Vec<u32>,
}

impl Verdicts {
    /// Notes what the route at a place in the list said of an event; `None`: it took it.
    pub(super) fn note(
        &mut self,
        (at, place): (usize, &Arc<str>),
        event: u32,
        why: Option<Refusal>,
    ) {
        match self.known.get(&(at, why.clone())) {
            Some(said) => self.all[*said].events.push(event),
            None => {
                self.known.insert((at, why.clone()), self.all.len());
                self.all.push(Said { place: Arc::clone(place), why, events: vec![event] });
            }
        }
    }

    /// For the record: routes that say the same of the same events stand together, and an answer to
    /// all of `events` events names none.
    pub fn stored(self, events: usize) -> Vec<Verdict> {
        let mut stored: Vec<Verdict> = Vec::new();
        let mut known = HashMap::new();
        let mut left_out = 0;
        for said in self.all {
            let why = said.why.map(|why| why.to_string());
            let which = if said.events.len() == events { Vec::new() } else { said.events };
            let route = said.place.to_string();
            match known.get(&(why.clone(), which.clone())) {
                Some(at) => {
                    let at: &usize = at;
                    stored[*at].routes.push(route);
                }
                None if stored.len() == MOST => left_out += 1,
                None => {
                    known.insert((why.clone(), which.clone()), stored.len());
                    stored.push(Verdict { routes: vec![route], events: which, why });
                }
            }
        }
        if left_out > 0 {
            let why = Some(format!("{left_out} further reasons are not kept"));
            stored.push(Verdict { routes: Vec::new(), events: Vec::new(), why });
        }
        stored
    }
}
