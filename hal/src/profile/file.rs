//! The file's own shape; what each value may be is in `limits`.

use alloc::string::String;

use serde::Deserialize;

/// A WIM-Z robot: which pin, which channel, what limit.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Robot {
    #[serde(rename = "about")]
    _about: String,
    pub device_id: String,
    pub chassis: Chassis,
    pub drive: Drive,
    pub i2c: I2c,
    pub head: Head,
    pub lights: Lights,
    pub mood_light: MoodLight,
    pub dispenser: Dispenser,
    pub battery: Battery,
    pub power_button: PowerButton,
    pub camera: Camera,
}

/// The robot's size.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Chassis {
    pub length: f32,
    pub width: f32,
    pub track: f32,
}

/// The tracks and their driver.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Drive {
    pub kind: DriveKind,
    pub cap: f32,
    pub pwm_hz: u32,
    pub free_speed: f32,
    pub ramp: f32,
    pub left: Track,
    pub right: Track,
    pub encoders: Option<Encoders>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriveKind {
    DirPwm,
    InInEn,
}

/// One track's lines and how it is built in.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Track {
    pub dir: Option<u8>,
    pub pwm: Option<u8>,
    pub in1: Option<u8>,
    pub in2: Option<u8>,
    pub en: Option<u8>,
    pub inverted: bool,
    pub trim: f32,
}

/// The servo head: a PCA9685 with two servos.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Head {
    pub address: u8,
    pub rate_hz: f32,
    pub speed: f32,
    pub dead_band: f32,
    pub pan: Axis,
    pub tilt: Axis,
}

/// One servo and how it is built in.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Axis {
    pub channel: u8,
    pub center: f32,
    pub low: f32,
    pub high: f32,
    pub inverted: bool,
}

/// The camera.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Camera {
    pub width: u16,
    pub height: u16,
    pub rate_hz: u8,
    pub horizontal_degrees: f32,
    pub above_floor: f32,
    pub ahead: f32,
}

/// The I2C bus of servo chip and battery monitor.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct I2c {
    pub sda: u8,
    pub scl: u8,
    pub hertz: u32,
}

/// The light ring: WS2812 on SPI0.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lights {
    pub count: u16,
    pub mosi: u8,
    pub spi_hz: u32,
    pub brightness: f32,
    pub budget_ma: u16,
}

/// The blue tube behind a MOSFET.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MoodLight {
    pub pin: u8,
}

/// The treat dispenser: a carousel on a stepper behind a TMC2209, and a beam across the chute.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Dispenser {
    pub step: u8,
    pub dir: u8,
    pub enable: u8,
    pub beam: u8,
    pub tx: u8,
    pub rx: u8,
    pub baud: u32,
    pub address: u8,
    pub inverted: bool,
    pub carousels: u8,
    pub slots: u8,
    pub steps_per_slot: u16,
    pub microsteps: u16,
    pub half_step_us: u32,
    pub relief_steps: u16,
    pub run_current: u8,
    pub hold_current: u8,
}

/// The battery and its monitor, an ADS1115 behind a divider.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Battery {
    pub address: u8,
    pub input: u8,
    pub divider: f32,
    pub empty: f32,
    pub full: f32,
}

/// The power button and its latch.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PowerButton {
    pub sense: u8,
    pub latch: u8,
    pub kill: u8,
}

/// Quadrature encoders, one a track; left out where there are none.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Encoders {
    pub left_a: u8,
    pub left_b: u8,
    pub right_a: u8,
    pub right_b: u8,
    pub edges_per_turn: f32,
    pub metres_per_turn: f32,
}
