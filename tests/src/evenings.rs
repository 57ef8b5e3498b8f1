//! Evenings at home, seeded: who is there and what happens in the house. What the robot makes of them is played by two
//! proofs: [`quiet`], with a silent guardian and without one, and [`trouble`], in which everything goes wrong.

pub mod quiet;
pub mod trouble;

use wimz_vocabulary::{Micros, RobotTime};
use wimz_world::Happening;

use crate::chance::Chance;

/// The ten characters of `assets/dogs`.
pub const DOGS: [&str; 10] =
    ["biscuit", "pepper", "otto", "pixel", "nell", "tilda", "snow", "gus", "daisy", "rocket"];

fn seconds(chance: &mut Chance, from: u64, to: u64) -> Micros {
    Micros::from_secs(from + chance.bits() % (to - from))
}

/// What happens in the house on an ordinary evening, in order: somebody at the door about every 25 minutes, passers-by
/// every twelve, now and then the television, talk, thunder; in most evenings the owner is away for a while.
pub fn house(chance: &mut Chance, length: Micros) -> Vec<(RobotTime, Happening)> {
    let mut house = Vec::new();
    let mut often = |chance: &mut Chance, mean: u64, what: &mut dyn FnMut(&mut Chance) -> Happening| {
        let mut at = RobotTime::BOOT + seconds(chance, 0, 2 * mean);
        while at < RobotTime::BOOT + length {
            house.push((at, what(chance)));
            at += seconds(chance, mean / 4, 2 * mean - mean / 4);
        }
    };
    often(chance, 1_500, &mut |_| Happening::Doorbell);
    often(chance, 720, &mut |_| Happening::Passerby);
    often(chance, 2_400, &mut |chance| Happening::Television(seconds(chance, 300, 1_500)));
    often(chance, 1_800, &mut |chance| Happening::Speech(seconds(chance, 10, 120)));
    if chance.once_in(8) {
        often(chance, 900, &mut |_| Happening::Thunder);
    }
    if !chance.once_in(4) {
        let half = length.get() / 2_000_000;
        let leaves = RobotTime::BOOT + seconds(chance, 60, half);
        house.push((leaves, Happening::Owner { home: false }));
        house.push((leaves + seconds(chance, 900, half.max(901)), Happening::Owner { home: true }));
    }
    house.retain(|(at, _)| *at < RobotTime::BOOT + length);
    // Those of one moment keep their order.
    house.sort_by_key(|(at, _)| *at);
    house
}
