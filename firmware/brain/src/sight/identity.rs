//! Which dog it is: by the tag on its collar, by the owner's word, because there is only one, or because it was there a
//! moment ago. Never by its looks: nobody on this robot can tell.
//!
//! Only dogs that the owner has written down have a name here.

use serde::Serialize;
use wimz_vocabulary::{Area, DogId, IdMethod, KnownDog, RobotTime};

use super::boxes;
use super::track::Track;
use super::tuning::SightTuning;
use crate::dogs::Dogs;

/// How many dogs that have left are remembered.
const LEFT: usize = 4;

/// What is remembered of who was who.
#[derive(Debug, Default, Serialize)]
pub struct Identity {
    /// Which dog the owner says it is.
    pub selected: Option<DogId>,
    /// Who left, where and when, the newest first.
    left: [Option<(DogId, Area, RobotTime)>; LEFT],
    /// Who was recognised last, and when it was last seen.
    last: Option<(DogId, RobotTime)>,
}

impl Identity {
    /// A dog is gone.
    pub fn leave(&mut self, track: &Track) {
        let named = track.known.filter(|known| matches!(known.by, IdMethod::Qr | IdMethod::OwnerSelected));
        if let Some(known) = named {
            self.left.rotate_right(1);
            self.left[0] = Some((known.dog, track.area, track.last));
        }
    }

    /// Who was recognised last, if it was seen at `at` or not long before.
    pub fn last(&self, at: RobotTime, tuning: &SightTuning) -> Option<DogId> {
        let (dog, seen) = self.last?;
        (at.since(seen) <= tuning.last_dog_barks).then_some(dog)
    }

    /// Which dog the track at `place` is.
    pub fn of(&self, tracks: &[Track], place: usize, dogs: &Dogs, tuning: &SightTuning) -> Option<KnownDog> {
        let track = &tracks[place];
        let others =
            || tracks.iter().enumerate().filter(|(other, track)| *other != place && track.id.is_some());
        // What a collar says is not outdone by anybody's guess, not even that it is a stranger's.
        if let Some(tag) = track.tag {
            return dogs.with_tag(tag).map(|dog| KnownDog { dog, by: IdMethod::Qr });
        }
        let is_free = |dog: DogId| {
            dogs.knows(dog)
                && others().all(|(_, other)| {
                    other.known.is_none_or(|known| known.dog != dog)
                        && other.tag.and_then(|tag| dogs.with_tag(tag)) != Some(dog)
                })
        };
        // A guess that was made when there was one dog in sight holds when another comes.
        let kept = |by: IdMethod| track.known.is_some_and(|known| known.by == by);
        let alone = others().next().is_none();
        let guess = |dog: Option<DogId>, by: IdMethod| {
            dog.filter(|dog| (alone || kept(by)) && is_free(*dog)).map(|dog| KnownDog { dog, by })
        };
        guess(self.selected, IdMethod::OwnerSelected)
            .or_else(|| guess(dogs.sole(), IdMethod::SoleDog))
            .or_else(|| track.known.filter(|known| known.by == IdMethod::LastDog && is_free(known.dog)))
            .or_else(|| {
                // Only who has just come can be the one that has just left.
                let is_new = track.known.is_none() && track.id.is_none();
                let back = self.left.iter().flatten().filter(|_| is_new).find(|(dog, area, seen)| {
                    track.first.since(*seen) <= tuning.last_dog_within
                        && boxes::apart(area, &track.area) <= tuning.last_dog_near.get()
                        && is_free(*dog)
                });
                back.map(|(dog, ..)| KnownDog { dog: *dog, by: IdMethod::LastDog })
            })
    }

    /// A dog that is known was seen.
    pub fn saw(&mut self, dog: DogId, taken: RobotTime) {
        self.last = Some((dog, taken));
    }
}
