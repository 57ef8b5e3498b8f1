//! What happens in the house that neither robot nor dog decides.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{DogId, Micros};

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// Somebody rings the doorbell.
    Doorbell,
    /// It thunders.
    Thunder,
    /// Somebody walks past the window.
    Passerby,
    /// The television is on for so long.
    Television(Micros),
    /// Somebody in the room talks for so long.
    Speech(Micros),
    /// The owner comes home, or leaves.
    Owner {
        /// Whether the owner is at home now.
        home: bool,
    },
}

/// Whom a person carries to another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// The robot.
    Robot,
    /// A dog.
    Dog(DogId),
}
