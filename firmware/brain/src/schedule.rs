//! The schedule: appointments by the wall clock where the robot stands, each kept once.
//!
//! What is kept is an *occurrence*: an appointment on the day on which its window opens. It is due while the window is open
//! and it was not kept; so nothing happens twice where the clock is set back, and nothing is left out where it is set ahead
//! into a window. It never asks what time it is, and never takes the robot from a person.

mod calendar;
mod keep;
mod past;

use alloc::vec::Vec;

use serde::Serialize;
use wimz_vocabulary::{Appointment, Day, Days, Micros, RobotTime, ScheduleId, ScheduleState, Zone};

use crate::tuning::{rows, seconds};
use calendar::Window;
use past::{Fate, Past};

rows! {
    /// How appointments are kept.
    ScheduleTuning;
    /// The wall clock must have run for so long without being set (row M2). A robot without a network starts with the time
    /// of its last shutdown, and has the right one within a minute of finding one.
    settled_s: 60.0 in 0.0..=3600.0;
    /// How long an appointment without an end may begin: as long as an owner would still call it on time.
    open_s: 3600.0 in 60.0..=43200.0;
    /// How often it is looked whether something is due. Field facts A2.4 have 60 s; a window may be as short as a minute.
    look_s: 1.0 in 0.1..=60.0;
    /// What was missed is told if its window closed so long ago at most: nobody needs a list after a holiday.
    told_s: 86400.0 in 0.0..=259200.0;
}

/// How many days after today the next appointment is looked for: every weekly one is within them.
const AHEAD: i32 = 8;

/// The schedule.
#[derive(Debug, Default, Serialize)]
pub struct Schedule {
    tuning: ScheduleTuning,
    /// Sorted by id.
    appointments: Vec<Appointment>,
    /// Those that are written in missions' own files; none before the first look.
    own: Option<Vec<Appointment>>,
    zone: Zone,
    past: Past,
    /// Since when the wall clock has run without being set.
    set: Option<RobotTime>,
    /// When it is looked again.
    look: RobotTime,
    current: Option<Current>,
    /// What is told of it in a status, and for which minute it was found.
    outlook: Outlook,
}

/// What an appointment began, and is under way.
#[derive(Clone, Copy, Debug, Serialize)]
struct Current {
    id: ScheduleId,
    /// When it is ended, if it has an end. By the robot's own clock: one that is set makes it no longer and no shorter.
    ends: Option<RobotTime>,
}

/// What comes.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Outlook {
    /// The minute by the world's clock; none if something has changed since.
    minute: Option<i64>,
    in_force: u16,
    trusted: bool,
    next: Option<(ScheduleId, i64)>,
}

impl Schedule {
    /// Acts by other numbers from now on. Numbers that make no sense change nothing.
    pub fn tune(&mut self, tuning: ScheduleTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
            self.changed();
        }
    }

    /// Another appointment, or another time for one.
    pub fn learn(&mut self, appointment: Appointment) {
        match self.appointments.binary_search_by_key(&appointment.id, |known| known.id) {
            Ok(place) => self.appointments[place] = appointment,
            Err(place) => self.appointments.insert(place, appointment),
        }
        self.changed();
    }

    /// There is no such appointment any more.
    pub fn forget(&mut self, id: ScheduleId) {
        self.appointments.retain(|appointment| appointment.id != id);
        self.changed();
    }

    /// The wall clock runs so where the robot stands.
    pub fn set_zone(&mut self, zone: Zone) {
        self.zone = zone;
        self.changed();
    }

    /// The wall clock was set ahead by so much, or back; or it is known at last.
    pub fn clock_was_set(&mut self, at: RobotTime, by_us: i64) {
        self.set = Some(at);
        self.past.shift(by_us.div_euclid(1_000_000));
        self.changed();
    }

    /// Its account of itself.
    pub fn state(&self) -> ScheduleState {
        let Outlook { in_force, trusted, next, .. } = self.outlook;
        let current = self.current.map(|current| current.id);
        ScheduleState { appointments: in_force, clock_is_trusted: trusted, current, next }
    }

    fn changed(&mut self) {
        self.outlook.minute = None;
        self.past.tidy(|id| self.appointments.iter().any(|known| known.id == *id));
    }

    /// All appointments: the owner's, and those of missions' own files.
    fn all(&self) -> impl Iterator<Item = &Appointment> {
        self.appointments.iter().chain(self.own.iter().flatten())
    }

    fn nth(&self, place: usize) -> Option<Appointment> {
        let own = || self.own.as_ref()?.get(place - self.appointments.len());
        self.appointments.get(place).or_else(own).copied()
    }

    /// Whether it is to be kept at all. One for a single day is over once it was.
    fn is_in_force(&self, appointment: &Appointment) -> bool {
        let is_over = match appointment.days {
            Days::Once(day) => self.past.has(&appointment.id, day, Fate::Kept),
            Days::Daily | Days::Weekly(_) => false,
        };
        appointment.enabled && !is_over
    }

    /// Whether the wall clock has run for long enough.
    fn is_settled(&self, at: RobotTime) -> bool {
        self.set.is_some_and(|set| at.since(set) >= seconds(self.tuning.settled_s))
    }

    fn window(&self, appointment: &Appointment, day: Day) -> Option<Window> {
        Window::of(appointment, day, self.tuning.open_s as i64, &self.zone)
    }

    /// The window of an appointment that is open and that it was not kept in; the older one where two are.
    fn due(&self, appointment: &Appointment, local: i64) -> Option<Window> {
        let today = calendar::day_of(local);
        let mut windows = (-1..=0).filter_map(|days| self.window(appointment, today.plus(days)));
        windows
            .find(|window| window.is_open(local) && !self.past.has(&appointment.id, window.day, Fate::Kept))
    }

    /// A window of an appointment that has closed for good a while ago, was not kept, and was not told to be missed.
    fn missed(&self, appointment: &Appointment, world: i64) -> Option<Day> {
        let local = calendar::local(&self.zone, world);
        let (today, told) = (calendar::day_of(local), self.tuning.told_s as i64);
        let back = i32::try_from(told / calendar::DAY).unwrap_or(0) + 2;
        (-back..=0).find_map(|days| {
            let window =
                self.window(appointment, today.plus(days)).filter(|window| window.closes <= local)?;
            let id = &appointment.id;
            if self.past.has(id, window.day, Fate::Kept) || self.past.has(id, window.day, Fate::Missed) {
                return None;
            }
            let (opened, closed) =
                (calendar::shown(&self.zone, window.opens).0, calendar::shown(&self.zone, window.closes).1);
            let is_told = closed <= world && world - closed < told && opened >= appointment.since;
            is_told.then_some(window.day)
        })
    }

    /// Whether it was kept so short a time ago that it has to wait. By local time: from six to six is a day, also where the
    /// clock was set ahead in between.
    fn is_cooling(&self, appointment: &Appointment, world: i64, awake: Micros) -> bool {
        let Some(kept) = self.past.kept(&appointment.id) else { return false };
        let passed = calendar::local(&self.zone, world) - calendar::local(&self.zone, kept.at);
        // Kept in an earlier start, later than now: one of the two clocks was wrong. It is not shorter ago than this start.
        let passed = u64::try_from(passed).unwrap_or(awake.get() / 1_000_000);
        passed < appointment.cooldown.get() / 1_000_000
    }

    /// Finds out what comes next.
    fn look_ahead(&mut self, trusted: bool, world: Option<i64>) {
        let minute = world.map(|world| world.div_euclid(60));
        if self.outlook.minute.is_some() && self.outlook.minute == minute && self.outlook.trusted == trusted {
            return;
        }
        let in_force = self.all().filter(|appointment| self.is_in_force(appointment));
        let mut outlook = Outlook { minute, trusted, ..Outlook::default() };
        for appointment in in_force {
            outlook.in_force += 1;
            let next = world.filter(|_| trusted).and_then(|world| self.opens_next(appointment, world));
            if let Some(opens) = next.filter(|opens| outlook.next.is_none_or(|(_, first)| *opens < first)) {
                outlook.next = Some((appointment.id, opens));
            }
        }
        self.outlook = outlook;
    }

    /// When a window of it opens next that is to be kept, in world seconds; one that is open has done so already.
    fn opens_next(&self, appointment: &Appointment, world: i64) -> Option<i64> {
        let local = calendar::local(&self.zone, world);
        let today = calendar::day_of(local);
        let only = match appointment.days {
            Days::Once(day) => Some(day),
            Days::Daily | Days::Weekly(_) => None,
        };
        let days = (-1..=AHEAD).map(|days| today.plus(days)).filter(|_| only.is_none()).chain(only);
        let windows = days.filter_map(|day| self.window(appointment, day));
        let mut comes = windows.filter(|window| {
            window.closes > local && !self.past.has(&appointment.id, window.day, Fate::Kept)
        });
        comes.next().map(|window| calendar::shown(&self.zone, window.opens).0)
    }
}
