//! One expectation on trial: what is known of it so far.

use std::collections::VecDeque;

use wimz_vocabulary::{Micros, RobotTime};

use super::{AFTER, Failure, Outcome};
use crate::expect::events::at;
use crate::expect::state::View;
use crate::expect::{Condition, Expectation, Matter, Pattern, Shape, When};
use crate::session::Line;

/// How many events of a kind a failure tells of; the last ones.
const TOLD: usize = 4;

/// One expectation and what has become of it.
pub struct Trial {
    expectation: Expectation,
    /// `None` while it is open.
    outcome: Option<Outcome>,
    /// Whether there was anything to judge yet: its condition was known, or the event that it waits for happened.
    tried: bool,
    /// Events that fitted.
    count: u64,
    /// Events of its kinds, whatever they said: the last, and how many.
    came: VecDeque<Line>,
    total: u64,
    /// Of those that wait for an event: until when it matters, or the first that is not answered yet.
    open: Option<RobotTime>,
    /// For each step of `then` reached: when the latest chain so far began.
    steps: Vec<Option<RobotTime>>,
    /// How many more lines a failure wants to tell of.
    more: usize,
}

impl Trial {
    pub fn new(expectation: &Expectation) -> Self {
        let steps = match &expectation.shape {
            Shape::Then(steps, ..) => vec![None; steps.len()],
            _ => Vec::new(),
        };
        Self {
            expectation: expectation.clone(),
            outcome: None,
            tried: false,
            count: 0,
            came: VecDeque::new(),
            total: 0,
            open: None,
            steps,
            more: AFTER,
        }
    }

    /// What came of it.
    pub fn outcome(self) -> (Expectation, Outcome) {
        (self.expectation, self.outcome.unwrap_or(Outcome::Held))
    }

    /// Whether it wants to look at the state now.
    pub fn looks(&self, now: RobotTime) -> bool {
        let shape = &self.expectation.shape;
        self.outcome.is_none()
            && shape.condition().is_some()
            && match shape.when() {
                When::Between(from, _) => *from <= now,
                When::After(..) => self.open.is_some(),
            }
    }

    /// Something happened.
    pub fn line(&mut self, line: &Line, recent: &VecDeque<Line>) {
        if let Some(Outcome::Failed(failure)) = &mut self.outcome
            && self.more > 0
        {
            self.more -= 1;
            failure.around.push(line.clone());
        }
        if self.outcome.is_some() {
            return;
        }
        let shape = &self.expectation.shape;
        let patterns = shape.patterns();
        if patterns.iter().any(|pattern| pattern.kind.of(line).is_some()) {
            self.total += 1;
            if self.came.len() == TOLD {
                self.came.pop_front();
            }
            self.came.push_back(line.clone());
        }
        let (moment, fits) = (at(line), patterns.iter().any(|pattern| pattern.fits(line)));
        match (shape, shape.when()) {
            (Shape::Then(steps, within, _), When::Between(from, until)) => {
                if (*from..=*until).contains(&moment) && chain(&mut self.steps, steps, *within, line) {
                    self.outcome = Some(Outcome::Held);
                }
            }
            (_, When::Between(from, until)) if fits && (*from..=*until).contains(&moment) => {
                self.fitted(moment, recent);
            }
            (Shape::Eventually(..), When::After(trigger, _)) => {
                if fits && self.open.take().is_some() {
                    self.count += 1;
                }
                if trigger.fits(line) {
                    self.tried = true;
                    self.open.get_or_insert(moment);
                }
            }
            (_, When::After(trigger, within)) => {
                let (open, opens) = (self.open.is_some_and(|until| moment <= until), trigger.fits(line));
                let until = moment + *within;
                if open && fits {
                    self.fitted(moment, recent);
                }
                if opens {
                    self.tried = true;
                    self.open = Some(until);
                }
            }
            (_, When::Between(..)) => {}
        }
    }

    /// An event fitted when it mattered.
    fn fitted(&mut self, moment: RobotTime, recent: &VecDeque<Line>) {
        self.count += 1;
        match &self.expectation.shape {
            Shape::Never(..) => self.fail(moment, "it happened", None, recent),
            Shape::Eventually(..) => self.outcome = Some(Outcome::Held),
            Shape::Count { at_most, .. } if self.count > *at_most => {
                let what = format!("this is number {}", self.count);
                self.fail(moment, &what, None, recent);
            }
            Shape::Count { .. } | Shape::Always(..) | Shape::Then(..) => {}
        }
    }

    /// A moment to look at: the state, for those that ask for it, and whether a time is over.
    pub fn look(&mut self, now: RobotTime, view: Option<&View>, recent: &VecDeque<Line>) {
        if self.outcome.is_some() {
            return;
        }
        if let (true, Some(view)) = (self.looks(now), view) {
            self.state(now, view, recent);
        }
        if self.outcome.is_none() {
            self.deadline(now, view, recent);
        }
    }

    fn state(&mut self, now: RobotTime, view: &View, recent: &VecDeque<Line>) {
        let over = match self.expectation.shape.when() {
            When::Between(_, until) => now > *until,
            When::After(_, within) => match (&self.expectation.shape, self.open) {
                (Shape::Eventually(..), Some(since)) => now > since + *within,
                (_, Some(until)) => now > until,
                (_, None) => true,
            },
        };
        let Some(condition) = self.expectation.shape.condition().filter(|_| !over) else { return };
        let holds = condition.holds(view);
        match (&self.expectation.shape, self.expectation.shape.when(), holds) {
            (Shape::Always(..), _, Some(false)) => {
                let seen = condition.seen(view);
                self.fail(now, "it does not hold", Some(seen), recent);
            }
            (Shape::Never(..), _, Some(true)) => {
                let seen = condition.seen(view);
                self.fail(now, "it is so", Some(seen), recent);
            }
            (Shape::Eventually(..), When::After(..), Some(true)) => {
                self.open = None;
                self.count += 1;
            }
            (Shape::Eventually(..), When::Between(..), Some(true)) => self.outcome = Some(Outcome::Held),
            (_, When::Between(..), Some(_)) => self.tried = true,
            _ => {}
        }
    }

    /// What time alone decides.
    fn deadline(&mut self, now: RobotTime, view: Option<&View>, recent: &VecDeque<Line>) {
        match (&self.expectation.shape, self.expectation.shape.when()) {
            (Shape::Eventually(what, _), When::After(trigger, within)) => {
                let Some(since) = self.open.filter(|since| now > *since + *within) else { return };
                let what = unanswered(what, trigger, since, *within);
                self.late(since + *within, &what, view, recent);
            }
            (_, When::After(..)) => {
                if self.open.is_some_and(|until| now > until) {
                    self.open = None;
                }
            }
            (_, When::Between(_, until)) if now > *until => self.over(*until, view, recent),
            (_, When::Between(..)) => {}
        }
    }

    /// Its time is over, and nothing has decided it yet.
    fn over(&mut self, until: RobotTime, view: Option<&View>, recent: &VecDeque<Line>) {
        match &self.expectation.shape {
            Shape::Always(..) | Shape::Never(Matter::State(_), _) if !self.tried => {
                self.late(until, "it was never known", view, recent);
            }
            Shape::Always(..) | Shape::Never(..) => self.outcome = Some(Outcome::Held),
            Shape::Eventually(Matter::State(_), _) => self.late(until, "it has not been so", view, recent),
            Shape::Eventually(Matter::Event(_), _) => self.late(until, "it has not happened", view, recent),
            Shape::Then(steps, within, _) => {
                let reached = self.steps.iter().take_while(|begun| begun.is_some()).count();
                let what = match (steps.get(reached), within) {
                    (Some(step), None) => format!("step {}, {}, has not come", reached + 1, step.kind.name),
                    (Some(step), Some(within)) => {
                        format!(
                            "step {}, {}, has not come, not within {within} of the first",
                            reached + 1,
                            step.kind.name
                        )
                    }
                    (None, _) => "the steps took too long".to_owned(),
                };
                self.late(until, &what, view, recent);
            }
            Shape::Count { at_least, .. } if self.count < *at_least => {
                let what = format!("only {} came", self.count);
                self.late(until, &what, view, recent);
            }
            Shape::Count { .. } => self.outcome = Some(Outcome::Held),
        }
    }

    /// The run is over.
    pub fn end(&mut self, now: RobotTime, view: &View, recent: &VecDeque<Line>) {
        self.look(now, Some(view), recent);
        if self.outcome.is_some() {
            return;
        }
        match self.expectation.shape.when() {
            When::Between(_, until) => {
                let until = (*until).min(now);
                self.over(until, Some(view), recent);
            }
            When::After(trigger, _) if !self.tried => {
                let what = format!("{} has not happened: nothing was tried", trigger.kind.name);
                self.late(now, &what, Some(view), recent);
            }
            When::After(trigger, _)
                if self.count == 0
                    && self.open.is_some()
                    && matches!(self.expectation.shape, Shape::Eventually(..)) =>
            {
                let what = format!("the run ends too soon after {} to tell", trigger.kind.name);
                self.late(now, &what, Some(view), recent);
            }
            // Whoever asked a moment before the end had no time to be answered.
            When::After(..) => self.outcome = Some(Outcome::Held),
        }
    }

    fn late(&mut self, moment: RobotTime, what: &str, view: Option<&View>, recent: &VecDeque<Line>) {
        let condition = self.expectation.shape.condition();
        let seen = condition.zip(view).map(|(condition, view): (&Condition, &View)| condition.seen(view));
        self.fail(moment, what, seen, recent);
    }

    fn fail(&mut self, moment: RobotTime, what: &str, seen: Option<String>, recent: &VecDeque<Line>) {
        let seen = seen.unwrap_or_else(|| self.events());
        let around = recent.iter().cloned().collect();
        self.outcome = Some(Outcome::Failed(Failure { at: moment, what: what.to_owned(), seen, around }));
    }

    /// The events of its kinds that came.
    fn events(&self) -> String {
        let patterns = self.expectation.shape.patterns();
        let told = self.came.iter().filter_map(|line| {
            let (kind, values) =
                patterns.iter().find_map(|pattern| Some((pattern.kind, pattern.kind.of(line)?)))?;
            Some(format!("{} at {}", kind.text(&values), at(line)))
        });
        let told: Vec<String> = told.collect();
        let mut names: Vec<&str> = patterns.iter().map(|pattern| pattern.kind.name).collect();
        names.dedup();
        match usize::try_from(self.total).unwrap_or(usize::MAX).saturating_sub(told.len()) {
            0 if told.is_empty() => format!("no {}", names.join(" and no ")),
            0 => told.join("; "),
            more => format!("{more} before these, then {}", told.join("; ")),
        }
    }
}

/// Takes a chain of events one line further. Whether it is whole, and short enough.
fn chain(begun: &mut [Option<RobotTime>], steps: &[Pattern], within: Option<Micros>, line: &Line) -> bool {
    let moment = at(line);
    let mut whole = false;
    // Backwards, so that one line is one step of a chain. A later beginning is the better one.
    for place in (0..steps.len()).rev().filter(|place| steps[*place].fits(line)) {
        let since = if place == 0 { Some(moment) } else { begun[place - 1] };
        if since.is_some_and(|since| within.is_none_or(|within| moment.since(since) <= within)) {
            begun[place] = since;
            whole |= place + 1 == steps.len();
        }
    }
    whole
}

fn unanswered(what: &Matter, trigger: &Pattern, since: RobotTime, within: Micros) -> String {
    let what = match what {
        Matter::State(_) => "it was not so".to_owned(),
        Matter::Event(pattern) => format!("no {} came", pattern.kind.name),
    };
    format!("{what} within {within} of {} at {since}", trigger.kind.name)
}
