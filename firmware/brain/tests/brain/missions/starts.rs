//! How a mission is loaded and started, and what keeps it from it. A refusal changes nothing.

use wimz_brain::plans::{Mission, Wanted};
use wimz_brain::{DogCard, InputBody, StoreWord};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Command, Condition, DogId, Health, Lock, MissionCommand, MissionEnd, MissionRefusal, Mode, ModeCause,
    Part, Refusal, Reply, StoreState, Trouble,
};

use super::bed::{Bed, is_over, mission, name, plans, program, program_name, sit_stage, stage};
use crate::bench::{ALICE, BOB, drive, mode, stopped};
use crate::sightings::sitting;

fn waiting() -> Bed {
    let off = Mission { enabled: false, ..mission("off", vec![stage(None)]) };
    let deaf = Mission { requires_bark_detection: true, ..mission("deaf", vec![stage(None)]) };
    Bed::new(plans(vec![mission("dog", vec![stage(Some(Wanted::Dog))]), off, deaf]))
}

fn set_mode(cause: ModeCause) -> Command {
    Command::SetMode { mode: Mode::Mission, cause }
}

#[test]
fn a_mission_that_is_loaded_begins_with_its_mode() {
    for cause in [ModeCause::LandscapeSelector, ModeCause::MissionStart] {
        let mut bed = waiting();
        assert_eq!(bed.bench.ask(ALICE, set_mode(cause)), Reply::Refused(Refusal::NoMission));
        bed.ask(MissionCommand::Load { mission: Some(name("dog")) }).unwrap();
        assert_eq!(bed.status().map(|status| (status.run, status.stage)), Some((None, 0)));
        assert_eq!(bed.bench.ask(ALICE, set_mode(cause)), Reply::Accepted);
        assert_eq!(bed.bench.mode(), Mode::Mission);
        let starts = cause == ModeCause::MissionStart;
        assert_eq!(bed.status().unwrap().run.is_some(), starts);
        assert_eq!(bed.bench.ask(ALICE, set_mode(cause)), Reply::Accepted, "once more");
        if !starts {
            // Nothing holds it there.
            assert_eq!(bed.bench.ask(ALICE, mode(Mode::Idle)), Reply::Accepted);
            bed.ask(MissionCommand::Start { mission: None, dog: None }).unwrap();
        }
        assert_eq!(bed.status().unwrap().run, Some(1));
    }
}

#[test]
fn what_is_taken_back_cannot_begin() {
    let mut bed = waiting();
    bed.ask(MissionCommand::Load { mission: Some(name("dog")) }).unwrap();
    bed.bench.ask(ALICE, set_mode(ModeCause::LandscapeSelector));
    bed.ask(MissionCommand::Load { mission: None }).unwrap();
    assert_eq!((bed.bench.mode(), bed.status()), (Mode::Idle, None));
    assert_eq!(bed.ask(MissionCommand::Start { mission: None, dog: None }), Err(Refusal::NoMission));
}

#[test]
fn what_keeps_a_mission_from_beginning() {
    let refused = |mut bed: Bed, mission: &str| {
        let before = bed.bench.mode();
        let refusal = bed.start(mission).unwrap_err();
        assert_eq!((bed.bench.mode(), bed.facts().len()), (before, 0), "{refusal}");
        refusal
    };
    let not_found = Refusal::Mission(MissionRefusal::NotFound { mission: name("nothing"), meant: None });
    assert_eq!(refused(waiting(), "nothing"), not_found);
    let disabled = Refusal::Mission(MissionRefusal::Disabled { mission: name("off") });
    assert_eq!(refused(waiting(), "off"), disabled);
    assert_eq!(waiting().ask(MissionCommand::Load { mission: Some(name("off")) }), Err(disabled));
    let with = |act: fn(&mut Bed)| {
        let mut bed = waiting();
        act(&mut bed);
        bed.bench.told.clear();
        bed
    };
    let locked = |by| Refusal::ModeLocked { by };
    assert_eq!(refused(with(|bed| bed.bench.battery(0.12)), "dog"), locked(Lock::Battery));
    assert_eq!(refused(with(|bed| bed.bench.battery(0.0)), "dog"), Refusal::BatteryEmpty);
    let latched = with(|bed| bed.bench.read(stopped(1, true)));
    assert_eq!(refused(latched, "dog"), Refusal::EmergencyLatched);
    let fails = |part| {
        let condition = Condition::Failed(Trouble::BusSilent);
        Reading::Health { part, health: Health { condition, ..Health::default() } }
    };
    let mut bed = waiting();
    bed.bench.read(fails(Part::Detector));
    bed.bench.read(fails(Part::Microphone));
    bed.bench.told.clear();
    assert!(matches!(bed.start("dog"), Err(Refusal::PartFailed { part: Part::Detector, .. })));
    assert!(matches!(refused(bed, "deaf"), Refusal::PartFailed { part: Part::Microphone, .. }));
    let driven = with(|bed| {
        bed.bench.ask(BOB, mode(Mode::Manual));
        bed.bench.ask(BOB, drive(0.5));
    });
    assert_eq!(refused(driven, "dog"), Refusal::OperatorBusy { holder: BOB });
    let mut twice = waiting();
    twice.start("dog").unwrap();
    let active = Err(Refusal::Mission(MissionRefusal::AlreadyActive { mission: name("dog") }));
    assert_eq!(twice.start("dog"), active);
    assert_eq!(twice.ask(MissionCommand::Load { mission: None }), active);
    for command in [MissionCommand::Stop, MissionCommand::Pause, MissionCommand::Resume] {
        assert_eq!(waiting().ask(command), Err(Refusal::Mission(MissionRefusal::NotActive)));
    }
}

/// A name that is nearly one is answered with that one.
#[test]
fn a_wrong_name_is_answered_with_the_nearest_right_one() {
    let mut bed = waiting();
    let wrong = [
        (
            MissionCommand::Start { mission: Some(name("dogg")), dog: None },
            "there is no mission `dogg`: did you mean `dog`? list_missions names all",
        ),
        (
            MissionCommand::Load { mission: Some(name("daef")) },
            "there is no mission `daef`: did you mean `deaf`? list_missions names all",
        ),
        (
            MissionCommand::Load { mission: Some(name("knitting")) },
            "there is no mission `knitting`: list_missions names all",
        ),
        (
            MissionCommand::StartProgram { program: program_name("calm"), dog: None },
            "there is no program `calm`: list_programs names all",
        ),
    ];
    for (command, words) in wrong {
        assert_eq!(bed.ask(command).unwrap_err().to_string(), words);
    }
    let mut known = plans(vec![mission("dog", vec![stage(Some(Wanted::Dog))])]);
    known.programs = vec![program("evening", &["dog"])];
    let refusal = Bed::new(known)
        .ask(MissionCommand::StartProgram { program: program_name("evenning"), dog: None })
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "there is no program `evenning`: did you mean `evening`? list_programs names all"
    );
}

/// Nobody asks anything of a dog that nobody has written down; a dog has two ids.
#[test]
fn a_mission_for_a_dog_that_nobody_knows_does_not_begin() {
    let mut known = plans(vec![mission("dog", vec![stage(Some(Wanted::Dog))])]);
    known.programs = vec![program("evening", &["dog"])];
    let mut bed = Bed::new(known);
    let card = DogCard { id: DogId::new("dog_elsa").unwrap(), tag: None };
    bed.bench.give(InputBody::Dog(card));
    let refused = bed.start_for("dog", Some("dog_elza")).unwrap_err();
    let words = "there is no dog `dog_elza`: did you mean `dog_elsa`? a dog must be written down first";
    assert_eq!((refused.to_string().as_str(), refused.code()), (words, "no_such_dog"));
    let dog = Some(DogId::new("rex").unwrap());
    let program = MissionCommand::StartProgram { program: program_name("evening"), dog };
    assert_eq!(bed.ask(program).unwrap_err().code(), "no_such_dog");
    assert_eq!((bed.bench.mode(), bed.facts().len()), (Mode::Idle, 0));
    bed.start_for("dog", Some("elsa")).unwrap();
}

/// What cannot be written down is not begun: nothing that came of it would be kept, and nothing rewarded.
#[test]
fn a_mission_that_cannot_be_written_down_does_not_begin() {
    let mut bed = waiting();
    bed.bench.give(InputBody::Store(StoreWord::Failed));
    bed.bench.told.clear();
    let refused = Err(Refusal::StoreUnavailable { store: StoreState::Failed });
    assert_eq!(bed.start("dog"), refused);
    assert_eq!((bed.bench.mode(), bed.facts().len()), (Mode::Idle, 0));
    bed.ask(MissionCommand::Load { mission: Some(name("dog")) }).unwrap();
    assert_eq!(bed.ask(MissionCommand::Start { mission: None, dog: None }), refused);
}

/// In any 24 hours, and over all runs.
#[test]
fn a_mission_that_has_given_its_treats_of_the_day_does_not_begin() {
    let limited = Mission { daily_limit: Some(2), ..mission("sit", vec![sit_stage()]) };
    let mut bed = Bed::new(plans(vec![limited]));
    bed.dog = Some(sitting());
    for _ in 0..2 {
        bed.start("sit").unwrap();
        assert!(bed.until(30, is_over));
    }
    assert_eq!(bed.start("sit"), Err(Refusal::Mission(MissionRefusal::DailyRewardLimit)));
    // One under way only praises.
    let many = Mission { daily_limit: Some(2), repeat: true, ..mission("sit", vec![sit_stage()]) };
    let mut bed = Bed::new(plans(vec![many]));
    bed.dog = Some(sitting());
    bed.start("sit").unwrap();
    bed.pass(60_000);
    assert_eq!(bed.rewards().iter().filter(|(_, treat)| *treat).count(), 2);
    assert!(bed.rewards().len() > 4 && bed.ends().is_empty());
    bed.ask(MissionCommand::Stop).unwrap();
    assert_eq!(bed.ends()[0].0, MissionEnd::AppCancelled);
    assert_eq!(bed.ends()[0].2, 2);
}
