//! `${NAME}` and `${file:PATH}`: filled into scalars that are already parsed, so that what they hold
//! is never read as YAML.

use crate::yaml::{Mark, Node, Scalar, YamlError};

/// Where variables come from.
pub trait Variables {
    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn file(&self, path: &str) -> Result<String, String>;
}

/// The variables of this process and the files of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Process;

impl Variables for Process {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn file(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}

/// The places that were filled.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// All of them.
    pub(super) all: Vec<Mark>,
    /// Those where a template stands beside the variable.
    pub(super) templates: Vec<Mark>,
}

/// Fills every scalar of the tree. Gives the places that were filled, and a fault for each variable
/// that is not there.
pub(super) fn fill(node: &mut Node, variables: &dyn Variables) -> (Filled, Vec<YamlError>) {
    let (mut filled, mut faults) = (Filled::default(), Vec::new());
    let mut change = |scalar: &mut Scalar, mark: &Mark, path: &[String]| {
        let Scalar::Text(text) = scalar else { return };
        if !text.contains("${") {
            return;
        }
        match expand(text, variables) {
            Ok(value) => {
                if text.contains("{{") {
                    filled.templates.push(mark.clone());
                }
                *text = value;
                filled.all.push(mark.clone());
            }
            Err(message) => {
                let fault = YamlError::at(mark, message);
                faults.push(path.iter().rev().fold(fault, |fault, key| fault.within(key)));
            }
        }
    };
    node.for_each_scalar(&mut Vec::new(), &mut change);
    (filled, faults)
}

/// Replaces each `${...}`; `$${` writes `${`.
fn expand(text: &str, variables: &dyn Variables) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let before = &rest[..at];
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        out.push_str(before);
        let (name, after) = rest[at + 2..]
            .split_once('}')
            .ok_or("`${` without `}`: write ${NAME}, or $${ for the text itself")?;
        out.push_str(&lookup(name, variables)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn lookup(name: &str, variables: &dyn Variables) -> Result<String, String> {
    if let Some(path) = name.strip_prefix("file:") {
        let text = variables
            .file(path)
            .map_err(|error| format!("cannot read the file {path}: {error}"))?;
        // An editor ends a file with a line break; a secret does not.
        let text = text.strip_suffix('\n').unwrap_or(&text);
        return Ok(text.strip_suffix('\r').unwrap_or(text).to_owned());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!("`${{{name}}}` names no variable: write ${{NAME}} or ${{file:PATH}}"));
    }
    variables.variable(name).ok_or_else(|| format!("the variable {name} is not set"))
}
