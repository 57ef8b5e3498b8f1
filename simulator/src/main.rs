//! The `wimz` command.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "above the line: the command line reads arguments, files and clocks"
)]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
