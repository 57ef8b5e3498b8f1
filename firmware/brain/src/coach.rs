//! Coach: the robot greets a dog, says what it is to do, watches, and rewards what was done.
//!
//! It never asks anything of a dog while a person drives, and never counts what began before its cue had been heard to the
//! end. A trick that is missed is asked for once more, and then it leaves the dog in peace.

mod head;
mod session;

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{
    ClientId, CoachCommand, CoachFact, CoachRefusal, CoachState, DogId, EventBody, Mode, Part, Refusal,
    RobotTime, TrickMiss, TrickName,
};

use crate::news::News;
use crate::parts::Parts;
use crate::plans::{Plans, Wanted};
use crate::step::Step;
use crate::tuning::rows;

use head::Head;
use session::{Course, Stage};

rows! {
    /// How the coach teaches. How long a dog must have been in sight, and when it is forgotten, is the eye's
    /// (`tuning.sight`); what a trick needs stands in its file.
    CoachTuning;
    /// A dog is greeted if it was seen within so many seconds: nobody talks to one that is about to be forgotten.
    present_s: 1.0 in 0.1..=10.0;
    /// So many seconds lie between the end of one lesson and the greeting of the next, so that the dog may rest (field facts
    /// A2.3: 30 s for all dogs together). A trick that a person asks for does not wait for it.
    lesson_pause_s: 30.0 in 0.0..=3600.0;
    /// The lights ask for the dog's attention for so many seconds, from the greeting on.
    attention_s: 2.0 in 0.0..=10.0;
    /// Between the dog's name and the cue lie so many seconds (field facts A2.3).
    greeting_s: 0.5 in 0.0..=10.0;
    /// A cue that lasts longer than so many seconds is ended, and counts as not heard (field facts A2.3).
    longest_cue_s: 5.0 in 0.5..=30.0;
    /// How far the dog has come is told every so many seconds (field facts A2.3).
    progress_s: 0.5 in 0.1..=10.0;
    /// A trick is asked for so many times before it is given up (field facts A2.3: one retry).
    tries: 2.0 in 1.0..=5.0;
    /// If nobody looked or listened for more than this share of the window, nothing is known of what the dog did.
    blind_share: 0.5 in 0.0..=1.0;
    /// After a lesson the dog is left in peace for so many seconds, whoever asks (field facts A2.3).
    cooldown_s: 2.0 in 0.0..=60.0;
    /// The robot goes on by itself so many seconds after a person has driven it.
    after_drive_s: 2.0 in 0.0..=60.0;
    /// A box that comes nearer than this share of the picture to its edge is cut off: the head turns after it fast (field
    /// facts A2.3: 8 of 640 pixels).
    edge_share: 0.0125 in 0.0..=0.2;
    /// One that comes nearer than this share is about to be: the head turns after it slowly.
    near_share: 0.05 in 0.0..=0.4;
    /// How fast the head turns after a dog that is cut off, in degrees a second (field facts A2.3).
    fast_dps: 6.0 in 0.5..=60.0;
    /// How fast after one that is about to be, in degrees a second (field facts A2.3).
    slow_dps: 2.0 in 0.1..=60.0;
    /// The head turns no farther from its centre than so many degrees while it looks by itself: tighter than its joints
    /// allow (field facts A1, "Camera head").
    farthest_deg: 30.0 in 0.0..=90.0;
    /// When no dog has been in sight for so many seconds, the head looks straight ahead again.
    recentre_s: 10.0 in 1.0..=600.0;
}

/// The coach.
#[derive(Debug, Serialize)]
pub struct Coach {
    tuning: CoachTuning,
    /// Whether the head may follow a dog.
    follows: bool,
    /// What it is about, while it is its turn.
    course: Option<Course>,
    /// The trick that was taught last in its turn.
    last: Option<TrickName>,
    head: Head,
    /// When a person last drove.
    driven: Option<RobotTime>,
}

impl Default for Coach {
    fn default() -> Self {
        Self {
            tuning: CoachTuning::default(),
            follows: true,
            course: None,
            last: None,
            head: Head::default(),
            driven: None,
        }
    }
}

impl Coach {
    /// Acts by other numbers from now on. Numbers that make no sense change nothing.
    pub fn tune(&mut self, tuning: CoachTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
        }
    }

    /// What it does, while it is its turn; `selected` is the dog that the owner says it is.
    pub fn state(&self, selected: Option<DogId>, plans: &Plans, parts: &Parts) -> Option<CoachState> {
        let course = self.course.as_ref()?;
        let state = course.state(selected, self.follows);
        let trick = state.trick.or(state.wish).and_then(|name| plans.trick(&name));
        let hears = trick.is_some_and(|trick| matches!(trick.wanted, Wanted::Barks { .. }));
        let needed = [Part::Detector, Part::Speaker].into_iter().chain(hears.then_some(Part::Microphone));
        Some(CoachState { lacks: parts.failed(needed).map(|(part, _)| part), ..state })
    }
}

impl<B: Body> Step<'_, B> {
    /// Somebody asks something of the coach.
    ///
    /// # Errors
    /// What [`CoachRefusal`] says. Nothing has changed then.
    pub fn coach_asked(&mut self, command: CoachCommand) -> Result<(), Refusal> {
        match command {
            CoachCommand::ForceTrick { trick, replace } => self.force_trick(trick, replace),
            CoachCommand::SelectDog { dog } => {
                if let Some(dog) = dog.filter(|dog| !self.brain.dogs.knows(*dog)) {
                    let meant = self.brain.dogs.nearest(dog);
                    return Err(Refusal::Coach(CoachRefusal::NoSuchDog { dog, meant }));
                }
                self.brain.sight.select(dog);
                Ok(())
            }
            CoachCommand::SetTracking { on } => {
                self.brain.coach.follows = on;
                Ok(())
            }
        }
    }

    /// A person wants a certain trick next: once, and in this session of the mode only (field facts C10).
    fn force_trick(&mut self, trick: TrickName, replace: bool) -> Result<(), Refusal> {
        if !self.brain.plans.tricks.iter().any(|one| one.name == trick) {
            return Err(Refusal::Coach(self.brain.plans.no_trick(trick)));
        }
        let Some(course) = &mut self.brain.coach.course else { return Err(CoachRefusal::NotCoaching.into()) };
        match course.wish {
            // Who says it twice wants it once (field facts C2).
            Some(waits) if waits == trick && !replace => return Ok(()),
            Some(waits) if !replace => return Err(Refusal::Coach(CoachRefusal::TrickWaits { trick: waits })),
            _ => {}
        }
        let had_wish = course.wish.replace(trick).is_some_and(|before| before != trick);
        let under_way = replace && course.is_trying();
        self.tell(EventBody::Coach(CoachFact::Forced { trick, replaced: had_wish || under_way }));
        if under_way {
            self.give_way();
        }
        Ok(())
    }

    /// Something happened.
    pub fn coach_hears(&mut self, news: &News) {
        if let EventBody::ModeChanged { .. } = news.fact {
            self.brain.coach.head = Head::default();
        }
        match news.fact {
            EventBody::ModeChanged { to: Mode::Coach, .. } => {
                let course = Course::new(self.brain.drive.epoch);
                self.brain.coach.course = Some(course);
            }
            EventBody::ModeChanged { from: Mode::Coach, .. } => {
                self.break_off_lesson(TrickMiss::BrokeOff);
                self.brain.coach.course = None;
            }
            EventBody::DriveStarted { client, .. } if client != ClientId::ROBOT => {
                self.brain.coach.driven = Some(news.at);
                self.break_off_lesson(TrickMiss::BrokeOff);
            }
            EventBody::DriveEnded { .. } if self.brain.coach.driven.is_some() => {
                self.brain.coach.driven = Some(news.at);
            }
            EventBody::DogGone { track, .. } => {
                if let Some(course) = &self.brain.coach.course
                    && course.needs_to_see(track, &self.brain.plans)
                {
                    self.break_off_lesson(TrickMiss::DogLeft);
                }
            }
            EventBody::DogRecognised { track, known } => {
                if let Some(course) = &mut self.brain.coach.course {
                    course.recognise(track, known);
                }
            }
            _ => {}
        }
    }

    /// Time passes; asked after every input.
    pub fn coach_acts(&mut self) {
        let Some(course) = &self.brain.coach.course else { return };
        if course.epoch() != self.brain.drive.epoch {
            // Somebody has stopped the robot: that is meant for all of it.
            self.break_off_lesson(TrickMiss::BrokeOff);
        }
        while self.advance() {}
        let Some(course) = &self.brain.coach.course else { return };
        let (pupil, watched, plans) = (course.pupil(), course.watched(), self.brain.plans.clone());
        let trick = watched.and_then(|name| plans.tricks.iter().find(|trick| trick.name == name));
        self.follow_with_head(pupil, trick.map(|trick| &trick.wanted));
    }
}

/// Whether the stage is one in which something is asked of a dog.
const fn is_try(stage: &Stage) -> bool {
    matches!(stage, Stage::Greeting { .. } | Stage::Command { .. } | Stage::Watching(_))
}
