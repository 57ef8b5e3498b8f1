//! The code by which a phone logs in: good for ten minutes and for one use. One is good at a time.
//!
//! It is told the time and never asks for it.

use std::time::{Duration, Instant};

use super::secret::Hash;

/// How long a code is good for: long enough to fetch a phone, too short to be found on a photo later.
pub const GOOD_FOR: Duration = Duration::from_secs(600);

/// The code that is good now, if one is.
#[derive(Debug, Default)]
pub struct Code {
    good: Option<(Hash, Instant)>,
}

impl Code {
    /// Makes this one good, from now on; an earlier one no longer is.
    pub fn issue(&mut self, code: Hash, now: Instant) {
        self.good = Some((code, now + GOOD_FOR));
    }

    /// Whether there is one that is good.
    pub fn is_good(&self, now: Instant) -> bool {
        self.good.is_some_and(|(_, until)| now < until)
    }

    /// Uses the code up if what was shown is the one that is good.
    pub fn redeem(&mut self, shown: Hash, now: Instant) -> bool {
        let is_it = self.good.is_some_and(|(code, until)| code == shown && now < until);
        if is_it {
            self.good = None;
        }
        is_it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_once_and_for_ten_minutes() {
        let begun = Instant::now();
        let (one, other) = (Hash::of("one"), Hash::of("other"));
        let mut code = Code::default();
        assert!(!code.redeem(one, begun), "there is none yet");
        code.issue(one, begun);
        assert!(!code.redeem(other, begun));
        assert!(code.redeem(one, begun + GOOD_FOR / 2), "a wrong guess uses nothing up");
        assert!(!code.redeem(one, begun + GOOD_FOR / 2), "it was used");
        code.issue(one, begun);
        assert!(!code.is_good(begun + GOOD_FOR) && !code.redeem(one, begun + GOOD_FOR), "it is too old");
        code.issue(other, begun);
        assert!(!code.redeem(one, begun) && code.redeem(other, begun), "the newest is the one");
    }
}
