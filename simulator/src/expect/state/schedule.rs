//! Fields of the schedule.

use super::Field;

/// All of them, in the order in which they are told of.
pub static FIELDS: [Field; 0] = [];
