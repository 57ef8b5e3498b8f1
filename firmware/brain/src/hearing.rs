//! What the ear tells: for how long it has been quiet, and whether a treat may be given for it.
//!
//! Quiet is what a living ear has listened to and found to be no bark: a level near the noise floor, or a sound that is
//! clearly something else. Time in which the ear says nothing, in which a sound may have been a bark, and under the robot's
//! own speaker is neither quiet nor noise: it is left out.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{Bark, Gate, HearingState, Micros, Refusal, RobotTime};

use crate::ear::Listened;

/// How long after its last word the ear counts as alive: it speaks many times a second.
const ALIVE: Micros = Micros::from_secs(1);

/// How long after the robot's own sound the room still carries it (field facts A2.1).
const TAIL: Micros = Micros::from_secs(3);

/// How long after a bark the robot gives no treat of its own, whatever else is true (field facts A2.2, "Reward").
pub const AFTER_BARK: Micros = Micros::from_secs(5);

/// How many of the last barks are remembered one by one.
const REMEMBERED: usize = 32;

/// A bark that nobody asked for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Noise {
    /// When it began.
    pub began: RobotTime,
    /// How it was.
    pub bark: Bark,
}

/// What has been heard so far.
#[derive(Debug, Serialize)]
pub struct Hearing {
    /// Up to when the ear has told what it heard.
    upto: Option<RobotTime>,
    /// How much quiet there has been since the last bark that nobody asked for: never more than the time since then.
    quiet: Micros,
    /// How much it has listened to, quiet or not, its own speaker left out.
    heard: Micros,
    /// From when on quiet is counted.
    since: RobotTime,
    /// When the last bark ended that nobody asked for.
    bark: Option<RobotTime>,
    /// How much quiet there has been in all, barks or not.
    all_quiet: Micros,
    asked: Option<Asked>,
    /// The last barks that nobody asked for, the newest last.
    noises: VecDeque<Noise>,
    /// Barks since the robot started, and what was nearly taken for one, by gate.
    barks: u32,
    rejected: [u32; Gate::COUNT],
}

/// Whether the robot's own speaker, last to be heard at `sounded`, is in what the ear took in `span` up to `at`.
pub fn is_masked(at: RobotTime, span: Micros, sounded: Option<RobotTime>) -> bool {
    sounded.is_some_and(|sounded| sounded + TAIL + span > at)
}

/// Barks that were asked for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Asked {
    from: RobotTime,
    until: RobotTime,
    /// How many there were.
    pub barks: u16,
    /// When the last of them ended.
    pub last: Option<RobotTime>,
}

impl Asked {
    fn is_at(&self, at: RobotTime) -> bool {
        self.from < at && at <= self.until
    }

    /// Whether no bark counts any more.
    pub fn is_over(&self, at: RobotTime) -> bool {
        at >= self.until
    }
}

impl Default for Hearing {
    fn default() -> Self {
        Self {
            upto: None,
            heard: Micros::ZERO,
            quiet: Micros::ZERO,
            since: RobotTime::BOOT,
            bark: None,
            all_quiet: Micros::ZERO,
            asked: None,
            noises: VecDeque::with_capacity(REMEMBERED),
            barks: 0,
            rejected: [0; Gate::COUNT],
        }
    }
}

impl Hearing {
    /// A bark that nobody asked for was like this.
    pub fn remember(&mut self, began: RobotTime, bark: Bark) {
        if self.noises.len() == REMEMBERED {
            self.noises.pop_front();
        }
        self.noises.push_back(Noise { began, bark });
    }

    /// The last barks that nobody asked for, the newest first.
    pub fn noises(&self) -> impl Iterator<Item = &Noise> {
        self.noises.iter().rev()
    }

    /// A dog barked, from one moment to another. The answer is whether it was asked to: it is no noise then.
    pub fn barked(&mut self, began: RobotTime, ended: RobotTime) -> bool {
        self.barks = self.barks.saturating_add(1);
        if let Some(asked) = &mut self.asked
            && asked.is_at(began)
        {
            asked.barks = asked.barks.saturating_add(1);
            asked.last = asked.last.max(Some(ended));
            return true;
        }
        self.quiet = Micros::ZERO;
        self.since = self.since.max(ended);
        self.bark = self.bark.max(Some(ended));
        false
    }

    /// The ear has listened up to `at`, and says how much of that was quiet. What a dead ear says is nothing.
    pub fn listened(&mut self, at: RobotTime, listened: Listened) {
        let Listened { quiet, alive } = listened;
        if !alive {
            return;
        }
        // What nobody heard meanwhile was no quiet: it begins anew.
        if !self.is_alive(at) {
            self.quiet = Micros::ZERO;
            self.since = self.since.max(RobotTime::from_micros(at.as_micros().saturating_sub(quiet.get())));
        }
        self.all_quiet = self.all_quiet + quiet;
        let upto = self.upto.map_or(at, |upto| upto.max(at));
        self.upto = Some(upto);
        // The block in which a bark ended began before it: what is over is no quiet after it.
        self.quiet = (self.quiet + quiet).min(upto.since(self.since));
    }

    /// A living ear has listened for so long, with nothing of its own speaker in it.
    pub fn took(&mut self, span: Micros) {
        self.heard = self.heard + span;
    }

    /// How much it has listened to since the start, quiet or not: time under the own speaker is not in it, nor is any in
    /// which it was dead.
    pub fn listened_to(&self) -> Micros {
        self.heard
    }

    /// How much quiet it has counted since the last bark, alive now or not.
    pub fn counted(&self) -> Micros {
        self.quiet
    }

    /// Barks from now on, for so long, are what was asked for: they are counted by themselves and are no noise.
    pub fn ask_for_bark(&mut self, at: RobotTime, window: Micros) {
        self.asked = Some(Asked { from: at, until: at + window, barks: 0, last: None });
    }

    /// Nobody listens for barks that were asked for any more.
    pub fn ask_no_more(&mut self, at: RobotTime) {
        if let Some(asked) = &mut self.asked {
            asked.until = asked.until.min(at);
        }
    }

    /// Barks that were asked for since then.
    pub fn asked_since(&self, then: RobotTime) -> Option<Asked> {
        self.asked.filter(|asked| asked.from >= then)
    }

    /// How much quiet there has been since the robot started, barks or not: two moments tell how much lay between them.
    pub fn quiet_in_all(&self) -> Micros {
        self.all_quiet
    }

    /// Whether the robot's own speaker, last to be heard at `sounded`, hides what the ear took in `span` up to `at`. Where
    /// it has asked for barks and waits for them, the echo was let die down before.
    pub fn is_masked(&self, at: RobotTime, span: Micros, sounded: Option<RobotTime>) -> bool {
        // What begins at that very moment was not asked for, and is still hidden.
        let waits = self.asked.is_some_and(|asked| {
            asked.from + span < at && at <= asked.until && sounded.is_none_or(|sounded| sounded <= asked.from)
        });
        is_masked(at, span, sounded) && !waits
    }

    /// Something was nearly taken for one.
    pub fn count_rejected(&mut self, gate: Gate) {
        let count = &mut self.rejected[gate as usize];
        *count = count.saturating_add(1);
    }

    /// What a status tells.
    pub fn state(&self, at: RobotTime) -> HearingState {
        HearingState { quiet: self.quiet_for(at), barks: self.barks, rejected: self.rejected }
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
    use proptest::prelude::*;

    use super::*;

    const SECOND: Micros = Micros::from_secs(1);

    fn at(millis: u64) -> RobotTime {
        RobotTime::from_micros(millis * 1_000)
    }

    /// Listens second by second from one moment to another, in milliseconds.
    fn listen(hearing: &mut Hearing, from: u64, to: u64) {
        for end in (from + 1_000..=to).step_by(1_000) {
            hearing.listened(at(end), Listened { quiet: SECOND, alive: true });
        }
    }

    /// A bark of a tenth of a second.
    fn bark(hearing: &mut Hearing, ended: u64) -> bool {
        hearing.barked(at(ended - 100), at(ended))
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
        hearing.listened(at(22_000), Listened { quiet: SECOND, alive: false });
        assert_eq!(hearing.quiet_for(at(22_000)), None, "what a dead microphone brings is no word");
        listen(&mut hearing, 60_000, 61_000);
        assert_eq!(hearing.quiet_for(at(61_000)), Some(SECOND), "nobody knows what was in the gap");
    }

    #[test]
    fn a_bark_ends_the_quiet_and_forbids_a_treat_for_five_seconds() {
        let mut hearing = Hearing::default();
        listen(&mut hearing, 0, 9_000);
        assert!(!bark(&mut hearing, 10_000), "nobody asked");
        listen(&mut hearing, 9_000, 10_000);
        assert_eq!(hearing.quiet_for(at(10_000)), Some(Micros::ZERO), "its own block is no quiet");
        listen(&mut hearing, 10_000, 14_000);
        assert_eq!(hearing.quiet_for(at(14_000)), Some(Micros::from_secs(4)));
        assert!(hearing.barked_within(at(14_999), Micros::from_secs(5)));
        assert_eq!(hearing.treat_for_quiet(at(14_999), SECOND), Err(Refusal::NotQuiet));
        assert!(!hearing.barked_within(at(15_000), Micros::from_secs(5)));
        assert_eq!(hearing.treat_for_quiet(at(15_000), SECOND), Ok(()));
        bark(&mut hearing, 16_000);
        bark(&mut hearing, 12_000);
        assert!(
            hearing.barked_within(at(16_500), SECOND),
            "an older bark that is told late forgives no newer one"
        );
    }

    #[test]
    fn the_own_speaker_masks_what_is_heard_and_its_echo() {
        let span = Micros::from_millis(20);
        assert!(!is_masked(at(5_000), span, None));
        assert!(is_masked(at(5_000), span, Some(at(5_000))), "it sounds");
        assert!(is_masked(at(8_019), span, Some(at(5_000))), "the block begins within the echo");
        assert!(!is_masked(at(8_020), span, Some(at(5_000))));
    }

    #[test]
    fn barks_that_were_asked_for_count_in_their_window_alone() {
        let mut hearing = Hearing::default();
        listen(&mut hearing, 0, 10_000);
        hearing.ask_for_bark(at(10_000), Micros::from_secs(4));
        assert!(bark(&mut hearing, 11_000));
        assert!(bark(&mut hearing, 14_100), "it began in time");
        assert_eq!(hearing.asked_barks(), 2);
        assert!(!hearing.barked_within(at(14_100), Micros::from_secs(60)));
        listen(&mut hearing, 10_000, 14_000);
        assert_eq!(hearing.quiet_for(at(14_000)), Some(Micros::from_secs(14)));
        assert!(!bark(&mut hearing, 14_101));
        assert_eq!((hearing.asked_barks(), hearing.quiet_for(at(14_101))), (2, Some(Micros::ZERO)));
        hearing.ask_for_bark(at(15_000), SECOND);
        let block = Micros::from_millis(20);
        let hidden = |now| hearing.is_masked(at(now), block, Some(at(13_000)));
        assert_eq!([15_020, 15_021].map(hidden), [true, false], "what is not asked for is the speaker's");
        assert!(!bark(&mut hearing, 15_100), "it barked before it was asked");
        assert_eq!(hearing.asked_barks(), 0);
        assert!(hearing.barked_within(at(15_500), SECOND));
        assert_eq!((Hearing::default().asked_barks(), hearing.state(at(15_500)).barks), (0, 4));
    }

    proptest! {
        /// Whatever is told in whichever order: quiet is never longer than the time since the last bark.
        #[test]
        fn quiet_is_never_longer_than_the_time_since_the_last_bark(
            words in proptest::collection::vec((0_u64..60_000, 1_u64..3_000, any::<bool>()), 1..60),
        ) {
            let mut hearing = Hearing::default();
            let (mut newest, mut barked) = (0, 0);
            for (end, span, is_bark) in words {
                if is_bark {
                    hearing.barked(at(end.saturating_sub(span)), at(end));
                    barked = barked.max(end);
                } else {
                    let quiet = Micros::from_millis(span.min(end));
                    hearing.listened(at(end), Listened { quiet, alive: true });
                    newest = newest.max(end);
                }
                prop_assert!(hearing.quiet <= at(newest).since(at(barked)));
            }
        }
    }
}
