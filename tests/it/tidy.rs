//! The habits of the house that a machine can hold: what ARCHITECTURE.md promises about the tree.

use crate::examples::{input, json};
use crate::template::TEMPLATES;
use forgeway::config::{Config, Variables, Vocabulary};
use forgeway::event::Kind;
use forgeway::mapping::{Example, Mappings};
use std::collections::HashSet;
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
        // No forge in particular: what any forge can be said with.
        .filter(|name| name != "custom")
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
            if let Some(forge) = forges.iter().find(|forge| has_word(&line, forge)) {
                faults.push(format!("{}:{number}: {forge}", shown(&path)));
            }
        }
    }
    none(&faults, "what is particular to a forge is data under mappings/, never code");
}

/// Whether a word stands in a line, by itself: a decoding is no forge.
fn has_word(line: &str, word: &str) -> bool {
    let apart = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    line.match_indices(word).any(|(at, _)| {
        apart(line[..at].chars().next_back()) && apart(line[at + word.len()..].chars().next())
    })
}

#[test]
fn nothing_is_left_for_later() {
    let mut faults = Vec::new();
    for path in files("src", ".rs").iter().chain(&files("mappings", ".yaml")) {
        let text = std::fs::read_to_string(path).unwrap();
        let is_data = path.extension().is_some_and(|ending| ending == "yaml");
        for (at, line) in text.lines().enumerate() {
            // A forge may have such a word of its own: what counts in data is the comments.
            let said =
                if is_data { line.split_once('#').map_or("", |(_, said)| said) } else { line };
            if ["TODO", "FIXME", "XXX", "unimplemented!"].iter().any(|word| said.contains(word)) {
                faults.push(format!("{}:{}: {}", shown(path), at + 1, line.trim()));
            }
        }
    }
    none(&faults, "an issue or nothing");
}

/// A value for every variable: one that any scheme takes as a secret.
struct AnyVariable;

impl Variables for AnyVariable {
    fn variable(&self, _: &str) -> Option<String> {
        Some("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".into())
    }

    fn file(&self, _: &str) -> Result<String, String> {
        Err("no example names a file".into())
    }
}

#[test]
fn the_readmes_configurations_are_ones() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let words = Vocabulary::of(&Mappings::embedded().unwrap()).with(&TEMPLATES);
    let mut found = 0;
    for block in readme.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        if !block.starts_with("# forgeway.yaml\n") {
            continue;
        }
        found += 1;
        if let Err(faults) = Config::parse(block, "README.md", &AnyVariable, &words) {
            panic!("a configuration in the README does not hold:\n{faults}\n{block}");
        }
    }
    assert_eq!(found, 2, "the README shows a first configuration and all of it");
}

#[test]
fn every_mapping_has_an_example_and_every_example_a_mapping() {
    let mappings = Mappings::embedded().unwrap();
    let examples: Vec<_> = mappings.examples().into_iter().map(Result::unwrap).collect();
    let mut faults = Vec::new();
    let mut kinds = HashSet::new();
    for example in &examples {
        if let Err(fault) = mappings.check_example(example) {
            faults.push(fault.to_string());
        }
        for event in example.events.iter().flat_map(|events| events.as_array().unwrap()) {
            kinds.insert(event["kind"].as_str().unwrap().to_owned());
        }
    }
    for forge in mappings.forges() {
        let own: Vec<_> = examples.iter().filter(|example| example.forge == forge.name).collect();
        for file in files(&format!("mappings/{}/receive", forge.name), ".yaml") {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            if !own.iter().any(|example| read_by(&mappings, example).contains(&name)) {
                faults.push(format!("{}: no example is read by it", shown(&file)));
            }
        }
        for file in files(&format!("mappings/{}/emit", forge.name), ".yaml") {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            if !kinds.contains(&name) {
                faults.push(format!("{}: no example becomes a {name}", shown(&file)));
            }
        }
    }
    none(&faults, "the example is the test is the documentation");
}

/// The receive files that have a part in an example.
fn read_by(mappings: &Mappings, example: &Example) -> HashSet<String> {
    let text = json(mappings, example);
    let input = input(example, &text);
    let rules = mappings.explain_events(&input).unwrap();
    let mut files: HashSet<String> =
        rules.iter().filter_map(|(rule, _)| Some(rule.split_once('/')?.0.to_owned())).collect();
    // These two files stand in for others, whatever the forge's word for the event.
    for event in mappings.normalize(&input).unwrap().events {
        if matches!(event.kind, Some(Kind::Ping | Kind::Other)) {
            files.extend(event.kind.map(|kind| kind.to_string()));
        }
    }
    files
}

#[test]
fn no_file_names_the_machine_it_was_written_on() {
    let places = ["/wo", "/ro", "/ho"].iter().zip(["rk/", "ot/", "me/"]);
    let places: Vec<String> = places.map(|(start, end)| format!("{start}{end}")).collect();
    let mut faults = Vec::new();
    for folder in ["src", "tests", "mappings", "benches", "examples", ".ci"] {
        for path in files(folder, "") {
            if path.components().any(|part| part.as_os_str() == "node_modules") {
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            for (at, line) in text.lines().enumerate() {
                if let Some(place) = places.iter().find(|place| starts_at(line, place)) {
                    faults.push(format!("{}:{}: {place}", shown(&path), at + 1));
                }
            }
        }
    }
    none(&faults, "a clean checkout knows no other place");
}

/// Whether a line holds a path from the root of a machine, and not in the middle of an address.
fn starts_at(line: &str, place: &str) -> bool {
    let before = |at: usize| line[..at].chars().next_back();
    let inside = |c: char| c.is_alphanumeric() || "/.}_-*$".contains(c);
    line.match_indices(place).any(|(at, _)| !before(at).is_some_and(inside))
}
