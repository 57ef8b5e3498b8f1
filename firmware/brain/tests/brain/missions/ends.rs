//! Every way in which a mission ends, and what it leaves behind.

use wimz_brain::InputBody;
use wimz_brain::plans::{Mission, Stage, Wanted};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Boot, Command, Event, EventBody, JobOutcome, MissionCommand, MissionEnd, MissionFact, MissionRefusal,
    Mode, ModeCause, ProgramEnd, Refusal, Reply, Trouble,
};

use super::bed::{Bed, is_over, mission, name, plans, program, program_name, secs, sit_stage, stage};
use crate::bench::{ALICE, BOB, mode};
use crate::sightings::sitting;

fn repeating(most: u16) -> Mission {
    Mission { repeat: true, max_rewards: Some(most), ..mission("sit", vec![sit_stage()]) }
}

#[test]
fn as_many_treats_as_it_may_give() {
    let mut bed = Bed::new(plans(vec![repeating(3)]));
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(120, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::MaxRewardsReached, 3, 3)]);
}

/// What was asked for and did not fall is no treat (field facts T3).
#[test]
fn only_treats_that_fell_are_counted() {
    let mut bed = Bed::new(plans(vec![repeating(2)]));
    bed.dog = Some(sitting());
    bed.outcome = JobOutcome::NotDone { why: Trouble::BusSilent };
    bed.start("sit").unwrap();
    bed.pass(60_000);
    assert!(bed.rewards().len() > 4 && bed.ends().is_empty());
    bed.outcome = JobOutcome::Dropped { count: 2 };
    assert!(bed.until(20, is_over));
    let (end, _, treats) = bed.ends()[0];
    assert_eq!((end, treats), (MissionEnd::MaxRewardsReached, 2));
}

#[test]
fn its_time() {
    let timed = Mission { duration: Some(secs(30)), ..repeating(100) };
    let mut bed = Bed::new(plans(vec![timed]));
    bed.start("sit").unwrap();
    bed.pass(29_900);
    assert!(bed.ends().is_empty());
    bed.pass(200);
    assert_eq!(bed.ends(), [(MissionEnd::Timeout, 0, 0)]);
}

#[test]
fn a_person_by_app_or_by_the_robot_s_own_button_or_by_the_mode() {
    let over = |act: fn(&mut Bed)| {
        let mut bed = Bed::new(plans(vec![mission("dog", vec![stage(Some(Wanted::Dog))])]));
        bed.start("dog").unwrap();
        bed.pass(1_000);
        act(&mut bed);
        bed.ends()[0].0
    };
    assert_eq!(over(|bed| bed.ask(MissionCommand::Stop).unwrap()), MissionEnd::AppCancelled);
    let button = |bed: &mut Bed| bed.bench.read(Reading::PowerButton { pressed: true });
    assert_eq!(over(button), MissionEnd::UserCancelled);
    let by_mode = |bed: &mut Bed| {
        let command = Command::SetMode { mode: Mode::Idle, cause: ModeCause::MissionEnd };
        assert_eq!(bed.bench.ask(ALICE, command), Reply::Accepted);
    };
    assert_eq!(over(by_mode), MissionEnd::AppCancelled);
    assert_eq!(over(|bed| bed.bench.battery(0.05)), MissionEnd::Safety);
    assert_eq!(over(|bed| bed.bench.heat(95.0)), MissionEnd::Safety);
}

#[test]
fn everybody_has_gone() {
    let long = || Stage { timeout: Some(secs(3_000)), ..stage(Some(Wanted::Dog)) };
    let mut bed = Bed::new(plans(vec![mission("dog", vec![long()])]));
    bed.start("dog").unwrap();
    bed.ask_as(BOB, MissionCommand::Resume).unwrap();
    bed.bench.give(InputBody::Left(ALICE));
    bed.pass(700_000);
    assert!(bed.ends().is_empty(), "Bob is there");
    bed.bench.give(InputBody::Left(BOB));
    bed.pass(500_000);
    bed.ask(MissionCommand::Pause).unwrap();
    bed.bench.give(InputBody::Left(ALICE));
    bed.pass(599_000);
    assert!(bed.ends().is_empty());
    bed.pass(2_000);
    assert_eq!(bed.ends(), [(MissionEnd::UserDisconnected, 0, 0)]);
}

#[test]
fn a_restart_in_the_middle_is_told_and_its_treats_stay_counted() {
    let limited = Mission { daily_limit: Some(2), ..repeating(100) };
    let mut known = plans(vec![limited]);
    known.programs = vec![program("both", &["sit"])];
    let mut bed = Bed::new(known.clone());
    bed.dog = Some(sitting());
    bed.ask(MissionCommand::StartProgram { program: program_name("both"), dog: None }).unwrap();
    let dropped = |body: &EventBody| matches!(body, EventBody::DispenseEnded { .. });
    assert!(bed.until(20, dropped) && bed.until(20, dropped));
    let kept: Vec<Event> = bed.bench.given.clone();
    let mut next = Bed::asleep(known, Boot(2));
    for event in kept {
        next.bench.give(InputBody::Recall(event));
    }
    assert!(matches!(next.start("sit"), Err(Refusal::StoreUnavailable { .. })));
    next.bench.give(InputBody::Recalled);
    assert_eq!(next.ends(), [(MissionEnd::Restarted, 2, 2)]);
    let program = program_name("both");
    let over = MissionFact::ProgramEnded { program, end: ProgramEnd::Restarted, missions: 0, treats: 2 };
    assert!(next.facts().contains(&over));
    next.awake();
    assert_eq!(next.start("sit"), Err(Refusal::Mission(MissionRefusal::DailyRewardLimit)));
    next.bench.leap(secs(24 * 3_600));
    next.start("sit").unwrap();
    assert_eq!(next.status().unwrap().run, Some(2), "runs are numbered through all starts");
}

/// What was over before the restart is not over once more.
#[test]
fn a_restart_after_the_end_tells_of_none() {
    let known = || plans(vec![mission("sit", vec![sit_stage()])]);
    let mut bed = Bed::new(known());
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    assert!(bed.until(30, is_over));
    let mut next = Bed::asleep(known(), Boot(2));
    for event in bed.bench.given.clone() {
        next.bench.give(InputBody::Recall(event));
    }
    next.bench.give(InputBody::Recalled);
    assert_eq!(next.ends(), []);
}

/// A door through which anybody may ask is no company: nobody ever leaves by it.
#[test]
fn who_asks_by_rest_does_not_stay() {
    let mut bed = Bed::new(plans(vec![mission("dog", vec![stage(Some(Wanted::Dog))])]));
    bed.start("dog").unwrap();
    let refused = bed.ask_as(wimz_vocabulary::ClientId::REST, MissionCommand::Load { mission: None });
    assert!(refused.is_err());
    bed.ask(MissionCommand::Pause).unwrap();
    bed.bench.give(InputBody::Left(ALICE));
    bed.pass(601_000);
    assert_eq!(bed.ends(), [(MissionEnd::UserDisconnected, 0, 0)]);
}

#[test]
fn the_mode_is_locked_while_it_is_under_way() {
    let mut bed = Bed::new(plans(vec![mission("dog", vec![stage(Some(Wanted::Dog))])]));
    bed.start("dog").unwrap();
    for other in [Mode::Idle, Mode::Manual, Mode::Coach, Mode::SilentGuardian] {
        let reply = bed.bench.ask(BOB, mode(other));
        assert!(matches!(reply, Reply::Refused(Refusal::ModeLocked { .. })), "{other}");
    }
    assert_eq!(bed.status().unwrap().mission, name("dog"));
}
