//! What a sweep came to, in numbers: each of them is reckoned here, and whoever tells of it only writes it down.

use std::collections::BTreeMap;

use super::figures::{FIGURES, Figure, named};
use super::{Results, Row};
use crate::statistics::{self, Share};

/// What the seeds came to, all together.
#[derive(Clone, Debug)]
pub struct Summary<'a> {
    /// Of which.
    pub results: &'a Results,
    /// How many passed, of all that were played.
    pub passed: Share,
    /// How many panicked.
    pub panics: u64,
    /// What was expected, in the order of the file.
    pub expected: Vec<Expected<'a>>,
    /// The invariants that were broken, by their names.
    pub broken: Vec<Broken<'a>>,
    /// The figures of which there was something.
    pub figures: Vec<Taken>,
    /// The names of those of which there was nothing in any run.
    pub nothing: Vec<String>,
}

/// Something that was expected.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// What it is called.
    pub name: &'a str,
    /// In how many seeds it held, of those that came to their end.
    pub held: Share,
}

/// An invariant that was broken.
#[derive(Clone, Copy, Debug)]
pub struct Broken<'a> {
    /// Its name.
    pub name: &'a str,
    /// How often, in all runs together.
    pub times: u64,
    /// In how many seeds it held, of those that came to their end.
    pub held: Share,
}

/// A figure over all seeds that have it.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its name in results.
    pub name: String,
    /// What this build knows of it.
    pub known: Option<&'static Figure>,
    /// The value of each seed, and whether the seed passed; in the order of the seeds.
    pub values: Vec<(f64, bool)>,
    /// Where the mean lies.
    pub mean: statistics::Figure,
    /// The least value.
    pub least: f64,
    /// The greatest value.
    pub most: f64,
}

impl<'a> Summary<'a> {
    /// Of results, whole or not.
    pub fn of(results: &'a Results) -> Self {
        let rows = || results.rows.values();
        let count = |is: &dyn Fn(&Row) -> bool| rows().filter(|row| is(row)).count() as u64;
        let ended = count(&|row| row.panic.is_none());
        let expected = results.head.expectations.iter().map(|name| {
            let failed = count(&|row| row.failed.contains(name));
            Expected { name, held: Share { held: ended - failed, of: ended } }
        });
        let mut breaches: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for (name, times) in rows().flat_map(|row| &row.breaches) {
            let (all, seeds) = breaches.entry(name).or_default();
            *all += times;
            *seeds += 1;
        }
        let broken = breaches.into_iter().map(|(name, (times, seeds))| {
            let held = Share { held: ended.saturating_sub(seeds), of: ended };
            Broken { name, times, held }
        });
        let (mut figures, mut nothing) = (Vec::new(), Vec::new());
        for name in figure_names([results]) {
            match Taken::of(&name, results) {
                Some(taken) => figures.push(taken),
                None => nothing.push(name),
            }
        }
        Self {
            results,
            passed: Share { held: count(&Row::passed), of: rows().count() as u64 },
            panics: count(&|row| row.panic.is_some()),
            expected: expected.collect(),
            broken: broken.collect(),
            figures,
            nothing,
        }
    }

    /// The seeds that did not pass, in order.
    pub fn failing(&self) -> impl Iterator<Item = &'a Row> + Clone + use<'a> {
        self.results.rows.values().filter(|row| !row.passed())
    }
}

impl Taken {
    /// `None` if there was nothing of it in any run.
    fn of(name: &str, results: &Results) -> Option<Self> {
        let value = |row: &Row| Some((row.figures.get(name)?.0, row.passed()));
        let values: Vec<(f64, bool)> = results.rows.values().filter_map(value).collect();
        if values.iter().all(|(value, _)| *value == 0.0) {
            return None;
        }
        let (least, most) =
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), (value, _)| {
                (least.min(*value), most.max(*value))
            });
        let mean = statistics::Figure::mean(&values, |(value, _)| *value);
        Some(Self { name: name.to_owned(), known: named(name), values, mean, least, most })
    }

    /// Its unit, `-` for what is counted; nothing of a figure of another build's.
    pub fn unit(&self) -> &'static str {
        self.known.map_or("", |figure| figure.unit)
    }

    /// The mean, and where it lies in 95 of 100 cases.
    pub fn mean_told(&self) -> String {
        format!("{:.*}", self.digits(), self.mean)
    }

    /// A value in as many digits as the mean has, or as a whole number.
    pub fn told(&self, value: f64) -> String {
        if value == value.trunc() { format!("{value:.0}") } else { format!("{value:.*}", self.digits()) }
    }

    fn digits(&self) -> usize {
        digits(self.mean.0.map_or(0.0, |[mean, ..]| mean))
    }
}

/// Why a seed did not pass.
pub(super) fn why(row: &Row) -> String {
    let mut why: Vec<String> = row.failed.iter().map(|name| format!("failed: {name}")).collect();
    why.extend(row.breaches.iter().map(|(name, times)| format!("broken: {name}, {times} x")));
    why.extend(row.panic.iter().map(|panic| format!("panicked at {}", panic.replace('\n', " "))));
    why.join("; ")
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
