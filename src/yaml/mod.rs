//! YAML with positions: the one module that touches the YAML library.
//!
//! Everything people write for Forgeway (its configuration, mappings, templates) is read into a
//! [`Node`] tree first, so that every later complaint can name the file, the line and the field.
//! Typed structs are then read *from the tree* with [`from_node`], after it was merged
//! ([`Node::merge`], for `extends`) or filled in (for `${NAME}`).

mod de;
mod load;
mod node;
mod words;

pub use de::from_node;
pub use load::load;
pub use node::{Map, Mark, Node, Scalar, Value};
pub(crate) use words::{nearest, unknown_field};

/// A fault in a YAML file, with the place and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{mark}: {}{message}", if field.is_empty() { String::new() } else { format!("{field}: ") })]
pub struct YamlError {
    /// Where the fault stands.
    pub mark: Mark,
    /// The path of keys that leads to it, such as `sources.team.verify`; empty for the whole file.
    pub field: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl YamlError {
    /// A fault at a node.
    pub fn at(mark: &Mark, message: impl Into<String>) -> Self {
        Self { mark: mark.clone(), field: String::new(), message: message.into() }
    }

    /// Puts the key of an enclosing map in front of the field's path.
    #[must_use]
    pub fn within(mut self, key: &str) -> Self {
        self.field = match self.field.is_empty() {
            true => key.to_owned(),
            false if self.field.starts_with('[') => format!("{key}{}", self.field),
            false => format!("{key}.{}", self.field),
        };
        self
    }
}
