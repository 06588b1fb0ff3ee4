//! A delivery that a new mapping starts from: what may be kept of it, and what a mapping can read in it.

use super::guess::{Guess, is_proof};
use crate::cli::io::{self, NotUnderstood, remark};
use anyhow::{Context, Result};
use forgeway::forge::{detect, without_secrets};
use forgeway::mapping::Mappings;
use http::HeaderMap;
use serde_json::Value;
use std::path::Path;

/// The most places of a body that are listed.
const MOST_PLACES: usize = 150;
/// The most characters of a value that are shown.
const MOST_SHOWN: usize = 60;

/// A push, as most say it.
const PUSH: &str = "  pushed:
    kind: push
    push:
      ref: { full: $.ref }
      before: { $sha: $.before }
      after: { $sha: $.after }
      commits: { $each: $.commits, as: one, do: { sha: $one.id, message: $one.message } }
";

/// Where most say which repository it is.
const REPOSITORIES: [&str; 6] = [
    "$.repository.full_name",
    "$.repository.path_with_namespace",
    "$.repository.full_path",
    "$.project.path_with_namespace",
    "$.repository.path",
    "$.project.path",
];

/// Where most say who did it.
const ACTORS: [&str; 6] = [
    "$.sender.login",
    "$.sender.username",
    "$.actor.login",
    "$.user.login",
    "$.user.username",
    "$.user_username",
];

/// The delivery.
pub(super) struct Recorded {
    headers: HeaderMap,
    text: String,
    body: Value,
    /// What it tells of its forge.
    pub(super) guess: Guess,
}

impl Recorded {
    /// Reads it from both files.
    pub(super) fn read(headers: &Path, body: &Path, known: &Mappings) -> Result<Self> {
        let headers = io::read_headers(headers)?;
        let text = String::from_utf8(io::read_body(body)?);
        let text = text.with_context(|| format!("{} is no UTF-8", body.display()))?;
        let parsed: Value = serde_json::from_str(&text).map_err(|error| {
            let expected = "expected JSON; take it out of its form first, where it came in one";
            NotUnderstood(format!("{}: {error}: {expected}", body.display()))
        })?;
        if let Some(forge) = detect(known.forges(), &headers) {
            let (title, name) = (&forge.title, &forge.name);
            remark(format_args!(
                "such headers are {title}'s, which is known: `extends: {name}` would say the differences only"
            ));
        }
        remark("look the example's body over: what is a secret in it, nobody but you can tell");
        let guess = Guess::of(&headers, &parsed);
        Ok(Self { headers, text, body: parsed, guess })
    }

    /// Its body, as it was sent.
    pub(super) fn body(&self) -> &str {
        &self.text
    }

    /// Its headers as `headers.json`: without what proves or authorizes, and what says how it travelled.
    pub(super) fn headers(&self) -> Result<String> {
        let starred = without_secrets(&self.headers);
        let travel = ["host", "content-length", "connection", "accept-encoding", "accept", "via"];
        let kept = self.headers.iter().filter(|(name, value)| {
            let name = *name;
            let forwarded = name.as_str().starts_with("x-forwarded") || name == "forwarded";
            let secret = starred.get(name).is_some_and(|shown| shown != *value);
            !secret && !forwarded && !is_proof(name) && !travel.contains(&name.as_str())
        });
        let kept: HeaderMap = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(serde_json::to_string_pretty(&io::headers_to_json(&kept))? + "\n")
    }

    /// The receive file: one rule, and in comments all that there is to read.
    pub(super) fn receive(&self) -> String {
        let mut places = Vec::new();
        list("$", &self.body, &mut places);
        let more = places.len().saturating_sub(MOST_PLACES);
        places.truncate(MOST_PLACES);
        let mut listed: String = places.iter().map(|place| format!("#   {place}\n")).collect();
        if more > 0 {
            listed += &format!("#   and {more} more\n");
        }
        let doc = Value::from(format!("What comes as `{}`.", self.guess.word));
        format!(
            "doc: {doc}\n\
             # The example says this; `$headers['x-name']` is a header. A list's first element stands for all.\n\
             {listed}\
             # `forgeway schema` lists the kinds of events, their actions and fields; mappings/README.md has the operators.\n\
             events:\n{}",
            self.rule()
        )
    }

    /// What it most likely says: a push where it has a ref and the commit it points to, else nothing in
    /// particular.
    fn rule(&self) -> String {
        let is_ref = self.body["ref"].as_str().is_some_and(|name| name.starts_with("refs/"));
        let mut rule = match is_ref && self.body["after"].is_string() {
            true => PUSH.to_owned(),
            false => format!(
                "  received:\n    kind: other                    # push, pull_request, issue, comment, release, ...\n    \
                 action: received\n    raw: {{ name: \"{}\" }}\n",
                self.guess.read
            ),
        };
        rule += &match self.first(&REPOSITORIES) {
            Some(path) => format!("    repository: {{ full_path: {path} }}\n"),
            None => "    # repository: { full_path: $.path.to.it }\n".to_owned(),
        };
        rule += &match self.first(&ACTORS) {
            Some(path) => format!("    actor: {{ login: {path} }}\n"),
            None => "    # actor: { login: $.path.to.it }\n".to_owned(),
        };
        rule
    }

    /// The first of these paths that leads to a text.
    fn first(&self, paths: &[&'static str]) -> Option<&'static str> {
        let text = |path: &str| {
            let place = path.trim_start_matches('$').replace('.', "/");
            self.body.pointer(&place).is_some_and(Value::is_string)
        };
        paths.iter().copied().find(|path| text(path))
    }
}

/// Lists the places of a value with what stands there.
fn list(path: &str, value: &Value, places: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let is_word = |key: &str| {
                    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
                    key.chars().all(letter) && key.starts_with(|c: char| !c.is_ascii_digit())
                };
                let path = match is_word(key) {
                    true => format!("{path}.{key}"),
                    false => format!("{path}[{}]", Value::from(key.as_str())),
                };
                list(&path, value, places);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            list(&format!("{path}[0]"), &values[0], places);
        }
        value => {
            let mut shown = value.to_string();
            if shown.chars().count() > MOST_SHOWN {
                shown = shown.chars().take(MOST_SHOWN - 1).chain(['…']).collect();
            }
            places.push(format!("{path} = {shown}"));
        }
    }
}
