//! Reads `docs/capabilities.md`: a capability stands on tests that exist, and says how strong they are. The invariants'
//! page names tests as well, and those exist too.
//!
//! A Test cell names its tests in backticks, `path/to/file` or `path/to/file::name`, where the name is a Rust
//! function or the title of a test of node's.

use super::{File, Finding};

const PAGE: &str = "docs/capabilities.md";
const INVARIANTS: &str = "docs/invariants.md";
const COLUMNS: [&str; 4] = ["Capability", "Test", "Strength", "Gap"];

pub fn capabilities(files: &[File]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return vec![finding(0, "missing: a table of Capability, Test, Strength and Gap".to_owned())];
    };
    let mut findings = Vec::new();
    let (mut inside, mut rows) = (false, 0);
    for (text, line) in page.text.lines().zip(1..) {
        let Some(cells) = cells(text) else {
            inside = false;
            continue;
        };
        if cells == COLUMNS {
            inside = true;
        } else if inside && !is_rule(&cells) {
            rows += 1;
            findings.extend(row(&cells, files).into_iter().map(|what| finding(line, what)));
        }
    }
    if rows == 0 {
        findings.push(finding(0, format!("has no row under a header of | {} |", COLUMNS.join(" | "))));
    }
    findings.extend(invariants(files));
    findings
}

/// What the invariants' page says in backticks with a slash is a file, or a test in one.
fn invariants(files: &[File]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == INVARIANTS) else { return Vec::new() };
    let mut findings = Vec::new();
    for (text, line) in page.text.lines().zip(1..) {
        let named = text.split('`').skip(1).step_by(2).filter(|named| named.contains('/'));
        let absent = named.filter_map(|named| absent(named, files));
        findings.extend(absent.map(|what| Finding { path: INVARIANTS.to_owned(), line, what }));
    }
    findings
}

fn finding(line: usize, what: String) -> Finding {
    Finding { path: PAGE.to_owned(), line, what }
}

/// The cells of a table's line; none for other lines.
fn cells(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('|')?.strip_suffix('|')?.replace(r"\|", "\0");
    Some(inner.split('|').map(|cell| cell.trim().replace('\0', "|")).collect())
}

fn is_rule(cells: &[String]) -> bool {
    cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':')))
}

/// What is wrong with a row.
fn row(cells: &[String], files: &[File]) -> Vec<String> {
    let [_, test, strength, _] = cells else {
        return vec![format!("{} cells, not {}", cells.len(), COLUMNS.len())];
    };
    let mut wrong = Vec::new();
    if strength.is_empty() {
        wrong.push("Strength is empty: say how much its test proves".to_owned());
    }
    // Between backticks is every second piece.
    let named: Vec<&str> = test.split('`').skip(1).step_by(2).collect();
    if named.is_empty() {
        wrong.push("Test names none: give `path` or `path::name`, in backticks".to_owned());
    }
    wrong.extend(named.into_iter().filter_map(|named| absent(named, files)));
    wrong
}

/// What is wrong with the naming of a test, if anything.
fn absent(named: &str, files: &[File]) -> Option<String> {
    let (path, name) = named.split_once("::").map_or((named, None), |(path, name)| (path, Some(name)));
    let Some(file) = files.iter().find(|file| file.path == path) else {
        return Some(format!("`{path}` does not exist: name the file that proves it"));
    };
    let name = name?;
    let held =
        if path.ends_with(".rs") { has_function(&file.text, name) } else { has_title(&file.text, name) };
    (!held).then(|| format!("`{path}` has no test `{name}`"))
}

fn has_function(text: &str, name: &str) -> bool {
    let declared = format!("fn {name}");
    let mut ends = text.match_indices(&declared).map(|(at, _)| at + declared.len());
    ends.any(|end| text[end..].starts_with(['(', '<']))
}

fn has_title(text: &str, title: &str) -> bool {
    ['\'', '"', '`'].iter().any(|quote| text.contains(&format!("{quote}{title}{quote}")))
}
