//! Robots that are wrong, each in one way: what [`Saboteur`] lets through is the robot, whatever the brain meant.

use wimz_brain::InputBody;
use wimz_hal::{DriveFrame, Profile, Reading};
use wimz_simulator::Outside;
use wimz_simulator::session::Saboteur;
use wimz_vocabulary::{
    Bark, ClientId, CoachFact, Command, Day, Decibels, Doubt, Event, EventBody, EventId, GuardianFact, Job,
    JobId, JobOutcome, Micros, MissionFact, MissionName, Mode, Part, Ratio, Reply, Request, RobotTime,
    ScheduleFact, ScheduleId, Status, StopKind, TreatCause, TrickName, Withheld, Work,
};
use wimz_world::{Setpoints, World};

use crate::steps::{ALICE, at};

/// Frames newer than any of a brain's.
const FIRST: u64 = 1 << 60;

/// Sends its own frames in the brain's stead: the newest that the brain ever sent, over and over.
#[derive(Default)]
struct Feeder {
    frame: Option<DriveFrame>,
    sent: u64,
}

impl Feeder {
    fn hear(&mut self, body: &Setpoints) {
        let turning = |frame: &DriveFrame| frame.left != Ratio::ZERO || frame.right != Ratio::ZERO;
        self.frame = body.drive.filter(turning).or(self.frame);
    }

    fn feed(&mut self, now: RobotTime, body: &mut Setpoints) {
        if let Some(frame) = self.frame {
            self.sent += 1;
            let (seq, valid_until) = (FIRST + self.sent, now + Micros::from_millis(100));
            body.drive = Some(DriveFrame { seq, valid_until, ..frame });
        }
    }
}

/// Rests for nothing: neither a lease's end nor another mode ends what was begun.
#[derive(Default)]
pub struct NeverRests(Feeder);

impl Saboteur for NeverRests {
    fn orders(&mut self, now: RobotTime, body: &mut Setpoints) {
        self.0.hear(body);
        self.0.feed(now, body);
    }
}

/// Keeps the guard fed whether the brain thinks or not.
#[derive(Default)]
pub struct FedByAThread(Feeder);

impl Saboteur for FedByAThread {
    fn orders(&mut self, _: RobotTime, body: &mut Setpoints) {
        self.0.hear(body);
        body.drive = None;
    }

    fn meddles(&mut self, world: &mut World) {
        let now = world.now();
        self.0.feed(now, world.body());
    }
}

/// Does not hear stops.
pub struct DeafToStops;

impl Saboteur for DeafToStops {
    fn enters(&mut self, _: RobotTime, outside: Outside) -> Option<Outside> {
        (!matches!(outside, Outside::Stop(_))).then_some(outside)
    }
}

/// Takes an emergency stop for a stop.
pub struct NeverLatches;

impl Saboteur for NeverLatches {
    fn enters(&mut self, _: RobotTime, outside: Outside) -> Option<Outside> {
        Some(if matches!(outside, Outside::Stop(_)) { Outside::Stop(StopKind::Stop) } else { outside })
    }
}

/// Lifts the latch by itself after a while.
pub struct ReleasesByItself;

impl Saboteur for ReleasesByItself {
    fn meddles(&mut self, world: &mut World) {
        let state = world.drive_state();
        if state.latched && world.now() > at(2_000) {
            world.body().release = Some(state.epoch);
        }
    }
}

/// Is built to another profile than its own.
pub struct BuiltTo(pub fn(&mut Profile));

impl Saboteur for BuiltTo {
    fn profile(&mut self, profile: &mut Profile) {
        (self.0)(profile);
    }
}

/// Takes everybody for Alice.
pub struct KnowsOnlyAlice;

impl Saboteur for KnowsOnlyAlice {
    fn hears(&mut self, _: RobotTime, body: InputBody) -> Option<InputBody> {
        Some(match body {
            InputBody::Request(request) => InputBody::Request(Request { from: ALICE, ..request }),
            other => other,
        })
    }
}

/// Takes any battery for half full.
pub struct NeverEmpty;

impl Saboteur for NeverEmpty {
    fn hears(&mut self, _: RobotTime, body: InputBody) -> Option<InputBody> {
        Some(match body {
            InputBody::Reading(Reading::Battery(mut state)) => {
                state.charge = Ratio::constant(0.5);
                InputBody::Reading(Reading::Battery(state))
            }
            other => other,
        })
    }
}

/// Gives a treat by itself, two seconds after it woke.
#[derive(Default)]
pub struct SpitsTreats(bool);

impl Saboteur for SpitsTreats {
    fn orders(&mut self, now: RobotTime, body: &mut Setpoints) {
        if now >= at(2_000) && !std::mem::replace(&mut self.0, true) {
            body.job = Some(Job { id: JobId(1), work: Work::Dispense });
        }
    }
}

/// Writes facts down otherwise than they were.
pub struct Misreports(pub fn(&mut EventBody));

impl Saboteur for Misreports {
    fn fact(&mut self, fact: &mut Event) {
        (self.0)(&mut fact.body);
    }
}

/// Writes down, for every jump of the clock, what is not so: jumps are told apart by how many times ten seconds they are.
/// The id is that of the first such fact.
pub struct Plants {
    what: fn(i64, EventId) -> EventBody,
    first: Option<EventId>,
}

impl Plants {
    pub fn new(what: fn(i64, EventId) -> EventBody) -> Self {
        Self { what, first: None }
    }
}

impl Saboteur for Plants {
    fn fact(&mut self, fact: &mut Event) {
        if let EventBody::WallClockJumped { by_us } = fact.body {
            fact.body = (self.what)(by_us / 10_000_000, *self.first.get_or_insert(fact.id));
        }
    }
}

/// A treat of the robot's own.
fn own_treat(job: u32, cause: TreatCause, of: EventId) -> EventBody {
    let (job, work, client) = (JobId(job.into()), Work::Dispense, ClientId::ROBOT);
    EventBody::DispenseStarted { job, work, cause, client, key: None, dog: None, of: Some(of) }
}

fn trick_done() -> EventBody {
    EventBody::Coach(CoachFact::TrickDone {
        trick: TrickName::new("sit").unwrap(),
        track: None,
        known: None,
        held: Micros::from_secs(1),
        confidence: Ratio::ONE,
        attempt: 1,
    })
}

fn quiet_kept() -> EventBody {
    EventBody::Guardian(GuardianFact::QuietKept { number: 1, level: 1, took: Micros::from_secs(20) })
}

fn mission_started(run: u32) -> EventBody {
    let mission = MissionName::new("sit").unwrap();
    EventBody::Mission(MissionFact::Started {
        mission,
        run,
        stages: 2,
        dog: None,
        program: None,
        schedule: None,
    })
}

/// The fact so many after the first.
fn after(first: EventId, facts: u64) -> EventId {
    EventId { seq: first.seq + facts, ..first }
}

/// A treat for a fact that nobody has ever heard of.
pub fn treat_for_nothing(_: i64, first: EventId) -> EventBody {
    own_treat(1, TreatCause::Trick, after(first, 99))
}

/// A treat for quiet for a trick.
pub fn treat_for_something_else(jump: i64, first: EventId) -> EventBody {
    if jump == 1 { trick_done() } else { own_treat(1, TreatCause::Quiet, first) }
}

/// A trick is praised twice.
pub fn praises_twice(jump: i64, first: EventId) -> EventBody {
    if jump == 1 { trick_done() } else { EventBody::Praised { of: first, withheld: Withheld::NotThisTime } }
}

/// Two treats for quiet, one at once after the other.
pub fn pays_for_quiet_twice(jump: i64, first: EventId) -> EventBody {
    match jump {
        1 | 4 => quiet_kept(),
        2 => own_treat(1, TreatCause::Quiet, first),
        3 => {
            let outcome = JobOutcome::Uncertain { seen: 1, why: Doubt::OddShape };
            EventBody::DispenseEnded { job: JobId(1), outcome }
        }
        _ => own_treat(2, TreatCause::Quiet, after(first, 3)),
    }
}

/// A mission gives a treat.
pub fn mission_gives(jump: i64, first: EventId) -> EventBody {
    match jump {
        1 => mission_started(1),
        2 => {
            let held = Micros::from_secs(2);
            EventBody::Mission(MissionFact::StageDone {
                mission: MissionName::new("sit").unwrap(),
                run: 1,
                stage: 2,
                known: None,
                held,
            })
        }
        _ => own_treat(1, TreatCause::Mission, after(first, 1)),
    }
}

/// A mission begins while another is under way.
pub fn missions_begin(jump: i64, _: EventId) -> EventBody {
    mission_started(jump as u32)
}

/// A window opens.
pub fn window_opens(_: i64, _: EventId) -> EventBody {
    let trick = TrickName::new("sit").unwrap();
    EventBody::Coach(CoachFact::WindowOpened { trick, window: Micros::from_secs(15) })
}

/// A trick is done.
pub fn trick_is_done(_: i64, _: EventId) -> EventBody {
    trick_done()
}

/// Quiet is asked for, and kept.
pub fn quiet_is_kept(jump: i64, _: EventId) -> EventBody {
    if jump == 1 {
        let (number, level, needed) = (1, 1, Micros::from_secs(2));
        EventBody::Guardian(GuardianFact::Intervened { number, level, known: None, in_hour: 1, needed })
    } else {
        quiet_kept()
    }
}

/// An appointment is kept.
pub fn appointment_is_kept(_: i64, _: EventId) -> EventBody {
    let (id, day) = (ScheduleId::new("evening").unwrap(), Day(20_454));
    EventBody::Schedule(ScheduleFact::Kept { id, day })
}

/// Drives on under a lease of its own.
#[derive(Default)]
pub struct Roams(Feeder);

impl Saboteur for Roams {
    fn orders(&mut self, now: RobotTime, body: &mut Setpoints) {
        self.0.hear(body);
        self.0.feed(now, body);
    }

    fn fact(&mut self, fact: &mut Event) {
        if let EventBody::DriveStarted { client, .. } = &mut fact.body {
            *client = ClientId::ROBOT;
        }
    }
}

/// A treat is for somebody who never asked.
pub fn for_a_stranger(body: &mut EventBody) {
    if let EventBody::DispenseStarted { client, .. } = body {
        *client = ClientId(99);
    }
}

/// The second job bears the first one's number.
pub fn second_is_first(body: &mut EventBody) {
    if let EventBody::DispenseStarted { job, .. } = body {
        *job = JobId(1);
    }
}

/// Each treat counts twice.
pub fn counts_twice(body: &mut EventBody) {
    if let EventBody::DispenseEnded { outcome: JobOutcome::Dropped { count }, .. } = body {
        *count = 2;
    }
}

/// Every jump of the clock is a bark.
pub fn jumps_are_barks(body: &mut EventBody) {
    if let EventBody::WallClockJumped { .. } = body {
        let bark = Bark {
            loudness: Decibels::clamped(-20.0),
            length: Micros::from_millis(200),
            pitch: None,
            confidence: Ratio::ONE,
        };
        *body = EventBody::Barked { bark, known: None, asked: false };
    }
}

/// Is never told of some things.
pub struct NeverHears(pub fn(&InputBody) -> bool);

impl Saboteur for NeverHears {
    fn hears(&mut self, now: RobotTime, body: InputBody) -> Option<InputBody> {
        (now < at(3_000) || !(self.0)(&body)).then_some(body)
    }
}

/// The owner's limits.
pub fn limits(body: &InputBody) -> bool {
    matches!(body, InputBody::Limits(_))
}

/// What the battery's station says of itself.
pub fn health_of_the_battery(body: &InputBody) -> bool {
    matches!(body, InputBody::Reading(Reading::Health { part: Part::Battery, .. }))
}

/// Says of itself, from two seconds on, what is not so.
pub struct Claims(pub fn(&mut Status));

impl Saboteur for Claims {
    fn says(&self, status: &mut Status) {
        if status.at > at(2_000) {
            (self.0)(status);
        }
    }
}

/// A second writer of the mode.
pub fn manual(status: &mut Status) {
    status.mode = Mode::Manual;
}

/// Quiet by the clock.
pub fn quiet_by_the_clock(status: &mut Status) {
    status.hearing.quiet = Some(status.at.since(RobotTime::BOOT));
}

/// Orders something else of its body than the brain does.
pub struct Orders(pub fn(&mut Setpoints));

impl Saboteur for Orders {
    fn orders(&mut self, _: RobotTime, body: &mut Setpoints) {
        (self.0)(body);
    }
}

/// The detector never hears that it is to look.
pub fn detector_rests(body: &mut Setpoints) {
    body.detector = None;
}

/// A sound is never ended.
pub fn sounds_on(body: &mut Setpoints) {
    body.speaker.retain(|order| order.play.is_some());
}

/// Loses every fact that a drive has begun.
pub struct LosesFacts;

impl Saboteur for LosesFacts {
    fn tells(&mut self, facts: &mut Vec<Event>) {
        facts.retain(|fact| !matches!(fact.body, EventBody::DriveStarted { .. }));
    }
}

/// Tells at once what is not kept yet.
#[derive(Default)]
pub struct TellsTooSoon {
    early: Vec<Event>,
    told: u64,
}

impl Saboteur for TellsTooSoon {
    fn keeps(&mut self, facts: &mut Vec<Event>) {
        self.early.extend_from_slice(facts);
    }

    fn tells(&mut self, facts: &mut Vec<Event>) {
        facts.retain(|fact| !(fact.durable && fact.id.seq <= self.told));
        for fact in self.early.drain(..) {
            if fact.id.seq > self.told {
                self.told = fact.id.seq;
                facts.push(fact);
            }
        }
    }
}

/// Leaves some requests without an answer.
pub struct Silent;

impl Saboteur for Silent {
    fn answers(&mut self, request: &Request, reply: Reply) -> Option<Reply> {
        (request.command != Command::CenterHead).then_some(reply)
    }
}
