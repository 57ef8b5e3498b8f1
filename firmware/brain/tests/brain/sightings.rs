//! Pictures as a detector tells of them, and an eye that is shown them one by one.

use wimz_brain::dogs::{DogCard, Dogs};
use wimz_brain::sight::Sight;
use wimz_vocabulary::{
    Area, Behavior, Degrees, DetectorKind, DogId, EventBody, IdMethod, KnownDog, Micros, Postures, Ratio,
    RobotTime, Sighting, Sightings, TagId, TrackId,
};

/// From one picture to the next.
pub const PICTURE: Micros = Micros::new(66_667);

pub fn share(value: f32) -> Ratio {
    Ratio::new(value).unwrap()
}

pub fn id(name: &str) -> DogId {
    DogId::new(name).unwrap()
}

pub fn postures(stand: f32, sit: f32, lie: f32) -> Postures {
    Postures { stand: share(stand), sit: share(sit), lie: share(lie) }
}

/// A dog about (x, y), of this height.
pub fn dog(x: f32, y: f32, height: f32) -> Sighting {
    let half = 0.5 * height;
    Sighting {
        area: Area {
            left: share(x - 0.6 * half),
            top: share(y - half),
            right: share(x + 0.6 * half),
            bottom: share(y + half),
        },
        confidence: share(0.8),
        posture: postures(0.85, 0.1, 0.05),
        facing: Some(Degrees::ZERO),
        tag: None,
    }
}

pub fn sitting() -> Sighting {
    Sighting { posture: postures(0.1, 0.85, 0.05), ..dog(0.5, 0.5, 0.3) }
}

pub fn lying() -> Sighting {
    Sighting { posture: postures(0.02, 0.1, 0.85), ..dog(0.5, 0.5, 0.3) }
}

/// An eye and the dogs that it knows.
pub struct Bed {
    pub eye: Sight,
    pub dogs: Dogs,
    pub now: RobotTime,
    pub frame: u32,
    pub told: Vec<EventBody>,
}

impl Bed {
    pub fn new() -> Self {
        let now = RobotTime::from_micros(1_000_000);
        Self { eye: Sight::default(), dogs: Dogs::default(), now, frame: 0, told: vec![] }
    }

    /// With these dogs and the tags that they wear.
    pub fn knowing(dogs: &[(&str, Option<u16>)]) -> Self {
        let mut bed = Self::new();
        for (name, tag) in dogs {
            bed.dogs.learn(DogCard { id: id(name), tag: tag.map(TagId) });
        }
        bed
    }

    pub fn show_at(&mut self, taken: RobotTime, seen: &[Sighting]) {
        self.frame += 1;
        let mut dogs = [None; 4];
        dogs.iter_mut().zip(seen).for_each(|(slot, one)| *slot = Some(*one));
        let seen = Sightings { frame: self.frame, by: DetectorKind::Model, dogs };
        self.eye.see(taken, &seen, &self.dogs);
        self.collect();
    }

    /// The next picture.
    pub fn show(&mut self, seen: &[Sighting]) {
        self.now += PICTURE;
        self.eye.tick(self.now);
        self.show_at(self.now, seen);
    }

    pub fn shows(&mut self, pictures: usize, seen: &[Sighting]) {
        for _ in 0..pictures {
            self.show(seen);
        }
    }

    pub fn pass(&mut self, span: Micros) {
        self.now += span;
        self.eye.tick(self.now);
        self.collect();
    }

    pub fn collect(&mut self) {
        while let Some(fact) = self.eye.next_fact() {
            self.told.push(fact);
        }
    }

    pub fn take(&mut self) -> Vec<EventBody> {
        std::mem::take(&mut self.told)
    }

    /// What dogs were told to do.
    pub fn done(&mut self) -> Vec<Behavior> {
        let does = |fact: EventBody| match fact {
            EventBody::DogDoes { behavior, .. } => Some(behavior),
            _ => None,
        };
        self.take().into_iter().filter_map(does).collect()
    }

    pub fn seen(&self) -> usize {
        self.told.iter().filter(|fact| matches!(fact, EventBody::DogSeen { .. })).count()
    }

    pub fn in_sight(&self) -> usize {
        self.eye.state().dogs.iter().flatten().count()
    }

    pub fn known(&self) -> Vec<Option<KnownDog>> {
        self.eye.state().dogs.iter().flatten().map(|dog| dog.known).collect()
    }

    pub fn behavior(&self) -> Option<Behavior> {
        self.eye.state().dogs[0].unwrap().behavior
    }
}

pub const ONE: TrackId = TrackId(1);

pub fn by(name: &str, by: IdMethod) -> Option<KnownDog> {
    Some(KnownDog { dog: id(name), by })
}

/// As `sitting()`, for tables.
pub const SIT: Sighting = Sighting {
    area: Area {
        left: Ratio::constant(0.4),
        top: Ratio::constant(0.35),
        right: Ratio::constant(0.6),
        bottom: Ratio::constant(0.65),
    },
    confidence: Ratio::constant(0.8),
    posture: Postures { stand: Ratio::constant(0.1), sit: Ratio::constant(0.85), lie: Ratio::ZERO },
    facing: None,
    tag: None,
};
