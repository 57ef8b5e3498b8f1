//! From a dog in sight to a treat: once for each success, and only for what came after the word.

use wimz_brain::plans::{Escalation, Missed, Plans, ScriptId, Stage, Step, Wanted};
use wimz_vocabulary::{
    Doubt, EventBody, JobOutcome, Micros, MissionCommand, MissionEnd, MissionFact, MissionPhase,
    MissionRefusal, Pause, Refusal, SoundEnd, StageMiss,
};

use super::bed::{
    Bed, is_mission, is_over, is_phase, mission, name, plans, say, script, secs, sit_stage, stage,
};
use crate::sightings::{dog, lying, sitting};

fn stands() -> wimz_vocabulary::Sighting {
    dog(0.5, 0.5, 0.3)
}

#[test]
fn a_dog_that_sits_when_told_to_gets_one_treat() {
    let mut bed = Bed::new(plans(vec![mission("sit", vec![stage(Some(Wanted::Dog)), sit_stage()])]));
    bed.start("sit").unwrap();
    bed.pass(3_000);
    assert_eq!(bed.phase(), Some(MissionPhase::WaitingForDog));
    bed.dog = Some(stands());
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    let status = bed.status().unwrap();
    assert_eq!((status.stage, status.stages, status.target), (2, 2, Micros::from_millis(1_000)));
    bed.dog = Some(sitting());
    assert!(bed.until(30, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 2, 1)]);
    let rewards = bed.rewards();
    assert_eq!(rewards.len(), 1);
    assert!(rewards[0].1);
    assert_eq!(bed.bench.mode(), wimz_vocabulary::Mode::Idle);
    let phases: Vec<MissionPhase> = bed
        .facts()
        .iter()
        .filter_map(|fact| match fact {
            MissionFact::Phase { stage: 2, phase, .. } => Some(*phase),
            _ => None,
        })
        .collect();
    let expected =
        [MissionPhase::Greeting, MissionPhase::Command, MissionPhase::Watching, MissionPhase::Success];
    assert_eq!(phases[phases.len() - 4..], expected);
    assert!(bed.facts().iter().any(|fact| matches!(fact, MissionFact::Progress { .. })));
}

/// A dog that sat before the word was over has done nothing yet (field facts C14).
#[test]
fn what_began_before_the_word_was_over_does_not_count_as_done_then() {
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    let opened = bed.bench.now;
    assert!(bed.until(10, is_mission(|fact| matches!(fact, MissionFact::StageDone { .. }))));
    let least = Micros::from_millis(900);
    assert!(bed.bench.now.since(opened) >= least, "it sat on for as long as was asked");
    // One that stands up with the last word has done nothing at all.
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    bed.dog = Some(stands());
    assert!(bed.until(20, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::StageTimeout, 0, 0)]);
}

#[test]
fn a_word_that_is_not_heard_opens_no_window() {
    let one = Stage { max_attempts: 2, ..sit_stage() };
    let mut bed = Bed::new(plans(vec![mission("sit", vec![one])]));
    bed.dog = Some(sitting());
    bed.speaks = SoundEnd::Failed;
    bed.start("sit").unwrap();
    assert!(bed.until(30, is_over));
    assert!(!bed.facts().iter().any(|fact| matches!(
        fact,
        MissionFact::Phase { phase: MissionPhase::Watching, .. } | MissionFact::StageDone { .. }
    )));
    let missed =
        MissionFact::StageMissed { mission: name("sit"), run: 1, stage: 1, why: StageMiss::CueNotHeard };
    assert!(bed.facts().contains(&missed));
    assert_eq!(bed.ends(), [(MissionEnd::StageTimeout, 0, 0)]);
}

/// The success path and the script after it are one reward (field facts T5).
#[test]
fn a_success_is_rewarded_once_whatever_its_scripts_say() {
    let celebrate = Stage { script: Some(ScriptId(1)), ..stage(None) };
    let mut plans = plans(vec![mission("sit", vec![sit_stage(), celebrate.clone(), celebrate])]);
    plans.scripts.push(script("celebrate", vec![say("good"), Step::Reward, Step::Reward]));
    let mut bed = Bed::new(plans);
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(60, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 3, 1)]);
    assert_eq!(bed.rewards().len(), 1);
    assert_eq!(bed.bench.body.jobs.len(), 1);
}

/// A stage that is not rewarded at once is by the script that comes after it, and barking never is.
#[test]
fn a_script_rewards_the_newest_success_and_nothing_else() {
    let plain = Stage { reward: false, ..sit_stage() };
    let celebrate = Stage { script: Some(ScriptId(1)), ..stage(None) };
    let before = celebrate.clone();
    let mut plans = plans(vec![mission("sit", vec![before, plain, celebrate])]);
    plans.scripts.push(script("celebrate", vec![Step::Reward, Step::Wait(secs(1))]));
    let mut bed = Bed::new(plans);
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(60, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 3, 1)]);
    let of = bed.rewards()[0].0;
    let success = bed.bench.told.iter().find(|event| event.id == of).unwrap();
    assert!(matches!(success.body, EventBody::Mission(MissionFact::StageDone { stage: 2, .. })));
}

#[test]
fn tries_skips_and_a_stronger_script() {
    let twice = Stage {
        max_attempts: 2,
        escalation: vec![Escalation { attempt: 2, script: ScriptId(1) }],
        if_missed: Missed::Skip,
        ..sit_stage()
    };
    let mut plans = plans(vec![mission("sit", vec![twice, stage(Some(Wanted::Dog))])]);
    plans.scripts.push(script("louder", vec![say("no"), say("sit")]));
    let mut bed = Bed::new(plans);
    bed.dog = Some(lying());
    bed.start("sit").unwrap();
    assert!(bed.until(60, is_over));
    let said: Vec<String> = bed
        .bench
        .told
        .iter()
        .filter_map(|event| match event.body {
            EventBody::SoundStarted { sound, .. } => Some(sound.to_string()),
            _ => None,
        })
        .collect();
    let words = ["sit", "no", "sit"].map(|word| format!("talks/default/{word}.wav"));
    assert_eq!(said, words);
    assert!(bed.facts().contains(&MissionFact::StageMissed {
        mission: name("sit"),
        run: 1,
        stage: 1,
        why: StageMiss::Skipped
    }));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 0)]);
}

/// Nobody needs to be seen for it to be quiet (field facts A2.4, "Defects seen").
#[test]
fn a_quiet_stage_waits_for_no_dog() {
    let quiet = Stage { reward: true, timeout: Some(secs(60)), ..stage(Some(Wanted::Quiet(secs(8)))) };
    let mut bed = Bed::new(plans(vec![mission("quiet", vec![quiet])]));
    bed.ears = true;
    bed.start("quiet").unwrap();
    assert!(bed.until(40, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 1)]);
    let waits =
        |fact: &MissionFact| matches!(fact, MissionFact::Phase { phase: MissionPhase::WaitingForDog, .. });
    assert!(!bed.facts().iter().any(waits));
}

/// Time in which nobody listens is neither quiet nor noise.
#[test]
fn a_window_waits_while_nobody_listens() {
    let quiet = Stage { timeout: Some(secs(20)), ..stage(Some(Wanted::Quiet(secs(8)))) };
    let mut bed = Bed::new(plans(vec![mission("quiet", vec![quiet])]));
    bed.start("quiet").unwrap();
    bed.pass(60_000);
    assert_eq!(bed.phase(), Some(MissionPhase::Watching));
    bed.ears = true;
    assert!(bed.until(15, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 0)]);
}

#[test]
fn another_dog_than_the_one_that_is_meant_is_not_asked() {
    use wimz_brain::{DogCard, InputBody};
    use wimz_vocabulary::TagId;
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    for (name, tag) in [("elsa", 1), ("bella", 2)] {
        let id = crate::sightings::id(name);
        bed.bench.give(InputBody::Dog(DogCard { id, tag: Some(TagId(tag)) }));
    }
    let tagged = |tag| Some(wimz_vocabulary::Sighting { tag: Some(TagId(tag)), ..sitting() });
    bed.dog = tagged(2);
    bed.start_for("sit", Some("elsa")).unwrap();
    bed.pass(8_000);
    assert_eq!(bed.phase(), Some(MissionPhase::WaitingForDog));
    bed.dog = None;
    bed.pass(15_000);
    bed.dog = tagged(1);
    assert!(bed.until(30, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 1)]);
}

#[test]
fn a_treat_that_nobody_is_sure_of_is_looked_for_before_it_goes_on() {
    for (fell, seen) in [(true, 0), (true, 1), (false, 0), (false, 1)] {
        let first = Stage { cooldown: secs(1), ..sit_stage() };
        let mut bed = Bed::new(plans(vec![mission("sit", vec![first, sit_stage()])]));
        bed.dog = Some(sitting());
        bed.outcome = JobOutcome::Uncertain { seen, why: Doubt::BeamRestless };
        bed.start("sit").unwrap();
        assert_eq!(
            bed.ask(MissionCommand::Resolve { fell }),
            Err(Refusal::Mission(MissionRefusal::NothingUnresolved))
        );
        let paused =
            |fact: &MissionFact| matches!(fact, MissionFact::Paused { why: Pause::TreatUncertain, .. });
        assert!(bed.until(30, is_mission(paused)));
        bed.outcome = JobOutcome::Dropped { count: 1 };
        bed.pass(300_000);
        let status = bed.status().unwrap();
        assert_eq!((status.pause, status.treats), (Some(Pause::TreatUncertain), 1));
        assert_eq!(bed.ask(MissionCommand::Resume), Err(Refusal::Mission(MissionRefusal::Unresolved)));
        bed.ask(MissionCommand::Resolve { fell }).unwrap();
        assert_eq!(bed.status().unwrap().treats, u16::from(fell));
        assert!(bed.until(30, is_over));
        assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 2, 1 + u16::from(fell))]);
        assert_eq!(bed.rewards().len(), 2, "the first is not given again");
    }
}

#[test]
fn a_pause_stops_every_clock() {
    let one = Stage { timeout: Some(secs(10)), ..sit_stage() };
    let long = wimz_brain::plans::Mission { duration: Some(secs(40)), ..mission("sit", vec![one]) };
    let mut bed = Bed::new(plans(vec![long]));
    bed.dog = Some(stands());
    bed.start("sit").unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    bed.pass(4_000);
    bed.ask(MissionCommand::Pause).unwrap();
    assert_eq!(bed.status().unwrap().pause, Some(Pause::Asked));
    // What a dog does meanwhile is not for the mission.
    bed.dog = Some(sitting());
    bed.pass(100_000);
    assert_eq!(bed.done(), 0);
    bed.dog = Some(stands());
    bed.pass(1_000);
    bed.ask(MissionCommand::Resume).unwrap();
    assert!(!bed.until(5, is_over), "six seconds are left");
    assert!(bed.until(3, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::StageTimeout, 0, 0)]);
}

/// What must not be broken off is heard to its end first.
#[test]
fn a_pause_waits_for_a_script_that_must_be_whole() {
    let mut plans = plans(vec![mission("sit", vec![sit_stage()])]);
    plans.scripts[0] =
        wimz_brain::plans::Script { interrupt_safe: false, ..script("sit", vec![say("no"), say("sit")]) };
    let mut bed = Bed::new(plans);
    bed.dog = Some(stands());
    bed.start("sit").unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Command)));
    bed.ask(MissionCommand::Pause).unwrap();
    assert_eq!(bed.status().unwrap().pause, None);
    assert!(bed.until(5, is_mission(|fact| matches!(fact, MissionFact::Paused { .. }))));
    bed.ask(MissionCommand::Resume).unwrap();
    assert_eq!(bed.phase(), Some(MissionPhase::Watching), "it is not said again");
    // A stop waits for nothing, and the script begins anew.
    let mut again = Bed::new(plans_of_two_words());
    again.dog = Some(stands());
    again.start("sit").unwrap();
    assert!(again.until(10, is_phase(MissionPhase::Command)));
    again.pass(1_500);
    again.bench.read(crate::bench::stopped(1, false));
    assert_eq!(again.status().unwrap().pause, Some(Pause::Stopped));
    again.pass(5_000);
    again.bench.told.clear();
    again.ask(MissionCommand::Resume).unwrap();
    assert!(again.until(5, is_phase(MissionPhase::Watching)));
    let said =
        again.bench.told().iter().filter(|fact| matches!(fact, EventBody::SoundStarted { .. })).count();
    assert_eq!(said, 2);
}

fn plans_of_two_words() -> Plans {
    let mut plans = plans(vec![mission("sit", vec![sit_stage()])]);
    plans.scripts[0] = script("sit", vec![say("no"), say("sit")]);
    plans
}

#[test]
fn an_eye_that_fails_holds_it_up_until_it_sees_again() {
    use wimz_hal::Reading;
    use wimz_vocabulary::{Condition, Health, Part, Trouble};
    let mut bed = Bed::new(plans(vec![mission("sit", vec![sit_stage()])]));
    bed.dog = Some(stands());
    bed.start("sit").unwrap();
    assert!(bed.until(10, is_phase(MissionPhase::Watching)));
    let health = |condition| Reading::Health {
        part: Part::Detector,
        health: Health { condition, ..Health::default() },
    };
    bed.bench.read(health(Condition::Failed(Trouble::BusSilent)));
    assert_eq!(bed.status().unwrap().pause, Some(Pause::PartFailed));
    assert_eq!(bed.status().unwrap().lacks, Some(Part::Detector));
    assert!(matches!(bed.ask(MissionCommand::Resume), Err(Refusal::PartFailed { part: Part::Detector, .. })));
    bed.pass(60_000);
    bed.bench.read(health(Condition::Ok));
    assert_eq!(bed.status().unwrap().pause, None);
    bed.dog = Some(sitting());
    assert!(bed.until(20, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 1, 1)]);
}

#[test]
fn a_photo_is_wanted_and_the_robot_moves_by_a_lease_of_its_own() {
    use wimz_brain::plans::Action;
    let half = wimz_vocabulary::Ratio::new(0.5).unwrap();
    let moves = Action::Move { left: half, right: half, span: secs(1) };
    let mut plans = plans(vec![mission("go", vec![Stage { script: Some(ScriptId(1)), ..stage(None) }])]);
    plans.scripts.push(script("go", vec![Step::Do(moves), Step::Do(Action::Photo), say("good")]));
    let mut bed = Bed::new(plans);
    bed.start("go").unwrap();
    bed.pass(900);
    let last = *bed.bench.body.frames.last().unwrap();
    assert_eq!(last.left, half);
    assert!(last.valid_until.since(bed.bench.now) <= Micros::from_millis(300));
    assert!(bed.until(10, is_over));
    assert_eq!(bed.bench.body.frames.last().unwrap().left.get(), 0.0);
    assert!(bed.facts().contains(&MissionFact::PhotoWanted { run: 1, stage: 1 }));
}
