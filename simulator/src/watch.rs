//! The watch: looks at a run after every step and says when something that must never be is so.
//!
//! It holds the robot's own account against what is true in the room and against what came in from outside. It never
//! changes a run, and never asks the brain whether it obeyed.

mod answers;
mod facts;
mod invariants;
mod lessons;
mod missions;
mod modes;
mod motion;
mod parts;
mod quiet;
mod rewards;
mod sound;
mod treats;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use wimz_brain::{InputBody, Plans, StoreWord};
use wimz_hal::DriveFrame;
use wimz_vocabulary::{
    Boot, ClientId, DogId, Event, Lane, Micros, Reply, Request, RobotTime, Status, StoreState, Track,
};
use wimz_world::World;
use wimz_world::dog::Character;
use wimz_world::room::Room;

use crate::narrator;
use crate::outside::Outside;
use crate::session::{Cast, Line};
use answers::Answers;
pub use answers::Asked;
use facts::Facts;
pub use invariants::{COUNT, Invariant, TABLE, Watched};
use lessons::Lessons;
use missions::Missions;
use modes::Modes;
use motion::Motion;
use parts::Parts;
use quiet::Quiet;
use rewards::Rewards;
use sound::Sounds;
use treats::Treats;

/// How many lines a breach tells of what came before it.
const RECENT: usize = 12;

/// A breach that lasts, or comes again within so long, is one.
const SAME: Micros = Micros::from_secs(1);

/// How many breaches wait to be taken; more are counted.
const KEPT: usize = 64;

/// Something that must never be, and was.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// What should have held.
    pub invariant: Invariant,
    /// When it did not.
    pub at: RobotTime,
    /// What was seen.
    pub seen: String,
    /// What had happened before, oldest first.
    pub before: Vec<Line>,
}

impl fmt::Display for Breach {
    /// One line; what came before is for a narrator.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Watched { name, holds, .. } = self.invariant.watched();
        write!(f, "{name} is broken at {}: {} (what must hold: {holds})", self.at, self.seen)
    }
}

impl Breach {
    /// The breach, and what came before it line by line, for people.
    pub fn account(&self) -> String {
        let lines = self.before.iter().map(|line| format!("\n  {}", narrator::plain(line)));
        std::iter::once(self.to_string()).chain(lines).collect()
    }
}

/// The run as it stands between two steps.
pub struct View<'a> {
    /// The moment.
    pub at: RobotTime,
    /// What is true.
    pub world: &'a World,
    /// What the robot says of itself, at its own moment: after all but a bare tick, and every 50 ms.
    pub status: &'a Status,
    /// Whether it has just said so.
    pub is_new: bool,
    /// Whether its logic thinks: it lives and does not hang.
    pub thinks: bool,
}

/// What is counted and not judged: the robot's eye and ear have errors of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Tricks that the robot said were done.
    pub tricks: u32,
    /// Of those, the ones that no dog in the room had done within the window.
    pub tricks_unseen: u32,
    /// Times that the robot said it had been quiet for long enough.
    pub quiets: u32,
    /// Of those, the ones with a loud bark in the last 5 s.
    pub quiets_with_barks: u32,
}

/// What was found, and what led to it.
#[derive(Debug)]
pub struct Found {
    at: RobotTime,
    breaches: Vec<Breach>,
    /// When each was last seen broken.
    broken: [Option<RobotTime>; COUNT],
    count: u64,
    recent: VecDeque<Line>,
}

impl Found {
    fn new() -> Self {
        Self {
            at: RobotTime::BOOT,
            breaches: Vec::new(),
            broken: [None; COUNT],
            count: 0,
            recent: VecDeque::with_capacity(RECENT),
        }
    }

    /// This does not hold.
    pub fn broken(&mut self, invariant: Invariant, seen: impl FnOnce() -> String) {
        let last = self.broken[invariant as usize].replace(self.at);
        if last.is_some_and(|last| self.at.since(last) < SAME) {
            return;
        }
        self.count += 1;
        if self.breaches.len() < KEPT {
            let before = self.recent.iter().cloned().collect();
            self.breaches.push(Breach { invariant, at: self.at, seen: seen(), before });
        }
    }

    /// This must hold.
    pub fn hold(&mut self, holds: bool, invariant: Invariant, seen: impl FnOnce() -> String) {
        if !holds {
            self.broken(invariant, seen);
        }
    }
}

/// The watch over one run.
#[derive(Debug)]
pub struct Watch {
    found: Found,
    answers: Answers,
    facts: Facts,
    lessons: Lessons,
    missions: Missions,
    modes: Modes,
    motion: Motion,
    parts: Parts,
    quiet: Quiet,
    rewards: Rewards,
    sounds: Sounds,
    treats: Treats,
    /// The newest durable fact of this start that was given to the store.
    given: u64,
    /// Since when the brain thinks.
    woke: Option<RobotTime>,
    doubts: Doubts,
    /// Plans that count as soon as the mission and the program under way are over.
    newer: Option<Arc<Plans>>,
}

impl Watch {
    /// Over a robot that is as its profile has it, among these dogs.
    pub fn new(cast: &Cast, boot: Boot) -> Self {
        let Cast { room, profile, dogs, plans } = cast;
        Self {
            found: Found::new(),
            answers: Answers::new(),
            facts: Facts::new(boot),
            lessons: Lessons::new(plans),
            missions: Missions::new(plans),
            modes: Modes::default(),
            motion: Motion::new(&profile.drive),
            parts: Parts::new(profile),
            quiet: Quiet::new(room, dogs),
            rewards: Rewards::new(plans, boot),
            sounds: Sounds::default(),
            treats: Treats::new(),
            given: 0,
            woke: None,
            doubts: Doubts::default(),
            newer: None,
        }
    }

    /// Takes the breaches since the last call.
    pub fn drain(&mut self) -> impl Iterator<Item = Breach> + '_ {
        self.found.breaches.drain(..)
    }

    /// How many there have been.
    pub fn count(&self) -> u64 {
        self.found.count
    }

    /// What is counted and not judged.
    pub fn doubts(&self) -> Doubts {
        self.doubts
    }

    /// There is such a sound.
    pub fn sound(&mut self, track: Track) {
        self.lessons.sound(track);
    }

    /// The room is another one.
    pub fn refurnish(&mut self, room: &Room) {
        self.quiet.refurnish(room);
    }

    /// A dog is another one.
    pub fn recast(&mut self, dog: DogId, character: &Character) {
        self.quiet.recast(dog, character);
    }

    /// The robot has other plans.
    pub fn learn(&mut self, plans: Arc<Plans>) {
        self.newer = Some(plans);
        self.turn_the_page();
    }

    /// As the brain does before each input.
    fn turn_the_page(&mut self) {
        if let Some(plans) = self.newer.take_if(|_| self.missions.is_free()) {
            self.lessons.learn(&plans);
            self.missions.learn(&plans);
            self.rewards.learn(&plans);
        }
    }

    /// Everything in the room begins anew. What the robot has done, has kept and was asked for stands.
    pub fn reset(&mut self, cast: &Cast) {
        self.motion = Motion::new(&cast.profile.drive);
        self.parts = Parts::new(&cast.profile);
        self.quiet = Quiet::new(&cast.room, &cast.dogs);
        self.treats.reset();
    }

    /// Something comes in from outside, before anything comes of it.
    pub fn entering(&mut self, at: RobotTime, outside: &Outside) {
        self.found.at = at;
        match outside {
            Outside::Request(request) => self.answers.ask(at, request),
            Outside::Stop(kind) => {
                self.answers.stop();
                self.motion.stop(*kind);
            }
            Outside::Dock(docked) => self.motion.dock(*docked),
            Outside::Limits(limits) => self.treats.limit(*limits),
            Outside::House(happening) => self.quiet.house(at, *happening),
            Outside::Tuning(tuning) => self.rewards.tune(tuning),
            Outside::Sound(track) => self.sound(*track),
            _ => {}
        }
    }

    /// The brain is about to be given this.
    pub fn input(&mut self, at: RobotTime, body: &InputBody) {
        self.found.at = at;
        self.turn_the_page();
        self.motion.input(at, body);
        self.modes.input(at, body, &mut self.found);
        match body {
            InputBody::Store(StoreWord::Saved { upto }) => self.facts.saved(*upto),
            InputBody::Recall(fact) => {
                self.treats.recall(at, fact);
                self.missions.recall(fact);
            }
            InputBody::WallClock { unix_us } => self.treats.wall_clock(at, *unix_us),
            _ => {}
        }
    }

    /// The microphone's next block is about to be given to the brain; the last of its samples was taken at `taken`.
    pub fn listening(&mut self, at: RobotTime, taken: RobotTime, samples: &[i16]) {
        self.found.at = at;
        self.turn_the_page();
        self.motion.thought(at);
        self.sounds.listening(taken, samples);
        self.quiet.listening(taken, samples);
    }

    /// The detector was told whether to look.
    pub fn detector(&mut self, looks: bool) {
        self.modes.detector(looks);
    }

    /// The brain has handed the guard a frame.
    pub fn frame(&mut self, at: RobotTime, frame: &DriveFrame) {
        self.found.at = at;
        self.motion.frame(at, frame, &mut self.found);
    }

    /// A fact goes to the store. Those that are given again are known.
    pub fn giving(&mut self, at: RobotTime, fact: &Event, status: &Status) {
        if fact.id.lane != Lane::Durable || fact.id.seq <= self.given {
            return;
        }
        self.given = fact.id.seq;
        self.found.at = at;
        self.modes.fact(fact, &self.answers, status, &mut self.found);
        self.treats.fact(fact, &self.answers, &mut self.found);
        self.sounds.fact(fact, &mut self.found);
        self.motion.fact(fact);
        self.rewards.fact(fact, &mut self.found);
        self.missions.fact(fact, &mut self.found);
        self.quiet.fact(fact, &mut self.doubts, &mut self.found);
        self.lessons.fact(fact, &mut self.doubts, &mut self.found);
    }

    /// A fact is told.
    pub fn told(&mut self, at: RobotTime, event: &Event) {
        self.line(at, &Line::Robot(*event));
    }

    /// A line is written.
    pub fn line(&mut self, at: RobotTime, line: &Line) {
        self.found.at = at;
        match line {
            Line::Robot(event) => {
                self.facts.told(at, event, &mut self.found);
                self.sounds.told(&event.body, &mut self.found);
                self.motion.told(event);
                self.lessons.told(event, &mut self.found);
            }
            Line::Room { fact, .. } => {
                self.quiet.room(fact);
                self.lessons.room(fact);
            }
            Line::Broke { what: Outside::Fault(what), .. } => {
                self.motion.broke(at, what);
                self.parts.broke(at, what);
                self.treats.broke(at, what);
            }
            _ => {}
        }
        if !matches!(line, Line::Second { .. }) {
            if self.found.recent.len() == RECENT {
                self.found.recent.pop_front();
            }
            self.found.recent.push_back(line.clone());
        }
    }

    /// A request is answered.
    pub fn answered(&mut self, at: RobotTime, request: &Request, reply: &Reply) {
        self.found.at = at;
        if let Some(asked) = self.answers.answer(at, request, &mut self.found) {
            self.motion.answered(at, &asked, reply, &mut self.found);
        }
    }

    /// The robot's process has come back.
    pub fn restarted(&mut self, at: RobotTime, boot: Boot) {
        self.given = 0;
        self.missions.restarted(self.facts.kept());
        self.facts = Facts::new(boot);
        self.lessons.restarted();
        self.quiet.restarted();
        self.rewards.restarted(boot);
        self.modes = Modes::default();
        self.motion.restarted(at);
        self.sounds.restarted();
        self.treats.restarted();
        self.woke = None;
    }

    /// Another second is over.
    pub fn second(&mut self, view: &View<'_>) {
        self.found.at = view.at;
        self.parts.second(view, &mut self.found);
    }

    /// Between two steps: all that was ordered is on the pins.
    pub fn look(&mut self, view: &View<'_>) {
        let at = view.at;
        self.found.at = at;
        self.woke = if view.thinks { self.woke.or(Some(at)) } else { None };
        let thinks_for = self.woke.map(|woke| at.since(woke));
        // Whether the store has all that there is, so that no fact is still on its way.
        let at_rest = self.given == self.facts.kept() && view.status.store == StoreState::Ok;
        self.answers.look(at, self.woke, &mut self.found);
        if view.is_new {
            self.modes.look(view, at_rest, &mut self.found);
            self.parts.look(view, thinks_for, &mut self.found);
            self.sounds.look(view, &mut self.found);
        }
        self.motion.look(view, &mut self.found);
        self.lessons.look(view);
        self.quiet.look(view);
        self.rewards.look(view, &mut self.found);
        self.missions.look(view, &mut self.found);
        self.treats.look(view, at_rest, self.facts.kept(), &mut self.found);
    }
}

/// A client as people read of it.
fn who(client: ClientId) -> String {
    format!("client {client}")
}
