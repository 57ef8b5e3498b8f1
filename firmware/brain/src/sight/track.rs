//! One dog, or what may become one, from picture to picture.

use serde::Serialize;
use wimz_vocabulary::{Area, DogInSight, KnownDog, Micros, Ratio, RobotTime, Sighting, TagId, TrackId};

use super::boxes;
use super::pose::Pose;
use super::tuning::SightTuning;

/// How much of a track's confidence comes from its newest picture.
const NEWEST: f32 = 0.2;
/// How much higher or lower a dog is at most in the next picture that shows it whole.
const GROWS: f32 = 2.5;
/// A dog that is not seen gets away: after so long its reach has doubled, and it grows no further than this.
const DOUBLES: Micros = Micros::from_secs(1);
const MOST_REACH: f32 = 0.5;

/// What is followed.
#[derive(Debug, Serialize)]
pub struct Track {
    /// Its number, once it is in sight.
    pub id: Option<TrackId>,
    pub first: RobotTime,
    pub last: RobotTime,
    /// In which of the last 64 pictures it was, the newest lowest.
    pictures: u64,
    pub area: Area,
    origin: Area,
    has_moved: bool,
    pub confidence: f32,
    pub tag: Option<TagId>,
    pub known: Option<KnownDog>,
    pub pose: Pose,
}

impl Track {
    /// What was seen for the first time.
    pub fn new(taken: RobotTime, seen: &Sighting) -> Self {
        Self {
            id: None,
            first: taken,
            last: taken,
            pictures: 1,
            area: seen.area,
            origin: seen.area,
            has_moved: false,
            confidence: seen.confidence.get(),
            tag: seen.tag,
            known: None,
            pose: Pose::new(),
        }
    }

    /// How well a sighting goes on what was seen; `None` if it is something else.
    pub fn fit(&self, taken: RobotTime, seen: &Sighting, tuning: &SightTuning) -> Option<f32> {
        let tags = match (self.tag, seen.tag) {
            (Some(mine), Some(other)) if mine != other => return None,
            (Some(_), Some(_)) => 2.0,
            _ => 0.0,
        };
        let unseen = taken.since(self.last).as_secs_f32() / DOUBLES.as_secs_f32();
        let reach = (tuning.reach.get() * (1.0 + unseen)).min(MOST_REACH.max(tuning.reach.get()));
        let apart = boxes::apart(&self.area, &seen.area);
        let overlap = boxes::overlap(&self.area, &seen.area);
        let is_whole = !boxes::is_cut(&self.area, tuning) && !boxes::is_cut(&seen.area, tuning);
        let (before, now) = (boxes::height(&self.area), boxes::height(&seen.area));
        let is_alike = !is_whole || (before <= GROWS * now && now <= GROWS * before);
        let in_sight = if self.id.is_some() { 0.1 } else { 0.0 };
        (is_alike && apart <= reach).then_some(overlap + 1.0 - apart / reach + tags + in_sight)
    }

    /// Another picture was looked at, without it so far.
    pub fn look(&mut self) {
        self.pictures <<= 1;
    }

    /// It is in this picture.
    pub fn see(&mut self, taken: RobotTime, seen: &Sighting, tuning: &SightTuning) {
        self.pictures |= 1;
        self.last = taken;
        self.area = seen.area;
        self.has_moved |= boxes::apart(&self.origin, &seen.area) > tuning.moved.get();
        self.confidence += NEWEST * (seen.confidence.get() - self.confidence);
        // Who reads another tag follows another dog: the newest word counts.
        self.tag = seen.tag.or(self.tag);
    }

    /// Whether it has been seen long and often enough: in this share of so many pictures of late.
    pub fn is_convincing(&self, taken: RobotTime, pictures: u32, tuning: &SightTuning) -> bool {
        let mask = u64::MAX.checked_shr(64_u32.saturating_sub(pictures)).unwrap_or(0);
        let seen = (self.pictures & mask).count_ones();
        let is_sure = self.has_moved || self.tag.is_some() || self.confidence >= tuning.still.get();
        taken.since(self.first) >= tuning.seen_for
            && seen >= u32::from(tuning.seen_pictures)
            && seen as f32 >= tuning.seen_in.get() * pictures as f32
            && is_sure
    }

    /// As a status tells of it, if it is in sight.
    pub fn state(&self) -> Option<DogInSight> {
        Some(DogInSight {
            track: self.id?,
            known: self.known,
            since: self.first,
            area: self.area,
            confidence: Ratio::clamped(self.confidence),
            behavior: self.pose.behavior(),
        })
    }
}
