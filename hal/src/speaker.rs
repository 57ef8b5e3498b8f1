//! The speaker behind a sound card: plays what it is told and says how each playing ended.
//!
//! It knows no files, no queue and no playlist. A card that fails ends the playing; nothing is begun again by itself.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{
    Condition, Health, Micros, Play, PlayId, Ratio, RobotTime, SoundEnd, SoundName, SpeakerOrder, Trouble,
};

use crate::station::Station;

/// How often a card that plays is asked whether it still does: a pulled adapter is noticed that soon.
pub const CHECK: Micros = Micros::from_millis(500);

/// How long after it was silent a card is tried again, if no order comes before.
pub const RETRY: Micros = Micros::from_secs(1);

/// What plays sounds. It plays one at a time and returns at once.
pub trait SoundCard {
    /// Plays a sound from an offset, in place of what it plays.
    ///
    /// # Errors
    /// [`CardFault`]; whether what it played before goes on is open.
    fn play(&mut self, sound: &SoundName, from: Micros) -> Result<(), CardFault>;

    /// Plays nothing any more.
    ///
    /// # Errors
    /// [`CardFault`].
    fn silence(&mut self) -> Result<(), CardFault>;

    /// How loud it plays from now on: 0 is silent, 1 is full. What it plays goes on.
    ///
    /// # Errors
    /// [`CardFault`].
    fn set_volume(&mut self, volume: Ratio) -> Result<(), CardFault>;

    /// How much of what it plays is still to be heard; `None` or nothing once it is over.
    ///
    /// # Errors
    /// [`CardFault`]: what it played was cut off.
    fn left(&mut self) -> Result<Option<Micros>, CardFault>;
}

/// What can go wrong with a sound card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// The file is gone, or is no sound. The card itself is well.
    #[error("the file cannot be played")]
    Unplayable,
    /// It does not answer: its USB adapter is unplugged.
    #[error("the sound card does not answer")]
    Gone,
}

/// The station that runs the speaker.
#[derive(Debug)]
pub struct Speaker<C> {
    card: C,
    memory: Memory,
}

/// All that the station remembers.
#[derive(Debug, Serialize)]
struct Memory {
    playing: Option<Playing>,
    /// The last that ended by itself: an order that crosses with that news does not begin it again.
    over: Option<Play>,
    volume: Ratio,
    /// The volume that the card has taken.
    taken: Option<Ratio>,
    /// Whether the card is known to play nothing.
    is_silent: bool,
    due: Option<RobotTime>,
    health: Health,
    news: VecDeque<(PlayId, SoundEnd)>,
}

/// What the newest order wants to be heard.
#[derive(Clone, Copy, Debug, Serialize)]
struct Playing {
    play: Play,
    has_begun: bool,
}

impl<C: SoundCard> Speaker<C> {
    /// A speaker on this card. The first poll makes it silent.
    pub fn new(card: C, now: RobotTime) -> Self {
        let memory = Memory {
            playing: None,
            over: None,
            volume: Ratio::ZERO,
            taken: None,
            is_silent: false,
            due: Some(now),
            health: Health::default(),
            news: VecDeque::with_capacity(8),
        };
        Self { card, memory }
    }

    /// Says what should be heard. Follow it by a poll.
    pub fn order(&mut self, now: RobotTime, order: SpeakerOrder) {
        let memory = &mut self.memory;
        memory.volume = order.volume;
        memory.due = Some(now);
        if let (Some(playing), Some(play)) = (memory.playing, order.play)
            && is_same(&playing.play, &play)
        {
            return;
        }
        memory.end(SoundEnd::Stopped);
        let over = memory.over;
        let wanted = order.play.filter(|play| !over.is_some_and(|over| is_same(&over, play)));
        memory.playing = wanted.map(|play| Playing { play, has_begun: false });
    }

    /// How playings ended, oldest first.
    pub fn take(&mut self) -> Option<(PlayId, SoundEnd)> {
        self.memory.news.pop_front()
    }

    /// All that the station remembers, for a digest of a run.
    pub fn memory(&self) -> &impl Serialize {
        &self.memory
    }

    /// Tells the card what it does not know yet. The answer is how much is still to be heard.
    fn tell(&mut self) -> Result<Option<Micros>, CardFault> {
        let Self { card, memory } = self;
        if memory.taken != Some(memory.volume) {
            card.set_volume(memory.volume)?;
            memory.taken = Some(memory.volume);
        }
        let Some(playing) = &mut memory.playing else {
            if !memory.is_silent {
                card.silence()?;
                memory.is_silent = true;
            }
            return Ok(None);
        };
        if !playing.has_begun {
            memory.is_silent = false;
            card.play(&playing.play.sound, playing.play.from)?;
            playing.has_begun = true;
        }
        Ok(card.left()?.filter(|left| *left > Micros::ZERO))
    }
}

impl Memory {
    fn end(&mut self, how: SoundEnd) {
        if let Some(Playing { play, .. }) = self.playing.take() {
            if how != SoundEnd::Stopped {
                self.over = Some(play);
            }
            self.is_silent = how == SoundEnd::Finished;
            self.news.push_back((play.id, how));
        }
    }
}

/// Whether an order for `new` is for the same playing as `known`.
fn is_same(known: &Play, new: &Play) -> bool {
    (new.id, new.sound) == (known.id, known.sound)
}

impl<C: SoundCard> Station for Speaker<C> {
    fn poll(&mut self, now: RobotTime) -> Option<RobotTime> {
        if self.memory.due.is_none_or(|due| due > now) {
            return self.memory.due;
        }
        let mut told = self.tell();
        let unplayable = told == Err(CardFault::Unplayable);
        if unplayable {
            self.memory.end(SoundEnd::Failed);
            // What was heard before may still be.
            told = self.tell();
        }
        let memory = &mut self.memory;
        (memory.health, memory.due) = match told {
            Ok(left) => {
                if left.is_none() {
                    memory.end(SoundEnd::Finished);
                }
                let well = Health::ok(now);
                let health = match unplayable {
                    true => well.but(Condition::Degraded(Trouble::Unplayable)),
                    false => well,
                };
                (health, left.map(|left| now + left.min(CHECK)))
            }
            Err(_) => {
                memory.end(SoundEnd::Failed);
                memory.taken = None;
                memory.is_silent = false;
                (memory.health.but(Condition::Failed(Trouble::BusSilent)), Some(now + RETRY))
            }
        };
        memory.due
    }

    fn health(&self) -> Health {
        self.memory.health
    }
}
