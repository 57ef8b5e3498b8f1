//! `docs/reference/silent-guardian.md` has every row of the guardian's tuning, with the value and the range that it has.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_brain::tuning::GuardianTuning;

const PAGE: &str = include_str!("../../docs/reference/silent-guardian.md");

/// The unit that a row has by its name; none where the name has none.
fn unit(row: &str) -> Option<&'static str> {
    let units = [
        ("_s", "seconds"),
        ("_db", "dB of full scale"),
        ("_share", "0 to 1"),
        ("_bpm", "barks a minute"),
        ("_times", "times as much"),
    ];
    // How often is no multiple.
    units.iter().find(|(end, _)| row.ends_with(end) && row != "futile_times").map(|(_, unit)| *unit)
}

#[test]
fn every_row_is_in_the_book_with_its_unit_reason_and_source() {
    let section = PAGE.split("\n## All numbers\n").nth(1).unwrap();
    let told: Vec<Vec<&str>> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    let heads: Vec<[String; 3]> = told
        .iter()
        .map(|cells| [cells[0].trim_matches('`').to_owned(), cells[1].to_owned(), cells[2].to_owned()])
        .collect();
    let rows: Vec<[String; 3]> = GuardianTuning::ROWS
        .iter()
        .map(|(row, usual, low, high)| [(*row).to_owned(), usual.to_string(), format!("{low} to {high}")])
        .collect();
    assert_eq!(heads, rows);
    for cells in told {
        assert_eq!(cells.len(), 6, "{cells:?}");
        let row = cells[0].trim_matches('`');
        assert!(unit(row).is_none_or(|unit| cells[3] == unit), "{cells:?}");
        assert!(cells[3..].iter().all(|cell| cell.len() > 4), "unit, reason and source: {cells:?}");
    }
}
