//! The gen-2 drive, edge by edge, and with a line that fails in the middle.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io;

use embedded_hal_mock::eh1::MockError;
use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction as Edge};
use embedded_hal_mock::eh1::pwm::{Mock as Pwm, Transaction as Duty};
use wimz_hal::drive::dir_pwm::{DirPwm, Track};
use wimz_hal::drive::{Drive, DriveFault, Line, Side};
use wimz_hal::profile::TrackProfile;
use wimz_vocabulary::Ratio;

const FULL: u16 = 10_000;

fn ratio(value: f32) -> Ratio {
    Ratio::new(value).unwrap()
}

fn profile(inverted: bool, trim: f32) -> TrackProfile {
    TrackProfile { dir: 0, pwm: 1, inverted, trim }
}

/// Plays commands on a left track with these expectations, beside a right one that is always told zero.
fn play(profile: &TrackProfile, edges: &[Edge], duties: &[Duty], commands: &[(f32, Result<(), DriveFault>)]) {
    let (mut dir, mut pwm) = (Pin::new(edges), Pwm::new(duties));
    let rests: Vec<Duty> =
        commands.iter().flat_map(|_| [Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(0)]).collect();
    let (mut right_dir, mut right_pwm) = (Pin::new(&[]), Pwm::new(&rests));
    let cap = ratio(0.75);
    let mut drive = DirPwm::new(
        Track::new(dir.clone(), pwm.clone(), profile, cap),
        Track::new(right_dir.clone(), right_pwm.clone(), &TrackProfile { trim: 1.0, ..*profile }, cap),
    );
    for (speed, outcome) in commands {
        assert_eq!(drive.set(ratio(*speed), Ratio::ZERO), *outcome, "at {speed}");
    }
    dir.done();
    pwm.done();
    right_dir.done();
    right_pwm.done();
}

fn duty(value: u16) -> [Duty; 2] {
    [Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(value)]
}

/// Turning round: power off, direction, power on.
fn turned(value: u16) -> [Duty; 3] {
    [Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(0), Duty::set_duty_cycle(value)]
}

#[test]
fn direction_is_set_before_power_and_only_without_it() {
    play(
        &profile(false, 1.0),
        &[Edge::set(State::Low), Edge::set(State::High)],
        &[&turned(3_750)[..], &duty(7_500), &turned(3_750), &duty(0), &duty(1_875)].concat(),
        &[(0.5, Ok(())), (1.0, Ok(())), (-0.5, Ok(())), (0.0, Ok(())), (-0.25, Ok(()))],
    );
}

#[test]
fn an_inverted_motor_is_told_the_other_direction() {
    play(&profile(true, 1.0), &[Edge::set(State::High)], &turned(7_500), &[(1.0, Ok(()))]);
}

#[test]
fn trim_scales_the_cap_and_full_scale_is_never_passed() {
    play(&profile(false, 0.8), &[Edge::set(State::Low)], &turned(6_000), &[(1.0, Ok(()))]);
    play(&profile(false, 1.5), &[Edge::set(State::Low)], &turned(10_000), &[(1.0, Ok(()))]);
}

#[test]
fn a_direction_line_that_fails_leaves_the_track_unpowered_and_is_told_again() {
    let broken = MockError::Io(io::ErrorKind::Other);
    let fault = DriveFault { side: Side::Left, line: Line::Direction };
    play(
        &profile(false, 1.0),
        &[Edge::set(State::Low).with_error(broken), Edge::set(State::Low)],
        &[&[Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(0)][..], &turned(7_500)].concat(),
        &[(1.0, Err(fault)), (1.0, Ok(()))],
    );
}

#[test]
fn a_dead_left_line_does_not_keep_the_right_one_from_its_zero() {
    let broken = MockError::Io(io::ErrorKind::Other);
    let fault = DriveFault { side: Side::Left, line: Line::Pwm };
    // `play` expects the right track's zero for each command, this one included.
    play(
        &profile(false, 1.0),
        &[],
        &[Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(0).with_error(broken)],
        &[(0.0, Err(fault))],
    );
}
