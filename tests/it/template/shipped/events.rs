//! One event of every kind and action that a forge's fixtures tell.

use super::Told;
use crate::fidelity::emitted::FIXTURES;
use http::HeaderMap;
use std::collections::BTreeSet;

/// The first event of each kind and action from each forge, in the order of the fixtures.
pub(super) fn all() -> impl Iterator<Item = Told<'static>> {
    let mut seen = BTreeSet::new();
    let told = FIXTURES
        .deliveries
        .iter()
        .flat_map(|delivery| delivery.events.iter().map(move |event| (delivery, event)));
    told.filter(move |(delivery, event)| seen.insert((&delivery.example.forge, event.key()))).map(
        |(delivery, event)| Told {
            title: format!("{} of {}", event.key(), delivery.title()),
            forge: &delivery.example.forge,
            event,
            raw: &delivery.text,
            headers: pairs(&delivery.example.headers),
        },
    )
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(pair).collect()
}
