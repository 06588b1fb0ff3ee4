//! The commands, one file each, all of one shape: an `Args` that clap reads and a `run`.
//!
//! What goes wrong here is for a person to read, so errors are `anyhow` with a chain of contexts;
//! everywhere else an error is an enum. Exit codes are a contract: 0 done, 1 a fault was found or
//! something failed, 2 the command line or the payload was not understood.

mod check;
mod completions;
mod explain;
mod forges;
mod io;
mod listen;
mod new;
mod offline;
mod proof;
mod render;
mod rewrites;
mod schema;
mod send;
mod serve;
mod setup;
mod translate;
mod verify;
mod watch;
mod why;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};
use forgeway::forge::Forge;
use forgeway::mapping::Mappings;
use std::process::ExitCode;

/// A gateway between forges and whatever listens to them.
///
/// A delivery comes in from any forge. Forgeway verifies it, says it again in the format
/// that another tool understands, signs it afresh and delivers it until it arrives.
///
/// First steps, in three terminals; `serve` prints the other two commands with its SECRET:
///   forgeway serve
///   forgeway listen 127.0.0.1:9000 --format github --secret SECRET
///   forgeway send --forge gitlab --event push --secret SECRET http://127.0.0.1:8080/in/demo
///
/// Without a server at all:
///   forgeway translate --headers headers.json --to github body.json
///
/// Every command's --help has an example.
#[derive(Debug, Parser)]
#[command(name = "forgeway", version, verbatim_doc_comment, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Check(check::Args),
    Translate(translate::Args),
    Explain(explain::Args),
    Render(render::Args),
    New(new::Args),
    Verify(verify::Args),
    Why(why::Args),
    Send(send::Args),
    Listen(listen::Args),
    Forges(forges::Args),
    Schema(schema::Args),
    Completions(completions::Args),
}

impl Command {
    fn run(self) -> Result<ExitCode> {
        match self {
            Self::Serve(args) => args.run(),
            Self::Check(args) => args.run(),
            Self::Translate(args) => args.run(),
            Self::Explain(args) => args.run(),
            Self::Render(args) => args.run(),
            Self::New(args) => args.run(),
            Self::Verify(args) => args.run(),
            Self::Why(args) => args.run(),
            Self::Send(args) => args.run(),
            Self::Listen(args) => args.run(),
            Self::Forges(args) => args.run(),
            Self::Schema(args) => args.run(),
            Self::Completions(args) => args.run(&mut Cli::command()),
        }
    }
}

/// Reads the command line, runs the command and turns its outcome into an exit code.
pub(crate) fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(code) => code,
        // Whoever reads us (`head`, a pager) has seen enough: that is no failure of ours.
        Err(error) if io::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            io::complain(&error);
            io::exit_code_of(&error)
        }
    }
}

/// A forge by its name, or the names there are.
fn forge_named<'m>(mappings: &'m Mappings, name: &str) -> Result<&'m Forge> {
    mappings.forge(name).map(|forge| &**forge).ok_or_else(|| {
        let names: Vec<_> = mappings.forges().iter().map(|forge| forge.name.as_str()).collect();
        let message = format!("no forge `{name}`: expected one of {}", names.join(", "));
        io::NotUnderstood(message).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_long_about().map(ToString::to_string).unwrap_or_default();
            assert!(
                help.contains("forgeway "),
                "`{}` has no example in --help",
                command.get_name()
            );
        }
    }
}
