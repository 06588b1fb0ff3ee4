//! `forgeway schema`: the canonical model as a JSON Schema.

use super::io::print;
use anyhow::Result;
use forgeway::event;
use std::process::ExitCode;

/// Print the JSON Schema of the canonical events.
///
/// Examples:
///   forgeway schema > event.schema.json
///   forgeway schema | jq '."$defs".pull_request.properties | keys'
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {}

impl Args {
    /// Prints the schema.
    pub(super) fn run(self) -> Result<ExitCode> {
        print(serde_json::to_string_pretty(&event::schema())?)?;
        Ok(ExitCode::SUCCESS)
    }
}
