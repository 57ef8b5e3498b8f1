//! The page of a sweep says what its tables say, is whole by itself, and takes no text of a file for markup.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test of the program starts programs, and may stop at the first surprise"
)]

use std::path::Path;
use std::process::{Command, Output};

use wimz_simulator::sweep::{Results, Row};

/// A dog is rung at: on some seeds it barks enough, on some it does not. All names are as hostile as they can be.
const BELL: &str = r#"
about = "Somebody rings"
room = "living_room"
robot = "gen2"
length = "8s"

[[dog]]
name = "nell"
character = "nell"

[[input]]
at = "1s"
happens = "doorbell"

[[expect]]
name = "</title><script>alert(1)</script>"
count = "room.dog_barked"
at_least = 5

[[expect]]
name = "\"'><b onclick=alert(2)> & co"
always = "alive"
"#;
const SCENARIO: &str = "<img src=x onerror=alert(3)> 'co'.toml";
const SEEDS: u64 = 12;

fn wimz(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wimz")).args(words).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn escaped(text: &str) -> String {
    let marks = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];
    marks.iter().fold(text.to_owned(), |text, (mark, word)| text.replace(mark, word))
}

/// What stands between two words, each time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

/// Two columns of a table at the least are parted by as many blanks.
fn cells(line: &str) -> Vec<&str> {
    line.split("   ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn a_page_says_what_the_tables_say() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(SCENARIO), BELL).unwrap();
    let seeds = format!("0..{SEEDS}");
    let words = ["sweep", SCENARIO, "--seeds", &seeds, "--out", "bell.jsonl", "--page", "bell.html"];
    let swept = wimz(folder.path(), &words);
    let told = text(&swept.stdout);
    assert_eq!(swept.status.code(), Some(1), "{told}{}", text(&swept.stderr));
    let page = std::fs::read_to_string(folder.path().join("bell.html")).unwrap();
    let results = Results::read(&folder.path().join("bell.jsonl")).unwrap();
    let rows: Vec<&Row> = results.rows.values().collect();

    // Its verdict, its shares, its means, its least and most.
    let passed = rows.iter().filter(|row| row.passed()).count();
    let share = told.lines().next().unwrap().rsplit("passed, ").next().unwrap();
    assert!(passed > 0 && passed < rows.len(), "{told}");
    assert!(page.contains(&format!("{passed} of {SEEDS} seeds passed: {share}.")), "{told}");
    let mut parts = told.split("\n\n").skip(1);
    let (expected, figures) = (parts.next().unwrap(), parts.next().unwrap());
    let shares: Vec<Vec<&str>> = expected.lines().skip(1).map(cells).collect();
    assert_eq!(shares.len(), 2);
    let items = between(&page, "<p class=\"what\">", "</li>");
    assert_eq!(items.len(), 2, "what was expected; no invariant was broken");
    for (item, row) in items.iter().zip(&shares) {
        let name = escaped(row[0]);
        let failed = match row[1] {
            "0" => format!("held in all {SEEDS} seeds"),
            "1" => format!("failed in 1 seed of {SEEDS}"),
            failed => format!("failed in {failed} seeds of {SEEDS}"),
        };
        assert!(item.contains(&format!("<b>{name}</b>")) && item.contains(&failed), "{item}: {row:?}");
        assert!(item.contains(&format!("<b class=\"number\">{}</b>", row[2])), "{item}: {row:?}");
    }
    let drawn = between(&page, "<figure ", "</figure>");
    let figures: Vec<Vec<&str>> = figures.lines().skip(1).map(cells).collect();
    assert_eq!(drawn.len(), figures.len());
    for (figure, row) in drawn.iter().zip(&figures) {
        assert!(figure.contains(&format!("<output>{}</output>", row[2])), "{figure}: {row:?}");
        let ends = format!("<span>{}</span><span>{} seeds</span><span>{}</span>", row[3], row[5], row[4]);
        assert!(figure.contains(&ends), "{figure}: {row:?}");
    }

    // Each bar has the seeds whose value is in it, and says how many of them failed.
    let barks = drawn.iter().find(|figure| figure.contains("how often dogs really barked")).unwrap();
    let mut counted = 0;
    for title in between(barks, "<title>", "</title>").iter().filter(|title| !title.starts_with("mean")) {
        let (range, said) = title.split_once('\n').unwrap();
        let (from, to) = range.split_once(" to ").unwrap_or((range, range));
        let (from, to): (f64, f64) = (from.parse().unwrap(), to.parse().unwrap());
        let here: Vec<&&Row> =
            rows.iter().filter(|row| (from..=to).contains(&row.figures["barks"].0)).collect();
        let failed = here.iter().filter(|row| !row.passed()).count();
        let seeds = if here.len() == 1 { "1 seed".to_owned() } else { format!("{} seeds", here.len()) };
        let lost = if failed == 0 { String::new() } else { format!(", {failed} failed") };
        assert_eq!(said, format!("{seeds}{lost}"), "{title}");
        counted += here.len();
    }
    assert_eq!(counted, rows.len());

    // Each failing seed is a command, and no other seed is.
    for row in &rows {
        let command = escaped(&results.head.again(row.seed));
        assert_eq!(page.contains(&format!(">{command}</code>")), !row.passed(), "{command}");
    }

    // Nothing that somebody wrote does anything, and nothing is asked of anybody.
    for bad in ["<img", "<script>alert", "<b onclick", "</title><script"] {
        assert!(!page.contains(bad), "{bad}");
    }
    assert_eq!(page.matches("<script").count(), 1, "its own");
    for source in [" src=\"", "url(", "@import", "fetch("] {
        assert!(!page.contains(source), "{source}");
    }
    assert!(between(&page, "href=\"", "\"").iter().all(|to| to.starts_with('#') || *to == "data:,"));

    // The same results are the same page, whoever makes it.
    let merged = wimz(folder.path(), &["merge", "bell.jsonl", "--page", "again.html"]);
    assert_eq!((merged.status.code(), text(&merged.stdout)), (Some(1), told));
    assert_eq!(std::fs::read_to_string(folder.path().join("again.html")).unwrap(), page);
}

#[test]
fn a_page_takes_no_other_file_s_place() {
    let folder = tempfile::tempdir().unwrap();
    let [precious, jsonl] = ["precious.html", "a.jsonl"].map(|name| folder.path().join(name));
    std::fs::write(&precious, "precious").unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    for (page, why) in [
        ("precious.html", "precious.html is there already, and is no page of wimz's: it is left alone"),
        ("a.jsonl", "a.jsonl is there already, and is no page"),
        ("folder", "folder is a folder: the page is a file, such as folder/page.html"),
        ("nowhere/a.html", "nowhere/a.html: there is no such file or folder"),
    ] {
        let words = ["sweep", "doorbell", "--seeds", "0..1", "--out", "a.jsonl", "--page", page];
        let refused = wimz(folder.path(), &words);
        let error = text(&refused.stderr);
        assert_eq!((refused.status.code(), refused.stdout.as_slice()), (Some(2), &b""[..]), "{error}");
        assert!(error.contains(why) && error.lines().count() == 1, "{error}");
        assert_eq!(std::fs::read_to_string(&jsonl).unwrap().lines().count(), 1, "before a seed is played");
    }
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
    let refused = wimz(folder.path(), &["merge", "a.jsonl"]);
    let error = text(&refused.stderr);
    assert!(error.contains("--out") && refused.status.code() == Some(2), "{error}");
}
