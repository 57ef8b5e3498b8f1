//! The dogs in the room: bodies with a character, a mood and a memory, that see, hear, eat and learn.
//!
//! The model, its numbers and their sources are in docs/reference/the-dog.md. A dog draws all its luck from streams of
//! its own, so that another dog, or none, leaves them alone. It never meets the brain.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use wimz_vocabulary::{DogId, Micros, RobotTime, SoundName, TagId};

use crate::chips::sound_card::Heard;
use crate::geometry::{Point, Pose, Spot};
use crate::happening::Happening;
use crate::room::Room;
use crate::sound::{Acoustics, Utterance, Voice};
use crate::truth::WorldFact;

mod activity;
mod body;
mod character;
mod choice;
mod cue;
mod ground;
mod hearing;
mod luck;
mod memory;
mod mind;
mod mood;
mod senses;
mod thought;
mod throat;
mod treats;

pub use activity::Activity;
pub use character::{Character, Triggers, VoiceKind};
pub use cue::{ACTS, Act, Cue};
pub use hearing::SPEAKER;
pub use mood::Mood;
pub use thought::Thought;
pub use treats::MOST_TREATS;

use ground::Ground;
use hearing::Noise;
use mind::{Dog, Moment};
use treats::Treats;

/// How many dogs a room holds at most.
pub const MOST_DOGS: usize = 4;

/// How often they live on: twenty times a second.
const STEP: Micros = Micros::from_millis(50);
/// A sound of the robot's that broke off sooner than this was no word.
const SHORTEST_WORD: Micros = Micros::from_millis(300);
/// How long thunder rolls.
const ROLL: Micros = Micros::from_secs(4);

/// A dog that is in the room from the start.
#[derive(Clone, Debug, PartialEq)]
pub struct DogPlan {
    /// Which dog.
    pub id: DogId,
    /// What it is like.
    pub character: Character,
    /// Where it begins; where it likes, if nothing is said.
    pub start: Option<Pose>,
    /// The tag on its collar, if it wears one.
    pub tag: Option<TagId>,
}

/// A dog's body at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DogBody {
    /// Which dog.
    pub id: DogId,
    /// Where the middle of its trunk is above the floor plan, and where it faces.
    pub pose: Pose,
    /// How high above the floor its paws are, in metres: more than zero on furniture.
    pub ground: f32,
    /// How it holds itself.
    pub posture: Posture,
    /// How fast it goes, in metres a second, along its heading.
    pub speed: f32,
    /// How fast it turns, in radians a second, counterclockwise.
    pub turning: f32,
    /// From nose to rump, in metres.
    pub length: f32,
    /// From paws to withers, standing, in metres.
    pub height: f32,
    /// The colour of its coat, `0xrrggbb`.
    pub coat: u32,
    /// The tag on its collar.
    pub tag: Option<TagId>,
    /// What is to be heard of it.
    pub voice: Option<Voice>,
}

impl DogBody {
    /// Of no dog in particular, still and silent on the floor, without a tag: 0.75 m from nose to rump and 0.48 m at the withers,
    /// a little more than this house's mongrel has (`assets/dogs/biscuit.toml`), and of a greyish brown.
    pub const fn standing(id: DogId, pose: Pose) -> Self {
        Self {
            id,
            pose,
            ground: 0.0,
            posture: Posture::Stand,
            speed: 0.0,
            turning: 0.0,
            length: 0.75,
            height: 0.48,
            coat: 0x9c_8f7f,
            tag: None,
            voice: None,
        }
    }
}

/// How a dog holds itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posture {
    /// On four legs, whether it goes or stands.
    #[default]
    Stand,
    /// On its haunches.
    Sit,
    /// On its belly or side.
    Lie,
}

/// What a dog does, told once when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// It falls asleep.
    Sleeps,
    /// It lies down to rest.
    Rests,
    /// It wanders about and sniffs.
    Wanders,
    /// It plays.
    Plays,
    /// It is at its bowls.
    Feeds,
    /// It looks out of the window.
    Watches,
    /// It waits at the door.
    WaitsAtDoor,
    /// It comes to look at the robot of its own accord.
    Visits,
    /// It keeps away from everything.
    Hides,
    /// It goes to another dog.
    MeetsDog,
    /// Something outside has roused it: it pricks its ears, and goes to look if it is not too lazy.
    StartsUp,
    /// It greets its owner.
    Greets,
    /// It steps out of the robot's way.
    StepsAside,
    /// It is up on a seat.
    JumpsUp,
    /// It is down on the floor.
    JumpsDown,
    /// It growls.
    Growls,
    /// It whines.
    Whines,
    /// It howls.
    Howls,
    /// It comes for the treat that it was promised.
    ComesForTreat,
    /// It was told something and did not hear it.
    Misses(Cue),
    /// It heard it, and does not mind.
    Ignores(Cue),
    /// It was told the one and does the other, which may be the same.
    Does {
        /// What it was told.
        cue: Act,
        /// What it does.
        act: Act,
    },
}

/// What the dogs see of the robot, and hear of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scene {
    /// Where the robot is.
    pub robot: Pose,
    /// How fast it drives, forward, in metres a second.
    pub speed: f32,
    /// From its middle to its furthest corner, in metres.
    pub reach: f32,
    /// What its speaker plays.
    pub playing: Option<Heard>,
    /// How long the owner has been away; zero when at home. Filled in by [`Dogs::step`].
    pub(crate) alone_for: Micros,
}

impl Scene {
    /// A robot that stands here, so large, and is silent.
    pub fn new(robot: Pose, reach: f32) -> Self {
        Self { robot, speed: 0.0, reach, playing: None, alone_for: Micros::ZERO }
    }

    fn robot_at(&self) -> Point {
        Point { x: self.robot.x, y: self.robot.y }
    }
}

/// A sound that a dog has begun to make.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Uttered {
    /// Which dog.
    pub dog: DogId,
    /// From where.
    pub from: Spot,
    /// When it began.
    pub at: RobotTime,
    /// What.
    pub sound: Utterance,
}

/// All dogs of a room, and the treats on its floor.
#[derive(Serialize)]
pub struct Dogs {
    dogs: Vec<Dog>,
    bodies: Vec<DogBody>,
    treats: Treats,
    noise: Noise,
    /// Since when the owner is away.
    away: Option<RobotTime>,
    next: RobotTime,
    /// What the speaker plays, and since when.
    word: Option<(SoundName, f32, RobotTime)>,
    #[serde(skip)]
    acoustics: Acoustics,
    #[serde(skip)]
    uttered: VecDeque<Uttered>,
    facts: VecDeque<WorldFact>,
}

impl Dogs {
    /// The dogs at their beginning: on their beds, if they have any. The owner is at home.
    pub fn new(now: RobotTime, plans: &[DogPlan], room: &Room, seed: u64) -> Self {
        let dogs: Vec<Dog> = (plans.iter().take(MOST_DOGS).enumerate())
            .map(|(place, plan)| Dog::new(now, plan, place, ground(room, &plan.character), seed))
            .collect();
        let mut noise = Noise::default();
        if let Some(dog) = dogs.first() {
            noise.stand_in(room, &dog.ground);
        }
        Self {
            bodies: dogs.iter().map(|dog| dog.seen(now)).collect(),
            dogs,
            treats: Treats::new(room, seed),
            noise,
            away: None,
            next: now,
            word: None,
            acoustics: Acoustics::new(room),
            uttered: VecDeque::with_capacity(16),
            facts: VecDeque::with_capacity(16),
        }
    }

    /// The room is another one: each dog is where it was, or beside what stands there now, and looks for something to do.
    pub fn refurnish(&mut self, now: RobotTime, room: &Room) {
        self.acoustics = Acoustics::new(room);
        self.treats.refurnish(room);
        for (dog, body) in self.dogs.iter_mut().zip(&mut self.bodies) {
            let character = dog.character.clone();
            dog.body.pose = room.within(dog.body.pose);
            dog.recast(now, &character, ground(room, &character));
            *body = dog.seen(now);
        }
        if let Some(dog) = self.dogs.first() {
            self.noise.stand_in(room, &dog.ground);
        }
    }

    /// A dog has another character from now on, and a body to go with it. Whether there is such a dog.
    pub fn recast(&mut self, now: RobotTime, id: DogId, character: &Character, room: &Room) -> bool {
        let mut all = self.dogs.iter_mut().zip(&mut self.bodies);
        let Some((dog, body)) = all.find(|(dog, _)| dog.id == id) else { return false };
        dog.recast(now, character, ground(room, character));
        *body = dog.seen(now);
        true
    }

    /// When they want to be moved on.
    pub fn due(&self) -> Option<RobotTime> {
        (!self.dogs.is_empty()).then_some(self.next)
    }

    /// Their bodies now, in the order of their plans.
    pub fn bodies(&self) -> &[DogBody] {
        &self.bodies
    }

    /// What goes on in them, in the same order; the rest is `None`.
    pub fn thoughts(&self) -> [Option<Thought>; MOST_DOGS] {
        std::array::from_fn(|place| self.dogs.get(place).map(Thought::of))
    }

    /// The treats on the floor; the rest is `None`.
    pub fn treats(&self) -> &[Option<Point>; MOST_TREATS] {
        self.treats.all()
    }

    /// What a dog would make of a cue that it hears and minds: the chance that it does what it is told. None: there is no
    /// such dog.
    pub fn obedience(&self, dog: usize, cue: Act) -> Option<f32> {
        self.dogs.get(dog).map(|dog| dog.memory.chances(cue)[cue as usize])
    }

    /// What is told of them, in order.
    pub fn drain_facts(&mut self) -> impl Iterator<Item = WorldFact> + '_ {
        self.facts.drain(..)
    }

    /// What is to be heard of them, in order. Whoever mixes sound takes it.
    pub fn drain_uttered(&mut self) -> impl Iterator<Item = Uttered> + '_ {
        self.uttered.drain(..)
    }

    /// Something happens in the house.
    pub fn happen(&mut self, now: RobotTime, happening: Happening) {
        let longer = |until: Option<RobotTime>, span| Some(until.unwrap_or(now).max(now + span));
        match happening {
            Happening::Television(span) => self.noise.television = longer(self.noise.television, span),
            Happening::Speech(span) => self.noise.speech = longer(self.noise.speech, span),
            Happening::Thunder => self.noise.thunder = longer(self.noise.thunder, ROLL),
            Happening::Owner { home: true } => self.away = None,
            Happening::Owner { home: false } => self.away = self.away.or(Some(now)),
            Happening::Doorbell | Happening::Passerby => {}
        }
        self.dogs.iter_mut().for_each(|dog| dog.happen(now, happening));
    }

    /// A person has a dog do something. Whether there is such a dog.
    pub fn nudge(&mut self, now: RobotTime, dog: DogId, act: Act, reach: f32) -> bool {
        let found = self.dogs.iter_mut().find(|other| other.id == dog);
        found.map(|dog| dog.is_nudged(now, reach, act)).is_some()
    }

    /// A person carries a dog to another place.
    pub fn carry(&mut self, dog: DogId, to: Pose) {
        if let Some(dog) = self.dogs.iter_mut().find(|other| other.id == dog) {
            dog.body.carry(to);
        }
    }

    /// So many treats fall from a robot that stands here, with its front so far ahead of its middle.
    pub fn treats_fall(&mut self, now: RobotTime, count: u32, robot: Pose, front: f32) {
        for _ in 0..count {
            let slot = self.treats.fall(robot, front);
            let Some(at) = self.treats.at(slot) else { continue };
            self.dogs.iter_mut().for_each(|dog| dog.treat_falls(now, slot, at));
        }
    }

    /// They live on to `now`, one step.
    pub fn step(&mut self, now: RobotTime, scene: &Scene) {
        self.next = now + STEP;
        let scene = Scene { alone_for: self.away.map_or(Micros::ZERO, |away| now.since(away)), ..*scene };
        let mut bulks = [None; MOST_DOGS];
        for (slot, dog) in bulks.iter_mut().zip(&self.dogs) {
            *slot = Some(dog.bulk());
        }
        let said = self.word_that_ended(now, scene.playing);
        for place in 0..self.dogs.len() {
            let own = bulks[place].take();
            let moment = Moment {
                now,
                scene: &scene,
                treats: self.treats.all(),
                others: &bulks[..self.dogs.len()],
                owner_home: self.away.is_none(),
            };
            let taught = &self.dogs[place].character.words;
            if let Some((sound, volume)) = said
                && let Some(cue) = Cue::of(&sound, taught)
            {
                let ear = self.dogs[place].head();
                let motors = (scene.speed != 0.0).then(|| scene.robot_at());
                let barks = self.dogs.iter().filter(|dog| dog.throat.sounding(now) == Some(Voice::Bark));
                let noise = self.noise.level(now, &self.acoustics, ear, motors, barks.map(Dog::head));
                let chance = hearing::understood(&self.acoustics, scene.robot_at(), volume, ear, noise);
                let dog = &mut self.dogs[place];
                if let Some(deed) = dog.is_told(&moment, cue, chance) {
                    self.facts.push_back(WorldFact::DogDid { dog: dog.id, deed });
                }
            }
            let dog = &mut self.dogs[place];
            let came = dog.step(&moment);
            let id = dog.id;
            bulks[place] = own;
            self.facts
                .extend(came.deeds.into_iter().flatten().map(|deed| WorldFact::DogDid { dog: id, deed }));
            if let Some(sound) = came.utterance {
                let from = dog.head();
                self.uttered.push_back(Uttered { dog: id, from, at: now, sound });
                if sound.voice == Voice::Bark {
                    self.facts.push_back(WorldFact::DogBarked(id));
                    let others = self.dogs.iter_mut().filter(|other| other.id != id);
                    others.for_each(|other| other.hears_bark(now));
                }
            }
            if let Some(slot) = came.ate
                && self.treats.take(slot)
            {
                self.facts.push_back(WorldFact::DogAte(id));
            }
            self.bodies[place] = self.dogs[place].seen(now);
        }
    }

    /// What the robot has just said to the end, and how loud.
    fn word_that_ended(&mut self, now: RobotTime, playing: Option<Heard>) -> Option<(SoundName, f32)> {
        let before = self.word;
        let going_on =
            |(sound, ..): &(SoundName, f32, RobotTime)| playing.is_some_and(|it| it.sound == *sound);
        if before.as_ref().is_some_and(going_on) {
            return None;
        }
        self.word = playing.map(|it| (it.sound, it.volume.get(), now));
        let (sound, volume, since) = before?;
        if now.since(since) < SHORTEST_WORD {
            return None;
        }
        Some((sound, volume))
    }
}

/// The room as a dog of this character knows it.
fn ground(room: &Room, character: &Character) -> Ground {
    Ground::new(room, character.length, character.height)
}
