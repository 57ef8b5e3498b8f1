//! The schedule on the wire: `create_schedule`, `update_schedule`, `delete_schedule`, and what they are answered with.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use wimz_vocabulary::{
    Appointment, Day, Days, DogId, EventBody, Hindrance, Micros, MissionName, ProgramName, ScheduleFact,
    ScheduleId, ScheduleState, Task, TimeOfDay,
};

use super::command::field::{Name, Whole, day, typed};
use super::command::{Complaint, Order};

/// How long an appointment waits after it was kept, if nothing is said, in hours (field facts A2.4, "cooldown_hours 24").
const COOLDOWN_HOURS: u64 = 24;
/// The longest such wait: thirty days.
const LONGEST_COOLDOWN_HOURS: u64 = 720;
/// What the id of an appointment begins with that is written in a mission's own file.
const OWN: &str = "mission:";

/// What is to be done with the schedule.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// `create_schedule`: an appointment that there is not yet. Without an id the robot gives it one.
    Create(Box<ScheduleFields>, Option<ScheduleId>),
    /// `update_schedule`: an appointment that there is, from now on like this.
    Update(Box<Schedule>),
    /// `delete_schedule`
    Delete(ScheduleId),
}

/// An appointment of the owner's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Schedule {
    /// Its id.
    pub schedule_id: ScheduleId,
    /// What is written down of it.
    #[serde(flatten)]
    pub fields: ScheduleFields,
}

/// What is written down of an appointment (field facts A5, "Schedules").
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ScheduleFields {
    /// Which mission begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mission_name: Option<MissionName>,
    /// Which program begins, where it is no mission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_name: Option<ProgramName>,
    /// For which dog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How often it is.
    #[serde(rename = "type")]
    pub kind: Often,
    /// On which day, for one that is once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    pub date: Option<Date>,
    /// From when on it may begin, by the clock where the robot stands: `HH:MM`.
    pub start_time: Clock,
    /// Until when it may begin, and when it is ended; on the day after if it is not after `start_time`. Without it, it may
    /// begin for an hour, and is not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Clock>,
    /// On which days, for one that is weekly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days_of_week: Vec<Weekday>,
    /// Whether it is in force. One that is once no longer is when it was kept.
    pub enabled: bool,
    /// For how many hours it does not begin again after it began.
    pub cooldown_hours: u16,
}

/// An appointment as a client gives it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleDraft {
    /// Its id; a new one may do without.
    schedule_id: Option<Name<ScheduleId>>,
    /// Which mission begins: one of `list_missions`.
    mission_name: Option<Name<MissionName>>,
    /// Which program begins, where it is no mission: one of `list_programs`.
    program_name: Option<Name<ProgramName>>,
    /// For which dog.
    dog_id: Option<Name<DogId>>,
    /// What its owner calls it: 1 to 60 characters.
    #[cfg_attr(feature = "schemas", schemars(length(min = 1, max = 60)))]
    name: Option<String>,
    /// How often it is.
    #[serde(rename = "type")]
    kind: Often,
    /// On which day, for one that is once: `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "day")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    date: Option<Date>,
    /// From when on it may begin, by the clock where the robot stands.
    start_time: Clock,
    /// Until when it may begin, and when it is ended; on the day after if it is not after `start_time`. Without it, it may
    /// begin for an hour, and is not ended.
    end_time: Option<Clock>,
    /// On which days, for one that is weekly.
    days_of_week: Option<Vec<Weekday>>,
    /// Whether it is in force; it is, if nothing is said.
    enabled: Option<bool>,
    /// For how many hours it does not begin again after it began: 24 if nothing is said.
    cooldown_hours: Option<Whole<0, LONGEST_COOLDOWN_HOURS>>,
}

/// An appointment, made or changed.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Planned {
    /// The whole of it.
    schedule: ScheduleDraft,
}

/// An appointment that is struck out.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Struck {
    /// Which.
    schedule_id: Name<ScheduleId>,
}

/// How often an appointment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Often {
    /// On one day.
    Once,
    /// Every day.
    Daily,
    /// On some days of the week.
    Weekly,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are the days of the week")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A time of the day: `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock(pub TimeOfDay);

impl Clock {
    fn read(text: &str) -> Option<Self> {
        let [ten_hours, hours, b':', ten_minutes, minutes] = text.as_bytes() else { return None };
        let digits = [ten_hours, hours, ten_minutes, minutes];
        if !digits.iter().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let [ten_hours, hours, ten_minutes, minutes] = digits.map(|digit| u16::from(*digit - b'0'));
        let (hour, minute) = (ten_hours * 10 + hours, ten_minutes * 10 + minutes);
        (hour < 24 && minute < 60).then_some(Self(TimeOfDay(hour * 60 + minute)))
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| {
            let text = super::command::field::clipped(&text, 20);
            serde::de::Error::custom(format_args!(
                "`{text}` is no time of the day: write HH:MM, 00:00 to 23:59"
            ))
        })
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let minutes = self.0.0;
        serializer.collect_str(&format_args!("{:02}:{:02}", minutes / 60, minutes % 60))
    }
}

#[cfg(feature = "schemas")]
impl schemars::JsonSchema for Clock {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Clock".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" })
    }
}

impl ScheduleDraft {
    fn read(self) -> Result<(Option<ScheduleId>, ScheduleFields), String> {
        let Self { schedule_id, mission_name, program_name, dog_id, name, kind, .. } = self;
        let schedule_id = schedule_id.map(|id| id.0);
        let (mission_name, program_name) = (mission_name.map(|name| name.0), program_name.map(|name| name.0));
        let dog_id = dog_id.map(|id| id.0);
        if schedule_id.is_some_and(|id| id.as_str().trim() != id.as_str()) {
            return Err("schedule_id: it begins or ends with a blank: leave that out".to_owned());
        }
        if schedule_id.is_some_and(|id| id.as_str().starts_with(OWN)) {
            return Err(format!(
                "schedule_id: `{OWN}` is for what missions' own files say: choose another id"
            ));
        }
        if mission_name.is_some() == program_name.is_some() {
            return Err("give `mission_name` or `program_name`, one of the two".to_owned());
        }
        let is_line = |name: &String| {
            !name.trim().is_empty() && name.chars().count() <= 60 && !name.chars().any(char::is_control)
        };
        if !name.as_ref().is_none_or(is_line) {
            return Err("name: it is 1 to 60 characters that can be seen".to_owned());
        }
        let mut days_of_week = self.days_of_week.unwrap_or_default();
        days_of_week.sort_unstable();
        days_of_week.dedup();
        if kind != Often::Once && self.date.is_some() {
            return Err("date: it is for an appointment of `type` once".to_owned());
        }
        if kind != Often::Weekly && !days_of_week.is_empty() {
            return Err("days_of_week: they are for an appointment of `type` weekly".to_owned());
        }
        if kind == Often::Once && !self.date.is_some_and(|day| (2020..=2199).contains(&day.year())) {
            return Err("date: an appointment of `type` once has one, as YYYY-MM-DD, from 2020 on".to_owned());
        }
        if kind == Often::Weekly && days_of_week.is_empty() {
            return Err("days_of_week: an appointment of `type` weekly has some: [\"monday\"]".to_owned());
        }
        // Within its bounds.
        let cooldown_hours = self.cooldown_hours.map_or(COOLDOWN_HOURS, |hours| hours.0) as u16;
        let fields = ScheduleFields {
            mission_name,
            program_name,
            dog_id,
            name,
            kind,
            date: self.date,
            start_time: self.start_time,
            end_time: self.end_time,
            days_of_week,
            enabled: self.enabled.unwrap_or(true),
            cooldown_hours,
        };
        Ok((schedule_id, fields))
    }
}

pub(super) fn create(data: Value) -> Result<Order, Complaint> {
    let Planned { schedule } = typed(data)?;
    let (id, fields) = schedule.read()?;
    Ok(Order::Plan(Plan::Create(Box::new(fields), id)))
}

pub(super) fn update(data: Value) -> Result<Order, Complaint> {
    let Planned { schedule } = typed(data)?;
    let (id, fields) = schedule.read()?;
    let schedule_id = id.ok_or_else(|| "schedule_id: say which: get_schedules tells them".to_owned())?;
    Ok(Order::Plan(Plan::Update(Box::new(Schedule { schedule_id, fields }))))
}

pub(super) fn delete(data: Value) -> Result<Order, Complaint> {
    let Struck { schedule_id } = typed(data)?;
    Ok(Order::Plan(Plan::Delete(schedule_id.0)))
}

impl ScheduleFields {
    /// What begins.
    pub fn task(&self) -> Option<Task> {
        let mission = self.mission_name.map(Task::Mission);
        mission.or(self.program_name.map(Task::Program))
    }
}

impl Schedule {
    /// As the robot is told of it, made or changed at `since`, in seconds since 1970. None if it is not as it may be,
    /// because somebody has changed it by hand.
    pub fn appointment(&self, since: i64) -> Option<Appointment> {
        let fields = &self.fields;
        let days = match fields.kind {
            Often::Once => Days::Once(day_of(fields.date?)?),
            Often::Daily => Days::Daily,
            Often::Weekly => {
                Days::Weekly(fields.days_of_week.iter().fold(0, |days, day| days | 1 << *day as u8))
            }
        };
        Some(Appointment {
            id: self.schedule_id,
            task: fields.task()?,
            dog: fields.dog_id,
            days,
            start: fields.start_time.0,
            end: fields.end_time.map(|end| end.0),
            cooldown: Micros::from_secs(u64::from(fields.cooldown_hours) * 3_600),
            enabled: fields.enabled,
            since,
        })
    }

    /// An appointment that is written in a mission's own file, as the owner's are told.
    pub fn of(appointment: &Appointment) -> Self {
        let (mission_name, program_name) = match appointment.task {
            Task::Mission(mission) => (Some(mission), None),
            Task::Program(program) => (None, Some(program)),
        };
        const ALL: [Weekday; 7] = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
            Weekday::Saturday,
            Weekday::Sunday,
        ];
        let (kind, date, days) = match appointment.days {
            Days::Once(day) => (Often::Once, date_of(day), 0),
            Days::Daily => (Often::Daily, None, 0),
            Days::Weekly(days) => (Often::Weekly, None, days),
        };
        let hours = appointment.cooldown.get() / Micros::from_secs(3_600).get();
        let fields = ScheduleFields {
            mission_name,
            program_name,
            dog_id: appointment.dog,
            name: None,
            kind,
            date,
            start_time: Clock(appointment.start),
            end_time: appointment.end.map(Clock),
            days_of_week: ALL.into_iter().filter(|day| days & (1 << *day as u8) != 0).collect(),
            enabled: appointment.enabled,
            cooldown_hours: u16::try_from(hours).unwrap_or(u16::MAX),
        };
        Self { schedule_id: appointment.id, fields }
    }
}

fn day_of(day: Date) -> Option<Day> {
    let days = day.since(date(1970, 1, 1)).ok()?.get_days();
    Some(Day(days))
}

fn date_of(day: Day) -> Option<Date> {
    date(1970, 1, 1).checked_add(jiff::Span::new().try_days(day.0).ok()?).ok()
}

/// All appointments: `schedules_list`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SchedulesList {
    /// Those of the owner, sorted by id, and after them those that are written in missions' own files.
    pub schedules: Vec<Schedule>,
}

/// An appointment is new, or another than it was: `schedule_created`, `schedule_updated`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SchedulePlanned {
    /// The whole of it.
    pub schedule: Schedule,
}

/// An appointment is struck out: `schedule_deleted`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ScheduleStruck {
    /// Which.
    pub schedule_id: ScheduleId,
}

/// How the schedule stands: `scheduler_status`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SchedulerStatus {
    /// Whether any appointment is in force.
    pub enabled: bool,
    /// Whether the wall clock is known well enough to keep them.
    pub clock_trusted: bool,
    /// Where the robot stands, by the name of its time zone.
    pub timezone: String,
    /// The one that comes next; `null` if none does.
    pub next: Option<NextSchedule>,
    /// The one that began what is under way; `null` if none did.
    pub current: Option<ScheduleId>,
}

impl SchedulerStatus {
    /// Of a robot that stands in this zone.
    pub fn new(state: ScheduleState, timezone: String) -> Self {
        Self {
            enabled: state.appointments > 0,
            clock_trusted: state.clock_is_trusted,
            timezone,
            next: NextSchedule::of(state),
            current: state.current,
        }
    }
}

/// An appointment that comes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct NextSchedule {
    /// Which.
    pub schedule_id: ScheduleId,
    /// When its window opens, or has opened: ISO 8601, UTC.
    pub at: String,
}

impl NextSchedule {
    fn of(state: ScheduleState) -> Option<Self> {
        let (schedule_id, at) = state.next?;
        let at = Timestamp::from_second(at).ok()?.to_string();
        Some(Self { schedule_id, at })
    }
}

/// How the schedule stands, within a `status_update`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ScheduleNow {
    /// How many appointments are in force.
    pub appointments: u16,
    /// Whether the wall clock is known well enough to keep them.
    pub clock_is_trusted: bool,
    /// The one that began what is under way; `null` if none did.
    pub current: Option<ScheduleId>,
    /// The one that comes next; `null` if none does.
    pub next: Option<NextSchedule>,
}

impl From<ScheduleState> for ScheduleNow {
    fn from(state: ScheduleState) -> Self {
        let ScheduleState { appointments, clock_is_trusted, current, .. } = state;
        Self { appointments, clock_is_trusted, current, next: NextSchedule::of(state) }
    }
}

/// What became of an appointment: `schedule`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ScheduleNews {
    /// What.
    pub action: ScheduleAction,
    /// Of which.
    pub schedule_id: ScheduleId,
    /// Of which day: the one on which its window opened, `YYYY-MM-DD`.
    pub date: String,
    /// What stood in its way last, where it was missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Hindrance>,
}

/// What became of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScheduleAction {
    /// It began.
    Kept,
    /// Its window closed before it could.
    Missed,
}

impl ScheduleNews {
    /// What a fact says, if it is of the schedule.
    pub fn of(fact: &EventBody) -> Option<Self> {
        let EventBody::Schedule(fact) = fact else { return None };
        let (action, schedule_id, day, reason) = match *fact {
            ScheduleFact::Kept { id, day } => (ScheduleAction::Kept, id, day, None),
            ScheduleFact::Missed { id, day, why } => (ScheduleAction::Missed, id, day, Some(why)),
        };
        let date = date_of(day).map(|day| day.to_string()).unwrap_or_default();
        Some(Self { action, schedule_id, date, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn given(but: &[(&str, Value)]) -> Result<Order, String> {
        let mut schedule = json!({ "schedule_id": "supper", "mission_name": "sit", "type": "weekly",
            "start_time": "17:30", "end_time": "01:00", "days_of_week": ["sunday", "monday", "sunday"] });
        for (name, value) in but {
            match value {
                Value::Null => drop(schedule.as_object_mut().unwrap().remove(*name)),
                value => schedule[*name] = value.clone(),
            }
        }
        create(json!({ "schedule": schedule })).map_err(|complaint| complaint.message)
    }

    fn appointment(but: &[(&str, Value)]) -> Appointment {
        match given(but).unwrap() {
            Order::Plan(Plan::Create(fields, id)) => {
                Schedule { schedule_id: id.unwrap(), fields: *fields }.appointment(7).unwrap()
            }
            order => panic!("{order:?}"),
        }
    }

    #[test]
    fn an_appointment_is_what_it_may_be_or_the_caller_reads_why_not() {
        let weekly = appointment(&[]);
        assert_eq!(weekly.days, Days::Weekly(0b100_0001));
        assert_eq!((weekly.start, weekly.end), (TimeOfDay(1_050), Some(TimeOfDay(60))));
        assert_eq!((weekly.cooldown, weekly.enabled), (Micros::from_secs(86_400), true));
        let once = [("type", json!("once")), ("date", json!("2026-03-29")), ("days_of_week", json!(null))];
        assert_eq!(appointment(&once).days, Days::Once(Day(20_541)));
        for (but, why) in [
            (vec![("start_time", json!("24:00"))], "`24:00` is no time of the day"),
            (vec![("start_time", json!("7:30"))], "`7:30` is no time"),
            (vec![("start_time", json!("07:60"))], "HH:MM"),
            (vec![("mission_name", json!(null))], "one of the two"),
            (vec![("program_name", json!("evening"))], "one of the two"),
            (vec![("days_of_week", json!(["mondy"]))], "mondy"),
            (vec![("days_of_week", json!([]))], "has some"),
            (vec![("type", json!("daily"))], "weekly"),
            (vec![("type", json!("yearly"))], "yearly"),
            (vec![("type", json!("once")), ("days_of_week", json!(null))], "date"),
            (vec![("date", json!("2026-03-29"))], "once"),
            (vec![("date", json!("2026-02-29"))], "date: `2026-02-29` is no day: write it like 2026-11-21"),
            (vec![("schedule_id", json!(" supper"))], "blank"),
            (vec![("mission_name", json!(""))], "mission_name: it is empty"),
            (vec![("cooldown_hours", json!(721))], "720"),
            (vec![("name", json!(" "))], "60 characters"),
            (vec![("schedule_id", json!("mission:sit"))], "another id"),
            (vec![("schedule_id", json!(""))], "empty"),
            (vec![("colour", json!("red"))], "colour"),
        ] {
            let told = given(&but).unwrap_err();
            assert!(told.contains(why), "{but:?}: {told}");
        }
        assert!(
            update(json!({ "schedule": { "mission_name": "sit", "type": "daily", "start_time": "07:00" } }))
                .unwrap_err()
                .message
                .contains("say which")
        );
    }

    #[test]
    fn what_is_told_can_be_given_back() {
        for days in [Days::Weekly(0b101), Days::Daily, Days::Once(Day(20_541))] {
            let one = Appointment { days, ..appointment(&[]) };
            let told = Schedule::of(&one);
            assert_eq!(told.appointment(7), Some(one));
            let text = serde_json::to_value(&told).unwrap();
            assert_eq!(serde_json::from_value::<Schedule>(text.clone()).unwrap(), told);
            let again = update(json!({ "schedule": text })).unwrap();
            assert_eq!(again, Order::Plan(Plan::Update(Box::new(told))));
        }
    }
}
