//! Lists of globs with exceptions: `["release/*", "!release/old"]`.
//!
//! `*` stops at a slash and `**` does not, as in the forges' own filters. The last glob that fits a name
//! decides; a list that opens with an exception takes everything else.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A list of globs, compiled.
#[derive(Debug, Clone)]
pub struct Globs {
    set: GlobSet,
    /// Of each glob, whether it is an exception.
    except: Vec<bool>,
    patterns: Vec<String>,
}

/// What the names are that a list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Names that differ by case.
    Exact,
    /// Names that forges find whatever their case.
    AnyCase,
    /// Logins: of any case, and brackets in them are no glob (`renovate[bot]`).
    Logins,
}

impl Globs {
    /// Compiles a list.
    ///
    /// # Errors
    /// Each glob that is none: its place in the list and why.
    pub(super) fn new(list: &[String], names: Names) -> Result<Self, Vec<(usize, String)>> {
        let (mut set, mut faults) = (GlobSetBuilder::new(), Vec::new());
        for (at, pattern) in list.iter().enumerate() {
            match glob(positive(pattern), names) {
                Ok(glob) => drop(set.add(glob)),
                Err(error) => {
                    faults.push((at, format!("`{pattern}` is no glob: {}", error.kind())))
                }
            }
        }
        let set = set.build().map_err(|error| vec![(0, error.kind().to_string())]);
        match (faults.is_empty(), set) {
            (true, Ok(set)) => Ok(Self {
                set,
                except: list.iter().map(|pattern| pattern.starts_with('!')).collect(),
                patterns: list.to_vec(),
            }),
            (true, Err(fault)) => Err(fault),
            (false, _) => Err(faults),
        }
    }

    /// The list as it was written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether a name is taken.
    pub fn takes(&self, name: &str) -> bool {
        self.says(&[name]).unwrap_or_else(|| self.opens_with_exception())
    }

    /// What the list says of something with several names, such as `push` and `push.created`; `None`
    /// when no glob fits any of them.
    pub fn says(&self, names: &[&str]) -> Option<bool> {
        let last = names.iter().filter_map(|name| self.set.matches(name).last().copied()).max()?;
        Some(!self.except[last])
    }

    /// Whether the list takes everything that it does not name.
    pub fn opens_with_exception(&self) -> bool {
        self.except.first() == Some(&true)
    }

    /// Whether a set of names is taken: one of them is asked for, and none of them is an exception.
    pub fn takes_among(&self, names: &[&str]) -> bool {
        let mut asked_for = self.except.iter().all(|except| *except);
        for name in names {
            let fit = self.set.matches(name);
            if fit.iter().any(|at| self.except[*at]) {
                return false;
            }
            asked_for |= !fit.is_empty();
        }
        asked_for
    }
}

/// A pattern without the mark of an exception.
pub(super) fn positive(pattern: &str) -> &str {
    pattern.strip_prefix('!').unwrap_or(pattern)
}

/// Whether a pattern, an exception or not, speaks of a name.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    glob(positive(pattern), Names::Exact).is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

fn glob(pattern: &str, names: Names) -> Result<Glob, globset::Error> {
    let literal: String;
    let pattern = match names {
        Names::Exact | Names::AnyCase => pattern,
        Names::Logins => {
            let bracket = |c: char| match c {
                '[' => "[[]".to_owned(),
                ']' => "[]]".to_owned(),
                c => c.to_string(),
            };
            literal = pattern.chars().map(bracket).collect();
            &literal
        }
    };
    let any_case = names != Names::Exact;
    GlobBuilder::new(pattern).literal_separator(true).case_insensitive(any_case).build()
}
