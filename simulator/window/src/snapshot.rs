//! One moment of a run, as plain data: what is true in the room, and what the robot makes of it.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use wimz_vocabulary::{DogId, Micros, Rgb, RobotTime, Status};
use wimz_world::Truth;
use wimz_world::chips::register::Device;
use wimz_world::dog::{MOST_DOGS, Thought};
use wimz_world::room::Room;

/// One moment of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Snapshot {
    /// The room.
    #[serde(skip)]
    pub room: Furnished,
    /// What is true in the room.
    pub truth: Truth,
    /// How fast the tracks turn, left and right, in metres a second.
    pub tracks: (f32, f32),
    /// What each light of the ring shows, from the cable's end: as decoded from the bits on its wire.
    pub lights: Vec<Rgb>,
    /// The robot's own account of itself.
    pub status: Status,
    /// How long it may go on as it does.
    pub timers: Timers,
    /// What goes on in the dogs, in the order of [`Truth::dogs`].
    pub thoughts: [Option<Thought>; MOST_DOGS],
    /// What somebody with a probe reads on its board; empty where nobody can.
    #[serde(skip)]
    pub devices: Arc<[Device]>,
    /// What the wall clock shows.
    pub clock: Clock,
    /// How fast the run goes.
    pub pacing: Pacing,
    /// If it is a recording that is shown: how long it is.
    pub reel: Option<Reel>,
    /// If it is a real robot that is followed: by what. Then `truth` is what the robot tells, with a reckoned place.
    pub followed: Option<Followed>,
}

impl Snapshot {
    /// Whether somebody can have a hand in the house and in time: neither in a recording nor where a robot is real.
    pub fn is_simulated_now(&self) -> bool {
        self.reel.is_none() && self.followed.is_none()
    }
}

/// How long the robot may go on as it does unless somebody says so again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Timers {
    /// The lease on the controls.
    pub controls: Option<Timer>,
    /// The lease on the tracks.
    pub motion: Option<Timer>,
    /// The drive guard's patience, while the tracks turn.
    pub guard: Option<Timer>,
}

/// What runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Timer {
    /// What is left of it.
    pub left: Micros,
    /// How long it is when it begins; above zero.
    pub of: Micros,
}

/// A room that is shared: the same one until somebody edits it.
#[derive(Clone, Debug)]
pub struct Furnished(pub Arc<Room>);

impl PartialEq for Furnished {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A recording that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reel {
    /// When it ends.
    pub end: RobotTime,
    /// Up to when it can be shown by now.
    pub ready: RobotTime,
}

/// A real robot that is followed by what it tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// As it calls itself, or where it is asked.
    pub robot: String,
    /// Whether it has told anything of itself yet.
    pub has_told: bool,
    /// Why there is no link to it, if there is none: all that is shown is old.
    pub lost: Option<Lost>,
}

/// A link that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Why, for people.
    pub why: String,
    /// For how long.
    pub since: Duration,
    /// How long until it is tried again.
    pub again: Duration,
}

/// What a clock on the wall shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// Microseconds since 1970.
    pub unix_us: i64,
    /// How far clocks are ahead of UTC where the robot stands, in seconds.
    pub offset_s: i32,
}

impl Clock {
    /// How much of the day is over, in hours: 0 to below 24.
    pub fn hour(self) -> f32 {
        let local_us = self.unix_us.saturating_add(i64::from(self.offset_s) * 1_000_000);
        // Below 2^37: it fits, to a hundredth of a second. The last of those is no hour of the next day.
        let hour = (local_us.rem_euclid(86_400_000_000) as f64 / 3_600_000_000.0) as f32;
        hour.min(24.0_f32.next_down())
    }
}

/// How fast a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pacing {
    /// Robot seconds a second, below zero where a recording runs backwards; none as fast as it goes.
    pub speed: Option<f64>,
    /// Whether it stands still.
    pub paused: bool,
}

/// Something that happened, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// When.
    pub at: RobotTime,
    /// What it is about.
    pub about: About,
    /// As the run's story has it, without the time.
    pub text: String,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum About {
    /// The robot says so itself.
    Robot,
    /// A request was refused.
    Refusal,
    /// Something in the room, that the robot need not know.
    Room,
    /// This dog barked, once.
    Bark(DogId),
    /// The robot heard a bark.
    HeardBark,
    /// Somebody broke something, or had a hand in it.
    Hand,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_tells_the_hour_where_it_hangs() {
        let clock = |unix_us, offset_s| Clock { unix_us, offset_s }.hour();
        assert_eq!(clock(0, 0), 0.0);
        assert_eq!(clock(1_767_225_600_000_000, 3_600), 1.0);
        assert_eq!(clock(-1_800_000_000, 0), 23.5, "half an hour before 1970");
        assert_eq!(clock(0, -5 * 3_600), 19.0);
        assert!(clock(86_399_999_999, 0) < 24.0);
    }
}
