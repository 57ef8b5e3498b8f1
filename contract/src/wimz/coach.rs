//! The coach on the wire: `force_trick`, `select_dog`, `set_tracking_enabled` and `list_tricks`, `coach_progress`,
//! `coach_reward`, `trick_forced` and `tricks_list`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wimz_vocabulary::{
    CoachCommand, CoachFact, CoachStage, CoachState, Command, DogId, KnownDog, Part, TrickMiss, TrickName,
    Withheld,
};

use super::command::field::Name;
use super::command::{Complaint, Order, typed};
use super::sighting::Who;

/// Which trick comes next.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ForceTrick {
    /// The trick: `list_tricks` tells which there are.
    trick: Name<TrickName>,
    /// Whether it takes the place of another wish, and of the try under way.
    #[serde(default)]
    replace: bool,
}

/// Which dog is in sight.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SelectDog {
    /// The dog; none takes it back.
    dog_id: Option<Name<DogId>>,
}

/// Whether the head may follow the dog.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SetTracking {
    /// Whether it may.
    enabled: bool,
}

const fn order(command: CoachCommand) -> Order {
    Order::Request(Command::Coach(command))
}

pub(super) fn force_trick(data: Value) -> Result<Order, Complaint> {
    let ForceTrick { trick, replace } = typed(data)?;
    Ok(order(CoachCommand::ForceTrick { trick: trick.0, replace }))
}

pub(super) fn select_dog(data: Value) -> Result<Order, Complaint> {
    let SelectDog { dog_id } = typed(data)?;
    Ok(order(CoachCommand::SelectDog { dog: dog_id.map(|dog| dog.0) }))
}

pub(super) fn set_tracking(data: Value) -> Result<Order, Complaint> {
    let SetTracking { enabled } = typed(data)?;
    Ok(order(CoachCommand::SetTracking { on: enabled }))
}

/// What the coach does, and how far the dog has come: `coach_progress`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct CoachProgress {
    /// What the coach does.
    pub stage: CoachStage,
    /// Which trick it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trick: Option<String>,
    /// Which dog, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// Its name, where the owner has written it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_name: Option<String>,
    /// The first try, or the second; 0 while there is none.
    pub attempt: u8,
    /// How sure the robot is of what the dog does, 0 to 1; twice a second while it is watched, as all that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// How long it has held it, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_duration: Option<f32>,
    /// How long it is to hold it, in seconds; 0 for what is heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<f32>,
    /// For how long the window has been open, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<f32>,
}

/// How a try ended: `coach_reward`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct CoachReward {
    /// Which trick.
    pub behavior: String,
    /// Whether the dog did it.
    pub success: bool,
    /// Whether a treat is on its way; what became of it is told as `treat`.
    pub treat: bool,
    /// Which dog, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// Its name, where the owner has written it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_name: Option<String>,
    /// Why it did not do it, or why there is no treat, as a short, stable word for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// A person wants a certain trick next: `trick_forced`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TrickForced {
    /// Which.
    pub trick: String,
    /// Whether another wish, or a try under way, had to give way.
    pub replaced: bool,
}

/// Which tricks there are: `tricks_list`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TricksList {
    /// In the order of their turns.
    pub tricks: Vec<TrickEntry>,
}

/// A trick that can be taught.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TrickEntry {
    /// Its name.
    pub name: String,
    /// What it is, in one line.
    pub description: String,
    /// How long the dog has once the cue was heard, in seconds.
    pub window_s: f32,
}

/// The coach, within a status: `null` while it is not its turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct CoachNow {
    /// What it does.
    pub stage: CoachStage,
    /// Which trick it is about.
    pub trick: Option<String>,
    /// Which trick a person wants next.
    pub wish: Option<String>,
    /// Which dog, where that is known.
    pub dog_id: Option<DogId>,
    /// The first try, or the second; 0 while there is none.
    pub attempt: u8,
    /// Tricks done since the mode began.
    pub done: u16,
    /// Tricks missed since the mode began.
    pub missed: u16,
    /// Which dog the owner says it is.
    pub selected: Option<DogId>,
    /// Whether the head may follow the dog.
    pub tracking: bool,
    /// A part that it cannot teach without, and that has failed: it waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    pub lacks: Option<Part>,
}

impl From<CoachState> for CoachNow {
    fn from(state: CoachState) -> Self {
        let CoachState { stage, trick, wish, known, attempt, done, missed, selected, follows, lacks } = state;
        let text = |name: Option<TrickName>| name.map(|name| name.to_string());
        let dog_id = known.map(|known| known.dog);
        Self {
            stage,
            trick: text(trick),
            wish: text(wish),
            dog_id,
            attempt,
            done,
            missed,
            selected,
            tracking: follows,
            lacks,
        }
    }
}

impl CoachProgress {
    /// What a fact says of it, if it does. `name` tells a dog's name.
    pub fn of(fact: &CoachFact, name: impl Fn(&DogId) -> Option<String>) -> Option<Self> {
        let new = |stage, trick: Option<TrickName>, known: Option<KnownDog>, attempt| {
            let Who { dog_id, dog_name, .. } = Who::of(known, name);
            let trick = trick.map(|trick| trick.to_string());
            Self {
                stage,
                trick,
                dog_id,
                dog_name,
                attempt,
                confidence: None,
                hold_duration: None,
                target: None,
                elapsed: None,
            }
        };
        match *fact {
            CoachFact::Stage { stage, trick, known, attempt } => Some(new(stage, trick, known, attempt)),
            CoachFact::Progress { trick, known, attempt, held, target, confidence, elapsed } => Some(Self {
                confidence: Some(confidence.get()),
                hold_duration: Some(held.as_secs_f32()),
                target: Some(target.as_secs_f32()),
                elapsed: Some(elapsed.as_secs_f32()),
                ..new(CoachStage::Watching, Some(trick), known, attempt)
            }),
            _ => None,
        }
    }
}

impl CoachReward {
    /// A trick was done; a treat comes, unless something is told to stand in its way.
    pub fn done(
        trick: TrickName,
        known: Option<KnownDog>,
        withheld: Option<Withheld>,
        name: impl Fn(&DogId) -> Option<String>,
    ) -> Self {
        let Who { dog_id, dog_name, .. } = Who::of(known, name);
        let (treat, reason) = (withheld.is_none(), withheld.map(why_withheld));
        Self { behavior: trick.to_string(), success: true, treat, dog_id, dog_name, reason }
    }

    /// A trick was missed, if that is what a fact says and the dog is not asked once more.
    pub fn missed(fact: &CoachFact, name: impl Fn(&DogId) -> Option<String>) -> Option<Self> {
        let CoachFact::TrickMissed { trick, known, why, again: false, .. } = *fact else { return None };
        let Who { dog_id, dog_name, .. } = Who::of(known, name);
        let reason = Some(match why {
            TrickMiss::TimedOut => "timed_out",
            TrickMiss::TooMuch => "too_much",
            TrickMiss::DogLeft => "dog_left",
            TrickMiss::CueNotHeard => "cue_not_heard",
            TrickMiss::Unobserved => "unobserved",
            TrickMiss::BrokeOff => "broke_off",
        });
        Some(Self { behavior: trick.to_string(), success: false, treat: false, dog_id, dog_name, reason })
    }
}

const fn why_withheld(withheld: Withheld) -> &'static str {
    match withheld {
        Withheld::Limit(_) => "limit",
        Withheld::NotThisTime => "not_this_time",
        Withheld::MissionLimit => "mission_limit",
        Withheld::Barked => "barked",
        Withheld::NotRecorded => "not_recorded",
        Withheld::Part(_) => "part",
        Withheld::Busy => "busy",
        Withheld::BrokeOff => "broke_off",
    }
}
