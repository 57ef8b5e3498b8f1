//! A stop is obeyed whatever else is going on, on every transport, and an emergency stop stays until it is
//! released by name. Field rows M3, M4.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use serde_json::json;
use wimz_firmware::door::RING;
use wimz_simulator::Outside;
use wimz_tests::stand::Stand;
use wimz_tests::steps::{ALICE, BOB, Run, drive, mode, ms};
use wimz_vocabulary::{
    Command, DriveCause, DriveEnd, EventBody, Evidence, Micros, Mode, Refusal, Reply, StopEpoch, StopKind,
};
use wimz_world::Fault;

#[test]
fn it_zeroes_at_the_very_microsecond() {
    for kind in [StopKind::Stop, StopKind::Emergency] {
        let mut run = Run::driving("empty");
        run.wait(Micros::new(41_237));
        run.stop(kind);
        assert!(!run.is_powered());
        let state = run.session.world().drive_state();
        assert_eq!((state.cause, state.evidence), (DriveCause::Stopped, Evidence::Commanded));
        assert_eq!(run.drive_ended(), Some(DriveEnd::Stopped));
        run.wait(ms(500));
        assert!(!run.is_powered(), "frames of the voided lease are not obeyed");
    }
}

#[test]
fn it_needs_neither_brain_nor_firmware() {
    let broken = [Outside::BrainHang(Micros::from_secs(5)), Outside::Fault(Fault::ProcessDeath.into())];
    for broken in broken {
        let mut run = Run::driving("empty");
        run.enter(broken);
        assert!(run.is_powered());
        run.stop(StopKind::Stop);
        assert!(!run.is_powered());
        assert_eq!(run.session.status().drive.cause, DriveCause::Stopped, "and whoever looks sees it");
    }
}

/// Somebody else's stop is not undone by the next command of a hand that is still on the stick.
#[test]
fn a_hand_on_the_stick_must_let_go_before_it_drives_on() {
    let stopped = Some(Reply::Refused(Refusal::Stopped));
    let mut run = Run::driving("empty");
    run.stop(StopKind::Stop);
    for _ in 0..20 {
        run.wait(ms(50));
        assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), stopped);
        assert!(!run.is_powered());
    }
    // Zero is letting go.
    assert_eq!(run.ask(ALICE, drive(0.0, 0.0)), Some(Reply::Accepted));
    assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), Some(Reply::Accepted));
    assert!(run.is_powered());
    // So is silence for the length of a lease, and no less.
    run.stop(StopKind::Stop);
    run.wait(ms(299));
    assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), stopped);
    run.wait(ms(300));
    assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), Some(Reply::Accepted));
}

/// What was asked for before a stop and comes after it does not undo it: a drive is not driven, and a release
/// does not lift a stop that its sender knew nothing of.
#[test]
fn nothing_asked_for_earlier_undoes_a_stop() {
    let before = StopEpoch(0);
    let mut run = Run::manual("empty");
    run.stop(StopKind::Stop);
    let stopped = Some(Reply::Refused(Refusal::Stopped));
    assert_eq!(run.ask_knowing(ALICE, before, drive(1.0, 1.0)), stopped);
    assert_eq!(run.ask(ALICE, drive(1.0, 1.0)), stopped, "and the hand it came from must let go");
    assert!(!run.is_powered());

    let mut run = Run::manual("empty");
    run.stop(StopKind::Emergency);
    let known = run.session.world().drive_state().epoch;
    run.stop(StopKind::Emergency);
    let newer = Some(Reply::Refused(Refusal::NewerStop));
    assert_eq!(run.ask_knowing(ALICE, known, Command::ReleaseStop), newer);
    assert!(run.session.world().drive_state().latched);
}

/// The same over one socket, in one breath: the robot is at rest whatever order the frames are looked at in.
#[test]
fn a_stop_that_overtakes_a_command_still_stops_it() {
    for round in 0..20 {
        let stand = Stand::start();
        let mut client = stand.client();
        client.manual();
        client.send("motor", json!({ "left": 1.0, "right": 1.0 }));
        let id = client.send("stop", json!({}));
        client.until("command_ack", |ack| ack["id"] == id);
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert_eq!(stand.rest().get("/telemetry").1["data"]["drive"]["left"], 0.0, "round {round}");
        stand.end();
    }
}

#[test]
fn a_hand_that_waits_out_a_latch_does_not_drive_off_when_it_is_lifted() {
    let mut run = Run::driving("empty");
    run.enter(Outside::Left(ALICE));
    run.stop(StopKind::Emergency);
    let latched = Some(Reply::Refused(Refusal::EmergencyLatched));
    assert_eq!(run.ask(BOB, drive(0.5, 0.5)), latched);
    run.wait(ms(50));
    assert_eq!(run.ask(ALICE, Command::ReleaseStop), Some(Reply::Accepted));
    assert_eq!(run.ask(BOB, drive(0.5, 0.5)), Some(Reply::Refused(Refusal::Stopped)));
    assert!(!run.is_powered());
}

#[test]
fn nothing_but_a_release_lifts_an_emergency_stop() {
    let mut run = Run::driving("empty");
    run.stop(StopKind::Emergency);
    let latched = Some(Reply::Refused(Refusal::EmergencyLatched));
    assert_eq!(run.ask(ALICE, drive(0.5, 0.5)), latched);
    run.ask(ALICE, mode(Mode::Idle));
    run.ask(ALICE, mode(Mode::Manual));
    run.enter(Outside::Left(ALICE));
    run.stop(StopKind::Stop);
    run.wait(Micros::from_secs(10));
    assert_eq!(run.ask(BOB, drive(0.5, 0.5)), latched);
    assert!(!run.is_powered());

    assert_eq!(run.ask(BOB, Command::ReleaseStop), Some(Reply::Accepted));
    run.wait(ms(5));
    assert!(run.told(|body| *body == EventBody::StopReleased { client: BOB }));
    assert!(!run.is_powered(), "a release moves nothing");
    assert_eq!(run.ask(BOB, drive(0.0, 0.0)), Some(Reply::Accepted));
    assert_eq!(run.ask(BOB, drive(0.5, 0.5)), Some(Reply::Accepted));
    assert!(run.is_powered());
}

#[test]
fn a_release_is_the_operator_s_alone() {
    let mut run = Run::driving("empty");
    run.stop(StopKind::Emergency);
    let refused = Some(Reply::Refused(Refusal::OperatorBusy { holder: ALICE }));
    assert_eq!(run.ask(BOB, Command::ReleaseStop), refused);
    assert!(run.session.world().drive_state().latched);
}

/// The robot's thread is held up, the ring is full, the client's session has expired and nobody reads the answers:
/// the stop is obeyed all the same, over the socket and over REST.
#[test]
fn every_queue_full_and_the_session_expired() {
    for over_rest in [false, true] {
        let stand = Stand::start();
        let mut client = stand.client();
        client.manual();
        assert_eq!(client.motor(0.5, 0.5)["success"], true);
        stand.wait_for_motion();
        stand.wait_for_rest();
        // Two seconds later the operator's session is over; somebody else takes the controls and drives.
        std::thread::sleep(std::time::Duration::from_millis(2_100));
        let mut other = stand.client();
        assert_eq!(other.motor(0.5, 0.5)["success"], true);
        stand.wait_for_motion();
        assert_eq!(client.motor(0.1, 0.1)["error"]["code"], "operator_busy");

        // Fill every queue there is: the ring from as many tasks as it takes, and the client's own outbox,
        // which it does not read.
        let door = stand.simulator.door().clone();
        let flooding = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let flood = std::thread::spawn({
            let flooding = flooding.clone();
            move || {
                let mut full = 0u64;
                let mut waiting = Vec::new();
                while flooding.load(std::sync::atomic::Ordering::Acquire) {
                    match door.ask(ALICE, drive(0.5, 0.5)) {
                        Ok(answer) => waiting.push(answer),
                        Err(_) => full += 1,
                    }
                    waiting.truncate(4 * RING);
                }
                full
            }
        });
        for _ in 0..500 {
            other.send("motor", json!({ "left": 0.5, "right": 0.5 }));
        }
        let result = if over_rest {
            let (status, body) = stand.rest().post("/motor/emergency", "");
            assert_eq!(status, 200);
            body
        } else {
            client.ask("emergency_stop", json!({}))["result"].clone()
        };
        assert_eq!(result, json!({ "stopped": true, "latched": true, "evidence": "commanded" }));
        stand.wait_for_rest();
        flooding.store(false, std::sync::atomic::Ordering::Release);
        assert!(flood.join().unwrap() > 0, "the ring was full while the stop went by");
        // Latched: the hundreds of commands behind it moved nothing.
        assert_eq!(stand.rest().get("/telemetry").1["data"]["drive"]["left"], 0.0);
        stand.end();
    }
}

#[test]
fn the_literal_paths_of_the_contract_stop() {
    let stand = Stand::start();
    let rest = stand.rest();
    let mut client = stand.client();
    client.manual();
    for (path, latched) in [("/motor/stop", false), ("/motor/emergency", true)] {
        assert_eq!(client.motor(0.0, 0.0)["success"], true);
        assert_eq!(client.motor(0.5, 0.5)["success"], true);
        stand.wait_for_motion();
        // Whatever body comes along, a stop is not refused for its form.
        let (status, body) = rest.post(path, "{ not json");
        assert_eq!(
            (status, body),
            (200, json!({ "stopped": true, "latched": latched, "evidence": "commanded" }))
        );
        stand.wait_for_rest();
    }
    assert_eq!(rest.post("/motor/release", "").1["error"]["code"], "operator_busy");
    assert_eq!(client.ask("stop_release", json!({}))["success"], true);
    assert_eq!(client.motor(0.0, 0.0)["success"], true);
    assert_eq!(client.motor(0.5, 0.5)["success"], true);
    assert_eq!(client.ask("stop", json!({}))["result"]["stopped"], true);
    stand.end();
}
