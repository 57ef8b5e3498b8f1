//! Two sweeps on the same seeds, each seed with itself: what changed, by how much, and how sure that is.

use std::fmt;

use super::figures::named;
use super::summary::{digits, figure_names};
use super::table::grid;
use super::{Head, Results, Row};
use crate::assets::BadInput;
use crate::statistics::{Difference, corrected};

/// How likely it may be at the most that anything at all is said to have changed where nothing has.
const LEVEL: f64 = 0.05;

/// What the columns are.
pub(super) const HEADING: [&str; 8] =
    ["", "unit", "A", "B", "B - A (95 %)", "of A", "more / less / of", "by chance"];

/// Two sweeps, compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    heads: [Head; 2],
    names: [String; 2],
    /// How many seeds both have.
    pub seeds: usize,
    /// How many one has and the other has not.
    pub alone: usize,
    /// What was looked at, in the order of the tables.
    pub changes: Vec<Change>,
}

/// What became of one figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its name: a figure's, or what is expected.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Of which pairs, from what to what.
    pub difference: Difference,
    /// How likely a change like this is among so many figures where nothing has changed.
    pub chance: f64,
}

impl Change {
    /// Whether it is sure enough that it changed.
    pub fn is_sure(&self) -> bool {
        self.chance < LEVEL
    }

    fn is_none(&self) -> bool {
        self.difference.more + self.difference.less == 0
    }

    /// As tables have it: name, unit, A, B, the change with its bounds, its share of A, on how many seeds it is more and less, and how
    /// likely it is by chance.
    pub(super) fn row(&self) -> [String; 8] {
        let Difference { pairs, before, after, interval: [low, high], more, less, .. } = self.difference;
        let change = self.difference.change();
        let (places, fine) = (digits(before.abs().max(after.abs())), digits(change));
        let relative = self.difference.relative().map(|share| format!("{:+.1} %", 100.0 * share));
        [
            self.name.clone(),
            self.unit.clone(),
            format!("{before:.places$}"),
            format!("{after:.places$}"),
            format!("{change:+.fine$} ({low:+.fine$} – {high:+.fine$})"),
            relative.unwrap_or_else(|| "-".to_owned()),
            format!("{more} / {less} / {pairs}"),
            if self.chance < 0.001 { "< 0.001".to_owned() } else { format!("{:.3}", self.chance) },
        ]
    }
}

impl Comparison {
    /// Of two results, which are called so.
    ///
    /// # Errors
    /// [`BadInput`] if no seed is in both.
    pub fn of(names: [&str; 2], results: [&Results; 2]) -> Result<Self, BadInput> {
        let [one, two] = results;
        let pairs: Vec<(&Row, &Row)> =
            one.rows.iter().filter_map(|(seed, row)| Some((row, two.rows.get(seed)?))).collect();
        if pairs.is_empty() {
            let message = format!(
                "no seed is in both: {} has seeds {}, {} has {}. Play the same ones",
                names[0], one.head.seeds, names[1], two.head.seeds
            );
            return Err(BadInput::Wrong(message));
        }
        let mut changes = Vec::new();
        let mut look = |name: String, unit: &str, of: &dyn Fn(&Row) -> Option<f64>| {
            let pairs: Vec<(f64, f64)> =
                pairs.iter().filter_map(|(one, two)| Some((of(one)?, of(two)?))).collect();
            if let Some(difference) = Difference::of(&pairs) {
                let chance = difference.chance;
                changes.push(Change { name, unit: unit.to_owned(), difference, chance });
            }
        };
        look("passed".to_owned(), "share", &|row| Some(f64::from(u8::from(row.passed()))));
        for name in one.head.expectations.iter().filter(|name| two.head.expectations.contains(name)) {
            look(format!("held: {name}"), "share", &|row| {
                row.panic.is_none().then(|| f64::from(u8::from(!row.failed.contains(name))))
            });
        }
        look("invariants_broken".to_owned(), "-", &|row| row.panic.is_none().then(|| row.broken() as f64));
        for name in figure_names(results) {
            let unit = named(&name).map_or("", |figure| figure.unit);
            look(name.clone(), unit, &|row| row.figures.get(&name).map(|value| value.0));
        }
        let differences: Vec<Difference> = changes.iter().map(|change| change.difference).collect();
        let chances = corrected(&differences, LEVEL);
        changes.iter_mut().zip(chances).for_each(|(change, chance)| change.chance = chance);
        Ok(Self {
            heads: results.map(|results| results.head.clone()),
            names: names.map(str::to_owned),
            seeds: pairs.len(),
            alone: one.rows.len() + two.rows.len() - 2 * pairs.len(),
            changes,
        })
    }

    /// What has changed for sure.
    pub fn sure(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_sure())
    }

    /// What has changed for sure, what may have, and what has not.
    pub(super) fn parts(&self) -> [Vec<&Change>; 3] {
        let (sure, rest): (Vec<&Change>, Vec<&Change>) =
            self.changes.iter().partition(|change| change.is_sure());
        let (same, unsure) = rest.into_iter().partition(|change| change.is_none());
        [sure, unsure, same]
    }

    /// How to read it.
    pub(super) fn note(&self) -> String {
        format!(
            "{} figures were looked at. More / less / of: on so many seeds it is more in B, on so many less, of so many that have \
             it. By chance: how likely it is that as much speaks for a change where there is none, among so many figures \
             (signed ranks of the pairs, Holm). Below {LEVEL} is sure: of 20 comparisons of equals, 19 find nothing.",
            self.changes.len()
        )
    }

    /// What the two were, and in what they are not the same; each in a line.
    pub(super) fn title(&self) -> String {
        let [one, two] = &self.heads;
        let mut lines: Vec<String> = ["A", "B"]
            .iter()
            .zip(&self.heads)
            .zip(&self.names)
            .map(|((letter, head), name)| {
                let twin = head.twin.as_ref().map(|twin| format!(", twin `{twin}`")).unwrap_or_default();
                format!(
                    "{letter}: {name}, {}{twin}, seeds {}, wimz {}",
                    head.scenario, head.seeds, head.build
                )
            })
            .collect();
        if one.build != two.build {
            lines.push("the builds are not the same".to_owned());
        }
        if one.sha256 != two.sha256 {
            lines.push("the scenarios, or files that they name, are not the same".to_owned());
        }
        let rows: Vec<&String> =
            one.tuned.keys().chain(two.tuned.keys().filter(|row| !one.tuned.contains_key(*row))).collect();
        for row in rows.into_iter().filter(|row| one.tuned.get(*row) != two.tuned.get(*row)) {
            let word = |head: &Head| head.tuned.get(row).map_or("the robot's own".to_owned(), f64::to_string);
            lines.push(format!("{row}: {} in A, {} in B", word(one), word(two)));
        }
        lines.push(format!("{} seeds, each in A with the same in B", self.seeds));
        if self.alone > 0 {
            lines.push(format!("{} that only one of them has are left out", self.alone));
        }
        lines.join("\n")
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.title())?;
        let [sure, unsure, same] = self.parts();
        let rows = |changes: &[&Change]| {
            grid(&HEADING, &changes.iter().map(|change| change.row().to_vec()).collect::<Vec<_>>())
        };
        if sure.is_empty() {
            writeln!(f, "Nothing has changed for sure.")?;
        } else {
            write!(f, "Changed:\n\n{}", rows(&sure))?;
        }
        if !unsure.is_empty() {
            write!(f, "\nNot the same, but that may be chance:\n\n{}", rows(&unsure))?;
        }
        if !same.is_empty() {
            let names: Vec<&str> = same.iter().map(|change| change.name.as_str()).collect();
            writeln!(f, "\nThe same on every seed: {}.", names.join(", "))?;
        }
        writeln!(f, "\n{}", self.note())
    }
}
