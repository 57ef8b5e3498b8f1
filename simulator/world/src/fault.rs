//! What can break, in words that scenarios, people and recordings share. How it breaks is the chips' own affair.

use std::fmt;

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{Ratio, Side};

/// A fault. Faults add up: each is switched on and off by itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The firmware's process is killed: its stations are not polled any more, chips keep what they put out.
    /// The guard is a process of its own and lives.
    ProcessDeath,
    /// One bit of one register of the servo chip turns over.
    FlipBit {
        /// The register.
        register: u8,
        /// Which bit, 0 to 7.
        bit: u8,
    },
    /// A chip does not acknowledge a share of what it is told.
    Nack {
        /// Which chip.
        chip: Chip,
        /// How often.
        share: Ratio,
    },
    /// A bus is held at one level: nothing gets through.
    StuckBus {
        /// Which bus.
        bus: BusName,
    },
    /// A share of what is said on a bus arrives cut or turned over.
    Noise {
        /// Which bus.
        bus: BusName,
        /// How often.
        share: Ratio,
    },
    /// A line stays at a level whatever it is told; nobody is told so.
    StuckLine {
        /// Which line.
        line: Line,
        /// The level.
        high: bool,
    },
    /// A line cannot be set or read any more; whoever tries is told so.
    DeadLine {
        /// Which line.
        line: Line,
    },
    /// An encoder says nothing.
    DeadEncoder {
        /// Which.
        side: Side,
    },
    /// A track is held fast.
    StalledTrack {
        /// Which.
        side: Side,
    },
    /// A servo is held fast.
    StalledServo {
        /// Which.
        axis: Axis,
    },
    /// The carousel does not turn, though it is stepped.
    Jam {
        /// What it takes to free it.
        by: Unjam,
    },
    /// The carousel jams by itself in a share of its compartments, one way or another.
    Jams {
        /// How often.
        share: Ratio,
    },
    /// The carousel is empty.
    Empty,
    /// The treat beam flickers as under sunlight through leaves.
    BeamFlicker,
    /// Spikes on the beam's line, too short for anything that falls.
    BeamSpikes,
    /// Something stands in the beam.
    BeamBlocked,
    /// The supply of a chip dips: it starts anew with nothing set.
    BrownOut {
        /// Which chip.
        chip: Chip,
    },
    /// A chip has no supply.
    Unpowered {
        /// Which chip.
        chip: Chip,
    },
    /// A chip is too hot to work.
    Overheated {
        /// Which chip.
        chip: Chip,
    },
    /// The computer's thermometer cannot be read.
    ThermometerSilent,
    /// The battery's terminals come loose from the divider: the monitor sees far too much.
    DividerOpen,
    /// The power button is held.
    ButtonHeld,
    /// The speaker's USB adapter is pulled.
    SpeakerGone,
    /// The microphone is pulled.
    MicrophoneGone,
    /// The microphone's capsule dies: it answers, and gives nothing but zeros.
    MicrophoneDead,
    /// Another program takes the microphone.
    MicrophoneTaken,
    /// The dog detector takes pictures and says nothing.
    DetectorStuck,
    /// The dog detector's process is dead, or its accelerator is gone.
    DetectorGone,
}

/// A chip on a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chip {
    /// The PCA9685.
    ServoChip,
    /// The ADS1115.
    BatteryMonitor,
    /// The WS2812s, as one.
    Lights,
    /// The TMC2209.
    StepperDriver,
}

/// A bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusName {
    /// Servo chip and battery monitor.
    I2c,
    /// The light ring.
    Spi,
    /// The stepper driver.
    Uart,
}

/// A line that is a part of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The left track's direction; its first input on an L298N.
    LeftDirection,
    /// The left track's PWM.
    LeftPwm,
    /// The right track's direction; its first input on an L298N.
    RightDirection,
    /// The right track's PWM.
    RightPwm,
    /// The stepper's step line.
    Step,
    /// The stepper's direction.
    StepDirection,
    /// The stepper's enable.
    StepEnable,
    /// The treat beam.
    Beam,
    /// The blue tube.
    MoodLight,
    /// The power button.
    PowerButton,
}

/// An axis of the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Left and right.
    Pan,
    /// Up and down.
    Tilt,
}

/// What frees a jammed carousel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unjam {
    /// Pushing back and forth.
    Push,
    /// Shaking.
    Shake,
    /// Only a person's hand.
    Hand,
}

impl fmt::Display for Chip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServoChip => "servo chip",
            Self::BatteryMonitor => "battery monitor",
            Self::Lights => "light ring",
            Self::StepperDriver => "stepper driver",
        })
    }
}

impl fmt::Display for BusName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I2c => "I2C bus",
            Self::Spi => "SPI bus",
            Self::Uart => "UART",
        })
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LeftDirection => "left direction",
            Self::LeftPwm => "left PWM",
            Self::RightDirection => "right direction",
            Self::RightPwm => "right PWM",
            Self::Step => "step",
            Self::StepDirection => "step direction",
            Self::StepEnable => "step enable",
            Self::Beam => "treat beam",
            Self::MoodLight => "mood light",
            Self::PowerButton => "power button",
        })
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pan => "pan",
            Self::Tilt => "tilt",
        })
    }
}

impl fmt::Display for Unjam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Push => "a push",
            Self::Shake => "shaking",
            Self::Hand => "a hand",
        })
    }
}
