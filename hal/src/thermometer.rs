//! The computer's temperature, every five seconds.
//!
//! It tells what was measured and says when nothing was; what follows from a heat is decided elsewhere.

use serde::Serialize;
use wimz_vocabulary::{Celsius, Condition, Health, Micros, RobotTime, Trouble};

use crate::station::Station;

/// From one measurement to the next: a computer takes longer to warm by a degree.
pub const PERIOD: Micros = Micros::from_secs(5);

/// From here on it is told of, in °C (field facts, thermal).
pub const WARN_CELSIUS: f32 = 86.0;
/// From here on work is shed, in °C (field facts, thermal).
pub const CRITICAL_CELSIUS: f32 = 92.0;
/// From here on the robot stops, in °C (field facts, thermal).
pub const EMERGENCY_CELSIUS: f32 = 95.0;

/// What a running computer in a house can have, in °C. Past its end the silicon has switched itself off.
const LEAST: f32 = -20.0;
const MOST: f32 = 125.0;

/// A thermometer.
pub trait Thermometer {
    /// Why it could not be read.
    type Error;

    /// The temperature now.
    ///
    /// # Errors
    /// If it could not be read.
    fn celsius(&mut self) -> Result<Celsius, Self::Error>;
}

/// The station that reads the thermometer.
#[derive(Debug)]
pub struct ThermometerStation<T> {
    thermometer: T,
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    due: RobotTime,
    /// The newest measurement that was not taken yet.
    measured: Option<Celsius>,
    health: Health,
}

impl<T: Thermometer> ThermometerStation<T> {
    /// Reads this thermometer, first at the first poll.
    pub fn new(thermometer: T, now: RobotTime) -> Self {
        Self { thermometer, memory: Memory { due: now, measured: None, health: Health::default() } }
    }

    /// The measurement that came since this was last asked, if one did. Ask after each poll.
    pub fn take(&mut self) -> Option<Celsius> {
        self.memory.measured.take()
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }
}

impl<T: Thermometer> Station for ThermometerStation<T> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if now >= self.memory.due {
            let health = self.memory.health;
            self.memory.health = match self.thermometer.celsius() {
                Ok(measured) if (LEAST..=MOST).contains(&measured.get()) => {
                    self.memory.measured = Some(measured);
                    Health::ok(now)
                }
                Ok(_) => health.but(Condition::Degraded(Trouble::Implausible)),
                Err(_) => health.but(Condition::Failed(Trouble::BusSilent)),
            };
            self.memory.due = now + PERIOD;
        }
        Some(self.memory.due)
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}
