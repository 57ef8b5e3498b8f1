//! The schedule: which appointments there are, how it stands, and what is to be done with it.

use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use wimz_brain::plans::Mission;
use wimz_contract::wimz::{
    AckResult, ErrorBody, Plan, Schedule, SchedulePlanned, ScheduleStruck, SchedulerStatus, SchedulesList,
};

use super::super::super::Robot;
use crate::shelf::{self, Against, NotPlanned, Planned};
use crate::store::StoreError;

/// `schedules_list`
pub fn list(robot: &Robot) -> (&'static str, Value) {
    let plans = robot.plans();
    let own = plans.missions.iter().filter_map(Mission::appointment);
    let mut schedules = robot.shelf.calendar.all();
    schedules.extend(own.map(|appointment| Schedule::of(&appointment)));
    ("schedules_list", json!(SchedulesList { schedules }))
}

/// `scheduler_status`
pub fn status(robot: &Robot) -> (&'static str, Value) {
    let state = robot.door.status().borrow().schedule;
    let timezone = robot.shelf.settings.timezone().to_string();
    ("scheduler_status", json!(SchedulerStatus::new(state, timezone)))
}

/// Does what is to be done with the schedule, and says how it went.
pub fn plan(robot: &Robot, plan: Plan) -> impl Future<Output = AckResult> + Send + 'static {
    let (robot, plans) = (robot.clone(), robot.plans());
    let done = spawn_blocking(move || {
        let Robot { door, clock, shelf, .. } = robot;
        let status = *door.status().borrow();
        let since = clock.unix(status.at);
        let now = shelf::zone::shown(&shelf.settings.timezone(), since);
        let now = now.filter(|_| status.schedule.clock_is_trusted);
        let against = Against { plans: &plans, kennel: &shelf.kennel, now };
        match plan {
            Plan::Create(fields, id) => {
                shelf.calendar.create(&door, against, (id, *fields), since).map(|_| ())
            }
            Plan::Update(schedule) => shelf.calendar.update(&door, against, *schedule, since),
            Plan::Delete(id) => shelf.calendar.remove(&door, id),
        }
    });
    async move {
        let done = done.await.unwrap_or(Err(NotPlanned::Store(StoreError::Ending)));
        done.map(|()| None).map_err(|error| ErrorBody::new(error.code(), error.to_string()))
    }
}

/// What has become of an appointment, as everybody is told.
pub fn told(change: Planned) -> (&'static str, Value) {
    match change {
        Planned::Created(schedule) => ("schedule_created", json!(SchedulePlanned { schedule })),
        Planned::Updated(schedule) => ("schedule_updated", json!(SchedulePlanned { schedule })),
        Planned::Deleted(schedule_id) => ("schedule_deleted", json!(ScheduleStruck { schedule_id })),
    }
}
