//! What the station goes through, from a job's first question to the chip to its last, and on its own in between.
//!
//! One phase after the other, each as far as the time has come. Nothing moves before the beam is known to be clean, and
//! nothing moves on after something was in it.

use embedded_hal::digital::OutputPin;
use embedded_hal_nb::serial::{Read, Write};
use serde::Serialize;
use wimz_vocabulary::{JobOutcome, Micros, RobotTime, Trouble};

use super::ladder::{Climb, GUARD, QUIET, RELIEF, Rung, SETTLE, SHAKE, SHAKE_STEPS, WATCH, WATCH_AFTER};
use super::stepper::Stepped;
use super::tmc::{Answer, Talk};
use super::{CHECK, COOLING, DEBOUNCE, DispenserStation, RETRY};
use crate::edges::Edges;

/// Where the station is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Phase {
    /// Nothing to do.
    Idle,
    /// Speaking to the chip: for a job, or because it was time to.
    Talk,
    /// Watching the beam before anything turns.
    Quiet { until: RobotTime },
    /// Pushing or shaking, so many microsteps back from where it began.
    Loosen { until: RobotTime, back: u16, outward: bool, begun: RobotTime },
    /// On by one compartment: so many microsteps to go.
    Turn { left: u16, begun: RobotTime },
    /// Waiting for what falls.
    Watch { until: RobotTime },
    /// Something fell; another may come.
    Settle { until: RobotTime },
    /// The count is closed; nothing may come now.
    Guard { until: RobotTime },
    /// Asking the chip whether it was there all the time.
    Close,
}

impl<STEP, DIR, EN, UART, BEAM> DispenserStation<STEP, DIR, EN, UART, BEAM>
where
    STEP: OutputPin,
    DIR: OutputPin,
    EN: OutputPin,
    UART: Read<u8> + Write<u8>,
    BEAM: Edges,
{
    /// Goes on by as much as can be done now: when there is more, or `None` if there is more at once.
    pub(super) fn advance(&mut self, now: RobotTime) -> Result<Option<RobotTime>, Trouble> {
        match self.memory.phase {
            Phase::Idle => self.idle(now),
            Phase::Talk => Ok(self.hear(now)),
            Phase::Quiet { until } => {
                let until = self.memory.stray.map_or(until, |known_at| until.max(known_at));
                if now < until {
                    return Ok(Some(until));
                }
                if self.beam.is_dark() {
                    return Ok(Some(now + DEBOUNCE));
                }
                self.stepper.hold(now, self.profile.half_step)?;
                self.step_on(now);
                Ok(None)
            }
            Phase::Loosen { until, back, outward, begun } => self.loosen(now, until, back, outward, begun),
            Phase::Turn { left: 0, begun } => {
                let until = (begun + WATCH).max(now + WATCH_AFTER);
                self.memory.phase = Phase::Watch { until };
                Ok(None)
            }
            Phase::Turn { left, begun } => match self.stepper.turn(now, false, self.profile.half_step)? {
                Stepped::Wait(until) => Ok(Some(until)),
                Stepped::Step => {
                    self.stepped(now);
                    self.memory.phase = Phase::Turn { left: left - 1, begun };
                    Ok(None)
                }
            },
            Phase::Watch { until } => {
                if self.is_interrupted(now) {
                    self.memory.phase = Phase::Settle { until: now + SETTLE };
                } else if now < until {
                    return Ok(Some(until));
                } else if self.beam.is_dark() {
                    return Ok(Some(now + DEBOUNCE));
                } else if self.memory.climb.as_mut().is_some_and(Climb::next) {
                    self.step_on(now);
                } else {
                    self.close(now);
                }
                Ok(None)
            }
            Phase::Settle { until } if now < until => Ok(Some(until)),
            Phase::Guard { until } if now < until => Ok(Some(until)),
            Phase::Settle { .. } | Phase::Guard { .. } if self.beam.is_dark() => Ok(Some(now + DEBOUNCE)),
            Phase::Settle { .. } => {
                self.close(now);
                Ok(None)
            }
            Phase::Guard { .. } => {
                self.driver.begin(Talk::Check);
                self.memory.phase = Phase::Close;
                Ok(None)
            }
            Phase::Close => Ok(self.conclude(now)),
        }
    }

    /// What an idle station does, for itself or for the job it was given.
    fn idle(&mut self, now: RobotTime) -> Result<Option<RobotTime>, Trouble> {
        if now < self.memory.care_at && self.memory.climb.is_none() {
            return Ok(Some(self.memory.care_at));
        }
        self.memory.care_at = now + RETRY;
        if self.memory.pins_refuse {
            self.stepper.release()?;
            self.memory.pins_refuse = false;
        }
        self.talk(if self.memory.is_set_up { Talk::Check } else { Talk::SetUp });
        Ok(None)
    }

    fn talk(&mut self, talk: Talk) {
        self.driver.begin(talk);
        self.memory.phase = Phase::Talk;
    }

    /// Listens to what the chip answers outside a job, or before one.
    fn hear(&mut self, now: RobotTime) -> Option<RobotTime> {
        let answer = match self.driver.poll(now) {
            Err(look) => return Some(look),
            Ok(answer) => answer,
        };
        let memory = &mut self.memory;
        memory.unreached = None;
        memory.hot = answer == Answer::TooHot;
        match answer {
            Answer::Fine => {
                (memory.is_set_up, memory.forgot) = (true, false);
                memory.care_at = now + CHECK;
            }
            Answer::Forgot => {
                (memory.is_set_up, memory.forgot) = (false, true);
                self.talk(Talk::SetUp);
                return None;
            }
            Answer::TooHot => {
                (memory.is_set_up, memory.forgot) = (true, false);
                memory.care_at = now + COOLING;
                self.abort(now, Trouble::TooHot);
            }
            Answer::Unreached(trouble) => {
                // It may have had a dip as well: it is set up anew when it answers.
                (memory.is_set_up, memory.unreached) = (false, Some(trouble));
                memory.care_at = now + RETRY;
                self.abort(now, trouble);
            }
        }
        let memory = &mut self.memory;
        memory.phase = match memory.climb {
            Some(_) => Phase::Quiet { until: now + QUIET },
            None => Phase::Idle,
        };
        None
    }

    /// Begins the rung that the climb has come to.
    fn step_on(&mut self, now: RobotTime) {
        let rung = self.memory.climb.map_or(Rung::Slot, |climb| climb.rung());
        let loosen = |span| Phase::Loosen { until: now + span, back: 0, outward: true, begun: now };
        self.memory.phase = match rung {
            Rung::Slot => Phase::Turn { left: self.profile.steps_per_slot, begun: now },
            Rung::Relief => loosen(RELIEF),
            Rung::Shake => loosen(SHAKE),
        };
    }

    /// Back and forth, until its time is over or something is in the beam; always back to where it began.
    fn loosen(
        &mut self,
        now: RobotTime,
        until: RobotTime,
        back: u16,
        outward: bool,
        begun: RobotTime,
    ) -> Result<Option<RobotTime>, Trouble> {
        let (reach, half_step) = match self.memory.climb.map(|climb| climb.rung()) {
            Some(Rung::Shake) => (SHAKE_STEPS, Micros::new(self.profile.half_step.get() / 2)),
            _ => (self.profile.relief_steps, self.profile.half_step),
        };
        let interrupted = self.is_interrupted(now);
        if back == 0 && interrupted {
            self.memory.phase = Phase::Settle { until: now + SETTLE };
            return Ok(None);
        }
        if back == 0 && outward && until <= now {
            if self.beam.is_dark() {
                return Ok(Some(now + DEBOUNCE));
            }
            self.memory.phase = Phase::Turn { left: self.profile.steps_per_slot, begun };
            return Ok(None);
        }
        let backwards = outward && back < reach && !interrupted;
        match self.stepper.turn(now, backwards, half_step)? {
            Stepped::Wait(until) => Ok(Some(until)),
            Stepped::Step => {
                self.stepped(now);
                let back = if backwards { back + 1 } else { back - 1 };
                // From home it goes out again.
                let outward = back == 0 || backwards;
                self.memory.phase = Phase::Loosen { until, back, outward, begun };
                Ok(None)
            }
        }
    }

    fn stepped(&mut self, now: RobotTime) {
        if let Some(climb) = &mut self.memory.climb {
            climb.moved_at.get_or_insert(now);
        }
    }

    /// Whether something was or is in the beam since this job turned something: nothing more is tried.
    fn is_interrupted(&mut self, now: RobotTime) -> bool {
        let suspects = self.beam.suspects(now);
        self.memory.climb.as_mut().is_some_and(|climb| {
            climb.interrupted |= suspects;
            climb.interrupted
        })
    }

    /// Closes the count. The motor's current is no longer needed.
    fn close(&mut self, now: RobotTime) {
        self.memory.pins_refuse = self.stepper.release().is_err();
        if let Some(climb) = &mut self.memory.climb {
            climb.closed_at = Some(now);
        }
        self.memory.phase = Phase::Guard { until: now + GUARD };
    }

    /// Ends a job by what the beam counted. That nothing fell is put down to the carousel only if the chip was there.
    fn conclude(&mut self, now: RobotTime) -> Option<RobotTime> {
        let answer = match self.driver.poll(now) {
            Err(look) => return Some(look),
            Ok(answer) => answer,
        };
        let memory = &mut self.memory;
        memory.care_at = now + CHECK;
        let in_the_way = match answer {
            Answer::Fine => None,
            Answer::Forgot => {
                (memory.is_set_up, memory.forgot, memory.care_at) = (false, true, now);
                Some(Trouble::ForgotSettings)
            }
            Answer::TooHot => {
                (memory.hot, memory.care_at) = (true, now + COOLING);
                Some(Trouble::TooHot)
            }
            Answer::Unreached(trouble) => {
                (memory.is_set_up, memory.unreached, memory.care_at) = (false, Some(trouble), now + RETRY);
                Some(trouble)
            }
        };
        let counted = self.memory.climb.map(|climb| climb.outcome());
        match (counted, in_the_way) {
            (Some(JobOutcome::EmptyOrJammed | JobOutcome::Dropped { count: 0 }), Some(why)) => {
                self.end(now, JobOutcome::NotDone { why });
            }
            (Some(counted), _) => self.end(now, counted),
            (None, _) => self.memory.phase = Phase::Idle,
        }
        None
    }
}
