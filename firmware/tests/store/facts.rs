//! Facts to keep, one of every kind there is.

use wimz_firmware::store::Store;
use wimz_vocabulary::{
    Bark, Behavior, Boot, Charging, ClientId, CoachFact, Condition, Day, Decibels, DogId, Doubt, DriveEnd,
    Event, EventBody, EventId, Gate, GuardianFact, IdMethod, JobId, JobOutcome, KnownDog, Lane, LeaseId,
    Level, Micros, MissionFact, MissionName, MissionPhase, Mode, ModeCause, Part, PlayId, Ratio, Release,
    RequestKey, RobotTime, ScheduleFact, ScheduleId, Side, SoundEnd, SoundName, StopKind, StoreState, TagId,
    TrackId, TreatCause, TrickName, Trouble, Withheld, Work,
};

pub const ROBOT: &str = "wimz_robot_01";

pub fn fact(boot: Boot, seq: u64, body: EventBody) -> Event {
    let id = EventId { boot, lane: Lane::Durable, seq };
    Event { id, at: RobotTime::from_micros(seq * 10_000), wall_us: None, durable: true, body }
}

pub fn change(by_us: u64) -> EventBody {
    EventBody::WallClockJumped { by_us: i64::try_from(by_us).unwrap() }
}

pub fn started(job: u64) -> EventBody {
    let (client, cause) = (ClientId::REST, TreatCause::Owner);
    EventBody::DispenseStarted {
        job: JobId(job),
        work: Work::Dispense,
        cause,
        client,
        key: None,
        dog: None,
        of: None,
    }
}

pub fn ended(job: u64) -> EventBody {
    EventBody::DispenseEnded { job: JobId(job), outcome: JobOutcome::Dropped { count: 1 } }
}

/// The numbers of all that is kept, in order.
pub fn numbers(store: &Store) -> Vec<u64> {
    store.events_after(None, 100_000).unwrap().into_iter().map(|kept| kept.event.id.seq).collect()
}

/// One fact of each kind, with these numbers and texts wherever it has one.
pub fn every_kind(
    number: u64,
    signed: i64,
    client: u32,
    key: RequestKey,
    dog: DogId,
    sound: SoundName,
) -> Vec<EventBody> {
    let (job, client, lease, play) = (JobId(number), ClientId(client), LeaseId(client), PlayId(number));
    let outcome =
        JobOutcome::Uncertain { seen: number as u8, why: Doubt::Broken(Trouble::Stalled(Side::Left)) };
    let work = Work::Rotate;
    let confidence = Ratio::clamped(0.1 * f32::from(number as u8 % 10));
    let bark = Bark {
        loudness: Decibels::clamped(-f32::from(number as u8)),
        length: Micros::new(number),
        pitch: Some(number as u16),
        confidence,
    };
    let (known, track) = (KnownDog { dog, by: IdMethod::LastDog }, TrackId(number as u32));
    let kinds = vec![
        EventBody::ModeChanged {
            from: Mode::Idle,
            to: Mode::SilentGuardian,
            cause: ModeCause::DriveExitRestore,
        },
        EventBody::OperatorTook { client },
        EventBody::OperatorLeft { client, why: Release::TransportLost },
        EventBody::DriveStarted { lease, client },
        EventBody::DriveEnded { lease, why: DriveEnd::Protected },
        EventBody::Stopped { kind: StopKind::Emergency },
        EventBody::StopReleased { client },
        EventBody::GuardIntervened,
        EventBody::PartChanged {
            part: Part::MoodLight,
            from: Condition::Starting,
            to: Condition::Failed(Trouble::EncoderDead(Side::Right)),
        },
        EventBody::DispenseStarted {
            job,
            work,
            cause: TreatCause::Trick,
            client,
            key: Some(key),
            dog: Some(dog),
            of: Some(EventId { boot: Boot(1), lane: Lane::Durable, seq: number }),
        },
        EventBody::DispenseEnded { job, outcome },
        EventBody::TreatStrayed { after: Some(job) },
        EventBody::WallClockJumped { by_us: signed },
        EventBody::PowerButton { pressed: true },
        EventBody::BatteryLevel { from: Level::Normal, to: Level::Emergency },
        EventBody::HeatLevel { from: Level::Critical, to: Level::Warning },
        EventBody::ChargingChanged { to: Charging::Unknown },
        EventBody::SoundStarted { play, sound },
        EventBody::SoundEnded { play, sound, how: SoundEnd::Failed },
        EventBody::DogCalled { dog: Some(dog), sound },
        EventBody::StoreChanged { to: StoreState::Slow },
        EventBody::FactsLost { count: number },
        EventBody::Barked { bark, known: Some(known), asked: true },
        EventBody::BarkRejected { bark, gate: Gate::ALL[Gate::COUNT - 1] },
        EventBody::DogSeen { track, known: None, tag: Some(TagId(number as u16)), confidence },
        EventBody::DogRecognised { track, known },
        EventBody::DogDoes { track, known: Some(known), behavior: Behavior::Come, confidence },
        EventBody::DogGone { track, known: Some(known) },
        EventBody::Praised {
            of: EventId { boot: Boot(1), lane: Lane::Durable, seq: number },
            withheld: Withheld::Barked,
        },
        EventBody::Guardian(GuardianFact::GaveUp { number: 1, level: 2 }),
        EventBody::Coach(CoachFact::Forced { trick: TrickName::new("sit").unwrap(), replaced: true }),
        EventBody::Mission(MissionFact::Resumed {
            mission: MissionName::new("sit").unwrap(),
            run: 1,
            stage: 2,
            phase: MissionPhase::Watching,
        }),
        EventBody::Schedule(ScheduleFact::Kept { id: ScheduleId::new("supper").unwrap(), day: Day(20_000) }),
    ];
    assert!(kinds.iter().map(place).eq(0..33), "one of each kind");
    kinds
}

/// Where a kind stands in the list above: a new one does not compile until it stands there too.
fn place(body: &EventBody) -> usize {
    match body {
        EventBody::ModeChanged { .. } => 0,
        EventBody::OperatorTook { .. } => 1,
        EventBody::OperatorLeft { .. } => 2,
        EventBody::DriveStarted { .. } => 3,
        EventBody::DriveEnded { .. } => 4,
        EventBody::Stopped { .. } => 5,
        EventBody::StopReleased { .. } => 6,
        EventBody::GuardIntervened => 7,
        EventBody::PartChanged { .. } => 8,
        EventBody::DispenseStarted { .. } => 9,
        EventBody::DispenseEnded { .. } => 10,
        EventBody::TreatStrayed { .. } => 11,
        EventBody::WallClockJumped { .. } => 12,
        EventBody::PowerButton { .. } => 13,
        EventBody::BatteryLevel { .. } => 14,
        EventBody::HeatLevel { .. } => 15,
        EventBody::ChargingChanged { .. } => 16,
        EventBody::SoundStarted { .. } => 17,
        EventBody::SoundEnded { .. } => 18,
        EventBody::DogCalled { .. } => 19,
        EventBody::StoreChanged { .. } => 20,
        EventBody::FactsLost { .. } => 21,
        EventBody::Barked { .. } => 22,
        EventBody::BarkRejected { .. } => 23,
        EventBody::DogSeen { .. } => 24,
        EventBody::DogRecognised { .. } => 25,
        EventBody::DogDoes { .. } => 26,
        EventBody::DogGone { .. } => 27,
        EventBody::Praised { .. } => 28,
        EventBody::Guardian(_) => 29,
        EventBody::Coach(_) => 30,
        EventBody::Mission(_) => 31,
        EventBody::Schedule(_) => 32,
    }
}
