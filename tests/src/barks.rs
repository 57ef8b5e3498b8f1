//! Barks among all else that is to be heard: scenes by the thousand whose truth is known, and how the ear does in them.
//!
//! Every scene follows from its condition, its set and its number. The ear is tuned by one set alone; the other has other
//! seeds and voices outside the ranges of the first.

mod conditions;
mod scene;
mod score;
mod table;

pub use conditions::{CONDITIONS, Condition, Noise, Set};
pub use scene::{Scene, Truth, long, scene};
pub use score::{FalseAlarms, Score, false_alarms, hear, matched, play};
pub use table::{BAR, Table};
