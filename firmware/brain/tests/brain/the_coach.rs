//! The coach greets, says a cue, watches from its end on, rewards, asks once more, and leaves the dog in peace.

use wimz_brain::InputBody;
use wimz_hal::Reading;
use wimz_vocabulary::{
    ClientId, CoachCommand, CoachFact, CoachRefusal, CoachStage, Command, Condition, DriveState, EventBody,
    Health, Micros, Mode, Part, Pattern, Ratio, Refusal, Reply, Sighting, SoundEnd, StopEpoch, TagId,
    TrickMiss, TrickName, Trouble, Withheld,
};

use crate::bench::{ALICE, BOB, drive, mode, stopped};
use crate::sightings::{dog, id, sitting};

use crate::hall::*;

const fn opened(fact: &CoachFact) -> bool {
    matches!(fact, CoachFact::WindowOpened { .. })
}

const fn done(fact: &CoachFact) -> bool {
    matches!(fact, CoachFact::TrickDone { .. })
}

#[test]
fn a_dog_that_sits_is_rewarded_once() {
    use CoachStage::{Command, Cooldown, Greeting, Success, Waiting, Watching};
    let mut hall = Hall::new();
    hall.knows("elsa", None);
    sound(&mut hall.bench, "talks/dog_elsa/name.wav");
    sound(&mut hall.bench, "talks/dog_elsa/sit.wav");
    hall.shows(&[standing()]);
    let waited = hall.until(Greeting, 3_000);
    assert!((1_400..2_000).contains(&waited), "{waited}");
    assert_eq!(hall.bench.brain.status(hall.bench.now).light, Pattern::Attention);
    hall.until(Watching, 3_000);
    hall.pass(2_000);
    assert_eq!(hall.when(done), None);
    hall.shows(&[sitting()]);
    hall.until(Success, 3_000);
    assert_eq!(hall.bench.brain.status(hall.bench.now).light, Pattern::Celebration);
    hall.until(Waiting, 6_000);
    let words = ["talks/dog_elsa/name.wav", "talks/dog_elsa/sit.wav", "talks/default/good.wav"];
    assert_eq!(hall.words, words);
    let stages = [(Greeting, 1), (Command, 1), (Watching, 1), (Success, 1), (Cooldown, 1), (Waiting, 0)];
    assert_eq!(hall.stages(), stages);
    let told = hall.bench.told();
    let of = told.iter().find_map(|fact| match fact {
        EventBody::DispenseStarted { of, dog, client, .. } => Some((*of, *dog, *client)),
        _ => None,
    });
    let fact =
        hall.bench.told.iter().find(|event| matches!(&event.body, EventBody::Coach(fact) if done(fact)));
    assert_eq!(of, Some((fact.map(|event| event.id), Some(id("elsa")), ClientId::ROBOT)));
    hall.pass(20_000);
    assert_eq!(hall.jobs, 1, "once");
    let state = hall.bench.brain.status(hall.bench.now).coach.unwrap();
    assert_eq!((state.done, state.missed, state.attempt), (1, 0, 0));
}

#[test]
fn the_window_opens_when_the_cue_has_been_heard_and_never_before() {
    let mut hall = Hall::new();
    hall.shows(&[sitting()]);
    hall.until(CoachStage::Command, 5_000);
    let said = hall.millis();
    hall.until(CoachStage::Watching, 5_000);
    let open = hall.when(opened).unwrap();
    assert!(open >= said + WORD + 2 * LAG - 10, "{said} {open}");
    // It sat all the while: what counts is a second from the opening on.
    hall.until(CoachStage::Success, 5_000);
    let sat = hall.when(done).unwrap() - open;
    assert!((1_000..=1_120).contains(&sat), "{sat}");
}

#[test]
fn a_cue_that_was_not_heard_opens_no_window() {
    for how in [SoundEnd::Failed, SoundEnd::Stopped] {
        let mut hall = Hall::new();
        hall.ends = how;
        hall.shows(&[sitting()]);
        hall.pass(20_000);
        assert_eq!(hall.when(opened), None);
        let not_heard = TrickMiss::CueNotHeard;
        assert_eq!(hall.misses(), [(not_heard, 1, true), (not_heard, 2, false)], "{how:?}");
        assert!(!hall.words.iter().any(|word| word.ends_with("no.wav")), "it is not the dog's fault");
    }
    // The robot is mute, or becomes so while it speaks.
    for early in [true, false] {
        let mut hall = Hall::new();
        hall.shows(&[sitting()]);
        if !early {
            hall.until(CoachStage::Command, 5_000);
        }
        hall.bench.ask(ALICE, Command::SetVolume { volume: Ratio::ZERO });
        hall.bench.ask(ALICE, Command::SetVolume { volume: if early { Ratio::ZERO } else { Ratio::ONE } });
        hall.pass(4_000);
        assert_eq!(hall.misses()[0], (TrickMiss::CueNotHeard, 1, true), "mute before it spoke: {early}");
    }
    // A person stops the sound.
    let mut hall = Hall::new();
    hall.shows(&[sitting()]);
    hall.until(CoachStage::Command, 5_000);
    hall.pass(300);
    hall.bench.ask(ALICE, Command::StopSound);
    hall.pass(100);
    assert_eq!(hall.misses(), [(TrickMiss::CueNotHeard, 1, true)]);
    // Nobody has recorded it, and the robot has no word for it.
    let mut hall = Hall::new();
    let name = wimz_vocabulary::SoundName::new("talks/default/sit.wav").unwrap();
    hall.bench.give(InputBody::SoundGone(name));
    hall.shows(&[sitting()]);
    hall.pass(5_000);
    assert_eq!(hall.misses(), [(TrickMiss::CueNotHeard, 1, true), (TrickMiss::CueNotHeard, 2, false)]);
}

#[test]
fn a_trick_that_is_missed_is_asked_for_once_more() {
    use CoachStage::{Command, Cooldown, Failure, Greeting, Watching};
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    hall.until(Cooldown, 60_000);
    assert_eq!(hall.misses(), [(TrickMiss::TimedOut, 1, true), (TrickMiss::TimedOut, 2, false)]);
    let stages = [
        (Greeting, 1),
        (Command, 1),
        (Watching, 1),
        (Failure, 1),
        (Greeting, 2),
        (Command, 2),
        (Watching, 2),
        (Failure, 2),
        (Cooldown, 2),
    ];
    assert_eq!(hall.stages(), stages);
    let words = ["talks/default/sit.wav", "talks/default/sit.wav", "talks/default/no.wav"];
    assert_eq!(hall.words, words, "and no name: nobody knows whose dog it is");
    hall.shows(&[sitting()]);
    hall.pass(10_000);
    assert_eq!((hall.when(done), hall.jobs), (None, 0));
}

#[test]
fn the_second_try_is_as_good_as_the_first() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    while hall.misses().is_empty() {
        hall.pass(100);
    }
    hall.until(CoachStage::Watching, 5_000);
    hall.shows(&[sitting()]);
    hall.until(CoachStage::Success, 5_000);
    hall.pass(8_000);
    assert_eq!((hall.misses(), hall.jobs), (vec![(TrickMiss::TimedOut, 1, true)], 1));
}

#[test]
fn tricks_come_in_their_order_with_a_pause_between() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    let names = ["sit", "laydown", "come", "spin", "speak", "sit"];
    while hall.taught().len() < 11 {
        hall.pass(1_000);
        assert!(hall.millis() < 600_000, "{:?}", hall.taught());
    }
    let twice: Vec<TrickName> = names.iter().flat_map(|name| [trick(name); 2]).take(11).collect();
    assert_eq!(hall.taught(), twice);
    let stages = hall.facts();
    let at = |wanted: CoachStage| {
        let of = move |(at, fact): &(u64, CoachFact)| match fact {
            CoachFact::Stage { stage, .. } if *stage == wanted => Some(*at),
            _ => None,
        };
        stages.iter().filter_map(of).collect::<Vec<_>>()
    };
    let rests: Vec<u64> = at(CoachStage::Cooldown)
        .iter()
        .zip(at(CoachStage::Greeting).chunks(2).skip(1))
        .map(|(end, next)| next[0] - end)
        .collect();
    assert!(rests.iter().all(|rest| (30_000..30_100).contains(rest)), "{rests:?}");
}

#[test]
fn a_forced_trick_comes_next_and_once() {
    let mut hall = Hall::new();
    assert_eq!(
        hall.force("roll_over", false),
        Reply::Refused(Refusal::Coach(CoachRefusal::NoSuchTrick { trick: trick("roll_over"), meant: None }))
    );
    let Reply::Refused(refusal) = hall.force("spinn", false) else { panic!("it was taken on") };
    assert_eq!(refusal.to_string(), "there is no trick `spinn`: did you mean `spin`? list_tricks names all");
    assert_eq!(hall.force("spin", false), Reply::Accepted);
    assert_eq!(hall.force("spin", false), Reply::Accepted, "who says it twice wants it once");
    let waits = CoachRefusal::TrickWaits { trick: trick("spin") };
    assert_eq!(hall.force("laydown", false), Reply::Refused(Refusal::Coach(waits)));
    assert_eq!(hall.bench.brain.status(hall.bench.now).coach.unwrap().wish, Some(trick("spin")));
    assert_eq!(hall.force("laydown", true), Reply::Accepted);
    hall.shows(&[standing()]);
    hall.until(CoachStage::Cooldown, 60_000);
    hall.until(CoachStage::Waiting, 3_000);
    assert_eq!(hall.taught(), [trick("laydown"); 2]);
    assert_eq!(hall.bench.brain.status(hall.bench.now).coach.unwrap().wish, None, "consumed");
    // The next lesson is the rotation's, and it begins where it stood.
    hall.until(CoachStage::Watching, 40_000);
    assert_eq!(hall.taught().last(), Some(&trick("sit")));
    let forced: Vec<_> = hall
        .facts()
        .iter()
        .filter_map(|(_, fact)| match fact {
            CoachFact::Forced { trick, replaced } => Some((*trick, *replaced)),
            _ => None,
        })
        .collect();
    assert_eq!(forced, [(trick("spin"), false), (trick("laydown"), true)]);
}

#[test]
fn a_forced_trick_waits_for_no_pause_and_replaces_a_try_if_it_is_told_to() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 10_000);
    hall.force("spin", false);
    hall.pass(1_000);
    assert_eq!(hall.stage(), CoachStage::Watching, "it waits for the try to end");
    hall.force("laydown", true);
    assert_eq!(hall.stage(), CoachStage::Greeting);
    assert_eq!(hall.misses(), [(TrickMiss::BrokeOff, 1, false)]);
    hall.until(CoachStage::Watching, 3_000);
    hall.until(CoachStage::Cooldown, 60_000);
    assert_eq!(hall.taught(), [trick("sit"), trick("laydown"), trick("laydown")]);
    hall.force("come", false);
    assert!(hall.until(CoachStage::Greeting, 5_000) < 2_500, "no pause but the dog's");
}

#[test]
fn a_replaced_cue_falls_silent() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    hall.until(CoachStage::Command, 10_000);
    hall.pass(200);
    hall.force("spin", true);
    hall.pass(20);
    assert_eq!(hall.bench.brain.status(hall.bench.now).sound.current, None);
    hall.until(CoachStage::Watching, 3_000);
    assert_eq!(hall.taught(), [trick("spin")]);
}

#[test]
fn a_wish_does_not_outlive_the_mode() {
    let mut hall = Hall::new();
    hall.force("spin", false);
    hall.bench.ask(ALICE, mode(Mode::Idle));
    assert_eq!(hall.force("spin", false), Reply::Refused(CoachRefusal::NotCoaching.into()));
    hall.bench.ask(ALICE, mode(Mode::Coach));
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 10_000);
    assert_eq!(hall.taught(), [trick("sit")]);
}

#[test]
fn leaving_the_mode_breaks_a_try_off() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 10_000);
    hall.bench.ask(ALICE, mode(Mode::Idle));
    assert_eq!(hall.misses(), [(TrickMiss::BrokeOff, 1, false)]);
    assert_eq!(hall.bench.brain.status(hall.bench.now).coach, None);
    hall.shows(&[sitting()]);
    hall.pass(10_000);
    assert_eq!((hall.when(done), hall.jobs), (None, 0));
}

#[test]
fn a_stop_breaks_a_try_off_and_a_reward_as_well() {
    for latched in [false, true] {
        let mut hall = Hall::new();
        hall.shows(&[standing()]);
        hall.until(CoachStage::Watching, 10_000);
        hall.bench.read(stopped(1, latched));
        assert_eq!(hall.misses(), [(TrickMiss::BrokeOff, 1, false)]);
        hall.shows(&[sitting()]);
        hall.pass(60_000);
        let taught = hall.taught().len();
        assert_eq!(taught == 1, latched, "a robot that is latched asks nothing of a dog");
    }
    let mut hall = Hall::new();
    hall.shows(&[sitting()]);
    hall.until(CoachStage::Success, 10_000);
    hall.bench.read(stopped(1, false));
    hall.pass(10_000);
    let withheld = hall
        .bench
        .told()
        .iter()
        .any(|fact| matches!(fact, EventBody::Praised { withheld: Withheld::BrokeOff, .. }));
    assert!(withheld && hall.jobs == 0);
}

#[test]
fn the_coach_waits_while_a_person_drives() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 10_000);
    let turn = |hall: &mut Hall, millis: u64| {
        for _ in 0..millis / 100 {
            assert_eq!(hall.bench.ask(ALICE, drive(0.5)), Reply::Accepted);
            let half = Ratio::new(0.5).unwrap();
            hall.bench.read(Reading::Drive(DriveState { left: half, right: half, ..DriveState::default() }));
            hall.pass(100);
        }
        hall.bench.ask(ALICE, drive(0.0));
        hall.bench.read(Reading::Drive(DriveState::default()));
    };
    turn(&mut hall, 1_000);
    assert_eq!(hall.misses(), [(TrickMiss::BrokeOff, 1, false)]);
    assert_eq!(hall.bench.mode(), Mode::Coach, "and it stays coach");
    hall.force("spin", false);
    turn(&mut hall, 40_000);
    assert_eq!(hall.stage(), CoachStage::Waiting);
    let waited = hall.until(CoachStage::Greeting, 5_000);
    assert!((1_900..2_200).contains(&waited), "{waited}");
}

#[test]
fn a_dog_that_leaves_ends_the_try_without_a_word() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 10_000);
    hall.shows(&[]);
    hall.pass(6_000);
    assert_eq!(hall.misses(), [(TrickMiss::DogLeft, 1, false)]);
    assert_eq!(hall.words, ["talks/default/sit.wav"]);
    hall.pass(60_000);
    assert_eq!(hall.taught().len(), 1, "nobody is there to be asked");
}

#[test]
fn where_nobody_looks_or_listens_nothing_is_known() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 10_000);
    hall.shows(&[sitting()]);
    hall.pass(500);
    hall.shows = None;
    // The eye forgets a dog after five seconds without a picture of it.
    hall.pass(6_000);
    assert_eq!(hall.misses(), [(TrickMiss::DogLeft, 1, false)]);

    let mut hall = Hall::new();
    hall.force("speak", false);
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 10_000);
    hall.listens = false;
    hall.pass(13_000);
    assert_eq!(hall.misses()[0], (TrickMiss::Unobserved, 1, true));
    hall.pass(20_000);
    assert!(!hall.words.iter().any(|word| word.ends_with("no.wav")), "it may have barked");
}

#[test]
fn a_tagged_dog_comes_before_all_others() {
    let mut hall = Hall::new();
    hall.knows("bezik", None);
    hall.knows("elsa", Some(315));
    sound(&mut hall.bench, "talks/elsa/name.wav");
    sound(&mut hall.bench, "talks/bezik/sit.wav");
    sound(&mut hall.bench, "talks/default/name.wav");
    let elsa = Sighting { tag: Some(TagId(315)), ..dog(0.8, 0.5, 0.3) };
    // A person drives while the first comes, so that both are there.
    hall.bench.ask(ALICE, drive(0.5));
    hall.shows(&[dog(0.2, 0.5, 0.3)]);
    for _ in 0..25 {
        hall.pass(100);
        hall.bench.ask(ALICE, drive(0.5));
    }
    hall.shows(&[dog(0.2, 0.5, 0.3), elsa]);
    for _ in 0..25 {
        hall.pass(100);
        hall.bench.ask(ALICE, drive(0.5));
    }
    hall.until(CoachStage::Watching, 10_000);
    let known = hall.bench.brain.status(hall.bench.now).coach.unwrap().known;
    assert_eq!(known.map(|known| known.dog), Some(id("elsa")));
    assert_eq!(hall.words, ["talks/elsa/name.wav", "talks/default/sit.wav"], "no other dog's recording");
}

#[test]
fn a_dog_without_a_name_hears_none() {
    let mut hall = Hall::new();
    hall.knows("elsa", None);
    hall.shows(&[standing()]);
    let began = hall.millis();
    hall.until(CoachStage::Command, 10_000);
    assert!(hall.millis() - began < 2_600, "half a second is all");
    hall.pass(1_000);
    assert_eq!(hall.words, ["talks/default/sit.wav"], "never the word of all dogs");
}

#[test]
fn the_owner_says_which_dog_it_is() {
    let mut hall = Hall::new();
    let select = |hall: &mut Hall, dog: Option<&str>| {
        hall.bench.ask(ALICE, Command::Coach(CoachCommand::SelectDog { dog: dog.map(id) }))
    };
    let unknown = CoachRefusal::NoSuchDog { dog: id("elsa"), meant: None };
    assert_eq!(select(&mut hall, Some("elsa")), Reply::Refused(Refusal::Coach(unknown)));
    hall.knows("elsa", None);
    hall.knows("bezik", None);
    assert_eq!(select(&mut hall, Some("elsa")), Reply::Accepted);
    hall.shows(&[standing()]);
    hall.until(CoachStage::Greeting, 10_000);
    let known = hall.bench.brain.status(hall.bench.now).coach.unwrap().known;
    assert_eq!(known.map(|known| known.dog), Some(id("elsa")));
    assert_eq!(select(&mut hall, None), Reply::Accepted);
}

/// Without an eye, a voice, or an ear for what is heard, nothing is taught: the coach says what it waits for.
#[test]
fn what_the_coach_cannot_teach_without_is_told() {
    let mut hall = Hall::new();
    let lacks = |hall: &Hall| hall.bench.brain.status(hall.bench.now).coach.unwrap().lacks;
    let health = |hall: &mut Hall, part, condition| {
        hall.bench.read(Reading::Health { part, health: Health { condition, ..Health::default() } });
    };
    let failed = Condition::Failed(Trouble::BusSilent);
    for part in [Part::Detector, Part::Speaker] {
        health(&mut hall, part, failed);
        assert_eq!(lacks(&hall), Some(part));
        health(&mut hall, part, Condition::Ok);
        assert_eq!(lacks(&hall), None);
    }
    health(&mut hall, Part::Microphone, failed);
    assert_eq!(lacks(&hall), None, "what is seen needs no ear");
    hall.force("speak", false);
    assert_eq!(lacks(&hall), Some(Part::Microphone));
}

#[test]
fn progress_is_told_twice_a_second() {
    let mut hall = Hall::new();
    hall.shows(&[standing()]);
    hall.until(CoachStage::Watching, 10_000);
    hall.pass(3_010);
    let told = hall.facts().iter().filter(|(_, fact)| matches!(fact, CoachFact::Progress { .. })).count();
    assert_eq!(told, 6);
    hall.shows(&[sitting()]);
    hall.pass(1_500);
    let best = hall
        .facts()
        .iter()
        .filter_map(|(_, fact)| match fact {
            CoachFact::Progress { held, target, confidence, .. } => Some((*held, *target, *confidence)),
            _ => None,
        })
        .max_by_key(|(held, ..)| *held)
        .unwrap();
    assert!(best.0 > Micros::ZERO && best.1 == Micros::from_secs(1) && best.2.get() > 0.65, "{best:?}");
}

#[test]
fn the_head_follows_a_dog_and_a_person_points_it_elsewhere() {
    let mut hall = Hall::new();
    let edge = dog(0.12, 0.5, 0.3);
    hall.shows(&[edge]);
    hall.until(CoachStage::Greeting, 10_000);
    let pan = |hall: &Hall| hall.bench.body.gazes.last().map_or(0.0, |gaze| gaze.pan.get());
    let report = |hall: &mut Hall| {
        let Some(gaze) = hall.bench.body.gazes.last().copied() else { return };
        hall.bench.read(Reading::Head(wimz_vocabulary::HeadState { pan: gaze.pan, tilt: gaze.tilt }));
    };
    let before = pan(&hall);
    for _ in 0..20 {
        hall.pass(50);
        report(&mut hall);
    }
    let turned = pan(&hall) - before;
    assert!((1.5..2.5).contains(&turned), "slowly: {turned}");
    let cut = Sighting { area: wimz_vocabulary::Area { left: Ratio::ZERO, ..edge.area }, ..edge };
    hall.shows(&[cut]);
    let before = pan(&hall);
    for _ in 0..20 {
        hall.pass(50);
        report(&mut hall);
    }
    let turned = pan(&hall) - before;
    assert!((5.0..7.0).contains(&turned), "fast: {turned}");

    let left = wimz_vocabulary::Degrees::new(-20.0).unwrap();
    hall.bench.ask(BOB, Command::PointHead { pan: Some(left), tilt: None });
    report(&mut hall);
    hall.pass(9_000);
    assert_eq!(pan(&hall), -20.0, "a person's pointing stands");
    hall.pass(2_000);
    assert!(pan(&hall) > -20.0);

    let before = hall.bench.body.gazes.len();
    hall.bench.ask(ALICE, Command::Coach(CoachCommand::SetTracking { on: false }));
    hall.pass(5_000);
    assert_eq!(hall.bench.body.gazes.len(), before, "it may not");
    assert_eq!(hall.bench.brain.status(hall.bench.now).drive.epoch, StopEpoch(0));
}
