//! Every value that a profile holds: where it stands, what it may be, what it is.
//!
//! The reader refuses by this table and the JSON Schema is made from it, so that they cannot disagree.

use alloc::format;
use alloc::string::{String, ToString};

/// A value of the file.
#[derive(Debug)]
pub struct Row {
    /// Tables and key, with dots between them.
    pub path: &'static str,
    /// What it may be.
    pub accepts: Accepts,
    /// Which robots have it.
    pub when: When,
    /// What it is, for people.
    pub what: &'static str,
}

/// Which robots have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All of them.
    Always,
    /// Those whose `drive.kind` is this.
    Kind(&'static str),
    /// Those that have this table, which may be left out.
    Table(&'static str),
}

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Accepts {
    /// Any text.
    Text,
    /// Text of 1 to 64 letters, digits, `_` or `-`.
    DeviceId,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A number from the first to the second, in this unit.
    Real(f64, f64, &'static str),
    /// A whole number from the first to the second, in this unit.
    Whole(u32, u32, &'static str),
    /// One of these whole numbers.
    OneOf(&'static [u32]),
    /// A pin that nothing else uses.
    Pin(Pin),
    /// An I2C address, 7 bits, from the first to the second, of this chip; nothing else answers to it.
    Address(u32, u32, &'static str),
    /// An output of the PCA9685 that nothing else uses.
    Channel,
}

/// Which pins a line can be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// Any that is free for it: [`PINS`] but not [`HELD`].
    Any,
    /// One with hardware PWM: [`PWM`].
    Pwm,
    /// This one alone, for the reason given: what the computer's own hardware brings out there.
    Only(u32, &'static str),
}

/// BCM numbers on the 40-pin header: 0 to 27, less 0 and 1, where the computer reads the identity of a HAT.
pub const PINS: (u32, u32) = (2, 27);
/// Pins that SPI0 takes along with its data line (chip select 0, MISO, clock), though no part is on them.
pub const HELD: [u32; 3] = [8, 9, 11];
/// Pins with hardware PWM. On a Raspberry Pi 5 each has a channel of its own (RP1 peripherals, section 3.3).
pub const PWM: [u32; 4] = [12, 13, 18, 19];
/// Outputs of a PCA9685.
pub const CHANNELS: (u32, u32) = (0, 15);
/// The kinds of drive.
pub const KINDS: [&str; 2] = ["dir_pwm", "in_in_en"];

const STEPS: [u32; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const DIR_PWM: When = When::Kind(KINDS[0]);
const IN_IN_EN: When = When::Kind(KINDS[1]);
const ENCODERS: When = When::Table("drive.encoders");
const ANY: Accepts = Accepts::Pin(Pin::Any);

const fn row(path: &'static str, accepts: Accepts, what: &'static str) -> Row {
    Row { path, accepts, when: When::Always, what }
}

const fn real(path: &'static str, low: f64, high: f64, unit: &'static str, what: &'static str) -> Row {
    row(path, Accepts::Real(low, high, unit), what)
}

const fn whole(path: &'static str, low: u32, high: u32, unit: &'static str, what: &'static str) -> Row {
    row(path, Accepts::Whole(low, high, unit), what)
}

const fn pin(path: &'static str, what: &'static str) -> Row {
    row(path, ANY, what)
}

const fn only(path: &'static str, number: u32, why: &'static str, what: &'static str) -> Row {
    row(path, Accepts::Pin(Pin::Only(number, why)), what)
}

const fn when(when: When, row: Row) -> Row {
    Row { when, ..row }
}

/// All values. Where a limit is a part's own, its datasheet says so; the others keep slips of the hand out:
/// a decimal point, a unit, two numbers swapped.
pub const ROWS: &[Row] = &[
    row("about", Accepts::Text, "one line on what robot this is"),
    row("device_id", Accepts::DeviceId, "the name it goes by on the wire"),
    real("chassis.length", 0.1, 1.0, "metres", "front to back"),
    real("chassis.width", 0.1, 1.0, "metres", "side to side"),
    real("chassis.track", 0.05, 1.0, "metres", "from track to track, centre to centre"),
    row("drive.kind", Accepts::Word(&KINDS), "the motor driver, Cytron MDD10A or L298N"),
    real("drive.cap", 0.05, 1.0, "of full duty", "the largest duty that a motor may see"),
    whole("drive.pwm_hz", 50, 25_000, "hertz", "PWM rate"),
    real("drive.free_speed", 0.05, 3.0, "metres a second", "a track's speed at full duty on a full battery"),
    real("drive.ramp", 0.2, 100.0, "of full speed a second", "how fast a speed may grow"),
    when(DIR_PWM, pin("drive.left.dir", "direction line")),
    when(DIR_PWM, row("drive.left.pwm", Accepts::Pin(Pin::Pwm), "duty line")),
    when(IN_IN_EN, pin("drive.left.in1", "high for forwards")),
    when(IN_IN_EN, pin("drive.left.in2", "high for backwards")),
    when(IN_IN_EN, row("drive.left.en", Accepts::Pin(Pin::Pwm), "duty line")),
    row("drive.left.inverted", Accepts::Flag, "whether the motor is mounted the other way round"),
    real(
        "drive.left.trim",
        0.5,
        1.5,
        "times",
        "multiplies this side's duty, so that the robot drives straight",
    ),
    when(DIR_PWM, pin("drive.right.dir", "direction line")),
    when(DIR_PWM, row("drive.right.pwm", Accepts::Pin(Pin::Pwm), "duty line")),
    when(IN_IN_EN, pin("drive.right.in1", "high for forwards")),
    when(IN_IN_EN, pin("drive.right.in2", "high for backwards")),
    when(IN_IN_EN, row("drive.right.en", Accepts::Pin(Pin::Pwm), "duty line")),
    row("drive.right.inverted", Accepts::Flag, "whether the motor is mounted the other way round"),
    real(
        "drive.right.trim",
        0.5,
        1.5,
        "times",
        "multiplies this side's duty, so that the robot drives straight",
    ),
    when(ENCODERS, pin("drive.encoders.left_a", "line A of the left encoder")),
    when(ENCODERS, pin("drive.encoders.left_b", "line B of the left encoder")),
    when(ENCODERS, pin("drive.encoders.right_a", "line A of the right encoder")),
    when(ENCODERS, pin("drive.encoders.right_b", "line B of the right encoder")),
    when(
        ENCODERS,
        real(
            "drive.encoders.edges_per_turn",
            4.0,
            100_000.0,
            "edges",
            "of both lines, a turn of the sprocket",
        ),
    ),
    when(
        ENCODERS,
        real("drive.encoders.metres_per_turn", 0.01, 2.0, "metres", "of track, a turn of the sprocket"),
    ),
    only("i2c.sda", 2, "I2C1's data line", "data line of servo chip and battery monitor"),
    only("i2c.scl", 3, "I2C1's clock line", "clock line of servo chip and battery monitor"),
    whole(
        "i2c.hertz",
        10_000,
        400_000,
        "hertz",
        "clock; an ADS1115 takes 400 kHz without its high-speed mode",
    ),
    row("head.address", Accepts::Address(0x40, 0x7f, "a PCA9685"), "I2C address of the servo chip"),
    real("head.rate_hz", 40.0, 330.0, "hertz", "servo frames a second"),
    real("head.speed", 1.0, 360.0, "degrees a second", "the fastest the head may turn"),
    real("head.dead_band", 0.0, 5.0, "degrees", "a target closer than this does not move the head"),
    row("head.pan.channel", Accepts::Channel, "output of the servo chip"),
    real(
        "head.pan.center",
        -90.0,
        270.0,
        "degrees",
        "commanded angle at which this unit looks straight ahead",
    ),
    real("head.pan.low", -180.0, 0.0, "degrees", "furthest to the right, from centre"),
    real("head.pan.high", 0.0, 180.0, "degrees", "furthest to the left, from centre"),
    row("head.pan.inverted", Accepts::Flag, "whether a growing commanded angle turns the head right"),
    row("head.tilt.channel", Accepts::Channel, "output of the servo chip"),
    real("head.tilt.center", -90.0, 270.0, "degrees", "commanded angle at which this unit looks level"),
    real("head.tilt.low", -180.0, 0.0, "degrees", "furthest down, from centre"),
    real("head.tilt.high", 0.0, 180.0, "degrees", "furthest up, from centre"),
    row("head.tilt.inverted", Accepts::Flag, "whether a growing commanded angle turns the head down"),
    whole("lights.count", 1, 1_000, "lights", "WS2812 on the ring"),
    only("lights.mosi", 10, "SPI0's data line", "data line"),
    whole("lights.spi_hz", 2_000_000, 3_800_000, "hertz", "SPI clock: four SPI bits make one bit of light"),
    real("lights.brightness", 0.01, 1.0, "of full light", "multiplies every colour"),
    whole("lights.budget_ma", 50, 10_000, "milliamperes", "the most that all lights together may draw"),
    pin("mood_light.pin", "high switches the blue tube on"),
    pin("dispenser.step", "a rising edge is a microstep"),
    pin("dispenser.dir", "direction line"),
    pin("dispenser.enable", "low lets current through the motor"),
    pin("dispenser.beam", "low while something interrupts the beam"),
    only("dispenser.tx", 14, "UART0's transmit line", "UART to the TMC2209, through 1 kOhm"),
    only("dispenser.rx", 15, "UART0's receive line", "UART from the TMC2209"),
    whole("dispenser.baud", 9_600, 500_000, "baud", "rate of the UART; a TMC2209 finds it by itself"),
    whole("dispenser.address", 0, 3, "(a TMC2209 by its MS1 and MS2)", "address on the UART"),
    row("dispenser.inverted", Accepts::Flag, "whether the motor is mounted the other way round"),
    whole("dispenser.carousels", 1, 16, "carousels", "on top of each other"),
    whole("dispenser.slots", 2, 64, "compartments", "of each carousel"),
    whole("dispenser.steps_per_slot", 4, 20_000, "microsteps", "from one compartment to the next"),
    row("dispenser.microsteps", Accepts::OneOf(&STEPS), "microsteps a full step"),
    whole("dispenser.half_step_us", 50, 50_000, "microseconds", "between two edges of the step line"),
    whole("dispenser.relief_steps", 1, 20_000, "microsteps", "of one push back when something is stuck"),
    whole("dispenser.run_current", 1, 31, "of 31", "motor current while it turns (IRUN)"),
    whole("dispenser.hold_current", 0, 31, "of 31", "motor current while it holds (IHOLD)"),
    row("battery.address", Accepts::Address(0x48, 0x4b, "an ADS1115"), "I2C address of the battery monitor"),
    whole("battery.input", 0, 3, "(an input of an ADS1115)", "where the divider is"),
    real("battery.divider", 1.0, 60.0, "times", "battery voltage over the voltage at the input"),
    real("battery.empty", 3.0, 60.0, "volts", "the voltage that counts as 0 %"),
    real("battery.full", 3.0, 60.0, "volts", "the voltage that counts as 100 %"),
    pin("power_button.sense", "low while the button is down"),
    pin("power_button.latch", "the latch relay"),
    pin("power_button.kill", "ends the robot's power"),
    // From the side of the detector's square, which is never enlarged, to 4K (contract, "Mode Definitions").
    whole("camera.width", 640, 3_840, "pixels", "across the largest picture, which manual mode shows"),
    whole("camera.height", 640, 2_160, "pixels", "down the largest picture"),
    whole("camera.rate_hz", 1, 60, "frames a second", "the most; a mode may want fewer"),
    real(
        "camera.horizontal_degrees",
        20.0,
        130.0,
        "degrees",
        "angle of view across the largest picture; a square is its middle and sees less to the sides",
    ),
    real("camera.above_floor", 0.02, 1.0, "metres", "lens above the floor"),
    real("camera.ahead", -0.5, 0.5, "metres", "lens ahead of the robot's centre"),
];

impl Accepts {
    /// What it may be, for people.
    pub fn expected(self) -> String {
        match self {
            Self::Text => "a line of text".to_string(),
            Self::DeviceId => "1 to 64 letters, digits, _ or -".to_string(),
            Self::Flag => "true or false".to_string(),
            Self::Word(words) => words.join(" or "),
            Self::Real(low, high, unit) => format!("{low} to {high} {unit}"),
            Self::Whole(low, high, unit) => format!("{low} to {high} {unit}"),
            Self::OneOf(numbers) => listed(numbers),
            Self::Pin(Pin::Any) => format!("a BCM pin, {} to {}", PINS.0, PINS.1),
            Self::Pin(Pin::Pwm) => format!("a BCM pin with hardware PWM, {}", listed(&PWM)),
            Self::Pin(Pin::Only(number, why)) => format!("BCM pin {number}, {why}"),
            Self::Address(low, high, chip) => format!("{low:#x} to {high:#x}, the addresses of {chip}"),
            Self::Channel => format!("{} to {}, an output of a PCA9685", CHANNELS.0, CHANNELS.1),
        }
    }

    /// Which whole numbers it may be at most; `None` if it is none.
    pub const fn range(self) -> Option<(u32, u32)> {
        match self {
            Self::Whole(low, high, _) | Self::Address(low, high, _) => Some((low, high)),
            Self::Channel => Some(CHANNELS),
            Self::Pin(Pin::Any) => Some(PINS),
            _ => None,
        }
    }

    /// What nothing else may have the same number of: a word for it.
    pub const fn owned(self) -> Option<&'static str> {
        match self {
            Self::Pin(_) => Some("pin"),
            Self::Address(..) => Some("I2C address"),
            Self::Channel => Some("PCA9685 channel"),
            _ => None,
        }
    }
}

/// Numbers for people: `12, 13, 18 or 19`.
pub fn listed(numbers: &[u32]) -> String {
    let mut text = String::new();
    for (place, number) in numbers.iter().enumerate() {
        let between = match place {
            0 => "",
            _ if place + 1 == numbers.len() => " or ",
            _ => ", ",
        };
        text += &format!("{between}{number}");
    }
    text
}
