//! What a run starts from: the files, and who and what they say is in it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wimz_brain::Plans;
use wimz_brain::plans::PlanKind;
use wimz_hal::Profile;
use wimz_vocabulary::{Boot, DogId, TagId};
use wimz_world::dog::{Character, DogPlan};
use wimz_world::geometry::Pose;
use wimz_world::room::Room;

use crate::assets::{self, BadInput, Source};

/// What a run starts from.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The room's file.
    pub room: Source,
    /// The robot's profile.
    pub robot: Source,
    /// Tricks, missions and programs of the user's, beside those that every robot knows.
    pub plans: Vec<(PlanKind, Source)>,
    /// The dogs in the room, at most [`MOST_DOGS`](wimz_world::dog::MOST_DOGS).
    pub dogs: Vec<DogSetting>,
    /// What all randomness comes from.
    pub seed: u64,
    /// Where a store of the user's keeps its facts: the robot's start. Without one the run keeps them itself, it is the
    /// first, and the wall clock begins at [`WALL_CLOCK_US`](super::WALL_CLOCK_US).
    pub start: Option<Start>,
}

/// A start of a robot that has been started before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The how-manieth it is.
    pub boot: Boot,
    /// What the wall clock shows, in microseconds since 1970.
    pub unix_us: i64,
}

/// A dog of a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct DogSetting {
    /// Which dog.
    pub id: DogId,
    /// The file that says what it is like.
    pub character: Source,
    /// Where it begins; where it likes, if nothing is said.
    pub start: Option<Pose>,
    /// The tag on its collar, if it wears one.
    pub tag: Option<TagId>,
}

/// Who and what is in a run: a setting whose files have been read.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The room.
    pub room: Arc<Room>,
    /// The robot.
    pub profile: Profile,
    /// The dogs.
    pub dogs: Vec<DogPlan>,
    /// What the robot can be asked to teach and to carry out.
    pub plans: Arc<Plans>,
}

impl Setting {
    /// All its files, read and checked.
    ///
    /// # Errors
    /// The first flaw in any of them.
    pub fn read(&self) -> Result<Cast, BadInput> {
        let dogs = self.dogs.iter().map(|dog| {
            let character = Character::parse(&dog.character.document())?;
            Ok(DogPlan { id: dog.id, character, start: dog.start, tag: dog.tag })
        });
        Ok(Cast {
            room: Arc::new(Room::parse(&self.room.document())?),
            profile: Profile::parse(&self.robot.document())?,
            dogs: dogs.collect::<Result<_, BadInput>>()?,
            plans: assets::plans(&self.plans)?,
        })
    }
}
