//! Keeping appointments: once a second it is looked what is due, what stands in its way, and what was missed.

use wimz_hal::Body;
use wimz_vocabulary::{
    Appointment, Event, EventBody, Hindrance, Level, Lock, Micros, MissionRefusal, Mode, Refusal, RobotTime,
    ScheduleFact, StoreState, Task,
};

use super::Current;
use super::calendar::{self, Window};
use super::past::Kept;
use crate::Brain;
use crate::modes::MissionState;
use crate::plans::Mission;
use crate::step::Step;
use crate::tuning::seconds;

impl<B: Body> Step<'_, B> {
    /// A fact of an earlier start.
    pub fn schedule_recalls(&mut self, event: &Event) {
        match event.body {
            EventBody::Schedule(ScheduleFact::Kept { id, day }) => {
                let at = event.wall_us.map(|us| us.div_euclid(1_000_000));
                self.brain.schedule.past.keep(id, day, at.map(|at| Kept { at, now: false }));
                self.brain.schedule.changed();
            }
            EventBody::Schedule(ScheduleFact::Missed { id, day, .. }) => {
                self.brain.schedule.past.miss(id, day);
            }
            _ => {}
        }
    }

    /// Time passes; asked after every input, and acts now and then.
    pub fn schedule_acts(&mut self) {
        let at = self.at;
        self.end_what_is_over();
        if at < self.brain.schedule.look {
            return;
        }
        self.brain.schedule.look = at + seconds(self.brain.schedule.tuning.look_s);
        let world = self.now().wall_us.map(|us| us.div_euclid(1_000_000));
        let trusted = self.brain.schedule.is_settled(at) && self.brain.memory.knows_the_past();
        if let Some(world) = world.filter(|_| trusted) {
            self.read_missions(world);
            let mut place = 0;
            while let Some(appointment) = self.brain.schedule.nth(place) {
                place += 1;
                if self.brain.schedule.is_in_force(&appointment) {
                    self.look_at(&appointment, world);
                }
            }
        }
        self.brain.schedule.look_ahead(trusted, world);
    }

    /// What the files of missions say that begin by themselves. They have been there for ever: what they missed while the
    /// robot was off is nobody's loss.
    fn read_missions(&mut self, world: i64) {
        let Brain { plans, schedule, .. } = &mut *self.brain;
        if schedule.own.is_none() {
            let own = plans.missions.iter().filter_map(Mission::appointment);
            schedule.own = Some(own.map(|appointment| Appointment { since: world, ..appointment }).collect());
            schedule.changed();
        }
    }

    fn look_at(&mut self, appointment: &Appointment, world: i64) {
        let (id, schedule) = (appointment.id, &self.brain.schedule);
        let local = calendar::local(&schedule.zone, world);
        if let Some(window) = schedule.due(appointment, local) {
            match self.begin_appointment(appointment, world) {
                Ok(()) => self.keep(appointment, window, world),
                Err(why) => self.brain.schedule.past.hinder(id, window.day, why),
            }
        }
        if let Some(day) = self.brain.schedule.missed(appointment, world) {
            let why = self.brain.schedule.past.hindrance(&id, day).unwrap_or(Hindrance::Away);
            self.brain.schedule.past.miss(id, day);
            self.tell(EventBody::Schedule(ScheduleFact::Missed { id, day, why }));
        }
    }

    /// It has begun: that is written down, and when it is to end.
    fn keep(&mut self, appointment: &Appointment, window: Window, world: i64) {
        let (id, day) = (appointment.id, window.day);
        let schedule = &mut self.brain.schedule;
        schedule.past.keep(id, day, Some(Kept { at: world, now: true }));
        let ends = appointment.end.map(|_| {
            let left = calendar::shown_after(&schedule.zone, window.closes, world) - world;
            self.at + Micros::from_secs(u64::try_from(left).unwrap_or(0))
        });
        schedule.current = Some(Current { id, ends });
        schedule.changed();
        self.tell(EventBody::Schedule(ScheduleFact::Kept { id, day }));
    }

    /// Begins an appointment's task, or says what stands in the way. Nothing has changed then.
    fn begin_appointment(&mut self, appointment: &Appointment, world: i64) -> Result<(), Hindrance> {
        let brain = &self.brain;
        let is_known = match appointment.task {
            Task::Mission(name) => brain.plans.mission(&name).is_some_and(|mission| mission.enabled),
            Task::Program(name) => brain.plans.program(&name).is_some(),
        };
        if !is_known {
            return Err(Hindrance::NotFound);
        }
        if brain.mission.mode_state() == MissionState::UnderWay || brain.mission.program().is_some() {
            return Err(Hindrance::Occupied);
        }
        // In any other mode somebody has put the robot to work (`modes::leads`, by the schedule).
        if brain.mode != Mode::Idle || brain.controls.operator().is_some() {
            return Err(Hindrance::InUse);
        }
        // What could not be written down would begin again after a restart.
        let level = brain.battery_level.level().max(brain.heat_level.level());
        if level >= Level::Critical || brain.memory.store() != StoreState::Ok {
            return Err(Hindrance::Unfit);
        }
        let awake = self.at.since(brain.woken.unwrap_or(RobotTime::BOOT));
        if brain.schedule.is_cooling(appointment, world, awake) {
            return Err(Hindrance::Cooldown);
        }
        self.begin_task(appointment)
    }

    /// Begins it, as a person would.
    fn begin_task(&mut self, appointment: &Appointment) -> Result<(), Hindrance> {
        let Appointment { id, task, dog, .. } = *appointment;
        self.mission_begin(task, dog, id).map_err(|refusal| match refusal {
            Refusal::Mission(refusal) => match refusal {
                MissionRefusal::NotFound { .. } | MissionRefusal::NoSuchProgram { .. } => Hindrance::NotFound,
                MissionRefusal::Disabled { .. } => Hindrance::NotFound,
                MissionRefusal::DailyRewardLimit => Hindrance::DailyRewardLimit,
                _ => Hindrance::Occupied,
            },
            Refusal::OperatorBusy { .. } => Hindrance::InUse,
            Refusal::ModeLocked { by: Lock::Mission } => Hindrance::Occupied,
            _ => Hindrance::Unfit,
        })
    }

    /// Ends what an appointment with an end began, when its window closes; and forgets what has ended by itself.
    fn end_what_is_over(&mut self) {
        let Some(Current { id, ends }) = self.brain.schedule.current else { return };
        let mission = &self.brain.mission;
        if mission.mode_state() != MissionState::UnderWay && mission.program().is_none() {
            self.brain.schedule.current = None;
        } else if ends.is_some_and(|ends| ends <= self.at) {
            self.brain.schedule.current = None;
            self.mission_window_closed(id);
        }
    }
}
