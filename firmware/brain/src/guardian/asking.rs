//! How quiet is asked for: four levels, each a few words in order, said once. A bark in between takes none of them back and
//! repeats none.

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{KnownDog, Micros, Pattern, PlayId, RobotTime};

use super::GuardianTuning;
use super::barks::who;
use super::rolling::{Roll, Rolled};
use crate::step::Step;
use crate::tuning::seconds;

/// One thing that it does to ask.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// It says the dog's name, if it has a recording of it.
    Name,
    /// It says a word.
    Say(&'static str),
    /// It pauses.
    Pause,
    /// It rolls to and fro, or says what stands in place of that.
    Roll,
}

/// What each level does, from 1 to 4. Level 4 plays music afterwards.
const LEVELS: [&[Act]; 4] = [&[Act::Name, QUIET], &INSISTING, &[QUIET, Act::Roll], &[QUIET]];

/// What a robot says that does not roll, after its first word.
const UNMOVED: &[Act] = INSISTING.split_at(1).1;

/// The recording of a dog's name, in its own folder.
const NAME: &str = "name";

const QUIET: Act = Act::Say("quiet");
const INSISTING: [Act; 5] = [QUIET, Act::Pause, Act::Say("no"), Act::Pause, QUIET];

/// One time that quiet is asked for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Intervention {
    /// The how-manieth since the mode began.
    pub number: u32,
    /// How insistently, from 1 to 4.
    pub level: u8,
    /// How much quiet.
    pub needed: Micros,
    /// Which dog, where that is known.
    pub known: Option<KnownDog>,
    /// When it was asked for.
    pub since: RobotTime,
}

/// It is being asked for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Asking {
    /// What.
    pub of: Intervention,
    /// Whether the rolling was given up: words stand in its place.
    unmoved: bool,
    /// The act under way.
    act: usize,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, Serialize)]
enum Doing {
    /// It is about to begin with it.
    Next,
    /// The word is heard.
    Saying(PlayId),
    /// It waits.
    Pausing { until: RobotTime },
    /// It rolls.
    Rolling(Roll),
}

impl Asking {
    /// From the first word on.
    pub fn begin(of: Intervention) -> Self {
        Self { of, unmoved: false, act: 0, doing: Doing::Next }
    }

    /// Whatever ends rolling has happened.
    pub fn stand(&mut self) -> bool {
        let rolls = matches!(self.doing, Doing::Rolling(_));
        if rolls {
            self.next();
        }
        rolls
    }

    /// The word that is heard, if one is.
    pub fn word(&self) -> Option<PlayId> {
        match self.doing {
            Doing::Saying(play) => Some(play),
            _ => None,
        }
    }

    fn next(&mut self) {
        self.act += 1;
        self.doing = Doing::Next;
    }

    fn now(&self) -> Option<Act> {
        let acts = if self.unmoved { UNMOVED } else { LEVELS[usize::from(self.of.level.clamp(1, 4)) - 1] };
        acts.get(self.act).copied()
    }
}

impl<B: Body> Step<'_, B> {
    /// Asks on. Whether all has been said and done.
    pub(super) fn ask_on(&mut self, asking: &mut Asking, tuning: &GuardianTuning) -> bool {
        while let Some(act) = asking.now() {
            match asking.doing {
                Doing::Next => {
                    // What a person says is heard out first.
                    if self.brain.player.is_saying() {
                        return false;
                    }
                    self.begin_act(asking, act, tuning);
                }
                Doing::Saying(play) if self.brain.player.end_of(play).is_some() => asking.next(),
                Doing::Pausing { until } if until <= self.at => asking.next(),
                Doing::Rolling(mut roll) => match self.roll_on(&mut roll, tuning) {
                    Rolled::On => {
                        asking.doing = Doing::Rolling(roll);
                        return false;
                    }
                    Rolled::Through | Rolled::Aborted => asking.next(),
                },
                Doing::Saying(_) | Doing::Pausing { .. } => return false,
            }
        }
        true
    }

    fn begin_act(&mut self, asking: &mut Asking, act: Act, tuning: &GuardianTuning) {
        let dog = who(asking.of.known);
        let said = match act {
            Act::Name if dog.is_some_and(|dog| self.brain.player.has_own(NAME, &dog)) => {
                self.utter(NAME, dog)
            }
            Act::Name => None,
            Act::Say(word) => self.utter(word, dog),
            Act::Pause => {
                asking.doing = Doing::Pausing { until: self.at + seconds(tuning.pause_s) };
                return;
            }
            Act::Roll if self.may_roll(tuning) => {
                asking.doing = Doing::Rolling(Roll::begin(self.at));
                return;
            }
            Act::Roll => {
                self.brain.lights.cue(self.at, Pattern::Attention, seconds(tuning.insist_light_s));
                (asking.unmoved, asking.act, asking.doing) = (true, 0, Doing::Next);
                return;
            }
        };
        match said {
            Some(play) => asking.doing = Doing::Saying(play),
            // A robot without a voice asks with its light alone.
            None => asking.next(),
        }
    }
}
