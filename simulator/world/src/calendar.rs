//! What is due when, in microseconds of robot time.
//!
//! One slot an entry, so nothing is ever allocated or reordered; entries due at the same moment run in the
//! order in which they are declared.

use serde::Serialize;
use wimz_vocabulary::RobotTime;

/// What can be due. The order is the order in which entries of the same moment run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Entry {
    /// Physics catches up.
    Physics,
    /// The drive guard's station.
    Guard,
    /// The head's station.
    Head,
    /// The light ring's station.
    Lights,
    /// The blue tube's station.
    MoodLight,
    /// The carousel: something falls.
    Carousel,
    /// The dispenser's station.
    Dispenser,
    /// The battery monitor's station.
    Battery,
    /// The thermometer's station.
    Thermometer,
    /// The power button's station.
    PowerButton,
    /// The speaker's station.
    Speaker,
    /// The dogs live on.
    Dogs,
    /// The microphone's station.
    Microphone,
    /// The dog detector's station.
    Detector,
    /// A fault ends.
    Repair,
    /// The brain's tick.
    Tick,
    /// Another robot second is over.
    Second,
}

const ENTRIES: [Entry; 17] = [
    Entry::Physics,
    Entry::Guard,
    Entry::Head,
    Entry::Lights,
    Entry::MoodLight,
    Entry::Carousel,
    Entry::Dispenser,
    Entry::Battery,
    Entry::Thermometer,
    Entry::PowerButton,
    Entry::Speaker,
    Entry::Dogs,
    Entry::Microphone,
    Entry::Detector,
    Entry::Repair,
    Entry::Tick,
    Entry::Second,
];

/// The calendar.
#[derive(Debug, Default, Serialize)]
pub struct Calendar {
    due: [Option<RobotTime>; ENTRIES.len()],
}

impl Calendar {
    /// Sets when an entry is due; `None` takes it out.
    pub fn set(&mut self, entry: Entry, due: Option<RobotTime>) {
        self.due[entry as usize] = due;
    }

    /// The next entry that is due at `until` or before.
    pub fn next(&self, until: RobotTime) -> Option<(Entry, RobotTime)> {
        let mut first = None;
        for entry in ENTRIES {
            if let Some(due) = self.due[entry as usize]
                && due <= first.map_or(until, |(_, earliest)| earliest)
                && first.is_none_or(|(_, earliest)| due < earliest)
            {
                first = Some((entry, due));
            }
        }
        first
    }

    /// When the next entry is due at all.
    pub fn earliest(&self) -> Option<RobotTime> {
        self.due.iter().flatten().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_first_then_in_the_declared_order() {
        let at = RobotTime::from_micros;
        let mut calendar = Calendar::default();
        calendar.set(Entry::Tick, Some(at(10)));
        calendar.set(Entry::Guard, Some(at(10)));
        calendar.set(Entry::Head, Some(at(7)));
        assert_eq!(calendar.next(at(6)), None);
        assert_eq!(calendar.next(at(10)), Some((Entry::Head, at(7))));
        calendar.set(Entry::Head, None);
        assert_eq!(calendar.next(at(10)), Some((Entry::Guard, at(10))));
        assert_eq!(calendar.earliest(), Some(at(10)));
    }
}
