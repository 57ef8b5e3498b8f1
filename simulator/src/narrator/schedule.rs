//! The story, as far as it is of this.

use wimz_vocabulary::ScheduleFact;

/// A fact in words.
pub fn text(fact: &ScheduleFact) -> String {
    format!("{fact:?}")
}
