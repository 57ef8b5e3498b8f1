//! Evenings with a silent guardian, and the same ones with a robot that does nothing.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use wimz_simulator::session::Line;
use wimz_simulator::statistics::Figure;
use wimz_simulator::watch::Doubts;
use wimz_simulator::{Outside, Session, Setting};
use wimz_vocabulary::{
    EventBody, GuardianFact, Micros, Mode, Request, RequestId, RobotTime, StopEpoch, Withheld,
};
use wimz_world::WorldFact;
use wimz_world::fault::Fault;

use super::{DOGS, house};
use crate::chance::Chance;
use crate::steps::{ALICE, dog, mode, read, setting};

/// How long an evening is.
pub const EVENING: Micros = Micros::from_secs(1_800);

/// An intervention is for barks within this time (field facts A2.2, "Trigger"), and a verdict comes a moment later.
const TRIGGER: Micros = Micros::from_secs(61);

/// What came of an evening.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evening {
    /// How often the dog barked, in truth.
    pub barks: u32,
    pub interventions: u32,
    /// Those for which no dog had barked.
    pub unfounded: u32,
    /// How long each quiet took from the asking on, in seconds.
    pub quiets: Vec<f64>,
    pub given_up: u32,
    pub panics: u32,
    /// Treats that fell.
    pub treats: u32,
    /// Times that quiet was praised, and no more.
    pub praised: u32,
    /// Quiet that was kept while the dog barked loudly.
    pub doubts: Doubts,
    /// What the watch saw.
    pub breaches: Vec<String>,
}

/// The same evening, with a silent guardian and without one.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub with: Evening,
    pub without: Evening,
}

/// Plays an evening of this dog.
pub fn play(name: &str, seed: u64, guarded: bool, length: Micros) -> Evening {
    let cast = read(&Setting { dogs: vec![dog(name, 7, None)], ..setting("living_room", seed) });
    let mut session = Session::new(&cast, seed);
    let mut chance = Chance::new(seed);
    let happenings = house(&mut chance, length);
    if guarded {
        let (id, stops) = (RequestId(1), StopEpoch(0));
        let command = mode(Mode::SilentGuardian);
        session.enter(Outside::Request(Request { id, from: ALICE, stops, command }));
    } else {
        // Nobody listens, so nobody mixes what is to be heard: the dog knows nothing of that.
        session.enter(Outside::Fault(Fault::MicrophoneGone.into()));
    }
    let mut evening = Evening::default();
    let mut barks = Vec::new();
    let end = RobotTime::BOOT + length;
    for (at, happening) in happenings.into_iter().map(Some).chain([None]).map(|next| match next {
        Some((at, happening)) => (at, Some(happening)),
        None => (end, None),
    }) {
        go(&mut session, at, &mut evening, &mut barks);
        if let Some(happening) = happening {
            session.enter(Outside::House(happening));
        }
    }
    evening.doubts = session.doubts();
    evening.treats = session.world().truth().fallen;
    evening
}

/// Goes on to that moment, a minute at a time, and takes down what comes of it.
fn go(session: &mut Session, until: RobotTime, evening: &mut Evening, barks: &mut Vec<RobotTime>) {
    while session.now() < until {
        session.run_until(until.min(session.now() + Micros::from_secs(60)));
        for line in session.drain_lines() {
            match line {
                Line::Room { at, fact: WorldFact::DogBarked(_) } => {
                    evening.barks += 1;
                    barks.push(at);
                }
                Line::Robot(event) => match event.body {
                    EventBody::Guardian(GuardianFact::Intervened { .. }) => {
                        evening.interventions += 1;
                        let real =
                            barks.iter().any(|bark| *bark <= event.at && event.at.since(*bark) <= TRIGGER);
                        evening.unfounded += u32::from(!real);
                    }
                    EventBody::Guardian(GuardianFact::QuietKept { took, .. }) => {
                        evening.quiets.push(f64::from(took.as_secs_f32()));
                    }
                    EventBody::Guardian(GuardianFact::GaveUp { .. }) => evening.given_up += 1,
                    EventBody::Guardian(GuardianFact::PanicBegan { .. }) => evening.panics += 1,
                    EventBody::Praised { withheld: Withheld::Limit(_) | Withheld::NotThisTime, .. } => {
                        evening.praised += 1;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        session.drain_replies().for_each(drop);
        evening.breaches.extend(session.drain_breaches().map(|breach| breach.account()));
    }
}

/// What came of so many evenings of each dog.
pub struct Table {
    pub length: Micros,
    pub rows: Vec<(&'static str, Vec<Pair>)>,
}

impl Table {
    /// Plays them on all cores.
    pub fn play(evenings: u64, length: Micros) -> Self {
        let jobs: Vec<(usize, u64)> =
            (0..DOGS.len()).flat_map(|dog| (0..evenings).map(move |seed| (dog, seed))).collect();
        let next = AtomicUsize::new(0);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let work = || {
            let mut done = Vec::new();
            while let Some((dog, seed)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                let play = |guarded| play(DOGS[dog], seed, guarded, length);
                done.push(((dog, seed), Pair { with: play(true), without: play(false) }));
            }
            done
        };
        let mut done: Vec<((usize, u64), Pair)> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        // Whoever played it: the table is the same.
        done.sort_by_key(|(job, _)| *job);
        let mut rows: Vec<(&str, Vec<Pair>)> = DOGS.map(|dog| (dog, Vec::new())).into();
        done.into_iter().for_each(|((dog, _), pair)| rows[dog].1.push(pair));
        Self { length, rows }
    }

    fn all(&self) -> Vec<Pair> {
        self.rows.iter().flat_map(|(_, pairs)| pairs.iter().cloned()).collect()
    }

    /// What must not be, in words; empty if all is well.
    pub fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        for (dog, pairs) in &self.rows {
            for (seed, pair) in pairs.iter().enumerate() {
                let breaches = pair.with.breaches.iter().chain(&pair.without.breaches);
                failures.extend(breaches.map(|breach| format!("{dog}, evening {seed}: {breach}")));
            }
        }
        failures
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| Dog | evenings | asked for quiet | time to quiet, s (median) | treats | given up | unfounded | beside itself | barks with | barks without | fewer by, % |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
        let all = self.all();
        for (dog, pairs) in self.rows.iter().map(|(dog, pairs)| (*dog, pairs)).chain([("**all**", &all)]) {
            let mean = |number: fn(&Pair) -> u32| Figure::mean(pairs, |pair| f64::from(number(pair)));
            let quiet = Figure::median(pairs, |pair| pair.with.quiets.clone());
            // Of what all evenings together had: one evening without a bark says nothing.
            let fewer = Figure::of(
                pairs,
                |pair| vec![f64::from(pair.with.barks), f64::from(pair.without.barks)],
                |all| {
                    let [with, without] = [0, 1].map(|of| all.iter().skip(of).step_by(2).sum::<f64>());
                    if without > 0.0 { 100.0 * (without - with) / without } else { 0.0 }
                },
            );
            writeln!(
                f,
                "| {dog} | {} | {:.2} | {quiet:.1} | {:.2} | {:.2} | {:.3} | {:.2} | {:.1} | {:.1} | {fewer:.0} |",
                pairs.len(),
                mean(|pair| pair.with.interventions),
                mean(|pair| pair.with.treats),
                mean(|pair| pair.with.given_up),
                mean(|pair| pair.with.unfounded),
                mean(|pair| pair.with.panics),
                mean(|pair| pair.with.barks),
                mean(|pair| pair.without.barks),
            )?;
        }
        let sum = |number: fn(&Evening) -> u32| all.iter().map(|pair| number(&pair.with)).sum::<u32>();
        writeln!(
            f,
            "\nOf {} times that quiet was kept, {} had a loud bark in the 5 s before which the ear had missed.",
            sum(|evening| evening.doubts.quiets),
            sum(|evening| evening.doubts.quiets_with_barks),
        )
    }
}
