//! What one dog does, over time: postures smoothed, settled and outlived.
//!
//! It is shown only pictures that are evidence; a single one never says anything.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{Area, Behavior, Degrees, Micros, Postures, Ratio, RobotTime};

use super::boxes;
use super::deeds::{Approach, Turning};
use super::evidence::Shown;
use super::tuning::SightTuning;

/// The most pictures that a posture is judged over.
const MOST: usize = 8;

/// What a dog does.
#[derive(Debug, Serialize)]
pub struct Pose {
    recent: VecDeque<Postures>,
    /// When the newest of them was taken.
    newest: Option<RobotTime>,
    settled: Option<Posture>,
    /// What it may have changed to, and since when.
    rival: Option<(Behavior, RobotTime)>,
    turning: Turning,
    approach: Approach,
    deed: Option<Deed>,
    /// No picture that was taken up to then is part of a deed.
    anew: RobotTime,
}

/// A posture that is believed.
#[derive(Clone, Copy, Debug, Serialize)]
struct Posture {
    behavior: Behavior,
    /// Of the first picture that showed it, and of the last.
    since: RobotTime,
    until: RobotTime,
    sureness: f32,
}

/// Something done, and over.
#[derive(Clone, Copy, Debug, Serialize)]
struct Deed {
    behavior: Behavior,
    at: RobotTime,
    took: Micros,
    sureness: f32,
}

/// What is news.
pub type News = Option<(Behavior, Ratio)>;

impl Pose {
    /// Of a dog of which nothing is known.
    pub fn new() -> Self {
        Self {
            recent: VecDeque::with_capacity(MOST),
            newest: None,
            settled: None,
            rival: None,
            turning: Turning::new(),
            approach: Approach::new(),
            deed: None,
            anew: RobotTime::BOOT,
        }
    }

    /// Takes a picture that shows the whole dog. What it begins to do, or has done, if that is news.
    pub fn see(
        &mut self,
        taken: RobotTime,
        postures: Postures,
        facing: Option<Degrees>,
        area: &Area,
        tuning: &SightTuning,
    ) -> [News; 2] {
        if self.newest.is_some_and(|newest| taken.since(newest) > tuning.gap) {
            self.break_off();
        }
        self.newest = Some(taken);
        self.expire(taken, tuning);
        let is_new = taken > self.anew;
        let spun = facing.filter(|_| is_new).and_then(|facing| self.turning.see(taken, facing.get(), tuning));
        if is_new {
            self.approach.see(taken, boxes::height(area), area.bottom.get(), tuning);
        }
        while self.recent.len() >= usize::from(tuning.smoothing).min(MOST) {
            self.recent.pop_front();
        }
        self.recent.push_back(postures);
        let (posture, sureness) = self.judge(taken, tuning);
        let still = self.settled.filter(|posture| posture.until == taken);
        let stays = still.is_some_and(|posture| matches!(posture.behavior, Behavior::Stand | Behavior::Sit));
        let came = stays.then(|| self.approach.has_come(taken, tuning)).flatten();
        let spin = spun.map(|took| self.done(Behavior::Spin, taken, took, sureness));
        let come = came.map(|took| self.done(Behavior::Come, taken, took, sureness));
        let deed = spin.or(come).map(|behavior| (behavior, Ratio::clamped(sureness)));
        // What it did replaces what it merely does, in one picture.
        [posture.filter(|_| deed.is_none()), deed]
    }

    /// Takes a picture whose edge cuts the dog off. It shows nothing of how the dog holds itself, but it is at least as high as
    /// it seems: one that is cut off because it is near has come. Whether it has just done so.
    pub fn see_cut(&mut self, taken: RobotTime, area: &Area, sureness: Ratio, tuning: &SightTuning) -> bool {
        if taken <= self.anew {
            return false;
        }
        self.approach.see(taken, boxes::height(area), area.bottom.get(), tuning);
        let came = self.approach.has_come(taken, tuning);
        came.map(|took| self.done(Behavior::Come, taken, took, sureness.get())).is_some()
    }

    /// Time passes.
    pub fn expire(&mut self, now: RobotTime, tuning: &SightTuning) {
        self.settled = self.settled.filter(|posture| now.since(posture.until) <= tuning.expires);
        self.deed = self.deed.filter(|deed| now.since(deed.at) <= tuning.deed_shown);
    }

    /// The robot itself moves: what grows in its picture does not come.
    pub fn robot_moves(&mut self) {
        self.approach.forget();
    }

    /// What it does.
    pub fn behavior(&self) -> Option<Behavior> {
        self.deed.map(|deed| deed.behavior).or(self.settled.map(|posture| posture.behavior))
    }

    /// What it does, and for how long pictures have shown it without a gap.
    pub fn held(&self) -> Option<(Behavior, Micros)> {
        let deed = self.deed.map(|deed| (deed.behavior, deed.took));
        deed.or(self.settled.map(|posture| (posture.behavior, posture.until.since(posture.since))))
    }

    /// Whatever it did up to now was half of nothing: a deed begins after it.
    pub fn watch_anew(&mut self, at: RobotTime) {
        self.anew = at;
        self.turning.forget();
        self.approach.forget();
    }

    /// The posture that pictures show, and what it did a moment ago.
    pub fn shown(&self) -> (Option<Shown>, Option<Shown>) {
        let posture = self.settled.map(|Posture { behavior, since, until, sureness }| Shown {
            behavior,
            began: since,
            until,
            confidence: Ratio::clamped(sureness),
        });
        let deed = self.deed.map(|Deed { behavior, at, took, sureness }| Shown {
            behavior,
            began: RobotTime::from_micros(at.as_micros().saturating_sub(took.get())),
            until: at,
            confidence: Ratio::clamped(sureness),
        });
        (posture, deed)
    }

    /// Nobody knows what it did meanwhile.
    fn break_off(&mut self) {
        self.recent.clear();
        self.rival = None;
        self.settled = None;
        self.turning.forget();
    }

    fn done(&mut self, behavior: Behavior, at: RobotTime, took: Micros, sureness: f32) -> Behavior {
        self.deed = Some(Deed { behavior, at, took, sureness });
        // When that is over, its posture is news again.
        self.settled = None;
        self.rival = None;
        behavior
    }

    /// What the last pictures show together; the posture if it is a new one.
    fn judge(&mut self, taken: RobotTime, tuning: &SightTuning) -> (News, f32) {
        if self.recent.len() < usize::from(tuning.smoothing).min(MOST) {
            return (None, 0.0);
        }
        let count = self.recent.len() as f32;
        let mean = |share: fn(&Postures) -> Ratio| {
            self.recent.iter().map(|one| share(one).get()).fold(0.0, |sum, one| sum + one) / count
        };
        let shown = [
            (Behavior::Stand, mean(|one| one.stand), tuning.stand),
            (Behavior::Sit, mean(|one| one.sit), tuning.sit),
            (Behavior::Lie, mean(|one| one.lie), tuning.lie),
        ];
        let best = shown.into_iter().fold(shown[0], |best, one| if one.1 > best.1 { one } else { best });
        let (behavior, sureness, needed) = best;
        if sureness < needed.get() {
            self.rival = None;
            return (None, sureness);
        }
        if let Some(posture) = self.settled.as_mut().filter(|posture| posture.behavior == behavior) {
            if taken.since(posture.until) > tuning.gap {
                posture.since = taken;
            }
            posture.until = taken;
            posture.sureness = sureness;
            self.rival = None;
            return (None, sureness);
        }
        let since = match self.rival {
            Some((rival, since)) if rival == behavior => since,
            _ => taken,
        };
        self.rival = Some((behavior, since));
        // A deed is looked at for a while before the posture after it counts.
        if taken.since(since) < tuning.settles || self.deed.is_some() {
            return (None, sureness);
        }
        self.rival = None;
        self.settled = Some(Posture { behavior, since, until: taken, sureness });
        (Some((behavior, Ratio::clamped(sureness))), sureness)
    }
}
