//! Each voice is what its shape says, and unlike the others where it matters to whoever tells them apart.

use wimz_vocabulary::Micros;
use wimz_world::random::Stream;
use wimz_world::sound::voices::*;

use crate::measure::{hear, length, mean, peak, pitch, share};

fn chance(seed: u64) -> Stream {
    Stream::new(seed, "test")
}

fn near(value: f32, wanted: f32, off: f32, what: &str) {
    assert!((value - wanted).abs() <= off, "{what}: {value}, not {wanted} within {off}");
}

#[test]
fn barks_have_the_pitch_length_and_loudness_that_they_should_and_lie_in_the_band_of_barks() {
    for (seed, high, millis, loudness) in [
        (1, 250.0, 300_u16, 100.0),
        (2, 350.0, 200, 95.0),
        (3, 500.0, 150, 90.0),
        (4, 700.0, 110, 85.0),
        (5, 900.0, 80, 80.0),
    ] {
        for roughness in [0.05, 0.3, 0.6] {
            let shape = BarkShape {
                roughness,
                ..BarkShape::new(high, Micros::from_millis(u64::from(millis)), loudness)
            };
            let bark = hear(&mut Bark::new(shape, &mut chance(seed)), 400);
            let what = format!("{high} Hz, {millis} ms, {roughness}");
            near(peak(&bark), loudness, 0.1, &what);
            near(length(&bark), 0.85 * f32::from(millis), 0.15 * f32::from(millis), &what);
            let within = &bark[..16 * usize::from(millis)];
            let (found, periodic) = pitch(&within[160..within.len() * 2 / 3], 150.0, 1_200.0);
            // Harmonics and noise: a hoarse one has hardly a pitch.
            if roughness < 0.5 {
                near(found, high * 0.97, high * 0.06, &what);
                assert!(periodic > 0.6, "{what}: {periodic}");
            } else {
                assert!(periodic < 0.75, "{what}: {periodic}");
            }
            assert!(share(&bark, 400.0, 2_500.0) > 0.45, "{what}: {}", share(&bark, 400.0, 2_500.0));
            assert!(share(&bark, 400.0, 1_800.0) > 0.4, "{what}: {}", share(&bark, 400.0, 1_800.0));
            // Abrupt: half as loud as it gets within 15 ms.
            assert!(mean(&bark[..240]) > loudness - 6.0, "{what}: {}", mean(&bark[..240]));
            assert_eq!(bark[16 * usize::from(millis)..].iter().find(|sample| **sample != 0.0), None);
        }
    }
}

#[test]
fn growls_are_low_and_slow_and_whines_thin_and_high() {
    let shape = GrowlShape { pitch: 100.0, length: Micros::from_millis(1_500), loudness: 72.0 };
    let growl = hear(&mut Growl::new(shape, &mut chance(1)), 1_500);
    near(peak(&growl), 72.0, 0.1, "growl");
    near(pitch(&growl[8_000..10_000], 60.0, 300.0).0, 100.0, 12.0, "growl");
    assert!(share(&growl, 0.0, 400.0) > 0.75, "{}", share(&growl, 0.0, 400.0));
    assert!(mean(&growl[..320]) < 60.0, "it has no edge: {}", mean(&growl[..320]));

    for high in [600.0, 1_100.0, 1_800.0] {
        let shape = WhineShape { pitch: high, length: Micros::from_millis(900), loudness: 66.0, glide: 0.2 };
        let whine = hear(&mut Whine::new(shape, &mut chance(2)), 900);
        near(peak(&whine), 66.0, 0.1, "whine");
        let (found, periodic) = pitch(&whine[7_000..7_400], 300.0, 3_000.0);
        near(found, high, 0.08 * high, "whine");
        assert!(periodic > 0.95, "{periodic}");
        let begin = pitch(&whine[1_000..1_400], 300.0, 3_000.0).0;
        assert!(begin < found, "it rises: {begin} to {found}");
        assert!(share(&whine, 0.85 * high, 1.15 * high) > 0.9, "thin");
    }

    let shape = HowlShape { pitch: 450.0, length: Micros::from_secs(3), loudness: 90.0 };
    let howl = hear(&mut Howl::new(shape, &mut chance(3)), 3_000);
    near(peak(&howl), 90.0, 0.1, "howl");
    near(pitch(&howl[20_000..21_000], 200.0, 900.0).0, 450.0, 15.0, "howl");
    assert!(pitch(&howl[800..1_600], 200.0, 900.0).0 < 400.0, "it rises");
}

#[test]
fn somebody_who_talks_has_syllables_and_pauses_and_the_television_more_than_that() {
    for (seed, high) in [(1, 110.0), (2, 220.0)] {
        let shape = SpeechShape { pitch: high, tempo: 4.5, loudness: 62.0 };
        let speech = hear(&mut Speech::new(shape, &mut chance(seed)), 20_000);
        near(mean(&speech), 62.0, 2.0, "speech");
        let levels: Vec<f32> = speech.chunks(BLOCK).map(mean).collect();
        let pauses = levels.iter().filter(|level| **level < 30.0).count();
        assert!((50..500).contains(&pauses), "{pauses} of 1000 blocks");
        // Ups and downs through the average: syllables.
        let rises = levels.windows(2).filter(|near| near[0] < 57.0 && near[1] >= 57.0).count();
        assert!((30..140).contains(&rises), "{rises} in 20 s");
        assert!(share(&speech, 100.0, 4_000.0) > 0.7);
    }
    let set = hear(&mut Television::new(TelevisionShape { loudness: 65.0 }, &mut chance(4)), 120_000);
    near(mean(&set), 65.0, 4.0, "television");
    let seconds: Vec<f32> = set.chunks(16_000).map(mean).collect();
    let loudest = seconds.iter().copied().fold(-200.0, f32::max);
    let softest = seconds.iter().copied().fold(200.0, f32::min);
    assert!(loudest > softest + 8.0, "its level changes: {softest} to {loudest}");
}

#[test]
fn music_bells_thunder_and_blows() {
    let music = hear(&mut Music::new(MusicShape::CALM, &mut chance(1)), 20_000);
    near(mean(&music), MusicShape::CALM.loudness, 3.0, "music");
    assert!(share(&music[..64_000], 0.0, 2_000.0) > 0.95);

    let bell = hear(&mut Doorbell::new(DoorbellShape::ORDINARY), 2_800);
    near(peak(&bell), DoorbellShape::ORDINARY.loudness, 0.1, "doorbell");
    near(pitch(&bell[3_000..5_000], 300.0, 1_000.0).0, 659.0, 20.0, "ding");
    near(pitch(&bell[20_000..24_000], 300.0, 1_000.0).0, 523.0, 20.0, "dong");
    assert!(mean(&bell[40_000..]) < mean(&bell[9_600..14_000]) - 20.0, "it rings away");

    let shape = ThunderShape { length: Micros::from_secs(5), nearness: 0.8, loudness: 95.0 };
    let thunder = hear(&mut Thunder::new(shape, &mut chance(2)), 5_000);
    near(peak(&thunder), 95.0, 0.1, "thunder");
    assert!(share(&thunder, 0.0, 250.0) > 0.9, "{}", share(&thunder, 0.0, 250.0));

    for kind in StrikeKind::ALL {
        let shape = StrikeShape { kind, tuning: 1.0, loudness: 85.0 };
        let blow = hear(&mut Strike::new(shape, &mut chance(3)), 1_000);
        near(peak(&blow), 85.0, 0.1, "blow");
        assert!(peak(&blow[1_600..]) < 76.0, "{kind:?} is soon over: {}", peak(&blow[1_600..]));
    }

    let shape = SqueakShape { pitch: 2_000.0, length: Micros::from_millis(250), loudness: 80.0 };
    let squeak = hear(&mut Squeak::new(shape, &mut chance(4)), 300);
    near(peak(&squeak), 80.0, 0.1, "squeak");
    near(pitch(&squeak[1_600..2_000], 900.0, 3_500.0).0, 2_000.0, 100.0, "squeak");

    near(mean(&hear(&mut NoiseFloor::new(45.0, &mut chance(5)), 4_000)), 45.0, 1.0, "floor");
}

#[test]
fn motors_grow_with_their_duty_and_are_silent_at_rest() {
    let mut motors = Motors::new(56.0, &mut chance(1));
    assert!(motors.are_silent() && !motors.add(&mut [0.0; BLOCK]));
    let mut at = |duty: f32| {
        motors.drive([duty, -duty]);
        hear(&mut motors, 1_000);
        let samples = hear(&mut motors, 500);
        (mean(&samples), motors.are_silent())
    };
    let (full, half, rest) = (at(1.0), at(0.5), at(0.0));
    near(full.0, 56.0, 1.0, "full");
    near(half.0, 50.0, 1.5, "half");
    assert!(rest.0 < -100.0 && rest.1);
    let backwards = |duties| {
        let mut motors = Motors::new(56.0, &mut chance(2));
        motors.drive(duties);
        hear(&mut motors, 500)
    };
    assert_eq!(backwards([-0.6, -0.8]), backwards([0.6, 0.8]));
}

#[test]
fn the_same_seed_gives_the_same_samples_in_pieces_of_any_size() {
    fn check<S: Sound>(what: &str, make: impl Fn(&mut Stream) -> S) {
        let whole = |seed: u64, sizes: &[usize]| {
            let mut sound = make(&mut chance(seed));
            let mut samples = vec![0.0_f32; 16_000];
            let (mut rest, mut place) = (&mut samples[..], 0);
            while !rest.is_empty() {
                let (piece, later) = rest.split_at_mut(sizes[place % sizes.len()].min(rest.len()));
                sound.add(piece);
                (rest, place) = (later, place + 1);
            }
            samples.iter().map(|sample| sample.to_bits()).collect::<Vec<_>>()
        };
        assert!(whole(7, &[320]) == whole(7, &[1, 17, 320, 5_000]), "{what}");
        assert!(whole(7, &[320]) != whole(8, &[320]), "{what}: another seed, the same sound");
    }
    let length = Micros::from_millis(500);
    check("bark", |chance| Bark::new(BarkShape::new(400.0, Micros::from_millis(150), 90.0), chance));
    check("growl", |chance| Growl::new(GrowlShape { pitch: 100.0, length, loudness: 70.0 }, chance));
    check("whine", |chance| {
        Whine::new(WhineShape { pitch: 900.0, length, loudness: 70.0, glide: 0.1 }, chance)
    });
    check("howl", |chance| Howl::new(HowlShape { pitch: 500.0, length, loudness: 70.0 }, chance));
    check("speech", |chance| Speech::new(SpeechShape::ORDINARY, chance));
    check("television", |chance| Television::new(TelevisionShape::ORDINARY, chance));
    check("music", |chance| Music::new(MusicShape::CALM, chance));
    check("thunder", |chance| Thunder::new(ThunderShape { length, nearness: 0.5, loudness: 90.0 }, chance));
    check("pan", |chance| {
        Strike::new(StrikeShape { kind: StrikeKind::Pan, tuning: 1.0, loudness: 80.0 }, chance)
    });
    check("squeak", |chance| Squeak::new(SqueakShape { pitch: 2_000.0, length, loudness: 80.0 }, chance));
    check("floor", |chance| NoiseFloor::new(40.0, chance));
    check("motors", |chance| {
        let mut motors = Motors::new(56.0, chance);
        motors.drive([0.5, 0.6]);
        motors
    });
}
