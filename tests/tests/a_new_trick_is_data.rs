//! A trick that nobody has thought of yet is a file of data, and a line in the character of a dog that knows it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_brain::plans::PlanKind;
use wimz_simulator::assets::{self, Kind, Source};
use wimz_simulator::session::DogSetting;
use wimz_simulator::{Outside, Session, Setting};
use wimz_tests::steps::{at, dog, mode, read, setting};
use wimz_vocabulary::{
    ClientId, CoachCommand, CoachFact, Command, EventBody, Micros, Mode, Request, RequestId, SoundName,
    StopEpoch, Track, TrickName,
};
use wimz_world::geometry::Pose;

const TRICK: &str = r#"description = "The dog lies down and stays so for three seconds."
cue = "settle"
window = "20s"

[[wanted]]
behavior = "lie"
hold = "3s"
confidence = 0.7
"#;

const WORDS: &str = "\n[words]\nsettle = \"laydown\"\n";

/// How long a dog with these words of its own lay, if it did what the robot asked of it.
fn taught(words: &str) -> Option<Micros> {
    let mut nell = assets::find(Kind::Dog, "nell").unwrap();
    nell.text += words;
    let before = Pose { x: 2.1, y: 3.3, heading: -core::f32::consts::FRAC_PI_2 };
    let dogs = vec![DogSetting { character: nell, ..dog("nell", 315, Some(before)) }];
    let trick = Source { name: "settle.toml".to_owned(), text: TRICK.to_owned() };
    let cast = read(&Setting { dogs, plans: vec![(PlanKind::Trick, trick)], ..setting("empty", 1) });
    let mut session = Session::new(&cast, 1);
    session.run_until(at(300));
    let name = SoundName::new("talks/default/settle.wav").unwrap();
    session.enter(Outside::Sound(Track { name, length: Micros::from_millis(700) }));
    let trick = TrickName::new("settle").unwrap();
    let force = Command::Coach(CoachCommand::ForceTrick { trick, replace: false });
    for (number, command) in [mode(Mode::Coach), force].into_iter().enumerate() {
        let (id, from) = (RequestId(number as u64), ClientId(1));
        session.enter(Outside::Request(Request { id, from, stops: StopEpoch::default(), command }));
    }
    session.run_until(at(45_000));
    session.drain_lines().find_map(|line| match line {
        wimz_simulator::Line::Robot(event) => match event.body {
            EventBody::Coach(CoachFact::TrickDone { trick: done, held, .. }) if done == trick => Some(held),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn a_dog_that_knows_the_word_does_the_trick() {
    assert!((TRICK.lines().count() + WORDS.lines().count()) <= 30);
    assert!(taught(WORDS) >= Some(Micros::from_secs(3)));
}

#[test]
fn one_that_does_not_know_it_does_not() {
    assert_eq!(taught(""), None);
}
