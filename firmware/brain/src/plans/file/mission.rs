//! A mission's file: `assets/missions`.

use alloc::string::String;
#[cfg(feature = "schemas")]
use alloc::string::ToString;
use alloc::vec::Vec;

use serde::Deserialize;
use wimz_vocabulary::MissionName;
use wimz_vocabulary::document::Spanned;

use super::{Date, Level, Line, Seconds, Share, TimeText, Whole};

/// A WIM-Z mission: what is said and done, what is wanted of the dog, and what follows.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema), schemars(title = "Mission"))]
#[serde(deny_unknown_fields)]
pub struct Mission {
    /// Its name: that of the file. Small letters, digits and `_`.
    #[cfg_attr(feature = "schemas", schemars(with = "String", regex(pattern = "^[a-z0-9_]{1,40}$")))]
    pub name: Spanned<MissionName>,
    /// What people call it.
    pub display_name: Line<60>,
    /// What it is good for, in a sentence or two.
    pub description: Line<400>,
    /// Whether it can be started.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// When it is meant to run.
    #[cfg_attr(feature = "schemas", schemars(with = "Schedule"))]
    pub schedule: Spanned<Schedule>,
    /// After so many treats it is over.
    pub max_rewards: Option<Whole<0, 100>>,
    /// After so many minutes it is over.
    pub duration_minutes: Option<Whole<1, 1440>>,
    /// Whether it begins anew after its last stage.
    pub repeat: Option<Repeat>,
    /// What it consists of, in order.
    #[cfg_attr(feature = "schemas", schemars(with = "Vec<Stage>", length(min = 1, max = 20)))]
    pub stages: Spanned<Vec<Spanned<Stage>>>,
    /// What people are told at its end.
    #[serde(default)]
    pub completion: Completion,
    /// How it is carried out.
    #[serde(default)]
    pub config: Config,
    /// Stronger words for later tries of a stage.
    #[serde(default)]
    #[cfg_attr(feature = "schemas", schemars(with = "Vec<Escalation>"))]
    pub escalation: Vec<Spanned<Escalation>>,
    /// Whether it makes no sense with a deaf robot.
    #[serde(default)]
    pub requires_bark_detection: bool,
}

fn yes() -> bool {
    true
}

/// When a mission is meant to run: a word, or times of the day.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(
    untagged,
    expecting = "`manual`, `continuous`, or a table with `type`, `start_time` and what goes with it"
)]
pub enum Schedule {
    /// Without times.
    Word(ScheduleWord),
    /// At times of the day.
    Times(Times),
}

/// Without times.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScheduleWord {
    /// When somebody starts it.
    Manual,
    /// When somebody starts it, for hours in the background.
    Continuous,
}

/// At times of the day.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// On which days.
    #[serde(rename = "type")]
    pub kind: TimesKind,
    /// Which day, for `once`: `2026-11-21`.
    pub date: Option<Date>,
    /// From when on: `07:30`.
    pub start_time: TimeText,
    /// Until when; past midnight if it is not after `start_time`.
    pub end_time: Option<TimeText>,
    /// Which days, for `weekly`.
    #[serde(default)]
    pub days_of_week: Vec<Weekday>,
    /// Whether the robot starts it by itself.
    #[serde(default)]
    pub auto_start: bool,
}

/// On which days.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimesKind {
    /// Every day.
    Daily,
    /// On some days of the week.
    Weekly,
    /// On one day.
    Once,
}

/// A day of the week.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Whether a mission begins anew with its first stage.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// It is over with its last stage, or with the first that was missed.
    Never,
    /// After its last stage; a stage that was missed ends it.
    AfterSuccess,
    /// After its last stage, and after one that was missed.
    Always,
}

/// A stage: its script is carried out, then it is watched for what is wanted.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// What it is called.
    #[cfg_attr(feature = "schemas", schemars(with = "Line<40>"))]
    pub name: Spanned<Line<40>>,
    /// What the robot says and does first: the name of a script.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    pub sequence: Option<Spanned<String>>,
    /// What the dog is to do. Without it the stage is done with its script.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<super::super::event::Name>"))]
    pub success_event: Option<Spanned<String>>,
    /// How long each try is watched; without it, as long as the mission lasts. Seconds, or text like `2h`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Seconds<86400>>"))]
    pub timeout: Option<Spanned<Seconds<86400>>>,
    /// How long the dog is to hold it: a posture, or quiet. Seconds, or text like `2h`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Seconds<86400>>"))]
    pub min_duration: Option<Spanned<Seconds<86400>>>,
    /// How often it is tried.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Whole<1, 20>>"))]
    pub max_attempts: Option<Spanned<Whole<1, 20>>>,
    /// How long the mission waits after it was done. Seconds, or text like `30min`.
    pub cooldown: Option<Seconds<86400>>,
    /// Whether its success is rewarded at once.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<bool>"))]
    pub reward: Option<Spanned<bool>>,
    /// What else must be so.
    #[serde(default)]
    pub conditions: Conditions,
}

/// What else must be so for a stage to be done.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Whether the mission goes on if it is missed.
    #[serde(default)]
    pub optional: bool,
    /// How sure a posture must be, 0 to 1.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Share>"))]
    pub min_confidence: Option<Spanned<Share>>,
    /// For how long no dog may have barked when a posture is shown. Seconds, or text.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Seconds<3600>>"))]
    pub quiet_duration: Option<Spanned<Seconds<3600>>>,
    /// How many barks: that many at least.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Whole<1, 100>>"))]
    pub barks: Option<Spanned<Whole<1, 100>>>,
    /// How many barks at most, where they are asked for.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Whole<1, 100>>"))]
    pub max_barks: Option<Spanned<Whole<1, 100>>>,
    /// Within how long the barks must come, where they are not asked for. Seconds, or text.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Seconds<3600>>"))]
    pub within: Option<Spanned<Seconds<3600>>>,
    /// How loud each bark must be, in decibels against full scale, where they are not asked for.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Level>"))]
    pub volume_threshold: Option<Spanned<Level>>,
    /// How sure each bark must be, 0 to 1, where they are not asked for.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Share>"))]
    pub bark_confidence: Option<Spanned<Share>>,
    /// How high a bark must be to be taken for a scared one, in hertz.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Whole<100, 3000>>"))]
    pub pitch_hz: Option<Spanned<Whole<100, 3000>>>,
}

/// What people are told at the end of a mission.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// All stages are done.
    pub success: Option<Line<200>>,
    /// Its time, or a stage's, ran out.
    pub timeout: Option<Line<200>>,
    /// It has given as many treats as it may.
    pub max_rewards: Option<Line<200>>,
}

/// How a mission is carried out.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Whether a reward begins with a word of praise.
    pub treat_sound: bool,
    /// Whether the lights celebrate with a reward.
    pub celebration_lights: bool,
    /// So many treats in any 24 hours, over all its runs.
    pub daily_limit: Option<Whole<0, 100>>,
    /// After a run the schedule does not start it for so many minutes.
    pub cooldown_minutes: Option<Whole<0, 1440>>,
    /// Whether a posture never counts while a dog barks.
    pub require_quiet_always: bool,
    /// Postures that do not count while a dog barks.
    pub require_quiet_behaviors: Vec<Posture>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            treat_sound: true,
            celebration_lights: true,
            daily_limit: None,
            cooldown_minutes: None,
            require_quiet_always: false,
            require_quiet_behaviors: Vec::new(),
        }
    }
}

/// A posture or a deed, as events name it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Posture {
    Sit,
    Down,
    Spin,
    Stand,
    Come,
}

/// Stronger words for later tries of a stage.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// Of which stage, by its name.
    #[cfg_attr(feature = "schemas", schemars(with = "String"))]
    pub stage: Spanned<String>,
    /// From which try on.
    #[cfg_attr(feature = "schemas", schemars(with = "Whole<2, 20>"))]
    pub attempt: Spanned<Whole<2, 20>>,
    /// The name of a script, in place of the stage's own.
    #[cfg_attr(feature = "schemas", schemars(with = "String"))]
    pub sequence: Spanned<String>,
}
