//! The owner's appointments: kept in the records, told to the robot, and to whoever shows them.
//!
//! Which are due, and what stands in their way, the robot itself knows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::broadcast;
use tokio::task::spawn_blocking;
use tracing::warn;
use wimz_brain::Plans;
use wimz_contract::wimz::{Often, Schedule, ScheduleFields};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{EventBody, ScheduleFact, ScheduleId, Task};

use crate::Door;
use crate::door::Notice;
use crate::store::{Records, StoreError};

/// More than any owner looks through; a bound all the same.
const APPOINTMENTS: usize = 64;

/// How many changes a client may fall behind before it misses some.
const CHANGES: usize = 64;

/// The appointments. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Calendar {
    records: Records,
    /// Each with when it was made or changed, in seconds since 1970.
    known: Arc<RwLock<BTreeMap<ScheduleId, (Schedule, i64)>>>,
    /// Held by whoever changes one, until the robot has it.
    changing: Arc<Mutex<()>>,
    changes: broadcast::Sender<Planned>,
}

/// What has become of an appointment.
#[derive(Clone, Debug, PartialEq)]
pub enum Planned {
    /// It is new.
    Created(Schedule),
    /// It is another than it was.
    Updated(Schedule),
    /// It is struck out.
    Deleted(ScheduleId),
}

/// Why an appointment is not as somebody wants it.
#[derive(Debug, thiserror::Error)]
pub enum NotPlanned {
    /// There is one of this id.
    #[error("there is an appointment {0} already: change it with update_schedule, or choose another id")]
    Taken(ScheduleId),
    /// There is none of this id.
    #[error("{0}")]
    NoSuchSchedule(String),
    /// There is no such mission or program.
    #[error("{0}")]
    NoSuchTask(String),
    /// As many as there may be.
    #[error("there are {APPOINTMENTS} appointments already: strike one out first")]
    TooMany,
    /// Somebody has changed it by hand, and it is none any more.
    #[error("it is not an appointment as it should be")]
    Unusable,
    /// The disk's word.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NotPlanned {
    /// A short, stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Taken(_) => "schedule_exists",
            Self::NoSuchSchedule(_) => "no_such_schedule",
            Self::NoSuchTask(_) => "not_found",
            Self::TooMany => "too_many",
            Self::Unusable => "bad_data",
            Self::Store(_) => "store_unavailable",
        }
    }
}

impl Calendar {
    /// The appointments that these records have; what cannot be read of them is told of in `told`.
    pub(super) fn open(records: Records, told: &mut Vec<String>) -> Self {
        let kept = records.schedules().unwrap_or_else(|error| {
            told.push(format!("the appointments that are written down cannot be read: {error}"));
            Vec::new()
        });
        let known = kept.into_iter().map(|(one, since)| (one.schedule_id, (one, since))).collect();
        let (changes, _) = broadcast::channel(CHANGES);
        Self { records, known: Arc::new(RwLock::new(known)), changing: Arc::default(), changes }
    }

    /// All of them, sorted by id; never waits for the disk.
    pub fn all(&self) -> Vec<Schedule> {
        self.known().values().map(|(schedule, _)| schedule.clone()).collect()
    }

    /// What becomes of them from now on.
    pub fn changes(&self) -> broadcast::Receiver<Planned> {
        self.changes.subscribe()
    }

    /// Makes an appointment at `since`, in seconds since 1970, under an id of its own if none is given. Waits for the disk,
    /// as all that follows.
    ///
    /// # Errors
    /// [`NotPlanned`]; nothing has changed.
    pub fn create(
        &self,
        door: &Door,
        plans: &Plans,
        (id, fields): (Option<ScheduleId>, ScheduleFields),
        since: i64,
    ) -> Result<Schedule, NotPlanned> {
        let _changing = self.change();
        check_task(plans, &fields)?;
        let schedule_id = {
            let known = self.known();
            if known.len() >= APPOINTMENTS {
                return Err(NotPlanned::TooMany);
            }
            let free = |id: &ScheduleId| !known.contains_key(id);
            let mut own = (1..).filter_map(|number| ScheduleId::new(&format!("schedule_{number}")).ok());
            match id {
                Some(id) if !free(&id) => return Err(NotPlanned::Taken(id)),
                Some(id) => id,
                None => own.find(free).ok_or(NotPlanned::TooMany)?,
            }
        };
        let schedule = Schedule { schedule_id, fields };
        self.put(door, &schedule, since)?;
        self.say(Planned::Created(schedule.clone()));
        Ok(schedule)
    }

    /// Changes an appointment.
    ///
    /// # Errors
    /// [`NotPlanned`]; nothing has changed.
    pub fn update(
        &self,
        door: &Door,
        plans: &Plans,
        schedule: Schedule,
        since: i64,
    ) -> Result<(), NotPlanned> {
        let _changing = self.change();
        self.must_know(&schedule.schedule_id)?;
        check_task(plans, &schedule.fields)?;
        self.put(door, &schedule, since)?;
        self.say(Planned::Updated(schedule));
        Ok(())
    }

    /// Strikes an appointment out.
    ///
    /// # Errors
    /// [`NotPlanned`]; nothing has changed.
    pub fn remove(&self, door: &Door, id: ScheduleId) -> Result<(), NotPlanned> {
        let _changing = self.change();
        self.must_know(&id)?;
        self.records.remove_schedule(&id)?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
        door.inform(Notice::AppointmentGone(id));
        self.say(Planned::Deleted(id));
        Ok(())
    }

    /// Tells a robot that has just started which appointments there are.
    pub(super) fn introduce(&self, door: &Door) {
        let known = self.known();
        let all = known.values().filter_map(|(schedule, since)| schedule.appointment(*since));
        all.for_each(|appointment| door.inform(Notice::Appointment(appointment)));
    }

    /// Writes down of appointments that are once that they are over, when they were kept. Never returns.
    pub(super) async fn listen(self, door: Door) {
        let Some(mut events) = door.events() else { return };
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                Err(broadcast::error::RecvError::Lagged(_)) => continue,
                Err(broadcast::error::RecvError::Closed) => return,
            };
            let EventBody::Schedule(ScheduleFact::Kept { id, .. }) = event.body else { continue };
            let (calendar, door) = (self.clone(), door.clone());
            if let Ok(Err(error)) = spawn_blocking(move || calendar.was_kept(&door, &id)).await {
                warn!(%error, "that an appointment is over is not written down: the robot itself knows");
            }
        }
    }

    /// An appointment was kept: one that is once is over.
    fn was_kept(&self, door: &Door, id: &ScheduleId) -> Result<(), NotPlanned> {
        let _changing = self.change();
        let kept = self.known().get(id).cloned();
        let Some((mut schedule, since)) = kept.filter(|(one, _)| one.fields.kind == Often::Once) else {
            return Ok(());
        };
        schedule.fields.enabled = false;
        self.put(door, &schedule, since)?;
        self.say(Planned::Updated(schedule));
        Ok(())
    }

    fn put(&self, door: &Door, schedule: &Schedule, since: i64) -> Result<(), NotPlanned> {
        let appointment = schedule.appointment(since).ok_or(NotPlanned::Unusable)?;
        self.records.put_schedule(schedule, since)?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(schedule.schedule_id, (schedule.clone(), since));
        door.inform(Notice::Appointment(appointment));
        Ok(())
    }

    fn must_know(&self, id: &ScheduleId) -> Result<(), NotPlanned> {
        let known = self.known();
        if known.contains_key(id) {
            return Ok(());
        }
        let words = known.keys().map(ScheduleId::as_str);
        Err(NotPlanned::NoSuchSchedule(unknown("appointment", id.as_str(), words)))
    }

    fn say(&self, change: Planned) {
        // Nobody listening is no error.
        let _ = self.changes.send(change);
    }

    fn known(&self) -> RwLockReadGuard<'_, BTreeMap<ScheduleId, (Schedule, i64)>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_task(plans: &Plans, fields: &ScheduleFields) -> Result<(), NotPlanned> {
    let message = match fields.task() {
        Some(Task::Mission(name)) if plans.mission(&name).is_none() => {
            unknown("mission", name.as_str(), plans.missions.iter().map(|one| one.name.as_str()))
        }
        Some(Task::Program(name)) if plans.program(&name).is_none() => {
            unknown("program", name.as_str(), plans.programs.iter().map(|one| one.name.as_str()))
        }
        Some(_) => return Ok(()),
        None => return Err(NotPlanned::Unusable),
    };
    Err(NotPlanned::NoSuchTask(message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door;
    use crate::store::Chronicle;
    use serde_json::{Value, json};
    use wimz_brain::plans::{Creator, Program};
    use wimz_vocabulary::{Micros, ProgramName};

    fn plans() -> Plans {
        let program = Program {
            name: ProgramName::new("evening").unwrap(),
            display_name: String::new(),
            description: String::new(),
            missions: Vec::new(),
            created_by: Creator::User,
            repeat: false,
            daily_treat_limit: None,
            rest: Micros::ZERO,
        };
        Plans { programs: vec![program], ..Plans::default() }
    }

    fn fields(but: &[(&str, Value)]) -> ScheduleFields {
        let mut fields = json!({ "program_name": "evening", "type": "once", "date": "2026-03-29",
            "start_time": "02:30", "enabled": true, "cooldown_hours": 24 });
        but.iter().for_each(|(name, value)| fields[*name] = value.clone());
        serde_json::from_value(fields).unwrap()
    }

    #[test]
    fn the_robot_knows_the_appointments_that_are_written_down_and_no_others() {
        let (archive, _chronicle) = Chronicle::begin("robot").unwrap();
        let records = Records::with(&archive);
        let (door, intake) = door::door();
        let calendar = Calendar::open(records.clone(), &mut Vec::new());
        let mut changes = calendar.changes();
        let (plans, id) = (plans(), |name: &str| ScheduleId::new(name).unwrap());
        let create = |name: Option<&str>, fields| {
            calendar.create(&door, &plans, (name.map(id), fields), 7).map_err(|not| not.to_string())
        };
        let made = create(Some("night"), fields(&[])).unwrap();
        assert_eq!(create(None, fields(&[])).unwrap().schedule_id, id("schedule_1"));
        assert!(create(Some("night"), fields(&[])).unwrap_err().contains("already"));
        let wrong = create(None, fields(&[("program_name", json!("evenin"))])).unwrap_err();
        assert_eq!(wrong, "unknown program `evenin`: did you mean `evening`?");
        let other =
            |name| Schedule { schedule_id: id(name), fields: fields(&[("start_time", json!("03:00"))]) };
        calendar.update(&door, &plans, other("night"), 8).unwrap();
        let nobodys = calendar.update(&door, &plans, other("nigth"), 8).unwrap_err();
        assert_eq!(nobodys.to_string(), "unknown appointment `nigth`: did you mean `night`?");
        calendar.remove(&door, id("schedule_1")).unwrap();
        calendar.remove(&door, id("schedule_1")).unwrap_err();
        // The robot says that it was kept: what is once is over, and everybody is told.
        calendar.was_kept(&door, &id("night")).unwrap();
        calendar.was_kept(&door, &id("nobody's")).unwrap();
        let over = Schedule { fields: ScheduleFields { enabled: false, ..other("night").fields }, ..made };
        assert_eq!(calendar.all(), std::slice::from_ref(&over));
        let told: Vec<Notice> = std::iter::from_fn(|| intake.notice()).collect();
        let last = Notice::Appointment(over.appointment(8).unwrap());
        assert_eq!((told.len(), told[4]), (5, last));
        assert_eq!(told[3], Notice::AppointmentGone(id("schedule_1")));
        let said: Vec<Planned> = std::iter::from_fn(|| changes.try_recv().ok()).collect();
        assert_eq!((said.len(), &said[4]), (5, &Planned::Updated(over)));
        let again = Calendar::open(records, &mut Vec::new());
        again.introduce(&door);
        assert_eq!(intake.notice(), Some(last), "and after a restart");
        assert_eq!(intake.notice(), None);
    }

    #[test]
    fn there_are_not_more_than_anybody_looks_through() {
        let (archive, _chronicle) = Chronicle::begin("robot").unwrap();
        let (door, _intake) = door::door();
        let calendar = Calendar::open(Records::with(&archive), &mut Vec::new());
        for _ in 0..APPOINTMENTS {
            calendar.create(&door, &plans(), (None, fields(&[])), 7).unwrap();
        }
        let refused = calendar.create(&door, &plans(), (None, fields(&[])), 7).unwrap_err();
        assert_eq!(refused.code(), "too_many");
    }
}
