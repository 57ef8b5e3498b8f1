//! Questions and wishes that the robot's own thread has no part in: what there is, and what is to be kept.

pub mod schedule;

use serde_json::Value;
use wimz_contract::wimz::{AckResult, ErrorBody, GuardianWish, Question};

use super::super::Robot;
use super::missions;

/// The message that answers a question: its kind, and its data.
pub fn answer(robot: &Robot, question: Question) -> (&'static str, Value) {
    match question {
        Question::Mission => ("mission", missions::standing(robot)),
        Question::Missions => ("missions_list", missions::missions(robot)),
        Question::Programs => ("programs_list", missions::programs(robot)),
        Question::Schedules => schedule::list(robot),
        Question::Scheduler => schedule::status(robot),
        _ => ("error", Value::Null),
    }
}

/// Keeps what the owner wants of silent guardian, and says how it went.
pub fn wish(robot: &Robot, wish: GuardianWish) -> impl Future<Output = AckResult> + Send + 'static {
    let _ = (robot, wish);
    std::future::ready(Err(ErrorBody::new("not_available", "nothing can be wished for yet")))
}
