//! The battery and the monitor on it: how much charge is left, and whether it is being charged.
//!
//! It measures every 5 s, checks that its chip still holds its settings, and tells nothing that cannot be. While
//! nothing good comes, the last measurement grows old; nothing stands in for it.

pub mod ads1115;
pub mod charging;

use alloc::vec::Vec;

use embedded_hal::i2c::I2c;
use serde::Serialize;
use wimz_vocabulary::{BatteryState, Condition, Health, Micros, Ratio, RobotTime, Trouble, Volts};

use crate::profile::BatteryProfile;
use crate::station::Station;
use ads1115::{Ads1115, Settings, VOLTS_PER_COUNT};
use charging::Trend;

/// From one measurement to the next (field facts, battery).
pub const PERIOD: Micros = Micros::from_secs(5);

/// Samples of a measurement, of which the median counts (field facts, battery).
pub const SAMPLES: usize = 8;

/// Between two samples: a conversion takes 7.8 ms at 128 a second, and 8.7 ms on the slowest chip (datasheet,
/// data rate variation ±10 %), so each sample is a new one.
pub const SPACING: Micros = Micros::from_millis(10);

/// From new settings to the first sample: a conversion with the old ones may have to end first.
pub const SETTLE: Micros = Micros::from_millis(20);

/// How often the chip is asked whether it still holds its settings, when nothing looks as if it did not.
pub const CHECK: Micros = Micros::from_secs(60);

/// How often a silent bus is tried again.
pub const RETRY: Micros = Micros::from_secs(1);

/// Samples of a measurement that may be lost without a word: motors make noise on the bus.
pub const LOST_UNTOLD: usize = 2;

/// So many words lost in a row are no noise: the bus is silent. A lost word is repeated after [`SPACING`].
pub const SILENT: usize = 8;

/// What a new measurement counts for in the smoothed voltage (field facts, battery).
pub const ALPHA: f32 = 0.3;

/// A smoothed voltage that is older than this is not mixed with a new measurement.
pub const STALE: Micros = charging::WINDOW;

/// The voltage at the chip's input from which it may be clamped: a chip on 3.3 V clamps at 3.6 V, a little less
/// on a supply that is a little low (field row H1).
pub const CLAMP: f32 = 3.55;

/// What the pack's voltage can be, as shares of the profile's `empty` and `full`.
const LEAST_OF_EMPTY: f32 = 0.7;
const MOST_OF_FULL: f32 = 1.15;

/// The station that runs the battery's monitor.
#[derive(Debug)]
pub struct BatteryStation<I2C> {
    chip: Ads1115<I2C>,
    profile: BatteryProfile,
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    phase: Phase,
    due: RobotTime,
    /// When the measurement under way began.
    begun: RobotTime,
    check_at: RobotTime,
    /// The samples of the measurement under way, and how many of it were lost.
    samples: Vec<i16>,
    lost: usize,
    /// Words lost in a row; one that gets through begins the count anew.
    misses: usize,
    /// The pack's voltage.
    smoothed: Option<f32>,
    trend: Trend,
    state: Option<BatteryState>,
    /// Whether the state was not taken yet.
    news: bool,
    health: Health,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Phase {
    /// Settings are written and read back.
    Configure,
    /// Sample after sample, until there are eight.
    Sample,
    /// The settings are read back before the samples are believed.
    Verify,
}

/// Why a step of the station came to nothing.
enum Setback {
    /// The bus did not carry a word.
    Miss,
    /// The chip does not take its settings.
    Refused,
}

impl<I2C: I2c> BatteryStation<I2C> {
    /// A battery monitor on this bus. The first measurement comes about 100 ms after the first poll.
    pub fn new(bus: I2C, profile: &BatteryProfile, now: RobotTime) -> Self {
        let memory = Memory {
            phase: Phase::Configure,
            due: now,
            begun: now,
            check_at: now,
            samples: Vec::with_capacity(SAMPLES),
            lost: 0,
            misses: 0,
            smoothed: None,
            trend: Trend::new(now),
            state: None,
            news: false,
            health: Health::default(),
        };
        Self { chip: Ads1115::new(bus, profile.address, profile.input), profile: *profile, memory }
    }

    /// Hears whether a motor runs: the voltage under load, and for a while after it, says nothing about a charger.
    /// Motors that nothing was heard of are idle.
    pub fn motors(&mut self, now: RobotTime, running: bool) {
        self.memory.trend.motors(now, running);
    }

    /// The last measurement; its age stands in [`health`](Station::health).
    pub fn state(&self) -> Option<BatteryState> {
        self.memory.state
    }

    /// The measurement that came since this was last asked, if one did. Ask after each poll.
    pub fn take(&mut self) -> Option<BatteryState> {
        core::mem::take(&mut self.memory.news).then_some(self.memory.state).flatten()
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// One step of the station; the answer is how long until the next.
    fn advance(&mut self, now: RobotTime) -> Result<Micros, Setback> {
        match self.memory.phase {
            Phase::Configure => {
                self.chip.configure().map_err(miss)?;
                if self.chip.verify().map_err(miss)? == Settings::Lost {
                    return Err(Setback::Refused);
                }
                self.memory.check_at = now + CHECK;
                self.begin_set();
                Ok(SETTLE)
            }
            Phase::Sample => {
                let memory = &mut self.memory;
                if memory.samples.is_empty() && memory.lost == 0 {
                    memory.begun = now;
                }
                let sample = self.chip.sample();
                match sample {
                    Ok(sample) => memory.samples.push(sample),
                    Err(_) => memory.lost += 1,
                }
                let complete = memory.samples.len() + memory.lost == SAMPLES;
                if complete {
                    memory.phase = Phase::Verify;
                }
                sample.map_err(miss)?;
                if !complete {
                    Ok(SPACING)
                } else if self.is_suspicious(now) {
                    Ok(Micros::ZERO)
                } else {
                    Ok(self.conclude(now))
                }
            }
            Phase::Verify => {
                if self.chip.verify().map_err(miss)? == Settings::Lost {
                    let forgot = Condition::Degraded(Trouble::ForgotSettings);
                    self.memory.health = self.memory.health.but(forgot);
                    self.memory.phase = Phase::Configure;
                    return Ok(Micros::ZERO);
                }
                self.memory.check_at = now + CHECK;
                Ok(self.conclude(now))
            }
        }
    }

    fn begin_set(&mut self) {
        self.memory.phase = Phase::Sample;
        self.memory.samples.clear();
        self.memory.lost = 0;
    }

    /// Whether the settings are read back before these samples are believed.
    fn is_suspicious(&self, now: RobotTime) -> bool {
        let Memory { samples, lost, check_at, .. } = &self.memory;
        let plausible = |sample: &i16| self.plausible(f32::from(*sample) * VOLTS_PER_COUNT).is_some();
        *lost > 0 || *check_at <= now || !samples.iter().all(plausible)
    }

    /// The pack's voltage for one at the chip's input, unless that cannot be.
    fn plausible(&self, input: f32) -> Option<f32> {
        let BatteryProfile { divider, empty, full, .. } = self.profile;
        let pack = input * divider;
        let possible = LEAST_OF_EMPTY * empty.get()..=MOST_OF_FULL * full.get();
        (input < CLAMP && possible.contains(&pack)).then_some(pack)
    }

    /// Judges the samples, which are the chip's with its settings held; the answer is how long until the next.
    fn conclude(&mut self, now: RobotTime) -> Micros {
        let median = median(&mut self.memory.samples);
        if let Some(volts) = median.and_then(|median| self.plausible(median * VOLTS_PER_COUNT)) {
            self.publish(now, volts);
        } else {
            self.memory.health = self.memory.health.but(Condition::Degraded(Trouble::Implausible));
        }
        self.begin_set();
        (self.memory.begun + PERIOD).since(now)
    }

    fn publish(&mut self, now: RobotTime, volts: f32) {
        let memory = &mut self.memory;
        let fresh = memory.health.last_good.is_some_and(|at| now.since(at) <= STALE);
        let smoothed = match memory.smoothed {
            Some(before) if fresh => before + ALPHA * (volts - before),
            _ => volts,
        };
        let (empty, full) = (self.profile.empty.get(), self.profile.full.get());
        memory.smoothed = Some(smoothed);
        memory.state = Some(BatteryState {
            volts: Volts::clamped(smoothed),
            charge: Ratio::clamped(((smoothed - empty) / (full - empty)).max(0.0)),
            charging: memory.trend.judge(now, smoothed),
        });
        memory.news = true;
        memory.health = Health::ok(now);
        if memory.lost > LOST_UNTOLD {
            memory.health = memory.health.but(Condition::Degraded(Trouble::BusNoisy));
        }
    }
}

impl<I2C: I2c> Station for BatteryStation<I2C> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if now < self.memory.due {
            return Some(self.memory.due);
        }
        let advanced = self.advance(now);
        let memory = &mut self.memory;
        memory.misses = if let Err(Setback::Miss) = advanced { memory.misses + 1 } else { 0 };
        let failed = match advanced {
            Err(Setback::Miss) if memory.misses >= SILENT => Some(Trouble::BusSilent),
            Err(Setback::Refused) => Some(Trouble::ForgotSettings),
            _ => None,
        };
        let wait = match failed {
            Some(trouble) => {
                memory.health = memory.health.but(Condition::Failed(trouble));
                memory.phase = Phase::Configure;
                RETRY
            }
            None => advanced.unwrap_or(SPACING),
        };
        memory.due = now + wait;
        Some(memory.due)
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}

/// Whatever the bus says: a word was lost.
fn miss<E>(_: E) -> Setback {
    Setback::Miss
}

/// The median, in counts; between the two in the middle if they are an even number.
fn median(samples: &mut [i16]) -> Option<f32> {
    samples.sort_unstable();
    let upper = samples.get(samples.len() / 2)?;
    let lower = samples.get((samples.len() - 1) / 2)?;
    Some((f32::from(*lower) + f32::from(*upper)) / 2.0)
}
