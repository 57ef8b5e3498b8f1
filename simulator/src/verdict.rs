//! Judges a run by what is expected of it: watches it tick by tick and says at the end what held and what did not.

mod text;
mod trial;

use std::collections::VecDeque;

use wimz_vocabulary::RobotTime;

use crate::expect::Expectation;
use crate::expect::state::View;
use crate::session::{Line, Session, Witness};
use trial::Trial;

/// How many lines are kept from before a failure, and how many come after it.
const BEFORE: usize = 5;
const AFTER: usize = 2;

/// Watches a run and judges it. A judge of no expectations costs nothing but its call.
pub struct Judge {
    trials: Vec<Trial>,
    /// What happened last.
    recent: VecDeque<Line>,
}

/// What came of each expectation, in the order of the file.
#[derive(Debug)]
pub struct Verdict {
    /// One for each.
    pub rows: Vec<(Expectation, Outcome)>,
}

/// What came of one.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It held.
    Held,
    /// It did not.
    Failed(Failure),
}

/// How an expectation failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// When.
    pub at: RobotTime,
    /// What was wrong then.
    pub what: String,
    /// What was seen: the values in the condition, or the events of that kind that came.
    pub seen: String,
    /// What happened around then.
    pub around: Vec<Line>,
}

impl Judge {
    /// For a run of which this is expected.
    pub fn new(expectations: &[Expectation]) -> Self {
        Self {
            trials: expectations.iter().map(Trial::new).collect(),
            recent: VecDeque::with_capacity(BEFORE),
        }
    }

    /// Keeps a line for those who will want to know what was before. A held key that is refused again is no other line.
    fn keep(&mut self, line: Line) {
        if self.recent.back().is_some_and(|last| is_the_same_refusal(last, &line)) {
            self.recent.pop_back();
        } else if self.recent.len() == BEFORE {
            self.recent.pop_front();
        }
        self.recent.push_back(line);
    }

    /// Ends it: what was still open is decided by how things are now.
    pub fn verdict(mut self, session: &Session) -> Verdict {
        let view = View::of(session);
        for trial in &mut self.trials {
            trial.end(session.now(), &view, &self.recent);
        }
        Verdict { rows: self.trials.into_iter().map(Trial::outcome).collect() }
    }
}

fn is_the_same_refusal(one: &Line, other: &Line) -> bool {
    let what = |line: &Line| match line {
        Line::Refused { request, refusal, .. } => {
            Some((request.from, request.command.name(), refusal.code()))
        }
        _ => None,
    };
    what(one).is_some() && what(one) == what(other)
}

impl Witness for Judge {
    fn seen(&mut self, session: &Session, lines: &[Line]) {
        for line in lines.iter().filter(|line| !matches!(line, Line::Second { .. })) {
            self.keep(line.clone());
            for trial in &mut self.trials {
                trial.line(line, &self.recent);
            }
        }
        let now = session.now();
        let view = self.trials.iter().any(|trial| trial.looks(now)).then(|| View::of(session));
        for trial in &mut self.trials {
            trial.look(now, view.as_ref(), &self.recent);
        }
    }
}

impl Verdict {
    /// Whether all held.
    pub fn passed(&self) -> bool {
        self.rows.iter().all(|(_, outcome)| matches!(outcome, Outcome::Held))
    }

    /// The places of those that failed.
    pub fn failed(&self) -> Vec<usize> {
        let failed = |(place, (_, outcome)): (usize, &(Expectation, Outcome))| {
            matches!(outcome, Outcome::Failed(_)).then_some(place)
        };
        self.rows.iter().enumerate().filter_map(failed).collect()
    }
}
