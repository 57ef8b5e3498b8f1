//! A script's file: `assets/scripts`.

use alloc::string::String;
#[cfg(feature = "schemas")]
use alloc::string::ToString;
use alloc::vec::Vec;

use serde::Deserialize;
use wimz_vocabulary::document::Spanned;

use super::{Line, Seconds, Signed, Turn};

/// A WIM-Z script: what a mission says, shows and does at a certain point, step by step.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema), schemars(title = "Script"))]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Its name: that of the file. Small letters, digits and `_`.
    #[cfg_attr(feature = "schemas", schemars(with = "String", regex(pattern = "^[a-z0-9_]{1,40}$")))]
    pub name: Spanned<String>,
    /// What it is for, in a sentence.
    pub description: Line<200>,
    /// How long it takes, about. Seconds, or text like `500ms`.
    pub duration_estimate: Seconds<600>,
    /// Whether a pause breaks it off at once, rather than waiting for its end.
    #[serde(default = "yes")]
    pub interrupt_safe: bool,
    /// What happens, one after the other.
    #[cfg_attr(feature = "schemas", schemars(with = "Vec<Step>", length(min = 1, max = 50)))]
    pub steps: Spanned<Vec<Spanned<Step>>>,
}

fn yes() -> bool {
    true
}

/// A step of a script: one of these.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "it is plain data that lies where it is used, one at a time")]
pub enum Step {
    /// One thing. The next step comes when it is over.
    Action(Action),
    /// Several things at once. The next step comes when the last of them is over.
    Parallel {
        /// Which.
        #[cfg_attr(feature = "schemas", schemars(with = "Vec<Action>", length(min = 2, max = 8)))]
        actions: Vec<Spanned<Action>>,
    },
    /// Nothing, for so long.
    Wait {
        /// How long. Seconds, or text like `500ms`.
        duration: Seconds<600>,
    },
}

/// Something that a script does.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What does it.
    #[cfg_attr(feature = "schemas", schemars(with = "Service"))]
    pub service: Spanned<Service>,
    /// What it does: `audio` has `say`, `name`, `play` and `stop`; `led` has `pattern`; `treat` has `dispense`; `motion` has
    /// `drive` and `look`; `photo` has `take`.
    #[cfg_attr(
        feature = "schemas",
        schemars(
            with = "String",
            regex(pattern = "^(say|name|play|stop|pattern|dispense|drive|look|take)$")
        )
    )]
    pub command: Spanned<String>,
    /// What goes with it.
    #[serde(default)]
    pub params: Params,
}

/// What does something.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// The speaker.
    Audio,
    /// The light ring.
    Led,
    /// The dispenser.
    Treat,
    /// The tracks and the head.
    Motion,
    /// The camera.
    Photo,
}

/// What goes with an action.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// `audio` `say`: a word that is recorded in `talks`, such as `sit`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    pub word: Option<Spanned<String>>,
    /// `audio` `play`: a sound by its path, such as `songs/default/slow_river.wav`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    pub sound: Option<Spanned<String>>,
    /// `led` `pattern`: which one.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<wimz_vocabulary::Pattern>"))]
    pub pattern: Option<Spanned<wimz_vocabulary::Pattern>>,
    /// `led` `pattern`, `motion` `drive`: for how long. Seconds, or text like `500ms`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Seconds<60>>"))]
    pub duration: Option<Spanned<Seconds<60>>>,
    /// `motion` `drive`: the left track, -1 to 1.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Signed>"))]
    pub left: Option<Spanned<Signed>>,
    /// `motion` `drive`: the right track, -1 to 1.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Signed>"))]
    pub right: Option<Spanned<Signed>>,
    /// `motion` `look`: degrees from straight ahead, left is positive.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Turn>"))]
    pub pan: Option<Spanned<Turn>>,
    /// `motion` `look`: degrees from level, up is positive.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Turn>"))]
    pub tilt: Option<Spanned<Turn>>,
}
