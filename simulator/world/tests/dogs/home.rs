//! Dogs, a robot beside them and a room, stepped without a world around them.

use wimz_vocabulary::document::Document;
use wimz_vocabulary::{DogId, Micros, Ratio, RobotTime, SoundName};
use wimz_world::chips::sound_card::Heard;
use wimz_world::dog::{Act, Character, Deed, DogPlan, Dogs, Scene, Uttered};
use wimz_world::room::Room;
use wimz_world::{DogBody, Posture, WorldFact};

pub const ALL: [&str; 4] = ["biscuit", "pepper", "otto", "pixel"];
pub const MORE: [&str; 6] = ["nell", "tilda", "snow", "gus", "daisy", "rocket"];
/// From the robot's middle to its corners, and to its front; metres.
pub const REACH: f32 = 0.224;
pub const FRONT: f32 = 0.175;
pub const STEP: Micros = Micros::from_millis(50);

pub fn living_room() -> Room {
    let text = include_str!("../../../../assets/rooms/living_room.toml");
    Room::parse(&Document::new("living_room.toml", text)).unwrap()
}

pub fn empty_room() -> Room {
    let text = include_str!("../../../../assets/rooms/empty.toml");
    Room::parse(&Document::new("empty.toml", text)).unwrap()
}

pub fn character(name: &str) -> Character {
    let text = match name {
        "biscuit" => include_str!("../../../../assets/dogs/biscuit.toml"),
        "pepper" => include_str!("../../../../assets/dogs/pepper.toml"),
        "otto" => include_str!("../../../../assets/dogs/otto.toml"),
        "pixel" => include_str!("../../../../assets/dogs/pixel.toml"),
        "nell" => include_str!("../../../../assets/dogs/nell.toml"),
        "tilda" => include_str!("../../../../assets/dogs/tilda.toml"),
        "snow" => include_str!("../../../../assets/dogs/snow.toml"),
        "gus" => include_str!("../../../../assets/dogs/gus.toml"),
        "daisy" => include_str!("../../../../assets/dogs/daisy.toml"),
        "rocket" => include_str!("../../../../assets/dogs/rocket.toml"),
        _ => panic!("{name}"),
    };
    Character::parse(&Document::new(name, text)).unwrap()
}

pub fn plan(name: &str) -> DogPlan {
    DogPlan { id: DogId::new(name).unwrap(), character: character(name), start: None, tag: None }
}

/// Some dogs and a robot, and what came of them.
pub struct Home {
    pub dogs: Dogs,
    pub scene: Scene,
    pub now: RobotTime,
    pub facts: Vec<(RobotTime, WorldFact)>,
    pub heard: Vec<Uttered>,
}

impl Home {
    pub fn new(room: &Room, names: &[&str], seed: u64) -> Self {
        let plans: Vec<DogPlan> = names.iter().map(|name| plan(name)).collect();
        Self::of(room, &plans, seed)
    }

    pub fn of(room: &Room, plans: &[DogPlan], seed: u64) -> Self {
        let dogs = Dogs::new(RobotTime::BOOT, plans, room, seed);
        let scene = Scene::new(room.start, REACH);
        Self { dogs, scene, now: RobotTime::BOOT, facts: vec![], heard: vec![] }
    }

    pub fn step(&mut self) {
        self.now += STEP;
        self.dogs.step(self.now, &self.scene);
        let now = self.now;
        self.facts.extend(self.dogs.drain_facts().map(|fact| (now, fact)));
        self.heard.extend(self.dogs.drain_uttered());
    }

    pub fn run(&mut self, seconds: f32) {
        (0..(seconds * 20.0) as u32).for_each(|_| self.step());
    }

    pub fn body(&self) -> DogBody {
        self.dogs.bodies()[0]
    }

    /// The robot says a word, which takes 0.7 s.
    pub fn say(&mut self, sound: &str, volume: f32) {
        let sound = SoundName::new(sound).unwrap();
        self.scene.playing = Some(Heard { sound, volume: Ratio::clamped(volume) });
        self.run(0.7);
        self.scene.playing = None;
        self.step();
    }

    pub fn treat(&mut self) {
        self.dogs.treats_fall(self.now, 1, self.scene.robot, FRONT);
    }

    pub fn deeds(&self, since: RobotTime) -> impl Iterator<Item = Deed> + '_ {
        self.facts.iter().filter(move |(at, _)| *at >= since).filter_map(|(_, fact)| match fact {
            WorldFact::DogDid { deed, .. } => Some(*deed),
            _ => None,
        })
    }

    pub fn barks(&self, dog: &str) -> usize {
        let barked = |fact: &WorldFact| matches!(fact, WorldFact::DogBarked(id) if id.as_str() == dog);
        self.facts.iter().filter(|(_, fact)| barked(fact)).count()
    }

    pub fn digest(&self) -> String {
        let bodies: Vec<_> = self.dogs.bodies().iter().map(|body| (body.pose, body.ground)).collect();
        format!("{bodies:?} {:?} {:?}", self.facts, self.heard)
    }
}

/// One lesson after the other for a dog that knows `sit` a little.
pub struct School {
    pub home: Home,
}

/// How many times `sit` is said in a lesson.
pub const TRIALS: u32 = 10;

impl School {
    pub fn new(seed: u64) -> Self {
        let mut plan = plan("biscuit");
        plan.character.obedience = [0.0; 7];
        plan.character.obedience[Act::Sit as usize] = 0.45;
        plan.start = Some(wimz_world::geometry::Pose { x: 2.0, y: 2.9, heading: -1.5 });
        Self { home: Home::of(&empty_room(), &[plan], seed) }
    }

    /// The chance that it sits when it has heard the word and minds it.
    pub fn obedience(&self) -> f32 {
        self.home.dogs.obedience(0, Act::Sit).unwrap()
    }

    /// A day: a lesson, and hours in which it gets hungry again. A treat falls as soon as it sits, or so many seconds after
    /// it has got up again, or never. Says how often it sat.
    pub fn day(&mut self, reward: Reward) -> u32 {
        let home = &mut self.home;
        let mut sat = 0;
        for _ in 0..TRIALS {
            home.say("talks/default/sit.wav", 1.0);
            let since = home.now;
            let does = |home: &Home| {
                home.deeds(since).any(|deed| deed == Deed::Does { cue: Act::Sit, act: Act::Sit })
            };
            let mut left = 120;
            while left > 0 && !does(home) {
                home.step();
                left -= 1;
            }
            if does(home) {
                sat += 1;
                match reward {
                    Reward::AtOnce => home.treat(),
                    Reward::Late(delay) => {
                        while home.body().posture == Posture::Sit {
                            home.step();
                        }
                        home.run(delay);
                        home.treat();
                    }
                    Reward::Never => {}
                }
            }
            home.run(35.0);
            home.facts.clear();
            home.heard.clear();
        }
        home.run(6_000.0);
        home.facts.clear();
        home.heard.clear();
        sat
    }
}

/// What becomes of it when it has sat.
#[derive(Clone, Copy, Debug)]
pub enum Reward {
    AtOnce,
    Late(f32),
    Never,
}

impl Reward {
    /// A second after it has got up again: a person who looks for the bag first.
    pub const LATE: Self = Self::Late(1.0);
}
