//! The treat dispenser: a carousel on a stepper, its driver on a UART, and a beam across the chute.
//!
//! It brings one treat down, trying all there is to try, and says what the beam counted. What was seen, not what was
//! turned, is success; once something was in the beam nothing more is tried. It knows no policy and no ledger.

mod beam;
mod course;
mod ladder;
mod stepper;
mod tmc;

use alloc::collections::VecDeque;

use embedded_hal::digital::OutputPin;
use embedded_hal_nb::serial::{Read, Write};
use serde::Serialize;
use wimz_vocabulary::{Condition, Doubt, Health, Job, JobId, JobOutcome, Micros, RobotTime, Trouble, Work};

pub use beam::{BLOCKED, DEBOUNCE, SPIKE, TREAT};
pub use ladder::{GUARD, QUIET, RELIEF, SETTLE, SHAKE, SHAKE_STEPS, WATCH, WATCH_AFTER};

use crate::edges::Edges;
use crate::profile::DispenserProfile;
use crate::station::Station;
use beam::{Beam, Seen, Shape};
use course::Phase;
use ladder::Climb;
use stepper::Stepper;
use tmc::Driver;

/// How often an idle driver chip is asked whether it remembers its settings.
pub const CHECK: Micros = Micros::from_secs(30);

/// How often what has failed is tried again.
pub const RETRY: Micros = Micros::from_secs(1);

/// How often a chip that was too hot is asked again.
pub const COOLING: Micros = Micros::from_secs(5);

/// How long after something was in an idle chute it is known whether it was alone: a late treat comes alone.
pub const ALONE: Micros = Micros::from_secs(2);

/// How long the beam has to be calm to be trusted again.
pub const CALM: Micros = Micros::from_secs(5);

/// What the station has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum DispenserNews {
    /// A job is done with.
    Job {
        /// Which.
        job: JobId,
        /// What came of it.
        outcome: JobOutcome,
    },
    /// A treat fell while no job waited for one.
    Stray {
        /// The last job before it.
        after: Option<JobId>,
    },
}

/// The station that runs the dispenser. Poll it also whenever the beam's line has an edge, a job was given, or it was
/// cleared; an idle one asks for nothing but the chip's check every 30 s.
#[derive(Debug)]
pub struct DispenserStation<STEP, DIR, EN, UART, BEAM> {
    stepper: Stepper<STEP, DIR, EN>,
    driver: Driver<UART>,
    beam: Beam<BEAM>,
    profile: DispenserProfile,
    memory: Memory,
}

/// All that the station remembers, but for its parts.
#[derive(Debug, Serialize)]
struct Memory {
    phase: Phase,
    climb: Option<Climb>,
    last_job: Option<JobId>,
    /// Whether the chip has been set up since boot, and whether it was reached when it was last spoken to.
    is_set_up: bool,
    unreached: Option<Trouble>,
    forgot: bool,
    hot: bool,
    pins_refuse: bool,
    beam_is_deaf: bool,
    is_empty_or_jammed: bool,
    restless_until: Option<RobotTime>,
    /// Something that was in the idle chute, and when it is known whether it was alone.
    stray: Option<RobotTime>,
    /// When the idle station looks after itself next.
    care_at: RobotTime,
    health: Health,
    news: VecDeque<DispenserNews>,
}

impl<STEP, DIR, EN, UART, BEAM> DispenserStation<STEP, DIR, EN, UART, BEAM>
where
    STEP: OutputPin,
    DIR: OutputPin,
    EN: OutputPin,
    UART: Read<u8> + Write<u8>,
    BEAM: Edges,
{
    /// A dispenser on these lines. The first poll takes the motor's current away and sets its driver up.
    pub fn new(
        step: STEP,
        direction: DIR,
        enable: EN,
        uart: UART,
        beam: BEAM,
        profile: &DispenserProfile,
        now: RobotTime,
    ) -> Self {
        Self {
            stepper: Stepper::new(step, direction, enable, profile.inverted),
            driver: Driver::new(uart, profile),
            beam: Beam::new(beam),
            profile: *profile,
            memory: Memory {
                phase: Phase::Idle,
                climb: None,
                last_job: None,
                is_set_up: false,
                unreached: None,
                forgot: false,
                hot: false,
                // Until they are known to be at rest.
                pins_refuse: true,
                beam_is_deaf: false,
                is_empty_or_jammed: false,
                restless_until: None,
                stray: None,
                care_at: now,
                health: Health::default(),
                news: VecDeque::new(),
            },
        }
    }

    /// Takes a job, unless one is under way or its id is not newer than the last one's. Follow it by a poll.
    pub fn give(&mut self, now: RobotTime, job: Job) {
        let memory = &mut self.memory;
        if memory.climb.is_some() || memory.last_job.is_some_and(|last| job.id <= last) {
            return;
        }
        memory.last_job = Some(job.id);
        memory.climb = Some(Climb::new(job));
        let in_the_way = if self.beam.is_blocked() {
            Some(Trouble::BeamBlocked)
        } else if memory.restless_until.is_some() {
            Some(Trouble::BeamRestless)
        } else {
            memory.unreached
        };
        if memory.is_empty_or_jammed && job.work == Work::Dispense {
            self.end(now, JobOutcome::EmptyOrJammed);
        } else if let Some(why) = in_the_way {
            self.end(now, JobOutcome::NotDone { why });
        }
    }

    /// Somebody has looked after it: it no longer counts as empty or jammed.
    pub fn clear(&mut self) {
        if core::mem::take(&mut self.memory.is_empty_or_jammed) {
            self.memory.health = self.memory.health.but(self.condition());
        }
    }

    /// What it has to say, oldest first.
    pub fn take(&mut self) -> Option<DispenserNews> {
        self.memory.news.pop_front()
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> impl Serialize + '_ {
        (&self.memory, self.stepper.memory(), self.driver.memory(), self.beam.memory())
    }

    /// Takes what the beam has seen.
    fn look(&mut self, now: RobotTime) {
        self.memory.beam_is_deaf = self.beam.poll(now).is_err();
        if self.memory.beam_is_deaf {
            // Whether it was alone will not be known.
            self.memory.stray = None;
            self.abort(now, Trouble::PinRefused);
        }
        while let Some(seen) = self.beam.take() {
            self.weigh(now, seen);
        }
        if self.memory.restless_until.is_some_and(|until| until <= now) {
            self.memory.restless_until = None;
        }
        if self.memory.stray.is_some_and(|known_at| known_at <= now) && !self.beam.is_dark() {
            self.memory.stray = None;
            self.memory.is_empty_or_jammed = false;
            self.memory.news.push_back(DispenserNews::Stray { after: self.memory.last_job });
        }
    }

    /// Decides what something that the beam saw means just now.
    fn weigh(&mut self, now: RobotTime, seen: Seen) {
        let doubt = match seen.shape {
            Shape::Treat => None,
            Shape::Odd => Some(Doubt::OddShape),
            Shape::Blocked => Some(Doubt::BeamBlocked),
            Shape::Noise => Some(Doubt::BeamRestless),
        };
        let Some(climb) = self.memory.climb.as_mut().filter(|climb| climb.moved_at.is_some()) else {
            return self.weigh_idle(now, doubt);
        };
        if doubt != Some(Doubt::BeamRestless) && climb.is_open_at(seen.at) {
            climb.count(doubt);
            if let Phase::Settle { until } = &mut self.memory.phase {
                *until = (*until).max(seen.at + SETTLE);
            }
        } else {
            climb.give_up(Doubt::BeamRestless);
            self.memory.restless_until = Some(now + CALM);
            if let Phase::Guard { until } = &mut self.memory.phase {
                *until = now + GUARD;
            }
        }
    }

    /// Something was in the beam while nothing turned: a treat that comes late, alone, or no treat at all.
    fn weigh_idle(&mut self, now: RobotTime, doubt: Option<Doubt>) {
        let calm = self.memory.restless_until.is_none() && self.memory.stray.is_none();
        self.memory.stray = (doubt.is_none() && calm).then_some(now + ALONE);
        let blocked = doubt == Some(Doubt::BeamBlocked);
        if self.memory.stray.is_none() && !blocked {
            self.memory.restless_until = Some(now + CALM);
        }
        // A job that has not turned anything yet does not begin now.
        let why = if blocked { Trouble::BeamBlocked } else { Trouble::BeamRestless };
        self.abort(now, why);
    }

    /// Something broke: nothing turns any more, and a job ends as it stands.
    fn abort(&mut self, now: RobotTime, why: Trouble) {
        if let Some(climb) = self.memory.climb {
            if self.stepper.is_held() {
                self.memory.pins_refuse |= self.stepper.release().is_err();
            }
            self.end(now, climb.broken(why));
        }
    }

    fn end(&mut self, now: RobotTime, outcome: JobOutcome) {
        let Some(climb) = self.memory.climb.take() else { return };
        match outcome {
            JobOutcome::EmptyOrJammed => self.memory.is_empty_or_jammed = true,
            JobOutcome::Dropped { count } if count > 0 => self.memory.is_empty_or_jammed = false,
            _ => {}
        }
        // A talk that is under way for the job goes on for the station itself.
        if self.memory.phase != Phase::Talk {
            self.memory.phase = Phase::Idle;
            if self.memory.pins_refuse {
                self.memory.care_at = self.memory.care_at.min(now + RETRY);
            }
        }
        self.memory.news.push_back(DispenserNews::Job { job: climb.job.id, outcome });
    }

    /// How the dispenser is, by all that is known of it; worst first.
    fn condition(&self) -> Condition {
        let memory = &self.memory;
        if memory.pins_refuse || memory.beam_is_deaf {
            Condition::Failed(Trouble::PinRefused)
        } else if let Some(trouble) = memory.unreached {
            Condition::Failed(trouble)
        } else if self.beam.is_blocked() {
            Condition::Failed(Trouble::BeamBlocked)
        } else if memory.is_empty_or_jammed {
            Condition::Failed(Trouble::EmptyOrJammed)
        } else if memory.restless_until.is_some() {
            Condition::Degraded(Trouble::BeamRestless)
        } else if memory.forgot {
            Condition::Degraded(Trouble::ForgotSettings)
        } else if memory.hot {
            Condition::Degraded(Trouble::TooHot)
        } else if memory.is_set_up {
            Condition::Ok
        } else {
            Condition::Starting
        }
    }
}

impl<STEP, DIR, EN, UART, BEAM> Station for DispenserStation<STEP, DIR, EN, UART, BEAM>
where
    STEP: OutputPin,
    DIR: OutputPin,
    EN: OutputPin,
    UART: Read<u8> + Write<u8>,
    BEAM: Edges,
{
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        self.look(now);
        let due = loop {
            match self.advance(now) {
                Ok(Some(due)) if due > now => break due,
                Ok(_) => {}
                Err(trouble) => {
                    self.memory.pins_refuse = true;
                    self.abort(now, trouble);
                }
            }
        };
        self.memory.health = match self.condition() {
            Condition::Ok => Health::ok(now),
            condition => self.memory.health.but(condition),
        };
        let Memory { restless_until, stray, .. } = self.memory;
        // A line that cannot be read has no edges that would say so.
        let deaf = self.memory.beam_is_deaf.then_some(now + RETRY);
        let others =
            [self.beam.due(now), restless_until, stray, deaf].into_iter().flatten().filter(|due| *due > now);
        others.chain([due]).min()
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}
