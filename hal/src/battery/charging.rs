//! Whether the battery is being charged, read from nothing but its voltage.
//!
//! A voltage also rises for minutes after a load was taken off (field row H2): what was measured until the motors
//! had rested is never part of the judgement.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{Charging, Micros, RobotTime};

/// How long the motors must have been idle before a reading counts (field facts, battery).
pub const REST: Micros = Micros::from_secs(120);

/// The readings that are judged: those of this last while, all of them taken after [`REST`]. That it does not
/// charge is therefore known nearly four minutes after the motors stopped, that it does as soon as it rose enough.
pub const WINDOW: Micros = Micros::from_secs(120);

/// A rise over the window that only a charger can cause, in volts (field facts, battery).
pub const RISE: f32 = 0.35;

/// A fall from the window's highest that a charger would not allow, in volts (field facts, battery).
pub const DROP: f32 = 0.01;

/// With a reading at least this old the window counts as filled: two readings, 5 s apart, may be missing.
const FILLED: Micros = Micros::from_secs(110);

/// What the voltage did since the motors came to rest.
#[derive(Debug, Serialize)]
pub(super) struct Trend {
    /// `None` while they run.
    idle_since: Option<RobotTime>,
    readings: VecDeque<(RobotTime, f32)>,
    charging: Charging,
}

impl Trend {
    /// The motors are taken to be idle from now on.
    pub(super) fn new(now: RobotTime) -> Self {
        Self { idle_since: Some(now), readings: VecDeque::new(), charging: Charging::Unknown }
    }

    /// Hears whether a motor runs.
    pub(super) fn motors(&mut self, now: RobotTime, running: bool) {
        if running {
            *self = Self { idle_since: None, ..Self::new(now) };
        } else if self.idle_since.is_none() {
            self.idle_since = Some(now);
        }
    }

    /// Takes a smoothed reading and judges. Once it charges it does until the voltage drops, however slowly the
    /// voltage goes on rising, or until nothing was measured for as long as the window.
    pub(super) fn judge(&mut self, now: RobotTime, volts: f32) -> Charging {
        if self.idle_since.is_none_or(|since| now.since(since) < REST) {
            return Charging::Unknown;
        }
        while self.readings.pop_front_if(|(at, _)| now.since(*at) > WINDOW).is_some() {}
        if self.readings.is_empty() {
            self.charging = Charging::Unknown;
        }
        self.readings.push_back((now, volts));
        let (oldest, first) = self.readings.front().copied().unwrap_or((now, volts));
        self.charging = if self.has_dropped() {
            Charging::No
        } else if volts - first >= RISE || self.charging == Charging::Yes {
            Charging::Yes
        } else if now.since(oldest) >= FILLED {
            Charging::No
        } else {
            self.charging
        };
        self.charging
    }

    fn has_dropped(&self) -> bool {
        let mut highest = f32::MIN;
        self.readings.iter().any(|(_, volts)| {
            highest = highest.max(*volts);
            highest - volts > DROP
        })
    }
}
