//! Tricks: whether the dog could hear what it was to do, and whether it did it.

use std::collections::{BTreeMap, VecDeque};
use std::f32::consts::TAU;

use wimz_brain::Plans;
use wimz_brain::plans::{Trick, Wanted};
use wimz_vocabulary::{
    Behavior, CoachFact, Event, EventBody, Micros, Ratio, RobotTime, SoundName, Track, TrickName,
};
use wimz_world::dog::MOST_DOGS;
use wimz_world::{Posture, WorldFact};

use super::{Doubts, Found, Invariant, View};

/// What a sound may lack at its end: the speaker is asked a few times a second.
const MISSING: Micros = Micros::from_millis(60);

/// How long after a cue its window opens.
const AT_ONCE: Micros = Micros::from_secs(5);

/// How long after a window a success in it may still be told of: until the pictures of its last moment were looked at.
const LATE: Micros = Micros::from_secs(1);

/// Sounds that have begun, not all to their end.
const SOUNDS: usize = 8;

/// How much of a hold must be true: what the detector sees is late and smoothed.
const HELD: f32 = 0.5;

/// How near a dog is that came, in metres.
const NEAR: f32 = 1.6;

/// How far a dog has turned that spun, in radians: three quarters of a turn.
const TURNED: f32 = 4.7;

/// A sound and how much of it was heard.
#[derive(Clone, Copy, Debug)]
struct Sounded {
    sound: SoundName,
    heard: Micros,
    /// When its last moment was heard, if it was heard to its end.
    ended: Option<RobotTime>,
}

/// A window, and what dogs really did in it.
#[derive(Clone, Copy, Debug)]
struct Window {
    trick: TrickName,
    opened: RobotTime,
    closes: RobotTime,
    dogs: [Did; MOST_DOGS],
    barks: u16,
}

/// What one dog did in a window.
#[derive(Clone, Copy, Debug, Default)]
struct Did {
    /// How it holds itself, and for how long.
    posture: Posture,
    since: RobotTime,
    /// The longest that it stood, sat and lay.
    held: [Micros; 3],
    heading: Option<f32>,
    turned: f32,
    nearest: Option<f32>,
}

/// What is taught.
#[derive(Debug)]
pub struct Lessons {
    /// Of each trick the word that asks for it, and what is to be done.
    tricks: BTreeMap<TrickName, (String, Wanted)>,
    lengths: BTreeMap<SoundName, Micros>,
    sounds: VecDeque<Sounded>,
    /// What is heard, and since when.
    now: Option<(SoundName, RobotTime)>,
    window: Option<Window>,
}

/// The word that a sound says: its file's name without folder and ending.
fn word(sound: &SoundName) -> &str {
    let file = sound.as_str().rsplit('/').next().unwrap_or_default();
    file.rsplit_once('.').map_or(file, |(word, _)| word)
}

impl Lessons {
    pub fn new(plans: &Plans) -> Self {
        let mut lessons = Self {
            tricks: BTreeMap::new(),
            lengths: BTreeMap::new(),
            sounds: VecDeque::with_capacity(SOUNDS),
            now: None,
            window: None,
        };
        lessons.learn(plans);
        lessons
    }

    /// From now on these tricks are there to be taught.
    pub fn learn(&mut self, plans: &Plans) {
        let trick = |trick: &Trick| (trick.name, (trick.cue.clone(), trick.wanted.clone()));
        self.tricks = plans.tricks.iter().map(trick).collect();
    }

    /// There is such a sound.
    pub fn sound(&mut self, track: Track) {
        self.lengths.insert(track.name, track.length);
    }

    pub fn restarted(&mut self) {
        self.window = None;
    }

    /// Something happened in the room.
    pub fn room(&mut self, fact: &WorldFact) {
        if let (WorldFact::DogBarked(_), Some(window)) = (fact, &mut self.window) {
            window.barks += 1;
        }
    }

    pub fn told(&mut self, event: &Event, found: &mut Found) {
        let EventBody::Coach(CoachFact::WindowOpened { trick, window }) = event.body else { return };
        let at = event.at;
        let cue = self.tricks.get(&trick).map(|(cue, _)| cue.as_str()).unwrap_or_default();
        let cues = |sounded: &&mut Sounded| word(&sounded.sound) == cue;
        let heard = self.sounds.iter_mut().filter(cues).filter_map(|sounded| sounded.ended.take()).max();
        found.hold(heard.is_some_and(|ended| at.since(ended) <= AT_ONCE), Invariant::CueIsHeard, || {
            let when = heard.map_or_else(|| "never".to_owned(), |ended| format!("to its end at {ended}"));
            format!("the window of {trick} opens, and \"{cue}\" was heard {when}")
        });
        let closes = at + window + LATE;
        self.window = Some(Window { trick, opened: at, closes, dogs: [Did::default(); MOST_DOGS], barks: 0 });
    }

    pub fn fact(&mut self, fact: &Event, doubts: &mut Doubts, found: &mut Found) {
        let EventBody::Coach(body) = fact.body else { return };
        match body {
            CoachFact::TrickDone { trick, .. } => {
                let within = |window: &Window| {
                    window.trick == trick && window.opened <= fact.at && fact.at <= window.closes
                };
                let window = self.window.take().filter(within);
                found.hold(window.is_some(), Invariant::TrickHasItsWindow, || {
                    format!("{trick} is done, and no window for it is open")
                });
                let wanted = self.tricks.get(&trick).map(|(_, wanted)| wanted);
                if let Some((window, wanted)) = window.zip(wanted) {
                    doubts.tricks += 1;
                    doubts.tricks_unseen += u32::from(!window.shows(wanted, fact.at));
                }
            }
            CoachFact::TrickMissed { .. } => self.window = None,
            _ => {}
        }
    }

    pub fn look(&mut self, view: &View<'_>) {
        self.listen(view);
        if let Some(window) = &mut self.window {
            window.look(view);
        }
    }

    /// What is heard of the speaker, from its first moment to its last.
    fn listen(&mut self, view: &View<'_>) {
        let heard = view.world.heard().filter(|heard| heard.volume != Ratio::ZERO).map(|heard| heard.sound);
        if self.now.map(|(sound, _)| sound) == heard {
            return;
        }
        if let Some((sound, since)) = self.now.take() {
            self.heard(view.at, sound, since);
        }
        self.now = heard.map(|sound| (sound, view.at));
    }

    fn heard(&mut self, at: RobotTime, sound: SoundName, since: RobotTime) {
        let place = self.sounds.iter().position(|sounded| sounded.sound == sound);
        let before = place.and_then(|place| self.sounds.remove(place));
        // What was heard to its end begins anew; what was held up goes on.
        let before =
            before.filter(|before| before.ended.is_none()).map_or(Micros::ZERO, |before| before.heard);
        let heard = before + at.since(since);
        let whole = self.lengths.get(&sound).is_some_and(|length| heard + MISSING >= *length);
        if self.sounds.len() == SOUNDS {
            self.sounds.pop_front();
        }
        let heard = if whole { Micros::ZERO } else { heard };
        self.sounds.push_back(Sounded { sound, heard, ended: whole.then_some(at) });
    }
}

impl Window {
    fn look(&mut self, view: &View<'_>) {
        let truth = view.world.truth();
        for (did, body) in self.dogs.iter_mut().zip(truth.dogs.iter().flatten()) {
            if did.heading.is_none() || did.posture != body.posture {
                (did.posture, did.since) = (body.posture, view.at);
            }
            let held = &mut did.held[body.posture as usize];
            *held = (*held).max(view.at.since(did.since));
            if let Some(before) = did.heading {
                let by = body.pose.heading - before;
                did.turned += by - TAU * (by / TAU).round();
            }
            did.heading = Some(body.pose.heading);
            let (x, y) = (body.pose.x - truth.pose.x, body.pose.y - truth.pose.y);
            let apart = (x * x + y * y).sqrt();
            did.nearest = Some(did.nearest.map_or(apart, |nearest| nearest.min(apart)));
        }
    }

    /// Whether one of the dogs really did what was asked.
    fn shows(&self, wanted: &Wanted, at: RobotTime) -> bool {
        match wanted {
            Wanted::Seen(poses) => self.dogs.iter().any(|did| {
                poses.iter().all(|pose| {
                    let held = |posture: Posture| {
                        did.held[posture as usize].as_secs_f32() >= HELD * pose.hold.as_secs_f32()
                    };
                    match pose.behavior {
                        Behavior::Stand => held(Posture::Stand),
                        Behavior::Sit => held(Posture::Sit),
                        Behavior::Lie => held(Posture::Lie),
                        Behavior::Spin => did.turned.abs() >= TURNED,
                        Behavior::Come => did.nearest.is_some_and(|nearest| nearest <= NEAR),
                        Behavior::Bark => self.barks > 0,
                    }
                })
            }),
            Wanted::Barks { least, .. } => self.barks >= *least,
            Wanted::Quiet(span) => self.barks == 0 && at.since(self.opened) >= *span,
            Wanted::Dog | Wanted::Barking(_) => true,
        }
    }
}
