//! Treats as transactions: by name once, within limits, written down before anything moves, counted by the beam.

use proptest::prelude::*;
use wimz_brain::{InputBody, LEDGER, StoreWord};
use wimz_hal::Reading;
use wimz_vocabulary::{
    Boot, Command, Doubt, Event, EventBody, JobId, JobOutcome, Micros, Mode, Refusal, Reply, RequestKey,
    RobotTime, StoreState, TreatCause, TreatLimit, TreatLimits, Trouble, Work,
};

use crate::bench::{ALICE, BOB, Bench, Keeping, mode, new_treat, treat, treat_for};

const MINUTE: Micros = Micros::from_secs(60);
const HOUR: Micros = Micros::from_secs(3_600);

fn limit(reply: Reply) -> Option<(TreatLimit, Option<Micros>)> {
    match reply {
        Reply::Refused(Refusal::TreatLimit { limit, wait }) => Some((limit, wait)),
        _ => None,
    }
}

/// What a store has kept, for the next start.
fn past(bench: &Bench) -> Vec<Event> {
    bench.given.clone()
}

fn wake(boot: u32, past: &[Event]) -> Bench {
    let mut bench = Bench::asleep(Boot(boot));
    past.iter().for_each(|event| {
        bench.give(InputBody::Recall(*event));
    });
    bench.give(InputBody::Recalled);
    bench
}

#[test]
fn a_request_said_again_asks_for_nothing_more() {
    let mut bench = Bench::new();
    let same = treat_for(TreatCause::Owner, Some("a7"));
    assert_eq!(bench.ask(ALICE, same), new_treat(1));
    let again = |outcome| Reply::Treat { job: JobId(1), again: true, outcome };
    for client in [ALICE, BOB] {
        assert_eq!(bench.ask(client, same), again(None), "while it is under way");
    }
    bench.keeping = Keeping::Silent;
    bench.dropped(1);
    assert_eq!(bench.ask(BOB, same), again(None), "what is not kept yet is not told");
    bench.keep();
    bench.keeping = Keeping::Kept;
    let dropped = JobOutcome::Dropped { count: 1 };
    assert_eq!(bench.ask(BOB, same), again(Some(dropped)), "and after");
    assert_eq!(
        bench.ask(BOB, treat_for(TreatCause::Owner, Some("a8"))),
        new_treat(2),
        "another name, another treat"
    );
    assert_eq!(bench.body.jobs.len(), 2);
    let mut next = wake(2, &past(&bench));
    assert_eq!(next.ask(ALICE, same), again(Some(dropped)), "and after a restart");
    assert!(next.body.jobs.is_empty());
}

#[test]
fn nothing_moves_before_the_store_has_it() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Silent;
    bench.ask(ALICE, treat());
    bench.pass(900);
    assert!(bench.body.jobs.is_empty() && bench.told().is_empty(), "not done, and not told");
    bench.give(InputBody::Store(StoreWord::Saved { upto: 0 }));
    assert!(bench.body.jobs.is_empty(), "older facts are kept, this one is not");
    bench.keep();
    assert_eq!(bench.body.jobs.len(), 1);
    assert!(matches!(bench.told()[..], [EventBody::DispenseStarted { job: JobId(1), .. }]));
    bench.keep();
    assert_eq!(bench.body.jobs.len(), 1, "a word said twice moves nothing twice");
}

#[test]
fn what_is_written_down_too_late_is_not_done() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Silent;
    bench.ask(ALICE, treat());
    bench.pass(4_990);
    assert!(bench.brain.status(bench.now).treats.under_way.is_some());
    bench.pass(10);
    let outcome = JobOutcome::NotDone { why: Trouble::TooLate };
    assert!(
        bench.given.iter().any(|event| event.body == EventBody::DispenseEnded { job: JobId(1), outcome })
    );
    bench.keep();
    assert!(bench.body.jobs.is_empty(), "the store came back too late for the treat");
    assert_eq!(bench.brain.status(bench.now).treats.day, 0);
}

#[test]
fn a_store_that_refuses_ends_the_treat_and_no_treat_is_taken_on() {
    let mut bench = Bench::new();
    bench.keeping = Keeping::Refused;
    assert_eq!(bench.ask(ALICE, treat_for(TreatCause::Owner, Some("x"))), new_treat(1));
    let outcome = JobOutcome::NotDone { why: Trouble::NotRecorded };
    let again = |outcome| Reply::Treat { job: JobId(1), again: true, outcome };
    assert_eq!(bench.ask(ALICE, treat_for(TreatCause::Owner, Some("x"))), again(None), "nor is its end kept");
    let refused = |store| Reply::Refused(Refusal::StoreUnavailable { store });
    assert_eq!(bench.ask(ALICE, treat()), refused(StoreState::Failed));
    bench.keeping = Keeping::Kept;
    bench.pass(1_000);
    assert_eq!(bench.brain.status(bench.now).store, StoreState::Ok);
    assert_eq!(bench.ask(ALICE, treat_for(TreatCause::Owner, Some("x"))), again(Some(outcome)));
    assert_eq!(bench.ask(ALICE, treat()), new_treat(2));
    assert_eq!(bench.body.jobs.iter().map(|job| job.id).collect::<Vec<_>>(), [JobId(2)]);
}

#[test]
fn a_robot_that_does_not_know_its_past_gives_nothing() {
    let mut bench = Bench::asleep(Boot(4));
    let refused = Reply::Refused(Refusal::StoreUnavailable { store: StoreState::Opening });
    assert_eq!(bench.ask(ALICE, treat_for(TreatCause::Owner, Some("k"))), refused);
    bench.give(InputBody::Recalled);
    assert_eq!(bench.ask(ALICE, treat_for(TreatCause::Owner, Some("k"))), new_treat(1));
}

#[test]
fn what_was_begun_and_has_no_outcome_counts_and_is_never_tried_again() {
    let mut bench = Bench::new();
    bench.ask(ALICE, treat_for(TreatCause::Owner, Some("k")));
    let mut next = wake(2, &past(&bench));
    let outcome = JobOutcome::Uncertain { seen: 0, why: Doubt::Restarted };
    assert!(next.told().contains(&EventBody::DispenseEnded { job: JobId(1), outcome }), "it is told");
    next.pass(100_000);
    assert!(next.body.jobs.is_empty());
    assert_eq!(next.brain.status(next.now).treats.day, 1, "it counts");
    let again = Reply::Treat { job: JobId(1), again: true, outcome: Some(outcome) };
    assert_eq!(next.ask(ALICE, treat_for(TreatCause::Owner, Some("k"))), again);
    assert_eq!(next.ask(ALICE, treat()), new_treat(2), "numbers go on");
    let mut third = wake(3, &[past(&bench), past(&next)].concat());
    assert!(!third.told().contains(&EventBody::DispenseEnded { job: JobId(1), outcome }), "it is told once");
    assert_eq!(third.ask(ALICE, treat()), new_treat(3));
}

#[test]
fn a_past_is_as_old_as_the_wall_clock_says_and_new_where_nobody_knows() {
    let began = 1_000_000_000_000_000;
    for (shown, left) in [
        (Some(began + 23 * 3_600_000_000), 19),
        (Some(began + 24 * 3_600_000_000), 20),
        (Some(began - 3_600_000_000), 19),
        (None, 19),
    ] {
        let mut bench = Bench::new();
        bench.give(InputBody::WallClock { unix_us: began });
        bench.ask(ALICE, treat());
        bench.dropped(1);
        let mut next = Bench::asleep(Boot(2));
        if let Some(unix_us) = shown {
            next.give(InputBody::WallClock { unix_us });
        }
        for event in past(&bench) {
            next.give(InputBody::Recall(event));
        }
        next.give(InputBody::Recalled);
        assert_eq!(next.brain.status(next.now).treats.left, left, "{shown:?}");
        next.leap(Micros::from_secs(24 * 3_600));
        assert_eq!(next.brain.status(next.now).treats.left, 20, "a day later it is past whatever was known");
    }
}

#[test]
fn an_owner_s_treats_count_towards_the_day_and_a_refusal_says_so() {
    let mut bench = Bench::new();
    let began = bench.now;
    for _ in 0..20 {
        assert!(matches!(bench.ask(ALICE, treat()), Reply::Treat { .. }));
        bench.dropped(1);
        bench.leap(MINUTE);
    }
    let refusal = bench.ask(ALICE, treat());
    let wait = Micros::from_secs(24 * 3_600) - bench.now.since(began);
    assert_eq!(limit(refusal), Some((TreatLimit::Day, Some(wait))));
    let Reply::Refused(refusal) = refusal else { panic!() };
    let text = refusal.to_string();
    assert!(text.contains("your own treats count") && text.contains("the next one in 23 h 40 min"), "{text}");
    assert_eq!(bench.brain.status(bench.now).treats.left, 0);
    bench.leap(wait - Micros::new(1));
    assert!(limit(bench.ask(ALICE, treat())).is_some());
    bench.leap(Micros::new(1));
    assert!(limit(bench.ask(ALICE, treat())).is_none(), "when the first of them is a day old");
}

#[test]
fn the_robot_s_own_treats_keep_to_the_hour_the_session_and_their_distance() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Coach));
    let trick = treat_for(TreatCause::Trick, None);
    let give = |bench: &mut Bench| {
        assert!(matches!(bench.ask(ALICE, trick), Reply::Treat { .. }));
        bench.dropped(1);
    };
    give(&mut bench);
    bench.leap(Micros::from_secs(119));
    let refused = limit(bench.ask(ALICE, trick));
    assert_eq!(refused, Some((TreatLimit::Spacing, Some(Micros::from_secs(1)))));
    assert!(limit(bench.ask(ALICE, treat())).is_none(), "a person does not wait");
    bench.dropped(1);
    bench.leap(Micros::from_secs(1));
    for _ in 1..8 {
        give(&mut bench);
        bench.leap(Micros::from_secs(120));
    }
    let wait = HOUR - Micros::from_secs(8 * 120);
    assert_eq!(limit(bench.ask(ALICE, trick)), Some((TreatLimit::Hour, Some(wait))));
    bench.leap(wait);
    for _ in 8..11 {
        give(&mut bench);
        bench.leap(Micros::from_secs(120));
    }
    assert_eq!(limit(bench.ask(ALICE, trick)), Some((TreatLimit::Session, None)));
    bench.ask(ALICE, mode(Mode::Idle));
    bench.ask(ALICE, mode(Mode::Coach));
    assert!(limit(bench.ask(ALICE, trick)).is_none(), "another session");
    bench.dropped(1);
    bench.leap(HOUR);
    bench.give(InputBody::Limits(TreatLimits { session: 0, ..TreatLimits::default() }));
    assert_eq!(limit(bench.ask(ALICE, trick)), Some((TreatLimit::Session, None)), "the owner's setting");
}

#[test]
fn each_cause_has_its_modes() {
    for wanted in [Mode::Idle, Mode::Manual, Mode::SilentGuardian, Mode::Coach] {
        for cause in TreatCause::ALL {
            let mut bench = Bench::new();
            bench.ask(ALICE, mode(wanted));
            let expected = match (cause, wanted) {
                (TreatCause::Owner, _) | (TreatCause::Trick, Mode::Coach) => new_treat(1),
                // Nobody has listened.
                (TreatCause::Quiet, Mode::SilentGuardian) => Reply::Refused(Refusal::NotQuiet),
                _ => Reply::Refused(Refusal::WrongCause { mode: wanted }),
            };
            assert_eq!(bench.ask(ALICE, treat_for(cause, None)), expected, "{cause:?} in {wanted}");
        }
    }
}

/// What each outcome counts as.
#[test]
fn what_the_beam_saw_is_what_counts() {
    let broken = Doubt::Broken(Trouble::BusSilent);
    for (outcome, given) in [
        (JobOutcome::Dropped { count: 0 }, 0),
        (JobOutcome::Dropped { count: 2 }, 2),
        (JobOutcome::Uncertain { seen: 0, why: broken }, 1),
        (JobOutcome::Uncertain { seen: 3, why: broken }, 3),
        (JobOutcome::EmptyOrJammed, 0),
        (JobOutcome::NotDone { why: Trouble::Unpowered }, 0),
    ] {
        let mut bench = Bench::new();
        bench.ask(ALICE, treat());
        let tally = bench.brain.status(bench.now).treats;
        assert_eq!((tally.day, tally.left, tally.under_way), (1, 19, Some(JobId(1))), "reserved");
        bench.read(Reading::Job { job: JobId(1), outcome });
        let tally = bench.brain.status(bench.now).treats;
        assert_eq!((tally.day, tally.left, tally.under_way), (given, 20 - given, None), "{outcome:?}");
        bench.read(Reading::Stray { after: Some(JobId(1)) });
        bench.read(Reading::Stray { after: None });
        assert_eq!(
            bench.brain.status(bench.now).treats.day,
            given + 1,
            "a treat that fell late is the job's"
        );
        let next = wake(2, &past(&bench));
        assert_eq!(next.brain.status(next.now).treats.day, given + 1, "{outcome:?}, remembered");
    }
}

#[test]
fn turning_the_carousel_is_a_treat_like_any_other() {
    let mut bench = Bench::new();
    let rotate = Command::Dispense { work: Work::Rotate, cause: TreatCause::Owner, key: None, dog: None };
    bench.give(InputBody::Limits(TreatLimits { day: 1, ..TreatLimits::default() }));
    assert_eq!(bench.ask(ALICE, rotate), new_treat(1));
    bench.dropped(1);
    assert!(matches!(limit(bench.ask(ALICE, rotate)), Some((TreatLimit::Day, Some(_)))));
}

#[test]
fn two_treats_at_once_make_the_wait_longer() {
    let mut bench = Bench::new();
    bench.give(InputBody::Limits(TreatLimits { day: 3, ..TreatLimits::default() }));
    for count in [1, 2] {
        bench.ask(ALICE, treat());
        bench.dropped(count);
        bench.leap(HOUR);
    }
    let day = Micros::from_secs(24 * 3_600);
    assert_eq!(limit(bench.ask(ALICE, treat())), Some((TreatLimit::Day, Some(day - HOUR - HOUR))));
    bench.give(InputBody::Limits(TreatLimits { day: 2, ..TreatLimits::default() }));
    assert_eq!(
        limit(bench.ask(ALICE, treat())),
        Some((TreatLimit::Day, Some(day - HOUR))),
        "both of the second"
    );
}

#[test]
fn a_name_that_dispensed_is_not_forgotten_for_many_that_did_not() {
    let mut bench = Bench::new();
    bench.ask(ALICE, treat_for(TreatCause::Owner, Some("first")));
    bench.dropped(1);
    for number in 0..LEDGER + 10 {
        let reply = bench.ask(ALICE, treat_for(TreatCause::Owner, Some(&format!("n{number}"))));
        let Reply::Treat { job, .. } = reply else { panic!("{reply:?}") };
        bench.read(Reading::Job { job, outcome: JobOutcome::NotDone { why: Trouble::BeamRestless } });
    }
    for bench in [&mut wake(2, &past(&bench)), &mut bench] {
        assert_eq!(bench.brain.status(bench.now).treats.day, 1);
        let again =
            Reply::Treat { job: JobId(1), again: true, outcome: Some(JobOutcome::Dropped { count: 1 }) };
        assert_eq!(bench.ask(ALICE, treat_for(TreatCause::Owner, Some("first"))), again);
        let reply = bench.ask(ALICE, treat_for(TreatCause::Owner, Some("n3")));
        assert!(
            matches!(reply, Reply::Treat { again: false, .. }),
            "what brought down nothing is forgotten first"
        );
    }
}

#[test]
fn a_name_stands_for_one_thing() {
    let mut bench = Bench::new();
    bench.ask(ALICE, treat_for(TreatCause::Owner, Some("r1")));
    let key = RequestKey::new("r1").unwrap();
    let rotate =
        Command::Dispense { work: Work::Rotate, cause: TreatCause::Owner, key: Some(key), dog: None };
    assert_eq!(bench.ask(ALICE, rotate), Reply::Refused(Refusal::NameUsed { key }));
    let mut next = wake(2, &past(&bench));
    assert_eq!(next.ask(ALICE, rotate), Reply::Refused(Refusal::NameUsed { key }));
}

#[derive(Clone, Debug)]
enum Move {
    Ask(u8, bool),
    Drop(u8),
    Doubt,
    Keep,
    Fail,
    Store(Keeping),
    Pass(u32),
    Restart,
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (0..6u8, any::<bool>()).prop_map(|(name, owner)| Move::Ask(name, owner)),
        3 => (0..3u8).prop_map(Move::Drop),
        1 => Just(Move::Doubt),
        2 => Just(Move::Keep),
        1 => Just(Move::Fail),
        2 => prop_oneof![Just(Keeping::Kept), Just(Keeping::Silent), Just(Keeping::Refused)].prop_map(Move::Store),
        2 => (10..9_000u32).prop_map(Move::Pass),
        1 => Just(Move::Restart),
    ]
}

/// A robot over many starts, and what its disk has.
struct Life {
    bench: Bench,
    boot: u32,
    /// Facts of earlier starts.
    disk: Vec<Event>,
    /// Up to which fact of this start the disk has it.
    kept: u64,
    /// The jobs that the dispenser was given, and their requests' names.
    moved: Vec<(JobId, Option<String>)>,
}

const LIMITS: TreatLimits = TreatLimits { day: 5, hour: 3, session: 11, spacing: Micros::from_secs(2) };

impl Life {
    fn begin(boot: u32, disk: Vec<Event>, moved: Vec<(JobId, Option<String>)>, now: RobotTime) -> Self {
        let mut bench = Bench::asleep(Boot(boot));
        bench.now = now;
        bench.give(InputBody::Limits(LIMITS));
        for event in &disk {
            bench.give(InputBody::Recall(*event));
        }
        bench.give(InputBody::Recalled);
        Self { bench, boot, disk, kept: 0, moved }
    }

    fn restart(self) -> Self {
        let kept = self.kept;
        let mut disk = self.disk;
        // What was given twice is kept once.
        let mut last = 0;
        for event in self.bench.given.iter().filter(|event| event.id.seq <= kept) {
            if event.id.seq > last {
                last = event.id.seq;
                disk.push(*event);
            }
        }
        Self::begin(self.boot + 1, disk, self.moved, self.bench.now)
    }

    fn under_way(&self) -> Option<JobId> {
        self.bench.brain.status(self.bench.now).treats.under_way
    }
}

proptest! {
    /// Whatever is asked, lost, kept late or not at all, and however often the robot starts anew: a name is dispensed
    /// once at most, each job once, nothing moves that was not kept first, and the day's limit holds.
    #[test]
    fn a_name_dispenses_once_whatever_happens(moves in prop::collection::vec(moves(), 1..80)) {
        let mut life = Life::begin(1, Vec::new(), Vec::new(), RobotTime::from_micros(1_000_000));
        for step in moves {
            let bench = &mut life.bench;
            match step {
                Move::Ask(name, owner) => {
                    let cause = if owner { TreatCause::Owner } else { TreatCause::Trick };
                    if !owner {
                        bench.ask(ALICE, mode(Mode::Coach));
                    }
                    bench.ask(ALICE, treat_for(cause, Some(&format!("n{name}"))));
                }
                Move::Drop(count) => {
                    if let Some(job) = life.under_way().filter(|job| life.moved.iter().any(|(id, _)| id == job)) {
                        life.bench.read(Reading::Job { job, outcome: JobOutcome::Dropped { count } });
                    }
                }
                Move::Doubt => {
                    if let Some(job) = life.under_way().filter(|job| life.moved.iter().any(|(id, _)| id == job)) {
                        let outcome = JobOutcome::Uncertain { seen: 0, why: Doubt::OddShape };
                        life.bench.read(Reading::Job { job, outcome });
                    }
                }
                Move::Keep => bench.keep(),
                Move::Fail => {
                    bench.give(InputBody::Store(StoreWord::Failed));
                }
                Move::Store(keeping) => bench.keeping = keeping,
                Move::Pass(millis) => bench.pass(u64::from(millis)),
                Move::Restart => life = life.restart(),
            }
            let bench = &life.bench;
            let told = bench.told.iter().filter(|event| event.durable).map(|event| event.id.seq).max();
            life.kept = life.kept.max(told.unwrap_or(0));
            let last = life.moved.last().map(|(last, _)| *last);
            for job in bench.body.jobs.iter().filter(|job| last.is_none_or(|last| job.id > last)) {
                let begun = bench.given.iter().find_map(|event| match event.body {
                    EventBody::DispenseStarted { job: id, key, .. } if id == job.id => Some((event.id.seq, key)),
                    _ => None,
                });
                let (seq, key) = begun.expect("what moves was begun");
                prop_assert!(seq <= life.kept, "kept before it moves");
                let name = key.map(|key| key.to_string());
                prop_assert!(life.moved.iter().all(|(id, known)| *id < job.id && *known != name), "{name:?} moves again");
                life.moved.push((job.id, name));
            }
            let ids: Vec<JobId> = bench.body.jobs.iter().map(|job| job.id).collect();
            prop_assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "each job once, in order");
            // The last one allowed may have been two.
            prop_assert!(life.bench.brain.status(life.bench.now).treats.day <= LIMITS.day + 1);
        }
    }
}
