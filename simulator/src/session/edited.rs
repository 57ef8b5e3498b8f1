//! Files that somebody edits while the run goes on, and what becomes of the run then.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wimz_brain::Plans;
use wimz_brain::plans::PlanKind;
use wimz_vocabulary::{DogId, RobotTime};
use wimz_world::World;
use wimz_world::dog::Character;
use wimz_world::room::Room;

use super::{Cast, Hash, Line, Session};
use crate::assets::{self, BadInput, Source};

/// Another edition of what the run began with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edited {
    /// The room. Everybody stays where they are, or beside what stands there now.
    Room(Source),
    /// What a dog is like. Where it is, how it feels and what it remembers stays.
    Dog {
        /// Which.
        dog: DogId,
        /// Its file.
        character: Source,
    },
    /// All plans of the user's. A mission or program under way is carried out as it began.
    Plans(Vec<(PlanKind, Source)>),
}

/// What was edited, for a line of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum EditedPart {
    /// The room.
    Room,
    /// A dog.
    Dog(DogId),
    /// Plans.
    Plans,
}

/// An edition that has been read.
#[derive(Clone, Debug)]
pub enum Edition {
    /// The room.
    Room(Arc<Room>),
    /// A dog.
    Dog(DogId, Box<Character>),
    /// All plans, those that every robot knows among them.
    Plans(Arc<Plans>),
}

impl Edited {
    /// Reads and checks it.
    ///
    /// # Errors
    /// The first flaw.
    pub fn read(&self) -> Result<Edition, BadInput> {
        Ok(match self {
            Self::Room(room) => Edition::Room(Arc::new(Room::parse(&room.document())?)),
            Self::Dog { dog, character } => {
                Edition::Dog(*dog, Box::new(Character::parse(&character.document())?))
            }
            Self::Plans(own) => Edition::Plans(assets::plans(own)?),
        })
    }

    /// What was edited.
    pub fn part(&self) -> EditedPart {
        match self {
            Self::Room(_) => EditedPart::Room,
            Self::Dog { dog, .. } => EditedPart::Dog(*dog),
            Self::Plans(_) => EditedPart::Plans,
        }
    }

    /// What the run's hash knows it by.
    fn digest(&self) -> Hash {
        let mut digest = Sha256::new();
        let files: Vec<&Source> = match self {
            Self::Room(file) | Self::Dog { character: file, .. } => vec![file],
            Self::Plans(own) => own.iter().map(|(_, file)| file).collect(),
        };
        for file in files {
            for text in [&file.name, &file.text] {
                digest.update((text.len() as u64).to_le_bytes());
                digest.update(text);
            }
        }
        Hash(digest.finalize().into())
    }
}

impl Session {
    /// One with a flaw changes nothing.
    pub(super) fn edit(&mut self, at: RobotTime, edited: &Edited) {
        let Ok(edition) = edited.read() else { return };
        let digest = edited.digest();
        self.line(Line::Edited { at, what: edited.part(), digest });
        match edition {
            Edition::Room(room) => {
                self.world.refurnish(&room);
                self.watch.refurnish(&room);
                self.cast.room = room;
            }
            Edition::Dog(id, character) => {
                self.world.recast(id, &character, &self.cast.room);
                self.watch.recast(id, &character);
                if let Some(dog) = self.cast.dogs.iter_mut().find(|dog| dog.id == id) {
                    dog.character = *character;
                }
            }
            Edition::Plans(plans) => {
                self.setup.plans = plans.clone();
                self.cast.plans = plans.clone();
                self.robot.learn(&digest.0, plans.clone());
                self.watch.learn(plans);
            }
        }
    }

    /// Everything but time and what is kept.
    pub(super) fn reset(&mut self, at: RobotTime) {
        self.abandon(at);
        let Cast { room, profile, dogs, .. } = &self.cast;
        let stops = self.world.drive_state().epoch;
        self.world = World::beginning(at, stops, room, dogs, profile, self.seed);
        self.armed.clear();
        if let Some(desk) = &mut self.desk {
            desk.recover();
        }
        self.watch.reset(&self.cast);
        for track in self.known.sounds() {
            self.world.sound(track);
            self.watch.sound(track);
        }
        self.restart(at);
    }
}
