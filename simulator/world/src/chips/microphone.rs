//! A USB microphone: pressure becomes samples, with its gain, its own noise and its limits.
//!
//! It knows nothing of rooms. Blocks that nobody reads are overrun, the oldest first, as in a driver's ring.

use std::cell::{Ref, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use serde::{Serialize, Serializer};
use wimz_hal::microphone::{BLOCK, Microphone, MicrophoneFault};
use wimz_vocabulary::RobotTime;

use crate::random::Stream;
use crate::sound::voices::{Hiss, pascals};

/// The level in dB SPL whose root mean square is full scale. A bark of 95 dB SPL (at one metre) has, two metres away in a
/// living room, about -15 dB of full scale, and a quiet room about -64.
pub const FULL_SCALE: f32 = 112.0;

/// Its own noise in dB SPL: 62 dB below the usual 94, as cheap ones have.
const SELF_NOISE: f32 = 32.0;

/// Blocks that wait at most.
pub const RING: usize = 4;

/// The microphone. Clones are hands on the same one.
#[derive(Clone, Debug)]
pub struct UsbMicrophone(Rc<RefCell<State>>);

#[derive(Debug, Serialize)]
struct State {
    is_plugged_in: bool,
    /// Whether another program has it.
    is_taken: bool,
    /// Whether its capsule is dead: it answers, with nothing but zeros.
    is_dead: bool,
    is_open: bool,
    noise: Hiss,
    /// Samples per pascal, and the size of its own noise in samples.
    gain: f32,
    hiss: f32,
    /// Blocks that wait: when the last samples were taken, and the samples of all of them.
    taken: VecDeque<RobotTime>,
    samples: VecDeque<i16>,
    overrun: u32,
}

impl UsbMicrophone {
    /// Plugged in; nobody listens yet.
    pub fn new(seed: u64) -> Self {
        let gain = 32_768.0 / pascals(FULL_SCALE);
        Self(Rc::new(RefCell::new(State {
            is_plugged_in: true,
            is_taken: false,
            is_dead: false,
            is_open: false,
            noise: Hiss::new(&mut Stream::new(seed, "microphone")),
            gain,
            // Evenly spread noise from -1 to 1 has a root mean square of one over the root of three.
            hiss: gain * pascals(SELF_NOISE) * libm::sqrtf(3.0),
            taken: VecDeque::with_capacity(RING),
            samples: VecDeque::with_capacity(RING * BLOCK),
            overrun: 0,
        })))
    }

    /// Whether anything comes of what is heard: it is open, and alive.
    pub fn hears(&self) -> bool {
        let state = self.state();
        state.is_open && !state.is_dead
    }

    /// A block of sound reached it, in pascals, of which the last sample was taken at `taken`. Nothing comes of it unless
    /// somebody listens.
    pub fn record(&self, taken: RobotTime, block: &[f32; BLOCK]) {
        let state = &mut *self.0.borrow_mut();
        if !state.is_open {
            return;
        }
        if state.taken.len() == RING {
            state.taken.pop_front();
            state.samples.drain(..BLOCK);
            state.overrun = state.overrun.saturating_add(1);
        }
        state.taken.push_back(taken);
        let State { samples, noise, gain, hiss, is_dead, .. } = state;
        if *is_dead {
            samples.extend([0; BLOCK]);
        } else {
            samples.extend(block.iter().map(|pressure| sample(*gain * pressure + *hiss * noise.sample())));
        }
    }

    /// Pulls it, or plugs it in.
    pub fn plug(&self, plugged_in: bool) {
        let state = &mut *self.0.borrow_mut();
        state.is_plugged_in = plugged_in;
        state.close();
    }

    /// Another program takes it, or gives it back.
    pub fn seize(&self, taken: bool) {
        let state = &mut *self.0.borrow_mut();
        state.is_taken = taken;
        state.close();
    }

    /// Its capsule dies, or comes back to life.
    pub fn kill(&self, dead: bool) {
        self.0.borrow_mut().is_dead = dead;
    }

    /// How many blocks nobody has read in time.
    pub fn overrun(&self) -> u32 {
        self.state().overrun
    }

    fn state(&self) -> Ref<'_, State> {
        self.0.borrow()
    }
}

/// The nearest value that a sample can have: what is past the ends of the scale is clipped.
fn sample(value: f32) -> i16 {
    // A cast cuts off what is behind the point, and saturates.
    (value + if value < 0.0 { -0.5 } else { 0.5 }) as i16
}

impl State {
    fn close(&mut self) {
        self.is_open = false;
        self.taken.clear();
        self.samples.clear();
    }

    fn reach(&self) -> Result<(), MicrophoneFault> {
        match self {
            Self { is_plugged_in: false, .. } => Err(MicrophoneFault::Gone),
            Self { is_taken: true, .. } => Err(MicrophoneFault::Taken),
            _ => Ok(()),
        }
    }
}

impl Microphone for UsbMicrophone {
    fn open(&mut self) -> Result<(), MicrophoneFault> {
        let state = &mut *self.0.borrow_mut();
        state.reach()?;
        state.close();
        state.is_open = true;
        Ok(())
    }

    fn read(&mut self, block: &mut [i16; BLOCK]) -> Result<Option<RobotTime>, MicrophoneFault> {
        let state = &mut *self.0.borrow_mut();
        state.reach()?;
        if !state.is_open {
            return Err(MicrophoneFault::Gone);
        }
        let Some(taken) = state.taken.pop_front() else { return Ok(None) };
        let (ahead, behind) = state.samples.as_slices();
        let (first, rest) = block.split_at_mut(BLOCK.min(ahead.len()));
        first.copy_from_slice(&ahead[..first.len()]);
        rest.copy_from_slice(&behind[..rest.len()]);
        state.samples.drain(..BLOCK);
        Ok(Some(taken))
    }
}

impl Serialize for UsbMicrophone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.state().serialize(serializer)
    }
}
