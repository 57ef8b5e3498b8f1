//! The numbers that a robot is tuned by: those of a scenario, and those that a file of the user's lays over them.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::Value;
use wimz_brain::tuning::Tuning;
use wimz_vocabulary::document::{Document, Flaw, Spanned};

/// Rows by their names, `guardian.quiet_1_s`. Units are in the names; where a file has a span of time, `sight.settles`, it is
/// in microseconds.
pub type Rows = BTreeMap<String, f64>;

/// Rows of tuning that take the place of a scenario's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    /// Which rows, by table and name, ...
    named: Vec<(String, String)>,
    /// ... and what they are.
    tuning: Tuning,
}

/// Tables of rows: `guardian`, `quiet_1_s`, 20. Spans of time are in microseconds.
type Tables = BTreeMap<String, BTreeMap<String, Value>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tuning: Spanned<Tuning>,
}

/// The same file once more, for what it names.
#[derive(Deserialize)]
struct Named {
    tuning: Tables,
}

impl Overlay {
    /// Reads a file with the tables `[tuning.*]` of a scenario, and nothing else.
    ///
    /// # Errors
    /// The first [`Flaw`]: a table or row that there is not, a number out of its range, or no row at all.
    pub fn read(document: &Document<'_>) -> Result<Self, Flaw> {
        let (overlay, place) = Self::read_any(document)?;
        if overlay.named.is_empty() {
            let message = "nothing is tuned: name a row, such as `quiet_1_s = 15` below [tuning.guardian]";
            return Err(document.flaw(place, message));
        }
        Ok(overlay)
    }

    /// The same of a file whose last row may have been struck out; and where its tables are.
    ///
    /// # Errors
    /// The first [`Flaw`], as above.
    pub fn read_any(document: &Document<'_>) -> Result<(Self, Range<usize>), Flaw> {
        let file: File = document.read()?;
        check(file.tuning.get_ref()).map_err(|why| document.flaw(file.tuning.span(), why))?;
        let Named { tuning: tables } = document.read()?;
        let rows = |(table, rows): (String, BTreeMap<String, Value>)| {
            rows.into_keys().map(move |row| (table.clone(), row))
        };
        let named: Vec<(String, String)> = tables.into_iter().flat_map(rows).collect();
        let place = file.tuning.span();
        Ok((Self { named, tuning: file.tuning.into_inner() }, place))
    }

    /// These numbers, with those of the file in their place.
    pub fn over(&self, tuning: &Tuning) -> Tuning {
        let (mut under, mut over) = (tables(tuning), tables(&self.tuning));
        for (table, row) in &self.named {
            if let Some(value) = over.get_mut(table).and_then(|rows| rows.remove(row)) {
                under.entry(table.clone()).or_default().insert(row.clone(), value);
            }
        }
        let laid = serde_json::to_value(under).and_then(serde_json::from_value);
        laid.expect("tables and rows were read as a tuning before")
    }
}

/// Whether every number is in its range.
///
/// # Errors
/// The first that is not, in words.
pub fn check(tuning: &Tuning) -> Result<(), String> {
    tuning.sight.check().map_err(|why| format!("sight: {why}"))?;
    let tables = [
        ("bark", tuning.bark.check()),
        ("guardian", tuning.guardian.check()),
        ("coach", tuning.coach.check()),
        ("reward", tuning.reward.check()),
        ("mission", tuning.mission.check()),
        ("schedule", tuning.schedule.check()),
    ];
    tables.into_iter().try_for_each(|(table, checked)| checked.map_err(|why| format!("{table}: {why}")))
}

/// The rows that are not as the robot has them by itself.
pub fn changed(tuning: &Tuning) -> Rows {
    let usual = tables(&Tuning::default());
    let mut changed = Rows::new();
    for (table, rows) in tables(tuning) {
        for (row, value) in rows {
            let is_usual = usual.get(&table).and_then(|rows| rows.get(&row)) == Some(&value);
            if let Some(value) = value.as_f64().filter(|_| !is_usual) {
                changed.insert(format!("{table}.{row}"), value);
            }
        }
    }
    changed
}

fn tables(tuning: &Tuning) -> Tables {
    // By their digits, so that 0.05 is 0.05 and not the nearest that 32 bits have.
    let text = serde_json::to_string(tuning);
    let read = text.and_then(|text| serde_json::from_str(&text));
    read.expect("a tuning is tables of finite numbers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::Micros;

    fn read(text: &str) -> Result<Overlay, Flaw> {
        Overlay::read(&Document::new("x.toml", text))
    }

    #[test]
    fn what_a_file_names_is_changed_and_nothing_else() {
        let mut own = Tuning::default();
        own.guardian.quiet_2_s = 33.0;
        own.guardian.pause_s = 0.05;
        let overlay = read("[tuning.guardian]\nquiet_1_s = 19\npause_s = 0.7\n[tuning.bark]\n").unwrap();
        let laid = overlay.over(&own);
        let sight = read("[tuning.sight]\nsettles = \"1.5s\"\nsmoothing = 3\n").unwrap().over(&laid);
        assert_eq!((sight.sight.settles, sight.sight.smoothing), (Micros::from_millis(1_500), 3));
        assert_eq!((sight.guardian, sight.sight.sit), (laid.guardian, laid.sight.sit));
        let rows = [("guardian.pause_s", 0.7), ("guardian.quiet_1_s", 19.0), ("guardian.quiet_2_s", 33.0)];
        assert_eq!(changed(&laid), rows.map(|(row, value)| (row.to_owned(), value)).into());
        assert_eq!(changed(&own).get("guardian.pause_s"), Some(&0.05));
        assert_eq!(changed(&Tuning::default()), Rows::new());
    }

    #[test]
    fn flaws_name_their_place() {
        let cases = [
            ("[tuning.guardian]\nquiet_1 = 19\n", (2, 1), "did you mean `quiet_1_s`?"),
            (
                "[tuning.guardian]\nquiet_1_s = 0.1\n",
                (1, 2),
                "guardian: quiet_1_s is 0.1, and may be from 0.5",
            ),
            ("[tuning.gardian]\n", (1, 9), "did you mean `guardian`?"),
            ("[tuning.guardian]\n", (1, 2), "nothing is tuned"),
            ("[guardian]\nquiet_1_s = 19\n", (1, 2), "unknown field `guardian`"),
        ];
        for (text, place, message) in cases {
            let flaw = read(text).unwrap_err();
            assert_eq!((flaw.line, flaw.column), place, "{flaw}");
            assert!(flaw.message.contains(message), "{flaw}");
        }
    }
}
