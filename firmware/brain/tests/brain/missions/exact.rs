//! What counts for a mission and what does not: barks, quiet, pauses, other dogs, and each single treat.

use wimz_brain::plans::{Action, Missed, Mission, ScriptId, Stage, Step, Wanted};
use wimz_brain::{DogCard, InputBody};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Boot, Command, EventBody, Micros, MissionCommand, MissionEnd, MissionFact, MissionPhase, MissionRefusal,
    Pause, Ratio, Refusal, SoundName, StageMiss, TagId, Track,
};

use super::bed::{Bed, is_mission, is_over, is_phase, mission, plans, script, secs, sit, sit_stage, stage};
use crate::bench::{ALICE, stopped};
use crate::sightings::{dog, id, lying, sitting};

fn is_done(body: &EventBody) -> bool {
    is_mission(|fact| matches!(fact, MissionFact::StageDone { .. }))(body)
}

fn treats_begun(bed: &Bed) -> usize {
    bed.rewards().iter().filter(|(_, treat)| *treat).count()
}

/// A mission that has asked for one bark or two, in a room that has fallen silent since.
fn asked_to_speak(change: impl FnOnce(&mut Stage)) -> Bed {
    let mut bark =
        Stage { timeout: Some(secs(30)), reward: true, ..stage(Some(Wanted::Barks { least: 1, most: 2 })) };
    change(&mut bark);
    let listens = Stage { timeout: Some(secs(60)), ..stage(Some(Wanted::Dog)) };
    let mut bed = Bed::new(plans(vec![mission("speak", vec![bark, listens])]));
    bed.ears = true;
    bed.pass(4_000);
    bed.start("speak").unwrap();
    bed.pass(3_000);
    bed
}

/// Barks are asked for until they came, were too many, or the mission is over: then they are noise again.
#[test]
fn what_was_asked_for_once_is_not_asked_for_any_more() {
    let mut bed = asked_to_speak(|_| {});
    assert_eq!(bed.barks(1), [true]);
    assert!(bed.until(10, is_mission(|fact| matches!(fact, MissionFact::Phase { stage: 2, .. }))));
    bed.pass(4_000);
    assert_eq!((bed.barks(1), treats_begun(&bed)), (vec![false], 1), "after a success");

    let mut bed = asked_to_speak(|stage| stage.if_missed = Missed::Skip);
    assert_eq!(bed.barks(3), [true; 3]);
    assert_eq!(
        (bed.status().unwrap().stage, bed.barks(1), bed.done()),
        (2, vec![false], 0),
        "after too many"
    );

    let mut bed = asked_to_speak(|_| {});
    bed.ask(MissionCommand::Stop).unwrap();
    bed.pass(100);
    assert_eq!(bed.barks(2), [false; 2], "after its end");
}

/// Time under a person's voice is none of a dog's.
#[test]
fn a_window_waits_while_somebody_speaks() {
    let quiet = Stage { timeout: Some(secs(10)), ..stage(Some(Wanted::Quiet(secs(8)))) };
    let mut bed = Bed::new(plans(vec![mission("quiet", vec![quiet])]));
    bed.ears = true;
    bed.pass(4_000);
    bed.start("quiet").unwrap();
    bed.pass(2_000);
    let name = SoundName::new("messages/1.wav").unwrap();
    bed.bench.ask(ALICE, Command::Say { message: Track { name, length: secs(1) } });
    assert!(bed.until(15, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 0)]);
}

/// Row T: a dog that sits and barks does not sit quietly.
#[test]
fn a_posture_counts_once_it_has_been_quiet() {
    let quietly = Stage { quiet: secs(5), timeout: Some(secs(30)), ..stage(Some(sit())) };
    let mut bed = Bed::new(plans(vec![mission("sit", vec![quietly])]));
    (bed.ears, bed.dog) = (true, Some(dog(0.5, 0.5, 0.3)));
    bed.start("sit").unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    bed.pass(6_000);
    bed.dog = Some(sitting());
    assert_eq!(bed.barks(2), [false; 2]);
    let barked = bed.bench.now;
    assert!(bed.until(20, is_over));
    let after = bed.bench.now.since(barked);
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 0)]);
    assert!(after > Micros::from_millis(4_000), "{after}");
}

/// It was nobody in particular when it was asked; then its tag was read.
#[test]
fn what_another_dog_does_is_not_what_was_asked() {
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    for (name, tag) in [("elsa", 1), ("bella", 2)] {
        bed.bench.give(InputBody::Dog(DogCard { id: id(name), tag: Some(TagId(tag)) }));
    }
    bed.dog = Some(dog(0.5, 0.5, 0.3));
    bed.start_for("sit", Some("elsa")).unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    bed.dog = Some(wimz_vocabulary::Sighting { tag: Some(TagId(2)), ..dog(0.5, 0.5, 0.3) });
    bed.pass(2_000);
    bed.dog = Some(wimz_vocabulary::Sighting { tag: Some(TagId(2)), ..sitting() });
    assert!(bed.until(30, is_over));
    assert_eq!((bed.ends(), bed.rewards().len()), (vec![(MissionEnd::StageTimeout, 0, 0)], 0));
}

/// The one that it is for, and not one that nobody knows and that was there before it.
#[test]
fn the_dog_that_is_meant_comes_before_one_that_nobody_knows() {
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    bed.bench.give(InputBody::Dog(DogCard { id: id("elsa"), tag: Some(TagId(1)) }));
    bed.bench.give(InputBody::Dog(DogCard { id: id("bella"), tag: Some(TagId(2)) }));
    let elsa = |of: wimz_vocabulary::Sighting| Some(wimz_vocabulary::Sighting { tag: Some(TagId(1)), ..of });
    bed.bench.ask(ALICE, crate::bench::mode(wimz_vocabulary::Mode::Coach));
    bed.dog = Some(dog(0.2, 0.5, 0.3));
    bed.pass(3_000);
    bed.other = elsa(dog(0.8, 0.5, 0.3));
    bed.pass(3_000);
    bed.bench.ask(ALICE, crate::bench::mode(wimz_vocabulary::Mode::Idle));
    bed.start_for("sit", Some("elsa")).unwrap();
    assert!(bed.until(20, is_phase(MissionPhase::Watching)));
    bed.other = elsa(wimz_vocabulary::Sighting { area: dog(0.8, 0.5, 0.3).area, ..sitting() });
    assert!(bed.until(20, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 1)]);
}

/// A dog that sat all through the pause sits from its end on.
#[test]
fn what_was_before_a_pause_does_not_count_after_it() {
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    bed.dog = Some(dog(0.5, 0.5, 0.3));
    bed.start("sit").unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    bed.ask(MissionCommand::Pause).unwrap();
    bed.dog = Some(sitting());
    bed.pass(5_000);
    bed.ask(MissionCommand::Resume).unwrap();
    let from = bed.bench.now;
    assert!(bed.until(5, is_done));
    assert!(bed.bench.now.since(from) >= Micros::from_millis(900));
}

#[test]
fn a_person_s_pause_stays_theirs_and_a_latched_robot_is_not_resumed() {
    let mut bed = Bed::new(plans(vec![mission("dog", vec![stage(Some(Wanted::Dog))])]));
    bed.start("dog").unwrap();
    bed.ask(MissionCommand::Pause).unwrap();
    bed.bench.read(stopped(1, true));
    bed.pass(100);
    assert_eq!(bed.status().unwrap().pause, Some(Pause::Asked));
    let told = |fact: &&MissionFact| matches!(fact, MissionFact::Paused { .. });
    assert_eq!(bed.facts().iter().filter(told).count(), 1);
    assert_eq!(bed.ask(MissionCommand::Resume), Err(Refusal::EmergencyLatched));
    bed.bench.read(stopped(1, false));
    bed.ask(MissionCommand::Resume).unwrap();
    assert_eq!(bed.status().unwrap().pause, None);
}

/// A pause and an end are for the tracks at once, not when their lease runs out.
#[test]
fn a_robot_that_moves_for_a_mission_stands_with_its_pause_and_with_its_end() {
    for command in [MissionCommand::Pause, MissionCommand::Stop] {
        let half = Ratio::new(0.5).unwrap();
        let moves = Action::Move { left: half, right: half, span: secs(1) };
        let mut plans = plans(vec![mission("go", vec![Stage { script: Some(ScriptId(1)), ..stage(None) }])]);
        plans.scripts.push(script("go", vec![Step::Do(moves), Step::Wait(secs(5))]));
        let mut bed = Bed::new(plans);
        bed.start("go").unwrap();
        bed.pass(300);
        assert_eq!(bed.bench.body.frames.last().unwrap().left, half);
        bed.ask(command).unwrap();
        assert_eq!(bed.bench.body.frames.last().unwrap().left, Ratio::ZERO, "{command:?}");
        bed.pass(300);
        assert_eq!(bed.bench.body.frames.last().unwrap().left, Ratio::ZERO, "{command:?}");
    }
}

/// What was done in one round and not rewarded in it is not rewarded in the next, minutes later, for nothing.
#[test]
fn a_success_of_the_last_round_is_over_with_it() {
    let sits = Stage { reward: false, if_missed: Missed::Skip, ..sit_stage() };
    let never = Stage {
        if_missed: Missed::StartOver,
        timeout: Some(secs(3)),
        ..stage(Some(Wanted::Quiet(secs(60))))
    };
    let celebrates = Stage { script: Some(ScriptId(1)), ..stage(None) };
    let comes = Stage { if_missed: Missed::StartOver, ..stage(Some(Wanted::Dog)) };
    let stages = vec![Stage { cooldown: secs(2), ..celebrates }, sits, never, comes];
    let mut plans = plans(vec![Mission { repeat: true, ..mission("sit", stages) }]);
    plans.scripts.push(script("celebrate", vec![Step::Reward]));
    let mut bed = Bed::new(plans);
    (bed.dog, bed.ears) = (Some(sitting()), true);
    bed.start("sit").unwrap();
    let missed =
        |fact: &MissionFact| matches!(fact, MissionFact::StageMissed { why: StageMiss::TimedOut, .. });
    assert!(bed.until(30, is_mission(missed)));
    bed.dog = Some(lying());
    bed.pass(5_000);
    assert_eq!((bed.done(), bed.rewards()), (3, vec![]));
}

/// Every treat is counted once: one that is on its way, one that falls late, and none where none may be given.
#[test]
fn each_treat_is_counted_from_its_beginning_to_its_end() {
    let one = Mission { daily_limit: Some(1), ..mission("sit", vec![sit_stage()]) };
    let mut bed = Bed::new(plans(vec![one]));
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(30, |body| matches!(body, EventBody::DispenseStarted { .. })));
    bed.ask(MissionCommand::Stop).unwrap();
    let limit = Err(Refusal::Mission(MissionRefusal::DailyRewardLimit));
    assert_eq!(bed.start("sit"), limit, "it is on its way");
    bed.pass(3_000);
    assert_eq!(bed.start("sit"), limit, "it fell");

    let mut bed =
        Bed::new(plans(vec![mission("sit", vec![sit_stage(), stage(Some(Wanted::Quiet(secs(60))))])]));
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(30, |body| matches!(body, EventBody::DispenseEnded { .. })));
    let after = bed.bench.body.jobs.last().map(|job| job.id);
    bed.bench.read(Reading::Stray { after });
    assert_eq!(bed.status().unwrap().treats, 2, "one fell late");

    let none = Mission { max_rewards: Some(0), ..mission("sit", vec![sit_stage()]) };
    let mut bed = Bed::new(plans(vec![none]));
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(30, is_over));
    assert_eq!((treats_begun(&bed), bed.rewards().len()), (0, 1), "it praises");
}

/// A mission that wants no fuss has none, and the treat all the same.
#[test]
fn a_mission_may_reward_without_a_word_and_without_light() {
    for fuss in [true, false] {
        let mission =
            Mission { treat_sound: fuss, celebration_lights: fuss, ..mission("sit", vec![sit_stage()]) };
        let mut bed = Bed::new(plans(vec![mission]));
        bed.dog = Some(sitting());
        bed.start("sit").unwrap();
        assert!(bed.until(30, is_done));
        bed.pass(100);
        let light = bed.bench.brain.status(bed.bench.now).light;
        assert!(bed.until(30, is_over));
        let good = |fact: &EventBody| matches!(fact, EventBody::SoundStarted { sound, .. } if sound.as_str().ends_with("good.wav"));
        let praised = bed.bench.told().iter().any(good);
        assert_eq!(
            (praised, light == wimz_vocabulary::Pattern::Celebration, treats_begun(&bed)),
            (fuss, fuss, 1)
        );
    }
}

/// The time is up while the treat is on its way: it is waited for, and counted.
#[test]
fn a_mission_s_end_waits_for_the_treat_that_was_earned() {
    // It sits after five seconds, and has its treat after nine.
    let timed = Mission { duration: Some(secs(7)), repeat: true, ..mission("sit", vec![sit_stage()]) };
    let mut bed = Bed::new(plans(vec![timed]));
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(30, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::Timeout, 1, 1)]);
}

/// A day is as long as the wall clock says, also across a restart.
#[test]
fn treats_of_an_earlier_start_are_as_old_as_they_are() {
    let one = || plans(vec![Mission { daily_limit: Some(1), ..mission("sit", vec![sit_stage()]) }]);
    let began = 1_000_000_000_000_000;
    for (hours, begins) in [(23, false), (25, true)] {
        let mut bed = Bed::new(one());
        bed.bench.give(InputBody::WallClock { unix_us: began });
        bed.dog = Some(sitting());
        bed.start("sit").unwrap();
        assert!(bed.until(30, is_over));
        let mut next = Bed::asleep(one(), Boot(2));
        next.bench.give(InputBody::WallClock { unix_us: began + hours * 3_600_000_000 });
        for event in bed.bench.given.clone() {
            next.bench.give(InputBody::Recall(event));
        }
        next.bench.give(InputBody::Recalled);
        next.awake();
        assert_eq!(next.start("sit").is_ok(), begins, "{hours}");
    }
}
