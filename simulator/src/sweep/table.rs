//! What a sweep came to, for people: what held how often, what was broken, the figures, and how to see each failure again.

use std::collections::BTreeMap;
use std::fmt;

use super::figures::{FIGURES, named};
use super::{Results, Row};
use crate::statistics::{Figure, Share};

/// How many failing seeds are told of one by one; the file has all.
const TOLD: usize = 100;

/// Results as a text of some tables.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(pub &'a Results);

impl Table<'_> {
    fn rows(&self) -> impl Iterator<Item = &Row> + Clone {
        self.0.rows.values()
    }

    fn count(&self, is: impl Fn(&Row) -> bool) -> u64 {
        self.rows().filter(|row| is(row)).count() as u64
    }

    /// One line on all of it.
    fn title(&self) -> String {
        let Results { head, rows } = self.0;
        let passed = Share { held: self.count(Row::passed), of: rows.len() as u64 };
        let twin = head.twin.as_ref().map(|twin| format!(", twin `{twin}`")).unwrap_or_default();
        let shard = head.shard.map(|shard| format!(", shard {shard}")).unwrap_or_default();
        format!(
            "{}{twin}, seeds {}{shard}: {} played, {} passed, {passed}",
            head.scenario,
            head.seeds,
            rows.len(),
            passed.held
        )
    }

    fn expectations(&self) -> String {
        let of = self.count(|row| row.panic.is_none());
        let row = |name: &String| {
            let failed = self.count(|row| row.failed.contains(name));
            vec![name.clone(), failed.to_string(), Share { held: of - failed, of }.to_string()]
        };
        let rows: Vec<Vec<String>> = self.0.head.expectations.iter().map(row).collect();
        grid(&["expected", "failed", "held"], &rows)
    }

    fn breaches(&self) -> String {
        let mut broken: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for (name, times) in self.rows().flat_map(|row| &row.breaches) {
            let (all, seeds) = broken.entry(name).or_default();
            *all += times;
            *seeds += 1;
        }
        let row = |(name, (times, seeds)): (&&str, &(u64, u64))| {
            vec![(*name).to_owned(), times.to_string(), seeds.to_string()]
        };
        grid(&["broken invariant", "times", "seeds"], &broken.iter().map(row).collect::<Vec<_>>())
    }

    /// The figures, and the names of those of which there was nothing in any run.
    fn figures(&self) -> (String, Vec<String>) {
        let (mut rows, mut nothing) = (Vec::new(), Vec::new());
        for name in figure_names([self.0]) {
            let values: Vec<f64> = self.rows().filter_map(|row| Some(row.figures.get(&name)?.0)).collect();
            if values.iter().all(|value| *value == 0.0) {
                nothing.push(name);
                continue;
            }
            let mean = Figure::mean(&values, |value| *value);
            let digits = digits(mean.0.map_or(0.0, |[mean, ..]| mean));
            let (least, most) =
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
                    (least.min(*value), most.max(*value))
                });
            rows.push(vec![
                name.clone(),
                named(&name).map_or("", |figure| figure.unit).to_owned(),
                format!("{mean:.digits$}"),
                short(least, digits),
                short(most, digits),
                values.len().to_string(),
            ]);
        }
        (grid(&["figure", "unit", "mean (95 %)", "least", "most", "seeds"], &rows), nothing)
    }

    fn failing(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let failing = self.rows().filter(|row| !row.passed());
        for row in failing.clone().take(TOLD) {
            let mut why: Vec<String> = row.failed.iter().map(|name| format!("failed: {name}")).collect();
            why.extend(row.breaches.iter().map(|(name, times)| format!("broken: {name}, {times} x")));
            why.extend(row.panic.iter().map(|panic| format!("panicked at {}", panic.replace('\n', " "))));
            lines.push(format!("  {}\n      {}", self.0.head.again(row.seed), why.join("; ")));
        }
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
        let (figures, nothing) = self.figures();
        for part in [self.expectations(), self.breaches(), figures].iter().filter(|part| !part.is_empty()) {
            write!(f, "\n{part}")?;
        }
        if !nothing.is_empty() {
            writeln!(f, "\nnothing in any run: {}", nothing.join(", "))?;
        }
        let panics = self.count(|row| row.panic.is_some());
        if panics > 0 {
            writeln!(f, "\npanics: {panics}; what these runs came to is not known")?;
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

/// The names of all figures that these results have: those that this build knows in its order, then those of others.
pub(super) fn figure_names<'a>(of: impl IntoIterator<Item = &'a Results> + Clone) -> Vec<String> {
    let has = |name: &str| {
        of.clone().into_iter().any(|results| results.rows.values().any(|row| row.figures.contains_key(name)))
    };
    let mut names: Vec<String> =
        FIGURES.iter().map(|figure| figure.name.to_owned()).filter(|name| has(name)).collect();
    for name in
        of.clone().into_iter().flat_map(|results| results.rows.values().flat_map(|row| row.figures.keys()))
    {
        if named(name).is_none() && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// How many digits after the point say enough of numbers of this size.
pub(super) fn digits(value: f64) -> usize {
    match value.abs() {
        size if size >= 100.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    }
}

/// A number in so many digits, or as a whole one.
fn short(value: f64, digits: usize) -> String {
    if value == value.trunc() { format!("{value:.0}") } else { format!("{value:.digits$}") }
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
