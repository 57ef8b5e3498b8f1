//! Push-to-talk: what a person says into the app, and whether the robot's speaker said it. Both flat, as the
//! contract has them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::command::{Complaint, Listed, Whole, Word, typed};

/// The most that a message may hold, in characters of base64: ten seconds of WAV at 16 kHz (contract, "PTT Audio
/// Specifications") are 427,000.
pub const LONGEST_TALK: usize = 450_000;
/// The longest that a message may say that it plays, in milliseconds: ten seconds (contract, "PTT Audio Specifications"),
/// and what encoders add to them.
const LONGEST_TALK_MS: u64 = 10_500;

/// Something said, to be played by the robot's speaker: `audio_message`.
#[derive(Clone, PartialEq, Eq)]
pub struct AudioMessage {
    /// The file in base64, not decoded yet; at most [`LONGEST_TALK`] characters.
    pub data: String,
    /// What kind of file.
    pub format: AudioFormat,
    /// How long it plays by the app's account, in milliseconds.
    pub duration_ms: Option<u32>,
}

impl fmt::Debug for AudioMessage {
    /// What was said is nobody's business but the listener's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { data, format, duration_ms } = self;
        let characters = data.len();
        write!(f, "AudioMessage {{ {format:?}, {characters} characters, {duration_ms:?} ms }}")
    }
}

/// The kinds of sound files that push-to-talk takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AudioFormat {
    /// AAC, in ADTS or an MP4 file: what the contract prefers.
    Aac,
    /// WAV.
    Wav,
}

impl Listed for AudioFormat {
    const KIND: &'static str = "format";
    fn words() -> Vec<(&'static str, Self)> {
        vec![("aac", Self::Aac), ("wav", Self::Wav)]
    }
}

/// Something said, to be played by the robot's speaker.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schemas", schemars(rename = "AudioMessage"))]
pub(crate) struct Said {
    /// The file in base64: 16 kHz mono, at most 10 s.
    #[cfg_attr(feature = "schemas", schemars(length(min = 1, max = LONGEST_TALK)))]
    data: String,
    /// What kind of file.
    format: Word<AudioFormat>,
    /// How long it plays, in milliseconds.
    duration_ms: Option<Whole<1, LONGEST_TALK_MS>>,
}

/// Reads the fields of an `audio_message`.
pub(super) fn read(fields: Value) -> Result<AudioMessage, Complaint> {
    let Said { data, format, duration_ms } = typed(fields)?;
    if data.is_empty() {
        return Err(Complaint::bad("data: it is empty"));
    }
    if data.chars().nth(LONGEST_TALK).is_some() {
        return Err(Complaint::bad(format!("data: it is longer than {LONGEST_TALK} characters")));
    }
    // At most ten thousand.
    let duration_ms = duration_ms.map(|span| span.0 as u32);
    Ok(AudioMessage { data, format: format.0, duration_ms })
}

/// Whether something said was played: `audio_played`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(rename = "AudioPlayed"))]
pub struct AudioPlayed<'a> {
    /// `audio_played`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "schemas", schemars(extend("const" = "audio_played")))]
    pub kind: &'static str,
    /// Which robot speaks.
    pub device_id: &'a str,
    /// The id that the message carried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    /// Whether it was played to its end.
    pub success: bool,
    /// Why not, as a sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was over: ISO 8601, UTC.
    #[cfg_attr(feature = "schemas", schemars(extend("format" = "date-time")))]
    pub timestamp: String,
}

impl<'a> AudioPlayed<'a> {
    /// The message's name.
    pub const KIND: &'static str = "audio_played";

    /// What came of the message of this id.
    pub fn new(
        device_id: &'a str,
        id: Option<&'a str>,
        timestamp: String,
        played: Result<(), String>,
    ) -> Self {
        let (success, error) = (played.is_ok(), played.err());
        Self { kind: Self::KIND, device_id, id, success, error, timestamp }
    }
}

/// What the robot's microphone heard: `audio_message`, robot to app. Deprecated in v1.3, and not sent: the microphone is
/// a track of the WebRTC stream.
#[cfg(feature = "schemas")]
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Heard {
    /// `audio_message`.
    #[serde(rename = "type")]
    #[schemars(extend("const" = "audio_message"))]
    kind: &'static str,
    /// The file in base64.
    data: String,
    /// What kind of file.
    format: AudioFormat,
    /// How long it plays, in milliseconds.
    duration_ms: Option<u32>,
}
