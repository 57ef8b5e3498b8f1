//! Who is at the controls, for how long, and what a drive command is worth.

use wimz_brain::InputBody;
use wimz_hal::{HeadAngles, Reading};
use wimz_vocabulary::{
    Command, Degrees, DriveEnd, DriveState, EventBody, Heartbeat, Micros, Mode, Ratio, Refusal, Release,
    Reply, Request, RequestId, RobotTime, StopEpoch,
};

use crate::bench::{ALICE, BOB, Bench, drive, mode, stopped};

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
    bench.ask(ALICE, mode(Mode::Idle));
    let last = bench.body.frames.last().unwrap();
    assert_eq!((last.left, last.right), (Ratio::ZERO, Ratio::ZERO));
    let ended = |fact: &EventBody| matches!(fact, EventBody::DriveEnded { why: DriveEnd::ModeChanged, .. });
    assert!(bench.told().iter().any(ended));
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
    assert_eq!(bench.brain.status(bench.now).operator, Some(ALICE));
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

/// A command is as old as the heartbeat that it echoes, however long it lay in a queue.
#[test]
fn an_echoed_heartbeat_shortens_the_lease_and_never_lengthens_it() {
    let speed = Ratio::new(0.5).unwrap();
    let with = |echo: u64, lease: Option<u64>| Command::Drive {
        left: speed,
        right: speed,
        echo: Some(Heartbeat(echo)),
        lease: lease.map(Micros::from_millis),
    };
    // The bench begins at 1 s: heartbeat 20 is of now, 14 was sent 300 ms ago.
    let expired = |millis| Reply::Refused(Refusal::Expired { age: Micros::from_millis(millis) });
    for (command, reply, holds_for) in [
        (with(20, None), Reply::Accepted, 300),
        (with(15, None), Reply::Accepted, 50),
        (with(14, None), expired(300), 0),
        (with(0, None), expired(1_000), 0),
        (with(21, None), Reply::Refused(Refusal::FutureHeartbeat { echo: Heartbeat(21) }), 0),
        (with(u64::MAX, None), Reply::Refused(Refusal::FutureHeartbeat { echo: Heartbeat(u64::MAX) }), 0),
        (with(20, Some(100)), Reply::Accepted, 100),
        (with(20, Some(9_000)), Reply::Accepted, 300),
        (with(18, Some(100)), expired(100), 0),
    ] {
        let mut bench = Bench::new();
        bench.ask(ALICE, mode(Mode::Manual));
        assert_eq!(bench.ask(ALICE, command), reply, "{command:?}");
        let until = bench.body.frames.last().map(|frame| frame.valid_until);
        assert_eq!(
            until,
            (holds_for > 0).then_some(bench.now + Micros::from_millis(holds_for)),
            "{command:?}"
        );
    }
}

/// What lay in a queue on the way for 30 s and comes all at once: with echoes nothing moves, without them the newest
/// counts, for one lease.
#[test]
fn a_burst_of_stale_commands_is_worth_one_lease_at_most() {
    for echoes in [true, false] {
        let mut bench = Bench::new();
        bench.ask(ALICE, mode(Mode::Manual));
        bench.pass(30_000);
        let now = bench.now;
        for step in 0..600u64 {
            let sent = Heartbeat::at(RobotTime::from_micros(1_000_000 + step * 50_000 - 1));
            let old_enough = now.since(sent.sent()) >= Micros::from_millis(300);
            let echo = (echoes && old_enough).then_some(sent);
            if echoes && !old_enough {
                continue;
            }
            let left = Ratio::new(step as f32 / 600.0).unwrap();
            bench.ask(ALICE, Command::Drive { left, right: left, echo, lease: None });
        }
        bench.pass(1_000);
        let moving: Vec<_> = bench.body.frames.iter().filter(|frame| frame.left != Ratio::ZERO).collect();
        if echoes {
            assert!(moving.is_empty(), "nothing moves");
        } else {
            assert!(moving.iter().all(|frame| frame.valid_until <= now + Micros::from_millis(300)));
            assert_eq!(moving.last().unwrap().left, Ratio::new(599.0 / 600.0).unwrap(), "the newest counts");
        }
    }
}

#[test]
fn a_stick_that_does_not_quite_let_go_is_at_rest() {
    for (told, obeyed) in [(0.099, 0.0), (-0.099, 0.0), (0.1, 0.1), (-0.1, -0.1), (1.0, 1.0)] {
        let mut bench = Bench::new();
        bench.ask(ALICE, mode(Mode::Manual));
        let (left, right) = (Ratio::new(told).unwrap(), Ratio::new(0.5).unwrap());
        assert_eq!(
            bench.ask(ALICE, Command::Drive { left, right, echo: None, lease: None }),
            Reply::Accepted
        );
        assert_eq!(bench.body.frames.last().unwrap().left.get(), obeyed);
        assert_eq!(bench.body.frames.last().unwrap().right.get(), 0.5, "each track by itself");
        bench.ask(ALICE, drive(told));
        assert_eq!(bench.body.frames.last().unwrap().right.get(), obeyed, "both at rest end the drive");
        let ended =
            bench.told().iter().any(|fact| matches!(fact, EventBody::DriveEnded { why: DriveEnd::Zero, .. }));
        assert_eq!(ended, obeyed == 0.0);
    }
}

#[test]
fn coach_mode_is_driven_by_a_person_and_the_others_by_nobody() {
    for wanted in Mode::ALL {
        let mut bench = Bench::new();
        bench.ask(ALICE, mode(wanted));
        let reply = bench.ask(ALICE, drive(0.5));
        let driven = matches!(wanted, Mode::Manual | Mode::Coach);
        let refused = Reply::Refused(Refusal::WrongMode { mode: bench.mode() });
        assert_eq!(reply, if driven { Reply::Accepted } else { refused }, "{wanted}");
    }
}

#[test]
fn nobody_ends_somebody_else_s_drive_by_a_mode() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Manual));
    assert_eq!(bench.ask(ALICE, drive(0.5)), Reply::Accepted);
    let busy = Reply::Refused(Refusal::OperatorBusy { holder: ALICE });
    assert_eq!(bench.ask(BOB, mode(Mode::Idle)), busy);
    assert_eq!(bench.mode(), Mode::Manual);
    assert_eq!(bench.ask(BOB, mode(Mode::Coach)), Reply::Accepted, "there, the drive goes on");
    assert_eq!(bench.body.frames.last().unwrap().left.get(), 0.5);
    assert_eq!(bench.ask(ALICE, mode(Mode::Idle)), Reply::Accepted, "one's own");
}

/// Whoever repeats a stop to be sure of it does not fill the robot's history; a stop that changes something is told.
#[test]
fn a_thousand_stops_are_told_once_a_second_and_every_change_at_once() {
    let mut bench = Bench::new();
    let told =
        |bench: &Bench| bench.told().iter().filter(|fact| matches!(fact, EventBody::Stopped { .. })).count();
    let before = told(&bench);
    for epoch in 1..=1_000 {
        bench.read(stopped(epoch, false));
        bench.pass(if epoch % 5 == 0 { 10 } else { 0 });
    }
    assert_eq!(told(&bench) - before, 2, "in two seconds");
    let before = told(&bench);
    for epoch in 0..10 {
        bench.read(stopped(1_001 + 2 * epoch, true));
        bench.read(stopped(1_001 + 2 * epoch, false));
    }
    assert_eq!(told(&bench) - before, 10, "each latch");
    bench.ask(ALICE, mode(Mode::Manual));
    bench.pass(400);
    assert_eq!(bench.ask(ALICE, drive(0.5)), Reply::Accepted);
    let before = told(&bench);
    bench.read(stopped(2_000, false));
    assert_eq!(told(&bench) - before, 1, "a drive that ends");
}
