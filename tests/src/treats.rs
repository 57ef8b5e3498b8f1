//! Dispenses by the thousand in a world that jams, runs empty and blinds the beam; no brain, the board alone.

use wimz_hal::{Body, Reading};
use wimz_simulator::Setting;
use wimz_simulator::assets::{self, Kind};
use wimz_simulator::session::Cast;
use wimz_vocabulary::{Job, JobId, JobOutcome, Micros, Part, Ratio, Work};
use wimz_world::fault::{BusName, Chip, Fault, Unjam};
use wimz_world::random::Stream;
use wimz_world::{Occasion, World};

/// What so many dispenses came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Jobs given.
    pub jobs: u64,
    /// ... of which one treat dropped, by the beam.
    pub one: u64,
    /// ... two came together.
    pub two: u64,
    /// ... nothing was done, or could be.
    pub none: u64,
    /// ... it is uncertain.
    pub uncertain: u64,
    /// Treats that came late and were told of.
    pub strays: u64,
    /// Treats that truly fell.
    pub fell: u64,
    /// Jobs whose count was certain and wrong. There may be none.
    pub wrong: u64,
    /// Jobs for which the carousel turned again after the beam had seen something. There may be none.
    pub again: u64,
}

/// Plays so many dispenses with this seed. Between two of them all kinds of things happen to the carousel.
pub fn dispense(seed: u64, jobs: u64) -> Tally {
    let setting = Setting {
        room: assets::find(Kind::Room, "empty").unwrap(),
        robot: assets::find(Kind::Robot, "gen2").unwrap(),
        plans: Vec::new(),
        dogs: Vec::new(),
        seed,
        start: None,
    };
    let Cast { room, profile, dogs, .. } = setting.read().unwrap();
    let mut world = World::new(&room, &dogs, &profile, seed);
    let mut chance = Stream::new(seed, "what happens to treats");
    let mut tally = Tally::default();
    world.fault(Fault::Jams { share: Ratio::constant(0.08) }, None);
    run(&mut world, Micros::from_secs(2), &mut tally);
    for id in 1..=jobs {
        // What somebody would do who finds it empty or jammed.
        if world.board().health(Part::Dispenser).condition.is_failed() || world.truth().loaded == 0 {
            if chance.symmetric() > -0.6 {
                world.refill();
            }
            world.body().clear_dispenser();
        }
        let before = (world.truth().fallen, tally.strays);
        // Some disturbances begin before the dispense, most in its middle.
        let early = disturb(&mut chance).filter(|_| chance.symmetric() < -0.5);
        if let Some((fault, span, lead)) = early {
            world.fault(fault, Some(span));
            run(&mut world, lead, &mut tally);
        }
        world.body().dispenser(Job { id: JobId(id), work: Work::Dispense });
        tally.jobs += 1;
        let late = disturb(&mut chance).filter(|_| early.is_none());
        let lead = late.map_or(Micros::ZERO, |(.., lead)| lead);
        let outcome = wait_for(&mut world, JobId(id), lead, &mut tally);
        let outcome = outcome.or_else(|| {
            if let Some((fault, span, _)) = late {
                world.fault(fault, Some(span));
            }
            wait_for(&mut world, JobId(id), Micros::from_secs(60), &mut tally)
        });
        let outcome = outcome.unwrap_or_else(|| panic!("seed {seed}: job {id} has no outcome after 60 s"));
        // Once more with the same number: nothing may come of it.
        world.body().dispenser(Job { id: JobId(id), work: Work::Dispense });
        let pause = Micros::from_millis(2_600 + (chance.symmetric() * 400.0) as u64);
        run(&mut world, pause, &mut tally);
        let fell = u64::from(world.truth().fallen - before.0);
        let strays = tally.strays - before.1;
        tally.fell += fell;
        let counted = match outcome {
            JobOutcome::Dropped { count } => Some(u64::from(count)),
            JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. } => Some(0),
            JobOutcome::Uncertain { .. } => None,
        };
        match counted {
            Some(0) => tally.none += 1,
            Some(1) => tally.one += 1,
            Some(_) => tally.two += 1,
            None => tally.uncertain += 1,
        }
        if counted.is_some_and(|counted| counted + strays != fell) {
            tally.wrong += 1;
            if std::env::var_os("TREATS").is_some() {
                eprintln!(
                    "seed {seed} job {id} at {}: {outcome:?}, {strays} strays, {fell} fell",
                    world.now()
                );
            }
        }
        // One compartment holds two at most, and shaking may bring one of the next.
        tally.again += u64::from(fell > 3);
    }
    tally
}

/// One thing or another, or nothing: what, for how long, and how long after or before.
fn disturb(chance: &mut Stream) -> Option<(Fault, Micros, Micros)> {
    let draw = chance.symmetric();
    let span = Micros::from_millis(1_000 + ((chance.symmetric() + 1.0) * 3_000.0) as u64);
    let fault = match (draw * 100.0) as i32 {
        -99..=-84 => Fault::BeamFlicker,
        -69..=-60 => Fault::BeamSpikes,
        -59..=-54 => Fault::BeamBlocked,
        -53..=-50 => Fault::Empty,
        -49..=-44 => Fault::Jam { by: Unjam::Push },
        -43..=-38 => Fault::Jam { by: Unjam::Shake },
        -37..=-35 => Fault::Jam { by: Unjam::Hand },
        -34..=-30 => Fault::Noise { bus: BusName::Uart, share: Ratio::constant(0.05) },
        -29..=-26 => Fault::BrownOut { chip: Chip::StepperDriver },
        -25..=-22 => Fault::Unpowered { chip: Chip::StepperDriver },
        _ => return None,
    };
    let lead = Micros::new(((chance.symmetric() + 1.0) * 2_500_000.0) as u64);
    Some((fault, span, lead))
}

fn run(world: &mut World, span: Micros, tally: &mut Tally) {
    let until = world.now() + span;
    while let Some(occasion) = world.advance(until) {
        tally.strays += u64::from(matches!(occasion, Occasion::Reading(Reading::Stray { .. })));
    }
}

fn wait_for(world: &mut World, id: JobId, span: Micros, tally: &mut Tally) -> Option<JobOutcome> {
    let until = world.now() + span;
    while let Some(occasion) = world.advance(until) {
        match occasion {
            Occasion::Reading(Reading::Job { job, outcome }) if job == id => return Some(outcome),
            Occasion::Reading(Reading::Stray { .. }) => tally.strays += 1,
            _ => {}
        }
    }
    None
}
