//! Which events of a delivery go to a target in one piece.

use crate::config::{Format, Target};
use crate::event::{Event, Kind};
use crate::mapping::Mappings;

/// What one target is sent in one piece.
#[derive(Debug, Clone, Default)]
pub struct Bundling {
    /// The kinds whose events its format says in one request.
    merged: Vec<Kind>,
}

/// Events of a delivery with the same bundle go to a target together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bundle {
    /// The delivery as it came.
    Whole,
    /// All events of a kind.
    Kind(Kind),
}

impl Bundling {
    /// As the target's format has it.
    pub fn of(target: &Target, mappings: &Mappings) -> Self {
        let merged = match &target.format {
            Format::Passthrough | Format::Template(_) => Vec::new(),
            Format::Forge(name) => mappings.merged_kinds(name),
        };
        Self { merged }
    }

    /// What an event goes in, from a delivery in this format; `None`: for itself.
    fn bundle(&self, target: &Target, format: &str, event: &Event) -> Option<Bundle> {
        let kind = event.kind_or_other();
        if passes_through(target, format, event) {
            Some(Bundle::Whole)
        } else if self.merged.contains(&kind) {
            Some(Bundle::Kind(kind))
        } else {
            None
        }
    }

    /// The places of events of a delivery, by what goes together: each piece where its first event stands.
    pub fn pieces<'e>(
        &self,
        target: &Target,
        format: &str,
        events: impl IntoIterator<Item = (u32, &'e Event)>,
    ) -> Vec<Vec<u32>> {
        let mut pieces: Vec<(Option<Bundle>, Vec<u32>)> = Vec::new();
        for (at, event) in events {
            let bundle = self.bundle(target, format, event);
            match pieces.iter_mut().find(|(known, _)| known.is_some() && *known == bundle) {
                Some((_, piece)) => piece.push(at),
                None => pieces.push((bundle, vec![at])),
            }
        }
        pieces.into_iter().map(|(_, piece)| piece).collect()
    }
}

/// Whether an event of a delivery in this format is sent to the target as it came: not where the target
/// knows its repository by other words.
pub fn passes_through(target: &Target, format: &str, event: &Event) -> bool {
    let path = event.repository.as_ref().and_then(|repository| repository.full_path.as_deref());
    let renamed = path.is_some_and(|path| target.repositories.iter().any(|rule| rule.fits(path)));
    let alike = match &target.format {
        Format::Passthrough => true,
        Format::Template(_) => false,
        Format::Forge(wanted) => wanted == format,
    };
    target.passthrough && alike && !renamed
}
