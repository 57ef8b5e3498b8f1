//! What became of appointments: which days were kept and which missed, so that nothing is kept twice and nothing is told
//! to be missed twice.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use serde::Serialize;
use wimz_vocabulary::{Day, Hindrance, ScheduleId};

/// How many days of one appointment are remembered: more than the store tells a robot that starts.
const DAYS: usize = 64;

/// How many appointments are remembered, also of those that were struck out: the owner's and the missions' own, twice over.
const APPOINTMENTS: usize = 256;

/// What became of all appointments, sorted by id.
#[derive(Debug, Default, Serialize)]
pub struct Past {
    records: Vec<Record>,
}

/// What became of one.
#[derive(Debug, Serialize)]
pub struct Record {
    id: ScheduleId,
    days: VecDeque<(Day, Fate)>,
    kept: Option<Kept>,
    hindrance: Option<(Day, Hindrance)>,
}

/// What became of an appointment on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Fate {
    /// It began.
    Kept,
    /// It did not, and that was told.
    Missed,
}

/// When one was kept last, in world seconds as the clock has them now.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Kept {
    /// When.
    pub at: i64,
    /// Whether in this start of the robot: then a clock that is set does not make it longer or shorter ago.
    pub now: bool,
}

impl Past {
    /// Whether an appointment met this fate on a day.
    pub fn has(&self, id: &ScheduleId, day: Day, fate: Fate) -> bool {
        self.record(id).is_some_and(|record| record.days.iter().rev().any(|past| *past == (day, fate)))
    }

    /// When it was kept last.
    pub fn kept(&self, id: &ScheduleId) -> Option<Kept> {
        self.record(id).and_then(|record| record.kept)
    }

    /// What stood in its way on a day, last.
    pub fn hindrance(&self, id: &ScheduleId, day: Day) -> Option<Hindrance> {
        let (of, why) = self.record(id)?.hindrance?;
        (of == day).then_some(why)
    }

    /// It was kept; nobody knows when, if the clock of that time is not known.
    pub fn keep(&mut self, id: ScheduleId, day: Day, kept: Option<Kept>) {
        let record = self.open(id);
        record.note(day, Fate::Kept);
        record.kept = kept.or(record.kept);
        record.hindrance = None;
    }

    /// It was missed.
    pub fn miss(&mut self, id: ScheduleId, day: Day) {
        self.open(id).note(day, Fate::Missed);
    }

    /// Something stands in its way.
    pub fn hinder(&mut self, id: ScheduleId, day: Day, why: Hindrance) {
        if self.hindrance(&id, day) != Some(why) {
            self.open(id).hindrance = Some((day, why));
        }
    }

    /// The clock was set ahead by so many seconds.
    pub fn shift(&mut self, by: i64) {
        for kept in self.records.iter_mut().filter_map(|record| record.kept.as_mut()).filter(|kept| kept.now)
        {
            kept.at = kept.at.saturating_add(by);
        }
    }

    /// Lets go of what nobody asks for any more, once there is too much.
    pub fn tidy(&mut self, is_known: impl Fn(&ScheduleId) -> bool) {
        if self.records.len() > APPOINTMENTS {
            self.records.retain(|record| is_known(&record.id));
        }
    }

    fn record(&self, id: &ScheduleId) -> Option<&Record> {
        let place = self.records.binary_search_by_key(id, |record| record.id).ok()?;
        self.records.get(place)
    }

    fn open(&mut self, id: ScheduleId) -> &mut Record {
        let place = self.records.binary_search_by_key(&id, |record| record.id).unwrap_or_else(|place| {
            self.records.insert(place, Record { id, days: VecDeque::new(), kept: None, hindrance: None });
            place
        });
        &mut self.records[place]
    }
}

impl Record {
    fn note(&mut self, day: Day, fate: Fate) {
        if self.days.contains(&(day, fate)) {
            return;
        }
        if self.days.len() >= DAYS {
            self.days.pop_front();
        }
        self.days.push_back((day, fate));
    }
}
