//! What comes to an ear: distance, walls, the room, several at once.

use wimz_vocabulary::document::Document;
use wimz_vocabulary::{Micros, Ratio, RobotTime, SoundName};
use wimz_world::chips::sound_card::Heard;
use wimz_world::geometry::Spot;
use wimz_world::happening::Happening;
use wimz_world::room::Room;
use wimz_world::sound::voices::BLOCK;
use wimz_world::sound::{Acoustics, SEATS, Soundscape, Utterance, Voice};

use crate::measure::{mean, peak, share};

pub fn living_room() -> Room {
    let text = include_str!("../../../../assets/rooms/living_room.toml");
    Room::parse(&Document::new("living_room.toml", text)).unwrap()
}

fn empty_room() -> Room {
    let text = include_str!("../../../../assets/rooms/empty.toml");
    Room::parse(&Document::new("empty.toml", text)).unwrap()
}

fn spot(x: f32, y: f32) -> Spot {
    Spot { x, y, z: 0.3 }
}

const EAR: Spot = Spot { x: 3.0, y: 2.0, z: 0.2 };
const BARK: Utterance =
    Utterance { voice: Voice::Bark, pitch: 400.0, length: Micros::from_millis(200), loudness: 95.0 };

/// So many blocks from where it was left.
fn listen(scape: &mut Soundscape, from: u64, blocks: u64) -> Vec<f32> {
    let mut heard = Vec::new();
    for block in from + 1..=from + blocks {
        let mut samples = [1.0; BLOCK];
        scape.mix(RobotTime::from_micros(block * 20_000), EAR, &mut samples);
        heard.extend(samples);
    }
    heard
}

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

#[test]
fn nearer_is_louder_and_a_room_full_of_cushions_is_softer_than_a_bare_one() {
    let (full, bare) = (Acoustics::new(&living_room()), Acoustics::new(&empty_room()));
    assert!((0.4..0.9).contains(&full.reverberation()), "{} s", full.reverberation());
    let levels =
        [0.2, 0.5, 1.0, 2.0, 4.0].map(|apart| full.level(spot(0.5, 1.0), spot(0.5 + apart, 1.0), 90.0));
    assert!(levels.windows(2).all(|near| near[0] > near[1]), "{levels:?}");
    // Near it the straight way counts, far away the room.
    assert!(levels[0] - levels[1] > 6.0 && levels[3] - levels[4] < 1.0, "{levels:?}");
    let [near, far] = [0.5, 3.43].map(|apart| full.path(spot(0.5, 1.0), spot(0.5 + apart, 1.0)));
    assert!((near.direct * 0.5 - far.direct * 3.43).abs() < 1e-3, "half as far is twice the pressure");
    assert_eq!((near.delay, far.delay), (23, 160), "3 ms a metre");
    let absorption = |room: &Room, acoustics: &Acoustics| {
        0.161 * room.width * room.depth * room.height / acoustics.reverberation()
    };
    let share = |room: &Room, acoustics: &Acoustics| {
        let walls = 2.0 * (room.width * room.depth + (room.width + room.depth) * room.height);
        absorption(room, acoustics) / walls
    };
    assert!(share(&living_room(), &full) > 1.3 * share(&empty_room(), &bare));
    // What is outside comes through a wall.
    let inside = full.level(Spot { x: 5.9, ..full.hall() }, EAR, 80.0);
    let outside = full.level(full.hall(), EAR, 80.0);
    assert!((18.0..30.0).contains(&(inside - outside)), "{inside} {outside}");
}

#[test]
fn a_bark_comes_as_loud_as_the_room_says_and_as_late_as_it_is_far() {
    for (place, from) in [spot(2.5, 2.0), spot(1.0, 2.0), spot(0.5, 4.0)].into_iter().enumerate() {
        let mut scape = Soundscape::new(RobotTime::BOOT, &living_room(), place as u64);
        scape.utter(at(7), from, BARK);
        let heard = listen(&mut scape, 0, 30);
        let expected = scape.acoustics().level(from, EAR, BARK.loudness);
        let level = peak(&heard);
        // It is over before the room is quite full of it.
        assert!((expected - 4.0..expected + 1.5).contains(&level), "{level}, {expected} at last");
        let begins = heard.iter().position(|sample| sample.abs() > 0.05).unwrap() as f32 / 16.0;
        let path = scape.acoustics().path(from, EAR);
        let due = 7.0 + path.delay as f32 / 16.0;
        assert!((due..due + 4.0).contains(&begins), "{begins} ms, due at {due}");
        // The room keeps it for a while.
        let tail = mean(&heard[16 * 240..16 * 300]);
        assert!((level - 25.0..level - 5.0).contains(&tail), "{tail} after {level}");
    }
}

#[test]
fn sounds_add_up_and_nothing_else_is_changed_by_them() {
    let mut quiet = Soundscape::new(RobotTime::BOOT, &living_room(), 5);
    let mut left = Soundscape::new(RobotTime::BOOT, &living_room(), 5);
    let mut both = Soundscape::new(RobotTime::BOOT, &living_room(), 5);
    left.utter(at(30), spot(1.0, 1.0), BARK);
    both.utter(at(30), spot(1.0, 1.0), BARK);
    // Later drawn than the other, so that it draws nothing away from it.
    let second = Utterance { pitch: 700.0, ..BARK };
    both.utter(at(130), spot(5.0, 3.0), second);
    let (quiet, left, both) = (listen(&mut quiet, 0, 40), listen(&mut left, 0, 40), listen(&mut both, 0, 40));
    let until = 16 * 130;
    assert_eq!(both[..until], left[..until]);
    let energy = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    // What the second adds to the first is as loud as it is alone.
    let added: Vec<f32> = both.iter().zip(&left).map(|(both, left)| both - left).collect();
    let first: Vec<f32> = left.iter().zip(&quiet).map(|(left, quiet)| left - quiet).collect();
    assert!((peak(&added) - peak(&first)).abs() < 3.0, "{} {}", peak(&added), peak(&first));
    assert!(energy(&both, &left) > 0.1 && energy(&left, &quiet) > 0.1);
}

#[test]
fn a_quiet_room_is_quiet_and_the_house_is_heard_over_it() {
    let heard = |happening: Option<Happening>| {
        let mut scape = Soundscape::new(RobotTime::BOOT, &living_room(), 3);
        happening.into_iter().for_each(|happening| scape.happen(at(0), happening));
        listen(&mut scape, 0, 250)
    };
    let quiet = heard(None);
    assert!((46.0..50.0).contains(&mean(&quiet)), "{}", mean(&quiet));
    assert_eq!(heard(Some(Happening::Passerby)), quiet, "not through the window");
    let span = Micros::from_secs(3);
    for (happening, low, high) in [
        (Happening::Doorbell, 56.0, 70.0),
        (Happening::Thunder, 66.0, 90.0),
        (Happening::Television(span), 58.0, 82.0),
        (Happening::Speech(span), 58.0, 82.0),
        (Happening::Owner { home: true }, 56.0, 72.0),
    ] {
        let sound = heard(Some(happening));
        let level = peak(&sound);
        assert!((low..high).contains(&level), "{happening:?}: {level}");
        if matches!(happening, Happening::Television(_) | Happening::Speech(_)) {
            assert!(mean(&sound[16 * 4_200..]) < 51.0, "{happening:?} is over");
        }
    }
}

#[test]
fn the_robot_hears_itself_and_the_same_file_always_sounds_the_same() {
    let play = |name: &str, volume: f32, seed: u64| {
        let mut scape = Soundscape::new(RobotTime::BOOT, &living_room(), seed);
        let heard = Heard { sound: SoundName::new(name).unwrap(), volume: Ratio::clamped(volume) };
        let mut samples = Vec::new();
        for block in 0..100 {
            scape.play((block < 75).then_some(heard));
            samples.extend(listen(&mut scape, block, 1));
        }
        samples
    };
    let floor = listen(&mut Soundscape::new(RobotTime::BOOT, &living_room(), 1), 0, 100);
    let own = |name: &str, volume: f32| -> Vec<f32> {
        play(name, volume, 1).iter().zip(&floor).map(|(all, floor)| all - floor).collect()
    };
    let loud = own("talks/default/sit.wav", 1.0);
    assert!(peak(&loud) > 90.0, "{}", peak(&loud));
    let soft = own("talks/default/sit.wav", 0.1);
    assert!((peak(&loud) - peak(&soft) - 20.0).abs() < 0.5, "a tenth is 20 dB less");
    assert!(
        peak(&loud[16 * 1_900..]) < 80.0,
        "what is stopped only rings out: {}",
        peak(&loud[16 * 1_900..])
    );
    assert!(mean(&own("talks/default/sit.wav", 0.0)) < -100.0);
    assert_ne!(own("talks/default/no.wav", 1.0), loud);
    let song = own("songs/default/slow_river.wav", 1.0);
    assert!(share(&song, 0.0, 2_000.0) > 0.95, "a song is music");
    // Another run, another floor, the same file.
    let other = listen(&mut Soundscape::new(RobotTime::BOOT, &living_room(), 2), 0, 100);
    let again = play("talks/default/sit.wav", 1.0, 2);
    let off = again.iter().zip(&other).zip(&loud).map(|((all, floor), loud)| (all - floor - loud).abs());
    assert!(off.fold(0.0, f32::max) < 1e-4);
    // A signal that has rung away does not begin anew while the card still plays the file.
    let chime = own("wimz/ready.wav", 1.0);
    assert!(peak(&chime[..8_000]) > peak(&chime[22_000..]) + 6.0);
}

#[test]
fn what_a_voice_has_to_be_heard_over_is_known() {
    let mut scape = Soundscape::new(RobotTime::BOOT, &living_room(), 3);
    let (dog, robot) = (spot(1.0, 2.0), spot(4.0, 2.0));
    let quiet = scape.noise_at(at(0), dog, robot);
    assert!((40.0..44.0).contains(&quiet), "{quiet}");
    scape.happen(at(0), Happening::Television(Micros::from_secs(10)));
    let noisy = scape.noise_at(at(5_000), dog, robot);
    assert!(noisy > quiet + 12.0, "{noisy}");
    assert_eq!(scape.noise_at(at(10_000), dog, robot), quiet, "it is off, whether somebody listened or not");
    scape.drive(0.7, -0.7);
    let driving = scape.noise_at(at(10_000), dog, robot);
    assert!((quiet + 5.0..noisy).contains(&driving), "{driving}");
}

#[test]
fn seats_are_few_and_what_nobody_listened_to_is_gone() {
    let mut scape = Soundscape::new(RobotTime::BOOT, &living_room(), 3);
    for _ in 0..SEATS + 3 {
        scape.utter(at(0), spot(1.0, 1.0), BARK);
    }
    assert_eq!(scape.unheard(), 3);
    assert!(peak(&listen(&mut scape, 0, 5)) > 95.0);
    listen(&mut scape, 5, 20);
    scape.utter(at(500), spot(1.0, 1.0), BARK);
    assert_eq!(scape.unheard(), 3, "the seats are free again");
    // Nobody listens for ten seconds; what barks then is heard whole.
    let quiet = listen(&mut scape, 525, 2);
    assert!(peak(&quiet) < 60.0, "{}", peak(&quiet));
    scape.utter(at(10_540), spot(1.0, 1.0), BARK);
    assert!(peak(&listen(&mut scape, 527, 10)) > 92.0);
}
