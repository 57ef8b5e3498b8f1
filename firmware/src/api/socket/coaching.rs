//! The coach, as one client is told of it: facts as messages, and which tricks there are.

use serde_json::{Value, json};
use wimz_contract::wimz::{CoachProgress, CoachReward, TrickEntry, TrickForced, TricksList};
use wimz_vocabulary::{CoachFact, Event, EventBody, EventId, KnownDog, TrickName, Withheld};

use crate::api::Robot;

/// What a client has heard of the newest trick that was done: its reward is told when it is known.
#[derive(Debug, Default)]
pub struct Coaching {
    done: Option<(EventId, TrickName, Option<KnownDog>)>,
}

impl Coaching {
    /// What a fact of the coach's is to an app.
    pub fn of_fact(&mut self, robot: &Robot, event: &Event, is_past: bool) -> Option<String> {
        let EventBody::Coach(fact) = event.body else { return None };
        let name = |dog: &_| robot.shelf.kennel.name(dog);
        match fact {
            CoachFact::TrickDone { trick, known, .. } => {
                self.done = Some((event.id, trick, known));
                None
            }
            CoachFact::Forced { trick, replaced } => {
                let forced = TrickForced { trick: trick.to_string(), replaced };
                Some(robot.fact("trick_forced", event, is_past, forced))
            }
            _ => {
                let progress = CoachProgress::of(&fact, name);
                let missed = || CoachReward::missed(&fact, name);
                progress
                    .map(|progress| robot.fact("coach_progress", event, is_past, progress))
                    .or_else(|| missed().map(|missed| robot.fact("coach_reward", event, is_past, missed)))
            }
        }
    }

    /// What it is to an app that a fact was rewarded, if a trick was.
    pub fn of_reward(&mut self, robot: &Robot, event: &Event, is_past: bool) -> Option<String> {
        let (of, withheld): (EventId, Option<Withheld>) = match event.body {
            EventBody::DispenseStarted { of: Some(of), .. } => (of, None),
            EventBody::Praised { of, withheld } => (of, Some(withheld)),
            _ => return None,
        };
        let (_, trick, known) = self.done.take_if(|(done, ..)| *done == of)?;
        let reward = CoachReward::done(trick, known, withheld, |dog| robot.shelf.kennel.name(dog));
        Some(robot.fact("coach_reward", event, is_past, reward))
    }
}

/// Which tricks there are, in the order of their turns.
pub fn tricks(robot: &Robot) -> Value {
    let plans = robot.plans();
    let mut tricks: Vec<_> = plans.tricks.iter().collect();
    tricks.sort_by_key(|trick| (trick.turn, trick.name));
    let entry = |trick: &&wimz_brain::plans::Trick| TrickEntry {
        name: trick.name.to_string(),
        description: trick.description.clone(),
        window_s: trick.window.as_secs_f32(),
    };
    json!(TricksList { tricks: tricks.iter().map(entry).collect() })
}
