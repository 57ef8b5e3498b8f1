//! Programs: missions one after the other, with a rest in which the robot is idle.

use wimz_brain::plans::{Mission, Plans, Program, Stage, Wanted};
use wimz_brain::{InputBody, StoreWord};
use wimz_vocabulary::{
    MissionCommand, MissionEnd, MissionFact, MissionRefusal, Mode, ProgramEnd, ProgramPhase, Refusal,
};

use super::bed::{
    Bed, is_mission, is_over, mission, name, plans, program, program_name, secs, sit_stage, stage,
};
use crate::bench::{ALICE, Keeping, mode};
use crate::sightings::sitting;

fn two(change: impl FnOnce(&mut Plans)) -> Bed {
    let mut known = plans(vec![mission("one", vec![sit_stage()]), mission("two", vec![sit_stage()])]);
    known.programs = vec![program("both", &["one", "two"])];
    change(&mut known);
    let mut bed = Bed::new(known);
    bed.dog = Some(sitting());
    bed
}

fn begin(bed: &mut Bed) -> Result<(), Refusal> {
    bed.ask(MissionCommand::StartProgram { program: program_name("both"), dog: None })
}

fn phase(bed: &Bed) -> Option<(ProgramPhase, u8)> {
    bed.bench.brain.status(bed.bench.now).program.map(|program| (program.phase, program.place))
}

fn program_ends(bed: &Bed) -> Vec<(ProgramEnd, u8, u16)> {
    let of = |fact: MissionFact| match fact {
        MissionFact::ProgramEnded { end, missions, treats, .. } => Some((end, missions, treats)),
        _ => None,
    };
    bed.facts().into_iter().filter_map(of).collect()
}

fn is_program_over(fact: &MissionFact) -> bool {
    matches!(fact, MissionFact::ProgramEnded { .. })
}

#[test]
fn missions_come_in_their_order_with_a_rest_between() {
    let mut bed = two(|_| {});
    begin(&mut bed).unwrap();
    assert_eq!(phase(&bed), Some((ProgramPhase::Running, 1)));
    assert!(bed.until(30, is_over));
    let rests = bed.bench.now;
    assert_eq!((phase(&bed), bed.bench.mode()), (Some((ProgramPhase::Resting, 2)), Mode::Idle));
    let program = program_name("both");
    let active = Err(Refusal::Mission(MissionRefusal::ProgramActive { program }));
    assert_eq!(begin(&mut bed), active);
    assert_eq!(bed.start("one"), active);
    assert!(bed.until(30, is_mission(|fact| matches!(fact, MissionFact::Started { .. }))));
    assert_eq!(bed.bench.now.since(rests).as_secs_f32().round(), 20.0);
    assert_eq!(phase(&bed), Some((ProgramPhase::Running, 2)));
    assert!(bed.until(30, is_mission(is_program_over)));
    assert_eq!(program_ends(&bed), [(ProgramEnd::Completed, 2, 2)]);
    assert_eq!(phase(&bed), None);
    let begun: Vec<_> = bed
        .facts()
        .iter()
        .filter_map(|fact| match fact {
            MissionFact::Started { mission, program, .. } => Some((*mission, *program)),
            _ => None,
        })
        .collect();
    assert_eq!(begun, [(name("one"), Some(program)), (name("two"), Some(program))]);
}

#[test]
fn it_repeats_until_it_has_given_its_treats_of_the_day() {
    let mut bed = two(|plans| {
        let Program { repeat, daily_treat_limit, .. } = &mut plans.programs[0];
        (*repeat, *daily_treat_limit) = (true, Some(3));
    });
    begin(&mut bed).unwrap();
    assert!(bed.until(200, is_mission(is_program_over)));
    assert_eq!(program_ends(&bed), [(ProgramEnd::TreatLimit, 3, 3)]);
    assert_eq!(begin(&mut bed), Err(Refusal::Mission(MissionRefusal::DailyRewardLimit)));
    bed.start("one").unwrap();
}

/// Of two successes of one mission only the first has the program's last treat.
#[test]
fn the_treats_of_the_day_may_be_used_up_in_the_middle_of_a_mission() {
    let mut bed = two(|plans| {
        plans.missions[0].stages.push(sit_stage());
        plans.programs[0].daily_treat_limit = Some(1);
    });
    begin(&mut bed).unwrap();
    assert!(bed.until(60, is_mission(is_program_over)));
    assert_eq!(program_ends(&bed), [(ProgramEnd::TreatLimit, 1, 1)]);
    assert_eq!(bed.rewards().iter().map(|(_, treat)| *treat).collect::<Vec<_>>(), [true, false]);
}

/// Whoever presses the robot's own button wants it to be still, and not only until the next mission.
#[test]
fn the_robot_s_own_button_ends_the_program_as_well() {
    let mut bed = two(|_| {});
    begin(&mut bed).unwrap();
    bed.pass(1_000);
    bed.bench.read(wimz_hal::Reading::PowerButton { pressed: true });
    assert_eq!(bed.ends(), [(MissionEnd::UserCancelled, 0, 0)]);
    bed.pass(60_000);
    assert_eq!((program_ends(&bed), bed.ends().len()), (vec![(ProgramEnd::Stopped, 0, 0)], 1));
}

#[test]
fn a_pause_holds_up_the_rest_and_the_mission() {
    let mut bed = two(|_| {});
    begin(&mut bed).unwrap();
    assert!(bed.until(30, is_over));
    bed.pass(10_000);
    bed.ask(MissionCommand::PauseProgram).unwrap();
    bed.pass(100_000);
    assert_eq!(phase(&bed), Some((ProgramPhase::Paused, 2)));
    bed.ask(MissionCommand::ResumeProgram).unwrap();
    bed.pass(9_000);
    assert_eq!(phase(&bed), Some((ProgramPhase::Resting, 2)));
    bed.pass(2_000);
    assert_eq!(phase(&bed), Some((ProgramPhase::Running, 2)));
    bed.ask(MissionCommand::PauseProgram).unwrap();
    assert!(bed.status().unwrap().pause.is_some());
    bed.ask(MissionCommand::ResumeProgram).unwrap();
    assert!(bed.status().unwrap().pause.is_none());
    // It is ended as a whole.
    bed.ask(MissionCommand::StopProgram).unwrap();
    assert_eq!(bed.ends()[1].0, MissionEnd::AppCancelled);
    assert_eq!(program_ends(&bed)[0].0, ProgramEnd::Stopped);
    for command in [MissionCommand::StopProgram, MissionCommand::PauseProgram, MissionCommand::ResumeProgram]
    {
        assert_eq!(bed.ask(command), Err(Refusal::Mission(MissionRefusal::NoProgram)));
    }
}

#[test]
fn a_person_who_takes_the_robot_in_the_rest_keeps_it() {
    let mut bed = two(|_| {});
    begin(&mut bed).unwrap();
    assert!(bed.until(30, is_over));
    bed.bench.ask(ALICE, mode(Mode::Manual));
    bed.pass(100_000);
    assert_eq!((phase(&bed), bed.bench.mode()), (Some((ProgramPhase::Paused, 2)), Mode::Manual));
    bed.bench.ask(ALICE, mode(Mode::Idle));
    bed.ask(MissionCommand::ResumeProgram).unwrap();
    assert!(bed.until(30, is_mission(is_program_over)));
    assert_eq!(program_ends(&bed)[0].0, ProgramEnd::Completed);
}

#[test]
fn what_is_switched_off_is_left_out_and_what_the_robot_cannot_do_ends_it() {
    let off = |plans: &mut Plans| plans.missions[0].enabled = false;
    let mut bed = two(off);
    begin(&mut bed).unwrap();
    assert_eq!(phase(&bed), Some((ProgramPhase::Running, 2)));
    let all_off = |plans: &mut Plans| plans.missions.iter_mut().for_each(|mission| mission.enabled = false);
    let disabled = Refusal::Mission(MissionRefusal::Disabled { mission: name("two") });
    assert_eq!(begin(&mut two(all_off)), Err(disabled));
    let nobody = MissionCommand::StartProgram { program: program_name("none"), dog: None };
    let missing =
        Refusal::Mission(MissionRefusal::NoSuchProgram { program: program_name("none"), meant: None });
    assert_eq!(two(|_| {}).ask(nobody), Err(missing));
    let mut bed = two(|_| {});
    begin(&mut bed).unwrap();
    bed.bench.battery(0.05);
    assert_eq!(program_ends(&bed)[0].0, ProgramEnd::Safety);
    let mut bed = two(|_| {});
    begin(&mut bed).unwrap();
    assert!(bed.until(30, is_over));
    bed.bench.battery(0.12);
    bed.pass(30_000);
    assert_eq!(program_ends(&bed)[0].0, ProgramEnd::Safety);
    let mut bed = two(|plans| {
        let long = Stage { timeout: Some(secs(9_000)), ..stage(Some(Wanted::Dog)) };
        plans.missions[0] = Mission { ..mission("one", vec![long]) };
    });
    bed.dog = None;
    begin(&mut bed).unwrap();
    bed.bench.give(InputBody::Left(ALICE));
    bed.pass(601_000);
    assert_eq!(program_ends(&bed), [(ProgramEnd::UserDisconnected, 1, 0)]);
}

/// What cannot be written down does not begin, and a store is often well again a moment later.
#[test]
fn a_program_rests_until_what_comes_can_be_written_down() {
    let mut bed = two(|_| {});
    begin(&mut bed).unwrap();
    assert!(bed.until(30, is_over));
    bed.bench.keeping = Keeping::Refused;
    bed.bench.give(InputBody::Store(StoreWord::Failed));
    bed.pass(60_000);
    assert_eq!(phase(&bed), Some((ProgramPhase::Resting, 2)));
    bed.bench.keeping = Keeping::Kept;
    bed.bench.keep();
    assert_eq!(phase(&bed), Some((ProgramPhase::Running, 2)));
}
