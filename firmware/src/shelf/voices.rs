//! What an owner has recorded for a dog, word by word: files below the sounds folder, known to the robot at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use wimz_contract::wimz::{Voice, Word};
use wimz_vocabulary::{DogId, SoundName, Track};

use super::catalogue::Catalogue;
use super::{LONGEST, ShelfError, files};
use crate::Door;
use crate::door::Notice;
use crate::sounds::{Format, examine};

/// For how many dogs there may be recordings: more than any household has.
const DOGS: usize = 64;

/// The recordings. Cheap to clone. Every method but [`list`](Self::list) may wait for a disk.
#[derive(Clone, Debug)]
pub struct Voices {
    /// The sounds folder, without links.
    folder: Arc<Path>,
    sounds: Catalogue,
    /// Held by whoever changes what is there.
    changing: Arc<Mutex<()>>,
}

impl Voices {
    /// Those among these sounds, which lie in this folder.
    pub fn new(folder: PathBuf, sounds: Catalogue) -> Self {
        Self { folder: folder.into(), sounds, changing: Arc::default() }
    }

    /// All recordings, sorted by dog and word.
    pub fn list(&self) -> Vec<Voice> {
        let mut voices: Vec<Voice> = self.sounds.own().iter().filter_map(voice).collect();
        voices.sort_by(|one, other| {
            (one.dog_id.bare(), one.word, one.file).cmp(&(other.dog_id.bare(), other.word, other.file))
        });
        voices
    }

    /// Keeps a recording in the place of the one before, if there was one, and tells the robot.
    ///
    /// # Errors
    /// [`ShelfError`]; all is as it was.
    pub fn put(
        &self,
        door: &Door,
        (dog, word): (DogId, Word),
        bytes: &[u8],
        said: Format,
    ) -> Result<Voice, ShelfError> {
        let dog = plain(dog)?;
        let (format, length) = examine(bytes, said)?;
        if length > LONGEST {
            return Err(ShelfError::TooLong { length });
        }
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.list();
        let dogs: BTreeSet<&str> = all.iter().map(|voice| voice.dog_id.bare()).collect();
        if dogs.len() >= DOGS && !dogs.contains(dog.bare()) {
            return Err(ShelfError::TooManyDogs);
        }
        let folder = format!("talks/dog_{}", dog.bare());
        let file = format!("{word}.{}", format.ending());
        let name = SoundName::new(&format!("{folder}/{file}")).map_err(|_| ShelfError::BadDog)?;
        files::folder(&self.folder.join("talks"))?;
        let folder = files::folder(&self.folder.join(folder))?;
        // A folder that is a link leads elsewhere.
        if !folder.starts_with(&self.folder) {
            return Err(ShelfError::BadDog);
        }
        let before = all.into_iter().filter(|other| (other.dog_id, other.word) == (dog, word));
        let before: Vec<SoundName> = before.map(|other| other.file).filter(|other| *other != name).collect();
        files::put(&folder, &file, bytes)?;
        for old in before {
            if let Err(error) = files::remove(&self.folder.join(old.as_str())) {
                // Two recordings of one word: the robot would not know which.
                let _ = files::remove(&folder.join(&file));
                self.forget(door, name);
                return Err(error);
            }
            self.forget(door, old);
        }
        self.sounds.learn(Track { name, length });
        door.inform(Notice::Sound(Track { name, length }));
        Ok(Voice { dog_id: dog, word, file: name, duration_ms: length.get() / 1_000 })
    }

    /// A recording's file.
    ///
    /// # Errors
    /// [`ShelfError::NoSuch`], [`ShelfError::Disk`].
    pub fn read(&self, dog: DogId, word: Word) -> Result<(Format, Vec<u8>), ShelfError> {
        let none = || ShelfError::NoSuch(format!("recording of `{word}` for {dog}"));
        // What cannot be a folder's name has none.
        let dog = plain(dog).map_err(|_| none())?;
        let found = self.list().into_iter().find(|voice| (voice.dog_id, voice.word) == (dog, word));
        let name = found.ok_or_else(none)?.file;
        let ending = name.as_str().rsplit_once('.').map_or("", |(_, ending)| ending);
        let format = Format::of_ending(ending).ok_or_else(none)?;
        let path = self.folder.join(name.as_str());
        // A folder that has become a link since leads elsewhere.
        let is_there = path.canonicalize().map_or(true, |real| real == path);
        let bytes = if is_there { files::get(&path)? } else { None };
        Ok((format, bytes.ok_or_else(none)?))
    }

    /// Removes a recording, and tells the robot.
    ///
    /// # Errors
    /// [`ShelfError::NoSuch`], [`ShelfError::Disk`].
    pub fn remove(&self, door: &Door, dog: DogId, word: Word) -> Result<(), ShelfError> {
        let none = || ShelfError::NoSuch(format!("recording of `{word}` for {dog}"));
        let dog = plain(dog).map_err(|_| none())?;
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = false;
        for voice in self.list().into_iter().filter(|voice| (voice.dog_id, voice.word) == (dog, word)) {
            // Whoever has removed the file by hand wants it gone too.
            files::remove(&self.folder.join(voice.file.as_str()))?;
            self.forget(door, voice.file);
            found = true;
        }
        if found { Ok(()) } else { Err(none()) }
    }

    fn forget(&self, door: &Door, name: SoundName) {
        self.sounds.forget(&name);
        door.inform(Notice::SoundGone(name));
    }
}

/// A dog's id without a `dog_` before it, as it stands in a path.
fn plain(dog: DogId) -> Result<DogId, ShelfError> {
    let bare = dog.bare();
    if bare.contains(['/', '\\']) {
        return Err(ShelfError::BadDog);
    }
    DogId::new(bare).map_err(|_| ShelfError::BadDog)
}

/// The recording that a sound is, if it is one.
fn voice(track: &Track) -> Option<Voice> {
    let (folder, file) = track.name.as_str().strip_prefix("talks/")?.split_once('/')?;
    let word = Word::read(file.rsplit_once('.')?.0)?;
    let dog_id = Some(folder).filter(|folder| *folder != "default").and_then(|id| DogId::new(id).ok())?;
    let dog_id = DogId::new(dog_id.bare()).ok()?;
    Some(Voice { dog_id, word, file: track.name, duration_ms: track.length.get() / 1_000 })
}
