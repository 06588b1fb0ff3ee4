//! What a target knows repositories by: `repositories`.
//!
//! Some receivers take `owner/name` and nothing deeper, some look a repository up by its id, some
//! compare the address of its pages with one they clone from. No rule is right for all, so the target says it.

use super::at::At;
use regex::{Captures, Regex};
use serde::Deserialize;

/// A rule: repositories whose path fits are known to the target by what it says.
#[derive(Debug, Clone)]
pub struct RepositoryRule {
    fits: Regex,
    path: Option<String>,
    web_url: Option<String>,
    clone_url: Option<String>,
    ssh_url: Option<String>,
    id: Option<String>,
}

/// What a target knows one repository by; what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownAs {
    /// Its path.
    pub path: Option<String>,
    /// Its page.
    pub web_url: Option<String>,
    /// Where to clone from over HTTP.
    pub clone_url: Option<String>,
    /// Where to clone from over SSH.
    pub ssh_url: Option<String>,
    /// Its id.
    pub id: Option<String>,
}

impl RepositoryRule {
    /// Whether it speaks of the repository of this path.
    pub fn fits(&self, path: &str) -> bool {
        self.fits.is_match(path)
    }

    /// What it says of the repository of this path, if that fits.
    pub fn apply(&self, path: &str) -> Option<KnownAs> {
        let found = self.fits.captures(path)?;
        let own = |text: &Option<String>, path: &str| text.as_ref().map(|t| fill(t, &found, path));
        let renamed = own(&self.path, path);
        let path = renamed.as_deref().unwrap_or(path);
        Some(KnownAs {
            web_url: own(&self.web_url, path),
            clone_url: own(&self.clone_url, path),
            ssh_url: own(&self.ssh_url, path),
            id: own(&self.id, path),
            path: renamed,
        })
    }
}

/// Fills in `$path` and the stars of the match: `$1`, `$2`.
fn fill(text: &str, found: &Captures<'_>, path: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        match name {
            "path" => filled.push_str(path),
            number => {
                let group = number.parse().ok().and_then(|number: usize| found.get(number));
                filled.push_str(group.map_or("", |group| group.as_str()));
            }
        }
        rest = tail;
    }
    filled + rest
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "match")]
    fits: String,
    path: Option<String>,
    web_url: Option<String>,
    clone_url: Option<String>,
    ssh_url: Option<String>,
    id: Option<u32>,
}

/// Reads the rules; notes their faults.
pub(super) fn read(at: &At<'_>) -> Vec<RepositoryRule> {
    at.items().iter().filter_map(rule).collect()
}

fn rule(at: &At<'_>) -> Option<RepositoryRule> {
    let raw: Raw = at.read()?;
    let stars = raw.fits.replace("**", "*").matches('*').count();
    for (key, text) in [
        ("path", &raw.path),
        ("web_url", &raw.web_url),
        ("clone_url", &raw.clone_url),
        ("ssh_url", &raw.ssh_url),
    ] {
        let Some(text) = text else { continue };
        if let Some(name) = unknown(text, stars) {
            at.key(key).fault(format!(
                "`${name}` stands for nothing: expected `$path`, or the number of a star in `match`, from $1 to ${stars}"
            ));
        }
    }
    let says = [&raw.path, &raw.web_url, &raw.clone_url, &raw.ssh_url];
    if says.iter().all(|text| text.is_none()) && raw.id.is_none() {
        at.fault("says nothing: expected one of path, web_url, clone_url, ssh_url, id");
    }
    let fits = Regex::new(&pattern(&raw.fits));
    let fits = fits.map_err(|error| at.key("match").fault(error.to_string())).ok()?;
    let Raw { path, web_url, clone_url, ssh_url, id, .. } = raw;
    let id = id.map(|id| id.to_string());
    Some(RepositoryRule { fits, path, web_url, clone_url, ssh_url, id })
}

/// A glob as a pattern: `*` stops at a slash, `**` does not, and each is a group.
fn pattern(glob: &str) -> String {
    let deep: Vec<_> = glob.split("**").map(flat).collect();
    format!("^{}$", deep.join("(.*)"))
}

fn flat(glob: &str) -> String {
    glob.split('*').map(regex::escape).collect::<Vec<_>>().join("([^/]*)")
}

/// The first name in a text that stands for nothing.
fn unknown(text: &str, stars: usize) -> Option<String> {
    let names = text.split('$').skip(1);
    let names = names.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        rest[..end].to_owned()
    });
    let known = |name: &str| {
        name == "path" || name.parse().is_ok_and(|number: usize| (1..=stars).contains(&number))
    };
    names.into_iter().find(|name| !known(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known_as(glob: &str, path: &str, repository: &str) -> Option<KnownAs> {
        let rule = RepositoryRule {
            fits: Regex::new(&pattern(glob)).unwrap(),
            path: Some(path.into()),
            web_url: Some("https://git.example/$path".into()),
            clone_url: None,
            ssh_url: None,
            id: None,
        };
        rule.apply(repository)
    }

    #[test]
    fn stars_stand_for_what_they_fit() {
        let known = known_as("acme/*/*", "acme/$1-$2", "acme/tools/site").unwrap();
        assert_eq!(known.path.as_deref(), Some("acme/tools-site"));
        assert_eq!(known.web_url.as_deref(), Some("https://git.example/acme/tools-site"));
        assert_eq!(known_as("acme/*/*", "x", "acme/site"), None);
        assert_eq!(known_as("**/*", "$2", "a/b/c").unwrap().path.as_deref(), Some("c"));
        assert_eq!(known_as("a.b/*", "$1", "aXb/c"), None);
    }

    #[test]
    fn a_name_that_stands_for_nothing_is_found() {
        assert_eq!(unknown("x/$1-$path", 1), None);
        assert_eq!(unknown("x/$2", 1).as_deref(), Some("2"));
        assert_eq!(unknown("$name", 1).as_deref(), Some("name"));
    }
}
