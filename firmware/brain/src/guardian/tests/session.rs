//! Rewards, giving up, calm, panic, sessions, and what an owner sets.

use alloc::vec::Vec;

use wimz_hal::Reading;
use wimz_vocabulary::{
    Decibels, EventBody, GuardianFact, GuardianPhase, GuardianSettings, JobOutcome, Micros, Mode,
    PanicTrigger, StopEpoch, TreatLimit, TreatLimits, Withheld,
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

/// A treat that falls late was given all the same: it counts, and the next one waits for it.
#[test]
fn a_treat_that_falls_late_is_counted_as_well() {
    let mut house = House::tuned(&[("praise_only_s", 0.0), ("treat_spacing_s", 0.0), ("most_treats", 2.0)]);
    house.succeed(1);
    let job = house.told.iter().find_map(|(_, fact)| match fact {
        EventBody::DispenseStarted { job, .. } => Some(*job),
        _ => None,
    });
    house.give(InputBody::Reading(Reading::Stray { after: job }));
    assert_eq!(house.state().tally.treats, 2);
    house.pass(700_000);
    house.succeed(1);
    assert_eq!((treats(&house), withheld(&house)), (1, [Withheld::Limit(TreatLimit::Session)].to_vec()));
}

/// Whoever leaves the mode and comes back while a treat falls has had it.
#[test]
fn a_treat_of_the_session_before_is_remembered() {
    for (late, why) in [(0, Withheld::NotThisTime), (400, Withheld::Limit(TreatLimit::Spacing))] {
        let mut house = House::new();
        house.provoke();
        house.until(900, |fact| matches!(fact, EventBody::DispenseStarted { .. })).unwrap();
        house.drops.as_mut().unwrap().1 += Micros::from_secs(late);
        house.mode(Mode::Idle);
        house.pass(10_000);
        house.mode(Mode::SilentGuardian);
        house.pass(130_000);
        house.succeed(1);
        assert_eq!((treats(&house), withheld(&house)), (1, [why].to_vec()), "{late} s later");
    }
}

/// What a session may give it may give again in the next one: its own cap, and the one of all of the robot's treats.
#[test]
fn the_next_session_has_treats_of_its_own() {
    let one = TreatLimits { session: 1, spacing: Micros::ZERO, ..TreatLimits::default() };
    for (most, limits) in [(1.0, TreatLimits { session: 11, ..one }), (11.0, one)] {
        let mut house = House::tuned(&[
            ("praise_only_s", 0.0),
            ("treat_spacing_s", 0.0),
            ("most_treats", most),
            ("session_s", 300.0),
        ]);
        house.give(InputBody::Limits(limits));
        house.succeed(2);
        assert_eq!((treats(&house), withheld(&house)), (1, [Withheld::Limit(TreatLimit::Session)].to_vec()));
        house.until_fact(300, |fact| matches!(fact, GuardianFact::Began { .. })).unwrap();
        house.succeed(1);
        assert_eq!((treats(&house), house.state().tally.treats), (2, 1), "{most}");
    }
}

/// Whoever asks twice for the same thing to be rewarded, it has had its reward; and a latched robot gives none at all.
#[test]
fn a_fact_is_rewarded_once_and_not_by_a_robot_that_is_latched() {
    let mut house = House::new();
    house.pass(10_000);
    let of = house.rewards(None);
    house.pass(10_000);
    assert_eq!(house.brain.treats.tally(house.now).day, 1);
    house.give(InputBody::Limits(TreatLimits { spacing: Micros::ZERO, ..TreatLimits::default() }));
    house.rewards(Some(of));
    house.pass(10_000);
    assert_eq!((treats(&house), house.said().len()), (1, 1), "no word of praise either");
    let mut house = House::new();
    let mut state = house.brain.drive;
    (state.epoch, state.latched) = (StopEpoch(1), true);
    house.stopped(state);
    house.rewards(None);
    house.pass(10_000);
    assert_eq!((treats(&house), withheld(&house)), (0, [Withheld::BrokeOff].to_vec()));
}

/// What is praised for something else meanwhile has had its treat or is told why not.
#[test]
fn a_reward_that_another_one_cuts_off_is_told() {
    let mut house = House::new();
    house.pass(10_000);
    house.rewards(None);
    house.pass(500);
    house.rewards(None);
    house.pass(10_000);
    assert_eq!((treats(&house), withheld(&house)), (1, [Withheld::BrokeOff].to_vec()));
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

/// Quiet that was won is the end of it: a bark while the reward comes is not the first of the next two.
#[test]
fn a_bark_before_the_reward_is_over_counts_for_nothing() {
    let mut house = House::new();
    house.provoke();
    house.until_fact(100, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap();
    // Later than its own echo, sooner than the treat has fallen.
    house.pass(100);
    house.heard_bark(None, -20.0, 0.9);
    assert_eq!(house.state().phase, GuardianPhase::Cooldown);
    house.pass(12_000);
    house.bark();
    house.pass(100);
    assert_eq!((house.state().phase, house.state().tally.interventions), (GuardianPhase::Listening, 1));
    house.bark();
    house.pass(100);
    assert_eq!(house.state().tally.interventions, 2);
}

/// Nothing is asked of a dog that is being praised.
#[test]
fn it_asks_for_nothing_before_the_reward_is_over() {
    let mut house = House::tuned(&[("success_cooldown_s", 0.0)]);
    house.provoke();
    house.until_fact(100, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap();
    house.pass(500);
    house.provoke_unheard();
    house.pass(100);
    assert_eq!((house.state().phase, house.state().tally.interventions), (GuardianPhase::Cooldown, 1));
}

/// Somebody has stopped it for good: it listens, and neither asks nor calms before it is released.
#[test]
fn a_latched_robot_hears_barks_and_does_nothing_about_them() {
    let mut house = House::new();
    let mut state = house.brain.drive;
    (state.epoch, state.latched) = (StopEpoch(1), true);
    house.stopped(state);
    house.barks(40, 500);
    assert_eq!((house.state().tally.barks, house.facts(), house.said()), (40, Vec::new(), Vec::new()));
}

/// What it had asked for when it was stopped is not asked for again at the next bark.
#[test]
fn what_was_asked_for_before_a_stop_is_over() {
    let mut house = House::new();
    house.provoke();
    for (epoch, latched) in [(1, true), (1, false)] {
        let mut state = house.brain.drive;
        (state.epoch, state.latched) = (StopEpoch(epoch), latched);
        house.stopped(state);
        house.pass(5_000);
    }
    house.bark();
    house.pass(100);
    assert_eq!((house.state().phase, house.state().tally.interventions), (GuardianPhase::Listening, 1));
}

/// To have asked in vain is forgotten when it was quiet once, or for long.
#[test]
fn what_was_in_vain_is_counted_in_a_row() {
    for won in [true, false] {
        let mut house = House::tuned(&[("futile_times", 2.0)]);
        house.fail(1);
        house.pass(50_000);
        if won {
            house.succeed(1);
        } else {
            house.until_fact(1_000, |fact| matches!(fact, GuardianFact::Reset { .. })).unwrap();
        }
        house.fail(1);
        assert_eq!((house.state().tally.gave_up, house.state().tally.panics), (2, 0), "{won}");
    }
    let mut house = House::tuned(&[("futile_times", 2.0)]);
    house.fail(2);
    assert_eq!(house.state().tally.panics, 1, "twice in a row");
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
fn a_dog_beside_itself_is_so_once_and_until_the_mode_ends() {
    let mut house = House::new();
    house.barks(31, 900);
    for _ in 0..40 {
        house.heard_bark(None, -20.0, 0.9);
        house.pass(500);
    }
    assert_eq!(house.state().tally.panics, 1);
    assert!(house.brain.player.last_sounded(house.now) == Some(house.now));
    house.mode(Mode::Idle);
    house.pass(100);
    let ended = |fact: &EventBody| {
        matches!(fact, EventBody::Guardian(GuardianFact::PanicEnded { episode: 1, calmed: false, .. }))
    };
    assert_eq!(house.count(ended), 1);
    assert!(house.brain.player.last_sounded(house.now) < Some(house.now), "the music is over");
}

/// What it barks under the music is what the music is for; what it does afterwards counts.
#[test]
fn barks_under_the_music_bring_no_more_of_it() {
    let mut house = House::tuned(&[("futile_times", 1.0)]);
    house.fail(1);
    house.pass(60_000);
    house.heard_bark(None, -20.0, 0.9);
    let took = house.until_fact(900, |fact| matches!(fact, GuardianFact::PanicEnded { .. })).unwrap();
    // The other minute of music, 3 s of echo, 60 s of quiet.
    assert!((122.0..125.0).contains(&took), "{took}");
}

/// A dog that was calmed begins anew: one bark more is one bark.
#[test]
fn what_led_to_a_panic_leads_to_no_second_one() {
    let mut house = House::new();
    house.barks(31, 900);
    for _ in 0..100 {
        house.heard_bark(None, -20.0, 0.9);
        house.pass(1_000);
    }
    house.until_fact(200, |fact| matches!(fact, GuardianFact::PanicEnded { calmed: true, .. })).unwrap();
    house.bark();
    house.pass(100);
    assert_eq!((house.state().phase, house.state().tally.panics), (GuardianPhase::Listening, 1));
    let mut house = House::tuned(&[("futile_times", 2.0)]);
    house.fail(2);
    house.until_fact(900, |fact| matches!(fact, GuardianFact::PanicEnded { calmed: true, .. })).unwrap();
    house.fail(1);
    assert_eq!((house.state().phase, house.state().tally.panics), (GuardianPhase::GaveUp, 1));
}

/// A person who speaks is heard out, and the music lasts no shorter for it.
#[test]
fn music_waits_for_a_person_who_speaks() {
    let mut house = House::tuned(&[("level_4_from", 0.0)]);
    house.provoke();
    house.say(6_000);
    let song = |fact: &EventBody| matches!(fact, EventBody::SoundStarted { sound, .. } if sound.as_str().starts_with("songs/"));
    let waited = house.until(60, song).unwrap();
    let took = house.until_fact(900, |fact| matches!(fact, GuardianFact::QuietKept { .. })).unwrap();
    // A second for the robot's own word, six for the person's.
    assert!((6.9..7.2).contains(&waited), "{waited}");
    assert!((85.5..86.5).contains(&took), "20 s of it, 3 s of echo, 20 s of quiet, twice: {took}");
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

/// Whoever stops the music for a dog and chooses their own keeps it.
#[test]
fn music_that_somebody_else_plays_is_theirs() {
    let mut house = House::tuned(&[("futile_times", 1.0)]);
    house.fail(1);
    house.pass(10_000);
    house.ask(wimz_vocabulary::Command::StopSound);
    house.pass(100);
    house.ask(wimz_vocabulary::Command::ToggleSound);
    house.pass(1_000);
    assert!(house.brain.player.last_sounded(house.now) == Some(house.now));
    house.mode(Mode::Idle);
    house.pass(1_000);
    assert!(house.brain.player.last_sounded(house.now) == Some(house.now), "it plays on");
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
