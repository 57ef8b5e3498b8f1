//! What is said to the TMC2209, byte by byte, and what is made of answers that are not sound.

use embedded_hal_mock::eh1::serial::{Mock, Transaction};
use embedded_hal_nb::nb;
use embedded_hal_nb::serial::ErrorKind;
use wimz_hal::Station;
use wimz_hal::dispenser::{CHECK, DispenserStation};
use wimz_hal::profile::DispenserProfile;
use wimz_vocabulary::{Condition, Micros, RobotTime, Trouble};

use crate::carousel::Carousel;
use crate::chip::CHOPCONF;
use crate::stand::{Nothing, Stand, ms, profile};

/// Question and answer of the registers that are read: IFCNT before and after (it goes round), IOIN, GSTAT, DRV_STATUS.
const IFCNT: [u8; 4] = [0x05, 0x00, 0x02, 0x8f];
const COUNT_254: [u8; 8] = [0x05, 0xff, 0x02, 0x00, 0x00, 0x00, 0xfe, 0x36];
const COUNT_2: [u8; 8] = [0x05, 0xff, 0x02, 0x00, 0x00, 0x00, 0x02, 0x8b];
const IOIN: [u8; 4] = [0x05, 0x00, 0x06, 0x6f];
const VERSION_21: [u8; 8] = [0x05, 0xff, 0x06, 0x21, 0x00, 0x00, 0x40, 0x4f];
const DRV_STATUS: [u8; 4] = [0x05, 0x00, 0x6f, 0x84];
const STANDS_COOL: [u8; 8] = [0x05, 0xff, 0x6f, 0x80, 0x05, 0x00, 0x00, 0x98];
const GSTAT: [u8; 4] = [0x05, 0x00, 0x01, 0xc1];
const NO_FLAG: [u8; 8] = [0x05, 0xff, 0x01, 0x00, 0x00, 0x00, 0x00, 0x13];

/// What is written: spreadCycle, UART, MRES register, filter; eight microsteps, TOFF 3, interpolation; IRUN 31, IHOLD 5,
/// IHOLDDELAY 1; all flags cleared.
const WRITES: [[u8; 8]; 4] = [
    [0x05, 0x00, 0x80, 0x00, 0x00, 0x01, 0xc5, 0x9f],
    [0x05, 0x00, 0xec, 0x15, 0x00, 0x00, 0x53, 0x63],
    [0x05, 0x00, 0x90, 0x00, 0x01, 0x1f, 0x05, 0x8e],
    [0x05, 0x00, 0x81, 0x00, 0x00, 0x00, 0x07, 0x70],
];

/// One thing that happens on the line.
#[derive(Clone)]
enum Word {
    Sends(Vec<u8>),
    Hears(Vec<u8>),
    HearsNothing,
    IsBusy(u8),
    Breaks(u8),
    HearsGarbage,
}

use Word::{Breaks, Hears, HearsGarbage, HearsNothing, IsBusy, Sends};

type Talk = Vec<Word>;

impl Word {
    fn expected(self) -> Transaction<u8> {
        match self {
            Sends(bytes) => Transaction::write_many(bytes),
            Hears(bytes) => Transaction::read_many(bytes),
            HearsNothing => Transaction::read_error(nb::Error::WouldBlock),
            IsBusy(byte) => Transaction::write_error(byte, nb::Error::WouldBlock),
            Breaks(byte) => Transaction::write_error(byte, nb::Error::Other(ErrorKind::Other)),
            HearsGarbage => Transaction::read_error(nb::Error::Other(ErrorKind::FrameFormat)),
        }
    }
}

/// The line is empty, the datagram goes out and comes back, and then what is answered.
fn say(datagram: &[u8], answer: &[u8]) -> Talk {
    vec![HearsNothing, Sends(datagram.to_vec()), Hears(datagram.to_vec()), Hears(answer.to_vec())]
}

fn set_up() -> Talk {
    let mut talk = say(&IFCNT, &COUNT_254);
    talk.extend(WRITES.iter().flat_map(|datagram| say(datagram, &[])));
    talk.extend(say(&IFCNT, &COUNT_2));
    talk.extend(say(&IOIN, &VERSION_21));
    talk.extend(say(&DRV_STATUS, &STANDS_COOL));
    talk
}

struct Bench {
    station: DispenserStation<Nothing, Nothing, Nothing, Mock<u8>, Nothing>,
    line: Mock<u8>,
    now: RobotTime,
    due: RobotTime,
}

impl Bench {
    fn new() -> Self {
        Self::of(&profile())
    }

    fn of(profile: &DispenserProfile) -> Self {
        let line = Mock::new(&[]);
        let station =
            DispenserStation::new(Nothing, Nothing, Nothing, line.clone(), Nothing, profile, RobotTime::BOOT);
        Self { station, line, now: RobotTime::BOOT, due: RobotTime::BOOT }
    }

    /// The next poll that the station wants says exactly this; the answer is how long after it the next is wanted.
    fn says(&mut self, talks: impl IntoIterator<Item = Talk>) -> Micros {
        let talks: Vec<_> = talks.into_iter().flatten().map(Word::expected).collect();
        self.line.update_expectations(&talks);
        self.now = self.due;
        self.due = self.station.poll(self.now).unwrap();
        self.line.done();
        self.due.since(self.now)
    }

    fn condition(&self) -> Condition {
        self.station.health().condition
    }
}

#[test]
fn it_is_set_up_and_seen_to_have_taken_it() {
    let mut bench = Bench::new();
    assert_eq!(bench.says([set_up()]), CHECK);
    assert_eq!(bench.condition(), Condition::Ok);
    // Half a minute later, and so on.
    assert_eq!(bench.says([say(&GSTAT, &NO_FLAG), say(&DRV_STATUS, &STANDS_COOL)]), CHECK);
    assert_eq!((bench.now, bench.condition()), (RobotTime::BOOT + CHECK, Condition::Ok));
}

#[test]
fn bytes_go_out_and_come_in_as_the_line_has_them() {
    let mut bench = Bench::new();
    let full = IsBusy(IFCNT[1]);
    assert_eq!(bench.says([vec![HearsNothing, Sends(vec![IFCNT[0]]), full]]), ms(1));
    assert_eq!(bench.says([vec![Sends(IFCNT[1..].to_vec()), HearsNothing]]), ms(1));
    assert_eq!(bench.says([vec![Hears(IFCNT.to_vec()), HearsNothing]]), ms(1));
    assert_eq!(bench.says([vec![Hears(COUNT_254[..5].to_vec()), HearsNothing]]), ms(1));
    let rest = vec![Hears(COUNT_254[5..].to_vec())];
    assert_eq!(bench.says([rest, set_up()[4..].to_vec()]), CHECK);
    assert_eq!(bench.condition(), Condition::Ok);
    // It takes its time over the question, and as much again over the answer.
    let mut bench = Bench::new();
    let busy = || vec![IsBusy(IFCNT[0])];
    assert_eq!(bench.says([vec![HearsNothing], busy()]), ms(1));
    for _ in 1..20 {
        assert_eq!(bench.says([busy()]), ms(1));
    }
    assert_eq!(bench.says([vec![Sends(IFCNT.to_vec()), HearsNothing]]), ms(1));
    for _ in 1..20 {
        assert_eq!(bench.says([vec![HearsNothing]]), ms(1));
    }
    assert_eq!(bench.says([set_up()[2..].to_vec()]), CHECK);
    assert_eq!(bench.condition(), Condition::Ok);
}

#[test]
fn what_lay_on_the_line_before_is_not_taken_for_an_answer() {
    let mut bench = Bench::new();
    bench.says([vec![Hears(COUNT_2.to_vec())], set_up()]);
    assert_eq!(bench.condition(), Condition::Ok);
    // A line that goes on and on is not one to talk on.
    let mut bench = Bench::new();
    bench.says([vec![Hears([0; 64].to_vec())]]);
    bench.says([vec![Hears([0; 64].to_vec())]]);
    bench.says([vec![Hears([0; 64].to_vec())]]);
    assert_eq!(bench.condition(), Condition::Failed(Trouble::BusSilent));
}

#[test]
fn an_unsound_answer_is_asked_for_again_after_a_pause() {
    let flipped = |mut bytes: [u8; 8], place: usize| {
        bytes[place] ^= 0x10;
        bytes.to_vec()
    };
    let mut wrong_echo = say(&IFCNT, &COUNT_254);
    wrong_echo[2] = Hears([0x05, 0x00, 0x03, 0x8f].to_vec());
    let mut wrong_write_echo = say(&WRITES[1], &[]);
    wrong_write_echo[2] = Hears(flipped(WRITES[1], 6));
    let begun = || [say(&IFCNT, &COUNT_254), say(&WRITES[0], &[])].concat();
    let unsound: Vec<(&str, Talk)> = vec![
        ("its check sum", say(&IFCNT, &flipped(COUNT_254, 7))),
        ("its data", say(&IFCNT, &flipped(COUNT_254, 6))),
        ("another register", say(&IFCNT, &VERSION_21)),
        ("its beginning", say(&IFCNT, &flipped(COUNT_254, 0))),
        ("the echo of a question", wrong_echo),
        ("the echo of a setting", [begun(), wrong_write_echo].concat()),
        (
            "its count",
            [
                begun(),
                WRITES[1..].iter().flat_map(|write| say(write, &[])).collect(),
                say(&IFCNT, &COUNT_254),
            ]
            .concat(),
        ),
        ("the line", vec![HearsNothing, Breaks(IFCNT[0])]),
        ("a frame", [&say(&IFCNT, &[])[..2], &[HearsGarbage]].concat()),
    ];
    for (what, talk) in unsound {
        let mut bench = Bench::new();
        assert_eq!(bench.says([talk.clone()]), ms(7), "{what}");
        assert_eq!(bench.says([talk.clone()]), ms(7), "{what}");
        assert_eq!(bench.says([set_up()]), CHECK, "{what}");
        assert_eq!(bench.condition(), Condition::Ok, "{what}");
        // Three times in a row are one too many, for a second.
        let mut bench = Bench::new();
        bench.says([talk.clone()]);
        bench.says([talk.clone()]);
        assert_eq!(bench.says([talk]), Micros::from_secs(1), "{what}");
        assert_eq!(bench.condition(), Condition::Failed(Trouble::BusSilent), "{what}");
        assert_eq!(bench.says([set_up()]), CHECK, "{what}");
        assert_eq!(bench.condition(), Condition::Ok, "{what}");
    }
}

#[test]
fn after_a_silence_it_is_set_up_anew() {
    let mut bench = Bench::new();
    bench.says([set_up()]);
    for _ in 0..3 {
        bench.says([vec![HearsNothing, Breaks(GSTAT[0])]]);
    }
    assert_eq!(bench.condition(), Condition::Failed(Trouble::BusSilent));
    assert_eq!(bench.says([set_up()]), CHECK);
    assert_eq!(bench.condition(), Condition::Ok);
}

#[test]
fn its_address_and_its_microsteps_are_the_profiles() {
    let mut bench = Bench::of(&DispenserProfile { address: 2, ..profile() });
    bench.says([vec![HearsNothing, Sends(vec![0x05, 0x02, 0x02, 0xd4]), HearsNothing]]);
    for (microsteps, mres) in [(1, 8), (2, 7), (16, 4), (256, 0)] {
        let mut stand = Stand::built(Carousel::empty(), &DispenserProfile { microsteps, ..profile() });
        stand.run(ms(1));
        assert_eq!(stand.world.borrow().chip.registers[&CHOPCONF], 0x1000_0053 | mres << 24);
    }
}

/// Waits for what does not come; says how long.
fn wait_in_vain(bench: &mut Bench, first: Talk) -> Micros {
    let begun = bench.due;
    let mut wait = bench.says([first]);
    while wait == ms(1) {
        wait = bench.says([vec![HearsNothing]]);
    }
    assert_eq!(bench.now.since(begun), ms(20));
    wait
}

#[test]
fn silence_after_the_echo_is_a_chip_without_power_and_silence_at_once_a_line_that_is_cut() {
    let sent = || vec![HearsNothing, Sends(IFCNT.to_vec())];
    for (heard, trouble) in [
        (&IFCNT[..], Trouble::Unpowered),
        (&[], Trouble::BusSilent),
        (&IFCNT[..3], Trouble::BusSilent),
        (&[0x05, 0x00, 0x02, 0x8f, 0x05], Trouble::BusSilent),
    ] {
        let mut bench = Bench::new();
        let talk = || [sent(), vec![Hears(heard.to_vec()), HearsNothing]].concat();
        assert_eq!(wait_in_vain(&mut bench, talk()), ms(7));
        assert_eq!(bench.condition(), Condition::Starting);
        assert_eq!(wait_in_vain(&mut bench, talk()), ms(7));
        assert_eq!(wait_in_vain(&mut bench, talk()), Micros::from_secs(1));
        assert_eq!(bench.condition(), Condition::Failed(trouble), "{heard:x?}");
    }
}

#[test]
fn a_chip_that_forgot_is_told_everything_again() {
    let mut bench = Bench::new();
    bench.says([set_up()]);
    let was_reset = [0x05, 0xff, 0x01, 0x00, 0x00, 0x00, 0x01, 0x9a];
    let talk = [say(&GSTAT, &was_reset), say(&DRV_STATUS, &STANDS_COOL)];
    // The line is slow just then, so that it can be seen.
    let busy = IsBusy(IFCNT[0]);
    assert_eq!(bench.says(talk.into_iter().chain([vec![HearsNothing, busy]])), ms(1));
    assert_eq!(bench.condition(), Condition::Degraded(Trouble::ForgotSettings));
    assert_eq!(bench.says([set_up()[1..].to_vec()]), CHECK);
    assert_eq!(bench.condition(), Condition::Ok);
}
