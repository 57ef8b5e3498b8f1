//! Battery, heat, charging, failing parts: what the robot does about them, and what it still lets a person do.

use wimz_brain::parts::{Consequence, consequence, may_roam};
use wimz_hal::Reading;
use wimz_vocabulary::{
    BatteryState, Charging, Command, Condition, DriveEnd, EventBody, Health, Level, Lock, Micros, Mode,
    ModeCause, OutgoingSound, Part, Pattern, Ratio, Refusal, Reply, Rgb, Trouble, Volts,
};

use crate::bench::{ALICE, Bench, drive, mode, new_treat, stopped, treat};

/// A monitor that fails measures nothing, and what it measured last stands for nothing (field row H1).
#[test]
fn a_part_that_fails_leaves_no_reading_behind() {
    for condition in [
        Condition::Failed(Trouble::BusSilent),
        Condition::Degraded(Trouble::Implausible),
        Condition::Degraded(Trouble::BusNoisy),
    ] {
        let mut bench = Bench::new();
        bench.battery(0.6);
        bench.heat(50.0);
        let told = |bench: &Bench| {
            let status = bench.brain.status(bench.now);
            (status.battery.is_some(), status.temperature.is_some())
        };
        assert_eq!(told(&bench), (true, true));
        // What loses words still measures.
        let measures = condition == Condition::Degraded(Trouble::BusNoisy);
        for part in [Part::Battery, Part::Thermometer] {
            let health = Health { condition, last_good: Some(bench.now) };
            bench.read(Reading::Health { part, health });
        }
        assert_eq!(told(&bench), (measures, measures), "{condition:?}");
        for part in [Part::Battery, Part::Thermometer] {
            bench.read(Reading::Health { part, health: Health::ok(bench.now) });
        }
        bench.battery(0.5);
        bench.heat(51.0);
        assert_eq!(told(&bench), (true, true), "and well again");
    }
}

#[test]
fn a_critical_battery_or_heat_ends_what_the_robot_does_by_itself() {
    for heat in [false, true] {
        for from in [Mode::Idle, Mode::Manual, Mode::SilentGuardian, Mode::Coach] {
            let mut bench = Bench::new();
            bench.ask(ALICE, mode(from));
            if heat {
                bench.heat(93.0);
            } else {
                bench.battery(0.1);
            };
            let by_itself = matches!(from, Mode::SilentGuardian | Mode::Coach);
            assert_eq!(bench.mode(), if by_itself { Mode::Idle } else { from });
            let safety = EventBody::ModeChanged { from, to: Mode::Idle, cause: ModeCause::Safety };
            assert_eq!(bench.told().contains(&safety), by_itself);
            let by = if heat { Lock::Heat } else { Lock::Battery };
            assert_eq!(bench.ask(ALICE, mode(Mode::Coach)), Reply::Refused(Refusal::ModeLocked { by }));
            bench.ask(ALICE, mode(Mode::Manual));
            assert_eq!(bench.ask(ALICE, drive(0.5)), Reply::Accepted, "a person drives it home");
        }
    }
}

#[test]
fn an_emergency_rests_whatever_it_is_asked_and_says_so_in_light() {
    for heat in [false, true] {
        let mut bench = Bench::new();
        bench.ask(ALICE, mode(Mode::Manual));
        bench.ask(ALICE, drive(0.5));
        if heat {
            bench.heat(96.0);
        } else {
            bench.battery(0.0);
        };
        assert_eq!(bench.mode(), Mode::Idle);
        assert!(bench.told().iter().any(|fact| matches!(fact, EventBody::DriveEnded { .. })));
        assert_eq!(bench.body.frames.last().unwrap().left, Ratio::ZERO);
        let refusal = Reply::Refused(if heat { Refusal::Overheated } else { Refusal::BatteryEmpty });
        assert_eq!(bench.ask(ALICE, mode(Mode::Manual)), Reply::Accepted);
        for command in [drive(0.5), Command::CenterHead, treat()] {
            assert_eq!(bench.ask(ALICE, command), refusal, "{command:?}");
        }
        assert_eq!(bench.ask(ALICE, drive(0.0)), Reply::Accepted, "rest is what it wants");
        let lit = bench.body.lights.last().unwrap();
        assert!(lit.contains(&Rgb::new(255, 0, 0)), "a warning");
        if heat {
            bench.heat(50.0);
        } else {
            bench.battery(0.9);
        };
        assert_eq!(bench.ask(ALICE, drive(0.5)), Reply::Accepted, "and it is over when it is over");
    }
}

#[test]
fn a_drive_in_coach_mode_ends_with_its_mode() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Coach));
    bench.ask(ALICE, drive(0.5));
    bench.battery(0.1);
    assert!(
        bench
            .told()
            .iter()
            .any(|fact| matches!(fact, EventBody::DriveEnded { why: DriveEnd::ModeChanged, .. }))
    );
}

#[test]
fn levels_are_told_and_stand_in_the_status() {
    let mut bench = Bench::new();
    bench.battery(0.3);
    bench.heat(87.0);
    assert!(bench.told().contains(&EventBody::BatteryLevel { from: Level::Normal, to: Level::Warning }));
    assert!(bench.told().contains(&EventBody::HeatLevel { from: Level::Normal, to: Level::Warning }));
    let status = bench.brain.status(bench.now);
    assert_eq!((status.battery_level, status.heat_level), (Level::Warning, Level::Warning));
    assert_eq!(status.temperature.map(|celsius| celsius.get()), Some(87.0));
    assert_eq!(bench.ask(ALICE, mode(Mode::Coach)), Reply::Accepted, "a warning forbids nothing");
}

#[test]
fn charging_is_told_once_and_the_robot_does_not_move_by_itself() {
    let mut bench = Bench::new();
    let state = |charging| BatteryState {
        volts: Volts::new(15.0).unwrap(),
        charge: Ratio::new(0.6).unwrap(),
        charging,
    };
    for charging in [Charging::Unknown, Charging::Yes, Charging::Yes, Charging::No] {
        bench.read(Reading::Battery(state(charging)));
    }
    let told =
        [EventBody::ChargingChanged { to: Charging::Yes }, EventBody::ChargingChanged { to: Charging::No }];
    assert_eq!(bench.told(), told);
    assert_eq!(may_roam(Charging::Yes), Err(Refusal::Charging));
    assert_eq!((may_roam(Charging::No), may_roam(Charging::Unknown)), (Ok(()), Ok(())));
}

#[test]
fn a_latched_stop_shows_above_every_light_until_it_is_lifted() {
    let mut bench = Bench::new();
    bench.ask(ALICE, Command::ShowColor { color: Rgb::new(0, 9, 0) });
    bench.read(stopped(1, true));
    bench.pass(50);
    assert!(bench.body.lights.last().unwrap().contains(&Rgb::new(255, 0, 0)));
    bench.ask(ALICE, Command::ShowPattern { pattern: Pattern::Off });
    bench.pass(250);
    assert!(bench.body.lights.iter().rev().take(5).any(|frame| frame.contains(&Rgb::new(255, 0, 0))));
    bench.read(stopped(1, false));
    bench.pass(50);
    assert!(
        bench.body.lights.last().unwrap().iter().all(|light| *light == Rgb::BLACK),
        "and then what was asked for"
    );
}

/// The table of part, condition and mode, whole.
#[test]
fn what_follows_from_each_part_in_each_condition_and_mode() {
    let degraded = Condition::Degraded(Trouble::BusNoisy);
    let failed = Condition::Failed(Trouble::BusSilent);
    for part in Part::ALL {
        for mode in Mode::ALL {
            for well in [Condition::Starting, Condition::Ok] {
                assert_eq!(consequence(part, well, mode), Consequence::CarryOn);
            }
            let strict = match part {
                Part::Drive => matches!(mode, Mode::SilentGuardian | Mode::Mission),
                Part::Dispenser => matches!(mode, Mode::SilentGuardian | Mode::Mission | Mode::Coach),
                _ => false,
            };
            let expected = if strict { Consequence::Refuse } else { Consequence::Degrade };
            assert_eq!(consequence(part, degraded, mode), expected, "{part} in {mode}");
            let expected = match part {
                Part::Drive => Consequence::Stop,
                Part::Head | Part::Dispenser | Part::Speaker => Consequence::Refuse,
                Part::Lights
                | Part::MoodLight
                | Part::Battery
                | Part::Thermometer
                | Part::PowerButton
                | Part::Microphone
                | Part::Detector => Consequence::Degrade,
            };
            assert_eq!(consequence(part, failed, mode), expected, "{part} in {mode}");
        }
    }
}

#[test]
fn the_robot_by_itself_gives_no_treat_that_it_cannot_count() {
    for (wanted, refused) in [(Mode::Idle, false), (Mode::Coach, true)] {
        let mut bench = Bench::new();
        bench.ask(ALICE, mode(wanted));
        let health = Health::ok(bench.now).but(Condition::Degraded(Trouble::BeamRestless));
        bench.read(Reading::Health { part: Part::Dispenser, health });
        let refusal = Refusal::PartFailed { part: Part::Dispenser, trouble: Trouble::BeamRestless };
        assert_eq!(bench.ask(ALICE, treat()), if refused { Reply::Refused(refusal) } else { new_treat(1) });
    }
}

#[test]
fn a_speaker_that_failed_is_asked_for_nothing() {
    let mut bench = Bench::new();
    bench.sound("songs/a.wav", 9);
    let health = Health::ok(bench.now).but(Condition::Failed(Trouble::BusSilent));
    bench.read(Reading::Health { part: Part::Speaker, health });
    let refused = Reply::Refused(Refusal::PartFailed { part: Part::Speaker, trouble: Trouble::BusSilent });
    let sound = wimz_vocabulary::SoundName::new("songs/a.wav").unwrap();
    let call = Command::CallDog { dog: None };
    for command in
        [Command::Play { sound }, Command::ToggleSound, Command::NextSong, Command::PreviousSong, call]
    {
        assert_eq!(bench.ask(ALICE, command), refused, "{command:?}");
    }
    assert_eq!(bench.ask(ALICE, Command::StopSound), Reply::Accepted, "silence is always to be had");
}

#[test]
fn a_dog_is_called_by_its_own_recording_or_by_the_call_for_all() {
    let dog = wimz_vocabulary::DogId::new("dog_001").unwrap();
    let call = |dog| Command::CallDog { dog };
    let mut bench = Bench::new();
    assert!(
        matches!(bench.ask(ALICE, call(None)), Reply::Refused(Refusal::NoSuchSound { .. })),
        "no sounds at all"
    );
    bench.sound("talks/default/come_here.mp3", 2);
    bench.ask(ALICE, call(Some(dog)));
    let heard = |bench: &Bench| bench.body.sounds.last().unwrap().play.unwrap().sound.to_string();
    assert_eq!(heard(&bench), "talks/default/come_here.mp3");
    bench.pass(50);
    let blue = |frame: &Vec<Rgb>| {
        frame.iter().all(|light| light.b >= light.r) && frame.iter().any(|light| light.b > 0)
    };
    bench.pass(400);
    assert!(bench.body.lights.iter().any(blue), "a light that a dog looks at");
    bench.sound("talks/dog_001/come.wav", 1);
    bench.ask(ALICE, call(Some(dog)));
    assert_eq!(heard(&bench), "talks/dog_001/come.wav");
    assert!(bench.told().iter().any(|fact| matches!(fact, EventBody::DogCalled { dog: Some(_), sound } if sound.as_str().contains("dog_001"))));
    bench.pass(3_000);
    assert!(bench.body.lights.last().unwrap().iter().all(|light| *light == Rgb::BLACK), "for 3 s");
}

/// Whoever speaks to the dog does not hear themselves, and hears the room again after that.
#[test]
fn the_microphone_is_passed_on_but_for_a_message() {
    let mut bench = Bench::new();
    let name = wimz_vocabulary::SoundName::new("messages/1.aac").unwrap();
    let message = wimz_vocabulary::Track { name, length: Micros::from_secs(3) };
    let microphone = |bench: &Bench| bench.brain.status(bench.now).microphone;
    assert_eq!(microphone(&bench), OutgoingSound::Live);
    assert_eq!(bench.ask(ALICE, Command::Say { message }), Reply::Accepted);
    assert_eq!(microphone(&bench), OutgoingSound::Silence);
    let play = bench.body.sounds.last().unwrap().play.unwrap();
    assert_eq!(play.sound, name);
    bench.read(Reading::Speaker { play: play.id, how: wimz_vocabulary::SoundEnd::Finished });
    assert_eq!(microphone(&bench), OutgoingSound::Live);
    bench.ask(ALICE, Command::SetMode { mode: Mode::Coach, cause: ModeCause::Dropdown });
    bench.ask(ALICE, Command::Say { message });
    assert_eq!(microphone(&bench), OutgoingSound::Silence);
    bench.ask(ALICE, Command::StopSound);
    assert_eq!(microphone(&bench), OutgoingSound::Silence, "coach listens for the dog, not for the app");
}
