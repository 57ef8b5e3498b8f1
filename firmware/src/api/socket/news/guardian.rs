//! What the facts of silent guardian are to an app.

use wimz_contract::wimz::{Guardian, PanicAlert};
use wimz_vocabulary::{Event, GuardianFact};

use crate::api::Robot;

/// The message.
pub(super) fn message(robot: &Robot, event: &Event, fact: &GuardianFact, is_past: bool) -> Option<String> {
    if let Some(alert) = PanicAlert::of(fact) {
        return Some(robot.fact("panic_alert", event, is_past, alert));
    }
    let guardian = Guardian::of(fact, |dog| robot.shelf.kennel.name(dog))?;
    Some(robot.fact("guardian", event, is_past, guardian))
}
