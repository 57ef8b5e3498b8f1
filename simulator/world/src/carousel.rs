//! The treat carousel: from step pulses to treats that fall, with all that can go wrong between them.
//!
//! Carousels are stacked and emptied one after the other, compartment by compartment. It is told steps and what
//! the motor gets; the beam below it says nothing of truth, [`Carousel::dropped`] does. The motor's inertia is not
//! modelled: a step is taken at once or lost.

mod beam;

use serde::{Deserialize, Serialize};
use wimz_hal::profile::DispenserProfile;
use wimz_vocabulary::{Ratio, RobotTime};

pub use beam::Beam;

use crate::chips::tmc2209::Motor;
use crate::random::Stream;

/// Angles are counted so that both a microstep and a compartment are whole: a slot is a turn's 200 full steps of
/// 256 microsteps, a microstep as many as there are slots.
const SLOT: i64 = 200 * 256;
/// How far a compartment has turned when it stands over the opening: 80 % of a slot.
const OPENING: i64 = SLOT / 5 * 4;

/// Pull that turns a full carousel, in amperes of spreadCycle. An estimate: half of what the fleet runs with.
const NEEDED_AMPS: f32 = 0.5;
/// What StealthChop leaves of the pull: the fleet's motors stall with it at full current.
const STEALTH_SHARE: f32 = 0.4;

/// Eighths of a full step that a light jam must be pushed back: within one relief of the fleet's 40 to 100 mostly.
const PUSH_BACK: (u64, u64) = (20, 60);
/// How often a heavy jam must be shaken: one to three rounds of the ladder's second level.
const SHAKES: (u64, u64) = (4, 16);
/// Turning back this far, in eighths of a full step, and forward again is a shake.
const SHAKE_EIGHTHS: i64 = 5;
/// A shake has such a chance to bring down a treat of the next compartment.
const SHAKEN_OUT: f32 = 0.02;
/// Of fifty compartments that are filled, so many are missed, and so many get two.
const MISSED: u64 = 2;
const DOUBLE: u64 = 2;

/// What holds the carousel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Jam {
    /// Loose once it is pushed back far enough.
    Light,
    /// Loose once it is shaken often enough.
    Heavy,
    /// Loose when a person frees it.
    Lasting,
}

/// Where the carousel cannot turn past, and what it takes to change that.
#[derive(Clone, Copy, Debug, Serialize)]
struct Wall {
    at: i64,
    jam: Jam,
    /// Angle to push back, or shakes still to come.
    need: i64,
}

/// The stack of carousels.
#[derive(Clone, Debug, Serialize)]
pub struct Carousel {
    #[serde(skip)]
    slots: i64,
    #[serde(skip)]
    inverted: bool,
    /// Treats in each compartment, in the order in which they come to the opening.
    compartments: Vec<u8>,
    /// Compartments that have been over the opening since it was filled.
    passed: usize,
    angle: i64,
    /// The angle at which the next compartment is over the opening.
    next_opening: i64,
    /// How far it has turned back since it last turned forward.
    turned_back: i64,
    wall: Option<Wall>,
    jam_share: Ratio,
    dropped: u32,
    beam: Beam,
    filling: Stream,
    jams: Stream,
    needs: Stream,
    shakes: Stream,
}

impl Carousel {
    /// An empty stack as the profile has it.
    pub fn new(profile: &DispenserProfile, seed: u64) -> Self {
        Self {
            slots: i64::from(profile.slots),
            inverted: profile.inverted,
            compartments: vec![0; usize::from(profile.carousels) * usize::from(profile.slots)],
            passed: 0,
            angle: 0,
            next_opening: OPENING,
            turned_back: 0,
            wall: None,
            jam_share: Ratio::ZERO,
            dropped: 0,
            beam: Beam::new(seed),
            filling: Stream::new(seed, "treats filled in"),
            jams: Stream::new(seed, "carousel jams"),
            needs: Stream::new(seed, "carousel jam needs"),
            shakes: Stream::new(seed, "carousel shakes"),
        }
    }

    /// Steps that came in by the step line, less those with the direction line high, and what the motor gets.
    pub fn step(&mut self, at: RobotTime, steps: i32, motor: &Motor) {
        let pull = motor.amps * if motor.spread_cycle { 1.0 } else { STEALTH_SHARE };
        if steps == 0 || !motor.driven || pull < NEEDED_AMPS {
            return;
        }
        let travel = i64::from(steps) * (256 / i64::from(motor.microsteps)) * self.slots;
        let travel = if self.inverted == motor.reversed { travel } else { -travel };
        if travel < 0 {
            self.turn_back(-travel);
        } else {
            if self.turned_back >= self.eighths(SHAKE_EIGHTHS) {
                self.shake(at);
            }
            self.turned_back = 0;
            self.turn(at, travel);
        }
    }

    /// A person takes off the lid: frees what was stuck, takes out what was in it and fills in so many treats.
    /// The answer is how many went in.
    pub fn refill(&mut self, treats: u16) -> u16 {
        self.wall = None;
        self.passed = 0;
        let mut left = treats;
        let mut put = |compartment: &mut u8, wanted: u16| {
            let some = wanted.min(left);
            left -= some;
            // At most two.
            *compartment += some as u8;
        };
        for compartment in &mut self.compartments {
            *compartment = 0;
            put(
                compartment,
                match self.filling.between(0, 49) {
                    draw if draw < MISSED => 0,
                    draw if draw < MISSED + DOUBLE => 2,
                    _ => 1,
                },
            );
        }
        // What is left over goes on top where there is one.
        for compartment in self.compartments.iter_mut().filter(|compartment| **compartment == 1) {
            put(compartment, 1);
        }
        treats - left
    }

    /// All compartments are empty from now on.
    pub fn empty(&mut self) {
        self.compartments.fill(0);
    }

    /// It jams where it stands.
    pub fn jam(&mut self, jam: Jam) {
        let (low, high) = match jam {
            Jam::Light => PUSH_BACK,
            Jam::Heavy => SHAKES,
            Jam::Lasting => (1, 1),
        };
        // At most 60.
        let need = self.needs.between(low, high).cast_signed();
        let need = if jam == Jam::Light { self.eighths(need) } else { need };
        self.wall = Some(Wall { at: self.angle, jam, need });
    }

    /// A person frees what is stuck.
    pub fn free(&mut self) {
        self.wall = None;
    }

    /// In this share of compartments it jams by itself: seven of ten lightly, one of twenty for good.
    pub fn jam_share(&mut self, share: Ratio) {
        self.jam_share = share;
    }

    /// What holds it, if anything does.
    pub fn jammed(&self) -> Option<Jam> {
        self.wall.map(|wall| wall.jam)
    }

    /// How far it has turned, forward positive: it changes with every step that turns it.
    pub fn angle(&self) -> i64 {
        self.angle
    }

    /// Treats that have ever left it, whatever the beam saw.
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Treats still in it.
    pub fn remaining(&self) -> u32 {
        self.compartments.iter().map(|treats| u32::from(*treats)).sum()
    }

    /// The beam across the chute below.
    pub fn beam(&mut self) -> &mut Beam {
        &mut self.beam
    }

    /// An angle in eighths of a full step.
    fn eighths(&self, count: i64) -> i64 {
        count * 32 * self.slots
    }

    fn turn(&mut self, at: RobotTime, mut travel: i64) {
        while travel > 0 {
            let stop = self.wall.map_or(self.next_opening, |wall| wall.at.min(self.next_opening));
            let step = travel.min(stop - self.angle);
            self.angle += step;
            travel -= step;
            if self.angle < self.next_opening {
                return;
            }
            self.open(at);
        }
    }

    fn turn_back(&mut self, travel: i64) {
        self.angle -= travel;
        self.turned_back += travel;
        if let Some(Wall { at, jam: Jam::Light, need }) = self.wall
            && at - self.angle >= need
        {
            self.wall = None;
        }
    }

    /// The next compartment is over the opening.
    fn open(&mut self, at: RobotTime) {
        while self.drop_one(at) {}
        self.passed += 1;
        self.next_opening += SLOT;
        if self.jams.happens(self.jam_share) {
            let jam = match self.jams.between(1, 20) {
                1..=14 => Jam::Light,
                15..=19 => Jam::Heavy,
                _ => Jam::Lasting,
            };
            self.jam(jam);
            // Somewhere before the next opening; a slot is far from what does not fit.
            let ahead = self.jams.between(1, SLOT.unsigned_abs() - 1).cast_signed();
            self.wall = self.wall.map(|wall| Wall { at: wall.at + ahead, ..wall });
        }
    }

    fn shake(&mut self, at: RobotTime) {
        if self.shakes.happens(Ratio::clamped(SHAKEN_OUT)) {
            self.drop_one(at);
        }
        if let Some(wall) = &mut self.wall
            && wall.jam == Jam::Heavy
        {
            wall.need -= 1;
            if wall.need == 0 {
                self.wall = None;
            }
        }
    }

    /// A treat of the next compartment falls, if there is one.
    fn drop_one(&mut self, at: RobotTime) -> bool {
        match self.compartments.get_mut(self.passed) {
            Some(treats) if *treats > 0 => {
                *treats -= 1;
                self.dropped += 1;
                self.beam.fall(at);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use wimz_hal::Edge;
    use wimz_vocabulary::Micros;

    use super::*;

    const MOTOR: Motor =
        Motor { driven: true, microsteps: 8, reversed: false, amps: 1.1, spread_cycle: true };
    /// A slot in eighths of a step: 145.45.
    const SLOT_STEPS: i32 = 146;

    fn carousel(seed: u64) -> Carousel {
        let profile = DispenserProfile {
            step: 12,
            dir: 16,
            enable: 24,
            beam: 7,
            uart: [14, 15],
            baud: 115_200,
            address: 0,
            inverted: false,
            carousels: 4,
            slots: 11,
            steps_per_slot: 145,
            microsteps: 8,
            half_step: Micros::from_millis(5),
            relief_steps: 60,
            run_current: 31,
            hold_current: 5,
        };
        let mut carousel = Carousel::new(&profile, seed);
        assert_eq!(carousel.refill(44), 44);
        carousel
    }

    fn step(carousel: &mut Carousel, steps: i32) -> u32 {
        let before = carousel.dropped();
        for _ in 0..steps.abs() {
            carousel.step(RobotTime::BOOT, steps.signum(), &MOTOR);
        }
        carousel.dropped() - before
    }

    #[test]
    fn one_turn_of_each_carousel_brings_all_treats_in_a_compartments_time_each() {
        let mut carousel = carousel(1);
        let filled = carousel.compartments.clone();
        assert_eq!(
            step(&mut carousel, 116),
            0,
            "at 80 % of a slot, 116.4 steps, the first is over the opening"
        );
        assert_eq!(step(&mut carousel, 1), u32::from(filled[0]));
        for (compartment, treats) in filled.iter().enumerate().skip(1) {
            let due = (116.36 + 145.4545 * compartment as f32) as i32 + 1;
            let at = (116.36 + 145.4545 * (compartment - 1) as f32) as i32 + 1;
            assert_eq!(step(&mut carousel, due - at), u32::from(*treats), "compartment {compartment}");
        }
        assert_eq!((carousel.dropped(), carousel.remaining()), (44, 0));
        assert_eq!(step(&mut carousel, 1_600), 0, "it is empty");
        assert_eq!(carousel.refill(20), 20);
        assert_eq!((step(&mut carousel, 44 * SLOT_STEPS), carousel.remaining()), (20, 0));
    }

    #[test]
    fn filling_misses_some_compartments_and_doubles_others() {
        let mut counts = [0; 3];
        for seed in 0..50 {
            carousel(seed).compartments.iter().for_each(|treats| counts[usize::from(*treats)] += 1);
        }
        assert!((40..140).contains(&counts[0]) && counts[0] == counts[2], "{counts:?}");
        let mut carousel = carousel(1);
        assert!(carousel.refill(200) < 89);
        assert!(carousel.compartments.iter().all(|treats| [0, 2].contains(treats)));
        assert_eq!(carousel.refill(3), 3);
        assert_eq!(carousel.remaining(), 3);
        carousel.empty();
        assert_eq!((carousel.remaining(), step(&mut carousel, 44 * SLOT_STEPS)), (0, 0));
    }

    #[test]
    fn a_motor_without_pull_turns_nothing_and_other_microsteps_turn_it_otherwise() {
        let at = RobotTime::BOOT;
        let weak = [
            Motor { driven: false, ..MOTOR },
            Motor { spread_cycle: false, ..MOTOR },
            Motor { amps: 0.4, ..MOTOR },
        ];
        let mut carousel = carousel(1);
        for motor in weak {
            carousel.step(at, 10_000, &motor);
        }
        assert_eq!((carousel.angle, carousel.dropped()), (0, 0));
        carousel.step(at, 16, &Motor { microsteps: 16, ..MOTOR });
        let sixteenths = carousel.angle;
        carousel.step(at, -8, &MOTOR);
        assert_eq!((sixteenths, carousel.angle), (8 * 32 * 11, 0));
        carousel.step(at, 5, &Motor { reversed: true, ..MOTOR });
        assert!(carousel.angle < 0);
        carousel.inverted = true;
        carousel.step(at, -5, &MOTOR);
        assert_eq!(carousel.angle, 0);
    }

    #[test]
    fn turning_back_and_forth_over_an_opening_drops_once() {
        let mut carousel = carousel(1);
        carousel.compartments[..2].fill(1);
        assert_eq!(step(&mut carousel, 120), 1);
        for _ in 0..3 {
            assert_eq!(step(&mut carousel, -4) + step(&mut carousel, 4), 0);
        }
        assert_eq!(step(&mut carousel, SLOT_STEPS), 1);
    }

    #[test]
    fn a_light_jam_gives_way_to_being_pushed_back_far_enough() {
        let mut needs = Vec::new();
        for seed in 0..100 {
            let mut carousel = carousel(seed);
            carousel.compartments.fill(1);
            step(&mut carousel, 50);
            carousel.jam(Jam::Light);
            assert_eq!((step(&mut carousel, 1_000), carousel.angle), (0, 50 * 32 * 11), "it stands");
            let mut back = 0;
            while carousel.jammed().is_some() {
                step(&mut carousel, -1);
                back += 1;
            }
            assert_eq!(step(&mut carousel, back + 67), 1, "and then goes on");
            needs.push(back);
        }
        needs.sort_unstable();
        assert!(needs[0] < 24 && needs[0] >= 20 && needs[99] > 56 && needs[99] <= 60, "{needs:?}");
        let mut carousel = carousel(1);
        carousel.jam(Jam::Light);
        for _ in 0..20 {
            step(&mut carousel, -19);
            step(&mut carousel, 19);
        }
        assert_eq!(carousel.jammed(), Some(Jam::Light), "a little at a time is not enough");
    }

    #[test]
    fn a_heavy_jam_gives_way_to_shaking_and_a_lasting_one_to_a_person() {
        let mut needs = Vec::new();
        for seed in 0..50 {
            let mut carousel = carousel(seed);
            carousel.jam(Jam::Heavy);
            step(&mut carousel, -100);
            assert_eq!(carousel.jammed(), Some(Jam::Heavy));
            for _ in 0..50 {
                step(&mut carousel, -4);
                step(&mut carousel, 4);
            }
            assert_eq!(carousel.jammed(), Some(Jam::Heavy), "that is no shaking, but for the first");
            let mut shakes = 1;
            while carousel.jammed().is_some() {
                step(&mut carousel, -5);
                step(&mut carousel, 5);
                shakes += 1;
            }
            needs.push(shakes);
        }
        needs.sort_unstable();
        assert!(needs[0] == 4 && needs[49] == 16, "{needs:?}");
        let mut carousel = carousel(1);
        carousel.jam(Jam::Lasting);
        for _ in 0..50 {
            step(&mut carousel, -100);
            step(&mut carousel, 100);
        }
        assert_eq!(carousel.jammed(), Some(Jam::Lasting));
        carousel.free();
        assert_eq!(carousel.jammed(), None);
        carousel.jam(Jam::Lasting);
        carousel.refill(5);
        assert_eq!(carousel.jammed(), None);
    }

    #[test]
    fn shaking_brings_down_a_treat_now_and_then() {
        let mut out = 0;
        for seed in 0..40 {
            let mut carousel = carousel(seed);
            carousel.compartments.fill(2);
            for _ in 0..50 {
                out += step(&mut carousel, -10) + step(&mut carousel, 10);
            }
            assert_eq!(carousel.remaining() + carousel.dropped(), 88);
        }
        // One in fifty of two thousand, two at most from one compartment.
        assert!((18..=60).contains(&out), "{out}");
    }

    #[test]
    fn jams_come_by_themselves_in_their_share_and_never_at_an_opening() {
        let mut kinds = [0; 3];
        for seed in 0..40 {
            let mut carousel = carousel(seed);
            carousel.jam_share(Ratio::clamped(0.25));
            for _ in 0..40 {
                let target = carousel.passed + 1;
                while carousel.passed < target {
                    let before = carousel.angle;
                    step(&mut carousel, 1);
                    if carousel.angle == before {
                        let jam = carousel.jammed().unwrap();
                        kinds[jam as usize] += 1;
                        assert_ne!(carousel.angle % SLOT, OPENING);
                        carousel.free();
                    }
                }
            }
        }
        let all: i32 = kinds.iter().sum();
        assert!((330..470).contains(&all), "of 1600: {kinds:?}");
        assert!(kinds[0] > 2 * kinds[1] && kinds[1] > 2 * kinds[2] && kinds[2] > 5, "{kinds:?}");
    }

    #[test]
    fn every_treat_that_falls_interrupts_the_beam() {
        let mut carousel = carousel(3);
        let mut edges = Vec::new();
        for at in (0..).map(|tick| RobotTime::BOOT + Micros::from_millis(10 * tick)) {
            carousel.step(at, 1, &MOTOR);
            while let Some(edge) = carousel.beam().take_due(at) {
                edges.push(edge);
            }
            if carousel.remaining() == 0 && carousel.beam().due().is_none() {
                break;
            }
        }
        assert_eq!(edges.len(), 88);
        let spans: Vec<u64> = edges.windows(2).map(|pair| pair[1].at.since(pair[0].at).get()).collect();
        for (place, (edge, span)) in edges.iter().zip(spans).enumerate() {
            let Edge { high, .. } = *edge;
            assert_eq!(high, place % 2 == 1);
            assert!(if high { span >= 10_000 } else { (20_000..=30_000).contains(&span) });
        }
    }
}
