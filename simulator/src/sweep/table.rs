//! What a sweep came to, as tables for a terminal: what held how often, what was broken, the figures, and how to see each
//! failure again.

use std::fmt;

use super::summary::why;
use super::{Row, Summary};

/// How many failing seeds are told of one by one; the file has all.
const TOLD: usize = 100;

/// A sweep as a text of some tables.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(pub &'a Summary<'a>);

impl Table<'_> {
    /// One line on all of it.
    fn title(&self) -> String {
        let passed = self.0.passed;
        let title = self.0.results.head.title();
        format!("{title}: {} played, {} passed, {passed}", passed.of, passed.held)
    }

    fn expectations(&self) -> String {
        let rows = self.0.expected.iter().map(|expected| {
            let held = expected.held;
            vec![expected.name.to_owned(), (held.of - held.held).to_string(), held.to_string()]
        });
        grid(&["expected", "failed", "held"], &rows.collect::<Vec<_>>())
    }

    fn breaches(&self) -> String {
        let rows = self.0.broken.iter().map(|broken| {
            let seeds = broken.held.of - broken.held.held;
            vec![broken.name.to_owned(), broken.times.to_string(), seeds.to_string()]
        });
        grid(&["broken invariant", "times", "seeds"], &rows.collect::<Vec<_>>())
    }

    fn figures(&self) -> String {
        let rows = self.0.figures.iter().map(|taken| {
            vec![
                taken.name.clone(),
                taken.unit().to_owned(),
                taken.mean_told(),
                taken.told(taken.least),
                taken.told(taken.most),
                taken.values.len().to_string(),
            ]
        });
        let heading = ["figure", "unit", "mean (95 %)", "least", "most", "seeds"];
        grid(&heading, &rows.collect::<Vec<_>>())
    }

    fn failing(&self) -> Vec<String> {
        let failing = self.0.failing();
        let line = |row: &Row| format!("  {}\n      {}", self.0.results.head.again(row.seed), why(row));
        let mut lines: Vec<String> = failing.clone().take(TOLD).map(line).collect();
        let more = failing.count().saturating_sub(TOLD);
        if more > 0 {
            lines.push(format!("  and {more} seeds more"));
        }
        lines
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title())?;
        let parts = [self.expectations(), self.breaches(), self.figures()];
        for part in parts.iter().filter(|part| !part.is_empty()) {
            write!(f, "\n{part}")?;
        }
        if !self.0.nothing.is_empty() {
            writeln!(f, "\nnothing in any run: {}", self.0.nothing.join(", "))?;
        }
        if self.0.panics > 0 {
            writeln!(f, "\npanics: {}; what these runs came to is not known", self.0.panics)?;
        }
        let failing = self.failing();
        if !failing.is_empty() {
            write!(
                f,
                "\nfailing seeds, each with the command that plays it again:\n{}\n",
                failing.join("\n")
            )?;
        }
        Ok(())
    }
}

/// A table whose first column is flush left, and the others right. Nothing, if it has no rows.
pub(super) fn grid(heading: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let heading: Vec<String> = heading.iter().map(|word| (*word).to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&heading).chain(rows).collect();
    let width = |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let line = |row: &&Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        format!("{}\n", cells.collect::<Vec<_>>().join("   ").trim_end())
    };
    all.iter().map(line).collect()
}
