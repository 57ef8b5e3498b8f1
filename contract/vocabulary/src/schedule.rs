//! The schedule: what the robot begins by itself, and when. Times are those of the wall clock where the robot stands.

use serde::{Deserialize, Serialize};

use crate::{DogId, Lane, Micros, MissionName, ProgramName, ScheduleId};

/// An entry of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: ScheduleId,
    /// What begins.
    pub task: Task,
    /// For which dog.
    pub dog: Option<DogId>,
    /// On which days.
    pub days: Days,
    /// From when on it may begin.
    pub start: TimeOfDay,
    /// Until when it may begin, and at the latest is ended; past midnight if it is not after `start`. Without one it may
    /// begin for an hour, and is not ended.
    pub end: Option<TimeOfDay>,
    /// How long after it began last it does not begin again.
    pub cooldown: Micros,
    /// Whether it is in force.
    pub enabled: bool,
    /// When it was written down, in seconds since 1970: what was to begin before that is not missed.
    pub since: i64,
}

/// What an appointment begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A mission.
    Mission(MissionName),
    /// A program.
    Program(ProgramName),
}

/// A day of the calendar where the robot stands: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    /// Which day of the week it is: 0 is Monday.
    pub const fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday. A remainder by seven fits.
        (self.0 as i64 + 3).rem_euclid(7) as u8
    }

    /// So many days later; the last day there is where it would be past it.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

/// A minute of the day, 0 to 1,439.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeOfDay(pub u16);

/// On which days an appointment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    /// On one day; then it is over.
    Once(Day),
    /// Every day.
    Daily,
    /// On some days of the week: bit 0 is Monday.
    Weekly(u8),
}

impl Days {
    /// Whether this day is one of them.
    pub const fn has(self, day: Day) -> bool {
        match self {
            Self::Once(only) => only.0 == day.0,
            Self::Daily => true,
            Self::Weekly(days) => days & (1 << day.weekday()) != 0,
        }
    }
}

/// How the wall clock runs where the robot stands: offsets to UTC in seconds, and from when on each holds, in seconds since
/// 1970, the oldest first. The first holds at all times before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Whoever tells the robot looks some years ahead.
    pub changes: [Option<(i64, i32)>; 8],
}

/// What happens to the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleFact {
    /// An appointment was kept: its task began. One for a single day is over with it.
    Kept {
        /// Which.
        id: ScheduleId,
        /// Of which day: the one on which its window opened.
        day: Day,
    },
    /// An appointment's window closed, and its task could not begin in it.
    Missed {
        /// Which.
        id: ScheduleId,
        /// Of which day.
        day: Day,
        /// What stood in the way last.
        why: Hindrance,
    },
}

impl ScheduleFact {
    /// Whether it is kept before it is told.
    pub const fn lane(&self) -> Lane {
        Lane::Durable
    }
}

/// What keeps an appointment's task from beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// The robot was off, or did not know the time.
    Away,
    /// Another mission was under way.
    Occupied,
    /// A person had the robot.
    InUse,
    /// It began not long ago.
    Cooldown,
    /// Battery, heat or a part forbade it.
    Unfit,
    /// There is no such mission or program, or it is switched off.
    NotFound,
    /// It had given as many treats as it may.
    DailyRewardLimit,
}

/// The schedule, as a status tells of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleState {
    /// How many appointments are in force.
    pub appointments: u16,
    /// Whether the wall clock is known well enough to keep them.
    pub clock_is_trusted: bool,
    /// The one that began what is under way.
    pub current: Option<ScheduleId>,
    /// The one that comes next, and when, in seconds since 1970.
    pub next: Option<(ScheduleId, i64)>,
}
