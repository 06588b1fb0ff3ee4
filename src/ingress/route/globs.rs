//! The globs of a route: `*` stops at a slash and `**` does not, as in the forges' own filters.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A glob that cannot be compiled. The configuration's check finds it first.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{place}: `{glob}` is no glob: {reason}")]
pub struct BadGlob {
    place: String,
    glob: String,
    reason: String,
}

/// An empty list was left out: it asks nothing.
pub(super) fn globs(
    list: &[String],
    any_case: bool,
    place: &str,
) -> Result<Option<GlobSet>, BadGlob> {
    let bad = |glob: &str, reason: &globset::Error| BadGlob {
        place: place.to_owned(),
        glob: glob.to_owned(),
        reason: reason.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for glob in list {
        let compiled =
            GlobBuilder::new(glob).literal_separator(true).case_insensitive(any_case).build();
        set.add(compiled.map_err(|error| bad(glob, &error))?);
    }
    let set = set.build().map_err(|error| bad(&list.join(", "), &error))?;
    Ok((!list.is_empty()).then_some(set))
}
