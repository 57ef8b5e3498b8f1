//! The owner's appointments: kept in the records, told to the robot, and to whoever shows them.
//!
//! Which are due, and what stands in their way, the robot itself knows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use jiff::SignedDuration;
use jiff::civil::DateTime;
use tokio::sync::broadcast;
use tokio::task::spawn_blocking;
use tracing::warn;
use wimz_brain::Plans;
use wimz_contract::wimz::{Clock, Often, Schedule, ScheduleFields};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{EventBody, ScheduleFact, ScheduleId, Task};

use super::Kennel;
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

/// What an appointment is held against.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// The missions and programs there are.
    pub plans: &'a Plans,
    /// The dogs there are.
    pub kennel: &'a Kennel,
    /// What the clock shows where the robot stands; none where the robot does not trust it.
    pub now: Option<DateTime>,
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
    /// Nobody has written down the dog that it is for.
    #[error("{0}")]
    NoSuchDog(String),
    /// Its one day has passed.
    #[error("it would be over already, since {over}, and it is {now}: choose a day or a time to come")]
    Over {
        /// When its window closed, by the clock where the robot stands.
        over: DateTime,
        /// What that clock shows.
        now: DateTime,
    },
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
            Self::NoSuchDog(_) => "no_such_dog",
            Self::Over { .. } => "schedule_over",
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
        against: Against<'_>,
        (id, fields): (Option<ScheduleId>, ScheduleFields),
        since: i64,
    ) -> Result<Schedule, NotPlanned> {
        let _changing = self.change();
        against.check(&fields)?;
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
        against: Against<'_>,
        schedule: Schedule,
        since: i64,
    ) -> Result<(), NotPlanned> {
        let _changing = self.change();
        self.must_know(&schedule.schedule_id)?;
        against.check(&schedule.fields)?;
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

/// How long an appointment without an end may begin: the schedule's own `open_s`.
const OPEN: SignedDuration = SignedDuration::from_hours(1);

impl Against<'_> {
    fn check(&self, fields: &ScheduleFields) -> Result<(), NotPlanned> {
        check_task(self.plans, fields)?;
        if let Some(dog) = &fields.dog_id {
            self.kennel.must_know(dog).map_err(NotPlanned::NoSuchDog)?;
        }
        match (self.now, closes(fields)) {
            // One that is not in force may be of any day: it was kept, perhaps.
            (Some(now), Some(over)) if fields.enabled && over <= now => Err(NotPlanned::Over { over, now }),
            _ => Ok(()),
        }
    }
}

/// When the window of an appointment closes that is once, by the clock where the robot stands.
fn closes(fields: &ScheduleFields) -> Option<DateTime> {
    let date = fields.date.filter(|_| fields.kind == Often::Once)?;
    let at = |clock: Clock| date.at((clock.0.0 / 60) as i8, (clock.0.0 % 60) as i8, 0, 0);
    let opens = at(fields.start_time);
    match fields.end_time.map(at) {
        Some(end) if end > opens => Some(end),
        Some(end) => end.checked_add(SignedDuration::from_hours(24)).ok(),
        None => opens.checked_add(OPEN).ok(),
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
    use wimz_vocabulary::{DogId, Micros, ProgramName};

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
        let kennel = Kennel::open(records.clone(), &mut Vec::new());
        let against = Against { plans: &plans, kennel: &kennel, now: None };
        let create = |name: Option<&str>, fields| {
            calendar.create(&door, against, (name.map(id), fields), 7).map_err(|not| not.to_string())
        };
        let made = create(Some("night"), fields(&[])).unwrap();
        assert_eq!(create(None, fields(&[])).unwrap().schedule_id, id("schedule_1"));
        assert!(create(Some("night"), fields(&[])).unwrap_err().contains("already"));
        let wrong = create(None, fields(&[("program_name", json!("evenin"))])).unwrap_err();
        assert_eq!(wrong, "unknown program `evenin`: did you mean `evening`?");
        let other =
            |name| Schedule { schedule_id: id(name), fields: fields(&[("start_time", json!("03:00"))]) };
        calendar.update(&door, against, other("night"), 8).unwrap();
        let nobodys = calendar.update(&door, against, other("nigth"), 8).unwrap_err();
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
    fn what_is_over_or_for_a_stranger_is_refused_and_the_clock_must_be_trusted_for_it() {
        let (archive, _chronicle) = Chronicle::begin("robot").unwrap();
        let records = Records::with(&archive);
        let (door, _intake) = door::door();
        let calendar = Calendar::open(records.clone(), &mut Vec::new());
        let (plans, kennel) = (plans(), Kennel::open(records, &mut Vec::new()));
        kennel
            .begin_with(
                DogId::new("elsa").unwrap(),
                serde_json::from_value(json!({ "name": "Elsa" })).unwrap(),
            )
            .unwrap();
        let create = |now: Option<&str>, but: &[(&str, Value)]| {
            let now = now.map(|now| now.parse().unwrap());
            let against = Against { plans: &plans, kennel: &kennel, now };
            calendar
                .create(&door, against, (None, fields(but)), 7)
                .map(drop)
                .map_err(|not| (not.code(), not.to_string()))
        };
        // From 02:30 on it may begin for an hour.
        let late = Some("2026-03-29T03:30:00");
        let words = "it would be over already, since 2026-03-29T03:30:00, and it is 2026-03-29T03:30:00: choose a day or a \
                     time to come";
        assert_eq!(create(late, &[]), Err(("schedule_over", words.to_owned())));
        create(Some("2026-03-29T03:29:59"), &[]).unwrap();
        create(None, &[]).unwrap();
        create(late, &[("enabled", json!(false))]).unwrap();
        create(late, &[("end_time", json!("03:31"))]).unwrap();
        create(late, &[("end_time", json!("02:00"))]).unwrap();
        create(late, &[("end_time", json!("03:00"))]).unwrap_err();
        create(Some("2026-03-30T02:00:00"), &[("end_time", json!("02:00"))]).unwrap_err();
        create(late, &[("type", json!("daily")), ("date", Value::Null)]).unwrap();
        let words =
            "there is no dog `elza`: did you mean `elsa`? a dog must be written down first".to_owned();
        assert_eq!(create(None, &[("dog_id", json!("elza"))]), Err(("no_such_dog", words)));
        create(None, &[("dog_id", json!("dog_elsa"))]).unwrap();
    }

    #[test]
    fn there_are_not_more_than_anybody_looks_through() {
        let (archive, _chronicle) = Chronicle::begin("robot").unwrap();
        let (door, _intake) = door::door();
        let records = Records::with(&archive);
        let calendar = Calendar::open(records.clone(), &mut Vec::new());
        let (plans, kennel) = (plans(), Kennel::open(records, &mut Vec::new()));
        let against = Against { plans: &plans, kennel: &kennel, now: None };
        for _ in 0..APPOINTMENTS {
            calendar.create(&door, against, (None, fields(&[])), 7).unwrap();
        }
        let refused = calendar.create(&door, against, (None, fields(&[])), 7).unwrap_err();
        assert_eq!(refused.code(), "too_many");
    }
}
