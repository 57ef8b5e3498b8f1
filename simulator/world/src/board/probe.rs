//! The board under a probe: all chips and lines, for people to look at. Nothing on them changes by it.

use super::Board;
use crate::chips::register::{Device, Register};
use crate::motion::TrackLines;

impl Board {
    /// What its chips and lines have at this moment.
    pub fn devices(&self) -> Vec<Device> {
        let profile = &self.profile;
        let servos = [("LED pan", profile.head.pan.channel), ("LED tilt", profile.head.tilt.channel)];
        let i2c = |what: &str, address: u8| format!("{what}, I2C 0x{address:02x}");
        let [left, right] = &self.tracks;
        vec![
            Device {
                name: "PCA9685",
                place: i2c("head", profile.head.address),
                registers: self.servo_chip.borrow().registers(&servos),
            },
            Device {
                name: "ADS1115",
                place: i2c("battery", profile.battery.address),
                registers: self.monitor.borrow().registers(),
            },
            Device {
                name: "TMC2209",
                place: format!("carousel, UART address {}", profile.dispenser.address),
                registers: self.driver.borrow().registers(),
            },
            Device { name: "WS2812", place: "light ring, SPI".to_owned(), registers: self.strip_lines() },
            Device {
                name: "lines",
                place: "GPIO and PWM".to_owned(),
                registers: track(["left", "left duty"], left, profile.drive.left.inverted)
                    .into_iter()
                    .chain(track(["right", "right duty"], right, profile.drive.right.inverted))
                    .chain([
                        Register::level("step enable", self.step_enable.is_high(), ["driven", "free"]),
                        Register::level("treat beam", self.beam.level(), ["interrupted", "clear"]),
                        Register::level("blue tube", self.mood_light_pin.is_high(), ["dark", "lit"]),
                        Register::level("power button", self.button.level(), ["pressed", "not pressed"]),
                    ])
                    .collect(),
            },
        ]
    }

    fn strip_lines(&self) -> Vec<Register> {
        let lit = self.strip.colors().iter().filter(|color| **color != wimz_vocabulary::Rgb::BLACK).count();
        let bytes = self.strip.bytes();
        vec![
            Register {
                name: "lit",
                value: lit.to_string(),
                says: format!("of {}, {:.0} mA", self.profile.lights.count, self.lights_ma()),
            },
            Register { name: "sent", value: bytes.to_string(), says: "bytes".to_owned() },
        ]
    }
}

/// A track's lines: which way, and how much. A motor that is mounted the other way round turns the track the other way.
fn track([way, duty]: [&'static str; 2], lines: &TrackLines, inverted: bool) -> [Register; 2] {
    let ways = if inverted { ["backwards", "forwards"] } else { ["forwards", "backwards"] };
    let way = match lines {
        TrackLines::DirPwm { direction, .. } => Register::level(way, direction.is_high(), ways),
        TrackLines::InInEn { in1, in2, .. } => {
            let says = match (in1.is_high(), in2.is_high()) {
                (true, false) => ways[0],
                (false, true) => ways[1],
                (false, false) => "coasts",
                (true, true) => "brakes",
            };
            let value = [in1, in2].map(|pin| if pin.is_high() { "high" } else { "low" }).join(", ");
            Register { name: way, value, says: says.to_owned() }
        }
    };
    let share = lines.pwm().share().get();
    let duty = Register { name: duty, value: format!("{:.1} %", 100.0 * share), says: String::new() };
    [way, duty]
}
