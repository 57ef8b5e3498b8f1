//! The stations that the firmware's process runs: opened when it starts, on hardware that was there before.
//!
//! The guard is not among them: it is a process of its own.

use std::cell::Cell;
use std::rc::Rc;

use serde::Serialize;
use wimz_hal::Profile;
use wimz_hal::battery::BatteryStation;
use wimz_hal::detector::DetectorStation;
use wimz_hal::dispenser::DispenserStation;
use wimz_hal::head::HeadStation;
use wimz_hal::lights::LightsStation;
use wimz_hal::microphone::MicrophoneStation;
use wimz_hal::mood_light::MoodLight;
use wimz_hal::power_button::PowerButtonStation;
use wimz_hal::speaker::Speaker;
use wimz_hal::thermometer::ThermometerStation;
use wimz_vocabulary::RobotTime;

use super::Warmth;
use crate::chips::i2c::Bus;
use crate::chips::microphone::UsbMicrophone;
use crate::chips::pins::{InputLine, Pin, StepPin};
use crate::chips::sound_card::UsbSoundCard;
use crate::chips::uart::Uart;
use crate::chips::ws2812::Strip;
use crate::detector::Accelerator;

/// The ends of buses and lines that stations take hold of.
pub struct Ends<'a> {
    pub bus: &'a Bus,
    pub strip: &'a Strip,
    pub mood_light: &'a Pin,
    pub step: &'a StepPin,
    pub step_direction: &'a Pin,
    pub step_enable: &'a Pin,
    pub uart: &'a Uart,
    pub beam: &'a InputLine,
    pub warmth: &'a Rc<Cell<Option<f32>>>,
    pub button: &'a InputLine,
    pub sound_card: &'a UsbSoundCard,
    pub microphone: &'a UsbMicrophone,
    pub eye: &'a Accelerator,
}

/// One of each.
pub struct Stations {
    pub head: HeadStation<Bus>,
    pub lights: LightsStation<Strip>,
    pub mood_light: MoodLight<Pin>,
    pub dispenser: DispenserStation<StepPin, Pin, Pin, Uart, InputLine>,
    pub battery: BatteryStation<Bus>,
    pub thermometer: ThermometerStation<Warmth>,
    pub power_button: PowerButtonStation<InputLine>,
    pub speaker: Speaker<UsbSoundCard>,
    pub microphone: MicrophoneStation<UsbMicrophone>,
    pub detector: DetectorStation<Accelerator>,
}

impl Stations {
    /// All of them, as the profile has them.
    ///
    /// # Panics
    /// If the profile's servo chip has an address that a PCA9685 cannot have; a parsed profile has none such.
    pub fn open(ends: &Ends<'_>, profile: &Profile, now: RobotTime) -> Self {
        Self {
            head: HeadStation::new(ends.bus.clone(), ends.bus.clone(), &profile.head, now)
                .expect("a parsed profile has a valid address"),
            lights: LightsStation::new(ends.strip.clone(), &profile.lights, now),
            mood_light: MoodLight::new(ends.mood_light.clone(), now),
            dispenser: DispenserStation::new(
                ends.step.clone(),
                ends.step_direction.clone(),
                ends.step_enable.clone(),
                ends.uart.clone(),
                ends.beam.clone(),
                &profile.dispenser,
                now,
            ),
            battery: BatteryStation::new(ends.bus.clone(), &profile.battery, now),
            thermometer: ThermometerStation::new(Warmth(ends.warmth.clone()), now),
            power_button: PowerButtonStation::new(ends.button.clone(), now),
            speaker: Speaker::new(ends.sound_card.clone(), now),
            microphone: MicrophoneStation::new(ends.microphone.clone(), now),
            detector: DetectorStation::new(ends.eye.clone(), now),
        }
    }

    /// All that they remember, for a digest of a run.
    pub fn memory(&self) -> impl Serialize + '_ {
        (
            self.head.memory(),
            self.lights.memory(),
            self.mood_light.memory(),
            self.dispenser.memory(),
            self.battery.memory(),
            self.thermometer.memory(),
            self.power_button.memory(),
            self.speaker.memory(),
            self.microphone.memory(),
            self.detector.memory(),
        )
    }
}
