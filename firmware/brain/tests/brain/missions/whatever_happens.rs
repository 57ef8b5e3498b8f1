//! Whatever happens, in whatever order: no success is rewarded twice, no limit is passed, and one mission follows another.

use proptest::prelude::*;
use wimz_brain::plans::{Missed, Mission, ScriptId, Stage, Step, Wanted};
use wimz_brain::{InputBody, plans::Plans};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Condition, Doubt, EventBody, Health, JobOutcome, MissionCommand, MissionEnd, MissionFact, Mode, Part,
    SoundEnd, TreatLimits, Trouble,
};

use super::bed::{Bed, mission, name, plans, program, program_name, say, script, secs, sit_stage, stage};
use crate::bench::{ALICE, BOB, mode, stopped};
use crate::sightings::{dog, lying, sitting};

/// How many treats a run gives at most, in a day, and in the program.
const RUN: u16 = 2;
const DAY: u16 = 4;

fn known() -> Plans {
    let celebrate = Stage { script: Some(ScriptId(1)), ..stage(None) };
    let plain = Stage { reward: false, max_attempts: 2, if_missed: Missed::StartOver, ..sit_stage() };
    let quiet = Stage { timeout: Some(secs(20)), reward: true, ..stage(Some(Wanted::Quiet(secs(6)))) };
    let one = Mission {
        max_rewards: Some(RUN),
        daily_limit: Some(DAY),
        repeat: true,
        duration: Some(secs(200)),
        ..mission("one", vec![sit_stage(), celebrate.clone(), plain, celebrate.clone()])
    };
    let two = Mission {
        max_rewards: Some(RUN),
        daily_limit: Some(DAY),
        ..mission("two", vec![stage(Some(Wanted::Dog)), quiet, celebrate])
    };
    let mut known = plans(vec![one, two]);
    known.scripts.push(script("celebrate", vec![say("good"), Step::Reward, Step::Reward]));
    let mut both = program("both", &["one", "two"]);
    (both.repeat, both.daily_treat_limit) = (true, Some(DAY));
    known.programs = vec![both];
    known
}

/// Something that happens, by a number.
fn happens(bed: &mut Bed, what: u8, stops: &mut u64) {
    let part = |part, condition| Reading::Health { part, health: Health { condition, ..Health::default() } };
    match what {
        0 => drop(bed.start("one")),
        1 => drop(bed.start("two")),
        2 => drop(bed.ask(MissionCommand::StartProgram { program: program_name("both"), dog: None })),
        3 => drop(bed.ask(MissionCommand::Stop)),
        4 => drop(bed.ask(MissionCommand::StopProgram)),
        5 => drop(bed.ask(MissionCommand::Pause)),
        6 | 7 => drop(bed.ask(MissionCommand::Resume)),
        8 => drop(bed.ask(MissionCommand::PauseProgram)),
        9 => drop(bed.ask(MissionCommand::ResumeProgram)),
        10 => drop(bed.ask(MissionCommand::Resolve { fell: true })),
        11 => drop(bed.ask(MissionCommand::Resolve { fell: false })),
        12 | 13 => bed.dog = Some(sitting()),
        14 => bed.dog = Some(dog(0.5, 0.5, 0.3)),
        15 => bed.dog = Some(lying()),
        16 => bed.dog = None,
        17 => bed.outcome = JobOutcome::Dropped { count: 1 },
        18 => bed.outcome = JobOutcome::Uncertain { seen: 1, why: Doubt::BeamRestless },
        19 => bed.outcome = JobOutcome::NotDone { why: Trouble::BusSilent },
        20 => bed.speaks = SoundEnd::Failed,
        21 => bed.speaks = SoundEnd::Finished,
        22 => {
            *stops += 1;
            bed.bench.read(stopped(*stops, false));
        }
        23 => bed.bench.read(part(Part::Detector, Condition::Failed(Trouble::BusSilent))),
        24 => bed.bench.read(part(Part::Detector, Condition::Ok)),
        25 => drop(bed.bench.give(InputBody::Left(ALICE))),
        26 => drop(bed.bench.ask(BOB, mode(Mode::Idle))),
        27 => drop(bed.bench.ask(BOB, mode(Mode::Manual))),
        28 => bed.ears = !bed.ears,
        29 => bed.bench.battery(0.05),
        30 => bed.bench.battery(0.9),
        _ => drop(bed.ask(MissionCommand::Load { mission: Some(name("one")) })),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_success_is_rewarded_once_and_no_limit_is_passed(
        story in prop::collection::vec((0_u8..32, 0_u64..200), 1..60),
        day in 1_u16..9,
    ) {
        let mut bed = Bed::new(known());
        let limits = TreatLimits { day, ..TreatLimits { hour: 200, session: 200, spacing: secs(0), day } };
        bed.bench.give(InputBody::Limits(limits));
        let mut stops = 0;
        for (what, wait) in story {
            happens(&mut bed, what, &mut stops);
            bed.pass(wait * 100);
        }
        check(&bed, day)?;
    }
}

fn check(bed: &Bed, day: u16) -> Result<(), TestCaseError> {
    let mut rewarded = Vec::new();
    let (mut open, mut treats, mut given, mut job) = (None, 0_u16, 0_u16, None);
    for event in &bed.bench.told {
        match event.body {
            EventBody::DispenseStarted { of, job: begun, .. } => {
                let of = of.expect("nobody asks for treats here");
                let success = bed.bench.told.iter().find(|told| told.id == of);
                let done = |body| matches!(body, EventBody::Mission(MissionFact::StageDone { .. }));
                prop_assert!(success.is_some_and(|success| done(success.body)), "it is for {:?}", of);
                prop_assert!(!rewarded.contains(&of), "twice for {:?}", of);
                rewarded.push(of);
                prop_assert!(open.is_some() && treats < RUN, "{} in this run", treats);
                job = Some(begun);
            }
            EventBody::Praised { of, .. } => {
                prop_assert!(!rewarded.contains(&of), "praise after a reward for {:?}", of);
                rewarded.push(of);
            }
            EventBody::DispenseEnded { job: ended, outcome } => {
                let fell = match outcome {
                    JobOutcome::Dropped { count } => count.into(),
                    JobOutcome::Uncertain { .. } => 1,
                    _ => 0,
                };
                given += fell;
                if job == Some(ended) {
                    treats += fell;
                }
            }
            EventBody::Mission(MissionFact::Resolved { fell: false, .. }) => {
                treats = treats.saturating_sub(1);
            }
            EventBody::Mission(MissionFact::Started { run, .. }) => {
                prop_assert!(open.is_none(), "two at a time");
                (open, treats, job) = (Some(run), 0, None);
            }
            EventBody::Mission(MissionFact::Ended { run, end, treats: told, .. }) => {
                prop_assert_eq!(open.take(), Some(run));
                prop_assert!(told <= RUN && end != MissionEnd::Restarted);
            }
            _ => {}
        }
    }
    prop_assert!(given <= day, "{} of {}", given, day);
    // Whatever is under way has the mode to itself.
    let under_way = bed.status().is_some_and(|status| status.run.is_some());
    prop_assert!(!under_way || bed.bench.mode() == Mode::Mission);
    Ok(())
}
