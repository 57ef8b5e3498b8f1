//! What is known of missions from earlier starts: how many there were, what they gave, and what was cut off by the restart.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{
    Event, EventBody, Micros, MissionEnd, MissionFact, MissionName, ProgramEnd, ProgramName,
};

use super::ledger::Whose;
use crate::step::Step;

/// What the past left open.
#[derive(Debug, Default, Serialize)]
pub struct Past {
    run: Option<Cut>,
    program: Option<(ProgramName, u8, u16)>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Cut {
    mission: MissionName,
    number: u32,
    program: Option<ProgramName>,
    done: u8,
}

impl<B: Body> Step<'_, B> {
    /// A fact of an earlier start.
    pub fn mission_recalls(&mut self, event: &Event, age: Micros) {
        let at = self.at;
        let missions = &mut self.brain.mission;
        let (past, ledger) = (&mut missions.past, &mut missions.ledger);
        match event.body {
            EventBody::DispenseStarted { job, of: Some(of), .. } => {
                ledger.began(at, age, job, of);
            }
            EventBody::DispenseEnded { job, outcome } => ledger.ended(job, outcome),
            EventBody::TreatStrayed { after: Some(job) } => ledger.strayed(job),
            EventBody::Mission(fact) => match fact {
                MissionFact::Started { mission, run, program, .. } => {
                    missions.runs = missions.runs.max(run);
                    past.run = Some(Cut { mission, number: run, program, done: 0 });
                }
                MissionFact::StageDone { run, .. } => {
                    if let Some(cut) = past.run.as_mut().filter(|cut| cut.number == run) {
                        cut.done = cut.done.saturating_add(1);
                        let whose = Whose { run, mission: cut.mission, program: cut.program };
                        ledger.succeeded(event.id, whose);
                    }
                }
                MissionFact::Resolved { job, fell, .. } => ledger.resolved(job, fell),
                MissionFact::Ended { run, treats, .. } => {
                    missions.runs = missions.runs.max(run);
                    past.run = None;
                    if let Some((_, missions, given)) = &mut past.program {
                        *missions = missions.saturating_add(1);
                        *given = given.saturating_add(treats);
                    }
                }
                MissionFact::ProgramStarted { program, .. } => past.program = Some((program, 0, 0)),
                MissionFact::ProgramEnded { .. } => past.program = None,
                _ => {}
            },
            _ => {}
        }
    }

    /// The past has been told: what was under way when the robot's process ended is over.
    pub fn mission_recalled(&mut self) {
        let past = core::mem::take(&mut self.brain.mission.past);
        let mut given = 0;
        if let Some(Cut { mission, number, done, .. }) = past.run {
            let treats = self.brain.mission.ledger.in_run(number);
            given = treats;
            let end = MissionEnd::Restarted;
            self.tell(EventBody::Mission(MissionFact::Ended { mission, run: number, end, done, treats }));
        }
        if let Some((program, missions, treats)) = past.program {
            let (end, treats) = (ProgramEnd::Restarted, treats.saturating_add(given));
            self.tell(EventBody::Mission(MissionFact::ProgramEnded { program, end, missions, treats }));
        }
    }
}
