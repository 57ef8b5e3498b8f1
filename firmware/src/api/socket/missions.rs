//! Missions and programs, as one client is told of them: facts as messages, and which there are.

use serde_json::{Value, json};
use wimz_brain::plans::{Mission as Plan, Timetable, Wanted};
use wimz_contract::wimz::{
    Mission, MissionEntry, MissionKnown, MissionsList, ProgramEntry, ProgramNews, ProgramsList,
};
use wimz_vocabulary::{
    Days, DogId, Event, EventBody, MissionEnd, MissionFact, MissionName, Status, TimeOfDay,
};

use crate::api::Robot;

/// What a client has heard of the newest mission.
#[derive(Debug, Default)]
pub struct Missions {
    newest: Option<Run>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    number: u32,
    mission: MissionName,
    dog: Option<DogId>,
}

impl Missions {
    /// What a fact of a mission or a program is to an app.
    pub fn of_fact(
        &mut self,
        robot: &Robot,
        event: &Event,
        is_past: bool,
        status: &Status,
    ) -> Option<String> {
        let EventBody::Mission(fact) = event.body else { return None };
        if let Some(news) = ProgramNews::of(&fact) {
            return Some(robot.fact("program", event, is_past, news));
        }
        let message = self.message(robot, &fact, status)?;
        Some(robot.fact("mission", event, is_past, message))
    }

    fn message(&mut self, robot: &Robot, fact: &MissionFact, status: &Status) -> Option<Mission> {
        if let MissionFact::Started { mission, run: number, dog, .. } = *fact {
            self.newest = Some(Run { number, mission, dog });
        }
        let now = status.mission.filter(|now| now.run.is_some() && now.run == run_of(fact));
        let newest = self.newest.filter(|newest| Some(newest.number) == run_of(fact));
        let name = name_of(fact).or(newest.map(|run| run.mission)).or(now.map(|now| now.mission));
        let plans = robot.plans();
        let plan = name.and_then(|name| plans.mission(&name));
        let known = MissionKnown {
            mission: name,
            stages: plan.map_or(0, |plan| plan.stages.len().try_into().unwrap_or(u16::MAX)),
            dog: now.and_then(|now| now.dog).or(newest.and_then(|run| run.dog)),
            rewards: now.map_or(0, |now| now.treats),
        };
        let mut message = Mission::of(fact, known)?;
        if matches!(fact, MissionFact::Paused { .. } | MissionFact::Resumed { .. }) {
            message.stage_number = now.map_or(0, |now| now.stage.into());
        }
        finish(robot, &mut message, plan);
        Some(message)
    }
}

/// How the mission stands, as an answer.
pub fn standing(robot: &Robot) -> Value {
    let status = robot.door.status().borrow().mission;
    let mut message = Mission::standing(status);
    let plans = robot.plans();
    let plan = message.mission_id.and_then(|name| plans.mission(&name));
    if let Some(plan) = plan {
        message.total_stages = plan.stages.len().try_into().unwrap_or(u16::MAX);
    }
    finish(robot, &mut message, plan);
    json!(message)
}

/// Which missions there are.
pub fn missions(robot: &Robot) -> Value {
    let missions = robot.plans().missions.iter().map(entry).collect();
    json!(MissionsList { missions })
}

/// Which programs there are.
pub fn programs(robot: &Robot) -> Value {
    let entry = |program: &wimz_brain::plans::Program| ProgramEntry {
        name: program.name,
        display_name: program.display_name.clone(),
        description: program.description.clone(),
        missions: program.missions.clone(),
        repeat: program.repeat,
        daily_treat_limit: program.daily_treat_limit,
        rest_between_missions_sec: program.rest.as_secs_f32(),
    };
    json!(ProgramsList { programs: robot.plans().programs.iter().map(entry).collect() })
}

fn entry(plan: &Plan) -> MissionEntry {
    MissionEntry {
        name: plan.name,
        display_name: plan.display_name.clone(),
        description: plan.description.clone(),
        enabled: plan.enabled,
        max_rewards: plan.max_rewards,
        duration_minutes: plan.duration.map(|span| span.as_secs_f32() / 60.0),
        stages: plan.stages.iter().map(|stage| stage.name.clone()).collect(),
        schedule: timetable(&plan.schedule),
    }
}

/// When a mission is meant to run, in words.
fn timetable(schedule: &Timetable) -> String {
    match schedule {
        Timetable::Manual => "manual".to_owned(),
        Timetable::Continuous => "continuous".to_owned(),
        Timetable::At { days, start, end, auto_start } => {
            let days = match days {
                Days::Once(_) => "once",
                Days::Daily => "daily",
                Days::Weekly(_) => "weekly",
            };
            let until = end.map(|end| format!("-{}", time(end))).unwrap_or_default();
            let who = if *auto_start { "" } else { ", proposed" };
            format!("{days} {}{until}{who}", time(*start))
        }
    }
}

fn time(TimeOfDay(minute): TimeOfDay) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// What a message says beside the fact: the dog's name, what is asked of it, and the plan's own words for its end.
fn finish(robot: &Robot, message: &mut Mission, plan: Option<&Plan>) {
    message.dog_name = message.dog_id.and_then(|dog| robot.shelf.kennel.name(&dog));
    let stage = usize::from(message.stage_number).checked_sub(1);
    let stage = plan.zip(stage).and_then(|(plan, place)| plan.stages.get(place));
    message.trick = stage.and_then(|stage| match &stage.wanted {
        Some(Wanted::Seen(poses)) => {
            poses.last().and_then(|pose| json!(pose.behavior).as_str().map(str::to_owned))
        }
        _ => None,
    });
    let texts = plan.map(|plan| &plan.texts);
    message.message = texts.zip(message.end_reason).and_then(|(texts, end)| match end {
        MissionEnd::AllStagesCompleted => texts.success.clone(),
        MissionEnd::MaxRewardsReached => texts.max_rewards.clone(),
        MissionEnd::Timeout | MissionEnd::StageTimeout => texts.timeout.clone(),
        _ => None,
    });
}

const fn run_of(fact: &MissionFact) -> Option<u32> {
    match fact {
        MissionFact::Started { run, .. }
        | MissionFact::Phase { run, .. }
        | MissionFact::Progress { run, .. }
        | MissionFact::StageDone { run, .. }
        | MissionFact::StageMissed { run, .. }
        | MissionFact::Paused { run, .. }
        | MissionFact::Resumed { run, .. }
        | MissionFact::Ended { run, .. } => Some(*run),
        _ => None,
    }
}

const fn name_of(fact: &MissionFact) -> Option<MissionName> {
    match fact {
        MissionFact::Loaded { mission }
        | MissionFact::Started { mission, .. }
        | MissionFact::StageDone { mission, .. }
        | MissionFact::StageMissed { mission, .. }
        | MissionFact::Paused { mission, .. }
        | MissionFact::Resumed { mission, .. }
        | MissionFact::Ended { mission, .. } => Some(*mission),
        _ => None,
    }
}
