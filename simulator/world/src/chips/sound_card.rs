//! A USB sound card with a speaker on it: it plays what the catalogue has, for as long as that is.
//!
//! It makes no sound and reads no file; what would be heard, and how loud, is there to be asked for.

use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Serialize, Serializer};
use wimz_hal::speaker::{CardFault, SoundCard};
use wimz_vocabulary::{Micros, Ratio, RobotTime, SoundName, Track};

/// The card. Clones are hands on the same card.
#[derive(Clone, Debug)]
pub struct UsbSoundCard(Rc<RefCell<State>>);

#[derive(Debug, Serialize)]
struct State {
    now: RobotTime,
    /// The files that there are, and how long each plays.
    catalogue: BTreeMap<SoundName, Micros>,
    playing: Option<Playing>,
    volume: Ratio,
    /// How long its buffer holds a sound back.
    lag: Micros,
    is_plugged_in: bool,
    /// Whoever held the card when it was pulled has to open it anew: the next word to it fails.
    is_stale: bool,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Playing {
    sound: SoundName,
    begins: RobotTime,
    ends: RobotTime,
}

/// What is to be heard of the speaker.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Heard {
    /// The file.
    pub sound: SoundName,
    /// How loud: 0 is silent, 1 is full.
    pub volume: Ratio,
}

impl Default for UsbSoundCard {
    /// Plugged in and silent; it is as loud as it goes until it is told otherwise.
    fn default() -> Self {
        Self(Rc::new(RefCell::new(State {
            now: RobotTime::BOOT,
            catalogue: BTreeMap::new(),
            playing: None,
            volume: Ratio::ONE,
            lag: Micros::ZERO,
            is_plugged_in: true,
            is_stale: false,
        })))
    }
}

impl UsbSoundCard {
    /// The time of what is said next.
    pub fn set_now(&self, now: RobotTime) {
        self.0.borrow_mut().now = now;
    }

    /// There is a file, or it is now so long.
    pub fn learn(&self, track: Track) {
        self.0.borrow_mut().catalogue.insert(track.name, track.length);
    }

    /// From now on a sound is heard so long after it was ordered; until now, at once.
    pub fn set_lag(&self, lag: Micros) {
        self.0.borrow_mut().lag = lag;
    }

    /// What is heard.
    pub fn heard(&self, now: RobotTime) -> Option<Heard> {
        let state = self.state();
        let playing = state.playing.filter(|playing| playing.begins <= now && playing.ends > now)?;
        Some(Heard { sound: playing.sound, volume: state.volume })
    }

    /// Pulls the adapter, or plugs it in.
    pub fn plug(&self, plugged_in: bool) {
        let mut state = self.0.borrow_mut();
        state.is_plugged_in = plugged_in;
        if !plugged_in {
            state.is_stale = true;
            state.playing = None;
            state.volume = Ratio::ONE;
        }
    }

    /// Whoever played on it is dead: it falls silent.
    pub fn abandon(&self) {
        self.0.borrow_mut().playing = None;
    }

    fn state(&self) -> Ref<'_, State> {
        self.0.borrow()
    }

    /// The card, if it answers.
    fn reach<T>(&self, word: impl FnOnce(&mut State) -> Result<T, CardFault>) -> Result<T, CardFault> {
        let mut state = self.0.borrow_mut();
        if state.is_stale {
            state.is_stale = !state.is_plugged_in;
            return Err(CardFault::Gone);
        }
        word(&mut state)
    }
}

impl SoundCard for UsbSoundCard {
    fn play(&mut self, sound: &SoundName, from: Micros) -> Result<(), CardFault> {
        self.reach(|state| {
            let length = *state.catalogue.get(sound).ok_or(CardFault::Unplayable)?;
            let left = Micros::new(length.get().saturating_sub(from.get()));
            let begins = state.now + state.lag;
            state.playing = Some(Playing { sound: *sound, begins, ends: begins + left });
            Ok(())
        })
    }

    fn silence(&mut self) -> Result<(), CardFault> {
        self.reach(|state| {
            state.playing = None;
            Ok(())
        })
    }

    fn set_volume(&mut self, volume: Ratio) -> Result<(), CardFault> {
        self.reach(|state| {
            state.volume = volume;
            Ok(())
        })
    }

    fn left(&mut self) -> Result<Option<Micros>, CardFault> {
        self.reach(|state| {
            let now = state.now;
            Ok(state.playing.filter(|playing| playing.ends > now).map(|playing| playing.ends.since(now)))
        })
    }
}

impl Serialize for UsbSoundCard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.state().serialize(serializer)
    }
}
