//! Files of the repository that the program or the tests make: compared, or written with `BLESS=1`.

use std::path::Path;

/// Compares a file of the repository with what it should hold, or writes it.
#[track_caller]
pub(crate) fn compare(file: &str, given: &str) {
    let path = crate::tidy::root().join(file);
    if takes("") {
        std::fs::write(&path, given).unwrap();
        return;
    }
    let kept = read(&path);
    let differs = kept.lines().zip(given.lines()).position(|(kept, given)| kept != given);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(given.lines().count())) + 1;
    let should = given.lines().nth(line - 1).unwrap_or_default();
    assert!(kept == given, "{file}:{line} should be `{should}`: run the tests with BLESS=1");
}

/// Whether whoever runs the tests takes what is made as it is: anything, or what goes by this word.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
pub(crate) fn takes(word: &str) -> bool {
    std::env::var_os("BLESS").is_some_and(|given| word.is_empty() || given == word)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
