//! `forgeway completions`: what a shell needs to complete our commands.

use anyhow::Result;
use clap_complete::Shell;
use std::process::ExitCode;

/// Print the completion script of a shell.
///
/// Examples:
///   forgeway completions bash > /etc/bash_completion.d/forgeway
///   forgeway completions fish > ~/.config/fish/completions/forgeway.fish
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The shell to write for.
    shell: Shell,
}

impl Args {
    /// Writes the script to stdout.
    pub(super) fn run(self, command: &mut clap::Command) -> Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, command, "forgeway", &mut script);
        super::io::print(String::from_utf8_lossy(&script).trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}
