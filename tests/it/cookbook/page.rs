//! `docs/cookbook.md` as data: recipes, the files they show, and what is done and arrives, in the order of the page.
//!
//! A recipe begins with `## NUMBER. TITLE`. A fenced block is a file where the line before it is a path in backticks
//! and a colon; `console` holds commands with what they print; `http` is a request, and the line before
//! it says which target "`NAME` gets" it.

use regex::Regex;

/// A recipe.
#[derive(Debug, Default)]
pub(super) struct Recipe {
    /// Its number.
    pub(super) number: usize,
    /// All of it, as text.
    pub(super) text: String,
    /// Its files: path and content.
    pub(super) files: Vec<(String, String)>,
    /// What is done and what arrives.
    pub(super) steps: Vec<Step>,
}

/// A block that is not a file.
#[derive(Debug)]
pub(super) enum Step {
    /// Commands, each with the lines that it prints.
    Console(Vec<(String, Vec<String>)>),
    /// A request that arrives at a target.
    Arrives(String, String),
}

impl Recipe {
    /// The text of its configuration.
    pub(super) fn config(&self) -> &str {
        let mut files = self.files.iter();
        let config = files.find(|(path, _)| path == "forgeway.yaml");
        &config.unwrap_or_else(|| panic!("recipe {} has no forgeway.yaml", self.number)).1
    }
}

/// The recipes of the page.
pub(super) fn recipes() -> Vec<Recipe> {
    let page = std::fs::read_to_string(crate::tidy::root().join("docs/cookbook.md")).unwrap();
    let title = Regex::new(r"(?m)^## (\d+)\. ").unwrap();
    let starts: Vec<_> = title.captures_iter(&page).collect();
    let starts = starts.iter().map(|found| (found.get(0).unwrap().start(), &found[1]));
    let starts: Vec<(usize, &str)> = starts.collect();
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([page.len()]);
    let of = |((start, number), end): (&(usize, &str), usize)| recipe(number, &page[*start..end]);
    starts.iter().zip(ends).map(of).collect()
}

fn recipe(number: &str, text: &str) -> Recipe {
    let mut recipe =
        Recipe { number: number.parse().unwrap(), text: text.to_owned(), ..Recipe::default() };
    let mut before = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            recipe.block(language, before, &block);
        } else if !line.is_empty() {
            before = line;
        }
    }
    recipe
}

impl Recipe {
    fn block(&mut self, language: &str, before: &str, lines: &[&str]) {
        let path = before.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:"));
        match (language, path) {
            ("console", _) => self.steps.push(Step::Console(commands(lines))),
            ("http", _) => {
                let gets = Regex::new("`([^`]+)` gets").unwrap();
                let target = gets.captures(before).unwrap_or_else(|| panic!("who gets: {before}"));
                self.steps.push(Step::Arrives(target[1].to_owned(), lines.join("\n")));
            }
            (_, Some(path)) => self.files.push((path.to_owned(), lines.join("\n") + "\n")),
            // What is set up elsewhere: nothing that could be run here.
            _ => {}
        }
    }
}

/// The commands of a block: a line that begins with `$ `, with those that `\` continues it by.
fn commands(lines: &[&str]) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    for line in lines {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), Vec::new())),
            (None, Some((command, _))) if command.ends_with('\\') => {
                *command = format!("{command}\n{line}");
            }
            (None, Some((_, printed))) => printed.push((*line).to_owned()),
            (None, None) => panic!("a console block begins with a command: {line}"),
        }
    }
    commands
}
