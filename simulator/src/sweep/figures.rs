//! The figures of a run: one table of what is counted and measured, and how. Taken from its lines as they are told; only the
//! battery and what the watch doubts are asked for at the end.

use wimz_vocabulary::{
    CoachFact, Condition, Event, EventBody, GuardianFact, JobOutcome, Micros, MissionEnd, MissionFact,
    ScheduleFact, TreatCause, Work,
};
use wimz_world::WorldFact;

use super::row::{Figures, Number};
use crate::outside::Outside;
use crate::session::{Line, Session};

/// A figure of a run.
#[derive(Debug)]
pub struct Figure {
    /// Its name in results. It ends in its unit, where it has one.
    pub name: &'static str,
    /// `-` for what is counted.
    pub unit: &'static str,
    /// What it is, in a sentence of the book.
    pub about: &'static str,
    way: Way,
}

impl Figure {
    /// Its name as people read it, without its unit.
    pub fn title(&self) -> String {
        let ending = format!("_{}", self.unit.to_lowercase());
        self.name.strip_suffix(&ending).unwrap_or(self.name).replace('_', " ")
    }
}

/// How a figure is come by.
#[derive(Debug)]
enum Way {
    /// What lines give, added up.
    Sum(fn(&Line) -> u32),
    /// The mean of what lines give; there is none in a run in which no line gives anything.
    Mean(fn(&Line) -> Option<f64>),
    /// What is so at the end.
    End(fn(&Session) -> f64),
}

/// All of them, in the order in which tables have them.
pub const FIGURES: [Figure; 33] = [
    sum("barks", "how often dogs really barked", |line| {
        room(line, |fact| matches!(fact, WorldFact::DogBarked(_)))
    }),
    sum("barks_heard", "barks that the robot heard, and that nobody had asked for", |line| {
        told(line, |body| matches!(body, EventBody::Barked { asked: false, .. }))
    }),
    sum("interventions", "how often silent guardian asked for quiet", |line| {
        guardian(line, |fact| matches!(fact, GuardianFact::Intervened { .. }))
    }),
    sum("quiet_kept", "how often quiet was kept for as long as was asked", |line| {
        guardian(line, |fact| matches!(fact, GuardianFact::QuietKept { .. }))
    }),
    Figure {
        name: "time_to_quiet_s",
        unit: "s",
        about: "how long it took from the asking until quiet had been kept: the mean of the run's times",
        way: Way::Mean(|line| match body(line)? {
            EventBody::Guardian(GuardianFact::QuietKept { took, .. }) => Some(seconds(*took)),
            _ => None,
        }),
    },
    sum("gave_up", "how often it was not kept, and the robot let it be", |line| {
        guardian(line, |fact| matches!(fact, GuardianFact::GaveUp { .. }))
    }),
    sum("panics", "how often a dog was beside itself, as the robot saw it", |line| {
        guardian(line, |fact| matches!(fact, GuardianFact::PanicBegan { .. }))
    }),
    sum("tricks_done", "tricks that were done, as the coach saw or heard it", |line| {
        told(line, |body| matches!(body, EventBody::Coach(CoachFact::TrickDone { .. })))
    }),
    sum("tricks_missed", "tries at a trick that were not", |line| {
        told(line, |body| matches!(body, EventBody::Coach(CoachFact::TrickMissed { .. })))
    }),
    sum("stages_done", "stages of missions that were done", |line| {
        mission(line, |fact| matches!(fact, MissionFact::StageDone { .. }))
    }),
    sum("stages_missed", "stages that were not, or were left out", |line| {
        mission(line, |fact| matches!(fact, MissionFact::StageMissed { .. }))
    }),
    sum("missions_ended", "missions that ended, in whatever way", |line| {
        mission(line, |fact| matches!(fact, MissionFact::Ended { .. }))
    }),
    sum("missions_completed", "those of them that had all stages behind them", |line| {
        mission(line, |fact| matches!(fact, MissionFact::Ended { end: MissionEnd::AllStagesCompleted, .. }))
    }),
    sum("appointments_kept", "appointments of the schedule that were kept", |line| {
        told(line, |body| matches!(body, EventBody::Schedule(ScheduleFact::Kept { .. })))
    }),
    sum("appointments_missed", "appointments that were not", |line| {
        told(line, |body| matches!(body, EventBody::Schedule(ScheduleFact::Missed { .. })))
    }),
    sum("treats_owner", "treats that a person asked for, as they were begun", |line| {
        treat(line, TreatCause::Owner)
    }),
    sum("treats_quiet", "treats for quiet, as they were begun", |line| treat(line, TreatCause::Quiet)),
    sum("treats_trick", "treats for a trick, as they were begun", |line| treat(line, TreatCause::Trick)),
    sum("treats_mission", "treats of missions, as they were begun", |line| treat(line, TreatCause::Mission)),
    sum("treats_fell", "treats that really fell", |line| match line {
        Line::Room { fact: WorldFact::TreatsFell(count), .. } => *count,
        _ => 0,
    }),
    sum("treats_eaten", "treats that dogs ate", |line| {
        room(line, |fact| matches!(fact, WorldFact::DogAte(_)))
    }),
    sum("treats_uncertain", "treats of which the robot does not know whether they fell", |line| {
        told(line, |body| {
            matches!(body, EventBody::DispenseEnded { outcome: JobOutcome::Uncertain { .. }, .. })
        })
    }),
    sum("praised", "times that something deserved a reward, and was only praised", |line| {
        told(line, |body| matches!(body, EventBody::Praised { .. }))
    }),
    sum("stops", "times that the tracks were stopped by the stop path", |line| {
        told(line, |body| matches!(body, EventBody::Stopped { .. }))
    }),
    sum("guard_interventions", "times that the guard zeroed the tracks by itself", |line| {
        told(line, |body| matches!(body, EventBody::GuardIntervened))
    }),
    sum("contacts", "times that the robot ran into something", |line| {
        room(line, |fact| matches!(fact, WorldFact::ContactBegan(_)))
    }),
    sum("refusals", "requests that were refused", |line| u32::from(matches!(line, Line::Refused { .. }))),
    sum("parts_failed", "times that a part failed", |line| {
        told(line, |body| matches!(body, EventBody::PartChanged { to: Condition::Failed(_), .. }))
    }),
    sum("faults", "things that broke, or that somebody did to the robot", |line| match line {
        // The house is no fault of anybody's.
        Line::Broke { what, .. } => u32::from(!matches!(what, Outside::House(_))),
        _ => 0,
    }),
    sum("facts_lost", "facts that could not be kept", |line| match body(line) {
        Some(EventBody::FactsLost { count }) => u32::try_from(*count).unwrap_or(u32::MAX),
        _ => 0,
    }),
    end("tricks_unseen", "-", "tricks that the robot said were done, and that no dog had done", |session| {
        f64::from(session.doubts().tricks_unseen)
    }),
    end("quiets_with_barks", "-", "times that quiet was kept although a dog had barked loudly", |session| {
        f64::from(session.doubts().quiets_with_barks)
    }),
    end("battery_end_v", "V", "the battery's voltage at the end", |session| {
        // By the millivolt: the world reckons no finer.
        (f64::from(session.world().truth().battery.get()) * 1_000.0).round() / 1_000.0
    }),
];

/// The figure of this name, if this build knows it.
pub fn named(name: &str) -> Option<&'static Figure> {
    const { &FIGURES }.iter().find(|figure| figure.name == name)
}

/// Takes them from one run.
#[derive(Debug)]
pub struct Collector {
    /// For each figure: how many lines gave something, and how much that is.
    sums: [(u32, f64); FIGURES.len()],
}

impl Default for Collector {
    fn default() -> Self {
        Self { sums: [(0, 0.0); FIGURES.len()] }
    }
}

impl Collector {
    /// A line of the run's.
    pub fn line(&mut self, line: &Line) {
        for (Figure { way, .. }, (count, sum)) in FIGURES.iter().zip(&mut self.sums) {
            let gives = match way {
                Way::Sum(of) => Some(f64::from(of(line))),
                Way::Mean(of) => of(line),
                Way::End(_) => None,
            };
            if let Some(gives) = gives {
                *count += 1;
                *sum += gives;
            }
        }
    }

    /// The run is over.
    pub fn end(self, session: &Session) -> Figures {
        let value = |(Figure { name, way, .. }, (count, sum)): (&Figure, (u32, f64))| {
            let value = match way {
                Way::Sum(_) => sum,
                Way::Mean(_) if count == 0 => return None,
                // By the microsecond, which is what they are made of.
                Way::Mean(_) => (sum / f64::from(count) * 1e6).round() / 1e6,
                Way::End(of) => of(session),
            };
            Some(((*name).to_owned(), Number(value)))
        };
        FIGURES.iter().zip(self.sums).filter_map(value).collect()
    }
}

const fn sum(name: &'static str, about: &'static str, of: fn(&Line) -> u32) -> Figure {
    Figure { name, unit: "-", about, way: Way::Sum(of) }
}

const fn end(name: &'static str, unit: &'static str, about: &'static str, of: fn(&Session) -> f64) -> Figure {
    Figure { name, unit, about, way: Way::End(of) }
}

fn body(line: &Line) -> Option<&EventBody> {
    match line {
        Line::Robot(Event { body, .. }) => Some(body),
        _ => None,
    }
}

fn told(line: &Line, is: fn(&EventBody) -> bool) -> u32 {
    u32::from(body(line).is_some_and(is))
}

fn room(line: &Line, is: fn(&WorldFact) -> bool) -> u32 {
    u32::from(matches!(line, Line::Room { fact, .. } if is(fact)))
}

fn guardian(line: &Line, is: fn(&GuardianFact) -> bool) -> u32 {
    u32::from(matches!(body(line), Some(EventBody::Guardian(fact)) if is(fact)))
}

fn mission(line: &Line, is: fn(&MissionFact) -> bool) -> u32 {
    u32::from(matches!(body(line), Some(EventBody::Mission(fact)) if is(fact)))
}

fn treat(line: &Line, why: TreatCause) -> u32 {
    let begun = matches!(
        body(line),
        Some(EventBody::DispenseStarted { work: Work::Dispense, cause, .. }) if *cause == why
    );
    u32::from(begun)
}

fn seconds(span: Micros) -> f64 {
    span.get() as f64 / 1e6
}
