//! All that sounds at the moment, mixed as an ear at one place hears it.
//!
//! It decides nothing: dogs, house and robot say what sounds. It holds [`SEATS`] sounds that end by themselves; what comes
//! while all are taken is not heard, and counted.

use serde::Serialize;
use wimz_vocabulary::{Micros, RobotTime};

use super::acoustics::{Acoustics, Path};
use super::own::Own;
use super::tail::Tail;
use super::voices::{
    BLOCK, Bark, BarkShape, Doorbell, DoorbellShape, Growl, GrowlShape, Howl, HowlShape, Motors, NoiseFloor,
    RATE, Sound, Speech, SpeechShape, Strike, StrikeKind, StrikeShape, Television, TelevisionShape, Thunder,
    ThunderShape, Whine, WhineShape,
};
use super::{Utterance, Voice};
use crate::chips::sound_card::Heard;
use crate::geometry::Spot;
use crate::happening::Happening;
use crate::random::Stream;
use crate::room::Room;

/// How many sounds that end by themselves are heard at once: four dogs that bark over one another's tails, and the house.
pub const SEATS: usize = 12;

/// What is never silent at the robot's microphone, in dB SPL without a weighting: a living room by day (about 32 dB(A))
/// and the fan and coils of the computer a hand's breadth away.
const FLOOR: f32 = 48.0;

/// What is never silent elsewhere in the room, in dB SPL: no fan.
const FLOOR_AWAY: f32 = 42.0;

/// The tracks at full duty, in dB SPL a metre away.
const MOTORS: f32 = 56.0;

/// The speaker at full volume, in dB SPL a metre away.
const SPEAKER: f32 = 82.0;

/// How far the speaker and the tracks are from the robot's own microphone, in metres.
const OWN_DISTANCE: f32 = 0.2;

/// What sounds.
#[derive(Debug, Serialize)]
pub struct Soundscape {
    acoustics: Acoustics,
    chance: Stream,
    seats: Vec<Seat>,
    unheard: u32,
    television: Option<Lasting<Television>>,
    speech: Option<Lasting<Speech>>,
    own: Own,
    motors: Motors,
    duties: f32,
    floor: NoiseFloor,
    tail: Tail,
    /// Up to when all is mixed.
    upto: RobotTime,
    #[serde(skip)]
    rooms: Buses,
}

/// Samples under way, kept and reused.
#[derive(Debug)]
struct Buses {
    voice: [f32; BLOCK],
    reverberant: [f32; BLOCK],
}

/// A sound that ends by itself.
#[derive(Debug, Serialize)]
struct Seat {
    sound: Ending,
    from: Spot,
    begins: RobotTime,
    ends: RobotTime,
    /// Samples until its first is heard; `None` until somebody listens.
    wait: Option<u32>,
}

#[derive(Debug, Serialize)]
enum Ending {
    Bark(Bark),
    Growl(Growl),
    Whine(Whine),
    Howl(Howl),
    Doorbell(Doorbell),
    Thunder(Thunder),
    Strike(Strike),
}

impl Sound for Ending {
    fn add(&mut self, block: &mut [f32]) -> bool {
        match self {
            Self::Bark(sound) => sound.add(block),
            Self::Growl(sound) => sound.add(block),
            Self::Whine(sound) => sound.add(block),
            Self::Howl(sound) => sound.add(block),
            Self::Doorbell(sound) => sound.add(block),
            Self::Thunder(sound) => sound.add(block),
            Self::Strike(sound) => sound.add(block),
        }
    }
}

/// A sound that goes on until it is switched off.
#[derive(Debug, Serialize)]
struct Lasting<S> {
    sound: S,
    loudness: f32,
    from: Spot,
    ends: RobotTime,
}

/// How far a piece of sound fades in or out.
pub(super) struct Fade {
    pub from: f32,
    pub to: f32,
}

impl Fade {
    pub const STEADY: Self = Self { from: 1.0, to: 1.0 };
}

impl Soundscape {
    /// A room in which nothing has happened before `now`.
    pub fn new(now: RobotTime, room: &Room, seed: u64) -> Self {
        let acoustics = Acoustics::new(room);
        let mut chance = Stream::new(seed, "what is to be heard");
        Self {
            tail: Tail::new(acoustics.reverberation()),
            acoustics,
            seats: Vec::with_capacity(SEATS),
            unheard: 0,
            television: None,
            speech: None,
            own: Own::default(),
            motors: Motors::new(MOTORS, &mut chance),
            duties: 0.0,
            floor: NoiseFloor::new(FLOOR, &mut chance),
            chance,
            upto: now,
            rooms: Buses { voice: [0.0; BLOCK], reverberant: [0.0; BLOCK] },
        }
    }

    /// The room is another one, and carries sound as it does.
    pub fn refurnish(&mut self, room: &Room) {
        self.acoustics = Acoustics::new(room);
        self.tail = Tail::new(self.acoustics.reverberation());
    }

    /// How the room carries sound.
    pub fn acoustics(&self) -> &Acoustics {
        &self.acoustics
    }

    /// How many sounds have not been heard because too many were to be heard at once.
    pub fn unheard(&self) -> u32 {
        self.unheard
    }

    /// A dog makes itself heard.
    pub fn utter(&mut self, at: RobotTime, from: Spot, utterance: Utterance) {
        let Utterance { voice, pitch, length, loudness } = utterance;
        let chance = &mut self.chance;
        let sound = match voice {
            Voice::Bark => {
                let roughness = 0.3 + 0.15 * chance.symmetric();
                let attack = Micros::new((9_000.0 + 4_000.0 * chance.symmetric()) as u64);
                let glide = 0.2 + 0.1 * chance.symmetric();
                let shape = BarkShape { roughness, attack, glide, ..BarkShape::new(pitch, length, loudness) };
                Ending::Bark(Bark::new(shape, chance))
            }
            Voice::Growl => Ending::Growl(Growl::new(GrowlShape { pitch, length, loudness }, chance)),
            Voice::Whine => {
                let glide = 0.2 * chance.symmetric();
                Ending::Whine(Whine::new(WhineShape { pitch, length, loudness, glide }, chance))
            }
            Voice::Howl => Ending::Howl(Howl::new(HowlShape { pitch, length, loudness }, chance)),
        };
        self.sit(at, from, length, sound);
    }

    /// Something happens in the house.
    pub fn happen(&mut self, at: RobotTime, happening: Happening) {
        let Self { acoustics, chance, .. } = self;
        match happening {
            Happening::Doorbell => {
                let from = acoustics.hall();
                self.sit(
                    at,
                    from,
                    Doorbell::LENGTH,
                    Ending::Doorbell(Doorbell::new(DoorbellShape::ORDINARY)),
                );
            }
            Happening::Thunder => {
                // From everywhere: as if it stood before the window.
                let from = Spot { x: -1.0, ..acoustics.street() };
                let length = Micros::new((6_000_000.0 + 2_500_000.0 * chance.symmetric()) as u64);
                let nearness = 0.5 + 0.5 * chance.symmetric();
                let loudness = 92.0 + 12.0 * (nearness - 0.5);
                let thunder = Thunder::new(ThunderShape { length, nearness, loudness }, chance);
                self.sit(at, from, length, Ending::Thunder(thunder));
            }
            // Steps on the pavement do not come through a window.
            Happening::Passerby => {}
            Happening::Television(span) => {
                let ends = at + span;
                match &mut self.television {
                    Some(television) => television.ends = television.ends.max(ends),
                    None => {
                        let TelevisionShape { loudness } = TelevisionShape::ORDINARY;
                        let sound = Television::new(TelevisionShape::ORDINARY, chance);
                        self.television =
                            Some(Lasting { sound, loudness, from: acoustics.television(), ends });
                    }
                }
            }
            Happening::Speech(span) => {
                let ends = at + span;
                match &mut self.speech {
                    Some(speech) => speech.ends = speech.ends.max(ends),
                    None => {
                        let shape =
                            SpeechShape { pitch: 170.0 + 60.0 * chance.symmetric(), ..SpeechShape::ORDINARY };
                        let sound = Speech::new(shape, chance);
                        let (from, loudness) = (acoustics.sofa(), shape.loudness);
                        self.speech = Some(Lasting { sound, loudness, from, ends });
                    }
                }
            }
            // The door of the flat.
            Happening::Owner { .. } => {
                let from = acoustics.hall();
                let shape = StrikeShape { kind: StrikeKind::Door, tuning: 1.0, loudness: 84.0 };
                let strike = Strike::new(shape, chance);
                self.sit(at, from, Micros::from_millis(350), Ending::Strike(strike));
            }
        }
    }

    /// What the robot's own speaker plays from now on.
    pub fn play(&mut self, heard: Option<Heard>) {
        self.own.play(heard);
    }

    /// The duties of the robot's own tracks from now on, −1 to 1.
    pub fn drive(&mut self, left: f32, right: f32) {
        self.duties = 0.5 * (left.abs() + right.abs());
        self.motors.drive([left, right]);
    }

    /// How loud all that goes on for long is at a place, in dB SPL: what a voice has to be heard over. `robot` is where the
    /// robot stands.
    pub fn noise_at(&self, at: RobotTime, spot: Spot, robot: Spot) -> f32 {
        // Of full, in dB.
        let share = |share: f32| 20.0 * libm::log10f(share);
        let own = self.own.volume().map(|volume| (robot, SPEAKER + share(volume)));
        let tracks = (self.duties > 0.0).then(|| (robot, MOTORS + share(self.duties)));
        let sources =
            [loudness(self.television.as_ref(), at), loudness(self.speech.as_ref(), at), own, tracks];
        let power = |level: f32| libm::exp10f(level / 10.0);
        let all = sources.iter().flatten();
        let all = all.map(|(from, loudness)| power(self.acoustics.level(*from, spot, *loudness)));
        10.0 * libm::log10f(power(FLOOR_AWAY) + all.sum::<f32>())
    }

    /// Fills `block` with what is heard at `ear`, the robot's own, up to `until`: pascals, of which the last is taken then.
    /// If it was not asked for what came before, that is gone: what had begun by then is not heard.
    pub fn mix(&mut self, until: RobotTime, ear: Spot, block: &mut [f32; BLOCK]) {
        let span = Micros::new(BLOCK as u64 * 1_000_000 / u64::from(RATE));
        let begun = RobotTime::from_micros(until.as_micros().saturating_sub(span.get()));
        if begun > self.upto {
            self.seats.retain(|seat| seat.begins >= begun);
            self.tail.clear();
        }
        self.upto = until;
        block.fill(0.0);
        self.floor.add(block);
        let Self { acoustics, seats, rooms: Buses { voice, reverberant }, .. } = self;
        reverberant.fill(0.0);
        seats.retain_mut(|seat| {
            let path = acoustics.path(seat.from, ear);
            let wait = *seat.wait.get_or_insert_with(|| {
                let late = seat.begins.since(begun).get() * u64::from(RATE) / 1_000_000;
                path.delay.saturating_add(u32::try_from(late).unwrap_or(u32::MAX))
            });
            let first = BLOCK.min(wait as usize);
            seat.wait = Some(wait - first as u32);
            voice.fill(0.0);
            let goes_on = first == BLOCK || seat.sound.add(&mut voice[first..]);
            blend(voice, path, &Fade::STEADY, block, reverberant);
            goes_on
        });
        lasting(&mut self.television, acoustics, (begun, until), ear, voice, block, reverberant);
        lasting(&mut self.speech, acoustics, (begun, until), ear, voice, block, reverberant);
        let near = Spot { z: ear.z + OWN_DISTANCE, ..ear };
        let path = acoustics.path(near, ear);
        voice.fill(0.0);
        if self.motors.add(voice) {
            blend(voice, path, &Fade::STEADY, block, reverberant);
        }
        voice.fill(0.0);
        if let Some(fade) = self.own.add(SPEAKER, voice) {
            blend(voice, path, &fade, block, reverberant);
        }
        self.tail.add(reverberant, block);
    }

    fn sit(&mut self, at: RobotTime, from: Spot, length: Micros, sound: Ending) {
        // Whoever ended while nobody listened has left.
        self.seats.retain(|seat| seat.wait.is_some() || seat.ends > at);
        if self.seats.len() == SEATS {
            self.unheard = self.unheard.saturating_add(1);
            return;
        }
        self.seats.push(Seat { sound, from, begins: at, ends: at + length, wait: None });
    }
}

/// Where something that is on now is, and how loud.
fn loudness<S>(source: Option<&Lasting<S>>, at: RobotTime) -> Option<(Spot, f32)> {
    source.filter(|lasting| lasting.ends > at).map(|lasting| (lasting.from, lasting.loudness))
}

/// Mixes a sound that goes on until it is switched off; in its last block it fades.
fn lasting<S: Sound>(
    source: &mut Option<Lasting<S>>,
    acoustics: &Acoustics,
    (begun, until): (RobotTime, RobotTime),
    ear: Spot,
    voice: &mut [f32; BLOCK],
    block: &mut [f32; BLOCK],
    reverberant: &mut [f32; BLOCK],
) {
    let Some(lasting) = source else { return };
    if lasting.ends > begun {
        voice.fill(0.0);
        lasting.sound.add(voice);
        let fade = Fade { from: 1.0, to: if lasting.ends > until { 1.0 } else { 0.0 } };
        blend(voice, acoustics.path(lasting.from, ear), &fade, block, reverberant);
    }
    if lasting.ends <= until {
        *source = None;
    }
}

/// Adds a voice to what is heard: straight, and to what the room gets of it.
fn blend(
    voice: &[f32; BLOCK],
    path: Path,
    fade: &Fade,
    block: &mut [f32; BLOCK],
    reverberant: &mut [f32; BLOCK],
) {
    let Path { direct, reverberant: spread, .. } = path;
    let stride = (fade.to - fade.from) / BLOCK as f32;
    let mut faded = fade.from;
    for ((sample, heard), kept) in voice.iter().zip(block).zip(reverberant) {
        faded += stride;
        let sample = sample * faded;
        *heard += direct * sample;
        *kept += spread * sample;
    }
}
