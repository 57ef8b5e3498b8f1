//! The data of each command: what its fields are called, what they may be, and what they come to.
//!
//! A field that a command does not have is an error, and so is a value out of its range.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{
    BadText, Command, Degrees, DogId, Heartbeat, Micros, Mode, ModeCause, Pattern, Ratio, RequestKey, Rgb,
    SoundName, TreatCause, Work,
};

use super::Order;

/// The longest motion lease that a client may ask for, in milliseconds: what every command has without asking. It
/// may be shortened, never lengthened.
const LONGEST_LEASE_MS: u64 = 300;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Motor {
    left: f32,
    right: f32,
    /// The newest that the client has heard.
    heartbeat: Option<Value>,
    lease_ms: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Servo {
    pan: Option<f32>,
    tilt: Option<f32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetMode {
    mode: String,
    source: Option<String>,
    /// The app's own clock. Nothing on the robot depends on it.
    #[serde(rename = "timestamp")]
    _timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Treat {
    /// The same one again asks for nothing more.
    request_id: Option<String>,
    dog_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Led {
    pattern: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedColor {
    r: u8,
    g: u8,
    b: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoodLed {
    state: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Audio {
    file: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Volume {
    volume: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallDog {
    dog_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TakePhoto {
    #[serde(default)]
    with_hud: bool,
}

fn typed<T: DeserializeOwned>(data: Value) -> Result<T, String> {
    serde_json::from_value(data).map_err(|error| error.to_string())
}

/// A whole number of a field, within its range.
fn whole(name: &str, value: &Value, low: u64, high: u64) -> Result<u64, String> {
    value.as_u64().filter(|number| (low..=high).contains(number)).ok_or_else(|| {
        let range = match high {
            u64::MAX => format!("from {low} up"),
            high => format!("from {low} to {high}"),
        };
        format!("{name}: {value} is not a whole number {range}")
    })
}

/// A text of a field that may be left out.
fn text<T>(
    name: &str,
    text: Option<String>,
    new: fn(&str) -> Result<T, BadText>,
) -> Result<Option<T>, String> {
    text.as_deref().map(new).transpose().map_err(|error| format!("{name}: {error}"))
}

pub(super) fn nothing(data: Value, order: Order) -> Result<Order, String> {
    match data.as_object().and_then(|fields| fields.keys().next()) {
        None => Ok(order),
        Some(field) => Err(format!("it takes no `{field}`")),
    }
}

pub(super) fn motor(data: Value) -> Result<Order, String> {
    let Motor { left, right, heartbeat, lease_ms } = typed(data)?;
    let ratio = |name, value| Ratio::new(value).map_err(|error| format!("{name}: {error}"));
    let echo = heartbeat.map(|number| whole("heartbeat", &number, 0, u64::MAX)).transpose()?;
    let lease = lease_ms.map(|span| whole("lease_ms", &span, 1, LONGEST_LEASE_MS)).transpose()?;
    Ok(Order::Request(Command::Drive {
        left: ratio("left", left)?,
        right: ratio("right", right)?,
        echo: echo.map(Heartbeat),
        lease: lease.map(Micros::from_millis),
    }))
}

pub(super) fn servo(data: Value) -> Result<Order, String> {
    let Servo { pan, tilt } = typed(data)?;
    if pan.is_none() && tilt.is_none() {
        return Err("give `pan`, `tilt` or both, in degrees from centre".to_owned());
    }
    let angle = |name: &str, value: Option<f32>| {
        value.map(Degrees::new).transpose().map_err(|error| format!("{name}: {error}"))
    };
    Ok(Order::Request(Command::PointHead { pan: angle("pan", pan)?, tilt: angle("tilt", tilt)? }))
}

pub(super) fn set_mode(data: Value) -> Result<Order, String> {
    let SetMode { mode, source, _timestamp: _ } = typed(data)?;
    let known = Mode::ALL.into_iter().find(|known| known.name() == mode);
    let mode = known.ok_or_else(|| unknown("mode", &mode, Mode::ALL.map(Mode::name)))?;
    let source = source.as_deref().unwrap_or(ModeCause::Api.name());
    let known = ModeCause::SOURCES.into_iter().find(|known| known.name() == source);
    let cause = known.ok_or_else(|| unknown("source", source, ModeCause::SOURCES.map(ModeCause::name)))?;
    Ok(Order::Request(Command::SetMode { mode, cause }))
}

/// Whoever asks by a wire is a person: the other causes are the robot's own.
pub(super) fn treat(data: Value, work: Work) -> Result<Order, String> {
    let Treat { request_id, dog_id } = typed(data)?;
    Ok(Order::Request(Command::Dispense {
        work,
        cause: TreatCause::Owner,
        key: text("request_id", request_id, RequestKey::new)?,
        dog: text("dog_id", dog_id, DogId::new)?,
    }))
}

pub(super) fn led(data: Value) -> Result<Order, String> {
    let Led { pattern } = typed(data)?;
    let known = Pattern::ALL.into_iter().find(|(name, _)| *name == pattern);
    let (_, pattern) =
        known.ok_or_else(|| unknown("pattern", &pattern, Pattern::ALL.map(|(name, _)| name)))?;
    Ok(Order::Request(Command::ShowPattern { pattern }))
}

pub(super) fn led_color(data: Value) -> Result<Order, String> {
    let LedColor { r, g, b } = typed(data)?;
    Ok(Order::Request(Command::ShowColor { color: Rgb::new(r, g, b) }))
}

pub(super) fn mood_led(data: Value) -> Result<Order, String> {
    let MoodLed { state } = typed(data)?;
    let on = match state.as_str() {
        "on" => Some(true),
        "off" => Some(false),
        "toggle" => None,
        other => return Err(unknown("state", other, ["on", "off", "toggle"])),
    };
    Ok(Order::Request(Command::MoodLight { on }))
}

pub(super) fn audio(data: Value) -> Result<Order, String> {
    let Audio { file } = typed(data)?;
    let sound = SoundName::new(&file).map_err(|error| format!("file: {error}"))?;
    Ok(Order::Request(Command::Play { sound }))
}

pub(super) fn audio_volume(data: Value) -> Result<Order, String> {
    let Volume { volume } = typed(data)?;
    let percent = whole("volume", &volume, 0, 100)?;
    // At most 100, which a float holds exactly.
    Ok(Order::Request(Command::SetVolume { volume: Ratio::clamped(percent as f32 / 100.0) }))
}

pub(super) fn call_dog(data: Value) -> Result<Order, String> {
    let CallDog { dog_id } = typed(data)?;
    Ok(Order::Request(Command::CallDog { dog: text("dog_id", dog_id, DogId::new)? }))
}

pub(super) fn take_photo(data: Value) -> Result<Order, String> {
    let TakePhoto { with_hud } = typed(data)?;
    Ok(Order::Request(Command::TakePhoto { with_hud }))
}
