//! What the ear makes of sound, and what follows: barks are told and end the quiet, all else is neither bark nor alarm.

use wimz_brain::InputBody;
use wimz_brain::ear::{BarkTuning, Ear, Verdict};
use wimz_brain::tuning::Tuning;
use wimz_hal::Reading;
use wimz_vocabulary::{
    Command, Gate, Micros, Mode, Refusal, Reply, RobotTime, SoundEnd, SoundName, TreatCause,
};

use crate::bench::{ALICE, Bench, mode, treat_for};
use crate::room::{BLOCK, Room};

#[test]
fn a_bark_is_told_with_its_numbers() {
    let mut bench = Bench::new();
    bench.hear(&Room::new().quiet(2_000).bark(160, 6_000.0).quiet(1_000));
    let [(bark, false)] = bench.barks()[..] else { panic!("{:?}", bench.barks()) };
    assert!((455..=505).contains(&bark.pitch.unwrap()), "{bark:?}");
    assert!((90..=180).contains(&(bark.length.get() / 1_000)), "{bark:?}");
    // A saw of ±0.7 · 6,000 has a root mean square of 2,425, -22.6 dB; not all of it is in the band.
    assert!((-27.0..-22.0).contains(&bark.loudness.get()), "{bark:?}");
    assert!(bark.confidence.get() > 0.8, "{bark:?}");
    assert_eq!(bench.brain.status(bench.now).hearing.barks, 1);
    // As loud again is 6 dB more.
    bench.told.clear();
    bench.hear(&Room::new().quiet(1_000).bark(160, 12_000.0).quiet(1_000));
    let [(louder, false)] = bench.barks()[..] else { panic!("{:?}", bench.barks()) };
    assert!((louder.loudness.get() - bark.loudness.get() - 6.0).abs() < 0.5, "{louder:?}");
}

#[test]
fn a_bark_ends_the_quiet_and_what_is_clearly_none_does_not() {
    let mut bench = Bench::new();
    bench.hear(&Room::new().quiet(5_000));
    assert!(bench.quiet().unwrap() >= Micros::from_millis(4_900));
    bench.hear(&Room::new().bark(150, 6_000.0).quiet(2_000));
    let quiet = bench.quiet().unwrap();
    assert!((Micros::from_millis(1_700)..Micros::from_millis(2_100)).contains(&quiet), "{quiet}");
    // Ten seconds of a hum with pauses are heard to their end, found to be no dog, and count whole.
    let hum = |room: Room| {
        room.sound(600, 60, 200, |n, _| {
            let swing = libm::sinf(n as f32 * 150.0 / 16_000.0 * std::f32::consts::TAU);
            4_000.0 * swing * swing * swing
        })
        .quiet(400)
    };
    let before = bench.quiet().unwrap();
    bench.hear(&(0..10).fold(Room::new(), |room, _| hum(room)));
    assert_eq!((bench.barks().len(), bench.rejected().len()), (1, 0));
    let more = bench.quiet().unwrap() - before;
    assert!((Micros::from_millis(9_700)..=Micros::from_secs(10)).contains(&more), "{more}");
}

#[test]
fn a_sound_that_may_have_been_a_bark_is_neither() {
    // The same bark, further and further away: at some distance it is too faint to be one, and no quiet either.
    let mut bench = Bench::new();
    bench.hear(&Room::new().quiet(3_000));
    let before = bench.quiet().unwrap();
    bench.hear(&Room::new().bark(150, 900.0).quiet(500));
    assert_eq!((bench.barks().len(), bench.rejected()), (0, vec![Gate::TooFaint]));
    let more = bench.quiet().unwrap() - before;
    assert!((Micros::from_millis(350)..Micros::from_millis(570)).contains(&more), "{more}");
    assert_eq!(bench.brain.status(bench.now).hearing.rejected[Gate::TooFaint as usize], 1);
}

/// Field row T7: a dog that barked on and on was "too long" for a bark, and was paid for being quiet.
#[test]
fn long_barking_is_counted_bark_by_bark_and_is_never_quiet() {
    for gap in [60, 90, 200] {
        let room = (0..20).fold(Room::new().quiet(2_000), |room, _| room.bark(220, 6_000.0).quiet(gap));
        let barks = room.barks();
        assert!((18..=20).contains(&barks.len()), "gaps of {gap} ms: {barks:?}");
        let mut bench = Bench::new();
        bench.ask(ALICE, mode(Mode::SilentGuardian));
        bench.hear(&Room::new().quiet(30_000));
        bench.hear(&room);
        assert!(bench.quiet().unwrap() < Micros::from_millis(600), "gaps of {gap} ms: {:?}", bench.quiet());
        let treat = bench.ask(ALICE, treat_for(TreatCause::Quiet, None));
        assert_eq!(treat, Reply::Refused(Refusal::NotQuiet));
    }
}

/// Barks with a growl between them that is 10 dB softer: there is no silence to part them by.
#[test]
fn barks_over_a_growl_are_counted_one_by_one() {
    let harmonics = |n: usize, hiss: f32| {
        let place = n as f32 * 480.0 / 16_000.0;
        1.4 * (place - place.floor() - 0.5) + 0.25 * hiss
    };
    let room = Room::new().quiet(2_000).sound(2_600, 8, 80, |n, hiss| {
        let in_bark = (n / 16) % 260 < 160;
        (if in_bark { 6_000.0 } else { 1_900.0 }) * harmonics(n, hiss)
    });
    let barks = room.quiet(500).barks();
    assert!((9..=10).contains(&barks.len()), "{barks:?}");
    // A bark whose middle is softer is one bark all the same.
    let one = Room::new().quiet(2_000).sound(200, 8, 80, |n, hiss| {
        let is_soft = (50..90).contains(&(n / 16));
        (if is_soft { 1_900.0 } else { 6_000.0 }) * harmonics(n, hiss)
    });
    assert_eq!(one.quiet(500).barks().len(), 1);
    // And a roar without a dip is none, nor is it quiet: who knows what it was.
    let mut bench = Bench::new();
    bench.hear(&Room::new().quiet(2_000));
    let before = bench.quiet().unwrap();
    bench.hear(&Room::new().sound(1_700, 8, 200, |n, hiss| 6_000.0 * harmonics(n, hiss)));
    assert_eq!((bench.barks().len(), bench.rejected()), (0, vec![Gate::TooLong; 3]));
    assert!(bench.quiet().unwrap() - before < Micros::from_millis(500), "{:?}", bench.quiet());
}

#[test]
fn what_is_always_there_is_no_part_of_a_bark() {
    let whistle = |n: usize| 2_500.0 * libm::sinf(n as f32 * 3_000.0 / 16_000.0 * std::f32::consts::TAU);
    let mut room = Room::new().quiet(3_000).bark(160, 6_000.0).quiet(600);
    room.samples.iter_mut().enumerate().for_each(|(n, sample)| *sample += whistle(n) as i16);
    let verdicts = room.verdicts();
    let [Verdict { gate: None, traits, .. }] = verdicts[..] else { panic!("{verdicts:?}") };
    assert!(traits.bands[6] < 0.2, "{traits:?}");
}

#[test]
fn where_a_bark_might_not_be_heard_there_is_no_quiet() {
    let mut bench = Bench::new();
    bench.hear(&Room::new().quiet(3_000));
    // A hiss of -18 dB in the band of barks.
    bench.hear(&Room::new().sound(5_000, 1, 1, |_, hiss| 14_000.0 * hiss));
    let before = bench.quiet().unwrap();
    bench.hear(&Room::new().sound(5_000, 1, 1, |_, hiss| 14_000.0 * hiss));
    assert_eq!(bench.quiet().unwrap(), before);
}

#[test]
fn a_sound_that_began_while_nothing_counted_brings_no_quiet_from_then() {
    // A voice of 400 ms, which is no bark: all of it is quiet, but for what was heard before somebody said otherwise.
    let hum = |n: usize, _| {
        let place = n as f32 * 300.0 / 16_000.0;
        900.0 * (4.0 * (place - place.floor() - 0.5).abs() - 1.0)
    };
    let room = Room::new().quiet(400).sound(400, 150, 150, hum).quiet(600);
    assert!(room.barks().is_empty() && !room.verdicts().is_empty(), "it is heard as one");
    let listen = |told: Option<usize>| {
        let mut ear = Ear::default();
        let mut quiet = Micros::ZERO;
        for (n, block) in room.samples.chunks(BLOCK).enumerate() {
            let taken = RobotTime::from_micros((n as u64 + 1) * 20_000);
            quiet = quiet + ear.listen(taken, block, false).quiet;
            if told.is_some_and(|told| n <= told) {
                ear.count_no_quiet();
                quiet = Micros::ZERO;
            }
        }
        quiet
    };
    assert_eq!(listen(None), Micros::from_millis(1_400));
    // 30 blocks are 600 ms: in the middle of the voice.
    assert_eq!(listen(Some(29)), Micros::from_millis(800));
}

#[test]
fn the_own_music_makes_no_din() {
    // Loud notes under the own speaker; then a bark that is softer than they were.
    let note = |n: usize, _| {
        let place = n as f32 * 700.0 / 16_000.0;
        16_000.0 * (place - place.floor() - 0.5)
    };
    let room = (0..20).fold(Room::new(), |room, _| room.sound(300, 40, 200, note).quiet(100));
    let after = room.samples.len();
    let room = room.quiet(300).bark(160, 3_000.0).quiet(500);
    let mut ear = Ear::default();
    let mut barks = 0;
    for (n, block) in room.samples.chunks(BLOCK).enumerate() {
        ear.listen(RobotTime::from_micros((n as u64 + 1) * 20_000), block, n * BLOCK < after);
        barks += std::iter::from_fn(|| ear.next_verdict()).filter(|verdict| verdict.gate.is_none()).count();
    }
    assert_eq!(barks, 1);
}

#[test]
fn each_gate_keeps_out_what_it_is_for() {
    let tone = |hertz: f32| {
        move |n: usize, _| 6_000.0 * libm::sinf(n as f32 * hertz / 16_000.0 * std::f32::consts::TAU)
    };
    let said = |room: Room| {
        let verdicts = room.quiet(600).verdicts();
        assert!(verdicts.iter().all(|one| one.gate.is_some()), "{verdicts:?}");
        verdicts.iter().filter_map(|one| one.gate).collect::<Vec<_>>()
    };
    let begin = || Room::new().quiet(2_000);
    assert_eq!(said(begin().bark(30, 8_000.0)), [Gate::TooShort]);
    assert_eq!(said(begin().bark(150, 300.0)), [Gate::TooFaint]);
    assert_eq!(said(begin().sound(250, 8, 100, |_, hiss| 8_000.0 * hiss)), [Gate::Spectrum], "a hiss");
    assert_eq!(said(begin().sound(400, 60, 100, tone(3_000.0)))[0], Gate::Spectrum, "outside the band");
    let squeak = |n: usize, hiss: f32| {
        let place = n as f32 * 1_580.0 / 16_000.0;
        8_000.0 * (place - place.floor() - 0.5 + 0.1 * hiss)
    };
    assert_eq!(said(begin().sound(250, 20, 100, squeak))[0], Gate::Tonal, "a toy");
    assert_eq!(said(begin().sound(12, 1, 10, |_, hiss| 9_000.0 * hiss))[0], Gate::TooShort, "a click");
}

#[test]
fn a_gap_drops_the_sound_under_way_and_nothing_after_it() {
    let room = Room::new().quiet(2_000).bark(160, 6_000.0).quiet(600).bark(160, 6_000.0).quiet(600);
    let mut ear = Ear::default();
    let mut barks = 0;
    for (n, block) in room.samples.chunks(BLOCK).enumerate() {
        // The brain hangs in the middle of the first bark, for two blocks.
        if n == 104 || n == 105 {
            continue;
        }
        ear.listen(RobotTime::from_micros((n as u64 + 1) * 20_000), block, false);
        while let Some(verdict) = ear.next_verdict() {
            assert!(verdict.began > RobotTime::from_micros(2_040_000), "half a bark: {verdict:?}");
            barks += u32::from(verdict.gate.is_none() && verdict.began > RobotTime::from_micros(2_600_000));
        }
    }
    assert_eq!(barks, 1);
}

#[test]
fn blocks_of_any_size_bring_the_same() {
    let room = (0..6).fold(Room::new().quiet(1_500), |room, n| room.bark(120 + 20 * n, 4_000.0).quiet(250));
    let hear = |size: usize| {
        let mut ear = Ear::default();
        let (mut told, mut heard) = (Vec::new(), 0);
        for block in room.samples.chunks(size) {
            heard += block.len() as u64;
            ear.listen(RobotTime::from_micros(heard * 1_000_000 / 16_000), block, false);
            while let Some(verdict) = ear.next_verdict() {
                told.push((verdict.bark, verdict.gate, verdict.began.as_micros() / 1_000));
            }
        }
        told
    };
    let told = hear(320);
    assert_eq!(told.iter().filter(|(_, gate, _)| gate.is_none()).count(), 6, "{told:?}");
    for size in [160, 512, 1_600, 37] {
        let other = hear(size);
        assert_eq!(other.len(), told.len(), "{size}");
        for (one, two) in told.iter().zip(other) {
            assert_eq!((one.0, one.1), (two.0, two.1), "{size}");
            assert!(one.2.abs_diff(two.2) <= 1, "{size}");
        }
    }
}

#[test]
fn a_dead_ear_hears_no_quiet() {
    let mut bench = Bench::new();
    bench.hear(&Room::new().quiet(2_000));
    assert!(bench.quiet().is_some());
    let quiet = bench.quiet();
    let dead = Room { noise: 1, samples: vec![0; 16_000 * 3] };
    bench.hear(&dead);
    assert_eq!(bench.quiet(), None, "a wire that is pulled is as silent as a good dog");
    bench.hear(&Room::new().quiet(1_000));
    let more = bench.quiet().unwrap() - quiet.unwrap();
    assert!(more <= Micros::from_millis(1_600), "{more}");
    bench.hear(&Room::new().bark(150, 6_000.0).quiet(500));
    assert_eq!(bench.barks().len(), 1, "it hears again");
}

#[test]
fn under_the_own_speaker_a_bark_is_told_as_masked_and_nothing_counts() {
    let mut bench = Bench::new();
    bench.hear(&Room::new().quiet(3_000));
    let quiet = bench.quiet().unwrap();
    bench.sound("commands/quiet.wav", 2);
    let sound = SoundName::new("commands/quiet.wav").unwrap();
    bench.ask(ALICE, Command::Play { sound });
    bench.hear(&Room::new().quiet(1_000).bark(150, 6_000.0).quiet(500));
    assert_eq!((bench.barks().len(), bench.rejected()), (0, vec![Gate::OwnSpeaker]));
    assert_eq!(bench.quiet().unwrap(), quiet, "neither quiet nor noise");
    let play = bench.body.sounds.last().unwrap().play.unwrap().id;
    bench.give(InputBody::Reading(Reading::Speaker { play, how: SoundEnd::Finished }));
    bench.hear(&Room::new().quiet(1_500).bark(150, 6_000.0).quiet(1_000));
    assert_eq!(bench.rejected().len(), 2, "nor in the echo");
    bench.hear(&Room::new().quiet(1_000).bark(150, 6_000.0).quiet(500));
    assert_eq!(bench.barks().len(), 1, "after it");
}

#[test]
fn the_numbers_are_data() {
    let mut bench = Bench::new();
    let bark = BarkTuning { faintest_db: -15.0, ..BarkTuning::default() };
    bench.give(InputBody::Tuning(Tuning { bark, ..Tuning::default() }));
    bench.hear(&Room::new().quiet(2_000).bark(160, 6_000.0).quiet(500));
    assert_eq!(
        (bench.barks().len(), bench.rejected().len()),
        (0, 0),
        "far below what is asked: not even nearly"
    );
    bench.give(InputBody::Tuning(Tuning::default()));
    bench.hear(&Room::new().quiet(2_000).bark(160, 6_000.0).quiet(500));
    assert_eq!(bench.barks().len(), 1);
    // A number that makes no sense changes nothing.
    let bark = BarkTuning { faintest_db: 50.0, ..BarkTuning::default() };
    bench.give(InputBody::Tuning(Tuning { bark, ..Tuning::default() }));
    bench.hear(&Room::new().quiet(2_000).bark(160, 6_000.0).quiet(500));
    assert_eq!(bench.barks().len(), 2);
}

#[test]
fn nothing_of_the_robots_own_is_given_for_a_trick_within_five_seconds_of_a_bark() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Coach));
    let trick = treat_for(TreatCause::Trick, None);
    bench.hear(&Room::new().quiet(2_000).bark(160, 6_000.0).quiet(1_000));
    assert_eq!(bench.barks().len(), 1);
    assert_eq!(bench.ask(ALICE, trick), Reply::Refused(Refusal::NotQuiet));
    bench.hear(&Room::new().quiet(4_500));
    assert!(matches!(bench.ask(ALICE, trick), Reply::Treat { .. }), "the bark is long enough ago");
}

/// What the process before it played may still be in the room: nobody calls that a bark, or quiet.
#[test]
fn a_robot_that_starts_anew_believes_nothing_of_its_first_three_seconds() {
    for (late, barks) in [(0, 1), (60, 0)] {
        let mut bench = Bench::starting_at(Micros::from_secs(late));
        bench.hear(&Room::new().quiet(1_000).bark(160, 6_000.0).quiet(600));
        assert_eq!(bench.barks().len(), barks, "started {late} s after boot");
        let quiet = bench.quiet().unwrap();
        assert_eq!(quiet > Micros::ZERO, late == 0, "{quiet}");
    }
}
