//! One lesson after the other: wait for a dog, greet it, say the cue, watch, reward or try again, leave it in peace.
//!
//! The window opens when the speaker has reported the cue as heard to its end; a cue that was not heard opens none.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{
    ClientId, CoachFact, CoachStage, CoachState, DogId, EventBody, IdMethod, KnownDog, Micros, Pattern,
    PlayId, Ratio, RobotTime, StopEpoch, TrackId, TreatCause, TrickMiss, TrickName,
};

use super::is_try;
use crate::judge::{Finding, Judge};
use crate::parts::Use;
use crate::plans::{Plans, Trick, Wanted};
use crate::step::Step;
use crate::tuning::seconds;

/// The word for a dog that did not do it.
const REPROACH: &str = "no";

/// What the coach is about since the mode began.
#[derive(Debug, Serialize)]
pub struct Course {
    /// The trick that a person wants next.
    pub wish: Option<TrickName>,
    stage: Stage,
    lesson: Option<Lesson>,
    /// When the last lesson ended.
    ended: Option<RobotTime>,
    /// How often the robot had been stopped.
    epoch: StopEpoch,
    done: u16,
    missed: u16,
}

/// One trick, one dog, a try or two.
#[derive(Clone, Copy, Debug, Serialize)]
struct Lesson {
    trick: TrickName,
    /// Whether a person asked for it.
    forced: bool,
    track: TrackId,
    known: Option<KnownDog>,
    attempt: u8,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) enum Stage {
    Waiting,
    /// The name is heard, if there is one; the cue comes a moment after it.
    Greeting {
        name: Option<PlayId>,
        hushed: RobotTime,
    },
    /// The cue is heard.
    Command {
        cue: Option<PlayId>,
        since: RobotTime,
    },
    Watching(Watch),
    /// The reward is on its way.
    Success,
    /// The dog hears that that was not it.
    Failure {
        reproach: Option<PlayId>,
    },
    Cooldown {
        until: RobotTime,
    },
}

/// An open window.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Watch {
    judge: Judge,
    opened: RobotTime,
    until: RobotTime,
    /// When the robot begins to listen, until it does.
    listens: Option<RobotTime>,
    /// When progress was told last.
    told: RobotTime,
    /// When it was looked last, and how long nobody looked or listened until then.
    looked: RobotTime,
    blind: Micros,
}

impl Course {
    /// A beginning, of a robot that has been stopped so often.
    pub fn new(epoch: StopEpoch) -> Self {
        Self { wish: None, stage: Stage::Waiting, lesson: None, ended: None, epoch, done: 0, missed: 0 }
    }

    /// As a status tells of it, with what the owner wants: which dog it is, and whether the head may follow it.
    pub fn state(&self, selected: Option<DogId>, follows: bool) -> CoachState {
        let Self { wish, lesson, done, missed, .. } = *self;
        CoachState {
            stage: self.name(),
            trick: lesson.map(|lesson| lesson.trick),
            wish,
            known: lesson.and_then(|lesson| lesson.known),
            attempt: lesson.map_or(0, |lesson| lesson.attempt),
            done,
            missed,
            selected,
            follows,
            lacks: None,
        }
    }

    /// How often the robot had been stopped when it last looked.
    pub fn epoch(&self) -> StopEpoch {
        self.epoch
    }

    /// Whether something is asked of a dog now.
    pub fn is_trying(&self) -> bool {
        is_try(&self.stage)
    }

    /// Whether the dog of this stay in sight must be seen for what goes on. What a dog says is heard wherever it is.
    pub fn needs_to_see(&self, track: TrackId, plans: &Plans) -> bool {
        let Some(lesson) = self.lesson.filter(|lesson| lesson.track == track) else { return false };
        match self.stage {
            Stage::Greeting { .. } | Stage::Command { .. } => true,
            Stage::Watching(_) => {
                find(plans, &lesson.trick).is_none_or(|trick| !matches!(trick.wanted, Wanted::Barks { .. }))
            }
            _ => false,
        }
    }

    /// It is known now which dog it is.
    pub fn recognise(&mut self, track: TrackId, known: KnownDog) {
        if let Some(lesson) = self.lesson.as_mut().filter(|lesson| lesson.track == track) {
            lesson.known = Some(known);
        }
    }

    /// The dog that is being taught.
    pub(super) fn pupil(&self) -> Option<TrackId> {
        self.lesson.map(|lesson| lesson.track)
    }

    /// The trick that is watched for, if one is.
    pub(super) fn watched(&self) -> Option<TrickName> {
        matches!(self.stage, Stage::Watching(_)).then(|| self.lesson.map(|lesson| lesson.trick)).flatten()
    }

    fn name(&self) -> CoachStage {
        match self.stage {
            Stage::Waiting => CoachStage::Waiting,
            Stage::Greeting { .. } => CoachStage::Greeting,
            Stage::Command { .. } => CoachStage::Command,
            Stage::Watching(_) => CoachStage::Watching,
            Stage::Success => CoachStage::Success,
            Stage::Failure { .. } => CoachStage::Failure,
            Stage::Cooldown { .. } => CoachStage::Cooldown,
        }
    }
}

/// A trick by its name.
fn find<'p>(plans: &'p Plans, name: &TrickName) -> Option<&'p Trick> {
    plans.tricks.iter().find(|trick| trick.name == *name)
}

/// The trick after this one, in the order of their turns.
fn after(plans: &Plans, last: Option<TrickName>) -> Option<TrickName> {
    let turn = |trick: &Trick| (trick.turn, trick.name);
    let last = last.and_then(|last| find(plans, &last)).map(turn);
    let all = || plans.tricks.iter().map(turn);
    all().filter(|turn| Some(*turn) > last).min().or_else(|| all().min()).map(|(_, name)| name)
}

impl<B: Body> Step<'_, B> {
    /// Goes on to the next stage if it is time for it; whether it did.
    pub(super) fn advance(&mut self) -> bool {
        let Some(course) = &self.brain.coach.course else { return false };
        match course.stage {
            Stage::Waiting => self.wait_for_dog(),
            Stage::Greeting { name, hushed } => self.greet(name, hushed),
            Stage::Command { cue, since } => self.command(cue, since),
            Stage::Watching(watch) => self.watch(watch),
            Stage::Success => {
                let over = !self.brain.rewards.is_under_way();
                over && self.cool_down()
            }
            Stage::Failure { reproach } => {
                let over = reproach.is_none_or(|play| self.brain.player.end_of(play).is_some());
                over && self.cool_down()
            }
            Stage::Cooldown { until } => {
                let over = until <= self.at;
                if over {
                    self.enter(Stage::Waiting);
                }
                over
            }
        }
    }

    fn enter(&mut self, stage: Stage) {
        let Some(course) = &mut self.brain.coach.course else { return };
        course.stage = stage;
        if matches!(stage, Stage::Waiting) {
            course.lesson = None;
        }
        self.tell_stage();
    }

    /// Says what it does now.
    fn tell_stage(&mut self) {
        let Some(course) = &self.brain.coach.course else { return };
        let CoachState { stage, trick, known, attempt, .. } = course.state(None, false);
        self.tell(EventBody::Coach(CoachFact::Stage { stage, trick, known, attempt }));
    }

    fn cool_down(&mut self) -> bool {
        let until = self.at + seconds(self.brain.coach.tuning.cooldown_s);
        if let Some(course) = &mut self.brain.coach.course {
            course.ended = Some(self.at);
        }
        self.enter(Stage::Cooldown { until });
        true
    }

    /// Whether anything keeps the robot from asking something of a dog: a person who drives, a latch, a voice that fails.
    fn is_kept_from_teaching(&self) -> bool {
        let tuning = &self.brain.coach.tuning;
        let driven = self.brain.controls.driver().is_some()
            || self.brain.coach.driven.is_some_and(|at| self.at.since(at) < seconds(tuning.after_drive_s));
        driven
            || self.brain.drive.latched
            || self.brain.rewards.is_under_way()
            || self.brain.parts.allow(Use::Sound, self.brain.mode).is_err()
    }

    fn wait_for_dog(&mut self) -> bool {
        let Some(course) = &self.brain.coach.course else { return false };
        let pause = seconds(self.brain.coach.tuning.lesson_pause_s);
        let rested = course.ended.is_none_or(|ended| self.at.since(ended) >= pause);
        let wish = course.wish;
        if (wish.is_none() && !rested) || self.is_kept_from_teaching() {
            return false;
        }
        let Some((track, known)) = self.dog_to_teach() else { return false };
        let Some(trick) = wish.or_else(|| after(&self.brain.plans, self.brain.coach.last)) else {
            return false;
        };
        self.begin_lesson(Lesson { trick, forced: wish.is_some(), track, known, attempt: 1 });
        true
    }

    /// Who is there: a dog that its tag names before all others, then the one that has been in sight for longest.
    fn dog_to_teach(&self) -> Option<(TrackId, Option<KnownDog>)> {
        let present = seconds(self.brain.coach.tuning.present_s);
        let dogs = self.brain.sight.evidence().filter(|dog| self.at.since(dog.seen) <= present);
        let tagged = |known: Option<KnownDog>| known.is_some_and(|known| known.by == IdMethod::Qr);
        // Stays are numbered in the order in which they began.
        let first = dogs.min_by_key(|dog| (!tagged(dog.known), dog.track))?;
        Some((first.track, first.known))
    }

    fn begin_lesson(&mut self, lesson: Lesson) {
        let epoch = self.brain.drive.epoch;
        let coach = &mut self.brain.coach;
        let Some(course) = &mut coach.course else { return };
        if lesson.forced {
            course.wish = None;
        } else {
            coach.last = Some(lesson.trick);
        }
        course.lesson = Some(lesson);
        course.epoch = epoch;
        self.begin_greeting();
    }

    fn begin_greeting(&mut self) {
        let Some(Lesson { known, .. }) = self.lesson() else { return };
        let attention = seconds(self.brain.coach.tuning.attention_s);
        self.brain.lights.cue(self.at, Pattern::Attention, attention);
        let name = known.and_then(|known| self.utter_name(known.dog));
        self.enter(Stage::Greeting { name, hushed: self.at });
    }

    fn lesson(&self) -> Option<Lesson> {
        self.brain.coach.course.as_ref()?.lesson
    }

    fn greet(&mut self, name: Option<PlayId>, hushed: RobotTime) -> bool {
        let hushed = match name {
            // However it ended: the name asks for nothing yet.
            Some(name) => match self.brain.player.end_of(name) {
                Some((ended, _)) => ended,
                None => return false,
            },
            None => hushed,
        };
        if self.at < hushed + seconds(self.brain.coach.tuning.greeting_s) {
            return false;
        }
        let Some(lesson) = self.lesson() else { return false };
        let plans = self.brain.plans.clone();
        let dog = lesson.known.map(|known| known.dog);
        let cue = find(&plans, &lesson.trick).and_then(|trick| self.utter(&trick.cue, dog));
        self.enter(Stage::Command { cue, since: self.at });
        true
    }

    fn command(&mut self, cue: Option<PlayId>, since: RobotTime) -> bool {
        let Some(cue) = cue else { return self.miss(TrickMiss::CueNotHeard) };
        match self.brain.player.heard_out(cue) {
            Some((_, true)) => self.open_window(),
            Some(_) => self.miss(TrickMiss::CueNotHeard),
            None if self.at.since(since) > seconds(self.brain.coach.tuning.longest_cue_s) => {
                self.brain.player.cut(self.at, cue);
                self.miss(TrickMiss::CueNotHeard)
            }
            None => false,
        }
    }

    fn open_window(&mut self) -> bool {
        let Some(lesson) = self.lesson() else { return false };
        let plans = self.brain.plans.clone();
        let Some(trick) = find(&plans, &lesson.trick) else { return self.miss(TrickMiss::CueNotHeard) };
        let at = self.at;
        self.brain.sight.watch_anew(at);
        let hears = matches!(trick.wanted, Wanted::Barks { .. });
        let watch = Watch {
            judge: Judge::open(at, Some(lesson.track)),
            opened: at,
            until: at + trick.window,
            listens: hears.then_some(at + trick.listen_after),
            told: at,
            looked: at,
            blind: Micros::ZERO,
        };
        self.enter(Stage::Watching(watch));
        self.tell(EventBody::Coach(CoachFact::WindowOpened { trick: lesson.trick, window: trick.window }));
        true
    }

    fn watch(&mut self, mut watch: Watch) -> bool {
        let Some(lesson) = self.lesson() else { return false };
        let plans = self.brain.plans.clone();
        let Some(trick) = find(&plans, &lesson.trick) else { return self.miss(TrickMiss::BrokeOff) };
        if let Some(due) = watch.listens.filter(|due| *due <= self.at) {
            watch.listens = None;
            self.brain.hearing.ask_for_bark(self.at, watch.until.since(due));
        }
        // What comes after the window's end is too late, whenever its pictures were taken; barks say themselves when they began.
        let is_over = watch.until <= self.at;
        let hears = matches!(trick.wanted, Wanted::Barks { .. });
        let finding = if is_over && !hears {
            Finding::Nothing
        } else {
            watch.judge.look(self.at, &trick.wanted, &self.brain.sight, &self.brain.hearing)
        };
        if finding == Finding::Unobserved {
            watch.blind = watch.blind + self.at.since(watch.looked);
        }
        watch.looked = self.at;
        match finding {
            Finding::Done { track, known, held, confidence } => {
                let known = known.or(lesson.known);
                return self.succeed(CoachFact::TrickDone {
                    trick: lesson.trick,
                    track,
                    known,
                    held,
                    confidence,
                    attempt: lesson.attempt,
                });
            }
            Finding::TooMuch => return self.miss(TrickMiss::TooMuch),
            Finding::Nothing | Finding::Holding { .. } | Finding::Unobserved => {}
        }
        if is_over {
            let span = watch.until.since(watch.opened).as_secs_f32();
            let is_blind = watch.blind.as_secs_f32() > self.brain.coach.tuning.blind_share * span;
            return self.miss(if is_blind { TrickMiss::Unobserved } else { TrickMiss::TimedOut });
        }
        if self.at.since(watch.told) >= seconds(self.brain.coach.tuning.progress_s) {
            watch.told = self.at;
            let (held, confidence) = match finding {
                Finding::Holding { held, confidence } => (held, confidence),
                _ => (Micros::ZERO, Ratio::ZERO),
            };
            self.tell(EventBody::Coach(CoachFact::Progress {
                trick: lesson.trick,
                known: lesson.known,
                attempt: lesson.attempt,
                held,
                target: watch.judge.target(&trick.wanted),
                confidence,
                elapsed: self.at.since(watch.opened),
            }));
        }
        if let Some(course) = &mut self.brain.coach.course {
            course.stage = Stage::Watching(watch);
        }
        false
    }

    fn succeed(&mut self, fact: CoachFact) -> bool {
        self.brain.hearing.ask_no_more(self.at);
        let dog = self.lesson().and_then(|lesson| lesson.known).map(|known| known.dog);
        if let Some(course) = &mut self.brain.coach.course {
            course.done = course.done.saturating_add(1);
        }
        let of = self.record(EventBody::Coach(fact));
        self.enter(Stage::Success);
        // What nobody could keep is not rewarded: nobody could say later what the treat was for.
        if let Some(of) = of {
            self.reward(of, TreatCause::Trick, dog, None);
        }
        true
    }

    /// The try is over without success: once more, if the dog can be asked once more.
    fn miss(&mut self, why: TrickMiss) -> bool {
        let Some(lesson) = self.lesson() else { return false };
        self.brain.hearing.ask_no_more(self.at);
        // Rows are checked: five at most.
        let tries = self.brain.coach.tuning.tries as u8;
        let may_again = matches!(
            why,
            TrickMiss::TimedOut | TrickMiss::TooMuch | TrickMiss::CueNotHeard | TrickMiss::Unobserved
        );
        let again = may_again && lesson.attempt < tries;
        self.tell_missed(lesson, why, again);
        if again {
            if let Some(course) = &mut self.brain.coach.course {
                course.stage = Stage::Failure { reproach: None };
            }
            self.tell_stage();
            if let Some(course) = &mut self.brain.coach.course {
                course.lesson = Some(Lesson { attempt: lesson.attempt + 1, ..lesson });
            }
            self.begin_greeting();
            return true;
        }
        // A dog that was not asked, or that nobody watched, hears no reproach.
        let asked = matches!(why, TrickMiss::TimedOut | TrickMiss::TooMuch);
        let dog = lesson.known.map(|known| known.dog);
        let reproach = if asked { self.utter(REPROACH, dog) } else { None };
        self.enter(Stage::Failure { reproach });
        true
    }

    fn tell_missed(&mut self, lesson: Lesson, why: TrickMiss, again: bool) {
        if let Some(course) = &mut self.brain.coach.course
            && !again
        {
            course.missed = course.missed.saturating_add(1);
        }
        let Lesson { trick, known, attempt, .. } = lesson;
        self.tell(EventBody::Coach(CoachFact::TrickMissed { trick, known, why, attempt, again }));
    }

    /// Whatever is asked of a dog now is asked no more: the robot was stopped, is driven, left the mode, or the dog has left.
    pub(super) fn break_off_lesson(&mut self, why: TrickMiss) {
        let epoch = self.brain.drive.epoch;
        let Some(course) = &mut self.brain.coach.course else { return };
        course.epoch = epoch;
        if course.is_trying() {
            self.end_try(why);
            self.cool_down();
        }
    }

    /// The try under way makes room for a person's wish, with the same dog.
    pub(super) fn give_way(&mut self) {
        let Some(lesson) = self.lesson() else { return };
        self.end_try(TrickMiss::BrokeOff);
        let Some(wish) = self.brain.coach.course.as_ref().and_then(|course| course.wish) else { return };
        self.begin_lesson(Lesson { trick: wish, forced: true, attempt: 1, ..lesson });
    }

    fn end_try(&mut self, why: TrickMiss) {
        let Some(course) = &self.brain.coach.course else { return };
        let speaks = match course.stage {
            Stage::Greeting { name, .. } => name,
            Stage::Command { cue, .. } => cue,
            _ => None,
        };
        if let Some(play) = speaks {
            self.brain.player.cut(self.at, play);
        }
        self.brain.hearing.ask_no_more(self.at);
        if let Some(lesson) = self.lesson() {
            self.tell_missed(lesson, why, false);
        }
    }

    /// Whether a person drives.
    pub(super) fn is_driven(&self) -> bool {
        self.brain.controls.driver().is_some_and(|driver| driver != ClientId::ROBOT)
    }
}
