//! What the REST routes take and answer, beyond the data of commands.
//!
//! A body that is no command's data comes to the same orders as one that is.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wimz_vocabulary::{Command, Degrees, Mode, Pattern, Ratio, SoundName};

use super::command::Complaint;
use super::command::field::{Color, Number, Whole, Word, typed};
use super::{ErrorBody, StatusUpdate, TreatResult};

/// The bodies that are no command's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// `{"angle"}` of `/servo/pan`.
    Pan,
    /// `{"angle"}` of `/servo/tilt`.
    Tilt,
    /// `{"pattern"}` of `/led/pattern`.
    Pattern,
    /// `{"r", "g", "b"}` of `/led/color`.
    Color,
    /// `{"level"}` of `/audio/volume`.
    Level,
}

/// Reads such a body.
///
/// # Errors
/// A code and a message, as in [`super::Unreadable`].
pub fn read_body(body: Body, fields: Value) -> Result<Command, (&'static str, String)> {
    command_of(body, fields).map_err(|complaint| (complaint.code, complaint.message))
}

fn command_of(body: Body, fields: Value) -> Result<Command, Complaint> {
    if !fields.is_object() {
        let wanted = match body {
            Body::Pan | Body::Tilt => r#"{"angle": degrees from centre}"#,
            Body::Pattern => r#"{"pattern": its name}"#,
            Body::Color => r#"{"r", "g", "b"}, 0 to 255 each"#,
            Body::Level => r#"{"level": 0 to 100}"#,
        };
        return Err(Complaint::bad(format!("the body is a JSON object: {wanted}")));
    }
    let angle = |fields| typed(fields).map(|Angle { angle }| Some(Degrees::clamped(angle.0)));
    Ok(match body {
        Body::Pan => Command::PointHead { pan: angle(fields)?, tilt: None },
        Body::Tilt => Command::PointHead { pan: None, tilt: angle(fields)? },
        Body::Pattern => Command::ShowPattern { pattern: typed::<PatternName>(fields)?.pattern.0 },
        Body::Color => Command::ShowColor { color: typed::<Color>(fields)?.into() },
        Body::Level => {
            // At most 100, which a float holds exactly.
            let percent = typed::<Level>(fields)?.level.0 as f32;
            Command::SetVolume { volume: Ratio::clamped(percent / 100.0) }
        }
    })
}

/// Where one axis of the camera head points.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Angle {
    /// Degrees from centre: pan positive to the robot's left, tilt positive up.
    angle: Number<-360, 360>,
}

/// A pattern of the light ring.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PatternName {
    /// By the contract's name.
    pattern: Word<Pattern>,
}

/// How loud.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(rename = "VolumeLevel"))]
#[serde(deny_unknown_fields)]
pub(crate) struct Level {
    /// In percent.
    level: Whole<0, 100>,
}

/// The HTTP status by which a refusal of this code is told: whose fault it is. 400 and 404, the caller's, who asked for
/// what there is not; 429, who asked too often; 503, the robot's, which cannot answer now; 409, nobody's: the robot's
/// state forbids it.
pub fn status_of(code: &str) -> u16 {
    match code {
        "unreadable" | "bad_data" | "unknown_command" | "unknown_type" | "deprecated" => 400,
        "not_found" => 404,
        "treat_limit" | "rate_limited" => 429,
        "busy" | "down" | "store_unavailable" | "not_available" => 503,
        _ => 409,
    }
}

/// Server alive check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Health {
    /// `ok`.
    #[cfg_attr(feature = "schemas", schemars(extend("const" = "ok")))]
    pub status: &'static str,
}

impl Health {
    /// It answers.
    pub const OK: Self = Self { status: "ok" };
}

/// The robot's account of itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Telemetry<'a> {
    /// Which robot speaks.
    pub device_id: &'a str,
    /// When this was true: ISO 8601, UTC.
    #[cfg_attr(feature = "schemas", schemars(extend("format" = "date-time")))]
    pub timestamp: String,
    /// The account.
    pub data: StatusUpdate,
}

/// The mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ModeNow {
    /// By the contract's name.
    pub mode: Mode,
}

/// All that can be played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct AudioFiles {
    /// Each file.
    pub files: Vec<AudioFile>,
}

/// A file that can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct AudioFile {
    /// Its path below the sounds folder.
    pub file: SoundName,
    /// How long it plays, in milliseconds.
    pub duration_ms: u64,
    /// Whether the playlist has it.
    pub song: bool,
}

/// It will be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Done {
    /// `true`.
    #[cfg_attr(feature = "schemas", schemars(extend("const" = true)))]
    pub success: bool,
}

impl Done {
    /// It will be done.
    pub const OK: Self = Self { success: true };
}

/// A treat was taken on. What comes of it is told by a `treat` message, or to the same request again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TreatTaken {
    /// `true`.
    #[cfg_attr(feature = "schemas", schemars(extend("const" = true)))]
    pub success: bool,
    /// Which job it became.
    pub result: TreatResult,
}

/// Why not: the answer to whatever did not work. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Refused {
    /// `false`.
    #[cfg_attr(feature = "schemas", schemars(extend("const" = false)))]
    pub success: bool,
    /// What was wrong, and what to do.
    pub error: ErrorBody,
}

impl From<ErrorBody> for Refused {
    fn from(error: ErrorBody) -> Self {
        Self { success: false, error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wimz_vocabulary::Rgb;

    #[test]
    fn a_body_comes_to_the_order_that_its_command_has() {
        let read =
            |body, fields| read_body(body, fields).map_err(|(code, message)| format!("{code}: {message}"));
        let pan = Command::PointHead { pan: Some(Degrees::clamped(15.5)), tilt: None };
        assert_eq!(read(Body::Pan, json!({ "angle": 15.5 })), Ok(pan));
        let tilt = Command::PointHead { pan: None, tilt: Some(Degrees::clamped(-3.0)) };
        assert_eq!(read(Body::Tilt, json!({ "angle": -3 })), Ok(tilt));
        let half = Command::SetVolume { volume: Ratio::constant(0.5) };
        assert_eq!(read(Body::Level, json!({ "level": 50 })), Ok(half));
        let color = Command::ShowColor { color: Rgb::new(1, 2, 3) };
        assert_eq!(read(Body::Color, json!({ "r": 1, "g": 2, "b": 3 })), Ok(color));
        let fire = Command::ShowPattern { pattern: Pattern::Fire };
        assert_eq!(read(Body::Pattern, json!({ "pattern": "fire" })), Ok(fire));
        for (body, fields, why) in [
            (Body::Pan, Value::Null, "bad_data: the body is a JSON object"),
            (Body::Pan, json!({ "pan": 15 }), "bad_data: pan: unknown field `pan`"),
            (Body::Level, json!({ "volume": 20 }), "bad_data: volume: unknown field `volume`"),
            (Body::Pattern, json!({ "color": { "r": 1, "g": 2, "b": 3 } }), "unknown field `color`"),
            (Body::Pattern, json!({ "pattern": "fir" }), "did you mean `fire`?"),
        ] {
            let error = read(body, fields).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
