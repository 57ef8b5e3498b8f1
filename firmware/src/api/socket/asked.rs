//! Questions and wishes that the robot's own thread has no part in: what there is, and what is to be kept.

pub mod schedule;

use serde_json::{Value, json};
use wimz_contract::wimz::{AckResult, ErrorBody, GuardianSummary, GuardianWish, Question, SettingsPatch};

use super::super::Robot;
use super::coaching;
use super::missions;
use crate::shelf::NotSet;

/// The message that answers a question: its kind, and its data.
pub fn answer(robot: &Robot, question: Question) -> (&'static str, Value) {
    match question {
        Question::Tricks => ("tricks_list", coaching::tricks(robot)),
        Question::Guardian => {
            let summary = GuardianSummary::from(robot.door.status().borrow().guardian);
            ("sg_summary", json!(summary))
        }
        Question::Mission => ("mission", missions::standing(robot)),
        Question::Missions => ("missions_list", missions::missions(robot)),
        Question::Programs => ("programs_list", missions::programs(robot)),
        Question::Schedules => schedule::list(robot),
        Question::Scheduler => schedule::status(robot),
    }
}

/// Keeps what the owner wants of silent guardian, and says how it went.
pub fn wish(robot: &Robot, wish: GuardianWish) -> impl Future<Output = AckResult> + Send + 'static {
    let robot = robot.clone();
    async move {
        let patch = SettingsPatch { guardian: Some(wish), ..SettingsPatch::default() };
        match robot.shelf.settings.change(&robot.door, robot.clock, patch).await {
            Ok(_) => Ok(None),
            Err(NotSet::OutOfRange(why)) => Err(ErrorBody::new("bad_data", why)),
            Err(NotSet::Refused(refusal)) => Err(ErrorBody::from(refusal)),
            Err(NotSet::Store(error)) => Err(ErrorBody::new("not_kept", error.to_string())),
        }
    }
}
