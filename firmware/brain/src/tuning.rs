//! The numbers that ear and eye judge by, as data: what is a bark, what is a dog that sits. The defaults are the robot's
//! own; a scenario may set others.

use serde::{Deserialize, Serialize};

pub use crate::ear::BarkTuning;
pub use crate::sight::SightTuning;

/// All of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tuning {
    /// What is a bark.
    pub bark: BarkTuning,
    /// What is seen.
    pub sight: SightTuning,
}
