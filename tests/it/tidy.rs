//! The habits of the house that a machine can hold: what ARCHITECTURE.md promises about the tree.

use std::path::{Path, PathBuf};

/// The most lines of code a file may hold, tests and comments aside.
const MOST_LINES: usize = 400;

/// The folder in which one forge's API is the subject, and its name therefore allowed.
const API_OF_A_FORGE: &str = "src/api/github/";

/// The root of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends so, in order.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path as it is written in the documentation: from the root, with slashes.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The lines of code of a file with their numbers: no tests, no comments, no blank lines.
fn code(text: &str) -> Vec<(usize, &str)> {
    let tests = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let numbered = text[..tests].lines().enumerate().map(|(at, line)| (at + 1, line));
    numbered
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
        .collect()
}

/// Panics with every fault at once, so that one run shows them all.
#[track_caller]
fn none(faults: &[String], rule: &str) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

#[test]
fn every_module_says_what_it_is() {
    let faults: Vec<_> = files("src", ".rs")
        .iter()
        .chain(&files("tests", ".rs"))
        .filter(|path| !std::fs::read_to_string(path).unwrap().starts_with("//! "))
        .map(|path| shown(path))
        .collect();
    none(&faults, "a file opens with `//!`: what it is for");
}

#[test]
fn no_file_outgrows_a_reader() {
    let mut faults = Vec::new();
    for path in files("src", ".rs") {
        let lines = code(&std::fs::read_to_string(&path).unwrap()).len();
        if lines > MOST_LINES {
            faults.push(format!("{}: {lines}", shown(&path)));
        }
    }
    none(&faults, "a file holds at most 400 lines of code: split it by idea");
}

#[test]
fn the_code_knows_no_forge() {
    let mut forges: Vec<String> = std::fs::read_dir(root().join("mappings"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    // Not yet a folder, and no name for the code to know all the same.
    forges.extend(["bitbucket", "gerrit", "gitbucket"].map(String::from));

    let mut faults = Vec::new();
    for path in files("src", ".rs") {
        if shown(&path).starts_with(API_OF_A_FORGE) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in code(&text) {
            let line = line.to_lowercase();
            if let Some(forge) = forges.iter().find(|forge| line.contains(forge.as_str())) {
                faults.push(format!("{}:{number}: {forge}", shown(&path)));
            }
        }
    }
    none(&faults, "what is particular to a forge is data under mappings/, never code");
}

#[test]
fn nothing_is_left_for_later() {
    let mut faults = Vec::new();
    for path in files("src", ".rs").iter().chain(&files("mappings", ".yaml")) {
        let text = std::fs::read_to_string(path).unwrap();
        for (at, line) in text.lines().enumerate() {
            if ["TODO", "FIXME", "XXX", "unimplemented!"].iter().any(|word| line.contains(word)) {
                faults.push(format!("{}:{}: {}", shown(path), at + 1, line.trim()));
            }
        }
    }
    none(&faults, "an issue or nothing");
}
