//! Quiet: whether it was, when the robot says so.

use std::collections::VecDeque;

use wimz_brain::ear::RATE;
use wimz_vocabulary::{DogId, Event, EventBody, GuardianFact, Micros, RobotTime};
use wimz_world::dog::Character;
use wimz_world::geometry::Spot;
use wimz_world::room::Room;
use wimz_world::sound::Acoustics;
use wimz_world::{DogPlan, Happening, WorldFact};

use super::{Doubts, Found, Invariant, View};

/// How long after a bark nobody is rewarded for quiet (field facts A2.2, "Reward").
const AFTER_BARK: Micros = Micros::from_secs(5);

/// A bark's end is known this long after its beginning.
const VERDICT: Micros = Micros::from_millis(700);

/// How loud a dog's ordinary bark comes straight to the microphone, in dB SPL, of whose barks no ear misses all in a quiet
/// room: it is over before the room is full of it. One bark may be 5 dB fainter (a calm dog and bad luck), some of it is
/// outside the ear's band, and 72 dB SPL is what the ear takes at the least.
const AUDIBLE: f32 = 80.0;

/// Of so many such barks within [`AFTER_BARK`] the ear hears one at least: it misses one of forty.
const UNMISSED: usize = 3;

/// After a television, a voice, thunder or a bell the ear is worse for so long.
const RINGS: Micros = Micros::from_secs(6);

/// How long after the robot's own sound the room still carries it (field facts A2.1).
const TAIL: Micros = Micros::from_secs(3);

/// What the watch's account of quiet may lack: the edges of sounds, and barks that are told of after they have ended.
const ROUNDING: Micros = Micros::from_millis(1_500);

/// How high above the floor a dog's mouth is, and the robot's microphone, in metres.
const MOUTH: f32 = 0.4;
const EAR: f32 = 0.2;

const BARKS: usize = 32;

/// Real barks, and what the microphone had of them.
#[derive(Debug)]
pub struct Quiet {
    acoustics: Acoustics,
    /// How loud each dog barks, in dB SPL one metre away.
    voices: Vec<(DogId, f32)>,
    /// Barks whose place is not known yet.
    fresh: Vec<DogId>,
    /// Barks that no ear should miss.
    audible: VecDeque<RobotTime>,
    /// Until when something else is to be heard.
    noisy: Option<RobotTime>,
    /// When the speaker was heard last.
    sounded: Option<RobotTime>,
    /// How much a living microphone has heard past the robot's own voice since the last time that counts.
    heard: Micros,
    /// How much quiet was asked for.
    needed: Option<Micros>,
}

impl Quiet {
    pub fn new(room: &Room, dogs: &[DogPlan]) -> Self {
        Self {
            acoustics: Acoustics::new(room),
            voices: dogs.iter().map(|dog| (dog.id, dog.character.voice.loudness)).collect(),
            fresh: Vec::with_capacity(BARKS),
            audible: VecDeque::with_capacity(BARKS),
            noisy: None,
            sounded: None,
            heard: Micros::ZERO,
            needed: None,
        }
    }

    pub fn refurnish(&mut self, room: &Room) {
        self.acoustics = Acoustics::new(room);
    }

    pub fn recast(&mut self, dog: DogId, character: &Character) {
        for voice in self.voices.iter_mut().filter(|(id, _)| *id == dog) {
            voice.1 = character.voice.loudness;
        }
    }

    pub fn restarted(&mut self) {
        (self.heard, self.needed) = (Micros::ZERO, None);
    }

    pub fn house(&mut self, at: RobotTime, happening: Happening) {
        let lasts = match happening {
            Happening::Television(span) | Happening::Speech(span) => span,
            Happening::Doorbell | Happening::Thunder | Happening::Passerby => Micros::ZERO,
            Happening::Owner { .. } => return,
        };
        self.noisy = self.noisy.max(Some(at + lasts + RINGS));
    }

    pub fn room(&mut self, fact: &WorldFact) {
        if let WorldFact::DogBarked(dog) = fact {
            self.fresh.push(*dog);
        }
    }

    /// The brain is given another block.
    pub fn listening(&mut self, taken: RobotTime, samples: &[i16]) {
        let Ok(count) = u64::try_from(samples.len()) else { return };
        let span = Micros::new(count * 1_000_000 / u64::from(RATE));
        let masked = self.sounded.is_some_and(|sounded| sounded + TAIL > taken);
        if !masked && samples.iter().any(|sample| *sample != samples[0]) {
            self.heard = self.heard + span;
        }
    }

    pub fn fact(&mut self, fact: &Event, doubts: &mut Doubts, found: &mut Found) {
        match fact.body {
            EventBody::Barked { asked: false, .. } => self.heard = Micros::ZERO,
            EventBody::Guardian(GuardianFact::Intervened { needed, .. }) => {
                (self.heard, self.needed) = (Micros::ZERO, Some(needed));
            }
            EventBody::Guardian(GuardianFact::QuietKept { number, .. }) => {
                let needed = self.needed.take();
                let enough = needed.is_some_and(|needed| self.heard + ROUNDING >= needed);
                found.hold(enough, Invariant::QuietIsKept, || {
                    format!("quiet {number} is kept after {} heard of {needed:?}", self.heard)
                });
                let barked =
                    |bark: &&RobotTime| fact.at.since(**bark) < AFTER_BARK && fact.at.since(**bark) > VERDICT;
                let barks = self.audible.iter().filter(barked).count();
                found.hold(barks < UNMISSED, Invariant::QuietIsKept, || {
                    format!("quiet {number} is kept within {AFTER_BARK} of {barks} loud barks")
                });
                doubts.quiets += 1;
                doubts.quiets_with_barks += u32::from(barks > 0);
            }
            _ => {}
        }
    }

    pub fn look(&mut self, view: &View<'_>) {
        if view.world.heard().is_some() {
            self.sounded = Some(view.at);
        }
        if self.fresh.is_empty() {
            return;
        }
        let truth = view.world.truth();
        let masked = self.sounded.is_some_and(|sounded| view.at.since(sounded) < TAIL);
        let noisy = self.noisy.is_some_and(|until| view.at < until);
        let robot = Spot { x: truth.pose.x, y: truth.pose.y, z: EAR };
        for dog in self.fresh.drain(..) {
            let voice = self.voices.iter().find(|(id, _)| *id == dog);
            let body = truth.dogs.iter().flatten().find(|body| body.id == dog);
            let Some(((_, loudness), body)) = voice.zip(body) else { continue };
            let mouth = Spot { x: body.pose.x, y: body.pose.y, z: body.ground + MOUTH };
            let level = self.acoustics.direct_level(mouth, robot, *loudness);
            if level >= AUDIBLE && !masked && !noisy {
                if self.audible.len() == BARKS {
                    self.audible.pop_front();
                }
                self.audible.push_back(view.at);
            }
        }
    }
}
