//! Rewards, giving up, calm, panic, sessions, and what an owner sets.

use alloc::vec::Vec;

use wimz_vocabulary::{
    Decibels, EventBody, GuardianFact, GuardianPhase, GuardianSettings, JobOutcome, Micros, Mode,
    PanicTrigger, TreatLimit, Withheld,
};

use super::house::House;
use crate::InputBody;

fn withheld(house: &House) -> Vec<Withheld> {
    let of = |(_, fact): &(_, EventBody)| match fact {
        EventBody::Praised { withheld, .. } => Some(*withheld),
        _ => None,
    };
    house.told.iter().filter_map(of).collect()
}

fn treats(house: &House) -> usize {
    house.count(|fact| matches!(fact, EventBody::DispenseStarted { .. }))
}

#[test]
fn it_begins_and_ends_with_its_mode() {
    let mut house = House::idle();
    assert_eq!(house.brain.status(house.now).guardian, None);
    house.told.clear();
    house.mode(Mode::SilentGuardian);
    house.pass(1_000);
    assert_eq!(house.facts(), [GuardianFact::Began { most_treats: 11 }]);
    assert!(house.body.looks, "the detector looks in this mode");
    house.provoke();
    house.mode(Mode::Idle);
    assert!(matches!(
        house.facts()[1..],
        [
            GuardianFact::Intervened { number: 1, level: 1, in_hour: 1, .. },
            GuardianFact::BrokeOff { number: 1 },
            GuardianFact::Ended { tally }
        ] if tally.interventions == 1 && tally.barks == 2
    ));
    house.barks(10, 500);
    assert_eq!(house.facts().len(), 4, "in another mode barks are nothing to it");
}

#[test]
fn each_success_is_one_treat_or_one_word() {
    let mut house = House::new();
    house.succeed(1);
    assert_eq!((treats(&house), withheld(&house).len(), house.state().tally.treats), (1, 0, 1));
    house.succeed(1);
    assert_eq!((treats(&house), withheld(&house)), (1, [Withheld::Limit(TreatLimit::Spacing)].to_vec()));
    house.pass(200_000);
    house.succeed(1);
    assert_eq!((treats(&house), withheld(&house)[1..].to_vec()), (1, [Withheld::NotThisTime].to_vec()));
    house.pass(400_000);
    house.succeed(1);
    assert_eq!(treats(&house), 2, "ten minutes after the first");
    let good = house.said().iter().filter(|word| **word == "good.wav").count();
    assert_eq!((good, house.state().tally.successes), (4, 4), "praise is never withheld");
}

#[test]
fn what_fell_is_counted_and_not_what_was_asked_for() {
    let fell = |outcome| {
        let mut house = House::new();
        house.outcome = outcome;
        house.succeed(1);
        let treats = house.state().tally.treats;
        house.pass(250_000);
        house.succeed(1);
        (treats, withheld(&house))
    };
    let again = [Withheld::NotThisTime].to_vec();
    assert_eq!(fell(JobOutcome::Dropped { count: 2 }), (2, again.clone()));
    assert_eq!(
        fell(JobOutcome::EmptyOrJammed),
        (0, Vec::new()),
        "nothing fell: the next one is not too soon"
    );
    let uncertain = JobOutcome::Uncertain { seen: 0, why: wimz_vocabulary::Doubt::BeamBlocked };
    assert_eq!(
        fell(uncertain),
        (0, again),
        "what may have fallen is not counted as fallen, and not given again"
    );
}

/// Twelve successes, and the treats of the session are used up: it only praises, and goes on asking.
#[test]
fn after_the_last_treat_of_a_session_it_only_praises() {
    let calm: &[(&str, f32)] = &[
        ("praise_only_s", 0.0),
        ("treat_spacing_s", 0.0),
        ("longer_2_times", 1.0),
        ("longer_3_times", 1.0),
        ("longer_4_times", 1.0),
        ("most_treats", 3.0),
    ];
    let mut house = House::tuned(calm);
    for _ in 0..5 {
        house.succeed(1);
        house.pass(700_000);
    }
    assert_eq!((treats(&house), house.state().tally.successes), (3, 5));
    assert_eq!(withheld(&house), [Withheld::Limit(TreatLimit::Session); 2]);
}

/// T7: a dog that barks on is never rewarded, also if barks come while the treat is on its way.
#[test]
fn no_treat_while_barking_goes_on() {
    let mut house = House::new();
    house.fail(1);
    assert_eq!((treats(&house), withheld(&house).len(), house.state().tally.successes), (0, 0, 0));
    let mut house = House::tuned(&[("quiet_1_s", 2.0)]);
    house.provoke();
    house.pass(4_500);
    house.bark();
    house.pass(2_500);
    assert_eq!(house.state().tally.successes, 1, "two seconds were asked for");
    house.pass(10_000);
    assert_eq!(
        (treats(&house), withheld(&house)),
        (0, [Withheld::Barked].to_vec()),
        "and five since the bark were not over"
    );
}

#[test]
fn fifteen_quiet_minutes_and_it_begins_gently_again() {
    let mut house = House::new();
    house.succeed(4);
    let before = house.state().tally.interventions;
    house.pass(905_000);
    let reset = house.facts().into_iter().find(|fact| matches!(fact, GuardianFact::Reset { .. }));
    assert!(
        matches!(reset, Some(GuardianFact::Reset { level: 2, quiet }) if quiet >= Micros::from_secs(900))
    );
    house.pass(905_000);
    assert_eq!(
        house.count(|fact| matches!(fact, EventBody::Guardian(GuardianFact::Reset { .. }))),
        1,
        "told once"
    );
    house.provoke();
    let last = *house.facts().last().unwrap();
    assert!(
        matches!(last, GuardianFact::Intervened { level: 1, in_hour: 1, needed, .. } if needed == Micros::from_secs(20))
    );
    assert_eq!(house.state().tally.interventions, before + 1);
}

#[test]
fn music_is_no_quiet_quarter_of_an_hour() {
    let mut house = House::new();
    house.succeed(1);
    house.ask(wimz_vocabulary::Command::ToggleSound);
    house.pass(1_000_000);
    assert_eq!(house.count(|fact| matches!(fact, EventBody::Guardian(GuardianFact::Reset { .. }))), 0);
}

#[test]
fn it_gives_up_and_lets_it_be_for_a_while() {
    let mut house = House::new();
    house.fail(1);
    assert_eq!(house.state().phase, GuardianPhase::GaveUp);
    house.barks(5, 2_000);
    assert_eq!(house.state().phase, GuardianPhase::GaveUp);
    house.pass(35_000);
    assert_eq!(house.state().phase, GuardianPhase::Intervention, "it went on: it asks again");
}

#[test]
fn a_dog_beside_itself_is_played_music_and_asked_nothing() {
    let mut house = House::new();
    house.provoke();
    house.pass(5_000);
    for _ in 0..31 {
        house.bark();
        house.pass(900);
    }
    assert!(matches!(
        house.facts()[1..],
        [
            GuardianFact::BrokeOff { number: 1 },
            GuardianFact::PanicBegan { episode: 1, trigger: PanicTrigger::Burst }
        ]
    ));
    house.barks(100, 1_000);
    assert_eq!((house.state().phase, house.state().tally.interventions), (GuardianPhase::Calming, 1));
    house.pass(23_500);
    house.bark();
    house.pass(1_000);
    assert_eq!(house.state().phase, GuardianPhase::Calming, "music ended, it barked: music again");
    let songs = house.said().len();
    house.pass(10_000);
    assert!(house.said().len() > songs, "{:?}", house.said());
    house.until_fact(200, |fact| matches!(fact, GuardianFact::PanicEnded { episode: 1, .. })).unwrap();
    assert_eq!(house.state().phase, GuardianPhase::Listening);
    house.pass(1_000);
    assert!(house.brain.player.last_sounded(house.now) < Some(house.now), "the music is over");
}

#[test]
fn somebody_who_stops_the_music_has_stopped_it() {
    let mut house = House::tuned(&[("level_4_from", 0.0)]);
    house.provoke();
    house.pass(5_000);
    house.ask(wimz_vocabulary::Command::StopSound);
    let took = house.until_fact(100, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap();
    // 3 s of echo, 20 s, music again, 20 s.
    assert!((65.0..67.0).contains(&took), "{took}");
}

#[test]
fn a_mode_that_ends_ends_its_music() {
    let mut house = House::tuned(&[("level_4_from", 0.0)]);
    house.provoke();
    house.pass(5_000);
    assert!(house.brain.player.last_sounded(house.now) == Some(house.now));
    house.mode(Mode::Idle);
    house.pass(100);
    assert!(house.brain.player.last_sounded(house.now) < Some(house.now));
}

#[test]
fn a_session_is_followed_by_another() {
    let mut house = House::tuned(&[("session_s", 600.0)]);
    house.succeed(1);
    house.pass(600_000);
    let ended = house.facts().into_iter().find_map(|fact| match fact {
        GuardianFact::Ended { tally } => Some(tally),
        _ => None,
    });
    let tally = ended.unwrap();
    assert_eq!((tally.interventions, tally.successes, tally.treats), (1, 1, 1));
    assert_eq!(house.facts().last(), Some(&GuardianFact::Began { most_treats: 11 }));
    assert_eq!(house.state().tally.interventions, 0);
    house.provoke();
    assert!(
        matches!(house.facts().last(), Some(GuardianFact::Intervened { number: 2, .. })),
        "numbers go on"
    );
}

#[test]
fn an_owner_s_wishes_go_before_its_own_numbers() {
    let mut house = House::new();
    let wishes = GuardianSettings {
        bark_count: Some(4),
        bark_loudness: Some(Decibels::new(-25.0).unwrap()),
        least_confidence: None,
        fast_escalation: Some(0),
    };
    house.give(InputBody::Guardian(wishes));
    house.barks(3, 500);
    house.bark_of(None, -26.0, 0.9);
    house.pass(100);
    assert_eq!(house.state().phase, GuardianPhase::Listening);
    house.bark();
    house.pass(100);
    assert_eq!(house.state().phase, GuardianPhase::Intervention);
}
