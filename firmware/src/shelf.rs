//! What the robot keeps besides the facts of its brain: settings, dogs, photos, recordings, messages.
//!
//! Each part may wait for a disk and says so when the disk refuses; nothing here is ever waited for by the robot's thread.

mod album;
mod calendar;
mod catalogue;
mod files;
mod kennel;
mod messages;
mod preferences;
mod voices;
pub mod zone;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tracing::warn;
use wimz_contract::wimz::WallClock;
use wimz_vocabulary::{Micros, Track};

pub use album::{Album, AlbumBounds, NoPhotoName, PhotoName};
pub use calendar::{Against, Calendar, NotPlanned, Planned};
pub use catalogue::Catalogue;
pub use kennel::Kennel;
pub use messages::Messages;
pub use preferences::{NotSet, Preferences};
pub use voices::Voices;

use crate::Door;
use crate::door::Notice;
use crate::sounds::{Library, Unusable};
use crate::store::{Archive, Bounds, Chronicle, Records, Store, StoreError};

/// The longest recording that somebody makes for a dog, and the longest message (contract, "PTT Audio Specifications").
pub const LONGEST: Micros = Micros::from_secs(10);

/// How often old facts are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(3_600);

/// All of it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The facts, to be read.
    pub archive: Archive,
    /// How far the readers of the facts have come, and all else that is written down.
    pub records: Records,
    /// The dogs.
    pub kennel: Kennel,
    /// The owner's appointments.
    pub calendar: Calendar,
    /// The settings.
    pub settings: Preferences,
    /// The photos.
    pub album: Album,
    /// What can be played.
    pub sounds: Catalogue,
    /// What was recorded for a dog.
    pub voices: Voices,
    /// What somebody has just said.
    pub messages: Messages,
}

/// A shelf, and what comes with it.
#[derive(Debug)]
pub struct Opened {
    /// The shelf.
    pub shelf: Shelf,
    /// Where the facts of a run without a store belong.
    pub chronicle: Option<Chronicle>,
    /// What an owner should know: sounds that cannot be played, settings that cannot be read, folders that cannot be made.
    pub told: Vec<String>,
}

/// Why something is not on the shelf, or not taken from it.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The system's word.
    #[error("{}: the disk refuses ({error}): see whether it is full, and whether the robot may write there", path.display())]
    Disk {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is not there.
    #[error("there is no {0}")]
    NoSuch(String),
    /// It cannot be played.
    #[error(transparent)]
    Unplayable(#[from] Unusable),
    /// It plays for too long.
    #[error("it plays for {length}, and what is said to a dog lasts {LONGEST} at most: cut it")]
    TooLong {
        /// How long.
        length: Micros,
    },
    /// An id that cannot be a folder's name.
    #[error(
        "recordings lie in a folder with the dog's id in its name, and this id cannot be one: leave out slashes"
    )]
    BadDog,
    /// As many as there may be.
    #[error("there are recordings for as many dogs as there may be: remove those of another dog first")]
    TooManyDogs,
}

impl ShelfError {
    fn disk(path: &Path, error: io::Error) -> Self {
        Self::Disk { path: path.to_owned(), error }
    }
}

impl Shelf {
    /// Opens the shelf in this folder, beside the store that keeps the robot's facts there; without one, facts, settings
    /// and dogs last as long as the process, and whoever made the folder removes it. A folder that cannot be used is told
    /// of, and what belongs there is refused until it can be.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot be opened a second time, or its settings cannot be read.
    pub fn open(
        folder: &Path,
        store: Option<&Store>,
        robot: &str,
        built_in: Vec<Track>,
    ) -> Result<Opened, StoreError> {
        let (archive, records, chronicle) = match store {
            Some(store) => (Archive::beside(store)?, Records::beside(store)?, None),
            None => {
                let (archive, chronicle) = Chronicle::begin(robot)?;
                let records = Records::with(&archive);
                (archive, records, Some(chronicle))
            }
        };
        let mut told = Vec::new();
        let settings = Preferences::open(records.clone(), &mut told)?;
        let kennel = Kennel::open(records.clone(), &mut told);
        let calendar = Calendar::open(records.clone(), &mut told);
        let mut make = |name: &str| {
            let path = folder.join(name);
            files::folder(&path).unwrap_or_else(|error| {
                told.push(error.to_string());
                path
            })
        };
        let (photos, sounds_folder) = (make("photos"), make("sounds"));
        let messages = Messages::new(folder.join("messages"));
        let own = match Library::open(&sounds_folder) {
            Ok(library) => {
                told.extend(library.left_out().iter().map(|out| format!("sounds/{out}")));
                library.tracks().to_vec()
            }
            Err(none) => {
                told.push(none.to_string());
                Vec::new()
            }
        };
        let sounds = Catalogue::new(built_in, &own);
        let shelf = Self {
            archive,
            kennel,
            calendar,
            records,
            settings,
            album: Album::new(photos, AlbumBounds::default()),
            voices: Voices::new(sounds_folder, sounds.clone()),
            sounds,
            messages,
        };
        Ok(Opened { shelf, chronicle, told })
    }

    /// Tells a robot that has just started what its owner has set and recorded. Clients come in after this.
    pub async fn introduce(&self, door: &Door, clock: WallClock) {
        for track in self.sounds.own() {
            door.inform(Notice::Sound(track));
        }
        self.kennel.introduce(door);
        self.settings.introduce(door, clock).await;
        self.calendar.introduce(door);
        // Whoever looks before the robot has said anything of itself would read what is not so. One that has gone has
        // nothing to say.
        let _ = door.status().changed().await;
    }

    /// Remembers the volume whenever it is set, and lets go of old facts, now and then. Never returns.
    pub async fn attend(self, door: Door) {
        let listen = self.settings.clone().listen(door.clone());
        let tidy = async {
            let mut pace = tokio::time::interval(TIDY_EVERY);
            loop {
                pace.tick().await;
                let records = self.records.clone();
                if let Ok(Err(error)) = spawn_blocking(move || records.forget(Bounds::default())).await {
                    warn!(%error, "old facts are not let go: it is tried again in an hour");
                }
            }
        };
        let calendar = self.calendar.clone().listen(door);
        tokio::join!(listen, calendar, tidy);
    }
}
