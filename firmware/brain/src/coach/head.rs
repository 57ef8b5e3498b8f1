//! Keeps the dog in the picture: the head turns after a box that comes near the picture's edge, a little with each picture.

use serde::Serialize;
use wimz_hal::{Body, HeadAngles};
use wimz_vocabulary::{Area, Behavior, Degrees, Micros, RobotTime, TrackId};

use super::CoachTuning;
use crate::plans::Wanted;
use crate::step::Step;
use crate::tuning::seconds;

/// The head turns for no longer than this at once, however long ago the picture before was taken.
const LONGEST: Micros = Micros::from_millis(200);

/// A head that says it is so much farther back than it was told, in degrees, does not go there: its joints end before.
const WOUND_UP: f32 = 5.0;

/// What the head turned after.
#[derive(Debug, Default, Serialize)]
pub struct Head {
    /// When the last picture was taken that it looked at.
    looked: Option<RobotTime>,
    /// When a dog was last in sight, or the mode began.
    company: Option<RobotTime>,
}

/// Which way a box wants the head to turn, in degrees a second: left and up are positive.
fn wish(area: &Area, tuning: &CoachTuning) -> [f32; 2] {
    let [left, right] = [area.left.get(), 1.0 - area.right.get()];
    let [top, bottom] = [area.top.get(), 1.0 - area.bottom.get()];
    [towards(left, right, tuning), towards(top, bottom, tuning)]
}

/// One way is the first edge's, the other the second's; a box that fills the picture wants neither.
fn towards(one: f32, other: f32, tuning: &CoachTuning) -> f32 {
    let (near, way) = if one < other { (one, 1.0) } else { (other, -1.0) };
    if one.max(other) < tuning.near_share {
        0.0
    } else if near < tuning.edge_share {
        way * tuning.fast_dps
    } else if near < tuning.near_share {
        way * tuning.slow_dps
    } else {
        0.0
    }
}

impl<B: Body> Step<'_, B> {
    /// Turns the head after the dog that is meant, or else after the one that has been in sight for longest; not while this
    /// is watched for and a picture that moves would make it up.
    pub fn follow_with_head(&mut self, pupil: Option<TrackId>, watched: Option<&Wanted>) {
        let tuning = self.brain.coach.tuning;
        if !self.brain.coach.follows || self.is_driven() {
            return;
        }
        // A dog seems to come when the picture moves under it.
        if let Some(Wanted::Seen(poses)) = watched
            && poses.iter().any(|pose| pose.behavior == Behavior::Come)
        {
            return;
        }
        let dogs = self.brain.sight.evidence();
        let Some(dog) = dogs.min_by_key(|dog| (Some(dog.track) != pupil, dog.track)) else {
            self.look_ahead_again();
            return;
        };
        let head = &mut self.brain.coach.head;
        head.company = Some(self.at);
        let before = head.looked.replace(dog.seen);
        let Some(before) = before.filter(|before| *before < dog.seen) else { return };
        let span = dog.seen.since(before).min(LONGEST).as_secs_f32();
        let [pan, tilt] = wish(&dog.area, &tuning).map(|speed| speed * span);
        if pan == 0.0 && tilt == 0.0 {
            return;
        }
        let (told, headed) = (self.brain.gaze, self.brain.head);
        let turned = |told: Degrees, headed: Degrees, by: f32| {
            let is_wound_up = (told.get() - headed.get()).abs() > WOUND_UP;
            let from = if is_wound_up { headed.get() } else { told.get() };
            // A person may have turned it farther: it does not jump back.
            let most = tuning.farthest_deg.max(from.abs());
            Degrees::clamped((from + by).clamp(-most, most))
        };
        let (pan, tilt) = (turned(told.pan, headed.pan, pan), turned(told.tilt, headed.tilt, tilt));
        self.look_by_itself(HeadAngles { pan, tilt });
    }

    /// Nobody has been there for a while: straight ahead is where the next dog is as likely as anywhere.
    fn look_ahead_again(&mut self) {
        let alone = seconds(self.brain.coach.tuning.recentre_s);
        let since = *self.brain.coach.head.company.get_or_insert(self.at);
        if self.at.since(since) >= alone && self.brain.gaze != HeadAngles::default() {
            self.look_by_itself(HeadAngles::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::Ratio;

    fn area(left: f32, top: f32, right: f32, bottom: f32) -> Area {
        let [left, top, right, bottom] = [left, top, right, bottom].map(|share| Ratio::new(share).unwrap());
        Area { left, top, right, bottom }
    }

    #[test]
    fn the_head_turns_after_what_comes_near_the_edge() {
        let tuning = CoachTuning::default();
        for (area, wanted) in [
            (area(0.3, 0.3, 0.7, 0.7), [0.0, 0.0]),
            (area(0.0, 0.3, 0.4, 0.7), [6.0, 0.0]),
            (area(0.03, 0.3, 0.4, 0.7), [2.0, 0.0]),
            (area(0.6, 0.3, 0.99, 0.7), [-6.0, 0.0]),
            (area(0.3, 0.0, 0.7, 0.5), [0.0, 6.0]),
            (area(0.3, 0.4, 0.7, 0.97), [0.0, -2.0]),
            (area(0.0, 0.4, 0.7, 1.0), [6.0, -6.0]),
            (area(0.0, 0.0, 1.0, 1.0), [0.0, 0.0]),
        ] {
            assert_eq!(wish(&area, &tuning), wanted, "{area:?}");
        }
    }
}
