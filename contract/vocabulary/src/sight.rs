//! What the robot sees of dogs: what its detector says of one picture, and what it makes of many.

use serde::{Deserialize, Serialize};

use crate::{Degrees, DogId, Ratio, RobotTime};

/// The number of a collar tag, 0 to 999 (`DICT_4X4_1000`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct TagId(pub u16);

/// How many dogs the robot looks at in one picture; the surest are kept.
pub const DOGS_IN_SIGHT: usize = 4;

/// What a detector says of one picture. The input that carries it was taken when the picture was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sightings {
    /// Which picture: grows by one with each, also where nothing is seen or one is dropped.
    pub frame: u32,
    /// What kind of thing says so.
    pub by: DetectorKind,
    /// The dogs, the surest first; the rest is `None`.
    pub dogs: [Option<Sighting>; DOGS_IN_SIGHT],
}

/// What kind of thing detects dogs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DetectorKind {
    /// A model of a detector in a simulated room: geometry with errors. No picture is looked at.
    #[default]
    Model,
    /// A network that looks at the camera's picture.
    Network,
}

/// A dog, or what is taken for one, in one picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sighting {
    /// Where in the picture.
    pub area: Area,
    /// How sure the detector is that this is a dog, 0 to 1.
    pub confidence: Ratio,
    /// How its body looks in this one picture.
    pub posture: Postures,
    /// Which way it faces, if that can be told: 0 looks into the camera, positive to the picture's left, -180 to 180.
    pub facing: Option<Degrees>,
    /// The tag on its collar, if one can be read.
    pub tag: Option<TagId>,
}

/// A rectangle in a picture, in shares of its width and height from its upper left corner: each 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Its left edge.
    pub left: Ratio,
    /// Its upper edge.
    pub top: Ratio,
    /// Its right edge.
    pub right: Ratio,
    /// Its lower edge.
    pub bottom: Ratio,
}

/// How much a body looks like each posture: shares that sum up to 1 at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Postures {
    /// On four legs.
    pub stand: Ratio,
    /// On its haunches.
    pub sit: Ratio,
    /// On its belly or its side.
    pub lie: Ratio,
}

/// What a dog does, as the robot sees or hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Behavior {
    /// It stands.
    Stand,
    /// It sits.
    Sit,
    /// It lies.
    Lie,
    /// It turned round itself.
    Spin,
    /// It came to the robot.
    Come,
    /// It barks.
    Bark,
}

/// How a dog was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdMethod {
    /// By the tag on its collar.
    Qr,
    /// By its looks, or by where it was a moment ago.
    Vision,
    /// The owner said which dog it is.
    OwnerSelected,
    /// There is only one dog.
    SoleDog,
    /// It was the last one that was recognised.
    LastDog,
}

/// A dog and how it was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownDog {
    /// Which.
    pub dog: DogId,
    /// How.
    pub by: IdMethod,
}

/// Names a dog for as long as it stays in sight; another stay has another number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct TrackId(pub u32);

/// A dog in sight, as a status tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DogInSight {
    /// Which stay in sight.
    pub track: TrackId,
    /// Which dog, where that is known.
    pub known: Option<KnownDog>,
    /// Since when it has been in sight.
    pub since: RobotTime,
    /// Where it was seen last.
    pub area: Area,
    /// How sure it is that this is a dog, 0 to 1, over the last pictures.
    pub confidence: Ratio,
    /// What it does, once that is sure.
    pub behavior: Option<Behavior>,
}

/// What the robot sees, as a status tells of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SightState {
    /// Who looks, once anything was heard of it; `None` while no detector runs.
    pub by: Option<DetectorKind>,
    /// The dogs in sight, the one that came first first; the rest is `None`.
    pub dogs: [Option<DogInSight>; DOGS_IN_SIGHT],
}
