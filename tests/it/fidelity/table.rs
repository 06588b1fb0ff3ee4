//! How much of a format each forge fills: of the leaves that it documents, how many come from the source.

use super::emitted::FIXTURES;
use super::schemas::Schemas;
use forgeway::mapping::leaf_classes;
use forgeway::value::Class;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// How many leaves came about how.
#[derive(Default, Clone, Copy)]
struct Count {
    mapped: usize,
    derived: usize,
    defaulted: usize,
    absent: usize,
    requests: usize,
}

impl Count {
    /// The shares, in whole percent.
    fn shares(&self) -> String {
        let all = self.mapped + self.derived + self.defaulted + self.absent;
        let share = |of: usize| (of * 100 + all / 2) / all.max(1);
        let [mapped, derived, defaulted, absent] =
            [self.mapped, self.derived, self.defaulted, self.absent].map(share);
        format!("{mapped} {derived} {defaulted} {absent}")
    }
}

/// The table: a row for each forge, a column for each format.
pub(super) fn table() -> String {
    let fixtures = &*FIXTURES;
    let formats = fixtures.mappings.formats();
    let mut counts: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    for format in &formats {
        let schemas = Schemas::of(format).unwrap_or_else(|| panic!("no schema of {format}"));
        for delivery in &fixtures.deliveries {
            let count = counts.entry((&delivery.example.forge, format)).or_default();
            for request in fixtures.said(format, delivery).requests {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                let Some(definition) = schemas.definition(&request.event, &body) else { continue };
                let classes: HashMap<String, Class> =
                    leaf_classes(&request.body, &request.classes).into_iter().collect();
                count.requests += 1;
                for leaf in schemas.leaves(definition, &body) {
                    match classes.get(&leaf.path).filter(|_| leaf.is_there) {
                        Some(Class::Mapped) => count.mapped += 1,
                        // What the schema does not look into is one leaf to it and several to us.
                        Some(Class::Fixed | Class::Derived) => count.derived += 1,
                        None if leaf.is_there => count.derived += 1,
                        Some(Class::Defaulted) => count.defaulted += 1,
                        None => count.absent += 1,
                    }
                }
            }
        }
    }
    let mut text = String::new();
    let _ = writeln!(text, "| from | {} |", formats.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(formats.len()));
    let mut forges: Vec<&str> = counts.keys().map(|(forge, _)| *forge).collect();
    forges.dedup();
    for forge in forges {
        let cell = |format: &&str| match counts[&(forge, *format)] {
            Count { requests: 0, .. } => String::new(),
            count => count.shares(),
        };
        let cells: Vec<String> = formats.iter().map(cell).collect();
        let _ = writeln!(text, "| {forge} | {} |", cells.join(" | "));
    }
    text
}
