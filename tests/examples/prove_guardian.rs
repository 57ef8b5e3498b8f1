//! `cargo xtask prove guardian`: so many evenings of each of ten dogs, with a silent guardian and without one.
//!
//! With as many evenings as the book's table has, it fails if the two differ; `BLESS=1` writes the book's.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a proof reads its words, and may stop at the first surprise"
)]

use std::path::Path;
use std::process::ExitCode;

use wimz_tests::evenings::quiet::{EVENING, Table};

/// Evenings of each dog in the book's table.
const BOOK: u64 = 200;
/// Between these lines it stands.
const MARKS: [&str; 2] = ["<!-- cargo xtask prove guardian -->\n\n", "\n<!-- end -->"];

fn main() -> ExitCode {
    let evenings: u64 = std::env::args().nth(1).map_or(BOOK, |evenings| evenings.parse().unwrap());
    let table = Table::play(evenings, EVENING);
    let text = table.to_string();
    println!("{text}");
    let mut failures = table.failures();
    let bless = std::env::var_os("BLESS").is_some();
    if evenings == BOOK || bless {
        let page =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/silent-guardian-evenings.md");
        let book = std::fs::read_to_string(&page).unwrap();
        let (before, rest) = book.split_once(MARKS[0]).unwrap();
        let (told, after) = rest.split_once(MARKS[1]).unwrap();
        if bless {
            std::fs::write(&page, [before, MARKS[0], text.trim_end(), "\n", MARKS[1], after].concat())
                .unwrap();
        } else if told.trim() != text.trim() {
            failures.push(
                "the table in docs/reference/silent-guardian-evenings.md is another: BLESS=1 writes this one"
                    .to_owned(),
            );
        }
    }
    for failure in &failures {
        println!("{failure}");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
