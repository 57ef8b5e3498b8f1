//! What pictures show each dog to do, with the moments at which they were taken: what a judge needs to know.

use wimz_vocabulary::{Area, Behavior, KnownDog, Micros, Ratio, RobotTime, TrackId};

use super::{Sight, boxes};

/// The newest picture is older than this: nobody looks.
const LOOKS: Micros = Micros::from_secs(1);

/// What is known of a dog in sight.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    /// Which stay in sight.
    pub track: TrackId,
    /// Which dog, where that is known.
    pub known: Option<KnownDog>,
    /// When the last picture was taken that it is in.
    pub seen: RobotTime,
    /// Where it was in that.
    pub area: Area,
    /// Whether the picture's edge cut it off there.
    pub is_cut: bool,
    /// How sure it is that this is a dog, 0 to 1.
    pub confidence: Ratio,
    /// The posture that it is in.
    pub posture: Option<Shown>,
    /// What it did a moment ago.
    pub deed: Option<Shown>,
}

/// Something that pictures show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// What.
    pub behavior: Behavior,
    /// When the first picture of it was taken, without a gap since.
    pub began: RobotTime,
    /// When the last was.
    pub until: RobotTime,
    /// How sure that is by the last of them, 0 to 1.
    pub confidence: Ratio,
}

impl Sight {
    /// Whether somebody looks: a picture was looked at that was taken within the last second.
    pub fn looks(&self, at: RobotTime) -> bool {
        self.by.is_some() && self.pictures.back().is_some_and(|newest| at.since(*newest) <= LOOKS)
    }

    /// Up to when the robot itself moved: what began before that in its pictures is no evidence of what a dog does.
    pub fn moved(&self) -> RobotTime {
        self.moved
    }

    /// A window has opened: turns and approaches begin after it, so that a dog that had turned a little before is seen to
    /// turn all the way round, and not sooner (field facts A2.3: tracking is reset).
    pub fn watch_anew(&mut self, at: RobotTime) {
        self.tracks.iter_mut().for_each(|track| track.pose.watch_anew(at));
    }

    /// Every dog in sight.
    pub fn evidence(&self) -> impl Iterator<Item = Evidence> {
        self.tracks.iter().filter_map(|track| {
            let (posture, deed) = track.pose.shown();
            let (known, seen, area) = (track.known, track.last, track.area);
            let is_cut = boxes::is_cut(&area, &self.tuning);
            let confidence = Ratio::clamped(track.confidence);
            Some(Evidence { track: track.id?, known, seen, area, is_cut, confidence, posture, deed })
        })
    }
}
