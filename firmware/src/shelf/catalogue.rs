//! What can be played now: the sounds that the robot came with, and the owner's.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use wimz_vocabulary::{SoundName, Track};

/// The sounds. Cheap to clone; all clones are one catalogue.
#[derive(Clone, Debug)]
pub struct Catalogue {
    built_in: Arc<[Track]>,
    own: Arc<RwLock<BTreeMap<SoundName, Track>>>,
}

impl Catalogue {
    /// Of the sounds that the robot came with, and the owner's so far. One of the owner's takes the place of one with its
    /// name.
    pub fn new(built_in: Vec<Track>, own: &[Track]) -> Self {
        let own = own.iter().map(|track| (track.name, *track)).collect();
        Self { built_in: built_in.into(), own: Arc::new(RwLock::new(own)) }
    }

    /// All sounds, sorted by name.
    pub fn all(&self) -> Vec<Track> {
        let mut all: BTreeMap<SoundName, Track> =
            self.built_in.iter().map(|track| (track.name, *track)).collect();
        all.extend(self.own().into_iter().map(|track| (track.name, track)));
        all.into_values().collect()
    }

    /// The owner's, sorted by name.
    pub fn own(&self) -> Vec<Track> {
        self.own.read().unwrap_or_else(PoisonError::into_inner).values().copied().collect()
    }

    pub(super) fn learn(&self, track: Track) {
        self.own.write().unwrap_or_else(PoisonError::into_inner).insert(track.name, track);
    }

    pub(super) fn forget(&self, name: &SoundName) {
        self.own.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}
