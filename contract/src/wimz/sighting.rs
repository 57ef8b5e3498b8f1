//! What the robot sees and hears of dogs, robot to app: `detection`, `bark`.

use serde::Serialize;
use wimz_vocabulary::{Behavior, DogId, EventBody, IdMethod, KnownDog};

/// A dog came, was recognised, does something else than before, or went: `detection`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Detection {
    /// Whether the dog is in sight.
    pub detected: bool,
    /// Which, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// Its name, where the owner has written it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_name: Option<String>,
    /// How it was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_method: Option<IdMethod>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behavior: Option<Behavior>,
    /// How sure the robot is, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// The number of the tag on its collar, when it comes into sight with one that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aruco_id: Option<u16>,
    /// Names the dog for as long as it stays in sight, also while nobody knows which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<u32>,
}

impl Detection {
    /// What a fact says of a dog in sight, if it does. `name` tells a dog's name.
    pub fn of(fact: &EventBody, name: impl Fn(&DogId) -> Option<String>) -> Option<Self> {
        let mut told = Self { detected: true, ..Self::default() };
        let (track, known) = match *fact {
            EventBody::DogSeen { track, known, tag, confidence } => {
                (told.aruco_id, told.confidence) = (tag.map(|tag| tag.0), Some(confidence.get()));
                (track, known)
            }
            EventBody::DogRecognised { track, known } => (track, Some(known)),
            EventBody::DogDoes { track, known, behavior, confidence } => {
                (told.behavior, told.confidence) = (Some(behavior), Some(confidence.get()));
                (track, known)
            }
            EventBody::DogGone { track, known } => {
                told.detected = false;
                (track, known)
            }
            _ => return None,
        };
        let Who { dog_id, dog_name, id_method } = Who::of(known, name);
        Some(Self { dog_id, dog_name, id_method, track: Some(track.0), ..told })
    }
}

/// A dog barked: `bark`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct BarkHeard {
    /// What kind of bark. The robot does not tell them apart.
    pub emotion: Emotion,
    /// How sure the robot is that it was a bark, 0 to 1.
    pub confidence: f32,
    /// How loud it was at the microphone, in dB of full scale: 0 is as loud as it can hear.
    pub loudness_db: f32,
    /// How long it lasted, in milliseconds.
    pub length_ms: u64,
    /// Whether somebody had asked for it.
    pub asked: bool,
    /// Which dog, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// Its name, where the owner has written it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_name: Option<String>,
    /// How it was told which dog it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_method: Option<IdMethod>,
}

/// What kind of bark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Emotion {
    /// Nobody has told them apart.
    Unclassified,
}

impl BarkHeard {
    /// What a fact says of a bark, if it does. `name` tells a dog's name.
    pub fn of(fact: &EventBody, name: impl Fn(&DogId) -> Option<String>) -> Option<Self> {
        let EventBody::Barked { bark, known, asked } = *fact else { return None };
        let Who { dog_id, dog_name, id_method } = Who::of(known, name);
        Some(Self {
            emotion: Emotion::Unclassified,
            confidence: bark.confidence.get(),
            loudness_db: bark.loudness.get(),
            length_ms: bark.length.get() / 1_000,
            asked,
            dog_id,
            dog_name,
            id_method,
        })
    }
}

/// A dog as messages name it.
pub(super) struct Who {
    pub dog_id: Option<DogId>,
    pub dog_name: Option<String>,
    pub id_method: Option<IdMethod>,
}

impl Who {
    pub fn of(known: Option<KnownDog>, name: impl Fn(&DogId) -> Option<String>) -> Self {
        let dog_id = known.map(|known| known.dog);
        let dog_name = dog_id.as_ref().and_then(name);
        Self { dog_id, dog_name, id_method: known.map(|known| known.by) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wimz_vocabulary::{Bark, Decibels, Micros, Ratio, TagId, TrackId};

    fn name(id: &DogId) -> Option<String> {
        (id.as_str() == "dog_elsa").then(|| "Elsa".to_owned())
    }

    #[test]
    fn a_dog_is_told_with_all_that_is_known_of_it_and_no_more() {
        let told = |fact| serde_json::to_value(Detection::of(&fact, name).unwrap()).unwrap();
        let known = |id| KnownDog { dog: DogId::new(id).unwrap(), by: IdMethod::Qr };
        let (track, confidence) = (TrackId(7), Ratio::clamped(0.5));
        let seen = |tag| told(EventBody::DogSeen { track, known: None, tag, confidence });
        assert_eq!(seen(None), json!({ "detected": true, "confidence": 0.5, "track": 7 }));
        let stranger = json!({ "detected": true, "confidence": 0.5, "aruco_id": 832, "track": 7 });
        assert_eq!(seen(Some(TagId(832))), stranger, "a tag that nobody has written down");
        let sits =
            EventBody::DogDoes { track, known: Some(known("dog_elsa")), behavior: Behavior::Sit, confidence };
        let expected = json!({ "detected": true, "dog_id": "dog_elsa", "dog_name": "Elsa", "id_method": "qr",
            "behavior": "sit", "confidence": 0.5, "track": 7 });
        assert_eq!(told(sits), expected);
        let gone = told(EventBody::DogGone { track, known: Some(known("dog_rex")) });
        assert_eq!(gone, json!({ "detected": false, "dog_id": "dog_rex", "id_method": "qr", "track": 7 }));
        assert_eq!(Detection::of(&EventBody::GuardIntervened, name), None);
    }

    #[test]
    fn a_bark_is_told_as_it_was_heard() {
        let bark = Bark {
            loudness: Decibels::clamped(-17.5),
            length: Micros::new(180_999),
            pitch: Some(520),
            confidence: Ratio::clamped(0.75),
        };
        let fact = EventBody::Barked { bark, known: None, asked: true };
        let expected = json!({ "emotion": "unclassified", "confidence": 0.75, "loudness_db": -17.5,
            "length_ms": 180, "asked": true });
        assert_eq!(serde_json::to_value(BarkHeard::of(&fact, name).unwrap()).unwrap(), expected);
        assert_eq!(BarkHeard::of(&EventBody::GuardIntervened, name), None);
    }
}
