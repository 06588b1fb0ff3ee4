//! A point in time, read from every form that forges write and written as RFC 3339.

use super::{FieldKind, FieldType, Mismatch, Notes, View};
use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A point in time and, when the source said it, the offset of its clock.
///
/// Two times are equal when they are the same instant: the offset is only how it was written.
#[derive(Clone, Copy)]
pub struct Time {
    /// Since 1970; enough for the years 1678 to 2261, and small: a time travels in every view.
    nanoseconds: i64,
    /// Minutes east of UTC.
    offset: Option<i16>,
}

impl Time {
    /// This instant, in UTC.
    pub fn new(instant: Timestamp) -> Self {
        let nanoseconds = i64::try_from(instant.as_nanosecond()).unwrap_or(i64::MAX);
        Self { nanoseconds, offset: None }
    }

    /// An instant as a clock with an offset shows it; `None` outside of the years that are kept.
    fn shown(instant: Timestamp, offset: Option<Offset>) -> Option<Self> {
        let nanoseconds = i64::try_from(instant.as_nanosecond()).ok()?;
        let minutes = offset.filter(|offset| *offset != Offset::UTC).map(|o| o.seconds() / 60);
        Some(Self { nanoseconds, offset: minutes.and_then(|minutes| i16::try_from(minutes).ok()) })
    }

    /// The offset of the clock that showed it, where the source said one other than UTC.
    pub(super) fn offset(self) -> Option<i16> {
        self.offset
    }

    /// Now.
    pub fn now() -> Self {
        Self::new(Timestamp::now())
    }

    /// The instant.
    pub fn instant(self) -> Timestamp {
        // Every number of nanoseconds that fits is within what the library knows.
        Timestamp::from_nanosecond(i128::from(self.nanoseconds)).unwrap_or(Timestamp::MAX)
    }

    /// Whole seconds since 1970.
    pub fn epoch_seconds(self) -> i64 {
        self.nanoseconds.div_euclid(1_000_000_000)
    }

    /// The same instant written in UTC to the second, as `2026-01-02T03:04:05Z`.
    pub fn utc(self) -> String {
        let whole = Timestamp::from_second(self.epoch_seconds()).unwrap_or(self.instant());
        whole.to_string()
    }

    /// Reads any form that a forge writes: RFC 3339 with `Z`, an offset with or without a colon,
    /// or a fraction of up to nine digits; `2013-12-03 17:15:43 UTC` and `2020-01-20 13:18:06
    /// +0100`; a stray space inside the time; seconds or milliseconds since 1970; a bare date
    /// (midnight UTC). A time without a zone is taken as UTC. `None` for what is no time and for
    /// the zero time of Go (year 1), which means "never".
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let strict = text.len() >= 20 && text.as_bytes()[10] == b'T';
        match strict.then(|| Self::from_iso(text)).flatten() {
            Some(time) => Some(time),
            None => Self::parse_odd(text),
        }
    }

    /// Seconds since 1970, or milliseconds when the number is too large to be seconds.
    pub fn from_epoch(number: i64) -> Option<Self> {
        // Seconds reach the year 5138 at 10^11; as milliseconds that is March 1973.
        let instant = if number.unsigned_abs() >= 100_000_000_000 {
            Timestamp::from_millisecond(number)
        } else {
            Timestamp::from_second(number)
        };
        Self::shown(instant.ok()?, None)
    }

    fn from_iso(text: &str) -> Option<Self> {
        let pieces = Pieces::parse(text).ok()?;
        let time = pieces.time().unwrap_or_else(jiff::civil::Time::midnight);
        let offset = pieces.to_numeric_offset();
        let civil = pieces.date().to_datetime(time);
        let instant = offset.unwrap_or(Offset::UTC).to_timestamp(civil).ok()?;
        // The zero time of Go, year 1, is not kept: it means never.
        Self::shown(instant, offset)
    }

    fn parse_odd(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<i64>() {
            return Self::from_epoch(number);
        }
        // `2019-04-08T21: 00:25-07:00`: a space after a colon says nothing.
        let text = text.replace(": ", ":");
        let text = text.strip_suffix(" UTC").map_or(text.clone(), |bare| format!("{bare}Z"));
        // `2020-01-20 13:18:06 +0100`: the space before the offset goes, the first becomes `T`.
        let joined = match text.rfind(" +").or_else(|| text.rfind(" -")) {
            Some(at) => format!("{}{}", &text[..at], &text[at + 1..]),
            None => text.clone(),
        };
        Self::from_iso(&joined.replacen(' ', "T", 1))
            .or_else(|| Self::from_format("%a %b %d %H:%M:%S %Y %z", &text))
            .or_else(|| Self::from_format("%a, %d %b %Y %H:%M:%S %z", &text))
    }

    fn from_format(format: &str, text: &str) -> Option<Self> {
        let zoned = jiff::Zoned::strptime(format, text).ok()?;
        Self::shown(zoned.timestamp(), Some(zoned.offset()))
    }
}

impl PartialEq for Time {
    fn eq(&self, other: &Self) -> bool {
        self.nanoseconds == other.nanoseconds
    }
}

impl Eq for Time {}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(minutes) => {
                let offset = Offset::from_seconds(i32::from(minutes) * 60).unwrap_or(Offset::UTC);
                write!(f, "{}", self.instant().display_with_offset(offset))
            }
            None => write!(f, "{}", self.instant()),
        }
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no time in RFC 3339")))
    }
}

impl FieldType for Time {
    const KIND: FieldKind = FieldKind::Time;

    fn view(&self) -> View<'_> {
        View::Time(*self)
    }

    fn from_view(view: View<'_>, _notes: &mut Notes) -> Result<Self, Mismatch> {
        let time = match view.scalar() {
            View::Time(time) => Some(time),
            View::Str(text) => Self::parse(text),
            View::Int(number) => Self::from_epoch(number),
            _ => None,
        };
        time.ok_or_else(|| Mismatch::new("a time", view))
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[track_caller]
    fn check(text: &str, written: &str) {
        assert_eq!(Time::parse(text).map(|t| t.to_string()).as_deref(), Some(written), "{text}");
    }

    #[test]
    fn every_form_of_the_forges() {
        check("2019-05-15T15:20:41Z", "2019-05-15T15:20:41Z");
        check("2019-05-15T15:20:33.000-05:00", "2019-05-15T15:20:33-05:00");
        check("2013-12-03 17:15:43 UTC", "2013-12-03T17:15:43Z");
        check("2020-01-20 13:18:06 +0100", "2020-01-20T13:18:06+01:00");
        check("2026-05-24T16:11:04+0200", "2026-05-24T16:11:04+02:00");
        check("2026-05-24T16:11:04.1234567Z", "2026-05-24T16:11:04.1234567Z");
        check("2019-04-08T21: 00:25-07:00", "2019-04-08T21:00:25-07:00");
        check("2019-04-08 21:00:25", "2019-04-08T21:00:25Z");
        check("2025-06-30", "2025-06-30T00:00:00Z");
        check("1557933641", "2019-05-15T15:20:41Z");
        check("1646657144174", "2022-03-07T12:45:44.174Z");
        check("Mon Dec 12 21:44:27 2011 +0100", "2011-12-12T21:44:27+01:00");
    }

    #[test]
    fn never_and_nonsense_are_absent() {
        for text in ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+08:00", "", "soon", "-", "99"] {
            let time = Time::parse(text);
            assert!(time.is_none() || text == "99", "{text}: {time:?}");
        }
    }

    #[test]
    fn equal_means_the_same_instant() {
        assert_eq!(Time::parse("2020-01-20 13:18:06 +0100"), Time::parse("2020-01-20T12:18:06Z"));
    }
}
