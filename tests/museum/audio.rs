//! A: audio.

use serde_json::json;
use wimz_brain::DogCard;
use wimz_simulator::Outside;
use wimz_simulator::outside::Breakage;
use wimz_tests::stand::Stand;
use wimz_tests::steps::{ALICE, Run, at, dog, mode, ms, setting};
use wimz_tests::talk::{say, wav};
use wimz_vocabulary::{
    Command, Condition, DogId, EventBody, Micros, Mode, Part, PlayerState, Reply, RobotTime, SoundEnd,
    SoundName, Track, Trouble,
};
use wimz_world::geometry::Pose;
use wimz_world::{Fault, Happening, WorldFact};

use crate::bench::{self, Bench};
use crate::room::Room;

const SONG: &str = "songs/default/slow_river.wav";

fn sound(name: &str) -> SoundName {
    SoundName::new(name).unwrap()
}

fn barks(run: &Run) -> usize {
    run.events().filter(|event| matches!(event.body, EventBody::Barked { .. })).count()
}

/// What the room's own card plays, from one change to the next, and when that began.
fn listen(run: &mut Run, until: RobotTime) -> Vec<(RobotTime, Option<String>)> {
    let mut heard: Vec<(RobotTime, Option<String>)> = Vec::new();
    while run.now() < until {
        run.wait(ms(10));
        let now = run.session.world().heard().map(|heard| heard.sound.as_str().to_owned());
        if heard.last().is_none_or(|(_, last)| *last != now) {
            heard.push((run.now(), now));
        }
    }
    heard
}

/// Somebody else had opened the microphone, and the detector was deaf for the whole session without a word. Here an ear
/// that hears nothing is a part that failed: it is told, it is no quiet, and it is tried again until it hears.
#[test]
fn a1_an_ear_that_somebody_took_says_so_and_comes_back() {
    let mut run = Run::new("empty", 1);
    run.wait(ms(5_000));
    assert!(run.session.status().hearing.quiet.is_some());
    let taken = Breakage { fault: Fault::MicrophoneTaken, lasts: Some(Micros::from_secs(10)) };
    run.enter(Outside::Fault(taken));
    run.wait(ms(3_000));
    let status = run.session.status();
    assert_eq!(status.part(Part::Microphone).condition, Condition::Failed(Trouble::Taken));
    assert_eq!(status.hearing.quiet, None);
    // The old rule: no bark was heard, so it is quiet.
    assert_eq!(status.hearing.barks, 0, "as in a quiet room");
    run.wait(ms(12_000));
    let status = run.session.status();
    assert_eq!(status.part(Part::Microphone).condition, Condition::Ok);
    assert!(status.hearing.quiet.is_some());
}

/// The robot heard its own music and words as barks. Here time under its own speaker, and a while after it, is neither bark
/// nor quiet.
#[test]
fn a2_the_robot_s_own_voice_is_no_bark() {
    let mut bench = Bench::new();
    bench.sound("talks/default/no.wav", 2);
    bench.hear(&Room::new().quiet(2_000));
    let before = bench.quiet().unwrap();
    bench.ask(bench::ALICE, Command::Play { sound: sound("talks/default/no.wav") });
    // What comes out of the speaker goes into the microphone: to an ear it is a dog.
    bench.hear(&Room::barking(4));
    assert_eq!(bench.barks().len(), 0, "its own");
    assert!(bench.quiet().unwrap() <= before + ms(100), "and no quiet either");
    let mut deaf_to_itself = Bench::new();
    deaf_to_itself.hear(&Room::new().quiet(2_000));
    deaf_to_itself.hear(&Room::barking(4));
    assert_eq!(
        deaf_to_itself.barks().len(),
        4,
        "the same sound, with no speaker of its own: the old robot's count"
    );
}

/// Television made barks, and the threshold that kept it out kept dogs out. Here a minute of television has none, and the
/// dogs of the same room are heard.
#[test]
fn a3_television_is_no_dog_and_a_dog_is_one() {
    let mut run = Run::new("living_room", 1);
    run.wait(ms(2_000));
    run.enter(Outside::House(Happening::Television(Micros::from_secs(60))));
    run.wait(ms(61_000));
    assert_eq!(barks(&run), 0);
    for loud in [1_500.0, 6_000.0, 20_000.0] {
        let mut bench = Bench::new();
        bench.hear(&Room::new().quiet(2_000).bark(160, loud).quiet(500).bark(300, loud).quiet(500));
        assert_eq!(bench.barks().len(), 2, "at {loud}");
    }
    // The old rule: a threshold of loudness. One that lets a soft dog in lets a deep voice in as well.
    let voice = || {
        Room::new().quiet(2_000).sound(600, 60, 200, |n, _| {
            let swing = libm::sinf(n as f32 * 150.0 / 16_000.0 * std::f32::consts::TAU);
            4_000.0 * swing * swing * swing
        })
    };
    let loudness = |room: &Room| room.samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
    assert!(loudness(&voice()) > loudness(&Room::new().bark(160, 1_500.0)));
    let mut bench = Bench::new();
    bench.hear(&voice().quiet(500));
    assert_eq!(bench.barks().len(), 0);
}

/// A dog without a recording of its own was called in another household's voice. Here there is its own, else the robot's,
/// and no third.
#[test]
fn a4_a_dog_without_a_recording_hears_the_robot_s_voice() {
    let mut run = Run::new("empty", 1);
    run.wait(ms(500));
    let (elsa, bezik) = (DogId::new("elsa").unwrap(), DogId::new("bezik").unwrap());
    for id in [elsa, bezik] {
        run.enter(Outside::Dog(DogCard { id, tag: None }));
    }
    run.enter(Outside::Sound(Track { name: sound("talks/dog_elsa/come.wav"), length: ms(700) }));
    let mut called = |dog: DogId| {
        run.wait(ms(4_000));
        assert_eq!(run.ask(ALICE, Command::CallDog { dog: Some(dog) }), Some(Reply::Accepted));
        run.wait(ms(300));
        run.session.world().heard().unwrap().sound.as_str().to_owned()
    };
    assert_eq!(called(elsa), "talks/dog_elsa/come.wav");
    assert!(called(bezik).starts_with("talks/default/"));
    // The old fallback: whatever there is for that word, by the first folder that has it.
    let folders = ["talks/dog_elsa/come.wav", "talks/default/come_here.mp3"];
    assert_eq!(folders.iter().find(|path| path.contains("/come")), Some(&"talks/dog_elsa/come.wav"));
}

/// A voice was stored under an id, an ending or an address that the player did not look for. Here the answer to a
/// recording names the file that is played, whichever way the dog's id is written.
#[test]
fn a5_a_voice_that_was_taken_is_the_voice_that_is_heard() {
    let ready: &[u8] = include_bytes!("../../assets/sounds/wimz/ready.wav");
    for (stored, called) in [("elsa", "dog_elsa"), ("dog_elsa", "elsa")] {
        let stand = Stand::start();
        let mut client = stand.client();
        client.until("status_update", |status| status["health"]["speaker"]["state"] == "ok");
        let (status, put, _) =
            stand.rest().bytes("PUT", &format!("/voices/{stored}/come"), "audio/wav", ready);
        assert_eq!(status, 200, "{put}");
        assert_eq!(client.ask("call_dog", json!({ "dog_id": called }))["success"], true);
        let begun = std::time::Instant::now();
        while stand.rest().get("/audio/current").1["file"] != put["file"] {
            assert!(begun.elapsed() < wimz_tests::stand::PATIENCE, "{put}");
        }
        // The old paths.
        assert_ne!(format!("talks/{stored}/come.wav"), format!("talks/{called}/come.wav"));
        stand.end();
    }
}

/// What was said while something else was being said was lost. Here messages wait for one another.
#[test]
fn a6_a_second_message_is_heard_after_the_first() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.until("status_update", |status| status["health"]["speaker"]["state"] == "ok");
    say(&mut client, "first", &wav(500));
    say(&mut client, "second", &wav(200));
    for id in ["first", "second"] {
        let played = client.message_until(id, |message| message["type"] == "audio_played");
        assert_eq!((&played["id"], &played["success"]), (&json!(id), &json!(true)), "{played}");
    }
    // The old player: busy is no.
    let old = |playing: bool| !playing;
    assert!(!old(true));
    stand.end();
}

/// The first bark found the classifier still to be loaded, and everything stood for ten seconds. Here the first bark is
/// told as soon after its end as any other.
#[test]
fn a9_the_first_bark_is_told_as_soon_as_the_tenth() {
    let mut bench = Bench::new();
    bench.hear(&Room::new().quiet(2_000));
    let mut late = Vec::new();
    for _ in 0..10 {
        let begun = bench.now;
        let from = bench.told.len();
        bench.hear(&Room::new().bark(180, 6_000.0).quiet(1_300));
        let barked = bench.told[from..].iter().find(|event| matches!(event.body, EventBody::Barked { .. }));
        late.push(barked.unwrap().at.since(begun));
    }
    assert!(late.iter().all(|late| *late < ms(600)), "{late:?}");
    assert!(late[0] <= late[9] + ms(40), "{late:?}");
}

/// Music stuttered while the robot drove: the thread that fed the card wrote a log. Here a song is an order to a station
/// of its own: it is heard whole, and as long, whatever the robot does meanwhile.
#[test]
fn a10_a_song_is_heard_whole_while_the_robot_drives() {
    let song = |busy: bool| {
        let mut run = Run::manual("empty");
        run.ask(ALICE, Command::Play { sound: sound(SONG) });
        let mut heard = Vec::new();
        for _ in 0..200 {
            if busy {
                run.hold(ALICE, 0.3, -0.3, ms(50));
                run.ask(ALICE, Command::ShowPattern { pattern: wimz_vocabulary::Pattern::Fire });
            } else {
                run.wait(ms(50));
            }
            heard.push((run.now(), run.session.world().heard().map(|heard| heard.sound)));
        }
        heard
    };
    let (still, busy) = (song(false), song(true));
    assert_eq!(still, busy, "to the same moment");
    let gaps = busy.windows(2).filter(|pair| pair[0].1.is_some() && pair[1].1.is_none()).count();
    assert!(gaps <= 1 && busy[100].1.is_some(), "{gaps}");
}

/// Play and pause were one button that knew nothing of the player, so it paused when it should play. Here the robot says
/// after each press what it does now, and that is what is heard.
#[test]
fn a11_a_toggle_says_what_it_has_come_to() {
    let mut run = Run::new("empty", 1);
    run.wait(ms(500));
    run.ask(ALICE, Command::Play { sound: sound(SONG) });
    run.wait(ms(500));
    // The old app reckons by itself, and does not know that the song was already playing.
    let mut app = false;
    for _ in 0..5 {
        assert_eq!(run.ask(ALICE, Command::ToggleSound), Some(Reply::Accepted));
        app = !app;
        run.wait(ms(200));
        let says = run.session.status().sound.player == PlayerState::Playing;
        assert_eq!(run.session.world().heard().is_some(), says);
        assert_ne!(app, says, "the old one has it the wrong way round");
    }
}

/// Recordings of one make of phone were containers without sound. Here a file is decoded before it is kept, and one with
/// nothing in it is refused.
#[test]
fn a12_a_recording_without_sound_is_refused() {
    let stand = Stand::start();
    // The boxes of an m4a, as a phone writes them before its first sample.
    let empty_m4a = b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom\0\0\0\x08mdat";
    let empty_wav =
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\0\0\0";
    for (kind, file) in [("audio/mp4", &empty_m4a[..]), ("audio/wav", &empty_wav[..])] {
        let (status, answer, _) = stand.rest().bytes("PUT", "/voices/elsa/sit", kind, file);
        assert_eq!((status, &answer["error"]["code"]), (422, &json!("cannot_be_played")), "{kind}: {answer}");
        // The old rule: there is a file, and it is not empty.
        assert!(!file.is_empty());
    }
    assert_eq!(stand.rest().get("/voices").1["voices"], json!([]));
    stand.end();
}

/// Coach and app each had a player, and a command was heard twice at once. Here there is one player: what is heard is one
/// sound at a time, and each cue once.
#[test]
fn a13_a_cue_is_heard_once() {
    let before = Pose { x: 2.1, y: 3.3, heading: -core::f32::consts::FRAC_PI_2 };
    let mut run = Run::among("empty", vec![dog("nell", 315, Some(before))], 1);
    run.go(at(300));
    run.ask(ALICE, mode(Mode::Coach));
    let heard = listen(&mut run, at(12_000));
    let cues = heard.iter().filter(|(_, heard)| heard.as_deref() == Some("talks/default/sit.wav")).count();
    let windows =
        |fact: &EventBody| matches!(fact, EventBody::Coach(wimz_vocabulary::CoachFact::WindowOpened { .. }));
    let opened = run.events().filter(|event| windows(&event.body)).count();
    assert!(opened >= 1 && cues == opened, "{cues} cues, {opened} windows: {heard:?}");
    // Each playing ends before the next begins.
    let mut playing = 0;
    for event in run.events() {
        match event.body {
            EventBody::SoundStarted { .. } => playing += 1,
            EventBody::SoundEnded {
                how: SoundEnd::Finished | SoundEnd::Stopped | SoundEnd::Failed, ..
            } => {
                playing -= 1;
            }
            _ => continue,
        }
        assert!((0..=1).contains(&playing), "at {}", event.at);
    }
}

/// Not a row of its own: the house of these stories has dogs in it that bark, and is no house without sound.
#[test]
fn a_doorbell_makes_the_dog_of_this_house_bark() {
    let robot = wimz_tests::steps::read(&setting("living_room", 1)).room.start;
    let (sin, cos) = robot.heading.sin_cos();
    let near = Pose { x: robot.x + 1.2 * cos, y: robot.y + 1.2 * sin, heading: robot.heading };
    let mut run = Run::among("living_room", vec![dog("pepper", 832, Some(near))], 1);
    run.wait(ms(2_000));
    run.enter(Outside::House(Happening::Doorbell));
    run.wait(ms(15_000));
    let barked = run
        .lines
        .iter()
        .any(|line| matches!(line, wimz_simulator::Line::Room { fact: WorldFact::DogBarked(_), .. }));
    assert!(barked && barks(&run) > 0);
}
