//! A robot at home over days, with a wall clock, appointments and a past: no world.

use std::sync::Arc;

use wimz_brain::plans::{Mission, Stage, Texts, Timetable};
use wimz_brain::tuning::{ScheduleTuning, Tuning};
use wimz_brain::{Brain, InputBody, Plans, Setup};
use wimz_vocabulary::{
    Appointment, Boot, Command, Day, Days, Event, EventBody, Hindrance, Micros, MissionCommand, MissionName,
    Mode, ScheduleFact, ScheduleId, Task, TimeOfDay, Zone,
};

use crate::bench::{ALICE, Bench};

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// Days since 1970 of a day of the year 2026.
pub fn day(month: i64, day: i64) -> Day {
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    Day(i32::try_from(20_454 + before[usize::try_from(month).unwrap() - 1] + day - 1).unwrap())
}

/// UTC in 2026, in seconds since 1970.
pub fn utc(month: i64, day_of_month: i64, hour: i64, minute: i64) -> i64 {
    i64::from(day(month, day_of_month).0) * DAY + hour * HOUR + minute * MINUTE
}

/// Central Europe in 2026: an hour ahead, two from 29 March, 1:00 UTC, to 25 October, 1:00 UTC.
pub fn berlin() -> Zone {
    let mut zone = Zone::default();
    zone.changes[0] = Some((utc(1, 1, 0, 0) - 90 * DAY, 3_600));
    zone.changes[1] = Some((utc(3, 29, 1, 0), 7_200));
    zone.changes[2] = Some((utc(10, 25, 1, 0), 3_600));
    zone
}

/// What the clock on a wall in Berlin shows.
pub fn on_the_wall(world: i64) -> i64 {
    let summer = (utc(3, 29, 1, 0)..utc(10, 25, 1, 0)).contains(&world);
    world + if summer { 2 * HOUR } else { HOUR }
}

pub fn mission(name: &str) -> Mission {
    Mission {
        name: MissionName::new(name).unwrap(),
        display_name: name.to_owned(),
        description: String::new(),
        enabled: true,
        schedule: Timetable::Manual,
        max_rewards: None,
        duration: None,
        repeat: false,
        stages: vec![Stage {
            name: "wait".to_owned(),
            script: None,
            escalation: Vec::new(),
            wanted: Some(wimz_brain::plans::Wanted::Dog),
            timeout: None,
            max_attempts: 1,
            if_missed: wimz_brain::plans::Missed::End,
            quiet: Micros::ZERO,
            reward: false,
            cooldown: Micros::ZERO,
        }],
        texts: Texts::default(),
        daily_limit: None,
        cooldown: Micros::ZERO,
        treat_sound: false,
        celebration_lights: false,
        requires_bark_detection: false,
    }
}

pub fn time(text: &str) -> TimeOfDay {
    let (hour, minute) = text.split_once(':').unwrap();
    TimeOfDay(hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap())
}

pub fn id(name: &str) -> ScheduleId {
    ScheduleId::new(name).unwrap()
}

/// An appointment with the mission `wait`; `18:00` or `18:00-19:30`.
pub fn appointment(name: &str, days: Days, times: &str) -> Appointment {
    let (start, end) = times.split_once('-').map_or((times, None), |(start, end)| (start, Some(time(end))));
    Appointment {
        id: id(name),
        task: Task::Mission(MissionName::new("wait").unwrap()),
        dog: None,
        days,
        start: time(start),
        end,
        cooldown: Micros::ZERO,
        enabled: true,
        since: 0,
    }
}

/// A robot at home, over days.
pub struct Home {
    pub bench: Bench,
    pub plans: Arc<Plans>,
    pub zone: Zone,
    pub tuning: Tuning,
    pub appointments: Vec<Appointment>,
    /// What the wall clock showed at the robot's boot, in seconds since 1970.
    pub clock: Option<i64>,
    pub boot: u32,
    /// All that was kept for good, and told.
    pub facts: Vec<Event>,
    /// Whether what begins is ended at once by somebody.
    pub ends_at_once: bool,
}

impl Home {
    /// One whose clock shows this, in Berlin, with these appointments, which were made then; it knows its past, and its
    /// clock has not settled yet.
    pub fn new(world: i64, appointments: &[Appointment]) -> Self {
        let plans = Plans { missions: vec![mission("other"), mission("wait")], ..Plans::default() };
        Self::with(plans, world, appointments)
    }

    pub fn with(plans: Plans, world: i64, appointments: &[Appointment]) -> Self {
        let mut home = Self {
            bench: Bench::asleep(Boot(0)),
            plans: Arc::new(plans),
            zone: berlin(),
            tuning: Tuning::default(),
            appointments: appointments
                .iter()
                .map(|one| Appointment { since: one.since.max(world), ..*one })
                .collect(),
            clock: Some(world),
            boot: 0,
            facts: Vec::new(),
            ends_at_once: true,
        };
        home.start();
        home
    }

    pub fn start(&mut self) {
        self.boot += 1;
        let setup = Setup { boot: Boot(self.boot), lights: 8, plans: self.plans.clone() };
        self.bench = Bench { brain: Brain::new(setup), ..Bench::asleep(Boot(self.boot)) };
        self.show_clock();
        self.bench.give(InputBody::Zone(self.zone));
        self.bench.give(InputBody::Tuning(self.tuning));
        for appointment in &self.appointments {
            self.bench.give(InputBody::Appointment(*appointment));
        }
        for fact in &self.facts {
            self.bench.give(InputBody::Recall(*fact));
        }
        self.bench.give(InputBody::Recalled);
        self.gather();
    }

    /// The robot is switched off, and on again so much later.
    pub fn restart(&mut self, off: i64) {
        let seconds = i64::try_from(self.bench.now.as_micros() / 1_000_000).unwrap();
        self.clock = self.clock.map(|clock| clock + seconds - 1 + off);
        self.start();
    }

    pub fn show_clock(&mut self) {
        if let Some(world) = self.clock {
            let passed = i64::try_from(self.bench.now.as_micros()).unwrap();
            self.bench.give(InputBody::WallClock { unix_us: world * 1_000_000 + passed });
        }
    }

    /// What the robot's clock shows, in seconds since 1970.
    pub fn world(&self) -> i64 {
        self.clock.unwrap() + i64::try_from(self.bench.now.as_micros() / 1_000_000).unwrap()
    }

    /// Somebody sets the clock.
    pub fn set_clock(&mut self, world: i64) {
        self.clock = Some(world - i64::try_from(self.bench.now.as_micros() / 1_000_000).unwrap());
        self.show_clock();
        self.gather();
    }

    pub fn tune(&mut self, tuning: ScheduleTuning) {
        self.tuning.schedule = tuning;
        self.bench.give(InputBody::Tuning(self.tuning));
    }

    /// One step of so many seconds.
    pub fn leap(&mut self, seconds: u64) {
        self.bench.leap(Micros::from_secs(seconds));
        self.gather();
        if self.ends_at_once && self.bench.mode() == Mode::Mission {
            self.bench.ask(ALICE, Command::Mission(MissionCommand::Stop));
            self.gather();
        }
    }

    /// Time passes until the clock shows this.
    pub fn until(&mut self, world: i64) {
        while self.world() < world {
            let left = u64::try_from(world - self.world()).unwrap();
            self.leap(left.min(20));
        }
    }

    pub fn gather(&mut self) {
        let told = self.bench.told.drain(..).filter(|event| event.durable);
        self.facts.extend(told);
    }

    /// What was kept: which, of which day, and what the clock on the wall showed, `18:00`; `:30` after a minute is left out.
    pub fn kept(&self) -> Vec<(ScheduleId, Day, String)> {
        let facts = self.facts.iter().filter_map(|event| {
            let EventBody::Schedule(ScheduleFact::Kept { id, day }) = event.body else { return None };
            let local = on_the_wall(event.wall_us.unwrap() / 1_000_000);
            let (hour, minute) = (local.rem_euclid(DAY) / HOUR, local.rem_euclid(HOUR) / MINUTE);
            Some((id, day, format!("{hour:02}:{minute:02}")))
        });
        facts.collect()
    }

    /// When `a` was kept: day of the month on which its window opened, and time.
    pub fn times(&self) -> Vec<String> {
        let days = self.kept().into_iter().map(|(_, kept, time)| {
            let month = (1..=12).rev().find(|month| day(*month, 1) <= kept).unwrap();
            format!("{}.{month}. {time}", kept.0 - day(month, 1).0 + 1)
        });
        days.collect()
    }

    pub fn missed(&self) -> Vec<(Day, Hindrance)> {
        let facts = self.facts.iter().filter_map(|event| match event.body {
            EventBody::Schedule(ScheduleFact::Missed { day, why, .. }) => Some((day, why)),
            _ => None,
        });
        facts.collect()
    }
}
