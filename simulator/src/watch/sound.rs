//! Sound: what the speaker plays, what the ear may take for a bark or for quiet, and when a bark forbids a reward.

use std::collections::VecDeque;

use wimz_brain::ear::RATE;
use wimz_vocabulary::{
    Bark, Event, EventBody, Micros, PlayId, PlayerState, Ratio, RobotTime, SoundName, SoundState, TreatCause,
};

use super::{Found, Invariant, View};

/// How long after the robot's own sound the room still carries it (field facts A2.1).
const TAIL: Micros = Micros::from_secs(3);

/// The same for a bark that was asked for: what the word's own echo could be taken for is over by then, and a dog that
/// answers does not wait for 3 s.
const ECHO: Micros = Micros::from_millis(400);

/// How long after a sound has ended the ear may still tell of it.
const VERDICT: Micros = Micros::from_secs(1);

/// How long after a bark the robot rewards nothing (field facts A2.2, "Reward"), less what passes between a bark's end
/// and the fact of it.
const AFTER_BARK: Micros = Micros::from_millis(4_900);

/// Quiet that was heard and not counted yet counts for so long: nobody saves it up.
const UNCOUNTED: Micros = Micros::from_secs(1);

/// Clips that may wait.
const WAITING: u8 = 8;

/// How long the status may be behind what is heard: a sound that ends while the brain looks elsewhere.
const BEHIND: Micros = Micros::from_secs(1);

/// Of so many spells of sound the watch knows when they were.
const SPELLS: usize = 8;

/// What is heard and played.
#[derive(Debug, Default)]
pub struct Sounds {
    /// When the speaker was heard last, and since when it has been without a pause longer than its tail.
    sounded: Option<RobotTime>,
    /// From when to when it was heard the last times: what the store was slow to keep is told of late.
    spells: VecDeque<(RobotTime, RobotTime)>,
    /// Whether it is heard.
    sounds: bool,
    masked_since: RobotTime,
    /// The last bark that nobody asked for.
    bark: Option<RobotTime>,
    quiet: Micros,
    /// What of it a living microphone has heard and the status does not count yet.
    uncounted: Micros,
    /// Playings that have begun and not ended: a clip, and a song under it.
    open: [Option<(PlayId, SoundName)>; 2],
    newest: PlayId,
    /// Since when something is heard of which the status does not know.
    unknown_since: Option<RobotTime>,
}

impl Sounds {
    pub fn restarted(&mut self) {
        self.open = [None; 2];
        self.newest = PlayId::default();
        (self.quiet, self.uncounted) = (Micros::ZERO, Micros::ZERO);
        self.bark = None;
    }

    /// The brain is given another block.
    pub fn listening(&mut self, taken: RobotTime, samples: &[i16]) {
        let Ok(count) = u64::try_from(samples.len()) else { return };
        let span = Micros::new(count * 1_000_000 / u64::from(RATE));
        let masked = self.sounded.is_some_and(|sounded| sounded + TAIL + span > taken);
        // Something alive always says a little.
        let alive = samples.iter().any(|sample| *sample != samples[0]);
        if alive && !masked {
            self.uncounted = (self.uncounted + span).min(UNCOUNTED);
        }
    }

    pub fn fact(&mut self, fact: &Event, found: &mut Found) {
        let at = fact.at;
        match fact.body {
            EventBody::Barked { bark: Bark { length, .. }, asked, .. } => {
                let before = self.spells.iter().rev().find(|(from, _)| *from <= at);
                let masked = before.is_some_and(|(from, until)| {
                    // Between two of the robot's own sounds a bark that is asked for may come: only the sound itself hides it.
                    let (since, tail) = if asked { (*from, ECHO) } else { (self.masked_since, TAIL) };
                    since + length + VERDICT <= at && at <= (*until).min(at) + tail
                });
                found.hold(!masked, Invariant::OwnVoiceIsNoBark, || {
                    let since = before.map_or(at, |(from, _)| *from);
                    format!("a bark of {length} at {at}, and the speaker was to be heard from {since} on")
                });
                if !asked {
                    self.bark = Some(at);
                }
            }
            EventBody::DispenseStarted { job, cause, .. } if cause != TreatCause::Owner => {
                let near = self.bark.filter(|bark| at.since(*bark) < AFTER_BARK);
                found.hold(near.is_none(), Invariant::NoRewardForNoise, || {
                    format!("job {job} ({cause:?}) begins {} after a bark", at.since(near.unwrap_or(at)))
                });
            }
            _ => {}
        }
    }

    pub fn told(&mut self, body: &EventBody, found: &mut Found) {
        match *body {
            EventBody::SoundStarted { play, sound } => self.started(play, sound, found),
            EventBody::SoundEnded { play, sound, .. } => {
                let place = self.open.iter().position(|open| open.is_some_and(|(id, _)| id == play));
                // A message that nobody waits for any more ends without having begun.
                found.hold(place.is_some() || play > self.newest, Invariant::OneSoundAtATime, || {
                    format!("playing {} of {sound} ends twice, or never began", play.0)
                });
                self.newest = self.newest.max(play);
                if let Some(place) = place {
                    self.open[place] = None;
                }
            }
            _ => {}
        }
    }

    fn started(&mut self, play: PlayId, sound: SoundName, found: &mut Found) {
        if self.open.iter().flatten().any(|(id, _)| *id == play) {
            return;
        }
        found.hold(play > self.newest, Invariant::OneSoundAtATime, || {
            format!("playing {} of {sound} begins after it was over", play.0)
        });
        self.newest = self.newest.max(play);
        let is_song = |sound: &SoundName| sound.as_str().starts_with("songs/");
        let same = self.open.iter().flatten().find(|(_, other)| is_song(other) == is_song(&sound));
        found.hold(same.is_none(), Invariant::OneSoundAtATime, || {
            format!("{sound} begins while {} has not ended", same.map_or(sound, |(_, other)| *other))
        });
        let free = self.open.iter().position(Option::is_none).unwrap_or(0);
        self.open[free] = Some((play, sound));
    }

    pub fn look(&mut self, view: &View<'_>, found: &mut Found) {
        let at = view.at;
        let SoundState { player, current, queued, .. } = view.status.sound;
        found.hold(queued <= WAITING, Invariant::OneSoundAtATime, || format!("{queued} clips wait"));
        let heard = view.world.heard();
        let sounds = heard.is_some_and(|heard| heard.volume != Ratio::ZERO);
        let went_on = core::mem::replace(&mut self.sounds, sounds);
        if sounds {
            if self.sounded.is_none_or(|sounded| at.since(sounded) > TAIL) {
                self.masked_since = at;
            }
            match self.spells.back_mut() {
                Some((_, until)) if went_on => *until = at,
                _ => {
                    if self.spells.len() == SPELLS {
                        self.spells.pop_front();
                    }
                    self.spells.push_back((at, at));
                }
            }
            self.sounded = Some(at);
        }
        let playing = current.filter(|_| player == PlayerState::Playing);
        let unknown = heard.filter(|heard| playing != Some(heard.sound));
        self.unknown_since = unknown.filter(|_| view.thinks).map(|_| self.unknown_since.unwrap_or(at));
        if let (Some(since), Some(unknown)) = (self.unknown_since, unknown) {
            found.hold(at.since(since) <= BEHIND, Invariant::OneSoundAtATime, || {
                format!("{} is heard, and the robot says {playing:?}", unknown.sound)
            });
        }
        if let Some(quiet) = view.status.hearing.quiet {
            let grown = quiet - self.quiet;
            found.hold(grown <= self.uncounted, Invariant::QuietIsHeard, || {
                format!("quiet grew by {grown}, of which the ear has heard {}", self.uncounted)
            });
            self.uncounted = self.uncounted - grown;
            self.quiet = quiet;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{Boot, Decibels, EventId, Lane};

    fn at(millis: u64) -> RobotTime {
        RobotTime::from_micros(millis * 1_000)
    }

    /// Whether a bark of 60 ms that is told of at a moment is held against a speaker that says something of 3 s every
    /// 4 s, from the first second to the tenth.
    fn is_breach(millis: u64, asked: bool) -> bool {
        let spells = [1_000, 5_000, 9_000].map(|from| (at(from), at((from + 3_000).min(10_000))));
        let (sounded, masked_since) = (Some(at(10_000)), at(1_000));
        let mut sounds = Sounds { spells: spells.into(), sounded, masked_since, ..Sounds::default() };
        let (loudness, length) = (Decibels::clamped(-10.0), Micros::from_millis(60));
        let bark = Bark { loudness, length, pitch: None, confidence: Ratio::ONE };
        let body = EventBody::Barked { bark, asked, known: None };
        let id = EventId { boot: Boot(1), lane: Lane::Durable, seq: 1 };
        let mut found = Found::new();
        let fact = Event { id, at: at(millis), wall_us: None, durable: true, body };
        sounds.fact(&fact, &mut found);
        !found.breaches.is_empty()
    }

    /// Facts come when the store has kept them: what is heard by then says nothing of the moment that they are of.
    #[test]
    fn a_bark_is_held_against_the_sounds_of_its_own_time() {
        let breaches =
            |asked| [900, 2_000, 3_000, 4_300, 4_500, 5_000, 6_000, 6_100].map(|ms| is_breach(ms, asked));
        assert_eq!(breaches(false), [false, false, true, true, true, true, true, true], "nobody asked");
        assert_eq!(
            breaches(true),
            [false, false, true, true, false, false, false, true],
            "one was asked for"
        );
    }
}
