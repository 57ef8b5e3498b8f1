//! Scripts: what a mission says, shows and does, step by step. Nothing waits: each step begins, and is looked at until it is
//! over.

use wimz_hal::Body;
use wimz_vocabulary::{DriveEnd, EventBody, Micros, MissionFact, Ratio, RobotTime};

use super::run::{Doing, Run, Script};
use crate::plans::{self, Action, Step as Planned};
use crate::step::Step;
use crate::tuning::seconds;

/// How a script goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It goes on.
    On,
    /// It is over; its last word had been heard to its end then, if it said one.
    Over(Option<RobotTime>),
    /// A word was not heard to its end, or it took far too long.
    Failed,
    /// The newest success is to be rewarded, and then it goes on.
    Reward,
}

/// How a step goes.
enum Part {
    On,
    Over,
    Failed,
}

impl<B: Body> Step<'_, B> {
    /// Goes on with a script.
    pub(super) fn script_goes_on(
        &mut self,
        run: &Run,
        script: &mut Script,
        plan: &plans::Script,
        clock: Micros,
    ) -> Course {
        let longest = longest(plan.duration_estimate, self.brain.mission.tuning.overrun_times)
            + seconds(self.brain.mission.tuning.overrun_s);
        if clock - script.began > longest {
            self.script_breaks_off();
            return Course::Failed;
        }
        while let Some(step) = plan.steps.get(script.place) {
            if matches!(step, Planned::Reward) {
                script.place += 1;
                return Course::Reward;
            }
            if !script.doing.begun {
                script.doing = match self.script_step(run, step, clock) {
                    Some(doing) => doing,
                    None => return Course::Failed,
                };
            }
            match self.script_part(script, clock) {
                Part::On => return Course::On,
                Part::Failed => return Course::Failed,
                Part::Over => {
                    script.place += 1;
                    script.doing = Doing::default();
                }
            }
        }
        Course::Over(script.spoken)
    }

    /// Whatever moves by a script stands still. What is heard is heard out.
    pub(super) fn script_breaks_off(&mut self) {
        if self.brain.controls.moves_by_itself() {
            self.rest(DriveEnd::Zero);
        }
    }

    /// Begins with a step; none if its word cannot be said.
    fn script_step(&mut self, run: &Run, step: &Planned, clock: Micros) -> Option<Doing> {
        let mut doing = Doing { begun: true, ..Doing::default() };
        match step {
            Planned::Do(action) => self.script_action(run, action, clock, &mut doing)?,
            Planned::Together(actions) => {
                for action in actions {
                    self.script_action(run, action, clock, &mut doing)?;
                }
            }
            Planned::Wait(span) => doing.until = Some(clock + *span),
            Planned::Reward => {}
        }
        Some(doing)
    }

    fn script_action(&mut self, run: &Run, action: &Action, clock: Micros, doing: &mut Doing) -> Option<()> {
        let dog = run.dog.or(run.known.map(|known| known.dog));
        match *action {
            Action::Say(ref word) => doing.heard = Some((self.utter(word, dog)?, true)),
            Action::Name => {
                let name = dog.and_then(|dog| self.brain.player.recording_of(&dog));
                doing.heard = name.and_then(|name| self.play_by_itself(&name)).map(|play| (play, false));
            }
            Action::Play(sound) => {
                let play = self.play_by_itself(&sound);
                doing.heard = play.filter(|_| !is_song(&sound)).map(|play| (play, false));
            }
            Action::Silence => self.brain.player.stop(self.at),
            Action::Light(pattern, span) => self.brain.lights.cue(self.at, pattern, span),
            Action::Move { left, right, span } => {
                doing.moves = Some((left, right, clock + span.min(Action::LONGEST_MOVE)));
            }
            Action::Look(gaze) => {
                self.look_by_itself(gaze);
            }
            Action::Photo => {
                let fact = MissionFact::PhotoWanted { run: run.number, stage: run.place() };
                self.tell(EventBody::Mission(fact));
            }
        }
        Some(())
    }

    fn script_part(&mut self, script: &mut Script, clock: Micros) -> Part {
        let doing = &mut script.doing;
        if let Some((left, right, until)) = doing.moves {
            let left_over = until - clock;
            let goes_on = left_over > Micros::ZERO
                && (left, right) != (Ratio::ZERO, Ratio::ZERO)
                && self.move_by_itself(left, right, left_over).is_ok();
            if !goes_on {
                doing.moves = None;
                self.script_breaks_off();
            }
        }
        if let Some((play, must)) = doing.heard
            && let Some((ended, all)) = self.brain.player.heard_out(play)
        {
            doing.heard = None;
            if must && !all {
                self.script_breaks_off();
                return Part::Failed;
            }
            if must {
                script.spoken = Some(ended);
            }
        }
        let doing = &mut script.doing;
        doing.until = doing.until.filter(|until| *until > clock);
        let over = doing.heard.is_none() && doing.moves.is_none() && doing.until.is_none();
        if over { Part::Over } else { Part::On }
    }

    fn play_by_itself(&mut self, sound: &wimz_vocabulary::SoundName) -> Option<wimz_vocabulary::PlayId> {
        self.brain.parts.allow(crate::parts::Use::Sound, self.brain.mode).ok()?;
        self.brain.player.play(self.at, sound).ok()?;
        self.brain.player.newest()
    }
}

fn is_song(sound: &wimz_vocabulary::SoundName) -> bool {
    sound.as_str().starts_with("songs/")
}

/// A script's estimate, so many times.
fn longest(estimate: Micros, times: f32) -> Micros {
    seconds(estimate.as_secs_f32() * times)
}
