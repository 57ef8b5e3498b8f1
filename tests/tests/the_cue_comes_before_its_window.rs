//! Whatever the trick, whoever's voice, however slow the speaker: the cue has been heard to its end before its window opens,
//! and what was not heard to its end opens none. By what the room's own sound card plays, not by the robot's word. Field
//! rows C9, C11.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_brain::DogCard;
use wimz_simulator::Outside;
use wimz_simulator::outside::Breakage;
use wimz_tests::steps::{ALICE, Run, at, dog, mode, ms};
use wimz_vocabulary::{
    CoachCommand, CoachFact, Command, DogId, EventBody, Micros, Mode, RobotTime, SoundName, TagId, Track,
    TrickName,
};
use wimz_world::Fault;
use wimz_world::geometry::Pose;

/// How often the room is looked at.
const LOOK: Micros = Micros::from_millis(2);
const TRICKS: [&str; 5] = ["sit", "laydown", "come", "spin", "speak"];
/// The robot's own voice, and recordings of the owner's of these lengths.
const VOICES: [Option<u64>; 4] = [None, Some(350), Some(1_900), Some(4_300)];
/// What a card's buffer may hold back.
const LAGS: [u64; 3] = [0, 120, 700];

/// What was heard of a cue, and when its window opened.
struct Lesson {
    first: Option<RobotTime>,
    last: Option<RobotTime>,
    opened: Option<RobotTime>,
    length: Micros,
}

/// After so long, this is done to the room.
type Interruption = (Micros, fn(&mut Run));

/// Nell in front of the robot; it is to teach her this with a voice of this length, through a speaker that is so slow.
/// `after` so much of the cue, something is done to the room.
fn lesson(trick: &str, voice: Option<u64>, lag: u64, after: Option<Interruption>) -> Lesson {
    let before = Pose { x: 2.1, y: 3.3, heading: -core::f32::consts::FRAC_PI_2 };
    let mut run = Run::among("empty", vec![dog("nell", 315, Some(before))], 1);
    run.session.world().set_speaker_lag(ms(lag));
    run.go(at(300));
    let mut cue = SoundName::new(&format!("talks/default/{trick}.wav")).unwrap();
    let known = wimz_simulator::assets::sounds().into_iter().find(|track| track.name == cue);
    let mut length = known.unwrap().length;
    if let Some(millis) = voice {
        (cue, length) = (SoundName::new(&format!("talks/dog_nell/{trick}.wav")).unwrap(), ms(millis));
        run.enter(Outside::Sound(Track { name: cue, length }));
    }
    run.enter(Outside::Dog(DogCard { id: DogId::new("nell").unwrap(), tag: Some(TagId(315)) }));
    run.ask(ALICE, mode(Mode::Coach)).unwrap();
    let name = TrickName::new(trick).unwrap();
    run.ask(ALICE, Command::Coach(CoachCommand::ForceTrick { trick: name, replace: false })).unwrap();
    let mut lesson = Lesson { first: None, last: None, opened: None, length };
    let mut after = after;
    while run.now() < at(25_000) && lesson.opened.is_none() {
        run.wait(LOOK);
        if run.session.world().heard().is_some_and(|heard| heard.sound == cue) {
            lesson.first.get_or_insert(run.now());
            lesson.last = Some(run.now());
        }
        if let Some((span, hand)) = after
            && lesson.first.is_some_and(|first| run.now().since(first) >= span)
        {
            hand(&mut run);
            after = None;
        }
        let opened = |fact: &EventBody| matches!(fact, EventBody::Coach(CoachFact::WindowOpened { .. }));
        lesson.opened = run.events().find(|event| opened(&event.body)).map(|event| event.at);
    }
    lesson
}

#[test]
fn every_cue_in_every_voice_through_every_speaker() {
    let mut lessons = 0;
    for trick in TRICKS {
        for voice in VOICES {
            for lag in LAGS {
                let name = format!("{trick}, {voice:?} ms, {lag} ms late");
                let Lesson { first, last, opened, length } = lesson(trick, voice, lag, None);
                let (first, last) = (first.expect(&name), last.expect(&name));
                let opened = opened.unwrap_or_else(|| panic!("{name}: no window"));
                assert!(
                    opened >= last,
                    "{name}: the window opens at {opened}, and the cue is heard until {last}"
                );
                let heard = last.since(first) + LOOK + LOOK;
                assert!(heard >= length, "{name}: {heard} of {length}");
                let late = opened.since(last);
                assert!(
                    late <= ms(550),
                    "{name}: the window opens {late} after the cue: the dog has moved by then"
                );
                lessons += 1;
            }
        }
    }
    assert_eq!(lessons, 60);
}

#[test]
fn a_cue_that_is_cut_off_opens_no_window() {
    let pulled = |run: &mut Run| {
        run.enter(Outside::Fault(Breakage { fault: Fault::SpeakerGone, lasts: None }));
    };
    let stopped = |run: &mut Run| {
        run.ask(ALICE, Command::StopSound).unwrap();
        run.ask(ALICE, mode(Mode::Idle)).unwrap();
    };
    for trick in TRICKS {
        for hand in [pulled as fn(&mut Run), stopped] {
            let Lesson { first, opened, length, .. } = lesson(trick, Some(1_900), 0, Some((ms(400), hand)));
            assert!(first.is_some() && length == ms(1_900), "{trick}");
            assert_eq!(opened, None, "{trick}");
        }
    }
}
