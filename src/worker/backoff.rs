//! When to try again, and when to give up.

use crate::config::Retry;
use crate::egress::Verdict;
use crate::store::Next;
use jiff::Timestamp;
use std::time::Duration;

/// What follows from the verdict on attempt number `made` of a dispatch.
///
/// The wait doubles from `first` up to `longest`; chance takes off or adds up to half of it, so that
/// what failed together does not come back together. A target that asks for more time gets it.
pub(super) fn next(verdict: Verdict, made: u32, retry: &Retry, now: Timestamp) -> Next {
    match verdict {
        Verdict::Delivered => Next::Delivered,
        Verdict::Dead { reason } => Next::Dead { reason },
        Verdict::Retry { .. } if made >= retry.attempts => {
            Next::Dead { reason: format!("given up after {made} attempts") }
        }
        Verdict::Retry { after } => {
            let wait = wait(made, retry, rand::random_range(0.5..1.5));
            let wait = after.map_or(wait, |asked| asked.max(wait));
            Next::Retry { at: now.checked_add(wait).unwrap_or(Timestamp::MAX) }
        }
    }
}

fn wait(made: u32, retry: &Retry, chance: f64) -> Duration {
    let doubled = 1u32.checked_shl(made.saturating_sub(1)).unwrap_or(u32::MAX);
    retry.first.saturating_mul(doubled).min(retry.longest).mul_f64(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_the_longest() {
        let retry = Retry::default();
        let waits = [1, 2, 3, 10, 11, 40, 4_000_000].map(|made| wait(made, &retry, 1.0).as_secs());
        assert_eq!(waits, [5, 10, 20, 2560, 3600, 3600, 3600]);
        assert_eq!(wait(1, &retry, 0.5), Duration::from_millis(2500));
    }

    #[test]
    fn a_target_gets_the_time_it_asks_for_and_not_less_than_ours() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let retry = Retry::default();
        let wait = |after| match next(Verdict::Retry { after }, 1, &retry, now) {
            Next::Retry { at } => at.duration_since(now).as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(Some(Duration::from_secs(900))), 900);
        assert!(wait(Some(Duration::ZERO)) >= 2);
        assert!((2..8).contains(&wait(None)));
    }

    #[test]
    fn there_is_an_end() {
        let retry = Retry { attempts: 3, ..Retry::default() };
        let next = |made| next(Verdict::Retry { after: None }, made, &retry, Timestamp::UNIX_EPOCH);
        assert!(matches!(next(2), Next::Retry { .. }));
        assert_eq!(next(3), Next::Dead { reason: "given up after 3 attempts".into() });
    }
}
