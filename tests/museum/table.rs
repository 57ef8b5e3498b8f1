//! The page and the tests: the same rows, under the same names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many rows each kind has in the field's list.
const KINDS: [(char, u32, usize); 7] =
    [('m', 14, 14), ('t', 11, 11), ('c', 18, 18), ('e', 21, 21), ('a', 13, 11), ('v', 9, 6), ('h', 15, 14)];

/// The row at the beginning of a test's name: `m1` of `m1_a_robot`; none for a test that is no row's.
fn row(test: &str) -> Option<&str> {
    let (row, _) = test.split_once('_')?;
    let number = row.strip_prefix(|kind: char| KINDS.iter().any(|(known, ..)| *known == kind))?;
    number.parse::<u32>().ok().map(|_| row)
}

/// The tests of each row, as `file::test`.
fn tests() -> BTreeMap<String, Vec<String>> {
    let mut tests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("museum");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for after in text.split("#[test]\nfn ").skip(1) {
            let test = after.split('(').next().unwrap();
            if let Some(row) = row(test) {
                tests.entry(row.to_owned()).or_default().push(format!("{file}::{test}"));
            }
        }
    }
    tests
}

/// The first and the last cell of each row of one of the page's tables.
fn table(page: &str, heading: &str) -> Vec<(String, String)> {
    let part = page.split(&format!("\n## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let cells = |line: &str| -> Option<(String, String)> {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [first, what, last] = cells[..] else { panic!("three cells: {line}") };
        assert!(what.len() > 10 && last.len() > 10, "{line}");
        Some((first.to_lowercase(), last.trim_matches('`').to_owned()))
    };
    part.lines().filter(|line| line.starts_with("| ")).skip(1).filter_map(cells).collect()
}

#[test]
fn the_page_and_the_tests_have_the_same_rows() {
    let page = include_str!("../../docs/reference/museum.md");
    let shown = table(page, "Shown");
    let tests = tests();
    let named: BTreeMap<String, Vec<String>> =
        shown.iter().map(|(row, test)| (row.clone(), vec![test.clone()])).collect();
    assert_eq!(named.len(), shown.len(), "a row stands there twice");
    assert_eq!(named, tests);
    let not_shown: BTreeSet<String> = table(page, "Not shown").into_iter().map(|(row, _)| row).collect();
    let all: BTreeSet<String> = named.into_keys().chain(not_shown.iter().cloned()).collect();
    let mut listed = BTreeSet::new();
    for (kind, rows, least) in KINDS {
        listed.extend((1..=rows).map(|row| format!("{kind}{row}")));
        let of_kind = shown.iter().filter(|(row, _)| row.starts_with(kind)).count();
        assert!(of_kind >= least, "{kind}: {of_kind} of {rows} are shown");
    }
    assert_eq!(all, listed, "each row is shown, or it is said why not");
    assert_eq!(all.len(), shown.len() + not_shown.len());
    assert!(shown.len() >= 80);
    let counts = format!("Shown are {} of {} rows", shown.len(), listed.len());
    assert!(page.contains(&counts), "{counts}");
}
