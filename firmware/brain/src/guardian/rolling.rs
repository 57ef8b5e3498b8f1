//! Level 3: the robot rolls to and fro on the spot, so that a dog looks up. Each way is a motion lease of its own, and the
//! next one is asked for only when the encoders have said how the last one ended. A robot that cannot feel does not roll.

use serde::Serialize;
use wimz_hal::{Body, HeadAngles};
use wimz_vocabulary::{DriveEnd, Evidence, Ratio, RobotTime};

use super::GuardianTuning;
use crate::step::Step;
use crate::tuning::seconds;

/// Forward, back, to the left, to the right: what each track does.
const WAYS: [(f32, f32); 4] = [(1.0, 1.0), (-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0)];

/// Where it is in it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Roll {
    cycle: u16,
    way: usize,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, Serialize)]
enum Doing {
    /// The tracks turn.
    Rolling { until: RobotTime },
    /// They were told to rest.
    Settling { since: RobotTime },
    /// It waits for the next round.
    Waiting { until: RobotTime },
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rolled {
    /// It goes on.
    On,
    /// It is through.
    Through,
    /// Something stood in the way: there is no more rolling this time.
    Aborted,
}

impl Roll {
    /// Begins with the first way.
    pub fn begin(at: RobotTime) -> Self {
        Self { cycle: 0, way: 0, doing: Doing::Waiting { until: at } }
    }

    /// Where it goes after a way has ended.
    fn next(&mut self, at: RobotTime, tuning: &GuardianTuning) -> Rolled {
        self.way += 1;
        let mut until = at;
        if self.way == WAYS.len() {
            self.way = 0;
            self.cycle += 1;
            if f32::from(self.cycle) >= tuning.roll_cycles {
                return Rolled::Through;
            }
            until = at + seconds(tuning.between_cycles_s);
        }
        self.doing = Doing::Waiting { until };
        Rolled::On
    }
}

impl<B: Body> Step<'_, B> {
    /// Whether it may roll at all: its encoders have proved that they feel a standstill, its head looks ahead, and
    /// no dog is right there. Whether the drive works and nobody else moves it is asked at each way.
    pub(super) fn may_roll(&mut self, tuning: &GuardianTuning) -> bool {
        let ahead = self.look_by_itself(HeadAngles::default());
        tuning.roll_cycles > 0.0
            && ahead
            && self.brain.drive.evidence == Evidence::Measured
            && self.way_is_free(tuning)
    }

    /// Whether somebody looks, and sees no dog right before it.
    fn way_is_free(&self, tuning: &GuardianTuning) -> bool {
        let sight = self.brain.sight.state();
        let near = sight.dogs.iter().flatten().any(|dog| {
            let (high, wide) =
                (dog.area.bottom.get() - dog.area.top.get(), dog.area.right.get() - dog.area.left.get());
            high.max(wide) >= tuning.too_near_share
        });
        sight.by.is_some() && !near
    }

    /// Rolls on.
    pub(super) fn roll_on(&mut self, roll: &mut Roll, tuning: &GuardianTuning) -> Rolled {
        // Whoever is at the controls has the tracks, whether they turn or not.
        if self.brain.controls.operator().is_some() {
            return self.abort_roll();
        }
        match roll.doing {
            Doing::Rolling { until } if self.at < until => self.turn(roll, until, tuning),
            Doing::Rolling { .. } => {
                self.rest(DriveEnd::Zero);
                roll.doing = Doing::Settling { since: self.at };
                Rolled::On
            }
            Doing::Settling { since } => {
                let stood = self.at.since(since);
                match self.brain.drive.evidence {
                    // What stands at once did not roll: something holds it.
                    Evidence::Measured if stood < seconds(tuning.coast_s) => self.abort_roll(),
                    Evidence::Measured if stood >= seconds(tuning.settle_s) => roll.next(self.at, tuning),
                    Evidence::Measured => Rolled::On,
                    _ if stood >= seconds(tuning.feel_s) => self.abort_roll(),
                    _ => Rolled::On,
                }
            }
            Doing::Waiting { until } if self.at < until => Rolled::On,
            Doing::Waiting { .. } => {
                let until = self.at + seconds(tuning.roll_s);
                roll.doing = Doing::Rolling { until };
                self.turn(roll, until, tuning)
            }
        }
    }

    fn turn(&mut self, roll: &Roll, until: RobotTime, tuning: &GuardianTuning) -> Rolled {
        let (left, right) = WAYS[roll.way];
        let speed = |way: f32| Ratio::clamped(way * tuning.roll_speed_share);
        let free = self.way_is_free(tuning);
        if free && self.move_by_itself(speed(left), speed(right), until.since(self.at)).is_ok() {
            return Rolled::On;
        }
        self.abort_roll()
    }

    /// Ends it, if it moves.
    pub(super) fn abort_roll(&mut self) -> Rolled {
        if self.brain.controls.moves_by_itself() {
            self.rest(DriveEnd::Zero);
        }
        Rolled::Aborted
    }
}
