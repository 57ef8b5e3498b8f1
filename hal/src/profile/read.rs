//! Reads a profile: values one by one, then what they are to each other, then the robot.

use alloc::vec;
use alloc::vec::Vec;

use wimz_vocabulary::document::{Document, Flaw};
use wimz_vocabulary::{Degrees, Micros, Ratio, Volts};

use super::check::check;
use super::rules::rules;
use super::{
    AxisProfile, BatteryProfile, CameraProfile, Chassis, DispenserProfile, DriveProfile, EncoderProfile,
    HeadProfile, I2cProfile, LightsProfile, MoodLightProfile, PowerButtonProfile, Profile, TrackLines,
    TrackProfile, file,
};

impl Profile {
    /// Reads and checks a profile.
    ///
    /// # Errors
    /// The first [`Flaw`] of those that [`read`](Self::read) finds.
    pub fn parse(document: &Document<'_>) -> Result<Self, Flaw> {
        Self::read(document)
            .map_err(|flaws| flaws.into_iter().next().expect("a refusal has at least one flaw"))
    }

    /// Reads and checks a profile, and says all that is wrong with it.
    ///
    /// # Errors
    /// At least one [`Flaw`], in the order of the file: not TOML; a missing or unknown key; a value out of range;
    /// a pin, channel or address with two owners; or, once every value is in order by itself, values that
    /// contradict each other.
    pub fn read(document: &Document<'_>) -> Result<Self, Vec<Flaw>> {
        let places = check(document)?;
        let file: file::Robot = document.read().map_err(|flaw| vec![flaw])?;
        let profile = robot(file);
        let flaws = rules(document, &places, &profile);
        if flaws.is_empty() { Ok(profile) } else { Err(flaws) }
    }
}

fn robot(file: file::Robot) -> Profile {
    let file::Robot { chassis, i2c, head, lights, power_button, camera, .. } = file;
    Profile {
        device_id: file.device_id,
        chassis: Chassis { length: chassis.length, width: chassis.width, track: chassis.track },
        drive: drive(&file.drive),
        i2c: I2cProfile { sda: i2c.sda, scl: i2c.scl, hertz: i2c.hertz },
        head: HeadProfile {
            address: head.address,
            rate_hz: head.rate_hz,
            speed: Degrees::clamped(head.speed),
            dead_band: Degrees::clamped(head.dead_band),
            pan: axis(&head.pan),
            tilt: axis(&head.tilt),
        },
        lights: LightsProfile {
            count: lights.count,
            mosi: lights.mosi,
            spi_hz: lights.spi_hz,
            brightness: Ratio::clamped(lights.brightness),
            budget_ma: lights.budget_ma,
        },
        mood_light: MoodLightProfile { pin: file.mood_light.pin },
        dispenser: dispenser(&file.dispenser),
        battery: battery(&file.battery),
        power_button: PowerButtonProfile {
            sense: power_button.sense,
            latch: power_button.latch,
            kill: power_button.kill,
        },
        camera: CameraProfile {
            width: camera.width,
            height: camera.height,
            rate_hz: camera.rate_hz,
            horizontal_degrees: Degrees::clamped(camera.horizontal_degrees),
            above_floor: camera.above_floor,
            ahead: camera.ahead,
        },
    }
}

fn drive(file: &file::Drive) -> DriveProfile {
    // The side with the larger trim gets the cap and no more; the other less, in proportion.
    let most = file.left.trim.max(file.right.trim).max(1.0);
    let track = |track: &file::Track| TrackProfile {
        lines: lines(file.kind, track)
            .expect("`check` has seen to it that a track has the lines of its kind"),
        inverted: track.inverted,
        trim: track.trim / most,
    };
    DriveProfile {
        cap: Ratio::clamped(file.cap),
        pwm_hz: file.pwm_hz,
        free_speed: file.free_speed,
        ramp: file.ramp,
        left: track(&file.left),
        right: track(&file.right),
        encoders: file.encoders.as_ref().map(|file| EncoderProfile {
            left: [file.left_a, file.left_b],
            right: [file.right_a, file.right_b],
            edges_per_metre: file.edges_per_turn / file.metres_per_turn,
        }),
    }
}

fn lines(kind: file::DriveKind, file: &file::Track) -> Option<TrackLines> {
    Some(match kind {
        file::DriveKind::DirPwm => TrackLines::DirPwm { dir: file.dir?, pwm: file.pwm? },
        file::DriveKind::InInEn => TrackLines::InInEn { in1: file.in1?, in2: file.in2?, en: file.en? },
    })
}

fn axis(file: &file::Axis) -> AxisProfile {
    AxisProfile {
        channel: file.channel,
        center: Degrees::clamped(file.center),
        low: Degrees::clamped(file.low),
        high: Degrees::clamped(file.high),
        inverted: file.inverted,
    }
}

fn dispenser(file: &file::Dispenser) -> DispenserProfile {
    DispenserProfile {
        step: file.step,
        dir: file.dir,
        enable: file.enable,
        beam: file.beam,
        uart: [file.tx, file.rx],
        baud: file.baud,
        address: file.address,
        inverted: file.inverted,
        carousels: file.carousels,
        slots: file.slots,
        steps_per_slot: file.steps_per_slot,
        microsteps: file.microsteps,
        half_step: Micros::new(u64::from(file.half_step_us)),
        relief_steps: file.relief_steps,
        run_current: file.run_current,
        hold_current: file.hold_current,
    }
}

fn battery(file: &file::Battery) -> BatteryProfile {
    BatteryProfile {
        address: file.address,
        input: file.input,
        divider: file.divider,
        empty: Volts::clamped(file.empty),
        full: Volts::clamped(file.full),
    }
}
