//! Silent guardian on the wire: `guardian`, `sg_summary`, `panic_alert`, `sg_config`.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{
    Decibels, DogId, GuardianFact, GuardianPhase, GuardianSettings, GuardianState, GuardianTally, IdMethod,
    KnownDog, Micros, PanicTrigger, Part, Ratio,
};

use super::command::field::whole;

/// What an owner wants of silent guardian: `sg_config`, and `guardian` of `PATCH /settings`. What is left out stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GuardianWish {
    /// How many barks of one dog within a minute it takes: 1 to 20.
    #[serde(default, deserialize_with = "whole", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 1, max = 20)))]
    pub bark_count_threshold: Option<u8>,
    /// How loud they are at least, in dB of full scale: -90 to 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = -90, max = 0)))]
    pub bark_threshold: Option<f32>,
    /// How sure it is at least that they are barks: 0 to 1. A bark is one from 0.5 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(range(min = 0, max = 1)))]
    pub confidence_minimum: Option<f32>,
    /// From how many barks a minute on it asks by the highest level at once: 10 to 90, or 0 for never.
    #[serde(default, deserialize_with = "whole", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schemas",
        schemars(range(min = 0, max = 90), extend("not" = { "type": "integer", "minimum": 1, "maximum": 9 }))
    )]
    pub fast_escalation_bpm: Option<u8>,
}

/// What `sg_config` asks for: one thing at least.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(extend("minProperties" = 1)))]
pub(crate) struct SgConfig(pub GuardianWish);

impl GuardianWish {
    /// This, and of the other what this leaves open.
    ///
    /// # Errors
    /// A sentence for the caller on the first that is out of its range.
    pub fn over(self, before: Self) -> Result<Self, String> {
        let new = Self {
            bark_count_threshold: self.bark_count_threshold.or(before.bark_count_threshold),
            bark_threshold: self.bark_threshold.or(before.bark_threshold),
            confidence_minimum: self.confidence_minimum.or(before.confidence_minimum),
            fast_escalation_bpm: self.fast_escalation_bpm.or(before.fast_escalation_bpm),
        };
        let count = new.bark_count_threshold.map(f32::from);
        for (name, value, range) in [
            ("bark_count_threshold", count, 1.0..=20.0),
            ("bark_threshold", new.bark_threshold, -90.0..=0.0),
            ("confidence_minimum", new.confidence_minimum, 0.0..=1.0),
        ] {
            if let Some(value) = value.filter(|value| !range.contains(value)) {
                let (least, most) = range.into_inner();
                return Err(format!("`{name}` is {value}: give a number from {least} to {most}"));
            }
        }
        match new.fast_escalation_bpm {
            Some(bpm @ (1..=9 | 91..)) => Err(format!(
                "`fast_escalation_bpm` is {bpm}: give a whole number from 10 to 90, or 0 for never"
            )),
            _ => Ok(new),
        }
    }
}

/// When silent guardian asks for quiet, within [`Settings`](super::Settings).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GuardianChosen {
    /// See [`GuardianWish::bark_count_threshold`].
    pub bark_count_threshold: u8,
    /// See [`GuardianWish::bark_threshold`].
    pub bark_threshold: f32,
    /// See [`GuardianWish::confidence_minimum`].
    pub confidence_minimum: f32,
    /// See [`GuardianWish::fast_escalation_bpm`].
    pub fast_escalation_bpm: u8,
}

impl GuardianChosen {
    /// This, but for what is wished otherwise.
    ///
    /// # Errors
    /// A sentence for the caller on the first wish that is out of its range.
    pub fn but(self, wish: GuardianWish) -> Result<Self, String> {
        let wish = wish.over(GuardianWish::default())?;
        Ok(Self {
            bark_count_threshold: wish.bark_count_threshold.unwrap_or(self.bark_count_threshold),
            bark_threshold: wish.bark_threshold.unwrap_or(self.bark_threshold),
            confidence_minimum: wish.confidence_minimum.unwrap_or(self.confidence_minimum),
            fast_escalation_bpm: wish.fast_escalation_bpm.unwrap_or(self.fast_escalation_bpm),
        })
    }
}

impl From<GuardianWish> for GuardianSettings {
    fn from(wish: GuardianWish) -> Self {
        Self {
            bark_count: wish.bark_count_threshold,
            bark_loudness: wish.bark_threshold.map(Decibels::clamped),
            least_confidence: wish.confidence_minimum.map(Ratio::clamped),
            fast_escalation: wish.fast_escalation_bpm,
        }
    }
}

/// What silent guardian does: `guardian`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Guardian {
    /// What happened.
    pub action: GuardianAction,
    /// The most treats that it gives in this session, when it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_treats: Option<u16>,
    /// The how-manieth time that it asked for quiet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// How insistently, 1 to 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation_level: Option<u8>,
    /// Which dog, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_id: Option<DogId>,
    /// Its name, where the owner has written it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dog_name: Option<String>,
    /// How it was told which dog it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_method: Option<IdMethod>,
    /// How often it asked within the hour, this time among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interventions_in_hour: Option<u16>,
    /// How much quiet it asks for, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_s: Option<f32>,
    /// How long it took, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_s: Option<f32>,
    /// For how long it was quiet, in minutes, before it began gently again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_minutes: Option<f32>,
    /// How insistent it was before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_level: Option<u8>,
    /// What came of the session, when it stopped.
    #[serde(flatten)]
    pub tally: Option<Tally>,
    /// That as a sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
}

/// What silent guardian did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GuardianAction {
    /// It began to listen.
    #[default]
    Started,
    /// It asks for quiet.
    Intervention,
    /// It was quiet for as long as it had asked for.
    Quiet,
    /// It was not: it lets it be for now.
    GaveUp,
    /// It waits for it no more: the mode changed, or a dog is beside itself.
    BrokeOff,
    /// After long quiet it begins gently again.
    Reset,
    /// It ceased to listen.
    Stopped,
}

impl Guardian {
    /// What a fact is to the app, if it is anything of this. `name` tells a dog's name.
    pub fn of(fact: &GuardianFact, name: impl Fn(&DogId) -> Option<String>) -> Option<Self> {
        let of = |action| Self { action, ..Self::default() };
        let time = |action, number, level| Self {
            number: Some(number),
            escalation_level: Some(level),
            ..of(action)
        };
        Some(match *fact {
            GuardianFact::Began { most_treats } => {
                Self { max_treats: Some(most_treats), ..of(GuardianAction::Started) }
            }
            GuardianFact::Intervened { number, level, known, in_hour, needed } => Self {
                dog_id: known.map(|KnownDog { dog, .. }| dog),
                dog_name: known.and_then(|known| name(&known.dog)),
                id_method: known.map(|known| known.by),
                interventions_in_hour: Some(in_hour),
                needed_s: Some(needed.as_secs_f32()),
                ..time(GuardianAction::Intervention, number, level)
            },
            GuardianFact::QuietKept { number, level, took } => {
                Self { took_s: Some(took.as_secs_f32()), ..time(GuardianAction::Quiet, number, level) }
            }
            GuardianFact::GaveUp { number, level } => time(GuardianAction::GaveUp, number, level),
            GuardianFact::BrokeOff { number } => {
                Self { number: Some(number), ..of(GuardianAction::BrokeOff) }
            }
            GuardianFact::Reset { quiet, level } => Self {
                quiet_minutes: Some(quiet.as_secs_f32() / 60.0),
                previous_level: Some(level),
                ..of(GuardianAction::Reset)
            },
            GuardianFact::Ended { tally } => Self {
                tally: Some(tally.into()),
                headline: Some(headline(&tally)),
                ..of(GuardianAction::Stopped)
            },
            GuardianFact::PanicBegan { .. } | GuardianFact::PanicEnded { .. } => return None,
        })
    }
}

/// What came of a session: within `guardian`, `sg_summary` and a `status_update`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Tally {
    /// How many seconds it has lasted.
    pub lasted_s: f32,
    /// Barks that nobody asked for.
    pub barks: u32,
    /// How often quiet was asked for.
    pub interventions: u32,
    /// How often it came.
    pub successes: u32,
    /// How often the robot gave up.
    pub gave_up: u32,
    /// Treats that really fell.
    pub treats: u16,
    /// How often a dog was beside itself.
    pub panics: u16,
}

impl From<GuardianTally> for Tally {
    fn from(tally: GuardianTally) -> Self {
        let GuardianTally { lasted, barks, interventions, successes, gave_up, treats, panics } = tally;
        Self { lasted_s: lasted.as_secs_f32(), barks, interventions, successes, gave_up, treats, panics }
    }
}

/// What the guardian does now, within a `status_update` and a `sg_summary`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct GuardianNow {
    /// What it does.
    pub phase: GuardianPhase,
    /// How insistent it is: 0 while nothing is asked, else 1 to 4.
    pub level: u8,
    /// How many seconds of quiet it waits for; `null` while it waits for none.
    pub needed_s: Option<f32>,
    /// How many of them it has heard.
    pub quiet_s: f32,
    /// What came of its session so far.
    #[serde(flatten)]
    pub tally: Tally,
    /// The part that it hears by, if that has failed: it waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    pub lacks: Option<Part>,
}

impl From<GuardianState> for GuardianNow {
    fn from(GuardianState { phase, level, needed, quiet, tally, lacks }: GuardianState) -> Self {
        Self {
            phase,
            level,
            needed_s: needed.map(Micros::as_secs_f32),
            quiet_s: quiet.as_secs_f32(),
            tally: tally.into(),
            lacks,
        }
    }
}

/// How silent guardian stands, the answer to `sg_status_pull`: `sg_summary`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct GuardianSummary {
    /// Whether it is its turn: all else is of nothing in other modes.
    pub active: bool,
    /// What it does now; `null` in other modes.
    pub phase: Option<GuardianPhase>,
    /// How insistent it is: 0 while nothing is asked, else 1 to 4.
    pub level: u8,
    /// What came of its session so far.
    #[serde(flatten)]
    pub tally: Tally,
    /// Whether a dog is beside itself now.
    pub panic_active: bool,
    /// All that as a sentence for people.
    pub headline: String,
}

impl From<Option<GuardianState>> for GuardianSummary {
    fn from(state: Option<GuardianState>) -> Self {
        let tally = state.map(|state| state.tally).unwrap_or_default();
        Self {
            active: state.is_some(),
            phase: state.map(|state| state.phase),
            level: state.map_or(0, |state| state.level),
            tally: tally.into(),
            panic_active: state.is_some_and(|state| state.phase == GuardianPhase::Calming),
            headline: match state {
                None => "Silent guardian is off.".to_owned(),
                Some(GuardianState { lacks: Some(part), .. }) => {
                    format!("The {part} does not work: it waits for it. {}", headline(&tally))
                }
                Some(_) => headline(&tally),
            },
        }
    }
}

fn headline(tally: &GuardianTally) -> String {
    let GuardianTally { barks, interventions, successes, treats, .. } = tally;
    format!("Barks: {barks}. Quiet asked for: {interventions}, kept: {successes}. Treats: {treats}.")
}

/// A dog is beside itself, or has calmed down: `panic_alert`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PanicAlert {
    /// Which of the two.
    pub action: PanicAction,
    /// `critical` while it lasts, `info` when it is over.
    #[cfg_attr(feature = "schemas", schemars(extend("enum" = ["critical", "info"])))]
    pub severity: &'static str,
    /// What shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<PanicTrigger>,
    /// The how-manieth time in this session.
    pub episode_num: u16,
    /// How many seconds it lasted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_sec: Option<f32>,
    /// A sentence for people.
    pub message: String,
}

/// Whether a dog begins to be beside itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PanicAction {
    /// It is.
    Started,
    /// It has calmed down.
    Ended,
}

impl PanicAlert {
    /// What a fact is to the app, if it is anything of this.
    pub fn of(fact: &GuardianFact) -> Option<Self> {
        match *fact {
            GuardianFact::PanicBegan { episode, trigger } => {
                let sign = match trigger {
                    PanicTrigger::Burst => "it barks without a pause",
                    PanicTrigger::SustainedRate => "it has barked on and on for minutes",
                    PanicTrigger::Futility => "it has not heard any of several times it was asked for quiet",
                };
                Some(Self {
                    action: PanicAction::Started,
                    severity: "critical",
                    trigger: Some(trigger),
                    episode_num: episode,
                    duration_sec: None,
                    message: format!(
                        "A dog is beside itself: {sign}. The robot plays music and asks nothing of it."
                    ),
                })
            }
            GuardianFact::PanicEnded { episode, lasted, calmed } => Some(Self {
                action: PanicAction::Ended,
                severity: "info",
                trigger: None,
                episode_num: episode,
                duration_sec: Some(lasted.as_secs_f32()),
                message: if calmed {
                    "The dog has calmed down.".to_owned()
                } else {
                    "The robot was told to do nothing more about it; the dog may not be calm.".to_owned()
                },
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wish_changes_what_it_names_or_nothing() {
        let before = GuardianWish { bark_count_threshold: Some(3), ..GuardianWish::default() };
        let wished = |wish| serde_json::from_value::<GuardianWish>(wish).unwrap().over(before);
        let now = wished(json!({ "fast_escalation_bpm": 0, "bark_threshold": -30 })).unwrap();
        let (bpm, loudness) = (Some(0), Some(-30.0));
        assert_eq!(now, GuardianWish { fast_escalation_bpm: bpm, bark_threshold: loudness, ..before });
        for bad in [
            json!({ "bark_count_threshold": 0 }),
            json!({ "bark_count_threshold": 21 }),
            json!({ "bark_threshold": 1 }),
            json!({ "bark_threshold": -91 }),
            json!({ "confidence_minimum": 1.1 }),
            json!({ "fast_escalation_bpm": 5 }),
            json!({ "fast_escalation_bpm": 91 }),
        ] {
            assert!(wished(bad.clone()).is_err_and(|why| why.len() > 20), "{bad}");
        }
    }
}
