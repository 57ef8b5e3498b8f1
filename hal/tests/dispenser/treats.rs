//! Dispenses by the thousand on a carousel that jams, is empty here and there and is shaken, under a beam that lies:
//! what is counted is what fell, or it is uncertain.

use wimz_vocabulary::JobOutcome::{Dropped, EmptyOrJammed, NotDone, Uncertain};
use wimz_vocabulary::Work::Dispense;
use wimz_vocabulary::{Condition, Micros};

use crate::carousel::{Carousel, Chance};
use crate::stand::{SLOT, Stand, ms};

/// What the beam says that no treat does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    /// Pulses of 1 to 200 ms, 5 to 100 ms apart.
    Flicker,
    /// Pulses of less than 4 ms, as far apart.
    Spikes,
    /// It stays interrupted.
    Blocked,
}

/// The beam lies from then on, for 1 to 7 s.
fn lie(stand: &mut Stand, chance: &mut Chance, lie: Lie, after: Micros) {
    let end = after + ms(chance.between(1_000, 7_000));
    let mut at = after;
    while at < end {
        let long = match lie {
            Lie::Flicker => chance.between(1_000, 200_000),
            Lie::Spikes => chance.between(100, 3_900),
            Lie::Blocked => (end - at).get(),
        };
        stand.shade(at, Micros::new(long));
        at = at + Micros::new(long + chance.between(5_000, 100_000));
    }
}

#[derive(Debug, Default)]
struct Tally {
    dropped: u32,
    nothing: u32,
    uncertain: u32,
    uncertain_without_a_lie: u32,
    fell: u32,
}

fn dispense(seed: u64, jobs: u64) -> Tally {
    let mut chance = Chance(seed);
    let mut tally = Tally::default();
    let mut stand = Stand::new(Carousel::seeded(seed));
    let mut lied = false;
    for id in 1..=jobs {
        if stand.condition() != Condition::Ok || stand.world.borrow().carousel.slots.len() < 20 {
            // Somebody looks after it, and fills it: now and then a slot is missed or gets two.
            let mut world = stand.world.borrow_mut();
            world.carousel.jam = None;
            world.carousel.slots =
                (0..44).map(|_| [1, 1, 1, 1, 1, 1, 0, 2][chance.between(0, 7) as usize]).collect();
            drop(world);
            stand.station.clear();
        }
        if chance.one_in(8) {
            stand.world.borrow_mut().carousel.jam_somehow();
        }
        if chance.one_in(40) {
            stand.world.borrow_mut().carousel.slots.iter_mut().take(8).for_each(|slot| *slot = 0);
        }
        let fallen = stand.world.borrow().carousel.fallen;
        let strays = stand.strays;
        let lies = chance.one_in(3);
        if lies {
            let what = [Lie::Flicker, Lie::Flicker, Lie::Spikes, Lie::Blocked][chance.between(0, 3) as usize];
            let late = if chance.one_in(4) { 33_000 } else { 4_500 };
            let after = ms(chance.between(0, late));
            lie(&mut stand, &mut chance, what, after);
        }
        let given = stand.now() + ms(chance.between(0, 600));
        stand.run_until(given, |_| false);
        stand.give(id, Dispense);
        let outcome = stand.finish(id);
        stand.give(id, Dispense);
        stand.run(ms(chance.between(2_600, 9_000)));
        let (told, _) = *stand.outcomes.last().unwrap();
        assert_eq!((told, stand.outcomes.len() as u64), (id, id), "seed {seed}: one outcome each");
        let fell = stand.world.borrow().carousel.fallen - fallen;
        let strays = stand.strays - strays;
        let counted = match outcome {
            Dropped { count } => Some(u32::from(count)),
            EmptyOrJammed | NotDone { .. } => Some(0),
            Uncertain { .. } => None,
        };
        match counted {
            Some(counted) => {
                assert_eq!(counted + strays, fell, "seed {seed} job {id}: {outcome:?}, {strays} strays");
            }
            None => tally.uncertain += 1,
        }
        tally.dropped += u32::from(counted.is_some_and(|counted| counted > 0));
        tally.nothing += u32::from(counted == Some(0));
        // A lie may reach into the next job.
        tally.uncertain_without_a_lie += u32::from(counted.is_none() && !lies && !lied);
        tally.fell += fell;
        lied = lies;
        let world = stand.world.borrow();
        assert!(world.record.is_empty() || stand.is_released(), "seed {seed} job {id}: current still flows");
        let turned = stand.steps();
        let whole = (turned.0 - turned.1) % i32::from(SLOT);
        assert_eq!(whole, 0, "seed {seed} job {id}: it stands between two slots");
        drop(world);
        stand.world.borrow_mut().record.clear();
    }
    tally
}

#[test]
fn counted_is_what_fell_or_uncertain() {
    let mut all = Tally::default();
    for seed in 0..8 {
        let tally = dispense(seed, 150);
        all.dropped += tally.dropped;
        all.nothing += tally.nothing;
        all.uncertain += tally.uncertain;
        all.uncertain_without_a_lie += tally.uncertain_without_a_lie;
        all.fell += tally.fell;
    }
    // A proof in which nothing happens proves nothing.
    assert!(all.dropped > 500 && all.nothing > 50 && all.uncertain > 100 && all.fell > 700, "{all:?}");
    // Uncertainty is for what is uncertain: two treats that touch in the beam.
    assert!(all.uncertain_without_a_lie < 100, "{all:?}");
}
