//! The data of each command: what its fields are called, what they may be, and what they come to.
//!
//! A field that a command does not have is an error, and so is a value out of its range.

use serde::Deserialize;
use serde_json::Value;
use wimz_vocabulary::{
    BadText, Command, Degrees, DogId, Heartbeat, Micros, Mode, ModeCause, Pattern, Ratio, RequestKey,
    SoundName, TreatCause, Work,
};

use super::field::{Color, EXACT, Listed, Name, Number, Whole, Word, clipped, present, typed};
#[cfg(feature = "schemas")]
use super::schema::SEEN;
use super::{Complaint, GuardianWish, Order};
use crate::wimz::guardian::SgConfig;

/// The longest motion lease that a client may ask for, in milliseconds: what every command has without asking. It
/// may be shortened, never lengthened.
const LONGEST_LEASE_MS: u64 = 300;
/// The longest name of a sound, in characters.
const LONGEST_FILE: usize = SoundName::MAX;

/// The speed of each track.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Motor {
    /// Left track: share of full speed, forward positive.
    left: Number<-1, 1>,
    /// Right track: share of full speed, forward positive.
    right: Number<-1, 1>,
    /// The number of the newest heartbeat that the client has heard: the motion lease runs from its sending.
    heartbeat: Option<Whole<0, EXACT>>,
    /// A motion lease shorter than the usual 300 ms.
    lease_ms: Option<Whole<1, LONGEST_LEASE_MS>>,
}

/// Where the camera head points: one axis or both. An axis that is left out stays where it is.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", schemars(extend("minProperties" = 1)))]
pub(crate) struct Servo {
    /// Degrees from centre, positive to the robot's left.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schemas", schemars(with = "Number<-360, 360>"))]
    pan: Option<Number<-360, 360>>,
    /// Degrees from centre, positive up.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schemas", schemars(with = "Number<-360, 360>"))]
    tilt: Option<Number<-360, 360>>,
}

/// Which mode, and by which way of the app.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SetMode {
    /// The mode.
    mode: Word<Mode>,
    /// The way; `api` if it is left out.
    source: Option<Word<ModeCause>>,
    /// The app's own clock, in any form. Nothing on the robot depends on it.
    #[serde(rename = "timestamp")]
    _timestamp: Option<String>,
}

/// What the request is called, and for which dog it is.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", schemars(rename = "DispenseTreat"))]
pub(crate) struct Treat {
    /// A name for the request: the same one again asks for nothing more.
    request_id: Option<Name<RequestKey>>,
    /// For which dog.
    dog_id: Option<Name<DogId>>,
}

/// A pattern or a colour: exactly one of the two.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", schemars(extend("minProperties" = 1, "maxProperties" = 1)))]
pub(crate) struct Led {
    /// A pattern, by the contract's name.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schemas", schemars(with = "Word<Pattern>"))]
    pattern: Option<Word<Pattern>>,
    /// The current colour from now on, shown as it is.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(feature = "schemas", schemars(with = "Color"))]
    color: Option<Color>,
}

/// Whether the blue tube is lit.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct MoodLed {
    /// On, off, or the other way round than now.
    state: Word<MoodState>,
}

/// What the blue tube is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MoodState {
    On,
    Off,
    Toggle,
}

impl Listed for MoodState {
    const KIND: &'static str = "state";
    fn words() -> Vec<(&'static str, Self)> {
        vec![("on", Self::On), ("off", Self::Off), ("toggle", Self::Toggle)]
    }
}

/// Which sound to play.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Audio {
    /// Its path below the sounds folder, its file name, or its file name without ending.
    #[cfg_attr(feature = "schemas", schemars(length(min = 1, max = LONGEST_FILE), extend("pattern" = SEEN)))]
    file: String,
}

/// How loud.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Volume {
    /// In percent.
    volume: Whole<0, 100>,
}

/// Which dog to call.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CallDog {
    /// The dog; any if it is left out.
    dog_id: Option<Name<DogId>>,
}

/// What the photo is to show.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct TakePhoto {
    /// Whether mode, time and dog are written into it.
    #[serde(default)]
    with_hud: bool,
}

type Read = Result<Order, Complaint>;

pub(super) fn nothing(data: Value, order: Order) -> Read {
    match data.as_object().and_then(|fields| fields.keys().next()) {
        None => Ok(order),
        Some(field) => Err(Complaint::bad(format!("it takes no `{}`", clipped(field, LONGEST_FILE)))),
    }
}

pub(super) fn motor(data: Value) -> Read {
    let Motor { left, right, heartbeat, lease_ms } = typed(data)?;
    Ok(Order::Request(Command::Drive {
        left: Ratio::clamped(left.0),
        right: Ratio::clamped(right.0),
        echo: heartbeat.map(|seq| Heartbeat(seq.0)),
        lease: lease_ms.map(|span| Micros::from_millis(span.0)),
    }))
}

pub(super) fn servo(data: Value) -> Read {
    let Servo { pan, tilt } = typed(data)?;
    if pan.is_none() && tilt.is_none() {
        return Err(Complaint::bad("give `pan`, `tilt` or both, in degrees from centre"));
    }
    let angle = |angle: Number<-360, 360>| Degrees::clamped(angle.0);
    Ok(Order::Request(Command::PointHead { pan: pan.map(angle), tilt: tilt.map(angle) }))
}

pub(super) fn set_mode(data: Value) -> Read {
    let SetMode { mode, source, _timestamp: _ } = typed(data)?;
    let cause = source.map_or(ModeCause::Api, |source| source.0);
    Ok(Order::Request(Command::SetMode { mode: mode.0, cause }))
}

/// Whoever asks by a wire is a person: the other causes are the robot's own.
pub(super) fn treat(data: Value, work: Work) -> Read {
    let Treat { request_id, dog_id } = typed(data)?;
    Ok(Order::Request(Command::Dispense {
        work,
        cause: TreatCause::Owner,
        key: request_id.map(|key| key.0),
        dog: dog_id.map(|dog| dog.0),
    }))
}

pub(super) fn led(data: Value) -> Read {
    let Led { pattern, color } = typed(data)?;
    match (pattern, color) {
        (Some(Word(pattern)), None) => Ok(Order::Request(Command::ShowPattern { pattern })),
        (None, Some(color)) => Ok(Order::Request(Command::ShowColor { color: color.into() })),
        _ => Err(Complaint::bad("give `pattern` or `color`, one of the two")),
    }
}

pub(super) fn mood_led(data: Value) -> Read {
    let MoodLed { state } = typed(data)?;
    let on = match state.0 {
        MoodState::On => Some(true),
        MoodState::Off => Some(false),
        MoodState::Toggle => None,
    };
    Ok(Order::Request(Command::MoodLight { on }))
}

pub(super) fn audio(data: Value) -> Read {
    let Audio { file } = typed(data)?;
    if file.chars().nth(LONGEST_FILE).is_some() {
        return Err(Complaint::bad(format!("file: it is longer than {LONGEST_FILE} characters")));
    }
    match SoundName::new(&file) {
        Ok(sound) => Ok(Order::Request(Command::Play { sound })),
        // A name that no file of the robot's can have: it is a name all the same.
        Err(BadText::TooLong { .. }) => Err(Complaint {
            code: "no_such_sound",
            message: "there is no sound of so long a name: GET /audio/files lists those there are".to_owned(),
        }),
        Err(error) => Err(Complaint::bad(format!("file: {error}"))),
    }
}

pub(super) fn audio_volume(data: Value) -> Read {
    let Volume { volume } = typed(data)?;
    // At most 100, which a float holds exactly.
    Ok(Order::Request(Command::SetVolume { volume: Ratio::clamped(volume.0 as f32 / 100.0) }))
}

pub(super) fn call_dog(data: Value) -> Read {
    let CallDog { dog_id } = typed(data)?;
    Ok(Order::Request(Command::CallDog { dog: dog_id.map(|dog| dog.0) }))
}

pub(super) fn take_photo(data: Value) -> Read {
    let TakePhoto { with_hud } = typed(data)?;
    Ok(Order::Request(Command::TakePhoto { with_hud }))
}

/// What an owner wants of silent guardian; the ranges are its own.
pub(super) fn sg_config(data: Value) -> Read {
    let SgConfig(wish) = typed(data)?;
    if wish == GuardianWish::default() {
        let names = "`bark_count_threshold`, `bark_threshold`, `confidence_minimum` or `fast_escalation_bpm`";
        return Err(Complaint::bad(format!("give {names}")));
    }
    Ok(Order::Wish(wish.over(GuardianWish::default())?))
}
