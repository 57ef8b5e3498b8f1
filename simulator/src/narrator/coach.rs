//! The story, as far as it is of this.

use wimz_vocabulary::CoachFact;

/// A fact in words.
pub fn text(fact: &CoachFact) -> String {
    format!("{fact:?}")
}
