//! What a tick of the brain costs when everything goes on at once.

use std::time::Instant;

use wimz_brain::{Brain, Input, InputBody, Outbox, Setup, StoreWord};
use wimz_hal::Reading;
use wimz_vocabulary::{
    BatteryState, Boot, Charging, ClientId, Command, DriveState, Heartbeat, JobId, JobOutcome, Micros, Mode,
    ModeCause, Pattern, Ratio, Request, RequestId, RobotTime, SoundName, StopEpoch, Track, TreatCause,
    TreatLimits, Volts, Work,
};
use wimz_world::Setpoints;

use super::tell;

/// The brain alone with all that it has at work: an hour with a hand on the stick, light that moves, music, an ear,
/// measurements, a treat every three minutes and a store that answers. Everything that comes in between two ticks
/// counts towards the tick.
pub fn tick() {
    const HOUR: u64 = 360_000;
    let (mut brain, mut body, mut outbox) = (
        Brain::new(Setup { boot: Boot(1), lights: 165, plans: std::sync::Arc::default() }),
        Setpoints::default(),
        Outbox::new(),
    );
    let mut seq = 0;
    let mut step = |at: RobotTime, input: InputBody| {
        let mut next = Some(input);
        while let Some(body_of) = next.take() {
            seq += 1;
            outbox.clear();
            brain.step(&Input { seq, at, taken: at, body: body_of }, &mut body, &mut outbox);
            // The store answers at once.
            next = outbox.save.last().map(|fact| InputBody::Store(StoreWord::Saved { upto: fact.id.seq }));
        }
    };
    let request = |command| {
        InputBody::Request(Request { id: RequestId(0), from: ClientId(1), stops: StopEpoch(0), command })
    };
    let (half, most) = (Ratio::constant(0.5), Ratio::ONE);
    let song =
        Track { name: SoundName::new("songs/a.wav").expect("short"), length: Micros::from_secs(7_200) };
    let treat = Command::Dispense { work: Work::Dispense, cause: TreatCause::Owner, key: None, dog: None };
    let pattern = Command::ShowPattern { pattern: Pattern::Celebration };
    let limits = TreatLimits { day: 1_000, ..TreatLimits::default() };
    for input in [
        InputBody::Recalled,
        InputBody::Limits(limits),
        InputBody::Sound(song),
        request(Command::SetMode { mode: Mode::Manual, cause: ModeCause::Api }),
        request(pattern),
        request(Command::ToggleSound),
    ] {
        step(RobotTime::BOOT, input);
    }
    let volts = Volts::new(15.0).expect("in range");
    let battery = BatteryState { volts, charge: half, charging: Charging::No };
    let mut jobs = 0;
    let begun = Instant::now();
    for tick in 1..=HOUR {
        let at = RobotTime::from_micros(tick * 10_000);
        step(at, InputBody::Tick);
        if tick % 5 == 0 {
            step(
                at,
                request(Command::Drive {
                    left: half,
                    right: most,
                    echo: Some(Heartbeat::at(at)),
                    lease: None,
                }),
            );
        }
        if tick % 10 == 0 {
            let drive = DriveState { left: half, right: most, ..DriveState::default() };
            step(at, InputBody::Reading(Reading::Drive(drive)));
        }
        if tick % 500 == 0 {
            step(at, InputBody::Reading(Reading::Battery(battery)));
        }
        if tick % 18_000 == 0 {
            step(at, request(treat));
            jobs += 1;
        }
        if tick % 18_000 == 400 && jobs > 0 {
            let outcome = JobOutcome::Dropped { count: 1 };
            step(at, InputBody::Reading(Reading::Job { job: JobId(jobs), outcome }));
        }
    }
    let nanos = begun.elapsed().as_nanos() as f64 / HOUR as f64;
    assert_eq!(brain.status(RobotTime::from_micros(HOUR * 10_000)).treats.day, 20, "the treats were given");
    tell(
        "brain tick, all mechanisms busy",
        nanos.round(),
        "ns",
        "1000",
        "an hour; all inputs between two ticks count",
    );
}
