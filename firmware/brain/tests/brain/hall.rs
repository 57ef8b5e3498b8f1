//! A bench with a speaker that plays, a camera that takes pictures and an ear that listens: where a coach teaches.

use std::collections::VecDeque;

use wimz_brain::plans::Trick;
use wimz_brain::tuning::{CoachTuning, RewardTuning, Tuning};
use wimz_brain::{DogCard, Heard, InputBody, Plans};
use wimz_hal::Reading;
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{
    CoachCommand, CoachFact, CoachStage, Command, DetectorKind, EventBody, Micros, Mode, PlayId, Reply,
    RobotTime, Sighting, Sightings, SoundEnd, TagId, TrickMiss, TrickName,
};

use crate::bench::{ALICE, Bench, mode};
use crate::room::Room;
use crate::sightings::{dog, id};

/// From one picture to the next.
pub const PICTURE: u64 = 70;
/// What the speaker takes from its order to the first sound, and from the last sound to its word on it.
pub const LAG: u64 = 80;
/// How long a word of the robot's lasts.
pub const WORD: u64 = 600;

pub fn trick(name: &str) -> TrickName {
    TrickName::new(name).unwrap()
}

/// The robot's own tricks.
pub fn plans() -> Plans {
    let files = [
        ("come", include_str!("../../../../assets/tricks/come.toml")),
        ("laydown", include_str!("../../../../assets/tricks/laydown.toml")),
        ("sit", include_str!("../../../../assets/tricks/sit.toml")),
        ("speak", include_str!("../../../../assets/tricks/speak.toml")),
        ("spin", include_str!("../../../../assets/tricks/spin.toml")),
    ];
    let tricks = files.map(|(name, text)| Trick::parse(name, &Document::new(name, text), None).unwrap());
    Plans { tricks: tricks.into(), ..Plans::default() }
}

/// A bench with a speaker that plays, a camera that takes pictures, and an ear that listens.
pub struct Hall {
    pub bench: Bench,
    /// What is in the pictures; none: there are no pictures.
    pub shows: Option<Vec<Sighting>>,
    pub listens: bool,
    /// What it hears before the hiss of a quiet room.
    pub voice: VecDeque<i16>,
    /// How the sound that plays ends, and when.
    pub playing: Option<(PlayId, u64)>,
    pub ends: SoundEnd,
    pub frame: u32,
    pub ordered: usize,
    /// How many treats the dispenser has dropped.
    pub jobs: usize,
    /// Every word that was ordered, in order.
    pub words: Vec<String>,
}

impl Hall {
    pub fn new() -> Self {
        Self::with_plans(plans())
    }

    /// One in which other tricks are taught.
    pub fn with_plans(plans: Plans) -> Self {
        let mut bench = Bench::with_plans(plans);
        for word in ["sit", "laydown", "come", "spin", "speak", "good", "no", "quiet", "name"] {
            sound(&mut bench, &format!("talks/default/{word}.wav"));
        }
        let mut hall = Self {
            bench,
            shows: Some(vec![]),
            listens: true,
            voice: VecDeque::new(),
            playing: None,
            ends: SoundEnd::Finished,
            frame: 0,
            ordered: 0,
            jobs: 0,
            words: vec![],
        };
        hall.bench.ask(ALICE, mode(Mode::Coach));
        hall
    }

    pub fn with(tuning: CoachTuning) -> Self {
        let mut hall = Self::new();
        hall.bench.give(InputBody::Tuning(Tuning { coach: tuning, ..Tuning::default() }));
        hall
    }

    /// One that rewards by these numbers.
    pub fn rewarding(tuning: RewardTuning) -> Self {
        let mut hall = Self::new();
        hall.bench.give(InputBody::Tuning(Tuning { reward: tuning, ..Tuning::default() }));
        hall
    }

    /// A dog that the owner has written down.
    pub fn knows(&mut self, name: &str, tag: Option<u16>) {
        self.bench.give(InputBody::Dog(DogCard { id: id(name), tag: tag.map(TagId) }));
    }

    pub fn millis(&self) -> u64 {
        self.bench.now.as_micros() / 1_000
    }

    pub fn tick(&mut self) {
        self.bench.pass(10);
        let now = self.millis();
        while let Some(order) = self.bench.body.sounds.get(self.ordered) {
            self.ordered += 1;
            let play = order.play.filter(|play| self.playing.is_none_or(|(playing, _)| playing != play.id));
            if let Some(play) = play {
                self.words.push(play.sound.as_str().to_owned());
                let lasts = if self.ends == SoundEnd::Finished { WORD + 2 * LAG } else { LAG };
                self.playing = Some((play.id, now + lasts));
            } else if order.play.is_none() {
                self.playing = None;
            }
        }
        if let Some((play, _)) = self.playing.filter(|(_, ends)| *ends <= now) {
            self.playing = None;
            let how = self.ends;
            self.bench.read(Reading::Speaker { play, how });
        }
        if now.is_multiple_of(PICTURE)
            && let Some(seen) = self.shows.clone()
        {
            self.picture(&seen);
        }
        if self.listens && now.is_multiple_of(20) {
            let at = self.bench.now;
            if self.voice.len() < 320 {
                self.voice.extend(Room::new().quiet(20).samples);
            }
            let samples: Vec<i16> = self.voice.drain(..320).collect();
            self.bench.seq += 1;
            let heard = Heard { seq: self.bench.seq, at, taken: at, samples: &samples };
            self.bench.brain.listen(&heard, &mut self.bench.body, &mut self.bench.out);
        }
        if self.bench.body.jobs.len() > self.jobs {
            self.jobs += 1;
            self.bench.dropped(1);
        }
    }

    pub fn picture(&mut self, seen: &[Sighting]) {
        self.frame += 1;
        let mut dogs = [None; 4];
        dogs.iter_mut().zip(seen).for_each(|(slot, one)| *slot = Some(*one));
        let seen = Sightings { frame: self.frame, by: DetectorKind::Model, dogs };
        // A detector takes a while.
        let taken = RobotTime::from_micros(self.bench.now.as_micros() - 30_000);
        self.bench.give_taken(taken, InputBody::Reading(Reading::Seen(seen)));
    }

    pub fn pass(&mut self, millis: u64) {
        (0..millis / 10).for_each(|_| self.tick());
    }

    /// A dog barks so often, twice a second; whether each was asked for.
    pub fn barks(&mut self, times: usize) -> Vec<bool> {
        let from = self.bench.told.len();
        self.voice.extend(Room::barking(times).samples);
        self.pass(500 * times as u64 + 200);
        self.bench.barks_asked(from)
    }

    pub fn shows(&mut self, seen: &[Sighting]) {
        self.shows = Some(seen.to_vec());
    }

    /// What the coach has told.
    pub fn facts(&self) -> Vec<(u64, CoachFact)> {
        let told = self.bench.told.iter().filter_map(|event| match event.body {
            EventBody::Coach(fact) => Some((event.at.as_micros() / 1_000, fact)),
            _ => None,
        });
        told.collect()
    }

    /// When something was first told, in milliseconds.
    pub fn when(&self, is_it: impl Fn(&CoachFact) -> bool) -> Option<u64> {
        self.facts().iter().find(|(_, fact)| is_it(fact)).map(|(at, _)| *at)
    }

    /// The stages so far.
    pub fn stages(&self) -> Vec<(CoachStage, u8)> {
        let stage = |(_, fact): &(u64, CoachFact)| match fact {
            CoachFact::Stage { stage, attempt, .. } => Some((*stage, *attempt)),
            _ => None,
        };
        self.facts().iter().filter_map(stage).collect()
    }

    pub fn stage(&self) -> CoachStage {
        self.bench.brain.status(self.bench.now).coach.unwrap().stage
    }

    /// Time passes until it does this; how long that took.
    pub fn until(&mut self, stage: CoachStage, within: u64) -> u64 {
        let began = self.millis();
        while self.stage() != stage {
            self.tick();
            assert!(self.millis() - began <= within, "{:?} and not {stage:?}", self.stages());
        }
        self.millis() - began
    }

    pub fn misses(&self) -> Vec<(TrickMiss, u8, bool)> {
        let miss = |(_, fact): &(u64, CoachFact)| match fact {
            CoachFact::TrickMissed { why, attempt, again, .. } => Some((*why, *attempt, *again)),
            _ => None,
        };
        self.facts().iter().filter_map(miss).collect()
    }

    pub fn taught(&self) -> Vec<TrickName> {
        let opened = |(_, fact): &(u64, CoachFact)| match fact {
            CoachFact::WindowOpened { trick, .. } => Some(*trick),
            _ => None,
        };
        self.facts().iter().filter_map(opened).collect()
    }

    pub fn force(&mut self, name: &str, replace: bool) -> Reply {
        self.bench.ask(ALICE, Command::Coach(CoachCommand::ForceTrick { trick: trick(name), replace }))
    }
}

pub fn sound(bench: &mut Bench, path: &str) {
    let name = wimz_vocabulary::SoundName::new(path).unwrap();
    bench.give(InputBody::Sound(wimz_vocabulary::Track { name, length: Micros::from_millis(WORD) }));
}

pub fn standing() -> Sighting {
    dog(0.5, 0.5, 0.3)
}
