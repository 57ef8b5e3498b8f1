//! What a dog does when nobody asks anything of it: one row each, and how much it wants to.
//!
//! To add an activity, write a row and its want. It never moves anything.

use serde::Serialize;

use super::body::Gait;
use super::character::Character;
use super::mood::Mood;
use super::{Deed, Posture};

/// What a dog is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Activity {
    /// It sleeps.
    Sleep,
    /// It lies and looks.
    Rest,
    /// It wanders about.
    Wander,
    /// It plays with a toy.
    Play,
    /// At its bowls.
    Feed,
    /// Looks out of the window.
    Watch,
    /// Waits at the door.
    Door,
    /// Comes to look at the robot.
    Visit,
    /// Keeps away from everything.
    Hide,
    /// With another dog.
    Meet,
    /// At the place from which something was heard.
    Answer,
    /// The owner is back.
    Greet,
    /// Steps out of the robot's way.
    Dodge,
    /// Goes for a treat.
    Eat,
    /// Waits before the robot for what was promised.
    Wait,
    /// Does what it takes a cue for.
    Obey,
}

/// Where it does so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// What is soft, or where it is.
    Soft,
    /// Anywhere, again and again.
    Around,
    Toys,
    Bowls,
    Window,
    Door,
    Robot,
    /// As far from the robot and the noise as there is.
    Corner,
    OtherDog,
}

/// How an activity goes.
pub(super) struct Habit {
    pub activity: Activity,
    pub place: Place,
    pub gait: Gait,
    pub posture: Posture,
    /// How long, in seconds.
    pub spell: [f32; 2],
    /// What is told of it when it is there.
    pub deed: Option<Deed>,
    pub want: fn(&Wants<'_>) -> f32,
}

/// What wants depend on.
pub(super) struct Wants<'a> {
    pub mood: &'a Mood,
    pub character: &'a Character,
    /// Whether the owner is at home.
    pub company: bool,
    /// Whether another dog is there.
    pub pack: bool,
    /// Whether the robot has moved lately.
    pub robot_moves: bool,
}

/// All that it does of its own accord.
pub(super) const HABITS: [Habit; 10] = [
    Habit {
        activity: Activity::Sleep,
        place: Place::Soft,
        gait: Gait::Walk,
        posture: Posture::Lie,
        spell: [480.0, 2_400.0],
        deed: Some(Deed::Sleeps),
        want: |w| 2.6 * w.mood.tiredness * w.mood.tiredness * (1.0 - w.mood.arousal) * (1.0 - w.mood.fear),
    },
    Habit {
        activity: Activity::Rest,
        place: Place::Soft,
        gait: Gait::Walk,
        posture: Posture::Lie,
        spell: [90.0, 900.0],
        deed: Some(Deed::Rests),
        want: |w| (1.1 - 0.85 * w.character.energy) * (0.5 + 0.5 * w.mood.tiredness) * (1.1 - w.mood.boredom),
    },
    Habit {
        activity: Activity::Wander,
        place: Place::Around,
        gait: Gait::Walk,
        posture: Posture::Stand,
        spell: [20.0, 120.0],
        deed: Some(Deed::Wanders),
        want: |w| (0.1 + 0.7 * w.character.energy) * w.mood.boredom,
    },
    Habit {
        activity: Activity::Play,
        place: Place::Toys,
        gait: Gait::Run,
        posture: Posture::Stand,
        spell: [15.0, 80.0],
        deed: Some(Deed::Plays),
        want: |w| 1.6 * w.character.energy * w.mood.boredom * (1.0 - w.mood.tiredness) * (1.0 - w.mood.fear),
    },
    Habit {
        activity: Activity::Feed,
        place: Place::Bowls,
        gait: Gait::Walk,
        posture: Posture::Stand,
        spell: [10.0, 40.0],
        deed: Some(Deed::Feeds),
        want: |w| {
            let hungry = (w.mood.hunger - 0.7).max(0.0) * 12.0;
            let thirsty = (w.mood.thirst - 0.6).max(0.0) * 3.0;
            (hungry + thirsty) * (1.0 - w.mood.fear)
        },
    },
    Habit {
        activity: Activity::Watch,
        place: Place::Window,
        gait: Gait::Walk,
        posture: Posture::Sit,
        spell: [20.0, 180.0],
        deed: Some(Deed::Watches),
        want: |w| 0.5 * w.mood.boredom * (0.2 + w.character.triggers.passerby),
    },
    Habit {
        activity: Activity::Door,
        place: Place::Door,
        gait: Gait::Walk,
        posture: Posture::Lie,
        spell: [60.0, 420.0],
        deed: Some(Deed::WaitsAtDoor),
        want: |w| if w.company { 0.0 } else { w.character.triggers.alone * (0.2 + 0.6 * w.mood.boredom) },
    },
    Habit {
        activity: Activity::Visit,
        place: Place::Robot,
        gait: Gait::Walk,
        posture: Posture::Stand,
        spell: [4.0, 25.0],
        deed: Some(Deed::Visits),
        want: |w| {
            let curious = if w.robot_moves { 0.5 } else { 0.12 };
            curious * (0.3 + w.character.attention) * (0.3 + w.mood.boredom) * (1.0 - w.mood.fear)
        },
    },
    Habit {
        activity: Activity::Hide,
        place: Place::Corner,
        gait: Gait::Trot,
        posture: Posture::Lie,
        spell: [60.0, 300.0],
        deed: Some(Deed::Hides),
        want: |w| 8.0 * (w.mood.fear - 0.35).max(0.0),
    },
    Habit {
        activity: Activity::Meet,
        place: Place::OtherDog,
        gait: Gait::Trot,
        posture: Posture::Stand,
        spell: [5.0, 25.0],
        deed: Some(Deed::MeetsDog),
        want: |w| if w.pack { (0.1 + 0.7 * w.character.energy) * w.mood.boredom } else { 0.0 },
    },
];

impl Activity {
    /// Its habit, if it is one.
    pub(super) fn habit(self) -> Option<&'static Habit> {
        HABITS.iter().find(|habit| habit.activity == self)
    }

    /// How much of its mind it takes, as a share of its attention that is left.
    pub const fn leaves(self) -> f32 {
        match self {
            Self::Sleep => 0.35,
            Self::Answer | Self::Eat | Self::Hide | Self::Greet => 0.45,
            Self::Play | Self::Meet => 0.6,
            Self::Wander | Self::Feed | Self::Door | Self::Dodge => 0.85,
            Self::Rest | Self::Watch => 0.95,
            Self::Visit | Self::Wait | Self::Obey => 1.1,
        }
    }
}
