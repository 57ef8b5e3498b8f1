//! What the ear tells: for how long it has been quiet, and whether a treat may be given for it.
//!
//! Quiet is what a living ear has listened to without a bark. Time in which the ear says nothing, and time under the
//! robot's own speaker, is neither quiet nor noise: it is left out.

use serde::Serialize;
use wimz_vocabulary::{Micros, Refusal, RobotTime};

/// How long after its last word the ear counts as alive: it speaks many times a second.
const ALIVE: Micros = Micros::from_secs(1);

/// How long after the robot's own sound the room still carries it (field facts A2.1).
const TAIL: Micros = Micros::from_secs(3);

/// How long after a bark no treat is given for quiet, whatever else is true (field facts A2.2, "Reward").
const AFTER_BARK: Micros = Micros::from_secs(5);

/// What has been heard so far.
#[derive(Debug, Default, Serialize)]
pub struct Hearing {
    /// Up to when the ear has told what it heard.
    upto: Option<RobotTime>,
    /// How much quiet there has been since the last bark that nobody asked for.
    quiet: Micros,
    /// The last bark that nobody asked for.
    bark: Option<RobotTime>,
    asked: Option<Asked>,
}

/// Barks that were asked for.
#[derive(Clone, Copy, Debug, Serialize)]
struct Asked {
    from: RobotTime,
    until: RobotTime,
    barks: u16,
}

impl Hearing {
    /// The ear has listened for `span`, up to `at`, and a dog barked in it or not. `sounded` is the newest moment at
    /// which the robot's own speaker was to be heard. What the ear has told before is not counted again.
    pub fn listened(&mut self, at: RobotTime, span: Micros, bark: bool, sounded: Option<RobotTime>) {
        let fresh = self.upto.map_or(span, |upto| span.min(at.since(upto)));
        self.upto = self.upto.max(Some(at));
        if sounded.is_some_and(|sounded| sounded + TAIL + span > at) {
            return;
        }
        match (&mut self.asked, bark) {
            (_, false) => self.quiet = self.quiet + fresh,
            (Some(asked), true) if asked.from < at && at <= asked.until => {
                asked.barks = asked.barks.saturating_add(1);
            }
            (_, true) => {
                self.quiet = Micros::ZERO;
                self.bark = self.bark.max(Some(at));
            }
        }
    }

    /// Barks from now on, for so long, are what was asked for: they are counted by themselves and are no noise.
    pub fn ask_for_bark(&mut self, at: RobotTime, window: Micros) {
        self.asked = Some(Asked { from: at, until: at + window, barks: 0 });
    }

    /// How many barks there were in the newest window for them.
    pub fn asked_barks(&self) -> u16 {
        self.asked.map_or(0, |asked| asked.barks)
    }

    /// Whether the ear has said anything within a second.
    pub fn is_alive(&self, at: RobotTime) -> bool {
        self.upto.is_some_and(|upto| at.since(upto) <= ALIVE)
    }

    /// How much quiet has been heard since the last bark; `None` while the ear is not known to be alive.
    pub fn quiet_for(&self, at: RobotTime) -> Option<Micros> {
        self.is_alive(at).then_some(self.quiet)
    }

    /// Whether a dog barked, without being asked to, less than so long ago.
    pub fn barked_within(&self, at: RobotTime, span: Micros) -> bool {
        self.bark.is_some_and(|bark| at.since(bark) < span)
    }

    /// Whether a treat may be given for this much quiet.
    ///
    /// # Errors
    /// [`Refusal::NotQuiet`] if the ear is not alive, a dog barked in the last 5 s, or it has not been quiet for long
    /// enough.
    pub fn treat_for_quiet(&self, at: RobotTime, needed: Micros) -> Result<(), Refusal> {
        let enough = self.quiet_for(at).is_some_and(|quiet| quiet >= needed);
        if enough && !self.barked_within(at, AFTER_BARK) { Ok(()) } else { Err(Refusal::NotQuiet) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: Micros = Micros::from_secs(1);
    const NEVER: Option<RobotTime> = None;

    fn at(millis: u64) -> RobotTime {
        RobotTime::from_micros(millis * 1_000)
    }

    /// Listens second by second from one moment to another, in milliseconds.
    fn listen(hearing: &mut Hearing, from: u64, to: u64) {
        for end in (from + 1_000..=to).step_by(1_000) {
            hearing.listened(at(end), SECOND, false, NEVER);
        }
    }

    #[test]
    fn only_a_living_ear_hears_quiet() {
        let mut hearing = Hearing::default();
        assert_eq!(hearing.quiet_for(at(0)), None, "not a word yet");
        assert_eq!(hearing.treat_for_quiet(at(0), Micros::ZERO), Err(Refusal::NotQuiet));
        listen(&mut hearing, 0, 20_000);
        assert_eq!(hearing.quiet_for(at(21_000)), Some(Micros::from_secs(20)));
        assert_eq!(hearing.treat_for_quiet(at(21_000), Micros::from_secs(20)), Ok(()));
        assert_eq!(hearing.treat_for_quiet(at(21_000), Micros::new(20_000_001)), Err(Refusal::NotQuiet));
        assert_eq!(hearing.quiet_for(at(21_001)), None);
        assert_eq!(hearing.treat_for_quiet(at(21_001), Micros::ZERO), Err(Refusal::NotQuiet));
        listen(&mut hearing, 60_000, 61_000);
        assert_eq!(hearing.quiet_for(at(61_000)), Some(Micros::from_secs(21)), "a gap is left out");
    }

    #[test]
    fn a_bark_ends_the_quiet_and_forbids_a_treat_for_five_seconds() {
        let mut hearing = Hearing::default();
        listen(&mut hearing, 0, 9_000);
        hearing.listened(at(10_000), SECOND, true, NEVER);
        assert_eq!(hearing.quiet_for(at(10_000)), Some(Micros::ZERO));
        listen(&mut hearing, 10_000, 14_000);
        assert!(hearing.barked_within(at(14_999), Micros::from_secs(5)));
        assert_eq!(hearing.treat_for_quiet(at(14_999), SECOND), Err(Refusal::NotQuiet));
        assert!(!hearing.barked_within(at(15_000), Micros::from_secs(5)));
        assert_eq!(hearing.treat_for_quiet(at(15_000), SECOND), Ok(()));
        hearing.listened(at(16_000), SECOND, true, NEVER);
        hearing.listened(at(12_000), SECOND, true, NEVER);
        assert!(
            hearing.barked_within(at(16_500), SECOND),
            "an older bark that is told late forgives no newer one"
        );
    }

    #[test]
    fn under_the_robots_own_speaker_it_is_neither_quiet_nor_loud() {
        let mut hearing = Hearing::default();
        listen(&mut hearing, 0, 10_000);
        // Heard from 10 s to 12.5 s: the block from 15 s on begins within the room's echo, the next one does not.
        for (end, sounded) in [(11_000, 11_000), (12_000, 12_000), (13_000, 12_500), (16_000, 12_500)] {
            hearing.listened(at(end), SECOND, true, Some(at(sounded)));
            hearing.listened(at(end), SECOND, false, Some(at(sounded)));
        }
        assert_eq!(hearing.quiet_for(at(16_000)), Some(Micros::from_secs(10)));
        assert!(!hearing.barked_within(at(16_000), Micros::from_secs(60)));
        hearing.listened(at(16_500), Micros::from_millis(500), false, Some(at(12_500)));
        assert_eq!(hearing.quiet_for(at(16_500)), Some(Micros::from_millis(10_500)));
        hearing.listened(at(17_000), Micros::from_millis(500), true, Some(at(13_500)));
        assert!(hearing.barked_within(at(17_000), SECOND), "the echo has just ended");
    }

    #[test]
    fn barks_that_were_asked_for_count_in_their_window_alone() {
        let mut hearing = Hearing::default();
        listen(&mut hearing, 0, 10_000);
        hearing.ask_for_bark(at(10_000), Micros::from_secs(4));
        hearing.listened(at(11_000), SECOND, true, NEVER);
        hearing.listened(at(12_000), SECOND, true, Some(at(11_500)));
        hearing.listened(at(13_000), SECOND, false, NEVER);
        hearing.listened(at(14_000), SECOND, true, NEVER);
        assert_eq!(hearing.asked_barks(), 2, "not the one under the own speaker");
        assert!(!hearing.barked_within(at(14_000), Micros::from_secs(60)));
        assert_eq!(hearing.quiet_for(at(14_000)), Some(Micros::from_secs(11)));
        hearing.listened(at(14_001), Micros::from_millis(1), true, NEVER);
        assert_eq!((hearing.asked_barks(), hearing.quiet_for(at(14_001))), (2, Some(Micros::ZERO)));
        hearing.ask_for_bark(at(15_000), SECOND);
        hearing.listened(at(15_000), SECOND, true, NEVER);
        assert_eq!(hearing.asked_barks(), 0, "it barked before it was asked");
        assert!(hearing.barked_within(at(15_500), SECOND));
        assert_eq!(Hearing::default().asked_barks(), 0);
    }

    proptest! {
        /// However words overlap, come late, repeat or stay away, there is no more quiet than time.
        #[test]
        fn quiet_is_never_more_than_the_time_since_the_last_bark(
            words in proptest::collection::vec((0u64..5_000, 0u64..3_000, prop::bool::weighted(0.1)), 1..60),
            order in proptest::collection::vec(0u64..4_000, 60),
        ) {
            let mut hearing = Hearing::default();
            let (mut now, mut newest, mut told_at_bark) = (3_000u64, 0u64, 0u64);
            for ((step, span, bark), late) in words.into_iter().zip(order) {
                now += step;
                let end = now.saturating_sub(late).max(span);
                newest = newest.max(end);
                hearing.listened(at(end), Micros::from_millis(span), bark, NEVER);
                if bark {
                    told_at_bark = newest;
                }
                prop_assert!(hearing.quiet <= Micros::from_millis(newest - told_at_bark));
            }
        }
    }
}
