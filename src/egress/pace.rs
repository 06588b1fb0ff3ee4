//! How fast a target is sent to that said how fast.

use crate::store::DispatchId;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// From so many on, it is looked which bookings nobody came for.
const MANY: usize = 1024;
/// How late one may be for what was booked.
const LATEST: Duration = Duration::from_secs(600);

/// Requests at even distances. Who comes too early books the next free moment, and comes again then.
#[derive(Debug)]
pub(super) struct Pace {
    /// The distance; zero where there is no limit.
    every: Duration,
    /// The next moment that nobody has booked.
    next: Instant,
    booked: HashMap<DispatchId, Instant>,
}

impl Pace {
    /// So many requests a minute; `None`: any number.
    pub(super) fn new(rate: Option<NonZeroU32>, now: Instant) -> Self {
        let every = rate.map_or(Duration::ZERO, |rate| Duration::from_secs(60) / rate.get());
        Self { every, next: now, booked: HashMap::new() }
    }

    /// Whether a dispatch may be sent now.
    ///
    /// # Errors
    /// When it may.
    pub(super) fn enter(&mut self, dispatch: DispatchId, now: Instant) -> Result<(), Instant> {
        let moment = self.booked.remove(&dispatch).unwrap_or_else(|| {
            let moment = self.next.max(now);
            self.next = moment + self.every;
            moment
        });
        if moment <= now {
            return Ok(());
        }
        if self.booked.len() >= MANY {
            self.booked.retain(|_, moment| *moment + LATEST > now);
        }
        self.booked.insert(dispatch, moment);
        Err(moment)
    }

    /// Lets nothing through until then: whatever is booked is booked anew.
    pub(super) fn pause(&mut self, until: Instant) {
        self.booked.clear();
        self.next = self.next.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn dispatches<const N: usize>() -> [DispatchId; N] {
        std::array::from_fn(|_| DispatchId::new(Timestamp::UNIX_EPOCH))
    }

    #[test]
    fn requests_keep_their_distance() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut pace = Pace::new(NonZeroU32::new(6), start);
        let [first, second, third, late] = dispatches();
        assert_eq!(pace.enter(first, start), Ok(()));
        assert_eq!(pace.enter(second, start), Err(at(10)));
        assert_eq!(pace.enter(third, at(1)), Err(at(20)));
        assert_eq!(pace.enter(second, at(5)), Err(at(10)), "what is booked stays booked");
        assert_eq!(pace.enter(second, at(10)), Ok(()));
        assert_eq!(pace.enter(third, at(20)), Ok(()));
        assert_eq!(pace.enter(late, at(50)), Ok(()), "what was not used is gone");
        assert_eq!(pace.enter(first, at(51)), Err(at(60)), "a second try waits as well");
    }

    #[test]
    fn a_pause_holds_for_all() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut pace = Pace::new(None, start);
        let [first, second, third] = dispatches();
        assert_eq!(pace.enter(first, start), Ok(()));
        assert_eq!(pace.enter(second, start), Ok(()), "without a rate there is no distance");
        pace.pause(at(30));
        assert_eq!(pace.enter(third, at(1)), Err(at(30)));
        assert_eq!(pace.enter(first, at(2)), Err(at(30)));
        assert_eq!(pace.enter(third, at(30)), Ok(()));
    }
}
