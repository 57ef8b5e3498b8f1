//! Both tracks as one drive: ramped, and corrected where there are encoders.
//!
//! A zero waits for nothing: it is on the pins before an encoder is asked anything.

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;
use serde::Serialize;
use wimz_vocabulary::{Condition, Health, Micros, Ratio, RobotTime, Side, Trouble};

use super::motor::Motor;
use super::quadrature::{Quadrature, STILL};
use super::track::Track;
use super::watch::Verdict;
use super::{Drive, DriveFault, PERIOD};
use crate::edges::Edges;
use crate::profile::DriveProfile;

/// The longest that one step counts for, however late it comes.
const LATE: Micros = Micros::from_millis(20);

/// The drive of a board whose output pins are `P`, PWM lines `W` and input lines `E`.
#[derive(Debug)]
pub struct Tracks<P, W, E> {
    left: Track<P, W, E>,
    right: Track<P, W, E>,
    memory: Memory,
}

/// What belongs to neither track alone.
#[derive(Debug, Default, Serialize)]
struct Memory {
    /// When the next step is due.
    due: Option<RobotTime>,
    stepped_at: RobotTime,
    health: Health,
}

impl<P: OutputPin, W: SetDutyCycle, E: Edges> Tracks<P, W, E> {
    /// A drive of these motors, left and right; with the lines A and B of both encoders, if the profile has any.
    /// Nothing is written yet.
    pub fn new(profile: &DriveProfile, motors: [Motor<P, W>; 2], encoders: Option<[[E; 2]; 2]>) -> Self {
        let [left, right] = motors;
        let (left_encoder, right_encoder) = match profile.encoders.zip(encoders) {
            Some((encoder, [left, right])) => (
                Some(Quadrature::new(left, encoder.edges_per_metre)),
                Some(Quadrature::new(right, encoder.edges_per_metre)),
            ),
            None => (None, None),
        };
        let due = left_encoder.as_ref().map(|_| RobotTime::BOOT);
        Self {
            left: Track::new(left, profile, &profile.left, left_encoder),
            right: Track::new(right, profile, &profile.right, right_encoder),
            memory: Memory { due, ..Memory::default() },
        }
    }

    /// The drive that a profile describes, its lines opened by their BCM numbers.
    ///
    /// # Errors
    /// The board's, if it cannot open a line.
    pub fn open<X>(
        profile: &DriveProfile,
        mut pin: impl FnMut(u8) -> Result<P, X>,
        mut pwm: impl FnMut(u8) -> Result<W, X>,
        mut edges: impl FnMut(u8) -> Result<E, X>,
    ) -> Result<Self, X> {
        let left = Motor::open(profile.left.lines, &mut pin, &mut pwm)?;
        let right = Motor::open(profile.right.lines, &mut pin, &mut pwm)?;
        let encoders = match &profile.encoders {
            Some(encoders) => {
                let mut lines = |[a, b]: [u8; 2]| Ok([edges(a)?, edges(b)?]);
                Some([lines(encoders.left)?, lines(encoders.right)?])
            }
            None => None,
        };
        Ok(Self::new(profile, [left, right], encoders))
    }

    /// Puts out both duties. A drive that does not obey is not driven: should a line refuse, both tracks are brought
    /// to rest as far as their lines obey.
    fn output(&mut self, now: RobotTime, span: Micros) -> Result<(), DriveFault> {
        let powered = self.left.is_powered() || self.right.is_powered();
        let outcome = self.put(now, span);
        if outcome.is_err() && powered {
            self.left.halt(now);
            self.right.halt(now);
            // A line that refuses this too is in the outcome already, or in the next command's.
            let _ = self.put(now, Micros::ZERO);
        }
        self.memory.health = self.reckon_health(now);
        outcome
    }

    /// Both sides are always tried: a dead line on the left must not keep the right one turning.
    fn put(&mut self, now: RobotTime, span: Micros) -> Result<(), DriveFault> {
        let left = self.left.put(now, span).map_err(|line| DriveFault { side: Side::Left, line });
        let right = self.right.put(now, span).map_err(|line| DriveFault { side: Side::Right, line });
        left.and(right)
    }

    /// Holds against each encoder what there is to hold, by what the other one says.
    fn judge(&mut self, now: RobotTime) {
        let (Some(left), Some(right)) = (self.left.watch(), self.right.watch()) else { return };
        let turning = (left.turns(now), right.turns(now));
        for (watch, other_turns) in [(left, turning.1), (right, turning.0)] {
            if watch.is_silent(now) {
                watch.hold(if other_turns { Verdict::EncoderDead } else { Verdict::Stalled });
            }
        }
    }

    /// Pins first, then tracks that do not turn, then encoders.
    fn reckon_health(&self, now: RobotTime) -> Health {
        if self.left.has_refused() || self.right.has_refused() {
            return self.memory.health.but(Condition::Failed(Trouble::PinRefused));
        }
        let sides = [(Side::Left, self.left.verdict()), (Side::Right, self.right.verdict())];
        let held = |wanted| sides.into_iter().find(|(_, verdict)| *verdict == Some(wanted));
        match held(Verdict::Stalled).or_else(|| held(Verdict::EncoderDead)) {
            Some((side, Some(verdict))) => self.memory.health.but(Condition::Degraded(verdict.trouble(side))),
            _ => Health::ok(now),
        }
    }

    /// How long until it wants to be polled again. Encoders are listened to at rest too, for somebody may push the
    /// robot, and a line that nobody listens to forgets.
    fn pace(&self) -> Option<Micros> {
        let sensed = self.left.is_sensed();
        let climbing = self.left.is_climbing() || self.right.is_climbing();
        let turning = self.left.is_powered() || self.right.is_powered();
        let rolling = self.left.is_rolling() || self.right.is_rolling();
        if climbing || rolling || (sensed && turning) { Some(PERIOD) } else { sensed.then_some(STILL) }
    }
}

impl<P: OutputPin, W: SetDutyCycle, E: Edges> Drive for Tracks<P, W, E> {
    fn set(&mut self, now: RobotTime, left: Ratio, right: Ratio) -> Result<(), DriveFault> {
        self.left.aim(now, left);
        self.right.aim(now, right);
        let outcome = self.output(now, Micros::ZERO);
        self.memory.due = self.pace().map(|pace| {
            let next = now + pace;
            self.memory.due.map_or(next, |due| due.min(next))
        });
        outcome
    }

    fn poll(&mut self, now: RobotTime) -> Result<Option<RobotTime>, DriveFault> {
        if self.memory.due.is_none_or(|due| now < due) {
            return Ok(self.memory.due);
        }
        let span = now.since(self.memory.stepped_at).min(LATE);
        self.memory.stepped_at = now;
        self.left.listen(now);
        self.right.listen(now);
        self.left.advance(now);
        self.right.advance(now);
        self.judge(now);
        let outcome = if self.left.is_powered() || self.right.is_powered() {
            self.output(now, span)
        } else {
            self.memory.health = self.reckon_health(now);
            Ok(())
        };
        self.memory.due = self.pace().map(|pace| now + pace);
        outcome.map(|()| self.memory.due)
    }

    fn stands_still(&self, _now: RobotTime) -> Option<bool> {
        match (self.left.stands_still(), self.right.stands_still()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    fn health(&self) -> Health {
        self.memory.health
    }

    fn memory(&self) -> impl Serialize {
        (&self.memory, self.left.memory(), self.right.memory())
    }
}
