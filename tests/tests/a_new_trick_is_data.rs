//! A trick that nobody has thought of yet is a file of data, and a line in the character of a dog that knows it.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test writes files of its own, and may stop at the first surprise"
)]

use wimz_brain::plans::PlanKind;
use wimz_simulator::assets::{self, Kind, Source};
use wimz_simulator::scenario::Scenario;
use wimz_simulator::session::DogSetting;
use wimz_simulator::{Outside, Session, Setting};
use wimz_tests::steps::{at, dog, mode, read, setting};
use wimz_vocabulary::{
    ClientId, CoachCommand, CoachFact, Command, EventBody, Micros, Mode, Request, RequestId, SoundName,
    StopEpoch, Track, TrickMiss, TrickName,
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

/// The first word on the trick in a scenario of the how-to's kind, in which the robot has this sound.
fn by_scenario(sound: &str) -> CoachFact {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let trick = write("settle.toml", TRICK);
    let nell = write("nell.toml", &(assets::find(Kind::Dog, "nell").unwrap().text + WORDS));
    let text = format!(
        r#"about = "Nell settles"
room = "empty"
robot = "gen2"
length = "45s"
tricks = [{trick:?}]
[[sound]]
name = "{sound}"
length = "700ms"
[[dog]]
name = "nell"
character = {nell:?}
at = [2.1, 3.3]
facing = 270
[[input]]
at = "300ms"
command = "set_mode"
data = {{ mode = "coach" }}
[[input]]
at = "400ms"
command = "force_trick"
data = {{ trick = "settle" }}
"#
    );
    let source = Source { name: "settles.toml".to_owned(), text };
    let scenario = Scenario::parse(&source.document()).unwrap();
    let mut session = Session::new(&scenario.setting(&source, 1).unwrap().read().unwrap(), 1);
    for (at, outside) in &scenario.inputs(1) {
        session.run_until(*at);
        session.enter(outside.clone());
    }
    session.run_until(at(45_000));
    let first = session.drain_lines().find_map(|line| match line {
        wimz_simulator::Line::Robot(event) => match event.body {
            EventBody::Coach(fact @ (CoachFact::TrickDone { .. } | CoachFact::TrickMissed { .. })) => {
                Some(fact)
            }
            _ => None,
        },
        _ => None,
    });
    first.unwrap()
}

#[test]
fn a_scenario_brings_the_word_of_its_trick() {
    assert!(matches!(by_scenario("talks/default/settle.wav"), CoachFact::TrickDone { .. }));
    let other = by_scenario("talks/default/other.wav");
    assert!(matches!(other, CoachFact::TrickMissed { why: TrickMiss::CueNotHeard, .. }), "{other:?}");
}
