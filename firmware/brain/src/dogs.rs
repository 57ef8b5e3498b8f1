//! The dogs that the owner has written down, as far as the robot's logic needs to know of them.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use wimz_vocabulary::words::nearest;
use wimz_vocabulary::{DogId, TagId};

/// A dog that the robot knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DogCard {
    /// Which.
    pub id: DogId,
    /// The tag on its collar, if it wears one.
    pub tag: Option<TagId>,
}

/// The dogs that the robot knows, by id.
#[derive(Debug, Default, Serialize)]
pub struct Dogs {
    cards: Vec<DogCard>,
}

impl Dogs {
    /// There is a dog, or something else is known of it now.
    pub fn learn(&mut self, card: DogCard) {
        match self.cards.binary_search_by_key(&card.id, |known| known.id) {
            Ok(place) => self.cards[place] = card,
            Err(place) => self.cards.insert(place, card),
        }
    }

    /// There is no such dog any more.
    pub fn forget(&mut self, id: DogId) {
        self.cards.retain(|card| card.id != id);
    }

    /// Whether the owner has written it down.
    pub fn knows(&self, id: DogId) -> bool {
        self.cards.binary_search_by_key(&id, |known| known.id).is_ok()
    }

    /// Whether the owner has written it down, by whichever of the ids that are one dog.
    pub fn has(&self, id: DogId) -> bool {
        self.cards.iter().any(|card| card.id.bare() == id.bare())
    }

    /// The one whose id is nearest to this, if one is near enough to have been meant.
    pub fn nearest(&self, id: DogId) -> Option<DogId> {
        let near = nearest(id.as_str(), self.cards.iter().map(|card| card.id.as_str()))?;
        DogId::new(near).ok()
    }

    /// The dog that wears a tag. Where two should, nobody can tell.
    pub fn with_tag(&self, tag: TagId) -> Option<DogId> {
        let mut wearers = self.cards.iter().filter(|card| card.tag == Some(tag));
        wearers.next().filter(|_| wearers.next().is_none()).map(|card| card.id)
    }

    /// The only dog there is.
    pub fn sole(&self) -> Option<DogId> {
        match self.cards.as_slice() {
            [one] => Some(one.id),
            _ => None,
        }
    }
}
