//! The parts: how fresh their health is, what the lights draw, where the head looks.

use wimz_hal::Profile;
use wimz_hal::lights::{CHANNEL_MA, IDLE_MA};
use wimz_hal::profile::{HeadProfile, LightsProfile};
use wimz_vocabulary::{Condition, Micros, Part, RobotTime};
use wimz_world::Fault;
use wimz_world::fault::{BusName, Chip};

use super::{Found, Invariant, View};
use crate::outside::Breakage;

/// What health may be older than its period: a sign of life a second, the time a look at a part takes, and one look
/// that failed.
const SLACK: Micros = Micros::from_secs(3);

/// How often the lights are looked at.
const LIGHTS: Micros = Micros::from_secs(10);

/// How long a head takes that a fault had hold of: a check a second, a chip brought up anew, and the way back.
const HEAD_RETURNS: Micros = Micros::from_secs(5);

/// How far a servo may be past where it should be, in degrees: a count of its chip, and what rounding leaves.
const TOLERANCE: f32 = 1.0;

/// How often a part that is measured again and again is measured; `None` for those that say something only when they
/// do something.
const fn period(part: Part) -> Option<Micros> {
    match part {
        Part::Head | Part::Lights | Part::PowerButton | Part::Microphone => Some(Micros::from_secs(1)),
        Part::Battery | Part::Thermometer => Some(Micros::from_secs(5)),
        Part::Dispenser => Some(Micros::from_secs(30)),
        Part::Drive | Part::MoodLight | Part::Speaker | Part::Detector => None,
    }
}

/// The parts.
#[derive(Debug)]
pub struct Parts {
    head: HeadProfile,
    lights: LightsProfile,
    /// Until when a fault has hold of the head, and of the lights' data line.
    head_held: Option<RobotTime>,
    lights_held: Option<RobotTime>,
    /// When the lights are looked at next.
    lights_due: RobotTime,
}

impl Parts {
    pub fn new(profile: &Profile) -> Self {
        Self {
            head: profile.head,
            lights: profile.lights,
            head_held: None,
            lights_held: None,
            lights_due: RobotTime::BOOT,
        }
    }

    pub fn broke(&mut self, at: RobotTime, what: &Breakage) {
        let until = |after| match what.fault {
            // A bit that has turned over stays so until somebody looks.
            Fault::FlipBit { .. } => at + after,
            _ => what.lasts.map_or(RobotTime::from_micros(u64::MAX), |lasts| at + lasts + after),
        };
        match what.fault {
            Fault::FlipBit { .. }
            | Fault::StalledServo { .. }
            | Fault::Noise { bus: BusName::I2c, .. }
            | Fault::StuckBus { bus: BusName::I2c }
            | Fault::Nack { chip: Chip::ServoChip, .. }
            | Fault::BrownOut { chip: Chip::ServoChip }
            | Fault::Unpowered { chip: Chip::ServoChip } => {
                self.head_held = self.head_held.max(Some(until(HEAD_RETURNS)));
            }
            Fault::Noise { bus: BusName::Spi, .. } => {
                self.lights_held = self.lights_held.max(Some(until(SLACK)));
            }
            _ => {}
        }
    }

    pub fn look(&self, view: &View<'_>, thinks_for: Option<Micros>, found: &mut Found) {
        let at = view.at;
        for part in Part::ALL {
            let health = view.status.part(part);
            let Some(period) = period(part).filter(|_| health.condition == Condition::Ok) else { continue };
            let most = period + SLACK;
            // What a brain that slept has not heard it cannot know.
            if thinks_for.is_none_or(|thinks_for| thinks_for < most) {
                continue;
            }
            let fresh = health.last_good.is_some_and(|good| at.since(good) <= most);
            found.hold(fresh, Invariant::HealthIsFresh, || match health.last_good {
                Some(good) => format!("{part} counts as well and was so last at {good}"),
                None => format!("{part} counts as well and never was"),
            });
        }
        let (pan, tilt) = view.world.head();
        let HeadProfile { pan: pans, tilt: tilts, .. } = &self.head;
        let within = |angle: f32, axis: &wimz_hal::profile::AxisProfile| {
            angle >= axis.low.get() - TOLERANCE && angle <= axis.high.get() + TOLERANCE
        };
        let held = self.head_held.is_some_and(|until| at <= until);
        found.hold(held || (within(pan, pans) && within(tilt, tilts)), Invariant::HeadWithinLimits, || {
            format!("the head looks to {pan}° and {tilt}°")
        });
    }

    /// What the strip shows, once in a while: to read it takes longer than all else here.
    pub fn second(&mut self, view: &View<'_>, found: &mut Found) {
        let held = self.lights_held.is_some_and(|until| view.at <= until);
        if held || view.at < self.lights_due {
            return;
        }
        self.lights_due = view.at + LIGHTS;
        let colors = view.world.board().colors();
        let levels: u32 =
            colors.iter().map(|light| u32::from(light.r) + u32::from(light.g) + u32::from(light.b)).sum();
        let drawn = colors.len() as u32 * IDLE_MA + levels * CHANNEL_MA / 255;
        let budget = u32::from(self.lights.budget_ma);
        found.hold(drawn <= budget, Invariant::LightsWithinSupply, || {
            format!("the lights draw {drawn} mA of {budget}")
        });
    }
}
