//! For every invariant that the watch holds there is a robot that breaks it, and it alone; the same story with a robot that
//! is as it should be breaks none.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads the book, and may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use wimz_brain::Plans;
use wimz_brain::plans::{Mission, Texts, Timetable};
use wimz_hal::Profile;
use wimz_simulator::session::{Cast, Saboteur};
use wimz_simulator::watch::{Breach, Invariant, TABLE, Watched};
use wimz_simulator::{Outside, Session};
use wimz_tests::saboteurs::{
    BuiltTo, Claims, DeafToStops, FedByAThread, KnowsOnlyAlice, LosesFacts, Misreports, NeverEmpty,
    NeverHears, NeverLatches, NeverRests, Orders, Plants, ReleasesByItself, Roams, Silent, SpitsTreats,
    TellsTooSoon, appointment_is_kept, counts_twice, detector_rests, for_a_stranger, health_of_the_battery,
    jumps_are_barks, limits, manual, mission_gives, missions_begin, pays_for_quiet_twice, praises_twice,
    quiet_by_the_clock, quiet_is_kept, second_is_first, sounds_on, treat_for_nothing,
    treat_for_something_else, trick_is_done, window_opens,
};
use wimz_tests::steps::{ALICE, BOB, at, drive, mode, ms, read, setting, treat};
use wimz_vocabulary::{
    ClientId, Command, Degrees, Micros, MissionName, Mode, ModeCause, Ratio, Request, RequestId, Rgb,
    SoundName, StopKind, TreatCause, TreatLimits, Volts, Work,
};

const WHITE: Rgb = Rgb::new(255, 255, 255);

/// What happens to a robot, whoever it is.
struct Stage {
    session: Session,
    asked: u64,
}

impl Stage {
    fn ask(&mut self, from: ClientId, command: Command) {
        self.asked += 1;
        let stops = self.session.world().drive_state().epoch;
        let id = RequestId(self.asked);
        self.enter(Outside::Request(Request { id, from, stops, command }));
    }

    fn enter(&mut self, outside: Outside) {
        self.session.enter(outside);
    }

    fn wait(&mut self, millis: u64) {
        self.session.run_until(self.session.now() + ms(millis));
    }

    fn drive(&mut self) {
        self.wait(500);
        self.ask(ALICE, mode(Mode::Manual));
        self.ask(ALICE, drive(0.6, 0.6));
        self.wait(50);
    }

    fn coach(&mut self) {
        self.wait(500);
        self.ask(ALICE, Command::SetMode { mode: Mode::Coach, cause: ModeCause::Dropdown });
        self.wait(500);
    }

    /// The clock jumps, once for each fact that is planted.
    fn jump(&mut self, count: i64) {
        for jump in 1..=count {
            self.wait(100);
            self.enter(Outside::ClockJump(10_000_000 * jump));
        }
        self.wait(100);
    }

    fn play(&mut self) {
        self.wait(500);
        let sound = SoundName::new("slow_river.wav").unwrap();
        self.ask(ALICE, Command::Play { sound });
        self.wait(1_000);
        assert!(self.session.world().heard().is_some(), "it plays");
    }
}

/// One line: the invariant, who breaks it, and the story in which it shows.
struct Mutant {
    breaks: Invariant,
    /// What cannot hold either if that does not.
    too: &'static [Invariant],
    saboteur: Box<dyn Fn() -> Box<dyn Saboteur>>,
    /// What is special about this robot, mutant or not.
    cast: fn(&mut Cast),
    story: fn(&mut Stage),
}

fn mutant<S: Saboteur + 'static>(
    breaks: Invariant,
    saboteur: impl Fn() -> S + 'static,
    story: fn(&mut Stage),
) -> Mutant {
    Mutant { breaks, too: &[], saboteur: Box::new(move || Box::new(saboteur())), cast: |_| {}, story }
}

impl Mutant {
    fn too(self, too: &'static [Invariant]) -> Self {
        Self { too, ..self }
    }

    fn of(self, cast: fn(&mut Cast)) -> Self {
        Self { cast, ..self }
    }

    fn play(&self, saboteur: Option<Box<dyn Saboteur>>) -> Vec<Breach> {
        let mut cast = read(&setting("empty", 1));
        (self.cast)(&mut cast);
        let session = match saboteur {
            Some(saboteur) => Session::sabotaged(&cast, 1, saboteur),
            None => Session::new(&cast, 1),
        };
        let mut stage = Stage { session, asked: 0 };
        (self.story)(&mut stage);
        stage.session.drain_breaches().collect()
    }
}

/// It knows a mission of one stage, which gives nothing.
fn stingy(cast: &mut Cast) {
    let mission = Mission {
        name: MissionName::new("sit").unwrap(),
        display_name: String::new(),
        description: String::new(),
        enabled: true,
        schedule: Timetable::Manual,
        max_rewards: Some(0),
        duration: None,
        repeat: false,
        stages: Vec::new(),
        texts: Texts::default(),
        daily_limit: None,
        cooldown: Micros::ZERO,
        treat_sound: false,
        celebration_lights: false,
        requires_bark_detection: false,
    };
    cast.plans = Arc::new(Plans { missions: vec![mission], ..Plans::default() });
}

fn too_fast(profile: &mut Profile) {
    profile.drive.ramp *= 4.0;
}

fn too_strong(profile: &mut Profile) {
    // The duty grows as it did: it is the end that is another one.
    profile.drive.ramp *= profile.drive.cap.get();
    profile.drive.cap = Ratio::ONE;
}

fn too_bright(profile: &mut Profile) {
    profile.lights.brightness = Ratio::ONE;
    profile.lights.budget_ma = 10_000;
}

fn too_far(profile: &mut Profile) {
    profile.head.pan.high = Degrees::clamped(120.0);
}

#[allow(clippy::too_many_lines, reason = "it is a table")]
fn mutants() -> Vec<Mutant> {
    use Invariant as I;
    vec![
        mutant(I::MotionIsLeased, NeverRests::default, |stage| {
            stage.drive();
            stage.wait(500);
        }),
        mutant(
            I::StopIsObeyed,
            || DeafToStops,
            |stage| {
                stage.drive();
                stage.enter(Outside::Stop(StopKind::Stop));
                stage.wait(100);
            },
        ),
        mutant(
            I::LatchHolds,
            || NeverLatches,
            |stage| {
                stage.drive();
                stage.enter(Outside::Stop(StopKind::Emergency));
                stage.wait(100);
            },
        ),
        mutant(
            I::LatchHolds,
            || ReleasesByItself,
            |stage| {
                stage.enter(Outside::Stop(StopKind::Emergency));
                stage.wait(3_000);
            },
        ),
        mutant(I::SilenceStops, FedByAThread::default, |stage| {
            stage.drive();
            stage.enter(Outside::BrainHang(Micros::from_secs(1)));
            stage.wait(200);
        }),
        mutant(
            I::DutyIsCapped,
            || BuiltTo(too_strong),
            |stage| {
                stage.drive();
                for _ in 0..10 {
                    stage.ask(ALICE, drive(1.0, 1.0));
                    stage.wait(50);
                }
            },
        ),
        mutant(I::RampIsKept, || BuiltTo(too_fast), Stage::drive),
        mutant(
            I::OneAtTheControls,
            || KnowsOnlyAlice,
            |stage| {
                stage.drive();
                stage.ask(BOB, drive(0.3, 0.3));
            },
        ),
        mutant(I::MotionHasItsMode, NeverRests::default, |stage| {
            stage.drive();
            stage.ask(ALICE, mode(Mode::Idle));
            stage.wait(100);
        }),
        mutant(
            I::EmptyRests,
            || NeverEmpty,
            |stage| {
                stage.wait(20_000);
                stage.drive();
            },
        )
        .of(|cast| cast.profile.battery.empty = Volts::clamped(16.5)),
        mutant(I::ChargingRests, NeverRests::default, |stage| {
            stage.enter(Outside::Dock(true));
            stage.drive();
            stage.ask(ALICE, mode(Mode::Idle));
            stage.wait(100);
        })
        .too(&[I::MotionHasItsMode]),
        mutant(I::TreatHasACause, SpitsTreats::default, |stage| stage.wait(3_000)),
        mutant(
            I::TreatHasACause,
            || Misreports(for_a_stranger),
            |stage| {
                stage.wait(500);
                stage.ask(ALICE, treat("one"));
                stage.wait(100);
            },
        ),
        mutant(
            I::JobIsDoneOnce,
            || Misreports(second_is_first),
            |stage| {
                for name in ["one", "two"] {
                    stage.wait(500);
                    stage.ask(ALICE, treat(name));
                    stage.wait(12_000);
                }
            },
        ),
        mutant(
            I::TreatsFitTheLedger,
            || Misreports(counts_twice),
            |stage| {
                stage.wait(500);
                stage.ask(ALICE, treat("one"));
                stage.wait(15_000);
            },
        ),
        mutant(
            I::LimitsAreKept,
            || NeverHears(limits),
            |stage| {
                stage.wait(4_000);
                stage.enter(Outside::Limits(TreatLimits { day: 1, ..TreatLimits::default() }));
                for name in ["one", "two"] {
                    stage.ask(ALICE, treat(name));
                    stage.wait(12_000);
                }
            },
        ),
        mutant(
            I::NoRewardForNoise,
            || Misreports(jumps_are_barks),
            |stage| {
                stage.coach();
                stage.enter(Outside::ClockJump(10_000_000));
                stage.wait(1_000);
                let (work, cause) = (Work::Dispense, TreatCause::Trick);
                stage.ask(ALICE, Command::Dispense { work, cause, key: None, dog: None });
                stage.wait(100);
            },
        ),
        mutant(I::ModeHasOneWriter, || Claims(manual), |stage| stage.wait(3_000)),
        mutant(I::ProfileFollowsTheMode, || Orders(detector_rests), Stage::coach),
        mutant(
            I::OwnVoiceIsNoBark,
            || Misreports(jumps_are_barks),
            |stage| {
                stage.play();
                stage.wait(1_000);
                stage.enter(Outside::ClockJump(10_000_000));
                stage.wait(100);
            },
        ),
        mutant(
            I::QuietIsHeard,
            || Claims(quiet_by_the_clock),
            |stage| {
                stage.play();
                stage.wait(3_000);
            },
        ),
        mutant(
            I::OneSoundAtATime,
            || Orders(sounds_on),
            |stage| {
                stage.play();
                stage.ask(ALICE, Command::StopSound);
                stage.wait(1_500);
            },
        ),
        mutant(I::HealthIsFresh, || NeverHears(health_of_the_battery), |stage| stage.wait(20_000)),
        mutant(
            I::FactsAreInOrder,
            || LosesFacts,
            |stage| {
                stage.drive();
                stage.wait(500);
            },
        ),
        mutant(I::KeptBeforeTold, TellsTooSoon::default, |stage| {
            stage.coach();
            stage.ask(ALICE, mode(Mode::Idle));
            stage.wait(100);
        }),
        mutant(
            I::EverybodyIsAnswered,
            || Silent,
            |stage| {
                stage.wait(500);
                stage.ask(ALICE, Command::CenterHead);
                stage.wait(100);
            },
        ),
        mutant(
            I::LightsWithinSupply,
            || BuiltTo(too_bright),
            |stage| {
                stage.wait(500);
                stage.ask(ALICE, Command::ShowColor { color: WHITE });
                stage.wait(12_000);
            },
        ),
        mutant(
            I::HeadWithinLimits,
            || BuiltTo(too_far),
            |stage| {
                stage.wait(500);
                stage.ask(ALICE, Command::PointHead { pan: Some(Degrees::clamped(110.0)), tilt: None });
                stage.wait(3_000);
            },
        ),
        mutant(I::RewardHasItsFact, || Plants::new(treat_for_nothing), |stage| stage.jump(1)),
        mutant(I::RewardHasItsFact, || Plants::new(treat_for_something_else), |stage| stage.jump(2))
            .too(&[I::TrickHasItsWindow]),
        mutant(I::SuccessIsAnswered, || Plants::new(praises_twice), |stage| stage.jump(3))
            .too(&[I::TrickHasItsWindow]),
        mutant(
            I::SuccessIsAnswered,
            || Plants::new(trick_is_done),
            |stage| {
                stage.jump(1);
                stage.wait(61_000);
            },
        )
        .too(&[I::TrickHasItsWindow]),
        mutant(
            I::QuietTreatsAreRare,
            || Plants::new(pays_for_quiet_twice),
            |stage| {
                let limits = TreatLimits { spacing: Micros::ZERO, ..TreatLimits::default() };
                stage.enter(Outside::Limits(limits));
                stage.jump(5);
            },
        )
        .too(&[I::QuietIsKept]),
        mutant(I::MissionTreatsAreFew, || Plants::new(mission_gives), |stage| stage.jump(3))
            .too(&[I::MissionLocksTheMode])
            .of(stingy),
        mutant(I::CueIsHeard, || Plants::new(window_opens), |stage| stage.jump(1)),
        mutant(I::TrickHasItsWindow, || Plants::new(trick_is_done), |stage| stage.jump(1)),
        mutant(
            I::QuietIsKept,
            || Plants::new(quiet_is_kept),
            |stage| {
                stage.wait(5_000);
                stage.play();
                stage.enter(Outside::ClockJump(10_000_000));
                stage.wait(3_000);
                stage.enter(Outside::ClockJump(20_000_000));
                stage.wait(100);
            },
        ),
        mutant(I::OwnMotionHasItsPlace, Roams::default, |stage| {
            stage.drive();
            stage.wait(500);
        }),
        mutant(I::OwnMotionHasItsPlace, Roams::default, |stage| {
            stage.drive();
            stage.wait(2_500);
            stage.ask(ALICE, mode(Mode::Idle));
            stage.wait(200);
        }),
        mutant(I::MissionLocksTheMode, || Plants::new(missions_begin), |stage| stage.jump(1)),
        mutant(I::OneMissionAtATime, || Plants::new(missions_begin), |stage| stage.jump(2))
            .too(&[I::MissionLocksTheMode]),
        mutant(I::AppointmentIsKeptOnce, || Plants::new(appointment_is_kept), |stage| stage.jump(2)),
    ]
}

#[test]
fn each_is_caught_and_nothing_else_is_blamed() {
    let mut wrong = Vec::new();
    for mutant in mutants() {
        let name = mutant.breaks;
        let broken: BTreeSet<Invariant> =
            mutant.play(Some((mutant.saboteur)())).iter().map(|breach| breach.invariant).collect();
        let expected: BTreeSet<Invariant> = mutant.too.iter().copied().chain([name]).collect();
        if broken != expected {
            wrong.push(format!("the mutant of {name} breaks {broken:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_robot_as_it_should_be_breaks_none() {
    let mut wrong = Vec::new();
    for mutant in mutants() {
        let breaches = mutant.play(None);
        wrong.extend(breaches.iter().map(|breach| format!("in {}: {}", mutant.breaks, breach.account())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_invariant_has_one() {
    let mutants: BTreeSet<Invariant> = mutants().iter().map(|mutant| mutant.breaks).collect();
    for watched in TABLE {
        assert!(mutants.contains(&watched.invariant), "{} has no mutant", watched.name);
    }
}

#[test]
fn the_book_has_the_table() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/what-is-watched.md"))
            .unwrap();
    for Watched { name, holds, seen_in, rows, blind, .. } in TABLE {
        let row = format!("| `{name}` | {holds} | {seen_in} | {rows} | {blind} |");
        assert!(
            page.lines().any(|line| line == row),
            "docs/reference/what-is-watched.md lacks this row:\n{row}"
        );
    }
}

#[test]
fn a_breach_says_what_when_and_what_came_before() {
    let mutant = mutant(
        Invariant::StopIsObeyed,
        || DeafToStops,
        |stage| {
            stage.drive();
            stage.enter(Outside::Stop(StopKind::Stop));
            stage.wait(5);
            stage.wait(200);
        },
    );
    let breaches = mutant.play(Some((mutant.saboteur)()));
    let [breach] = breaches.as_slice() else { panic!("one that lasts is one: {breaches:?}") };
    assert_eq!((breach.invariant, breach.at), (Invariant::StopIsObeyed, at(550)));
    let account = breach.account();
    for part in ["stop_is_obeyed", "after a stop", "client 1 drives", "idle -> manual"] {
        assert!(account.contains(part), "{part}: {account}");
    }
}
