//! The long form of `barks_are_told_from_all_else`: so many scenes of every condition, as the table of the book has them.
//!
//! With as many scenes as the book's table has, it fails if the two differ; `BLESS=1` writes the book's.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a proof reads its words, and may stop at the first surprise"
)]

use std::path::Path;
use std::process::ExitCode;

use wimz_tests::barks::{Set, Table};

/// Scenes of each condition in the book's table.
const BOOK: u64 = 40;
/// Between these lines it stands.
const MARKS: [&str; 2] = ["<!-- cargo xtask prove barks -->\n\n", "\n<!-- end -->"];

fn main() -> ExitCode {
    let scenes: u64 = std::env::args().nth(1).map_or(BOOK, |scenes| scenes.parse().unwrap());
    let set = if std::env::var_os("SET").is_some() { Set::Tuning } else { Set::HeldOut };
    let table = Table::play(set, scenes, true);
    let text = table.to_string();
    println!("{text}");
    let mut failures = table.failures();
    if scenes == BOOK {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/the-ear.md");
        let book = std::fs::read_to_string(&page).unwrap();
        let (before, rest) = book.split_once(MARKS[0]).unwrap();
        let (told, after) = rest.split_once(MARKS[1]).unwrap();
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&page, [before, MARKS[0], text.trim_end(), "\n", MARKS[1], after].concat())
                .unwrap();
        } else if told.trim() != text.trim() {
            failures.push(
                "the table in docs/reference/the-ear.md is another: BLESS=1 writes this one".to_owned(),
            );
        }
    }
    for failure in &failures {
        println!("{failure}");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
