//! Driving ends by itself: when the commands stop coming, when the client is gone, when the brain hangs, when the
//! firmware dies. Field rows M1, M5, M8, M14.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use proptest::prelude::*;
use wimz_simulator::Outside;
use wimz_tests::stand::Stand;
use wimz_tests::steps::{ALICE, BOB, Run, at, drive, ms};
use wimz_vocabulary::{ClientId, DriveEnd, EventBody, Micros, Mode, Ratio, RobotTime, StopKind};
use wimz_world::Fault;

/// The guard zeroes so long after the last frame: its frames come with the ticks, 10 ms apart.
const GUARD: Micros = ms_const(100);
const LEASE: Micros = ms_const(300);

const fn ms_const(millis: u64) -> Micros {
    Micros::from_millis(millis)
}

#[test]
fn a_lease_that_nobody_renews_ends_after_300_ms() {
    let mut run = Run::driving("empty");
    assert_eq!(run.until_unpowered(ms(1_000)), Some(LEASE));
    run.wait(ms(20));
    assert_eq!(run.drive_ended(), Some(DriveEnd::LeaseExpired));
}

#[test]
fn a_lost_connection_ends_the_drive_at_once() {
    let mut run = Run::driving("empty");
    run.wait(ms(57));
    run.enter(Outside::Left(ALICE));
    assert!(!run.is_powered());
    assert_eq!(run.drive_ended(), Some(DriveEnd::TransportLost));
    assert_eq!(run.session.status().operator, None);
}

#[test]
fn somebody_else_s_lost_connection_does_not() {
    let mut run = Run::driving("empty");
    run.enter(Outside::Left(BOB));
    assert!(run.is_powered());
}

#[test]
fn a_brain_that_hangs_is_cut_off_within_100_ms() {
    let mut run = Run::driving("empty");
    run.wait(ms(42));
    run.enter(Outside::BrainHang(Micros::from_secs(2)));
    let took = run.until_unpowered(ms(1_000)).unwrap();
    assert!(took <= GUARD, "{took}");
    // Commands that queued up behind the hang have no effect when it is over: they are too old.
    run.wait(ms(50));
    assert_eq!(run.ask(ALICE, drive(1.0, 1.0)), None);
    run.wait(Micros::from_secs(3));
    assert!(!run.is_powered());
    assert!(run.told(|body| *body == EventBody::GuardIntervened));
}

#[test]
fn firmware_that_dies_is_cut_off_within_100_ms() {
    let mut run = Run::driving("empty");
    run.wait(ms(42));
    run.enter(Outside::Fault(Fault::ProcessDeath.into()));
    assert!(run.is_powered(), "the pins keep what they put out until the guard acts");
    let took = run.until_unpowered(ms(1_000)).unwrap();
    assert!(took <= GUARD, "{took}");
}

#[test]
fn over_a_real_socket_silence_ends_the_drive() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    assert_eq!(client.motor(0.5, 0.5)["success"], true);
    // The client neither speaks nor reads any more, and keeps its socket open: to the robot it is frozen.
    let (_, begun) = stand.wait_for_motion();
    let rest = stand.wait_for_rest();
    let took = rest.since(begun);
    // One tick of grace: the probe looks at the pins once a turn of the robot's thread.
    assert!(took <= LEASE + ms(10), "{took}");
    drop(client);
    stand.end();
}

#[test]
fn over_a_real_socket_a_cut_ends_the_drive() {
    let stand = Stand::start();
    let mut client = stand.client();
    client.manual();
    assert_eq!(client.motor(0.5, 0.5)["success"], true);
    let (_, begun) = stand.wait_for_motion();
    drop(client);
    let took = stand.wait_for_rest().since(begun);
    assert!(took <= LEASE + ms(10), "{took}");
    stand.end();
}

/// What may come from outside, in any order.
#[derive(Clone, Debug)]
enum Doing {
    Drive(u32, f32, f32),
    Leave(u32),
    Stop,
    Hang(u64),
    Mode(bool),
    Wait(u64),
}

fn doing() -> impl Strategy<Value = Doing> {
    let speed = -1.0f32..=1.0;
    prop_oneof![
        5 => (1u32..3, speed.clone(), speed).prop_map(|(client, left, right)| Doing::Drive(client, left, right)),
        1 => (1u32..3).prop_map(Doing::Leave),
        1 => Just(Doing::Stop),
        1 => (1u64..600).prop_map(Doing::Hang),
        1 => any::<bool>().prop_map(Doing::Mode),
        6 => (1u64..250).prop_map(Doing::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes in, and in whatever order: duty without a command in the last 300 ms never happens, and a
    /// stop or a mode change leaves none.
    #[test]
    fn no_power_without_a_command_in_the_last_300_ms(doings in prop::collection::vec(doing(), 1..40)) {
        let mut run = Run::manual("living_room");
        let mut commanded: Option<RobotTime> = None;
        for doing in doings {
            match doing {
                Doing::Drive(client, left, right) => {
                    commanded = Some(run.now());
                    run.ask(ClientId(client), drive(left, right));
                }
                Doing::Leave(client) => run.enter(Outside::Left(ClientId(client))),
                Doing::Stop => {
                    run.stop(StopKind::Stop);
                    prop_assert!(!run.is_powered());
                }
                Doing::Hang(millis) => run.enter(Outside::BrainHang(ms(millis))),
                Doing::Mode(manual) => {
                    let mode = if manual { Mode::Manual } else { Mode::Idle };
                    run.ask(ALICE, wimz_tests::steps::mode(mode));
                }
                Doing::Wait(millis) => {
                    for _ in 0..millis {
                        run.wait(ms(1));
                        let (left, right) = run.session.world().duties();
                        let powered = left != Ratio::ZERO || right != Ratio::ZERO;
                        let recent = commanded.is_some_and(|then| run.now().since(then) < LEASE);
                        prop_assert!(!powered || recent, "power at {}, last command at {commanded:?}", run.now());
                    }
                }
            }
        }
    }
}

#[test]
fn commands_at_any_rate_keep_it_going() {
    let mut run = Run::manual("empty");
    for step in 0..20 {
        run.go(at(500 + step * 250));
        run.ask(ALICE, drive(0.2, 0.2));
        assert!(run.is_powered());
    }
    let starts = run.events().filter(|event| matches!(event.body, EventBody::DriveStarted { .. })).count();
    assert_eq!(starts, 1, "one drive, renewed");
}
