//! The `postwright` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    postwright::cli::run(std::env::args_os())
}
