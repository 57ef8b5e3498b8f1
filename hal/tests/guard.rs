//! The drive guard by itself: which frames it obeys, when it zeroes, and what it says when the pins refuse.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::rc::Rc;

use proptest::prelude::*;
use wimz_hal::drive::{DriveFault, Line, Side};
use wimz_hal::guard::{FrameRefusal, RETRY, SILENCE};
use wimz_hal::{Drive, DriveFrame, Guard, Station};
use wimz_vocabulary::{DriveCause, Evidence, LeaseId, Micros, Ratio, RobotTime, StopEpoch, StopKind};

/// A drive that remembers, and can be broken.
#[derive(Clone, Default)]
struct Tracks(Rc<RefCell<(Ratio, Ratio, bool)>>);

impl Tracks {
    fn powered(&self) -> bool {
        let (left, right, _) = *self.0.borrow();
        left != Ratio::ZERO || right != Ratio::ZERO
    }

    fn broken(&self, broken: bool) {
        self.0.borrow_mut().2 = broken;
    }
}

impl Drive for Tracks {
    fn set(&mut self, left: Ratio, right: Ratio) -> Result<(), DriveFault> {
        let mut tracks = self.0.borrow_mut();
        if tracks.2 {
            return Err(DriveFault { side: Side::Left, line: Line::Pwm });
        }
        (tracks.0, tracks.1) = (left, right);
        Ok(())
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
