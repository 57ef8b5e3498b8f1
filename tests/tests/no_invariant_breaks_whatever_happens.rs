//! Two clients, dogs, the house and bad luck do to a robot whatever they like; nothing that must never be ever is.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "how long it goes on may be asked for, and a test may stop at the first surprise"
)]

use wimz_brain::DogCard;
use wimz_simulator::Outside;
use wimz_simulator::outside::Breakage;
use wimz_simulator::session::StoreTrouble;
use wimz_tests::chance::Chance;
use wimz_tests::evenings::trouble;
use wimz_tests::steps::{ALICE, BOB, Run, dog, drive, ms, treat};
use wimz_vocabulary::{
    Command, Degrees, DogId, Heartbeat, Micros, Mode, ModeCause, Pattern, Ratio, Rgb, Side, SoundName,
    StopKind, TagId, TreatCause, TreatLimits, Work,
};
use wimz_world::Happening;
use wimz_world::fault::{BusName, Chip, Fault, Line, Unjam};

/// How many evenings. `cargo xtask prove evenings` plays 2,000.
const EVENINGS: u64 = 15;

/// How many lives, and how many things happen in each. More of them: `LIVES=1000`.
const LIVES: u64 = 16;
const DOINGS: usize = 300;

const DOGS: [&str; 3] = ["biscuit", "pepper", "pixel"];

const SOUNDS: [&str; 5] = ["slow_river.wav", "evening_walk.wav", "sit.wav", "come_here.mp3", "no_such.wav"];

fn share(chance: &mut Chance) -> f32 {
    chance.below(201) as f32 / 100.0 - 1.0
}

fn command(chance: &mut Chance, run: &Run) -> Command {
    let dispense = |cause, chance: &mut Chance| {
        let work = if chance.once_in(6) { Work::Rotate } else { Work::Dispense };
        Command::Dispense { work, cause, key: None, dog: None }
    };
    match chance.below(24) {
        0..=7 => {
            let beat = Heartbeat::at(run.now()).0.saturating_sub(chance.bits() % 9);
            let echo = chance.once_in(3).then_some(Heartbeat(beat));
            let lease = chance.once_in(4).then(|| ms(chance.below(500) as u64));
            let (left, right) = (share(chance), share(chance));
            match drive(left, right) {
                Command::Drive { left, right, .. } => Command::Drive { left, right, echo, lease },
                other => other,
            }
        }
        8 => drive(0.0, 0.0),
        9..=11 => {
            let (mode, cause) = (*chance.pick(&Mode::ALL), *chance.pick(&ModeCause::SOURCES));
            Command::SetMode { mode, cause }
        }
        12 => Command::SetMode { mode: Mode::Manual, cause: ModeCause::DriveEnter },
        13 => Command::ReleaseStop,
        14 => treat(["a", "b", "c", "d"][chance.below(4)]),
        15 => dispense(*chance.pick(&TreatCause::ALL), chance),
        16 => Command::ClearDispenser,
        17 => Command::PointHead {
            pan: Some(Degrees::clamped(share(chance) * 150.0)),
            tilt: Some(Degrees::clamped(share(chance) * 90.0)),
        },
        18 => Command::ShowPattern { pattern: chance.pick(&Pattern::ALL).1 },
        19 => Command::ShowColor { color: Rgb::new(255, 255, chance.bits() as u8) },
        20 | 21 => Command::Play { sound: SoundName::new(chance.pick::<&str>(&SOUNDS)).unwrap() },
        22 => *chance.pick(&[
            Command::StopSound,
            Command::ToggleSound,
            Command::NextSong,
            Command::PreviousSong,
            Command::CallDog { dog: None },
        ]),
        _ => Command::SetVolume { volume: Ratio::clamped(share(chance).abs()) },
    }
}

fn fault(chance: &mut Chance) -> Fault {
    let share = Ratio::clamped(share(chance).abs());
    let (chips, buses) = (
        [Chip::ServoChip, Chip::BatteryMonitor, Chip::Lights, Chip::StepperDriver],
        [BusName::I2c, BusName::Spi, BusName::Uart],
    );
    let lines =
        [Line::LeftPwm, Line::RightPwm, Line::RightDirection, Line::Step, Line::StepEnable, Line::Beam];
    match chance.below(21) {
        0..=2 => Fault::ProcessDeath,
        3 => Fault::Nack { chip: *chance.pick(&chips), share },
        4 => Fault::StuckBus { bus: *chance.pick(&buses) },
        5 => Fault::Noise { bus: *chance.pick(&buses), share },
        6 => Fault::StuckLine { line: *chance.pick(&lines), high: chance.once_in(2) },
        7 => Fault::DeadLine { line: *chance.pick(&lines) },
        8 => Fault::BrownOut { chip: *chance.pick(&chips) },
        9 => Fault::Jam { by: *chance.pick(&[Unjam::Push, Unjam::Shake, Unjam::Hand]) },
        10 => *chance.pick(&[Fault::BeamFlicker, Fault::BeamSpikes, Fault::BeamBlocked]),
        11 => Fault::SpeakerGone,
        12 => Fault::ThermometerSilent,
        13 => Fault::DividerOpen,
        14 => Fault::StalledTrack { side: Side::Left },
        15 => Fault::MicrophoneGone,
        16 => Fault::MicrophoneDead,
        17 => Fault::MicrophoneTaken,
        18 => Fault::DetectorStuck,
        19 => Fault::DetectorGone,
        _ => Fault::FlipBit { register: chance.below(70) as u8, bit: chance.below(8) as u8 },
    }
}

fn happening(chance: &mut Chance) -> Happening {
    let span = Micros::from_millis(chance.below(20_000) as u64);
    let happenings = [
        Happening::Doorbell,
        Happening::Thunder,
        Happening::Passerby,
        Happening::Television(span),
        Happening::Speech(span),
        Happening::Owner { home: chance.once_in(2) },
    ];
    *chance.pick(&happenings)
}

fn outside(chance: &mut Chance) -> Outside {
    let span = Micros::new(chance.below(3_000_000) as u64);
    match chance.below(26) {
        0..=4 => Outside::Stop(if chance.once_in(3) { StopKind::Emergency } else { StopKind::Stop }),
        5 | 6 => Outside::Left(*chance.pick(&[ALICE, BOB])),
        7..=10 => {
            // Some faults are over before anybody can notice.
            let longest = if chance.once_in(4) { 50_000 } else { 6_000_000 };
            let lasts = Some(Micros::new(chance.below(longest) as u64));
            Outside::Fault(Breakage { fault: fault(chance), lasts })
        }
        11 | 12 => Outside::BrainHang(Micros::new(span.get() / 3)),
        13 | 14 => {
            let trouble = *chance.pick(&[StoreTrouble::Fails, StoreTrouble::Stalls]);
            Outside::StoreTrouble { trouble, lasts: span }
        }
        15 => Outside::Dock(chance.once_in(2)),
        16 => Outside::Refill,
        17 => Outside::ClockJump((share(chance) * 9e10) as i64),
        18..=22 => Outside::House(happening(chance)),
        23 => {
            let id = DogId::new(chance.pick::<&str>(&DOGS)).unwrap();
            let tag = chance.once_in(2).then(|| TagId(chance.below(4) as u16));
            if chance.once_in(3) { Outside::DogGone(id) } else { Outside::Dog(DogCard { id, tag }) }
        }
        _ => {
            let (day, hour, session) =
                (chance.below(40) as u16, chance.below(9) as u16, chance.below(9) as u16);
            let spacing = Micros::from_secs(chance.below(60) as u64);
            Outside::Limits(TreatLimits { day, hour, session, spacing })
        }
    }
}

fn live(seed: u64) {
    let mut chance = Chance::new(seed);
    let room = if seed.is_multiple_of(2) { "living_room" } else { "empty" };
    let dogs = DOGS.iter().zip(0..).take(chance.below(DOGS.len() + 1));
    let mut run = Run::among(room, dogs.map(|(name, tag)| dog(name, tag, None)).collect(), seed);
    for _ in 0..DOINGS {
        if chance.once_in(4) {
            run.enter(outside(&mut chance));
        } else {
            let from = if chance.once_in(4) { BOB } else { ALICE };
            let command = command(&mut chance, &run);
            run.ask(from, command);
        }
        // Mostly as fast as a hand, now and then a pause in which treats fall and leases end.
        let most = if chance.once_in(10) { 9_000 } else { 150 };
        run.wait(ms(chance.below(most) as u64));
    }
    run.wait(Micros::from_secs(20));
}

#[test]
fn whatever_happens() {
    let lives = std::env::var("LIVES").map_or(LIVES, |lives| lives.parse().unwrap());
    for seed in 0..lives {
        let lived = std::panic::catch_unwind(|| live(seed));
        assert!(lived.is_ok(), "life {seed}");
    }
}

#[test]
fn whatever_goes_wrong_of_an_evening() {
    for seed in 0..EVENINGS {
        let breaches = trouble::play(seed, None).breaches;
        assert!(breaches.is_empty(), "evening {seed}: {}", breaches.join("\n"));
    }
}
