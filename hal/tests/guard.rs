//! The drive guard by itself: which frames it obeys, when it zeroes, and what it says when the pins refuse.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::rc::Rc;

use proptest::prelude::*;
use serde::Serialize;
use wimz_hal::drive::{DriveFault, Line};
use wimz_hal::guard::{FrameRefusal, RETRY, SILENCE};
use wimz_hal::{Drive, DriveFrame, Guard, Station};
use wimz_vocabulary::{
    Condition, DriveCause, Evidence, Health, LeaseId, Micros, Ratio, RobotTime, Side, StopEpoch, StopKind,
    Trouble,
};

/// A drive that remembers, and can be broken.
#[derive(Clone, Default)]
struct Tracks(Rc<RefCell<Inside>>);

#[derive(Default, Serialize)]
struct Inside {
    left: Ratio,
    right: Ratio,
    /// Whether it refuses speeds, and zeroes.
    refuses: bool,
    refuses_zero: bool,
    /// When it wants to go on by itself, and how often it did.
    due: Option<RobotTime>,
    steps: u32,
    steps_under_power: u32,
    still: Option<bool>,
}

impl Tracks {
    fn powered(&self) -> bool {
        let inside = self.0.borrow();
        inside.left != Ratio::ZERO || inside.right != Ratio::ZERO
    }

    fn broken(&self, broken: bool) {
        let mut inside = self.0.borrow_mut();
        (inside.refuses, inside.refuses_zero) = (broken, broken);
    }
}

const FAULT: DriveFault = DriveFault { side: Side::Left, line: Line::Pwm };

impl Drive for Tracks {
    fn set(&mut self, _now: RobotTime, left: Ratio, right: Ratio) -> Result<(), DriveFault> {
        let mut inside = self.0.borrow_mut();
        let zero = left == Ratio::ZERO && right == Ratio::ZERO;
        if if zero { inside.refuses_zero } else { inside.refuses } {
            return Err(FAULT);
        }
        (inside.left, inside.right) = (left, right);
        Ok(())
    }

    fn poll(&mut self, now: RobotTime) -> Result<Option<RobotTime>, DriveFault> {
        let mut inside = self.0.borrow_mut();
        if inside.due.is_some_and(|due| due <= now) {
            inside.steps += 1;
            inside.steps_under_power += u32::from(inside.left != Ratio::ZERO);
            if inside.refuses {
                return Err(FAULT);
            }
            inside.due = None;
        }
        Ok(inside.due)
    }

    fn stands_still(&self, _now: RobotTime) -> Option<bool> {
        self.0.borrow().still
    }

    fn health(&self) -> Health {
        match self.0.borrow().refuses {
            true => Health::default().but(Condition::Failed(Trouble::PinRefused)),
            false => Health::ok(RobotTime::BOOT),
        }
    }

    fn memory(&self) -> impl Serialize {
        self.0.clone().borrow().steps
    }
}

fn at(micros: u64) -> RobotTime {
    RobotTime::from_micros(micros)
}

fn frame(seq: u64, valid_until: RobotTime) -> DriveFrame {
    let half = Ratio::new(0.5).unwrap();
    DriveFrame { seq, lease: LeaseId(1), epoch: StopEpoch(0), left: half, right: half, valid_until }
}

fn guard() -> (Guard<Tracks>, Tracks) {
    let tracks = Tracks::default();
    (Guard::new(tracks.clone(), at(0)), tracks)
}

#[test]
fn frames_that_stay_away_zero_it_after_100_ms() {
    let (mut guard, tracks) = guard();
    guard.frame(at(10), frame(1, at(250_000))).unwrap();
    let due = guard.poll(at(10)).unwrap();
    assert_eq!(due, at(10) + SILENCE);
    assert_eq!(guard.poll(at(100_009)), Some(due));
    assert!(tracks.powered());
    assert_eq!(guard.poll(due), None);
    assert!(!tracks.powered());
    assert_eq!(guard.state().cause, DriveCause::FramesSilent);
}

#[test]
fn validity_ends_it_however_many_frames_repeat_it() {
    let (mut guard, tracks) = guard();
    for seq in 1..=29 {
        guard.frame(at(seq * 10_000), frame(seq, at(300_000))).unwrap();
    }
    assert_eq!(guard.poll(at(299_999)), Some(at(300_000)));
    guard.poll(at(300_000));
    assert!(!tracks.powered());
    assert_eq!(guard.state().cause, DriveCause::FrameExpired);
}

#[test]
fn old_late_and_voided_frames_are_refused_and_change_nothing() {
    let (mut guard, tracks) = guard();
    guard.frame(at(0), frame(7, at(100_000))).unwrap();
    assert_eq!(guard.frame(at(1), frame(7, at(300_000))), Err(FrameRefusal::Stale));
    assert_eq!(guard.frame(at(1), frame(6, at(300_000))), Err(FrameRefusal::Stale));
    assert_eq!(guard.poll(at(1)), Some(at(100_000)), "no refused frame has prolonged it");
    guard.stop(at(2), StopKind::Stop);
    assert!(!tracks.powered());
    assert_eq!(guard.frame(at(3), frame(8, at(300_000))), Err(FrameRefusal::Voided));
    let fresh = DriveFrame { epoch: StopEpoch(1), ..frame(9, at(2)) };
    assert_eq!(guard.frame(at(3), fresh), Err(FrameRefusal::Expired));
    guard.stop(at(4), StopKind::Emergency);
    let fresh = DriveFrame { epoch: StopEpoch(2), ..frame(9, at(300_000)) };
    assert_eq!(guard.frame(at(5), fresh), Err(FrameRefusal::Latched));
    assert!(!tracks.powered());
    assert!(!guard.release(StopEpoch(1)), "a release of an earlier stop leaves a later one in force");
    assert!(guard.release(StopEpoch(2)));
    guard.frame(at(6), fresh).unwrap();
    assert!(tracks.powered());
}

#[test]
fn pins_that_refuse_are_told_of_and_tried_again_until_they_obey() {
    let (mut guard, tracks) = guard();
    guard.frame(at(0), frame(1, at(200_000))).unwrap();
    tracks.broken(true);
    let state = guard.stop(at(1_000), StopKind::Emergency);
    assert_eq!((state.evidence, state.latched), (Evidence::Unconfirmed, true), "latched, unconfirmed");
    let mut now = at(1_000);
    for _ in 0..5 {
        let due = guard.poll(now).unwrap();
        assert!(due.since(now) <= RETRY);
        now = due;
    }
    assert!(tracks.powered(), "what the pins do is not what they were told");
    tracks.broken(false);
    now = guard.poll(now).map_or(now, |due| due);
    guard.poll(now);
    assert!(!tracks.powered());
    assert_eq!(guard.state().evidence, Evidence::Commanded);
}

#[test]
fn the_drive_goes_on_when_it_wants_to_and_the_guard_no_later_than_it_must() {
    let (mut guard, tracks) = guard();
    guard.frame(at(0), frame(1, at(300_000))).unwrap();
    tracks.0.borrow_mut().due = Some(at(10_000));
    assert_eq!(guard.poll(at(0)), Some(at(10_000)));
    assert_eq!((guard.poll(at(9_999)), tracks.0.borrow().steps), (Some(at(10_000)), 0));
    assert_eq!((guard.poll(at(10_000)), tracks.0.borrow().steps), (Some(at(0) + SILENCE), 1));
    tracks.0.borrow_mut().due = Some(at(150_000));
    assert_eq!(guard.poll(at(20_000)), Some(at(0) + SILENCE), "the earlier of both");
    guard.stop(at(30_000), StopKind::Stop);
    assert_eq!(guard.poll(at(30_000)), Some(at(150_000)), "at rest, too");
    assert_eq!(guard.poll(at(150_000)), None);
}

#[test]
fn a_drive_that_fails_as_it_goes_on_is_brought_to_rest() {
    for refuses_zero in [false, true] {
        let (mut guard, tracks) = guard();
        guard.frame(at(0), frame(1, at(300_000))).unwrap();
        tracks.0.borrow_mut().due = Some(at(10_000));
        (tracks.0.borrow_mut().refuses, tracks.0.borrow_mut().refuses_zero) = (true, refuses_zero);
        let due = guard.poll(at(10_000));
        let state = *guard.state();
        assert_eq!((state.left, state.right, state.cause), (Ratio::ZERO, Ratio::ZERO, DriveCause::Stopped));
        assert_eq!(guard.health().condition, Condition::Failed(Trouble::PinRefused));
        assert_eq!(tracks.powered(), refuses_zero);
        let evidence = if refuses_zero { Evidence::Unconfirmed } else { Evidence::Commanded };
        assert_eq!((state.evidence, due), (evidence, Some(at(10_000) + RETRY)));
        tracks.broken(false);
        assert_eq!(guard.poll(at(10_000) + RETRY), None);
        assert_eq!(guard.state().evidence, Evidence::Commanded);
        assert!(!tracks.powered());
    }
}

#[test]
fn power_that_has_run_out_is_gone_before_the_drive_goes_on() {
    let (mut guard, tracks) = guard();
    guard.frame(at(0), frame(1, at(10_000))).unwrap();
    tracks.0.borrow_mut().due = Some(at(10_000));
    guard.poll(at(10_000));
    assert_eq!(guard.state().cause, DriveCause::FrameExpired);
    assert_eq!((tracks.0.borrow().steps, tracks.0.borrow().steps_under_power), (1, 0));
}

#[test]
fn a_rest_is_measured_as_long_as_the_encoders_say_so_and_never_while_driving() {
    let (mut guard, tracks) = guard();
    let still = |still| tracks.0.borrow_mut().still = still;
    assert_eq!(guard.state().evidence, Evidence::Commanded);
    still(Some(true));
    guard.frame(at(0), frame(1, at(90_000))).unwrap();
    guard.poll(at(0));
    assert_eq!(guard.state().evidence, Evidence::Commanded, "it is told to turn");
    still(Some(false));
    assert_eq!(guard.stop(at(5_000), StopKind::Stop).evidence, Evidence::Commanded);
    guard.poll(at(6_000));
    assert_eq!(guard.state().evidence, Evidence::Commanded);
    still(Some(true));
    guard.poll(at(7_000));
    assert_eq!(guard.state().evidence, Evidence::Measured);
    assert_eq!(guard.stop(at(8_000), StopKind::Stop).evidence, Evidence::Measured, "and stays so");
    still(Some(false));
    guard.poll(at(9_000));
    assert_eq!(guard.state().evidence, Evidence::Commanded, "somebody pushes it");
    still(Some(true));
    tracks.broken(true);
    assert_eq!(guard.stop(at(10_000), StopKind::Stop).evidence, Evidence::Unconfirmed);
    guard.poll(at(11_000));
    assert_eq!(guard.state().evidence, Evidence::Unconfirmed, "what the pins do is not known");
}

#[test]
fn what_the_drive_remembers_is_in_the_guards_memory() {
    let (mut guard, tracks) = guard();
    let digest = |guard: &Guard<Tracks>| serde_json::to_string(&guard.memory()).unwrap();
    let before = digest(&guard);
    guard.poll(at(0));
    assert_eq!(digest(&guard), before);
    tracks.0.borrow_mut().due = Some(at(0));
    guard.poll(at(0));
    assert_ne!(digest(&guard), before);
}

proptest! {
    /// Whatever frames come, at whatever times: power without a frame in the last 100 ms, or past any frame's
    /// validity, or after a stop without a newer frame, never happens.
    #[test]
    fn power_needs_a_fresh_valid_frame(
        steps in prop::collection::vec((0u64..150_000, 0u64..40, 0u64..400_000, 0u8..12), 1..60),
    ) {
        let (mut guard, tracks) = guard();
        let (mut now, mut fresh) = (at(0), None::<(RobotTime, RobotTime)>);
        for (wait, seq, validity, what) in steps {
            // Poll when the guard wants to be polled, as its thread would.
            let then = now + Micros::new(wait);
            while let Some(due) = guard.poll(now).filter(|due| *due <= then) {
                now = due.max(now);
                guard.poll(now);
                if due >= then { break; }
            }
            now = then;
            guard.poll(now);
            if let Some((came, valid)) = fresh {
                let allowed = now.since(came) < SILENCE && now < valid;
                prop_assert!(!tracks.powered() || allowed);
            } else {
                prop_assert!(!tracks.powered());
            }
            match what {
                0 => { guard.stop(now, StopKind::Stop); fresh = None; prop_assert!(!tracks.powered()); }
                _ => {
                    let epoch = guard.state().epoch;
                    let frame = DriveFrame { epoch, ..frame(seq, now + Micros::new(validity)) };
                    if guard.frame(now, frame).is_ok() {
                        fresh = Some((now, frame.valid_until));
                    }
                }
            }
        }
    }
}
