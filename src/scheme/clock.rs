//! The time of signing: how it is written, and how far it may be off.

use super::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, de};
use std::time::Duration;

/// The unit in which a time since 1970 is written, as a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimestampUnit {
    /// Seconds.
    #[default]
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl TimestampUnit {
    pub(super) fn write(self, at: Timestamp) -> String {
        match self {
            Self::Seconds => at.as_second().to_string(),
            Self::Milliseconds => at.as_millisecond().to_string(),
        }
    }

    fn read(self, text: &[u8]) -> Option<Timestamp> {
        let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
        match self {
            Self::Seconds => Timestamp::from_second(number).ok(),
            Self::Milliseconds => Timestamp::from_millisecond(number).ok(),
        }
    }

    /// Whether a time that was signed lies near enough to now. `at` is where it stands.
    pub(super) fn check(
        self,
        sent: &[u8],
        at: &str,
        tolerance: Duration,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let what = match self {
            Self::Seconds => "expected seconds since 1970",
            Self::Milliseconds => "expected milliseconds since 1970",
        };
        let sent = self.read(sent).ok_or(Failure::Malformed { at: at.to_owned(), what })?;
        within(tolerance, sent, now)
    }
}

/// Whether the time of signing lies near enough to now, on either side.
pub(super) fn within(tolerance: Duration, sent: Timestamp, now: Timestamp) -> Result<(), Failure> {
    let age = now.duration_since(sent);
    match age.unsigned_abs() <= tolerance {
        true => Ok(()),
        false => Err(Failure::TooOld {
            seconds: age.unsigned_abs().as_secs(),
            way: if age.is_negative() { "in the future" } else { "ago" },
            allowed: tolerance.as_secs(),
        }),
    }
}

/// Reads a duration as people write it: `5m`, `1h`.
pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = text.parse::<SignedDuration>().ok().and_then(|d| Duration::try_from(d).ok());
    read.ok_or_else(|| de::Error::custom(format!("`{text}` is no duration; write `5m` or `1h`")))
}

pub(super) fn five_minutes() -> Duration {
    Duration::from_secs(300)
}

pub(super) fn one_hour() -> Duration {
    Duration::from_secs(3600)
}
