//! The story, as far as it is of this.

use wimz_vocabulary::GuardianFact;

/// A fact in words.
pub fn text(fact: &GuardianFact) -> String {
    format!("{fact:?}")
}
