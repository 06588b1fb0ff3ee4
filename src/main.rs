//! The `forgeway` program: reads the command line and runs one command.

mod cli;

use std::process::ExitCode;

/// Nearly twice the throughput wherever a payload's tree is built.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
