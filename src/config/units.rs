//! Durations and sizes as people write them: `30d`, `10GiB`.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use std::time::Duration;

const DURATIONS: &[(&str, u64)] = &[
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("w", 604_800_000),
];

const SIZES: &[(&str, u64)] = &[
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// Reads a duration.
pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text, DURATIONS).map(Duration::from_millis).ok_or_else(|| {
        D::Error::custom(format!(
            "`{text}` is no duration: expected one such as 10s, 5m, 12h or 30d"
        ))
    })
}

/// Reads a duration that may be left out.
pub(super) fn optional_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

/// Reads a number of things of which there must be at least one.
pub(super) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    match usize::deserialize(deserializer)? {
        0 => Err(D::Error::custom("`0` would stop everything: expected at least 1")),
        count => Ok(count),
    }
}

/// Reads a size in bytes.
pub(crate) fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text, SIZES).ok_or_else(|| {
        D::Error::custom(format!("`{text}` is no size: expected one such as 25MB, 128MiB or 10GiB"))
    })
}

/// A whole number and one of the units; no unit, no value: a bare `30` is anyone's guess.
fn parse(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!(parse("30d", DURATIONS), Some(30 * 86_400_000));
        assert_eq!(parse("250ms", DURATIONS), Some(250));
        assert_eq!(parse("10GiB", SIZES), Some(10 << 30));
        assert_eq!(parse("25 MB", SIZES), Some(25_000_000));
        for wrong in ["30", "", "d", "-1d", "1.5h", "30 days", "99999999999999999999s"] {
            assert_eq!(parse(wrong, DURATIONS), None, "{wrong}");
        }
    }
}
