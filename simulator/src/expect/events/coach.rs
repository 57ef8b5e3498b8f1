//! Events of the coach.

use super::EventKind;

/// All kinds, in the order in which they are told of.
pub static KINDS: [EventKind; 0] = [];
