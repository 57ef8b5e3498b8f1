//! `run.json`: all of a report, for programs. Times are seconds of robot time since the start.

use serde::Serialize;

use super::lanes::Lane;
use super::{Report, Told, seconds};
use crate::recording::SOURCES;
use crate::sweep::{self, FIGURES, Number};
use crate::verdict::{Failure, Outcome};
use crate::watch::Breach;

/// Another number has other words, or the same with another meaning.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Run<'a> {
    wimz_report: u32,
    build: &'a str,
    scenario: &'a str,
    about: &'a str,
    twin: Option<&'a str>,
    tuning: Option<&'a str>,
    seed: u64,
    room: &'a str,
    robot: &'a str,
    dogs: Vec<Dog<'a>>,
    length_s: f64,
    hash: &'a str,
    passed: bool,
    again: &'a str,
    expectations: Vec<Row<'a>>,
    broken: u64,
    breaches: Vec<Found<'a>>,
    doubts: Vec<(&'static str, u32)>,
    figures: Vec<Figure>,
    lanes: &'a [Lane],
    story: &'a [Told],
    untold: u64,
    samples: Columns,
}

#[derive(Serialize)]
struct Dog<'a> {
    name: &'a str,
    character: &'a str,
}

#[derive(Serialize)]
struct Row<'a> {
    name: Option<&'a str>,
    text: &'a str,
    because: Option<&'a str>,
    file: &'a str,
    line: usize,
    held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failed<'a>>,
}

#[derive(Serialize)]
struct Failed<'a> {
    at_s: f64,
    what: &'a str,
    seen: &'a str,
    around: Vec<Told>,
}

#[derive(Serialize)]
struct Found<'a> {
    invariant: &'static str,
    holds: &'static str,
    at_s: f64,
    seen: &'a str,
    before: Vec<Told>,
}

#[derive(Serialize)]
struct Figure {
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    /// None where the run has nothing to take it of.
    value: Option<Number>,
}

/// What was measured, a column each: shorter by half than rows.
#[derive(Serialize, Default)]
struct Columns {
    at_s: Vec<Number>,
    x_m: Vec<Number>,
    y_m: Vec<Number>,
    heading_rad: Vec<Number>,
    speed_m_s: Vec<Number>,
    battery_v: Vec<Number>,
    charge: Vec<Option<Number>>,
    loudness_db: Vec<Option<Number>>,
    /// Each dog's x, y and heading.
    dogs: Vec<[Vec<Number>; 3]>,
}

impl Report {
    /// `run.json`.
    pub fn json(&self) -> String {
        let heading = &self.heading;
        let run = Run {
            wimz_report: FORMAT,
            build: SOURCES,
            scenario: &heading.scenario,
            about: &heading.about,
            twin: heading.twin.as_deref(),
            tuning: heading.tuning.as_deref(),
            seed: heading.seed,
            room: &heading.room,
            robot: &heading.robot,
            dogs: heading.dogs.iter().map(|(id, character)| Dog { name: id.as_str(), character }).collect(),
            length_s: seconds(self.end),
            hash: &self.hash,
            passed: self.passed(),
            again: &heading.again,
            expectations: self.expectations(),
            broken: self.broken,
            breaches: self.breaches.iter().map(|breach| self.found(breach)).collect(),
            doubts: vec![
                ("tricks", self.doubts.tricks),
                ("tricks_unseen", self.doubts.tricks_unseen),
                ("quiets", self.doubts.quiets),
                ("quiets_with_barks", self.doubts.quiets_with_barks),
            ],
            figures: self.named_figures(),
            lanes: &self.lanes,
            story: &self.story,
            untold: self.untold,
            samples: self.columns(),
        };
        let mut text = serde_json::to_string(&run).expect("it is texts and finite numbers");
        text.push('\n');
        text
    }

    fn expectations(&self) -> Vec<Row<'_>> {
        let rows = self.verdict.rows.iter().map(|(expectation, outcome)| Row {
            name: expectation.name.as_deref(),
            text: &expectation.text,
            because: expectation.because.as_deref(),
            file: &expectation.file,
            line: expectation.line,
            held: matches!(outcome, Outcome::Held),
            failure: match outcome {
                Outcome::Held => None,
                Outcome::Failed(Failure { at, what, seen, around }) => {
                    Some(Failed { at_s: seconds(*at), what, seen, around: self.told(around) })
                }
            },
        });
        rows.collect()
    }

    fn found<'a>(&self, breach: &'a Breach) -> Found<'a> {
        let watched = breach.invariant.watched();
        Found {
            invariant: watched.name,
            holds: watched.holds,
            at_s: seconds(breach.at),
            seen: &breach.seen,
            before: self.told(&breach.before),
        }
    }

    fn named_figures(&self) -> Vec<Figure> {
        let figure = |figure: &sweep::Figure| Figure {
            name: figure.name,
            unit: figure.unit,
            about: figure.about,
            value: self.figures.get(figure.name).copied(),
        };
        const { &FIGURES }.iter().map(figure).collect()
    }

    fn columns(&self) -> Columns {
        let mut columns = Columns {
            dogs: self.samples.dogs.iter().map(|_| Default::default()).collect(),
            ..Columns::default()
        };
        for row in &self.samples.rows {
            columns.at_s.push(Number(seconds(row.at)));
            columns.x_m.push(rounded(row.robot.x, 1e3));
            columns.y_m.push(rounded(row.robot.y, 1e3));
            columns.heading_rad.push(rounded(row.robot.heading, 1e3));
            columns.speed_m_s.push(rounded(row.speed, 1e3));
            columns.battery_v.push(rounded(row.volts, 1e3));
            columns.charge.push(row.charge.map(|charge| rounded(charge, 1e3)));
            columns.loudness_db.push(row.loudness.map(|loudness| rounded(loudness, 1e1)));
            for ([x, y, heading], dog) in columns.dogs.iter_mut().zip(&row.dogs) {
                x.push(rounded(dog.pose.x, 1e3));
                y.push(rounded(dog.pose.y, 1e3));
                heading.push(rounded(dog.pose.heading, 1e3));
            }
        }
        columns
    }
}

/// Nobody reads further digits than these.
fn rounded(value: f32, per_unit: f64) -> Number {
    Number((f64::from(value) * per_unit).round() / per_unit)
}
