//! What can go wrong with mappings: at start-up, while normalizing, while emitting.

use crate::value::ParseError;
use crate::yaml::YamlError;

/// Mappings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingErrors {
    /// The user's folder cannot be read.
    #[error("the mapping folder {folder} cannot be read")]
    Folder {
        /// The folder.
        folder: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The files have faults, each with its place.
    #[error("{} in the mappings:\n{}", count(.0), list(.0))]
    Faults(Vec<YamlError>),
}

fn count(faults: &[YamlError]) -> String {
    match faults.len() {
        1 => "one fault".to_owned(),
        n => format!("{n} faults"),
    }
}

fn list(faults: &[YamlError]) -> String {
    faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n")
}

/// A payload that could not be made into events.
#[derive(Debug, thiserror::Error)]
pub enum NormalizeError {
    /// There are no mappings of this forge.
    #[error("there is no forge `{0}`")]
    UnknownForge(String),
    /// The mapping files of the forge have faults.
    #[error("the mapping of `{forge}` cannot be used: {fault}")]
    Broken {
        /// The forge.
        forge: String,
        /// The first fault.
        fault: YamlError,
    },
    /// Its lists within lists are too long to be walked.
    #[error("the payload's lists are too long for its mapping")]
    TooMuch,
    /// The text is no JSON.
    #[error("the payload is {0}")]
    Payload(#[from] ParseError),
}

/// An event that could not be made into requests.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// There is no such format.
    #[error("there is no format `{0}`")]
    UnknownFormat(String),
    /// The mapping files of the format have faults.
    #[error("the mapping of format `{format}` cannot be used: {fault}")]
    Broken {
        /// The format.
        format: String,
        /// The first fault.
        fault: YamlError,
    },
    /// The lists within lists of the event are too long to be walked.
    #[error("the event's lists are too long for the mapping of format `{0}`")]
    TooMuch(String),
    /// A rule gave a request without a word for its event.
    #[error("the rule `{rule}` of format `{format}` gave no event word")]
    NoEvent {
        /// The format.
        format: String,
        /// The rule.
        rule: String,
    },
}
