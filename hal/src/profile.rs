//! A robot as its profile describes it: which pin, which channel, what limit. `assets/robots/*.toml`.
//!
//! Every value is required and checked: a robot with a wrong or missing one does not start.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::{Degrees, Ratio};

/// The servos' pulse widths and the commanded angles they stand for: 500 to 2500 µs are -90° to 270°
/// on every unit of the fleet.
pub mod pulse {
    /// Pulse width at [`FIRST_DEGREES`], in microseconds.
    pub const FIRST_MICROS: f32 = 500.0;
    /// Pulse width at the other end.
    pub const LAST_MICROS: f32 = 2_500.0;
    /// The angle of the shortest pulse.
    pub const FIRST_DEGREES: f32 = -90.0;
    /// Degrees between the shortest and the longest pulse.
    pub const SPAN_DEGREES: f32 = 360.0;

    /// The pulse width for a commanded angle.
    pub fn micros(angle: f32) -> f32 {
        FIRST_MICROS + (angle - FIRST_DEGREES) / SPAN_DEGREES * (LAST_MICROS - FIRST_MICROS)
    }

    /// The commanded angle that a pulse width stands for.
    pub fn angle(micros: f32) -> f32 {
        FIRST_DEGREES + (micros - FIRST_MICROS) / (LAST_MICROS - FIRST_MICROS) * SPAN_DEGREES
    }
}

/// A robot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// The name it goes by on the wire.
    pub device_id: String,
    /// Its size.
    pub chassis: Chassis,
    /// Its tracks.
    pub drive: DriveProfile,
    /// Its camera head.
    pub head: HeadProfile,
    /// Its camera.
    pub camera: CameraProfile,
}

/// The robot's size, in metres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Chassis {
    /// Front to back.
    pub length: f32,
    /// Side to side.
    pub width: f32,
    /// From track to track, centre to centre.
    pub track: f32,
}

/// The tracks and their driver.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DriveProfile {
    /// The largest duty that a motor may see.
    pub cap: Ratio,
    /// PWM rate in hertz.
    pub pwm_hz: u32,
    /// A track's speed at full duty on a full battery, in metres a second.
    pub free_speed: f32,
    /// Left track.
    pub left: TrackProfile,
    /// Right track.
    pub right: TrackProfile,
}

/// One track's lines (BCM numbers) and how it is built in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackProfile {
    /// Direction line.
    pub dir: u8,
    /// PWM line.
    pub pwm: u8,
    /// Whether the motor is mounted the other way round.
    pub inverted: bool,
    /// Multiplies the duty of this side, so that the robot drives straight: 0.5 to 1.5.
    pub trim: f32,
}

/// The servo head.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HeadProfile {
    /// The PCA9685's I2C address, 7 bits.
    pub address: u8,
    /// I2C clock in hertz.
    pub bus_hz: u32,
    /// Servo frames a second.
    pub rate_hz: f32,
    /// The fastest the head may turn, degrees a second.
    pub speed: Degrees,
    /// Pan axis.
    pub pan: AxisProfile,
    /// Tilt axis.
    pub tilt: AxisProfile,
}

/// One servo and how it is built in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AxisProfile {
    /// Output of the PCA9685, 0 to 15.
    pub channel: u8,
    /// The commanded angle at which the head looks straight ahead on this unit.
    pub center: Degrees,
    /// Furthest to the right, or down, from centre.
    pub low: Degrees,
    /// Furthest to the left, or up, from centre.
    pub high: Degrees,
    /// Whether a growing commanded angle turns the head right, or down.
    pub inverted: bool,
}

/// The camera.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CameraProfile {
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// Frames a second.
    pub rate_hz: u8,
    /// Angle of view across.
    pub horizontal_degrees: Degrees,
    /// Lens above the floor, in metres.
    pub above_floor: f32,
    /// Lens ahead of the robot's centre, in metres.
    pub ahead: f32,
}

impl HeadProfile {
    /// The counts that put a servo at `angle` degrees from centre, when one count lasts `count` µs.
    pub fn counts(&self, axis: &AxisProfile, angle: f32, count: f32) -> u16 {
        // A pulse of 2500 µs at the chip's slowest is 4096 counts of 10 µs: at most 250; it fits.
        libm::roundf(pulse::micros(axis.commanded(angle)) / count) as u16
    }
}

impl AxisProfile {
    /// The commanded angle for an angle from centre.
    pub fn commanded(&self, from_center: f32) -> f32 {
        self.center.get() + if self.inverted { -from_center } else { from_center }
    }

    /// The angle from centre for a commanded angle.
    pub fn from_center(&self, commanded: f32) -> f32 {
        let angle = commanded - self.center.get();
        if self.inverted { -angle } else { angle }
    }
}

impl Profile {
    /// Reads and checks a profile.
    ///
    /// # Errors
    /// The first [`Flaw`]: not TOML; a missing or unknown key; a value out of range; a pin or channel with
    /// two owners.
    pub fn parse(document: &Document<'_>) -> Result<Self, Flaw> {
        let file: file::Robot = document.read()?;
        let check = Check { document };
        let left = check.track(&file.drive.left)?;
        let right = check.track(&file.drive.right)?;
        check.one_owner(
            "pin",
            &[
                ("drive.left.dir", &file.drive.left.dir),
                ("drive.left.pwm", &file.drive.left.pwm),
                ("drive.right.dir", &file.drive.right.dir),
                ("drive.right.pwm", &file.drive.right.pwm),
            ],
        )?;
        check.one_owner(
            "PCA9685 channel",
            &[("head.pan.channel", &file.head.pan.channel), ("head.tilt.channel", &file.head.tilt.channel)],
        )?;
        Ok(Self {
            device_id: check.device_id(&file.device_id)?,
            chassis: Chassis {
                length: check.within(&file.chassis.length, 0.1, 1.0, "metres")?,
                width: check.within(&file.chassis.width, 0.1, 1.0, "metres")?,
                track: check.within(&file.chassis.track, 0.05, 1.0, "metres")?,
            },
            drive: DriveProfile {
                cap: Ratio::clamped(check.within(&file.drive.cap, 0.05, 1.0, "of full duty")?),
                pwm_hz: check.within(&file.drive.pwm_hz, 50, 25_000, "hertz")?,
                free_speed: check.within(&file.drive.free_speed, 0.05, 3.0, "metres a second")?,
                left,
                right,
            },
            head: HeadProfile {
                address: check.within(&file.head.address, 0x40, 0x7f, "(an address of a PCA9685)")?,
                bus_hz: check.within(&file.head.bus_hz, 10_000, 1_000_000, "hertz")?,
                rate_hz: check.within(&file.head.rate_hz, 40.0, 330.0, "hertz")?,
                speed: check.degrees(&file.head.speed, 1.0, 360.0)?,
                pan: check.axis(&file.head.pan)?,
                tilt: check.axis(&file.head.tilt)?,
            },
            camera: CameraProfile {
                width: check.within(&file.camera.width, 64, 4_056, "pixels")?,
                height: check.within(&file.camera.height, 64, 3_040, "pixels")?,
                rate_hz: check.within(&file.camera.rate_hz, 1, 60, "frames a second")?,
                horizontal_degrees: check.degrees(&file.camera.horizontal_degrees, 20.0, 130.0)?,
                above_floor: check.within(&file.camera.above_floor, 0.02, 1.0, "metres")?,
                ahead: check.within(&file.camera.ahead, -0.5, 0.5, "metres")?,
            },
        })
    }
}

/// Checks of single values, each of which names the place of what it refuses.
struct Check<'a> {
    document: &'a Document<'a>,
}

impl Check<'_> {
    fn within<T>(&self, value: &Spanned<T>, low: T, high: T, unit: &str) -> Result<T, Flaw>
    where
        T: PartialOrd + Copy + core::fmt::Display,
    {
        let found = *value.get_ref();
        if (low..=high).contains(&found) {
            return Ok(found);
        }
        Err(self.document.flaw(value.span(), format!("{found} is out of range: {low} to {high} {unit}")))
    }

    fn degrees(&self, value: &Spanned<f32>, low: f32, high: f32) -> Result<Degrees, Flaw> {
        self.within(value, low, high, "degrees").map(Degrees::clamped)
    }

    fn device_id(&self, value: &Spanned<String>) -> Result<String, Flaw> {
        let id = value.get_ref();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !id.is_empty() && id.len() <= 64 && id.bytes().all(plain) {
            return Ok(id.clone());
        }
        let message = format!("`{id}` is not a device id: 1 to 64 letters, digits, _ or -");
        Err(self.document.flaw(value.span(), message))
    }

    fn track(&self, file: &file::Track) -> Result<TrackProfile, Flaw> {
        // BCM numbers of a Raspberry Pi's 40-pin header: 0 to 27.
        Ok(TrackProfile {
            dir: self.within(&file.dir, 0, 27, "(a BCM pin)")?,
            pwm: self.within(&file.pwm, 0, 27, "(a BCM pin)")?,
            inverted: file.inverted,
            trim: self.within(&file.trim, 0.5, 1.5, "times")?,
        })
    }

    fn axis(&self, file: &file::Axis) -> Result<AxisProfile, Flaw> {
        let axis = AxisProfile {
            channel: self.within(&file.channel, 0, 15, "(an output of a PCA9685)")?,
            center: self.degrees(&file.center, -90.0, 270.0)?,
            low: self.degrees(&file.low, -180.0, 0.0)?,
            high: self.degrees(&file.high, 0.0, 180.0)?,
            inverted: file.inverted,
        };
        for (limit, place) in [(axis.low, &file.low), (axis.high, &file.high)] {
            let commanded = axis.commanded(limit.get());
            if !(pulse::FIRST_DEGREES..=pulse::FIRST_DEGREES + pulse::SPAN_DEGREES).contains(&commanded) {
                let message = format!(
                    "{} from centre {} is commanded angle {commanded}: the servo knows -90 to 270",
                    limit, axis.center
                );
                return Err(self.document.flaw(place.span(), message));
            }
        }
        Ok(axis)
    }

    fn one_owner(&self, what: &str, uses: &[(&str, &Spanned<u8>)]) -> Result<(), Flaw> {
        let mut owners: Vec<(u8, &str)> = Vec::new();
        for (name, value) in uses {
            let number = *value.get_ref();
            if let Some((_, owner)) = owners.iter().find(|(taken, _)| *taken == number) {
                let message = format!("{what} {number} belongs to {owner} already: {name} needs another");
                return Err(self.document.flaw(value.span(), message));
            }
            owners.push((number, name));
        }
        Ok(())
    }
}

/// The file's own shape, every value with its place.
mod file {
    use super::{Deserialize, Spanned, String};

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Robot {
        #[serde(rename = "about")]
        _about: String,
        pub device_id: Spanned<String>,
        pub chassis: Chassis,
        pub drive: Drive,
        pub head: Head,
        pub camera: Camera,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Chassis {
        pub length: Spanned<f32>,
        pub width: Spanned<f32>,
        pub track: Spanned<f32>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Drive {
        #[serde(rename = "kind")]
        _kind: DriveKind,
        pub cap: Spanned<f32>,
        pub pwm_hz: Spanned<u32>,
        pub free_speed: Spanned<f32>,
        pub left: Track,
        pub right: Track,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DriveKind {
        DirPwm,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Track {
        pub dir: Spanned<u8>,
        pub pwm: Spanned<u8>,
        pub inverted: bool,
        pub trim: Spanned<f32>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Head {
        pub address: Spanned<u8>,
        pub bus_hz: Spanned<u32>,
        pub rate_hz: Spanned<f32>,
        pub speed: Spanned<f32>,
        pub pan: Axis,
        pub tilt: Axis,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Axis {
        pub channel: Spanned<u8>,
        pub center: Spanned<f32>,
        pub low: Spanned<f32>,
        pub high: Spanned<f32>,
        pub inverted: bool,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Camera {
        pub width: Spanned<u16>,
        pub height: Spanned<u16>,
        pub rate_hz: Spanned<u8>,
        pub horizontal_degrees: Spanned<f32>,
        pub above_floor: Spanned<f32>,
        pub ahead: Spanned<f32>,
    }
}
