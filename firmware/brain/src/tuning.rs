//! The numbers that the robot judges and acts by, as data: what is a bark, what is a dog that sits, how long it waits for
//! quiet. The defaults are the robot's own; a scenario may set others.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::Micros;

pub use crate::coach::CoachTuning;
pub use crate::ear::BarkTuning;
pub use crate::guardian::GuardianTuning;
pub use crate::mission::MissionTuning;
pub use crate::rewards::RewardTuning;
pub use crate::schedule::ScheduleTuning;
pub use crate::sight::SightTuning;

/// All of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tuning {
    /// What is a bark.
    pub bark: BarkTuning,
    /// What is seen.
    pub sight: SightTuning,
    /// When the guardian asks for quiet, how, and for how much.
    pub guardian: GuardianTuning,
    /// How the coach teaches.
    pub coach: CoachTuning,
    /// How the robot rewards, and when it keeps its hands off.
    pub reward: RewardTuning,
    /// How missions and programs are carried out.
    pub mission: MissionTuning,
    /// How appointments are kept.
    pub schedule: ScheduleTuning,
}

/// A number that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfTune {
    /// Which.
    pub field: &'static str,
    /// What it was.
    pub value: f32,
    /// What it may be.
    pub low: f32,
    /// What it may be.
    pub high: f32,
}

impl core::fmt::Display for OutOfTune {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { field, value, low, high } = self;
        write!(f, "{field} is {value}, and may be from {low} to {high}")
    }
}

impl core::error::Error for OutOfTune {}

/// A table of numbers: each with its reason, what it is if nothing is said, and its range. All are `f32`, with their unit
/// in their name.
macro_rules! rows {
    ($(#[$about:meta])* $table:ident; $($(#[$doc:meta])* $name:ident: $default:literal in $low:literal..=$high:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $table {
            $($(#[$doc])* #[doc = concat!("\n\nFrom ", $low, " to ", $high, "; ", $default, " if nothing is said.")] pub $name: f32,)*
        }

        impl Default for $table {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl $table {
            /// Every row: its name, what it is if nothing is said, and its range.
            pub const ROWS: &'static [(&'static str, f32, f32, f32)] =
                &[$((stringify!($name), $default, $low, $high),)*];

            /// The value of every row, in the order of [`ROWS`](Self::ROWS), to be looked at or changed.
            pub fn values(&mut self) -> impl Iterator<Item = &mut f32> {
                [$(&mut self.$name,)*].into_iter()
            }

            /// Whether every number is in its range.
            ///
            /// # Errors
            /// The first that is not.
            pub fn check(&self) -> Result<(), $crate::tuning::OutOfTune> {
                for (field, value, low, high) in [$((stringify!($name), self.$name, $low, $high),)*] {
                    if !(low..=high).contains(&value) {
                        return Err($crate::tuning::OutOfTune { field, value, low, high });
                    }
                }
                Ok(())
            }
        }
    };
}

pub(crate) use rows;

/// A row that is a time, in seconds, to the microsecond.
pub(crate) fn seconds(row: f32) -> Micros {
    // Rows are checked: none is negative or longer than a year.
    Micros::new((f64::from(row) * 1e6) as u64)
}
