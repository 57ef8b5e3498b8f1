//! What the robot makes of what its detector says picture by picture: which dogs are in sight, which they are, and what
//! they do.
//!
//! Evidence is judged by when pictures were taken. One picture alone never says anything, and a box that the picture's edge
//! cuts off says nothing of what a dog does.

mod boxes;
mod deeds;
mod evidence;
mod identity;
mod pose;
mod track;
mod tuning;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use serde::Serialize;
use wimz_vocabulary::{
    Behavior, DOGS_IN_SIGHT, DetectorKind, DogId, EventBody, IdMethod, KnownDog, Micros, Ratio, RobotTime,
    SightState, Sighting, Sightings, TrackId,
};

use crate::dogs::Dogs;
pub use evidence::{Evidence, Shown};
use identity::Identity;
use track::Track;
pub use tuning::{BadTuning, SightTuning};

/// How many dogs, and things that may be dogs, are followed at once.
const FOLLOWED: usize = 8;
/// How many pictures are remembered to have been looked at: as many as a track has bits.
const PICTURES: usize = 64;
/// A dog that was in one of the pictures of so long is in sight now.
const NOW: Micros = Micros::from_secs(1);

/// The robot's eye.
#[derive(Debug, Serialize)]
pub struct Sight {
    tuning: SightTuning,
    by: Option<DetectorKind>,
    /// When the last pictures were taken, the newest last.
    pictures: VecDeque<RobotTime>,
    tracks: Vec<Track>,
    identity: Identity,
    next: u32,
    robot_moves: bool,
    /// Up to when it has moved.
    moved: RobotTime,
    facts: VecDeque<EventBody>,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            tuning: SightTuning::default(),
            by: None,
            pictures: VecDeque::with_capacity(PICTURES),
            tracks: Vec::with_capacity(FOLLOWED),
            identity: Identity::default(),
            next: 1,
            robot_moves: false,
            moved: RobotTime::BOOT,
            facts: VecDeque::with_capacity(32),
        }
    }
}

impl Sight {
    /// Judges by other numbers from now on. Numbers that cannot be judged by change nothing.
    pub fn tune(&mut self, tuning: SightTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
        }
    }

    /// The owner says which dog is in sight, or takes it back.
    pub fn select(&mut self, dog: Option<DogId>) {
        self.identity.selected = dog;
    }

    /// Which dog the owner says is in sight.
    pub fn selected(&self) -> Option<DogId> {
        self.identity.selected
    }

    /// Whether the robot's own tracks turn now.
    pub fn robot_moves(&mut self, at: RobotTime, moves: bool) {
        if moves || self.robot_moves {
            self.moved = at;
        }
        self.robot_moves = moves;
    }

    /// Takes what the detector says of the picture that was taken at `taken`. One that was taken before the newest is too
    /// late.
    pub fn see(&mut self, taken: RobotTime, seen: &Sightings, dogs: &Dogs) {
        if self.pictures.back().is_some_and(|newest| taken <= *newest) {
            return;
        }
        self.by = Some(seen.by);
        if self.pictures.len() >= PICTURES {
            self.pictures.pop_front();
        }
        self.pictures.push_back(taken);
        let sightings = boxes::sift(&seen.dogs, &self.tuning);
        let followed = self.follow(taken, sightings);
        self.welcome(taken, dogs);
        self.recognise(taken, dogs);
        self.watch(taken, &followed);
    }

    /// Time passes: who was not seen for too long is gone.
    pub fn tick(&mut self, at: RobotTime) {
        let Self { tuning, tracks, facts, identity, .. } = self;
        tracks.retain_mut(|track| {
            track.pose.expire(at, tuning);
            let patience = if track.id.is_some() { tuning.forgotten } else { tuning.doubted };
            let stays = at.since(track.last) <= patience;
            if !stays {
                part(track, identity, facts);
            }
            stays
        });
    }

    /// The detector has failed: nobody looks.
    pub fn blind(&mut self) {
        self.by = None;
    }

    /// The detector no longer looks: nobody is in sight.
    pub fn close(&mut self) {
        for track in self.tracks.drain(..) {
            part(&track, &mut self.identity, &mut self.facts);
        }
        self.by = None;
    }

    /// What is to be told, in order.
    pub fn next_fact(&mut self) -> Option<EventBody> {
        self.facts.pop_front()
    }

    /// Whose bark it may have been that was heard at `at`: the only dog's there is, or that is in sight, or of the one
    /// that was here last. Of two in sight nobody can tell.
    pub fn whose_bark(&self, at: RobotTime, dogs: &Dogs) -> Option<KnownDog> {
        if let Some(dog) = dogs.sole() {
            return Some(KnownDog { dog, by: IdMethod::SoleDog });
        }
        let mut in_sight =
            self.tracks.iter().filter(|track| track.id.is_some() && at.since(track.last) <= NOW);
        match (in_sight.next(), in_sight.next()) {
            (None, _) => {
                let last = self.identity.last(at, &self.tuning).filter(|dog| dogs.knows(*dog));
                last.map(|dog| KnownDog { dog, by: IdMethod::LastDog })
            }
            (Some(one), None) => one.known,
            (Some(_), Some(_)) => None,
        }
    }

    /// What a dog in sight does, and for how long pictures have shown it without a gap.
    pub fn held_for(&self, track: TrackId) -> Option<(Behavior, Micros)> {
        self.tracks.iter().find(|one| one.id == Some(track))?.pose.held()
    }

    /// What it sees.
    pub fn state(&self) -> SightState {
        let mut dogs = [None; DOGS_IN_SIGHT];
        let in_sight = self.tracks.iter().filter_map(Track::state);
        dogs.iter_mut().zip(in_sight).for_each(|(slot, dog)| *slot = Some(dog));
        dogs.sort_unstable_by_key(|dog| dog.map_or(u32::MAX, |dog| dog.track.0));
        SightState { by: self.by, dogs }
    }

    /// Finds each sighting's track, the best fit first, and begins one for those that have none. What each track was seen
    /// as.
    fn follow(
        &mut self,
        taken: RobotTime,
        mut sightings: [Option<Sighting>; DOGS_IN_SIGHT],
    ) -> [Option<Sighting>; FOLLOWED] {
        let Self { tuning, tracks, .. } = self;
        let mut followed = [None; FOLLOWED];
        tracks.iter_mut().for_each(Track::look);
        loop {
            let mut best: Option<(f32, usize, usize)> = None;
            for (place, track) in tracks.iter().enumerate().filter(|(place, _)| followed[*place].is_none()) {
                for (number, sighting) in sightings.iter().enumerate() {
                    let fit = sighting.as_ref().and_then(|sighting| track.fit(taken, sighting, tuning));
                    if let Some(fit) = fit
                        && best.is_none_or(|(most, ..)| fit > most)
                    {
                        best = Some((fit, place, number));
                    }
                }
            }
            let Some((_, place, number)) = best else { break };
            if let Some(sighting) = sightings[number].take() {
                tracks[place].see(taken, &sighting, tuning);
                followed[place] = Some(sighting);
            }
        }
        for sighting in sightings.into_iter().flatten() {
            if tracks.len() < FOLLOWED {
                followed[tracks.len()] = Some(sighting);
                tracks.push(Track::new(taken, &sighting));
            }
        }
        followed
    }

    /// Lets in sight who has been seen long and often enough.
    fn welcome(&mut self, taken: RobotTime, dogs: &Dogs) {
        let recent = |picture: &&RobotTime| taken.since(**picture) <= self.tuning.seen_for;
        let pictures = u32::try_from(self.pictures.iter().filter(recent).count()).unwrap_or(0);
        for place in 0..self.tracks.len() {
            let track = &self.tracks[place];
            let in_sight = self.tracks.iter().filter(|track| track.id.is_some()).count();
            if track.id.is_some()
                || in_sight >= DOGS_IN_SIGHT
                || !track.is_convincing(taken, pictures, &self.tuning)
            {
                continue;
            }
            if let Some(lost) = self.lost(place) {
                // It was in sight, jumped out of reach, and is the same one: its old number stays with it.
                let id = self.tracks[lost].id.take();
                let Track { tag, known, first, .. } = self.tracks[lost];
                // What is left of the old track runs out by itself.
                self.tracks[lost].known = None;
                let track = &mut self.tracks[place];
                track.tag = track.tag.or(tag);
                (track.id, track.known, track.first) = (id, known, first);
                continue;
            }
            let known = self.identity.of(&self.tracks, place, dogs, &self.tuning);
            let track = &mut self.tracks[place];
            let id = TrackId(self.next);
            self.next = self.next.wrapping_add(1);
            (track.id, track.known) = (Some(id), known);
            let confidence = Ratio::clamped(track.confidence);
            let tag = track.tag;
            self.facts.push_back(EventBody::DogSeen { track: id, known, tag, confidence });
        }
    }

    /// A dog that was lost from sight before the one at `place` was first seen, near enough to be the same.
    fn lost(&self, place: usize) -> Option<usize> {
        let new = &self.tracks[place];
        self.tracks.iter().position(|old| {
            old.id.is_some()
                && old.last < new.first
                && boxes::apart(&old.area, &new.area) <= self.tuning.last_dog_near.get()
                && (old.tag.is_none() || new.tag.is_none() || old.tag == new.tag)
        })
    }

    /// Says who is who, as far as it is news.
    fn recognise(&mut self, taken: RobotTime, dogs: &Dogs) {
        for place in 0..self.tracks.len() {
            let Some(id) = self.tracks[place].id else { continue };
            let known = self.identity.of(&self.tracks, place, dogs, &self.tuning);
            let track = &mut self.tracks[place];
            let before = core::mem::replace(&mut track.known, known);
            if let Some(known) = known {
                if before != Some(known) {
                    self.facts.push_back(EventBody::DogRecognised { track: id, known });
                }
                if track.last == taken {
                    self.identity.saw(known.dog, taken);
                }
            }
        }
    }

    /// Says what those in sight do, as far as this picture shows all of them.
    fn watch(&mut self, taken: RobotTime, followed: &[Option<Sighting>; FOLLOWED]) {
        let Self { tuning, tracks, facts, robot_moves, .. } = self;
        for (track, sighting) in tracks.iter_mut().zip(followed) {
            if *robot_moves {
                track.pose.robot_moves();
            }
            let (Some(id), Some(sighting)) = (track.id, sighting) else { continue };
            if boxes::is_cut(&sighting.area, tuning) {
                let sureness = Ratio::clamped(track.confidence);
                if track.pose.see_cut(taken, &sighting.area, sureness, tuning) {
                    let (known, behavior) = (track.known, Behavior::Come);
                    facts.push_back(EventBody::DogDoes { track: id, known, behavior, confidence: sureness });
                }
                continue;
            }
            let news = track.pose.see(taken, sighting.posture, sighting.facing, &sighting.area, tuning);
            for (behavior, confidence) in news.into_iter().flatten() {
                facts.push_back(EventBody::DogDoes { track: id, known: track.known, behavior, confidence });
            }
        }
    }
}

/// A track ends: who was in sight is gone.
fn part(track: &Track, identity: &mut Identity, facts: &mut VecDeque<EventBody>) {
    if let Some(id) = track.id {
        identity.leave(track);
        facts.push_back(EventBody::DogGone { track: id, known: track.known });
    }
}
