//! Collects what a report tells of, while the run goes on. It looks and has no say.

use wimz_vocabulary::RobotTime;
use wimz_world::room::{Plan, Room};

use super::lanes::Lanes;
use super::{Camera, Heading, Report, Samples, Told, seconds, stage};
use crate::narrator::{self, Narrator};
use crate::session::{Line, Session, Witness};
use crate::sweep;
use crate::verdict::{Outcome, Verdict};
use crate::watch::Breach;

/// How many lines a story has at the most; the rest is counted.
const LINES: usize = 20_000;

/// How many breaches are told of; the rest is counted.
const BREACHES: usize = 200;

/// Collects what a report tells of.
#[derive(Debug)]
pub struct Collector {
    plan: Plan,
    /// Leaves out what is no news.
    teller: Narrator,
    narrator: Narrator,
    figures: sweep::Collector,
    lanes: Lanes,
    story: Vec<Told>,
    untold: u64,
    breaches: Vec<Breach>,
    samples: Samples,
    camera: Option<Camera>,
}

impl Collector {
    /// For a run in this room that goes on until `end`.
    pub fn new(room: &Room, end: RobotTime) -> Self {
        let (plan, narrator) = stage(room);
        Self {
            plan,
            teller: narrator.clone(),
            narrator,
            figures: sweep::Collector::default(),
            lanes: Lanes::new(end),
            story: Vec::new(),
            untold: 0,
            breaches: Vec::new(),
            samples: Samples::default(),
            camera: None,
        }
    }

    /// Has what the robot's camera saw drawn when the run is over.
    #[must_use]
    pub fn with_camera(self, camera: Camera) -> Self {
        Self { camera: Some(camera), ..self }
    }

    /// The room is another one: what is told from now on is told of it. The plan stays the first one's.
    pub fn refurnish(&mut self, room: &Room) {
        self.narrator.refurnish(room);
        self.teller.refurnish(room);
    }

    /// A line of the run's.
    pub fn line(&mut self, line: &Line) {
        self.figures.line(line);
        if matches!(line, Line::Second { .. }) {
            return;
        }
        let narrator::Told { at, topic, text } = self.narrator.words(line);
        self.lanes.line(at, line, &text);
        if !self.teller.is_news(line) {
            return;
        }
        if self.story.len() < LINES {
            self.story.push(Told { at_s: seconds(at), topic, text });
        } else {
            self.untold += 1;
        }
    }

    /// Something that should never have been.
    pub fn breach(&mut self, breach: &Breach) {
        self.lanes.breach(breach);
        if self.breaches.len() < BREACHES {
            self.breaches.push(breach.clone());
        }
    }

    /// The run is over. Its hash is known a little later.
    pub fn end(mut self, heading: Heading, session: &Session, verdict: Verdict) -> Report {
        for (expectation, outcome) in &verdict.rows {
            if let Outcome::Failed(failure) = outcome {
                let name = expectation.name.as_ref().unwrap_or(&expectation.text);
                self.lanes.failed(failure.at, &format!("{name}: {}", failure.what));
            }
        }
        let end = session.now();
        Report {
            heading,
            hash: String::new(),
            end,
            plan: self.plan,
            verdict,
            breaches: self.breaches,
            broken: session.breaches(),
            doubts: session.doubts(),
            figures: self.figures.end(session),
            lanes: self.lanes.end(end),
            story: self.story,
            untold: self.untold,
            samples: self.samples,
            camera: self.camera,
            narrator: self.narrator,
        }
    }
}

impl Witness for Collector {
    fn seen(&mut self, session: &Session, _: &[Line]) {
        self.samples.look(session);
    }
}
