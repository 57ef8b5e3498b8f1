//! `docs/how-to/write-a-scenario.md` says what the language has, all of it and nothing else, and its examples work.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test reads the book, and may stop at the first surprise"
)]

use std::collections::BTreeMap;

use wimz_simulator::assets::Source;
use wimz_simulator::expect::events::kinds;
use wimz_simulator::expect::state::fields;
use wimz_simulator::expect::value::Kind;
use wimz_simulator::scenario::Scenario;

const HOW_TO: &str = include_str!("../../docs/how-to/write-a-scenario.md");

fn holds(kind: Kind, optional: bool) -> String {
    let holds = match kind {
        Kind::Words(what, _) => what.to_owned(),
        kind => kind.such(),
    };
    format!("{holds}{}", if optional { ", or `none`" } else { "" })
}

/// The rows of the table that follows a heading.
fn table(heading: &str) -> Vec<&'static str> {
    let section = HOW_TO.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section
        .lines()
        .skip_while(|line| !line.starts_with("|---"))
        .filter(|line| line.starts_with("| "))
        .collect()
}

fn same(heading: &str, expected: &[String]) {
    let told = table(heading);
    let as_it_should_be = expected.join("\n");
    assert_eq!(told, expected.iter().map(String::as_str).collect::<Vec<_>>(), "write:\n{as_it_should_be}");
}

#[test]
fn every_field_of_the_state_is_in_the_book() {
    let rows = fields().map(|field| {
        format!("| `{}` | {} | {} |", field.name, holds(field.kind, field.optional), field.about)
    });
    same("What can be asked of the state", &rows.collect::<Vec<_>>());
}

#[test]
fn every_event_is_in_the_book() {
    let rows = kinds().map(|kind| {
        let fields =
            kind.fields.iter().map(|(name, kind, optional)| format!("`{name}`: {}", holds(*kind, *optional)));
        let fields = fields.collect::<Vec<_>>().join("; ");
        format!("| `{}` | {} | {} |", kind.name, kind.about, if fields.is_empty() { "-" } else { &fields })
    });
    same("What can happen", &rows.collect::<Vec<_>>());
}

#[test]
fn every_word_is_in_the_book() {
    let mut sets = BTreeMap::new();
    let fields = fields().map(|field| field.kind);
    for kind in fields.chain(kinds().flat_map(|kind| kind.fields.iter().map(|(_, kind, _)| *kind))) {
        if let Kind::Words(what, words) = kind {
            let words: Vec<String> = words().iter().map(|word| format!("`{word}`")).collect();
            sets.insert(what, words.join(", "));
        }
    }
    let rows = sets.iter().map(|(what, words)| format!("| {what} | {words} |"));
    same("Words", &rows.collect::<Vec<_>>());
}

#[test]
fn every_whole_scenario_in_the_book_is_in_order() {
    let blocks = HOW_TO.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let whole: Vec<&str> = blocks.filter(|block| block.starts_with("about = ")).collect();
    assert!(!whole.is_empty());
    for text in whole {
        let source = Source { name: "write-a-scenario.md".to_owned(), text: text.to_owned() };
        let scenario = Scenario::parse(&source.document()).unwrap();
        scenario.setting(&source, 1).unwrap().read().unwrap();
    }
}
