//! Events of the schedule.

use super::EventKind;

/// All kinds, in the order in which they are told of.
pub static KINDS: [EventKind; 0] = [];
