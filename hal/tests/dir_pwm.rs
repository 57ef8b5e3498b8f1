//! The gen-2 drive, edge by edge, up its ramp, and with lines that fail in the middle.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io;

use embedded_hal_mock::eh1::MockError;
use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction as Level};
use embedded_hal_mock::eh1::pwm::{Mock as Pwm, Transaction as Duty};
use proptest::prelude::*;
use wimz_hal::drive::{Drive, DriveFault, Line, PERIOD, Tracks};
use wimz_hal::profile::{DriveProfile, TrackLines, TrackProfile};
use wimz_hal::{Edge, Edges, LineFault};
use wimz_vocabulary::{Condition, Micros, Ratio, RobotTime, Side, Trouble};

const FULL: u16 = 10_000;

/// This robot has no encoders.
enum NoLine {}

impl Edges for NoLine {
    fn is_high(&mut self) -> Result<bool, LineFault> {
        match *self {}
    }

    fn take(&mut self) -> Result<Option<Edge>, LineFault> {
        match *self {}
    }
}

fn ratio(value: f32) -> Ratio {
    Ratio::new(value).unwrap()
}

fn ms(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

/// A drive with a cap of 0.75, and both tracks built in alike.
fn profile(inverted: bool, trim: f32, ramp: f32) -> DriveProfile {
    let track = |dir, pwm| TrackProfile { lines: TrackLines::DirPwm { dir, pwm }, inverted, trim };
    DriveProfile {
        cap: ratio(0.75),
        pwm_hz: 1_000,
        free_speed: 0.8,
        ramp,
        left: track(17, 13),
        right: track(27, 19),
        encoders: None,
    }
}

/// A ramp that is over in one step.
const AT_ONCE: f32 = 100.0;

/// A left track with these expectations, beside a right one that is told zero so many times.
struct Stand {
    drive: Tracks<Pin, Pwm, NoLine>,
    pins: [Pin; 2],
    pwms: [Pwm; 2],
}

impl Stand {
    fn new(profile: &DriveProfile, levels: &[Level], duties: &[Duty], rests: usize) -> Self {
        let rest = [Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(0)];
        let pins = [Pin::new(levels), Pin::new(&[])];
        let pwms = [Pwm::new(duties), Pwm::new(&vec![rest; rests].concat())];
        // The right lines' numbers are larger by 10 and 6.
        let drive = Tracks::open(
            profile,
            |number| Ok::<_, ()>(pins[usize::from(number == 27)].clone()),
            |number| Ok(pwms[usize::from(number == 19)].clone()),
            |_| unreachable!("no encoder is opened"),
        );
        Self { drive: drive.unwrap(), pins, pwms }
    }

    fn done(mut self) {
        self.pins.iter_mut().for_each(Pin::done);
        self.pwms.iter_mut().for_each(Pwm::done);
    }
}

/// Plays commands, 20 ms apart, on a left track with these expectations.
fn play(profile: &DriveProfile, levels: &[Level], duties: &[Duty], commands: &[f32]) {
    let mut stand = Stand::new(profile, levels, duties, commands.len());
    for (time, speed) in (0..).step_by(20).map(ms).zip(commands) {
        assert_eq!(stand.drive.set(time, ratio(*speed), Ratio::ZERO), Ok(()), "at {speed}");
    }
    stand.done();
}

fn duty(value: u16) -> [Duty; 2] {
    [Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(value)]
}

/// Turning round: power off, direction, power on.
fn turned(value: u16) -> [Duty; 3] {
    [Duty::set_duty_cycle(0), Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(value)]
}

fn broken() -> MockError {
    MockError::Io(io::ErrorKind::Other)
}

#[test]
fn direction_is_set_before_power_and_only_without_it() {
    play(
        &profile(false, 1.0, AT_ONCE),
        &[Level::set(State::Low), Level::set(State::High)],
        &[&turned(3_750)[..], &duty(7_500), &turned(3_750), &duty(0), &duty(1_875)].concat(),
        &[0.5, 1.0, -0.5, 0.0, -0.25],
    );
}

#[test]
fn an_inverted_motor_is_told_the_other_direction() {
    play(&profile(true, 1.0, AT_ONCE), &[Level::set(State::High)], &turned(7_500), &[1.0]);
}

#[test]
fn trim_scales_the_cap_and_never_past_it() {
    play(&profile(false, 0.8, AT_ONCE), &[Level::set(State::Low)], &turned(6_000), &[1.0]);
    play(&profile(false, 1.5, AT_ONCE), &[Level::set(State::Low)], &turned(7_500), &[1.0]);
}

#[test]
fn a_speed_grows_by_its_ramp_and_falls_at_once() {
    // 4 a second: 0.04 of full speed, 0.03 of full duty, each 10 ms.
    let up: Vec<Duty> =
        [&turned(300)[..], &duty(600), &duty(900), &duty(1_050), &duty(750), &duty(0), &turned(300)].concat();
    let levels = [Level::set(State::Low), Level::set(State::High)];
    let Stand { mut drive, pins, pwms } = Stand::new(&profile(false, 1.0, 4.0), &levels, &up, 7);
    assert_eq!(drive.poll(ms(0)), Ok(None));
    drive.set(ms(0), ratio(0.14), Ratio::ZERO).unwrap();
    for step in 1..=3 {
        let due = ms(step * 10);
        assert_eq!(drive.poll(ms(step * 10 - 1)), Ok(Some(due)), "nothing before it is due");
        assert_eq!(drive.poll(due), Ok((step < 3).then_some(due + PERIOD)));
    }
    drive.set(ms(41), ratio(0.1), Ratio::ZERO).unwrap();
    assert_eq!(drive.poll(ms(60)), Ok(None));
    drive.set(ms(61), Ratio::ZERO, Ratio::ZERO).unwrap();
    drive.set(ms(62), ratio(-1.0), Ratio::ZERO).unwrap();
    assert_eq!(drive.poll(ms(70)), Ok(Some(ms(72))));
    Stand { drive, pins, pwms }.done();
}

#[test]
fn a_reversal_is_at_zero_in_the_same_call_however_much_was_earned() {
    let duties = [&turned(7_500)[..], &duty(0), &turned(75)].concat();
    let levels = [Level::set(State::Low), Level::set(State::High)];
    let mut stand = Stand::new(&profile(false, 1.0, AT_ONCE), &levels, &duties, 3);
    stand.drive.set(ms(0), Ratio::ONE, Ratio::ZERO).unwrap();
    assert_eq!(stand.drive.set(ms(0), ratio(-1.0), Ratio::ZERO), Ok(()));
    // A hundredth of the way, as far as 100 µs earn.
    assert_eq!(stand.drive.set(RobotTime::from_micros(100), ratio(-1.0), Ratio::ZERO), Ok(()));
    stand.done();
}

#[test]
fn a_direction_line_that_fails_leaves_the_track_unpowered_and_is_told_again() {
    let levels = [
        Level::set(State::Low),
        Level::set(State::High).with_error(broken()),
        // Back to where it was, as far as anybody knows: but nobody does.
        Level::set(State::Low),
    ];
    let duties =
        [&turned(7_500)[..], &[Duty::set_duty_cycle(0)], &duty(0), &duty(0), &turned(7_500)].concat();
    let mut stand = Stand::new(&profile(false, 1.0, AT_ONCE), &levels, &duties, 5);
    let fault = DriveFault { side: Side::Left, line: Line::Direction };
    let refused = Condition::Failed(Trouble::PinRefused);
    stand.drive.set(ms(0), Ratio::ONE, Ratio::ZERO).unwrap();
    assert_eq!(stand.drive.set(ms(20), ratio(-1.0), Ratio::ZERO), Err(fault));
    assert_eq!(stand.drive.health().condition, refused);
    stand.drive.set(ms(21), Ratio::ZERO, Ratio::ZERO).unwrap();
    assert_eq!(stand.drive.health().condition, refused, "a zero does not ask the direction line");
    assert_eq!(stand.drive.set(ms(40), Ratio::ONE, Ratio::ZERO), Ok(()));
    assert_eq!(stand.drive.health().condition, Condition::Ok);
    stand.done();
}

#[test]
fn a_duty_line_that_fails_on_the_ramp_brings_both_sides_to_rest() {
    let fault = DriveFault { side: Side::Left, line: Line::Pwm };
    let full = [Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(600).with_error(broken())];
    let duties = [&turned(300)[..], &full, &duty(0)].concat();
    let right = [&turned(300)[..], &duty(600), &duty(0)].concat();
    let mut stand = Stand::new(&profile(false, 1.0, 4.0), &[Level::set(State::Low)], &duties, 0);
    stand.pins[1].update_expectations(&[Level::set(State::Low)]);
    stand.pwms[1].update_expectations(&right);
    stand.drive.set(ms(0), Ratio::ONE, Ratio::ONE).unwrap();
    assert_eq!(stand.drive.poll(ms(10)), Err(fault));
    assert_eq!(stand.drive.poll(ms(20)), Ok(None), "what has failed is not climbed any further");
    stand.done();
}

#[test]
fn a_dead_left_line_does_not_keep_the_right_one_from_its_zero() {
    let fault = DriveFault { side: Side::Left, line: Line::Pwm };
    let refused = [Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(0).with_error(broken())];
    let mut stand = Stand::new(&profile(false, 1.0, AT_ONCE), &[], &refused, 1);
    assert_eq!(stand.drive.set(ms(0), Ratio::ZERO, Ratio::ZERO), Err(fault));
    assert_eq!(stand.drive.health().condition, Condition::Failed(Trouble::PinRefused));
    stand.done();
}

/// A line that keeps what it was told.
#[derive(Clone, Default)]
struct Kept(std::rc::Rc<std::cell::Cell<u16>>);

impl embedded_hal::digital::ErrorType for Kept {
    type Error = core::convert::Infallible;
}

impl embedded_hal::digital::OutputPin for Kept {
    fn set_low(&mut self) -> Result<(), Self::Error> {
        self.0.set(0);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Self::Error> {
        self.0.set(1);
        Ok(())
    }
}

impl embedded_hal::pwm::ErrorType for Kept {
    type Error = core::convert::Infallible;
}

impl embedded_hal::pwm::SetDutyCycle for Kept {
    fn max_duty_cycle(&self) -> u16 {
        u16::MAX
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), Self::Error> {
        self.0.set(duty);
        Ok(())
    }
}

proptest! {
    /// Whatever is commanded, and whenever: never past what is asked, never past the cap, zero and less at once, and
    /// over any stretch of growth never more than the ramp gives and one step.
    #[test]
    fn nothing_outruns_the_ramp(
        steps in prop::collection::vec((0u64..15_000, -1.0f32..=1.0, any::<bool>()), 1..60),
        ramp in 0.5f32..20.0,
    ) {
        let lines: [Kept; 4] = Default::default();
        let profile = profile(false, 1.0, ramp);
        let mut drive = Tracks::open(
            &profile,
            |number| Ok::<_, ()>(lines[usize::from(number == 27)].clone()),
            |number| Ok(lines[2 + usize::from(number == 19)].clone()),
            |_| -> Result<NoLine, ()> { unreachable!("no encoder is opened") },
        ).unwrap();
        let speed = || {
            let size = f32::from(lines[2].0.get()) / f32::from(u16::MAX) / 0.75;
            if lines[0].0.get() == 1 { -size } else { size }
        };
        let (mut now, mut aim) = (RobotTime::BOOT, Ratio::ZERO);
        // What a ramp through every speed that there was allows now.
        let mut allowed = 0.0f32;
        for (wait, command, commanded) in steps {
            now += Micros::new(wait);
            allowed += ramp * Micros::new(wait).as_secs_f32();
            let before = speed();
            if commanded {
                aim = if command.abs() < 0.2 { Ratio::ZERO } else { ratio(command) };
                drive.set(now, aim, -aim).unwrap();
            } else {
                let due = drive.poll(now).unwrap();
                prop_assert!(due.is_some() || (speed() - aim.get()).abs() < 1e-4);
            }
            let after = speed();
            prop_assert!(after * aim.get() >= 0.0 && after.abs() <= aim.get().abs() + 1e-4);
            prop_assert!(lines[2].0.get() <= 49_152 && lines[3].0.get() == lines[2].0.get());
            if after * before < 0.0 {
                allowed = 0.0;
            }
            prop_assert!(after.abs() <= allowed + ramp * PERIOD.as_secs_f32() + 1e-3);
            allowed = allowed.min(after.abs());
        }
    }
}
