//! Each number of the table does what it says: moved, it moves what happens.

use wimz_brain::InputBody;
use wimz_brain::mission::MissionTuning;
use wimz_brain::plans::{Action, Mission, Pose, ScriptId, Stage, Step, Wanted};
use wimz_hal::Reading;
use wimz_vocabulary::{Behavior, EventBody, Micros, MissionFact, MissionPhase, Ratio, SoundName};

use super::bed::{Bed, is_mission, is_over, is_phase, mission, plans, script, secs, sit_stage, stage};
use crate::bench::ALICE;
use crate::sightings::{dog, sitting};

/// How long, in seconds, something takes with the table as it is given.
type Takes = fn(MissionTuning) -> f32;

fn bed(tuning: MissionTuning, missions: Vec<Mission>) -> Bed {
    let mut bed = Bed::new(plans(missions));
    bed.tune(|all| all.mission = tuning);
    bed
}

fn since(bed: &Bed, from: wimz_vocabulary::RobotTime) -> f32 {
    bed.bench.now.since(from).as_secs_f32()
}

/// Every row, a value that is not its own, and what shows that it counts: by how much it moves, in seconds.
const ROWS: [(&str, f32, Takes); 12] = [
    ("alone_s", 100.0, |tuning| {
        let long = Stage { timeout: None, ..stage(Some(Wanted::Dog)) };
        let mut bed = bed(tuning, vec![mission("dog", vec![long])]);
        bed.start("dog").unwrap();
        let from = bed.bench.now;
        bed.bench.give(InputBody::Left(ALICE));
        assert!(bed.until(700, is_over));
        since(&bed, from)
    }),
    ("seen_for_s", 5.0, |tuning| {
        let mut bed = bed(tuning, vec![mission("sit", vec![sit_stage()])]);
        bed.start("sit").unwrap();
        bed.dog = Some(dog(0.5, 0.5, 0.3));
        let from = bed.bench.now;
        assert!(bed.until(20, is_phase(MissionPhase::Greeting)));
        since(&bed, from)
    }),
    ("wait_for_dog_s", 20.0, |tuning| {
        let mut bed = bed(tuning, vec![mission("sit", vec![sit_stage()])]);
        bed.start("sit").unwrap();
        let from = bed.bench.now;
        assert!(bed.until(400, is_over));
        since(&bed, from)
    }),
    ("greeting_s", 3.0, |tuning| {
        let mut bed = bed(tuning, vec![mission("sit", vec![sit_stage()])]);
        bed.dog = Some(sitting());
        bed.start("sit").unwrap();
        assert!(bed.until(20, is_phase(MissionPhase::Greeting)));
        let from = bed.bench.now;
        assert!(bed.until(20, is_phase(MissionPhase::Command)));
        since(&bed, from)
    }),
    ("retry_s", 9.0, |tuning| {
        let twice = Stage { max_attempts: 2, ..sit_stage() };
        let mut bed = bed(tuning, vec![mission("sit", vec![twice])]);
        bed.dog = Some(dog(0.5, 0.5, 0.3));
        bed.start("sit").unwrap();
        assert!(bed.until(30, is_phase(MissionPhase::Failed)));
        let from = bed.bench.now;
        assert!(bed.until(30, is_phase(MissionPhase::Command)));
        since(&bed, from)
    }),
    ("echo_s", 6.0, |tuning| {
        let bark = Stage { timeout: Some(secs(4)), ..stage(Some(Wanted::Barks { least: 1, most: 2 })) };
        let mut bed = bed(tuning, vec![mission("speak", vec![bark])]);
        bed.ears = true;
        bed.start("speak").unwrap();
        let from = bed.bench.now;
        assert!(bed.until(30, is_over));
        since(&bed, from)
    }),
    ("progress_s", 3.0, |tuning| {
        let quiet = Stage { timeout: None, ..stage(Some(Wanted::Quiet(secs(30)))) };
        let mut bed = bed(tuning, vec![mission("quiet", vec![quiet])]);
        bed.ears = true;
        bed.start("quiet").unwrap();
        bed.pass(20_000);
        let told = bed.facts().iter().filter(|fact| matches!(fact, MissionFact::Progress { .. })).count();
        20.0 / told as f32
    }),
    ("progress_apart_s", 3.0, |tuning| {
        let mut bed = bed(tuning, vec![mission("sit", vec![sit_stage_held()])]);
        bed.start("sit").unwrap();
        bed.dog = Some(sitting());
        let told = is_mission(|fact| matches!(fact, MissionFact::Progress { .. }));
        assert!(bed.until(30, &told));
        let from = bed.bench.now;
        // It gets up.
        bed.dog = Some(dog(0.5, 0.5, 0.3));
        assert!(bed.until(30, told));
        since(&bed, from)
    }),
    ("overrun_times", 4.0, overrun),
    ("overrun_s", 20.0, overrun),
    ("settle_s", 20.0, |tuning| {
        let mut bed = bed(tuning, vec![mission("sit", vec![sit_stage()])]);
        bed.dog = Some(sitting());
        bed.start("sit").unwrap();
        assert!(bed.until(30, is_phase(MissionPhase::Success)));
        let from = bed.bench.now;
        // The dispenser has nothing to say of it; the brain gives up on its job after a minute, unless this is shorter.
        bed.outcome = wimz_vocabulary::JobOutcome::Dropped { count: 1 };
        for _ in 0..100 * 50 {
            bed.bench.now += Micros::from_millis(20);
            bed.bench.give(InputBody::Tick);
            if bed.ends().len() == 1 {
                break;
            }
            let play = bed.bench.body.sounds.last().and_then(|order| order.play);
            if let Some(play) = play.filter(|_| since(&bed, from) > 2.0) {
                bed.bench.read(Reading::Speaker { play: play.id, how: wimz_vocabulary::SoundEnd::Finished });
            }
        }
        since(&bed, from)
    }),
    ("day_s", 7_200.0, |tuning| {
        let limited = Mission { daily_limit: Some(1), ..mission("sit", vec![sit_stage()]) };
        let mut bed = bed(tuning, vec![limited]);
        bed.dog = Some(sitting());
        bed.start("sit").unwrap();
        assert!(bed.until(30, |body| matches!(body, EventBody::DispenseStarted { .. })));
        let from = bed.bench.now;
        assert!(bed.until(30, is_over));
        while bed.start("sit").is_err() {
            bed.bench.leap(secs(60));
        }
        since(&bed, from)
    }),
];

/// A stage that wants a dog to sit for long.
fn sit_stage_held() -> Stage {
    let long = vec![Pose { behavior: Behavior::Sit, hold: secs(60), confidence: Ratio::new(0.6).unwrap() }];
    Stage { wanted: Some(Wanted::Seen(long)), timeout: None, ..sit_stage() }
}

/// A script that never comes to its end: nobody says that the sound is over.
fn overrun(tuning: MissionTuning) -> f32 {
    let mut known = plans(vec![mission("song", vec![Stage { script: Some(ScriptId(1)), ..stage(None) }])]);
    known
        .scripts
        .push(script("endless", vec![Step::Do(Action::Play(SoundName::new("wimz/long.wav").unwrap()))]));
    let mut bed = Bed::new(known);
    bed.tune(|all| all.mission = tuning);
    bed.bench.sound("wimz/long.wav", 600);
    bed.start("song").unwrap();
    let from = bed.bench.now;
    for _ in 0..100 * 50 {
        bed.bench.now += Micros::from_millis(20);
        bed.bench.give(InputBody::Tick);
        if bed.ends().len() == 1 {
            break;
        }
    }
    since(&bed, from)
}

#[test]
fn each_row_moves_what_it_says() {
    let names: Vec<&str> = MissionTuning::ROWS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(ROWS.map(|(name, ..)| name).to_vec(), names, "a row without a test, or in another order");
    for (place, (name, other, takes)) in ROWS.into_iter().enumerate() {
        let usual = takes(MissionTuning::default());
        let mut tuning = MissionTuning::default();
        let row = tuning.values().nth(place).unwrap();
        let by = other - *row;
        *row = other;
        let moved = takes(tuning) - usual;
        let by = match name {
            // Of a script that is to take 8 s.
            "overrun_times" => 8.0 * by,
            // The brain gives up on the job itself before the usual patience is over.
            "settle_s" => 20.0 - usual,
            _ => by,
        };
        let close = if name == "day_s" { 61.0 } else { 0.7 };
        assert!((moved - by).abs() <= close, "{name}: {usual} s, and {moved} s more where {by} s were meant");
        tuning.values().for_each(|row| *row = -1.0);
        assert!(tuning.check().is_err());
    }
}

/// What lasts for two hours is told every five seconds at most, and at once when it begins anew.
#[test]
fn progress_is_told_when_something_changes_and_seldom_otherwise() {
    let quiet = Stage { timeout: None, ..stage(Some(Wanted::Quiet(secs(7_200)))) };
    let mut bed = Bed::new(plans(vec![mission("quiet", vec![quiet])]));
    bed.ears = true;
    bed.start("quiet").unwrap();
    let told =
        |bed: &Bed| bed.facts().iter().filter(|fact| matches!(fact, MissionFact::Progress { .. })).count();
    bed.pass(60_000);
    assert!((11..=14).contains(&told(&bed)), "{} in a minute", told(&bed));
    // Its own voice ends no quiet and says nothing of it: it is told less, not more.
    let mut sits = Bed::new(plans(vec![mission("sit", vec![sit_stage_held()])]));
    sits.start("sit").unwrap();
    sits.dog = Some(sitting());
    sits.pass(20_000);
    let (before, standing) = (told(&sits), dog(0.5, 0.5, 0.3));
    sits.dog = Some(standing);
    sits.pass(3_000);
    assert_eq!(told(&sits), before + 1, "that it got up is told once");
    sits.pass(20_000);
    assert_eq!(told(&sits), before + 1, "and that it stands is no news");
}

/// The book has every row as it is.
#[test]
fn the_book_has_the_rows() {
    let book = include_str!("../../../../../docs/reference/mission-engine.md");
    let row =
        |(name, usual, low, high): &(&str, f32, f32, f32)| format!("| `{name}` | {usual} | {low} | {high} |");
    let rows: Vec<String> = MissionTuning::ROWS.iter().map(row).collect();
    let told = book.lines().skip_while(|line| !line.starts_with("| Row |")).skip(2);
    let told: Vec<&str> = told.take_while(|line| line.starts_with('|')).collect();
    assert_eq!(told.len(), rows.len());
    for (row, told) in rows.iter().zip(told) {
        assert!(told.starts_with(row.as_str()), "{told}\nis to be\n{row}");
    }
}
