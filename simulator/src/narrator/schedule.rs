//! The story, as far as it is of the schedule.

use wimz_vocabulary::{Hindrance, ScheduleFact};

/// A fact in words.
pub fn text(fact: &ScheduleFact) -> String {
    match fact {
        ScheduleFact::Kept { id, .. } => format!("{id} begins, as it was planned"),
        ScheduleFact::Missed { id, why, .. } => format!("{id} was missed: {}", hindrance(*why)),
    }
}

const fn hindrance(why: Hindrance) -> &'static str {
    match why {
        Hindrance::Away => "the robot was off, or did not know the time",
        Hindrance::Occupied => "another mission was under way",
        Hindrance::InUse => "somebody had the robot",
        Hindrance::Cooldown => "it had begun not long before",
        Hindrance::Unfit => "battery, heat or a part forbade it",
        Hindrance::NotFound => "there is no such mission or program, or it is switched off",
        Hindrance::DailyRewardLimit => "it had given as many treats as it may",
    }
}
