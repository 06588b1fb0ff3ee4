//! What was probably meant by a word that is not known.

/// ` (did you mean ...?)`, when one of the known words is near.
pub(crate) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> String {
    let near = known.map(|k| (strsim::damerau_levenshtein(word, k), k)).min();
    match near {
        Some((distance, known)) if distance <= word.len().div_ceil(3) => {
            format!(" (did you mean `{known}`?)")
        }
        _ => String::new(),
    }
}

/// Says of a key that nothing reads what was probably meant, and what there is.
pub(crate) fn unknown_field(key: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return format!("unknown field `{key}`: there is nothing to set here");
    }
    let meant = nearest(key, known.iter().copied());
    let known: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
    format!("unknown field `{key}`{meant}: expected one of {}", known.join(", "))
}
