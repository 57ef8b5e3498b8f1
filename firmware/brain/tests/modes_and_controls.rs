//! Who may do what in which mode, told to a brain without any body behind it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod bench;

use wimz_brain::InputBody;
use wimz_hal::{HeadAngles, Reading};
use wimz_vocabulary::{
    Command, Degrees, DriveEnd, DriveState, EventBody, Micros, Mode, ModeCause, Ratio, Refusal, Release,
    Reply, Request, RequestId, StopEpoch,
};

use bench::{ALICE, BOB, Bench, drive, mode};

#[test]
fn every_mode_from_every_mode_for_every_cause() {
    for from in [Mode::Idle, Mode::Manual] {
        for to in Mode::ALL {
            for cause in ModeCause::ALL {
                let mut bench = Bench::new();
                bench.ask(ALICE, mode(from));
                bench.out.events.clear();
                let reply = bench.ask(ALICE, Command::SetMode { mode: to, cause });
                let status = bench.brain.status(bench.now);
                if matches!(to, Mode::Idle | Mode::Manual) {
                    assert_eq!((reply, status.mode), (Reply::Accepted, to));
                    let changed = EventBody::ModeChanged { from, to, cause };
                    let told = if from == to { vec![] } else { vec![changed] };
                    assert_eq!(bench.told(), told, "asked for twice is one fact");
                } else {
                    assert_eq!(reply, Reply::Refused(Refusal::ModeUnavailable { mode: to }));
                    assert_eq!((status.mode, bench.told()), (from, vec![]), "nothing has changed");
                }
            }
        }
    }
}

#[test]
fn only_manual_mode_drives_and_zero_is_welcome_in_all() {
    let mut bench = Bench::new();
    assert_eq!(bench.ask(ALICE, drive(0.5)), Reply::Refused(Refusal::WrongMode { mode: Mode::Idle }));
    assert_eq!(bench.ask(ALICE, drive(0.0)), Reply::Accepted);
    assert!(bench.body.frames.is_empty() && bench.brain.status(bench.now).operator.is_none());
}

#[test]
fn leaving_manual_mode_ends_the_drive() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Manual));
    bench.ask(ALICE, drive(0.5));
    bench.ask(BOB, mode(Mode::Idle));
    let last = bench.body.frames.last().unwrap();
    assert_eq!((last.left, last.right), (Ratio::ZERO, Ratio::ZERO));
    assert!(matches!(bench.told()[..], [.., EventBody::DriveEnded { why: DriveEnd::ModeChanged, .. }]));
    let sent = bench.body.frames.len();
    bench.pass(100);
    assert_eq!(bench.body.frames.len(), sent, "at rest, the brain sends nothing");
}

#[test]
fn frames_grow_in_number_and_never_outlive_their_command() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Manual));
    bench.ask(ALICE, drive(0.5));
    let until = bench.now + Micros::from_millis(300);
    bench.pass(500);
    let frames = &bench.body.frames;
    assert!(frames.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    let (moving, zero) = frames.split_at(frames.len() - 1);
    assert_eq!(moving.len(), 30, "one at once, and one a tick");
    assert!(moving.iter().all(|frame| frame.valid_until == until));
    assert_eq!(zero[0].left, Ratio::ZERO);
}

#[test]
fn a_command_that_waited_out_its_lease_is_refused() {
    for (waited, outcome) in
        [(299, Reply::Accepted), (300, Reply::Refused(Refusal::Expired { age: Micros::from_millis(300) }))]
    {
        let mut bench = Bench::new();
        bench.ask(ALICE, mode(Mode::Manual));
        let taken = bench.now;
        bench.now += Micros::from_millis(waited);
        let request = Request { id: RequestId(9), from: ALICE, stops: StopEpoch(0), command: drive(0.5) };
        assert_eq!(bench.give_taken(taken, InputBody::Request(request)), Some(outcome));
        if let Some(frame) = bench.body.frames.last() {
            assert_eq!(frame.valid_until, taken + Micros::from_millis(300), "it runs from when it came in");
        }
    }
}

#[test]
fn nothing_that_moves_is_obeyed_late() {
    let look = Command::PointHead { pan: Some(Degrees::new(10.0).unwrap()), tilt: None };
    for (command, late) in [
        (look, true),
        (Command::CenterHead, true),
        (Command::ReleaseStop, true),
        (mode(Mode::Manual), false),
        (drive(0.0), false),
    ] {
        let mut bench = Bench::new();
        let taken = bench.now;
        bench.now += Micros::from_secs(1);
        let request = Request { id: RequestId(9), from: ALICE, stops: StopEpoch(0), command };
        let refused = Reply::Refused(Refusal::Expired { age: Micros::from_secs(1) });
        let outcome = if late { refused } else { Reply::Accepted };
        assert_eq!(bench.give_taken(taken, InputBody::Request(request)), Some(outcome), "{command:?}");
        assert!(bench.body.gazes.is_empty() && bench.body.releases.is_empty());
    }
}

#[test]
fn the_controls_are_one_client_s_until_it_is_silent_for_2_s_or_gone() {
    let mut bench = Bench::new();
    let look = Command::PointHead { pan: Some(Degrees::new(10.0).unwrap()), tilt: None };
    assert_eq!(bench.ask(ALICE, look), Reply::Accepted);
    let busy = Reply::Refused(Refusal::OperatorBusy { holder: ALICE });
    bench.pass(1_990);
    assert_eq!(bench.ask(BOB, look), busy);
    assert_eq!(bench.ask(ALICE, Command::CenterHead), Reply::Accepted);
    bench.pass(1_990);
    assert_eq!(bench.ask(BOB, Command::ReleaseStop), busy, "a word of Alice's has renewed it");
    bench.pass(10);
    assert!(bench.told().contains(&EventBody::OperatorLeft { client: ALICE, why: Release::Expired }));
    assert_eq!(bench.ask(BOB, look), Reply::Accepted);
    bench.give(InputBody::Left(BOB));
    assert!(bench.told().contains(&EventBody::OperatorLeft { client: BOB, why: Release::TransportLost }));
    assert_eq!(bench.ask(ALICE, look), Reply::Accepted);
}

#[test]
fn an_axis_that_is_left_out_stays_where_it_is() {
    let mut bench = Bench::new();
    let degrees = |value| Degrees::new(value).unwrap();
    bench.ask(ALICE, Command::PointHead { pan: Some(degrees(20.0)), tilt: Some(degrees(5.0)) });
    bench.ask(ALICE, Command::PointHead { pan: None, tilt: Some(degrees(-5.0)) });
    assert_eq!(bench.body.gazes.last(), Some(&HeadAngles { pan: degrees(20.0), tilt: degrees(-5.0) }));
}

#[test]
fn a_stop_that_the_guard_reports_voids_the_lease_and_a_release_names_it() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Manual));
    bench.ask(ALICE, drive(0.5));
    let stopped = DriveState { epoch: StopEpoch(1), latched: true, ..DriveState::default() };
    bench.give(InputBody::Reading(Reading::Drive(stopped)));
    let sent = bench.body.frames.len();
    bench.pass(200);
    assert_eq!(bench.body.frames.len(), sent, "nothing is sent under a voided lease");
    assert_eq!(bench.ask(ALICE, drive(0.5)), Reply::Refused(Refusal::EmergencyLatched));
    assert_eq!(bench.ask(ALICE, Command::ReleaseStop), Reply::Accepted);
    assert_eq!(bench.body.releases, [StopEpoch(1)]);
    bench.give(InputBody::Reading(Reading::Drive(DriveState { latched: false, ..stopped })));
    assert!(bench.told().contains(&EventBody::StopReleased { client: ALICE }));
    assert_eq!(bench.ask(ALICE, drive(0.0)), Reply::Accepted);
    assert_eq!(bench.ask(ALICE, drive(0.5)), Reply::Accepted);
    assert_eq!(bench.body.frames.last().unwrap().epoch, StopEpoch(1));
}

#[test]
fn events_are_numbered_without_a_gap() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Manual));
    bench.ask(ALICE, drive(0.5));
    bench.pass(3_000);
    let numbers: Vec<u64> = bench.out.events.iter().map(|event| event.id.seq).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert!(numbers.len() >= 5);
}
