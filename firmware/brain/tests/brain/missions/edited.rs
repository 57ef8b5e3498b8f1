//! Plans that are edited while one of them is carried out.

use std::sync::Arc;

use wimz_brain::plans::{Mission, Wanted};
use wimz_vocabulary::{MissionCommand, MissionEnd, MissionRefusal, Refusal};

use super::bed::{Bed, is_over, mission, name, plans, program, program_name, sit_stage, stage};
use crate::sightings::sitting;

fn sits(times: usize) -> Mission {
    mission("sit", vec![sit_stage(); times])
}

#[test]
fn what_is_under_way_is_carried_out_as_it_began() {
    let mut bed = Bed::new(plans(vec![sits(3)]));
    bed.start("sit").unwrap();
    bed.pass(1_000);
    // Shorter, and without its script: neither is where it was.
    let mut edited = plans(vec![sits(1)]);
    edited.scripts.clear();
    edited.missions[0].stages[0].script = None;
    bed.bench.brain.learn(Arc::new(edited));
    bed.dog = Some(sitting());
    assert!(bed.until(120, is_over));
    assert_eq!(bed.ends(), [(MissionEnd::AllStagesCompleted, 3, 3)]);

    bed.dog = None;
    bed.start("sit").unwrap();
    bed.dog = Some(sitting());
    assert!(bed.until(240, is_over));
    assert_eq!(bed.ends()[1], (MissionEnd::AllStagesCompleted, 1, 1), "the next is as the file has it now");
}

#[test]
fn a_mission_whose_file_is_gone_can_no_longer_begin() {
    let mut bed = Bed::new(plans(vec![sits(1), mission("dog", vec![stage(Some(Wanted::Dog))])]));
    bed.bench.brain.learn(Arc::new(plans(vec![sits(1)])));
    let refused = bed.start("dog");
    let gone = |refusal: &Refusal| matches!(refusal, Refusal::Mission(MissionRefusal::NotFound { mission, .. }) if *mission == name("dog"));
    assert!(refused.as_ref().is_err_and(gone), "{refused:?}");
}

#[test]
fn a_program_is_carried_out_as_it_began_to_its_last_mission() {
    let mut begun = plans(vec![sits(1), mission("dog", vec![stage(Some(Wanted::Dog))])]);
    begun.programs = vec![program("both", &["sit", "dog"])];
    let mut bed = Bed::new(begun);
    bed.dog = Some(sitting());
    bed.ask(MissionCommand::StartProgram { program: program_name("both"), dog: None }).unwrap();
    bed.pass(1_000);
    bed.bench.brain.learn(Arc::new(plans(vec![sits(1)])));
    assert!(bed.until(120, is_over) && bed.until(240, is_over));
    assert_eq!(bed.ends()[1].0, MissionEnd::AllStagesCompleted);
}
