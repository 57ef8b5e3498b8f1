//! Events of missions and programs.

use super::EventKind;

/// All kinds, in the order in which they are told of.
pub static KINDS: [EventKind; 0] = [];
