//! Every row of the tuning does something: each is moved, and what it is for moves with it.

use alloc::vec::Vec;

use wimz_vocabulary::{
    Area, EventBody, GuardianFact, GuardianPhase, Pattern, Postures, Ratio, Sighting, Sightings,
};

use super::house::House;
use crate::tuning::GuardianTuning;

/// A row that is moved: on which ground, to what, what is played and measured, and what that comes to before and after.
struct Moved {
    row: &'static str,
    ground: &'static [(&'static str, f32)],
    to: f32,
    play: fn(&mut House) -> f32,
    usual: f32,
    moved: f32,
}

const fn moved(
    row: &'static str,
    to: f32,
    ground: &'static [(&'static str, f32)],
    play: fn(&mut House) -> f32,
    usual: f32,
    moved: f32,
) -> Moved {
    Moved { row, ground, to, play, usual, moved }
}

const LEVEL_2: &[(&str, f32)] = &[("level_2_from", 0.0)];
const LEVEL_3: &[(&str, f32)] = &[("level_3_from", 0.0)];
const UNMOVED: &[(&str, f32)] = &[("level_3_from", 0.0), ("roll_cycles", 0.0), ("light_s", 0.0)];
const LEVEL_4: &[(&str, f32)] = &[("level_4_from", 0.0)];
const NO_MUSIC: &[(&str, f32)] = &[("level_4_from", 0.0), ("music_s", 0.0)];
const TREATS: &[(&str, f32)] = &[("praise_only_s", 0.0)];
const FUTILE: &[(&str, f32)] = &[("futile_times", 1.0)];

const ROWS: &[Moved] = &[
    moved("trigger_barks", 3.0, &[], barks_it_takes, 2.0, 3.0),
    moved("trigger_window_s", 5.0, &[], |house| asked_after_barks(house, 2, 10_000), 1.0, 0.0),
    moved("loudness_db", -15.0, &[], |house| asked_after_barks(house, 2, 500), 1.0, 0.0),
    moved("confidence_share", 0.95, &[], |house| asked_after_barks(house, 2, 500), 1.0, 0.0),
    moved("level_window_s", 60.0, &[], |house| level_after(house, 3), 2.0, 1.0),
    moved("level_2_from", 1.0, &[], |house| level_after(house, 1), 1.0, 2.0),
    moved("level_3_from", 1.0, &[], |house| level_after(house, 1), 1.0, 3.0),
    moved("level_4_from", 1.0, &[], |house| level_after(house, 1), 1.0, 4.0),
    moved(
        "most_asked",
        1.0,
        &[],
        |house| {
            house.succeed(1);
            house.provoke();
            house.state().tally.interventions as f32
        },
        2.0,
        1.0,
    ),
    moved(
        "fast_escalation_bpm",
        10.0,
        &[],
        |house| {
            house.fail(1);
            house.barks(12, 1_000);
            house.pass(45_000);
            f32::from(house.state().level)
        },
        1.0,
        4.0,
    ),
    moved("quiet_1_s", 10.0, &[], time_to_quiet, 24.0, 14.0),
    moved("quiet_2_s", 10.0, LEVEL_2, time_to_quiet, 36.7, 16.7),
    moved("quiet_3_s", 10.0, UNMOVED, time_to_quiet, 36.7, 16.7),
    moved("quiet_4_s", 10.0, NO_MUSIC, time_to_quiet, 44.0, 24.0),
    moved("stretches_4", 3.0, NO_MUSIC, time_to_quiet, 44.0, 64.0),
    moved("longer_2_times", 2.0, &[], |house| needed_after(house, 1), 30.0, 40.0),
    moved("longer_3_times", 4.0, &[], |house| needed_after(house, 2), 45.0, 80.0),
    moved("longer_4_times", 4.0, &[], |house| needed_after(house, 3), 90.0, 120.0),
    moved("pause_s", 2.0, LEVEL_2, time_to_quiet, 36.7, 39.7),
    moved(
        "light_s",
        20.0,
        &[],
        |house| {
            house.provoke();
            attention_after(house, 10_000)
        },
        0.0,
        1.0,
    ),
    moved(
        "insist_light_s",
        1.0,
        UNMOVED,
        |house| {
            house.provoke();
            attention_after(house, 6_000)
        },
        1.0,
        0.0,
    ),
    moved(
        "roll_speed_share",
        0.3,
        LEVEL_3,
        |house| {
            rolls(house);
            house.body.frames.iter().map(|frame| frame.left.get()).fold(0.0, f32::max)
        },
        0.5,
        0.3,
    ),
    moved(
        "roll_s",
        0.2,
        LEVEL_3,
        |house| {
            rolls(house);
            ends(house)[0] - starts(house)[0]
        },
        0.4,
        0.2,
    ),
    moved(
        "settle_s",
        1.0,
        LEVEL_3,
        |house| {
            rolls(house);
            starts(house)[1] - ends(house)[0]
        },
        0.26,
        1.0,
    ),
    moved("roll_cycles", 1.0, LEVEL_3, rolls, 12.0, 4.0),
    moved(
        "between_cycles_s",
        1.0,
        LEVEL_3,
        |house| {
            rolls(house);
            starts(house)[4] - ends(house)[3]
        },
        5.26,
        1.26,
    ),
    moved("feel_s", 0.2, LEVEL_3, rolls, 12.0, 1.0),
    moved("coast_s", 0.4, LEVEL_3, rolls, 12.0, 1.0),
    moved(
        "too_near_share",
        0.2,
        LEVEL_3,
        |house| {
            house.sees = Some(a_dog(0.3));
            house.pass(4_000);
            rolls(house)
        },
        12.0,
        0.0,
    ),
    moved("music_s", 5.0, LEVEL_4, time_to_quiet, 87.0, 57.0),
    moved("patience_s", 30.0, &[], time_to_giving_up, 99.0, 36.0),
    moved(
        "longest_s",
        50.0,
        &[],
        |house| {
            house.provoke();
            house.pass(5_000);
            house.ear_lives = false;
            house.until_fact(2_000, |fact| matches!(fact, GuardianFact::GaveUp { .. })).unwrap()
        },
        896.0,
        46.0,
    ),
    moved(
        "gave_up_cooldown_s",
        10.0,
        &[],
        |house| {
            house.fail(1);
            time_to_listening(house)
        },
        45.0,
        10.0,
    ),
    moved(
        "success_cooldown_s",
        60.0,
        &[],
        |house| {
            house.provoke();
            house.until_fact(100, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap();
            time_to_listening(house)
        },
        2.0,
        60.0,
    ),
    moved("no_bark_s", 60.0, &[], |house| treats(house, 1), 1.0, 0.0),
    moved("praise_only_s", 200.0, &[], |house| treats(house, 2), 1.0, 2.0),
    moved("treat_spacing_s", 1_000.0, TREATS, |house| treats(house, 2), 2.0, 1.0),
    moved("most_treats", 1.0, TREATS, |house| treats(house, 2), 2.0, 1.0),
    moved(
        "reset_s",
        60.0,
        &[],
        |house| {
            house.succeed(1);
            house.pass(100_000);
            house.count(|fact| matches!(fact, EventBody::Guardian(GuardianFact::Reset { .. }))) as f32
        },
        0.0,
        1.0,
    ),
    moved(
        "session_s",
        60.0,
        &[],
        |house| {
            house.pass(100_000);
            house.count(|fact| matches!(fact, EventBody::Guardian(GuardianFact::Ended { .. }))) as f32
        },
        0.0,
        1.0,
    ),
    moved("burst_barks", 5.0, &[], |house| panics(house, 12, 1_000), 0.0, 1.0),
    moved("burst_window_s", 120.0, &[], |house| panics(house, 38, 3_000), 0.0, 1.0),
    moved("sustained_bpm", 5.0, &[], |house| panics(house, 20, 6_000), 0.0, 1.0),
    moved("sustained_s", 30.0, &[], |house| panics(house, 20, 2_500), 0.0, 1.0),
    moved(
        "futile_times",
        1.0,
        &[],
        |house| {
            house.fail(1);
            f32::from(house.state().tally.panics)
        },
        0.0,
        1.0,
    ),
    moved("calming_s", 30.0, FUTILE, time_to_calm, 183.0, 93.0),
    moved("calm_s", 20.0, FUTILE, time_to_calm, 183.0, 143.0),
];

fn barks_it_takes(house: &mut House) -> f32 {
    let mut barks = 0.0;
    while house.state().tally.interventions == 0 {
        house.bark();
        house.pass(1_000);
        barks += 1.0;
    }
    barks
}

fn asked_after_barks(house: &mut House, times: usize, every: u64) -> f32 {
    house.barks(times, every);
    house.state().tally.interventions as f32
}

/// By which level it asks after so many successes.
fn level_after(house: &mut House, successes: usize) -> f32 {
    house.succeed(successes);
    house.provoke();
    f32::from(house.state().level)
}

/// How much quiet it asks for then.
fn needed_after(house: &mut House, successes: usize) -> f32 {
    house.succeed(successes);
    house.provoke();
    let needed = house.facts().into_iter().rev().find_map(|fact| match fact {
        GuardianFact::Intervened { needed, .. } => Some(needed.as_secs_f32()),
        _ => None,
    });
    needed.unwrap()
}

/// How long after it has asked a dog that is quiet at once has won.
fn time_to_quiet(house: &mut House) -> f32 {
    house.provoke();
    house.until_fact(900, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap()
}

fn time_to_giving_up(house: &mut House) -> f32 {
    house.provoke();
    let from = house.now;
    while house.state().tally.gave_up == 0 {
        house.pass(9_000);
        house.bark();
    }
    house.now.since(from).as_secs_f32()
}

fn time_to_listening(house: &mut House) -> f32 {
    let from = house.now;
    while house.state().phase != GuardianPhase::Listening {
        house.pass(100);
    }
    house.now.since(from).as_secs_f32()
}

fn attention_after(house: &mut House, millis: u64) -> f32 {
    house.pass(millis);
    f32::from(u8::from(house.brain.status(house.now).light == Pattern::Attention))
}

/// How many ways it rolls.
fn rolls(house: &mut House) -> f32 {
    house.provoke();
    house.pass(40_000);
    starts(house).len() as f32
}

fn starts(house: &House) -> Vec<f32> {
    times(house, |fact| matches!(fact, EventBody::DriveStarted { .. }))
}

fn ends(house: &House) -> Vec<f32> {
    times(house, |fact| matches!(fact, EventBody::DriveEnded { .. }))
}

fn times(house: &House, what: fn(&EventBody) -> bool) -> Vec<f32> {
    let told = house.told.iter().filter(|(_, fact)| what(fact));
    told.map(|(at, _)| at.as_micros() as f32 / 1e6).collect()
}

/// How many treats fall for so many successes, four minutes apart.
fn treats(house: &mut House, successes: usize) -> f32 {
    for _ in 0..successes {
        house.succeed(1);
        house.pass(240_000);
    }
    house.count(|fact| matches!(fact, EventBody::DispenseEnded { .. })) as f32
}

fn panics(house: &mut House, times: usize, every: u64) -> f32 {
    house.barks(times, every);
    f32::from(house.state().tally.panics)
}

fn time_to_calm(house: &mut House) -> f32 {
    house.fail(1);
    house.until_fact(900, |fact| matches!(fact, GuardianFact::PanicEnded { .. })).unwrap()
}

/// One so high in the picture.
pub fn a_dog(high: f32) -> Sightings {
    let share = |share| Ratio::new(share).unwrap();
    let area = Area { left: share(0.4), right: share(0.6), top: share(0.4), bottom: share(0.4 + high) };
    let posture = Postures { stand: share(0.9), sit: Ratio::ZERO, lie: Ratio::ZERO };
    let dog = Sighting { area, confidence: share(0.9), posture, facing: None, tag: None };
    let mut sees = Sightings::default();
    sees.dogs[0] = Some(dog);
    sees
}

#[test]
fn each_row_moves_what_it_is_for() {
    let mut wrong = Vec::new();
    for Moved { row, ground, to, play, usual, moved } in ROWS {
        let played = |rows: &[(&str, f32)]| {
            let mut house = House::tuned(rows);
            play(&mut house)
        };
        let mut rows = ground.to_vec();
        let before = played(&rows);
        rows.retain(|(name, _)| name != row);
        rows.push((row, *to));
        let after = played(&rows);
        for (what, found) in [(usual, before), (moved, after)] {
            if (found - what).abs() > 0.02 * what.abs().max(10.0) {
                wrong.push((*row, *to, *what, found));
            }
        }
        assert!((usual - moved).abs() > 0.05, "{row} moves nothing");
    }
    assert!(wrong.is_empty(), "row, moved to, expected, found: {wrong:#?}");
}

#[test]
fn no_row_is_without_a_test() {
    let rows: Vec<&str> = GuardianTuning::ROWS.iter().map(|(row, ..)| *row).collect();
    let tested: Vec<&str> = ROWS.iter().map(|moved| moved.row).collect();
    assert_eq!(tested, rows, "each row, in its order");
}
