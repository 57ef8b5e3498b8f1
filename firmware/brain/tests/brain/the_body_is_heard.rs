//! What parts of the body say of themselves, and what follows: told, refused, stopped, or nothing at all.

use wimz_brain::InputBody;
use wimz_hal::Reading;
use wimz_vocabulary::{
    Command, Condition, Doubt, DriveEnd, EventBody, Health, JobId, JobOutcome, Micros, Mode, Part, Pattern,
    Refusal, Reply, Rgb, TreatCause, Trouble, Work,
};

use crate::bench::{ALICE, BOB, Bench, drive, mode, new_treat, treat};

fn rotate() -> Command {
    Command::Dispense { work: Work::Rotate, cause: TreatCause::Owner, key: None, dog: None }
}

fn is(bench: &mut Bench, part: Part, condition: Condition) {
    let health = Health::ok(bench.now).but(condition);
    bench.give(InputBody::Reading(Reading::Health { part, health }));
}

fn ended(bench: &mut Bench, job: JobId, outcome: JobOutcome) {
    bench.give(InputBody::Reading(Reading::Job { job, outcome }));
}

#[test]
fn what_a_part_says_is_told_once_and_stands_in_the_status() {
    for part in Part::ALL {
        let mut bench = Bench::new();
        let states = [
            Condition::Ok,
            Condition::Degraded(Trouble::BusNoisy),
            Condition::Failed(Trouble::BusSilent),
            Condition::Ok,
        ];
        let mut from = Condition::Starting;
        for to in states {
            is(&mut bench, part, to);
            is(&mut bench, part, to);
            assert_eq!(bench.told(), [EventBody::PartChanged { part, from, to }], "once");
            assert_eq!(bench.brain.status(bench.now).part(part).condition, to);
            bench.told.clear();
            from = to;
        }
    }
}

/// What follows from each condition of each part for each use of it.
#[test]
fn a_failed_part_is_refused_and_no_other_part_minds() {
    let uses = [(drive(0.5), Part::Drive), (Command::CenterHead, Part::Head), (treat(), Part::Dispenser)];
    for (command, needs) in uses {
        for part in Part::ALL {
            for condition in [
                Condition::Starting,
                Condition::Ok,
                Condition::Degraded(Trouble::BusNoisy),
                Condition::Failed(Trouble::BusSilent),
            ] {
                let mut bench = Bench::new();
                bench.ask(ALICE, mode(Mode::Manual));
                is(&mut bench, part, condition);
                let refused = part == needs && condition.is_failed();
                let expected = if refused {
                    Reply::Refused(Refusal::PartFailed { part, trouble: Trouble::BusSilent })
                } else if needs == Part::Dispenser {
                    new_treat(1)
                } else {
                    Reply::Accepted
                };
                assert_eq!(bench.ask(ALICE, command), expected, "{command:?}, {part} {condition:?}");
                let moved = !bench.body.frames.is_empty() || !bench.body.gazes.is_empty();
                assert_eq!(refused, !moved && bench.body.jobs.is_empty(), "a refusal moves nothing");
            }
        }
    }
}

#[test]
fn a_drive_that_fails_ends_the_drive() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Manual));
    bench.ask(ALICE, drive(0.5));
    is(&mut bench, Part::Drive, Condition::Failed(Trouble::PinRefused));
    assert!(
        bench
            .told()
            .iter()
            .any(|fact| matches!(fact, EventBody::DriveEnded { why: DriveEnd::PartFailed, .. }))
    );
    let zero = bench.body.frames.last().unwrap();
    assert_eq!((zero.left.get(), zero.right.get()), (0.0, 0.0));
    let sent = bench.body.frames.len();
    bench.pass(200);
    assert_eq!(bench.body.frames.len(), sent, "nothing is sent to a drive that does not obey");
}

#[test]
fn one_treat_at_a_time_and_each_job_once() {
    let mut bench = Bench::new();
    assert_eq!(bench.ask(ALICE, treat()), new_treat(1));
    assert_eq!(bench.ask(BOB, treat()), Reply::Refused(Refusal::DispenserBusy));
    assert_eq!(bench.ask(ALICE, rotate()), Reply::Refused(Refusal::DispenserBusy));
    bench.told.clear();
    let outcome = JobOutcome::Dropped { count: 1 };
    ended(&mut bench, JobId(1), outcome);
    ended(&mut bench, JobId(1), outcome);
    assert_eq!(bench.told(), [EventBody::DispenseEnded { job: JobId(1), outcome }], "an end is told once");
    assert_eq!(bench.ask(BOB, treat()), new_treat(2));
    let ids: Vec<u64> = bench.body.jobs.iter().map(|job| job.id.0).collect();
    assert_eq!(ids, [1, 2]);
}

#[test]
fn a_job_that_never_ends_is_uncertain_and_never_tried_again() {
    let mut bench = Bench::new();
    bench.ask(ALICE, treat());
    bench.told.clear();
    bench.pass(59_990);
    assert_eq!(bench.told(), []);
    bench.pass(10);
    let outcome = JobOutcome::Uncertain { seen: 0, why: Doubt::Broken(Trouble::BusSilent) };
    assert_eq!(bench.told(), [EventBody::DispenseEnded { job: JobId(1), outcome }]);
    ended(&mut bench, JobId(1), JobOutcome::Dropped { count: 1 });
    assert_eq!((bench.told().len(), bench.body.jobs.len()), (1, 1), "what comes after that is too late");
}

#[test]
fn an_empty_dispenser_can_be_turned_and_cleared_by_hand() {
    let mut bench = Bench::new();
    is(&mut bench, Part::Dispenser, Condition::Failed(Trouble::EmptyOrJammed));
    assert!(matches!(bench.ask(ALICE, treat()), Reply::Refused(Refusal::PartFailed { .. })));
    assert_eq!(bench.ask(ALICE, rotate()), new_treat(1));
    assert_eq!(bench.ask(ALICE, Command::ClearDispenser), Reply::Accepted);
    assert_eq!(bench.body.cleared, 1);
}

#[test]
fn a_treat_asked_for_long_ago_is_not_dropped_now() {
    let mut bench = Bench::new();
    let long_ago = bench.now;
    bench.now += Micros::from_millis(300);
    let request = wimz_vocabulary::Request {
        id: wimz_vocabulary::RequestId(1),
        from: ALICE,
        stops: wimz_vocabulary::StopEpoch(0),
        command: treat(),
    };
    let reply = bench.give_taken(long_ago, InputBody::Request(request)).unwrap();
    assert!(matches!(reply, Reply::Refused(Refusal::Expired { .. })), "{reply:?}");
    assert!(bench.body.jobs.is_empty());
}

#[test]
fn light_comes_at_once_and_then_twenty_times_a_second() {
    let mut bench = Bench::new();
    bench.ask(ALICE, Command::ShowColor { color: Rgb::new(1, 2, 3) });
    assert_eq!(bench.body.lights, [vec![Rgb::new(1, 2, 3); 165]]);
    bench.pass(1_000);
    assert_eq!(bench.body.lights.len(), 1, "a still light is not sent again and again");
    bench.ask(ALICE, Command::ShowPattern { pattern: Pattern::Rainbow });
    bench.pass(1_000);
    assert_eq!(bench.body.lights.len(), 1 + 1 + 20);
    bench.ask(ALICE, Command::MoodLight { on: None });
    bench.ask(ALICE, Command::MoodLight { on: None });
    bench.ask(ALICE, Command::MoodLight { on: Some(true) });
    assert_eq!(bench.body.mood, [true, false, true]);
}

/// Field row M2: a wall clock that jumped 15.6 h stopped watchdogs. Nothing here runs on it.
#[test]
fn a_wall_clock_that_jumps_is_told_of_and_ends_nothing() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Manual));
    let hour = 3_600_000_000;
    bench.give(InputBody::WallClock { unix_us: 1_000 * hour });
    bench.ask(ALICE, drive(0.5));
    bench.pass(100);
    bench.told.clear();
    bench.give(InputBody::WallClock { unix_us: 1_000 * hour + 100_000 });
    assert_eq!(bench.told(), [], "it ticked");
    bench.give(InputBody::WallClock { unix_us: 985 * hour });
    assert_eq!(bench.told(), [EventBody::WallClockJumped { by_us: -15 * hour - 100_000 }]);
    bench.pass(190);
    assert_eq!(bench.told().len(), 1, "the lease runs on");
    bench.pass(10);
    assert!(matches!(bench.told()[1], EventBody::DriveEnded { why: DriveEnd::LeaseExpired, .. }));
}
