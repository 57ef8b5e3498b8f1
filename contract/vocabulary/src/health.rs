//! How the parts of the robot are: ok, degraded or failed, and since when nothing good was heard.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Micros, RobotTime};

/// A part of the robot that says how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Both tracks with their motor driver and encoders.
    Drive,
    /// The camera head's two servos and their chip.
    Head,
    /// The light ring.
    Lights,
    /// The blue tube.
    MoodLight,
    /// The treat carousel with its motor driver and beam.
    Dispenser,
    /// The battery's monitor.
    Battery,
    /// The computer's thermometer.
    Thermometer,
    /// The power button.
    PowerButton,
    /// The speaker with its amplifier.
    Speaker,
    /// The microphone: the robot's ear.
    Microphone,
    /// What looks for dogs in the camera's pictures.
    Detector,
}

impl Part {
    /// How many there are.
    pub const COUNT: usize = 11;
    /// All of them, in their order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Drive,
        Self::Head,
        Self::Lights,
        Self::MoodLight,
        Self::Dispenser,
        Self::Battery,
        Self::Thermometer,
        Self::PowerButton,
        Self::Speaker,
        Self::Microphone,
        Self::Detector,
    ];

    /// Its name on every wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drive => "drive",
            Self::Head => "head",
            Self::Lights => "lights",
            Self::MoodLight => "mood_light",
            Self::Dispenser => "dispenser",
            Self::Battery => "battery",
            Self::Thermometer => "thermometer",
            Self::PowerButton => "power_button",
            Self::Speaker => "speaker",
            Self::Microphone => "microphone",
            Self::Detector => "detector",
        }
    }
}

impl fmt::Display for Part {
    /// As a person would say it: `mood light`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MoodLight => "mood light",
            Self::PowerButton => "power button",
            other => other.name(),
        })
    }
}

/// How a part is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It has not been heard of since boot.
    #[default]
    Starting,
    /// It does all it should.
    Ok,
    /// It does less than it should.
    Degraded(Trouble),
    /// It does nothing that could be relied on.
    Failed(Trouble),
}

impl Condition {
    /// Whether it does nothing that could be relied on.
    pub const fn is_failed(self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// What is wrong with it, if anything is.
    pub const fn trouble(self) -> Option<Trouble> {
        match self {
            Self::Starting | Self::Ok => None,
            Self::Degraded(trouble) | Self::Failed(trouble) => Some(trouble),
        }
    }
}

/// What can be wrong with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Its bus does not answer.
    BusSilent,
    /// A part of what it was told or said was lost on its bus; the rest came through.
    BusNoisy,
    /// A pin did not take its command.
    PinRefused,
    /// Its chip forgot what it was set to, as after a dip of its supply.
    ForgotSettings,
    /// Its chip has no supply: only our own words come back.
    Unpowered,
    /// Its chip is too hot.
    TooHot,
    /// It says what cannot be, such as a voltage past what the battery can have.
    Implausible,
    /// A track turns and its encoder does not say so.
    EncoderDead(Side),
    /// A track does not turn though it is told to.
    Stalled(Side),
    /// The treat beam is interrupted and stays so.
    BeamBlocked,
    /// The treat beam is interrupted when nothing can fall.
    BeamRestless,
    /// All that could be tried brought no treat.
    EmptyOrJammed,
    /// A button that nobody holds for so long.
    StuckDown,
    /// A file that it should play is gone, or is no sound.
    Unplayable,
    /// Somebody else has taken it.
    Taken,
    /// It says nothing at all, where something alive always says a little.
    DeadSilent,
    /// What it was to do could not be written down first.
    NotRecorded,
    /// What it was to do was allowed too late.
    TooLate,
}

impl Trouble {
    /// How many there are, a side of the robot each counted for itself.
    pub const COUNT: usize = 20;
    /// All of them.
    pub const ALL: [Self; Self::COUNT] = [
        Self::BusSilent,
        Self::BusNoisy,
        Self::PinRefused,
        Self::ForgotSettings,
        Self::Unpowered,
        Self::TooHot,
        Self::Implausible,
        Self::EncoderDead(Side::Left),
        Self::EncoderDead(Side::Right),
        Self::Stalled(Side::Left),
        Self::Stalled(Side::Right),
        Self::BeamBlocked,
        Self::BeamRestless,
        Self::EmptyOrJammed,
        Self::StuckDown,
        Self::Unplayable,
        Self::Taken,
        Self::DeadSilent,
        Self::NotRecorded,
        Self::TooLate,
    ];
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BusSilent => "its bus does not answer",
            Self::BusNoisy => "its bus loses words",
            Self::PinRefused => "a pin does not take its command",
            Self::ForgotSettings => "its chip forgot its settings",
            Self::Unpowered => "its chip has no power",
            Self::TooHot => "its chip is too hot",
            Self::Implausible => "it says what cannot be",
            Self::EncoderDead(Side::Left) => "the left encoder is dead",
            Self::EncoderDead(Side::Right) => "the right encoder is dead",
            Self::Stalled(Side::Left) => "the left track does not turn",
            Self::Stalled(Side::Right) => "the right track does not turn",
            Self::BeamBlocked => "the treat beam is blocked",
            Self::BeamRestless => "the treat beam is interrupted without cause",
            Self::EmptyOrJammed => "empty or jammed",
            Self::StuckDown => "held down for too long",
            Self::Unplayable => "a file cannot be played",
            Self::Taken => "somebody else has taken it",
            Self::DeadSilent => "not a sound comes from it, not even noise",
            Self::NotRecorded => "it could not be written down first",
            Self::TooLate => "it could not be written down in time",
        })
    }
}

/// A side of the robot, as it sees itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Its own left.
    Left,
    /// Its own right.
    Right,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Left => "left",
            Self::Right => "right",
        })
    }
}

/// How often a part that is well is said to be: the age of its last good reading is known to a second.
const SIGN_OF_LIFE: Micros = Micros::from_secs(1);

/// How a part is, and when it was last known to be well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// How it is.
    pub condition: Condition,
    /// When it last did or said something good; `None` if never since boot.
    pub last_good: Option<RobotTime>,
}

impl Health {
    /// It did something good just now.
    pub const fn ok(now: RobotTime) -> Self {
        Self { condition: Condition::Ok, last_good: Some(now) }
    }

    /// Whether it is worth telling after `told`: another condition, or a sign of life more than a second younger.
    pub fn is_news(self, told: Self) -> bool {
        let younger = match (self.last_good, told.last_good) {
            (Some(now), Some(then)) => now.since(then) >= SIGN_OF_LIFE,
            (now, then) => now.is_some() && then.is_none(),
        };
        younger || self.condition != told.condition
    }

    /// The same part in another condition: when it was last well stays known.
    #[must_use]
    pub const fn but(self, condition: Condition) -> Self {
        Self { condition, ..self }
    }
}
