//! What goes on in a dog, for people to look at: nobody in the run knows it.

use serde::Serialize;

use super::activity::Activity;
use super::body::Motion;
use super::mind::Dog;
use super::mood::Mood;
use crate::geometry::Point;

/// What goes on in a dog at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Thought {
    /// How it feels.
    pub mood: Mood,
    /// What it is at.
    pub at: Activity,
    /// Whether it is where it does that; it is on its way otherwise.
    pub there: bool,
    /// Where it goes, or what it turns to.
    pub goal: Option<Point>,
    /// What it is about to do, once it has taken in what it heard or saw.
    pub soon: Option<Activity>,
}

impl Thought {
    pub(super) fn of(dog: &Dog) -> Self {
        let goal = match dog.body.motion {
            Motion::To { goal, .. } | Motion::Face(goal) => Some(goal),
            Motion::Jump { to, .. } => Some(Point { x: to.x, y: to.y }),
            Motion::Still | Motion::Spin(_) => None,
        };
        Self {
            mood: dog.mood,
            at: dog.task.activity,
            there: dog.task.there,
            goal,
            soon: dog.intent.map(|intent| intent.task.activity),
        }
    }
}
