//! Helpers on times.

use super::{Args, Fixed, Helper, PLAIN};
use crate::value::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::Value;

pub(super) const HELPERS: &[Helper] = &[
    Helper {
        name: "date",
        usage: "date TIME \"FORMAT\" [\"ZONE\"]",
        takes: (1, 3),
        fixed: Some((1, Fixed::TimeFormat)),
        run: date,
        ..PLAIN
    },
    Helper { name: "ago", usage: "ago TIME", run: ago, ..PLAIN },
];

/// The formats that have a name, beside those of `strftime`.
const NAMED: &[(&str, &str)] =
    &[("rfc3339", "%Y-%m-%dT%H:%M:%S%:z"), ("rfc2822", "%a, %d %b %Y %H:%M:%S %z"), ("unix", "%s")];

/// A time in a format and a zone: by default RFC 3339 in UTC.
fn date(args: &Args<'_>) -> Result<Option<Value>, String> {
    let zone = match args.get(2) {
        Some(_) => zone(&args.text(2)?)?,
        None => TimeZone::UTC,
    };
    let format = if args.get(1).is_some() { args.text(1)? } else { "rfc3339".into() };
    Ok(Some(Value::from(write(&instant(args)?.to_zoned(zone), &format)?)))
}

/// Writes a time; an error says what is wrong with the format.
pub(super) fn write(time: &Zoned, format: &str) -> Result<String, String> {
    let format =
        NAMED.iter().find(|(name, _)| *name == format).map_or(format, |(_, format)| format);
    jiff::fmt::strtime::format(format, time)
        .map_err(|error| format!("`{format}` is no format of times: {error}"))
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| {
        format!("there is no time zone `{name}`: expected a name such as Europe/Berlin or UTC")
    })
}

/// The first argument as an instant: any form that a forge writes.
fn instant(args: &Args<'_>) -> Result<Timestamp, String> {
    let time = match args.at(0) {
        Value::String(text) => Time::parse(text),
        Value::Number(number) => number.as_i64().and_then(Time::from_epoch),
        _ => None,
    };
    time.map(Time::instant).ok_or_else(|| args.not(0, "a time"))
}

/// How long before the rendering that was, in the largest unit that fits.
fn ago(args: &Args<'_>) -> Result<Option<Value>, String> {
    const UNITS: &[(i64, &str)] = &[
        (365 * 86_400, "year"),
        (30 * 86_400, "month"),
        (7 * 86_400, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    let now = args.now.and_then(Time::parse).map_or_else(Timestamp::now, Time::instant);
    let seconds = now.as_second() - instant(args)?.as_second();
    let (past, length) = (seconds >= 0, seconds.abs());
    let Some((unit, word)) = UNITS.iter().find(|(unit, _)| length >= *unit) else {
        return Ok(Some(Value::from("just now")));
    };
    let count = length / unit;
    let s = if count == 1 { "" } else { "s" };
    Ok(Some(Value::from(match past {
        true => format!("{count} {word}{s} ago"),
        false => format!("in {count} {word}{s}"),
    })))
}
