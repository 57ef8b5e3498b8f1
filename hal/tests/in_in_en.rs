//! The gen-1 drive, edge by edge, and with each of its lines failing at each moment.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;
use std::rc::Rc;

use embedded_hal::digital::OutputPin;
use embedded_hal::pwm::SetDutyCycle;
use embedded_hal::{digital, pwm};
use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction as Level};
use embedded_hal_mock::eh1::pwm::{Mock as Pwm, Transaction as Duty};
use wimz_hal::drive::{Drive, DriveFault, InInEn, Line, Motor, Tracks};
use wimz_hal::profile::{DriveProfile, TrackLines, TrackProfile};
use wimz_hal::{DriveFrame, Edge, Edges, Guard, LineFault, Station};
use wimz_vocabulary::{
    Condition, Evidence, LeaseId, Micros, Ratio, RobotTime, Side, StopEpoch, StopKind, Trouble,
};

const FULL: u16 = 10_000;

/// These robots' encoders are not looked at here.
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

/// Lines 17, 18 and 13 on the left; 27, 22 and 19 on the right, where the motor is the other way round. The ramp is
/// over in so many steps.
fn profile(steps: u8) -> DriveProfile {
    let track = |[in1, in2, en]: [u8; 3], inverted, trim| TrackProfile {
        lines: TrackLines::InInEn { in1, in2, en },
        inverted,
        trim,
    };
    DriveProfile {
        cap: ratio(0.4),
        pwm_hz: 500,
        free_speed: 1.2,
        ramp: 100.0 / f32::from(steps),
        left: track([17, 18, 13], false, 1.0),
        right: track([27, 22, 19], true, 0.75),
        encoders: None,
    }
}

#[test]
fn inputs_and_enable_do_what_an_l298n_expects() {
    use State::{High, Low};
    let rest = [Duty::set_duty_cycle(0)];
    let put = |value| [Duty::max_duty_cycle(FULL), Duty::set_duty_cycle(value)];
    let turned = |value| [&rest[..], &put(value)].concat();
    // Forwards at 0.5 and 1, backwards at 0.5, at rest; the right one the other way round, and trimmed.
    let left_in1 = [Low, High, Low, Low].map(Level::set);
    let left_in2 = [Low, Low, High, Low].map(Level::set);
    let left_en = [&turned(2_000)[..], &put(4_000), &turned(2_000), &rest].concat();
    let right_in1 = [Low, Low, High, Low].map(Level::set);
    let right_in2 = [Low, High, Low, Low].map(Level::set);
    let right_en = [&turned(1_500)[..], &put(3_000), &turned(1_500), &rest].concat();
    let mut pins = [
        (17, Pin::new(&left_in1)),
        (18, Pin::new(&left_in2)),
        (27, Pin::new(&right_in1)),
        (22, Pin::new(&right_in2)),
    ];
    let mut pwms = [(13, Pwm::new(&left_en)), (19, Pwm::new(&right_en))];
    let mut drive = Tracks::open(
        &profile(1),
        |number| pins.iter().find(|(this, _)| *this == number).map(|(_, pin)| pin.clone()).ok_or(number),
        |number| pwms.iter().find(|(this, _)| *this == number).map(|(_, pwm)| pwm.clone()).ok_or(number),
        |number| -> Result<NoLine, u8> { Err(number) },
    )
    .unwrap();
    for (time, speed) in (0..).step_by(20).map(ms).zip([0.5, 1.0, -0.5, 0.0]) {
        drive.set(time, ratio(speed), ratio(speed)).unwrap();
    }
    assert_eq!(drive.stands_still(ms(60)), None, "nothing measures it");
    pins.iter_mut().for_each(|(_, pin)| pin.done());
    pwms.iter_mut().for_each(|(_, pwm)| pwm.done());
}

/// Six lines, in the order of [`NAMES`], and every command that they were given.
#[derive(Debug, Default)]
struct Bench {
    levels: [u16; 6],
    /// Commands so far.
    commands: usize,
    /// From which command on which line refuses, and how many times.
    broken: Option<(usize, usize, usize)>,
    /// The first thing that must never be.
    mischief: Option<String>,
}

const NAMES: [(Side, Line); 6] = [
    (Side::Left, Line::In1),
    (Side::Left, Line::In2),
    (Side::Left, Line::Enable),
    (Side::Right, Line::In1),
    (Side::Right, Line::In2),
    (Side::Right, Line::Enable),
];

impl Bench {
    fn command(&mut self, line: usize, value: u16) -> Result<(), Refused> {
        let number = self.commands;
        self.commands += 1;
        if let Some((from, broken, times)) = &mut self.broken
            && *broken == line
            && *from <= number
            && *times > 0
        {
            *times -= 1;
            return Err(Refused);
        }
        let track = &self.levels[line / 3 * 3..][..3];
        if line % 3 < 2 && value != track[line % 3] && track[2] != 0 && value != 0 {
            self.mischief.get_or_insert(format!("an input under power, command {number}"));
        }
        self.levels[line] = value;
        for track in self.levels.chunks(3) {
            if track[0] == 1 && track[1] == 1 {
                self.mischief.get_or_insert(format!("both inputs high, command {number}"));
            }
        }
        Ok(())
    }

    /// Whether a motor gets any power.
    fn is_powered(&self, side: Side) -> bool {
        let track = if side == Side::Left { &self.levels[..3] } else { &self.levels[3..] };
        track[2] > 0 && track[0] != track[1]
    }
}

#[derive(Clone, Copy, Debug)]
struct Refused;

impl digital::Error for Refused {
    fn kind(&self) -> digital::ErrorKind {
        digital::ErrorKind::Other
    }
}

impl pwm::Error for Refused {
    fn kind(&self) -> pwm::ErrorKind {
        pwm::ErrorKind::Other
    }
}

#[derive(Clone)]
struct Wire(Rc<RefCell<Bench>>, usize);

impl digital::ErrorType for Wire {
    type Error = Refused;
}

impl OutputPin for Wire {
    fn set_low(&mut self) -> Result<(), Refused> {
        self.0.borrow_mut().command(self.1, 0)
    }

    fn set_high(&mut self) -> Result<(), Refused> {
        self.0.borrow_mut().command(self.1, 1)
    }
}

impl pwm::ErrorType for Wire {
    type Error = Refused;
}

impl SetDutyCycle for Wire {
    fn max_duty_cycle(&self) -> u16 {
        FULL
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), Refused> {
        self.0.borrow_mut().command(self.1, duty)
    }
}

fn bench() -> (Tracks<Wire, Wire, NoLine>, Rc<RefCell<Bench>>) {
    let bench = Rc::new(RefCell::new(Bench::default()));
    let wire = |line| Wire(bench.clone(), line);
    let motor = |first| Motor::InInEn(InInEn::new(wire(first), wire(first + 1), wire(first + 2)));
    (Tracks::new(&profile(3), [motor(0), motor(3)], None), bench)
}

/// A start, a ramp, a reversal, a turn on the spot, a rest: a command or a poll each 10 ms.
const STORY: [Option<(f32, f32)>; 12] = [
    Some((0.0, 0.0)),
    Some((1.0, 1.0)),
    None,
    None,
    Some((-0.8, -0.8)),
    None,
    Some((0.5, -0.5)),
    None,
    Some((0.0, 0.3)),
    Some((0.0, 0.0)),
    Some((0.9, 0.9)),
    Some((0.0, 0.0)),
];

fn step(drive: &mut impl Drive, number: usize) -> Result<(), DriveFault> {
    let now = ms(10 * number as u64);
    match STORY[number] {
        Some((left, right)) => drive.set(now, ratio(left), ratio(right)),
        None => drive.poll(now).map(|_| ()),
    }
}

#[test]
fn inputs_change_without_power_and_are_never_high_both() {
    let (mut drive, bench) = bench();
    for number in 0..STORY.len() {
        step(&mut drive, number).unwrap();
        let speeds = STORY[..=number].iter().rev().find_map(|it| *it).unwrap();
        let bench = bench.borrow();
        assert_eq!(bench.is_powered(Side::Left), speeds.0 != 0.0, "step {number}");
        assert_eq!(bench.is_powered(Side::Right), speeds.1 != 0.0, "step {number}");
        assert_eq!(bench.mischief, None);
    }
    assert_eq!(bench.borrow().levels, [0; 6], "at rest all lines are low");
}

/// Every line refuses at every moment, once or for good: the fault is told of, both tracks are without power as far
/// as the lines obey, and no motor ever sees what it should not.
#[test]
fn a_line_that_fails_anywhere_brings_both_sides_to_rest() {
    let commands = {
        let (mut drive, bench) = bench();
        (0..STORY.len()).for_each(|number| step(&mut drive, number).unwrap());
        bench.take().commands
    };
    let mut faults = 0;
    for (line, from, times) in (0..6)
        .flat_map(|line| (0..commands).flat_map(move |from| [(line, from, 1), (line, from, usize::MAX)]))
    {
        let (mut drive, bench) = bench();
        bench.borrow_mut().broken = Some((from, line, times));
        for number in 0..STORY.len() {
            let context = format!("line {line} from command {from} on, {times} times, step {number}");
            let outcome = step(&mut drive, number);
            let bench = bench.borrow();
            assert_eq!(bench.mischief, None, "{context}");
            let Err(fault) = outcome else { continue };
            faults += 1;
            assert_eq!((fault.side, fault.line), NAMES[line], "{context}");
            let (broken, other) =
                if line < 3 { (Side::Left, Side::Right) } else { (Side::Right, Side::Left) };
            assert!(!bench.is_powered(other), "{context}");
            // An enable that refuses has no inputs, inputs that refuse have no enable.
            assert!(!bench.is_powered(broken), "{context}");
            assert!(
                times == 1 || drive.health().condition == Condition::Failed(Trouble::PinRefused),
                "{context}"
            );
        }
    }
    assert!(faults > 300, "{faults} faults in all");
}

/// The same through the guard: a stop is unconfirmed as long as a line refuses it, and no longer.
#[test]
fn a_guard_says_what_the_lines_refused_and_tries_again() {
    let (drive, bench) = bench();
    let mut guard = Guard::new(drive, ms(0));
    for line in 0..6 {
        bench.borrow_mut().broken = Some((0, line, 3));
        assert_eq!(guard.stop(ms(0), StopKind::Stop).evidence, Evidence::Unconfirmed);
        let mut due = guard.poll(ms(0));
        let mut tries = 0;
        while let Some(now) = due {
            tries += 1;
            due = guard.poll(now);
        }
        assert_eq!((tries, guard.state().evidence), (3, Evidence::Commanded));
    }
}

/// Whatever the ramp is about to do: a stop is on the lines in the same call, and nothing comes after it.
#[test]
fn a_stop_does_not_wait_for_the_ramp() {
    for micros in (0..45_000).step_by(1_000) {
        let (drive, bench) = bench();
        let mut guard = Guard::new(drive, ms(0));
        let stopped = RobotTime::from_micros(micros);
        let (seq, lease, epoch) = (1, LeaseId(1), StopEpoch(0));
        let (left, right) = (ratio(1.0), ratio(-1.0));
        let frame = DriveFrame { seq, lease, epoch, left, right, valid_until: ms(300) };
        guard.frame(ms(0), frame).unwrap();
        let mut due = guard.poll(ms(0));
        while let Some(now) = due.filter(|due| *due <= stopped) {
            due = guard.poll(now);
        }
        assert!(bench.borrow().is_powered(Side::Left) && bench.borrow().is_powered(Side::Right));
        guard.stop(stopped, StopKind::Stop);
        assert_eq!(bench.borrow().levels, [0; 6], "after {micros} µs");
        assert_eq!(guard.poll(stopped), None);
        guard.poll(ms(100));
        assert_eq!(bench.borrow().levels, [0; 6]);
    }
}

#[test]
fn how_far_the_ramp_has_come_is_in_the_memory() {
    let digest = |drive: &Tracks<Wire, Wire, NoLine>| serde_json::to_string(&drive.memory()).unwrap();
    let (mut drive, _bench) = bench();
    drive.set(ms(0), ratio(1.0), ratio(1.0)).unwrap();
    let before = digest(&drive);
    assert_eq!(drive.poll(ms(9)), Ok(Some(ms(10))));
    assert_eq!(digest(&drive), before, "a poll that is not due changes nothing");
    drive.poll(ms(10)).unwrap();
    assert_ne!(digest(&drive), before);
}
