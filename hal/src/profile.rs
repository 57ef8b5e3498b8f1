//! A robot as its profile describes it: which pin, which channel, what limit. `assets/robots/*.toml`.
//!
//! Every value is required and checked: a robot with a wrong or missing one does not start.

mod check;
mod file;
mod limits;
mod read;
mod rules;
#[cfg(feature = "schema")]
mod schema;

use alloc::string::String;

use serde::Serialize;
use wimz_vocabulary::{Degrees, Micros, Ratio, Vision, Volts};

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
    /// The I2C bus of servo chip and battery monitor.
    pub i2c: I2cProfile,
    /// Its camera head.
    pub head: HeadProfile,
    /// Its light ring.
    pub lights: LightsProfile,
    /// Its blue tube.
    pub mood_light: MoodLightProfile,
    /// Its treat dispenser.
    pub dispenser: DispenserProfile,
    /// Its battery and the monitor on it.
    pub battery: BatteryProfile,
    /// Its power button.
    pub power_button: PowerButtonProfile,
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
    /// How fast a speed may grow: shares of full speed a second. Slowing down is never held back.
    pub ramp: f32,
    /// Left track.
    pub left: TrackProfile,
    /// Right track.
    pub right: TrackProfile,
    /// Encoders on both tracks, if there are any.
    pub encoders: Option<EncoderProfile>,
}

/// One track's lines and how it is built in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TrackProfile {
    /// The lines of its motor driver.
    pub lines: TrackLines,
    /// Whether the motor is mounted the other way round.
    pub inverted: bool,
    /// Multiplies the duty of this side, so that the robot drives straight: 0.3 to 1. Of a file's two trims, as
    /// they are to each other: never past 1, so that the cap holds.
    pub trim: f32,
}

/// The lines of a motor driver, BCM numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TrackLines {
    /// Cytron MDD10A: direction and PWM.
    DirPwm {
        /// High is backwards.
        dir: u8,
        /// Duty.
        pwm: u8,
    },
    /// L298N: two inputs that say which way, and an enable that carries the PWM.
    InInEn {
        /// High for forwards.
        in1: u8,
        /// High for backwards.
        in2: u8,
        /// Duty.
        en: u8,
    },
}

/// Quadrature encoders, one a track.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct EncoderProfile {
    /// Lines A and B of the left one.
    pub left: [u8; 2],
    /// Lines A and B of the right one.
    pub right: [u8; 2],
    /// Edges of both lines together, a metre of track.
    pub edges_per_metre: f32,
}

/// An I2C bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct I2cProfile {
    /// Data line.
    pub sda: u8,
    /// Clock line.
    pub scl: u8,
    /// Clock in hertz.
    pub hertz: u32,
}

/// The servo head.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HeadProfile {
    /// The PCA9685's I2C address, 7 bits.
    pub address: u8,
    /// Servo frames a second.
    pub rate_hz: f32,
    /// The fastest the head may turn, degrees a second.
    pub speed: Degrees,
    /// A target closer than this to where the head is does not move it.
    pub dead_band: Degrees,
    /// Pan axis.
    pub pan: AxisProfile,
    /// Tilt axis.
    pub tilt: AxisProfile,
}

/// The light ring: WS2812 on an SPI data line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LightsProfile {
    /// How many lights.
    pub count: u16,
    /// The data line.
    pub mosi: u8,
    /// SPI clock in hertz: four SPI bits make one bit of light, 2 to 3.8 MHz.
    pub spi_hz: u32,
    /// Multiplies every colour.
    pub brightness: Ratio,
    /// The most that all lights together may draw, in milliamperes.
    pub budget_ma: u16,
}

/// The blue tube behind a MOSFET.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MoodLightProfile {
    /// High is on.
    pub pin: u8,
}

/// The treat dispenser: a carousel on a stepper behind a TMC2209, and a beam across the chute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DispenserProfile {
    /// A rising edge is a microstep.
    pub step: u8,
    /// High turns backwards, before `inverted`.
    pub dir: u8,
    /// Low lets current through the motor.
    pub enable: u8,
    /// Low while something interrupts the beam.
    pub beam: u8,
    /// UART lines to the TMC2209's PDN_UART: transmit, receive.
    pub uart: [u8; 2],
    /// Baud.
    pub baud: u32,
    /// The TMC2209's address on its UART, 0 to 3.
    pub address: u8,
    /// Whether the motor is mounted the other way round.
    pub inverted: bool,
    /// Carousels on top of each other.
    pub carousels: u8,
    /// Compartments of each.
    pub slots: u8,
    /// Microsteps from one compartment to the next.
    pub steps_per_slot: u16,
    /// Microsteps a full step: 1 to 256, a power of two.
    pub microsteps: u16,
    /// Between two edges of the step line.
    pub half_step: Micros,
    /// Microsteps of one push back when something is stuck.
    pub relief_steps: u16,
    /// Motor current while it turns and while it holds, 0 to 31 of 31 (the TMC2209's IRUN and IHOLD).
    pub run_current: u8,
    /// As above.
    pub hold_current: u8,
}

/// The battery and its monitor, an ADS1115 behind a divider.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BatteryProfile {
    /// The ADS1115's I2C address, 7 bits.
    pub address: u8,
    /// Its input, 0 to 3.
    pub input: u8,
    /// Battery voltage over the voltage at the input: measured on each unit.
    pub divider: f32,
    /// The voltage that counts as 0 %.
    pub empty: Volts,
    /// The voltage that counts as 100 %.
    pub full: Volts,
}

/// The power button and its latch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PowerButtonProfile {
    /// Low while the button is down.
    pub sense: u8,
    /// The latch relay, which this version leaves alone.
    pub latch: u8,
    /// Ends the robot's power; never driven by anything else.
    pub kill: u8,
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
    /// Pixels across the largest picture: what manual shows. The other modes have sizes of their own, cut out of the
    /// middle and scaled.
    pub width: u16,
    /// Pixels down the largest picture.
    pub height: u16,
    /// Frames a second, at most; a mode may want fewer.
    pub rate_hz: u8,
    /// Angle of view across the largest picture. A square or a 4:3 picture, being its middle, sees less to the sides
    /// and as much up and down.
    pub horizontal_degrees: Degrees,
    /// Lens above the floor, in metres.
    pub above_floor: f32,
    /// Lens ahead of the robot's centre, in metres.
    pub ahead: f32,
}

impl CameraProfile {
    /// The width and height of a picture for this use.
    pub const fn size(&self, vision: Vision) -> (u16, u16) {
        vision.size((self.width, self.height))
    }
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
