//! Who may send when: a few places for each target, and a few for all of them together.

use super::Settings;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places of all targets.
pub(super) struct Places {
    all: Arc<Semaphore>,
    each: usize,
    total: usize,
    targets: HashMap<String, Arc<TargetPlaces>>,
}

/// The places of one target.
pub(super) struct TargetPlaces {
    /// The one place that is never shared.
    own: Arc<Semaphore>,
    /// How many more it may have, as long as there are shared ones.
    more: Arc<Semaphore>,
    /// How many dispatches are in this process, sending or waiting for a place.
    held: AtomicUsize,
    /// Whether the store holds dispatches that came before the next one: then that one queues up behind
    /// them and is not handed over in memory.
    behind: AtomicBool,
}

/// A place, given back when it is dropped. One place of a target is its own; further ones come out of
/// those that all targets share.
pub(super) struct Place {
    _of_target: OwnedSemaphorePermit,
    _shared: Option<OwnedSemaphorePermit>,
}

/// Counts a dispatch as held by this process until it is dropped.
pub(super) struct Held {
    places: Option<Arc<TargetPlaces>>,
}

impl Places {
    pub(super) fn new<'a>(targets: impl Iterator<Item = &'a str>, settings: &Settings) -> Self {
        let each = settings.target_concurrency.max(1);
        let of_target = |name: &str| {
            let own = Arc::new(Semaphore::new(1));
            let more = Arc::new(Semaphore::new(each - 1));
            // Nobody knows yet what the store holds for it.
            let (held, behind) = (AtomicUsize::new(0), AtomicBool::new(true));
            (name.to_owned(), Arc::new(TargetPlaces { own, more, held, behind }))
        };
        let total = settings.concurrency.max(1);
        let all = Arc::new(Semaphore::new(total));
        Self { all, each, total, targets: targets.map(of_target).collect() }
    }

    pub(super) fn get(&self, target: &str) -> Option<&Arc<TargetPlaces>> {
        self.targets.get(target)
    }

    /// Counts a dispatch of a target.
    pub(super) fn hold(&self, target: &str) -> Held {
        let places = self.get(target).cloned();
        if let Some(places) = &places {
            places.held.fetch_add(1, Ordering::Relaxed);
        }
        Held { places }
    }

    /// A place right now, if there is one and nothing waits before.
    pub(super) fn try_take(&self, target: &str) -> Option<Place> {
        let target = self.get(target)?;
        if target.behind.load(Ordering::Relaxed) {
            return None;
        }
        let place = self.try_place(target);
        if place.is_none() {
            target.behind.store(true, Ordering::Relaxed);
        }
        place
    }

    fn try_place(&self, target: &TargetPlaces) -> Option<Place> {
        if let Ok(own) = Arc::clone(&target.own).try_acquire_owned() {
            return Some(Place { _of_target: own, _shared: None });
        }
        let more = Arc::clone(&target.more).try_acquire_owned().ok()?;
        let shared = Arc::clone(&self.all).try_acquire_owned().ok()?;
        Some(Place { _of_target: more, _shared: Some(shared) })
    }

    /// Waits for a place. `None` only when the target is not known, which needs none.
    pub(super) async fn take(&self, target: &str) -> Option<Place> {
        let target = self.get(target)?;
        let own = Arc::clone(&target.own).acquire_owned();
        let shared = async {
            let more = Arc::clone(&target.more).acquire_owned().await.ok()?;
            let shared = Arc::clone(&self.all).acquire_owned().await.ok()?;
            Some(Place { _of_target: more, _shared: Some(shared) })
        };
        // Whoever waits for a shared place does not miss the target's own.
        tokio::select! {
            biased;
            own = own => Some(Place { _of_target: own.ok()?, _shared: None }),
            place = shared => place,
        }
    }

    /// How many dispatches of each target may be claimed: as many again as can be sent at once wait in
    /// this process, so that a claim is not needed for every single one.
    pub(super) fn quota(&self) -> HashMap<String, usize> {
        let free = |places: &TargetPlaces| {
            (2 * self.each).saturating_sub(places.held.load(Ordering::Relaxed))
        };
        self.targets.iter().map(|(name, places)| (name.clone(), free(places))).collect()
    }

    /// How many dispatches may be claimed in all; each target gets at least one.
    pub(super) fn total(&self) -> usize {
        let held: usize =
            self.targets.values().map(|places| places.held.load(Ordering::Relaxed)).sum();
        (2 * self.total).saturating_sub(held) + self.targets.len() + 1
    }

    /// Notes after a claim which targets have more in the store than was claimed.
    pub(super) fn note_claimed(&self, quota: &HashMap<String, usize>, got: &HashMap<&str, usize>) {
        for (name, places) in &self.targets {
            let asked = quota.get(name).copied().unwrap_or(0);
            let got = got.get(name.as_str()).copied().unwrap_or(0);
            places.behind.store(got >= asked, Ordering::Relaxed);
        }
    }

    /// Notes that the store gave less than it has: all targets may have more.
    pub(super) fn note_cut_short(&self) {
        for places in self.targets.values() {
            places.behind.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a target has more in the store and room for it here.
    pub(super) fn wants_more(&self) -> bool {
        self.targets.values().any(|places| {
            places.behind.load(Ordering::Relaxed)
                && places.held.load(Ordering::Relaxed) <= self.each
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(places) = &self.places {
            places.held.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
