//! The story, as far as it is of this.

use wimz_vocabulary::MissionFact;

/// A fact in words.
pub fn text(fact: &MissionFact) -> String {
    format!("{fact:?}")
}
