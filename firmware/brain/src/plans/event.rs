//! What a stage of a mission waits for, by the names that mission files use (field facts A2.4).

use alloc::format;
use alloc::string::String;

use wimz_vocabulary::words::{nearest, unknown};

use super::file::mission::Posture;

/// What a stage waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A dog in sight.
    Dog,
    /// A dog that holds itself so.
    Pose(Posture),
    /// A bark, or some.
    Bark,
    /// A bark as of a dog that is afraid.
    ScaredBark,
    /// Many barks in a short time.
    Barking,
    /// No bark.
    Quiet,
}

impl Awaited {
    /// All of them, by name.
    const ALL: [(&'static str, Self); 10] = [
        ("VisionEvent.DogDetected", Self::Dog),
        ("VisionEvent.Pose.Sit", Self::Pose(Posture::Sit)),
        ("VisionEvent.Pose.Down", Self::Pose(Posture::Down)),
        ("VisionEvent.Pose.Spin", Self::Pose(Posture::Spin)),
        ("VisionEvent.Pose.Stand", Self::Pose(Posture::Stand)),
        ("VisionEvent.Pose.Come", Self::Pose(Posture::Come)),
        ("AudioEvent.BarkDetected", Self::Bark),
        ("AudioEvent.BarkDetected.scared", Self::ScaredBark),
        ("AudioEvent.BarkFrequencyExceeded", Self::Barking),
        ("AudioEvent.QuietPeriod", Self::Quiet),
    ];

    /// By its name.
    ///
    /// # Errors
    /// What was probably meant.
    pub fn named(name: &str) -> Result<Self, String> {
        let names = Self::ALL.map(|(name, _)| name);
        if let Some((_, event)) = Self::ALL.iter().find(|(other, _)| *other == name) {
            return Ok(*event);
        }
        // Poses were called `Behavior` once (field facts A2.4).
        Err(match nearest(&name.replacen("Behavior", "Pose", 1), names) {
            Some(meant) => format!("unknown event `{name}`: did you mean `{meant}`?"),
            None => unknown("event", name, names),
        })
    }
}

/// The names alone, for the schema.
#[cfg(feature = "schemas")]
pub struct Name;

#[cfg(feature = "schemas")]
impl schemars::JsonSchema for Name {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Event".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names = Awaited::ALL.map(|(name, _)| name);
        schemars::json_schema!({ "description": "What a stage waits for.", "type": "string", "enum": names })
    }
}
