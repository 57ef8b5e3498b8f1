//! Every fault on every part that it can hit: the robot says so, what must stop stops, and nothing else minds.
//!
//! Each row is a scenario of its own, in the words of a scenario file. What the robot told is written down in
//! `tests/effects_of_faults.md`; a change of it shows in the diff. `BLESS=1` writes it anew.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads the file that it compares with, and may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::fmt::Write;

use wimz_simulator::Setting;
use wimz_simulator::assets::{self, Kind};
use wimz_simulator::scenario::Scenario;
use wimz_simulator::{Line, Session};
use wimz_tests::steps::{assert_unbroken, read};
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{Condition, EventBody, JobOutcome, Part, RobotTime};

const EFFECTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/effects_of_faults.md");

/// Who can be hit by what, and how it must end.
struct Row {
    /// The fault as a scenario has it.
    fault: &'static str,
    robot: &'static str,
    /// The parts that may say something. No other may.
    hits: &'static [Part],
    ends: Ends,
}

/// How the parts that are hit stand at the end, 20 s after the fault.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ends {
    /// All well: the fault was told of, and is over.
    Well,
    /// Still failed or impaired.
    Ill,
    /// Nobody could know: the robot has nothing that would show it.
    Unseen,
}

use Ends::{Ill, Unseen, Well};
use Part::{
    Battery, Dispenser, Drive, Head, Lights, Microphone, MoodLight, PowerButton, Speaker, Thermometer,
};

const fn row(fault: &'static str, hits: &'static [Part], ends: Ends) -> Row {
    Row { fault, robot: "gen2", hits, ends }
}

const fn gen1(fault: &'static str, hits: &'static [Part], ends: Ends) -> Row {
    Row { fault, robot: "gen1", hits, ends }
}

const ROWS: &[Row] = &[
    // A chip that does not acknowledge, now and then or at all.
    row("fault = \"nack\"\nchip = \"servo_chip\"\nfor = \"5s\"", &[Head], Well),
    row("fault = \"nack\"\nchip = \"servo_chip\"\nshare = 0.2\nfor = \"5s\"", &[Head], Well),
    row("fault = \"nack\"\nchip = \"battery_monitor\"\nfor = \"8s\"", &[Battery], Well),
    row("fault = \"nack\"\nchip = \"lights\"\nfor = \"5s\"", &[Lights], Well),
    row("fault = \"nack\"\nchip = \"stepper_driver\"\nfor = \"5s\"", &[Dispenser], Well),
    // A bus that is held.
    row("fault = \"stuck_bus\"\nbus = \"i2c\"\nfor = \"8s\"", &[Head, Battery], Well),
    row("fault = \"stuck_bus\"\nbus = \"spi\"\nfor = \"5s\"", &[Lights], Well),
    row("fault = \"stuck_bus\"\nbus = \"uart\"\nfor = \"5s\"", &[Dispenser], Well),
    // Noise.
    row("fault = \"noise\"\nbus = \"i2c\"\nshare = 0.3\nfor = \"8s\"", &[Head, Battery], Well),
    row("fault = \"noise\"\nbus = \"spi\"\nshare = 0.3\nfor = \"5s\"", &[Lights], Unseen),
    row("fault = \"noise\"\nbus = \"uart\"\nshare = 0.3\nfor = \"5s\"", &[Dispenser], Well),
    // Lines that stay where they are: an output that is stuck says nothing.
    row("fault = \"stuck_line\"\nline = \"left_pwm\"\nlevel = \"low\"\nfor = \"5s\"", &[Drive], Unseen),
    gen1("fault = \"stuck_line\"\nline = \"left_pwm\"\nlevel = \"low\"\nfor = \"5s\"", &[Drive], Well),
    row(
        "fault = \"stuck_line\"\nline = \"right_direction\"\nlevel = \"high\"\nfor = \"5s\"",
        &[Drive],
        Unseen,
    ),
    row("fault = \"stuck_line\"\nline = \"step\"\nlevel = \"low\"", &[Dispenser], Ill),
    row("fault = \"stuck_line\"\nline = \"step_enable\"\nlevel = \"high\"", &[Dispenser], Ill),
    row("fault = \"stuck_line\"\nline = \"mood_light\"\nlevel = \"low\"\nfor = \"5s\"", &[MoodLight], Unseen),
    row("fault = \"stuck_line\"\nline = \"beam\"\nlevel = \"low\"\nfor = \"12s\"", &[Dispenser], Well),
    row("fault = \"stuck_line\"\nline = \"power_button\"\nlevel = \"low\"", &[PowerButton], Ill),
    // Lines that refuse.
    row("fault = \"dead_line\"\nline = \"left_pwm\"\nfor = \"5s\"", &[Drive], Well),
    row("fault = \"dead_line\"\nline = \"right_pwm\"\nfor = \"5s\"", &[Drive], Well),
    gen1("fault = \"dead_line\"\nline = \"left_direction\"\nfor = \"5s\"", &[Drive], Well),
    row("fault = \"dead_line\"\nline = \"mood_light\"\nfor = \"5s\"", &[MoodLight], Well),
    row("fault = \"dead_line\"\nline = \"step\"\nfor = \"12s\"", &[Dispenser], Well),
    row("fault = \"dead_line\"\nline = \"step_enable\"\nfor = \"12s\"", &[Dispenser], Well),
    row("fault = \"dead_line\"\nline = \"beam\"\nfor = \"5s\"", &[Dispenser], Well),
    row("fault = \"dead_line\"\nline = \"power_button\"\nfor = \"5s\"", &[PowerButton], Well),
    // The drive's own.
    gen1("fault = \"dead_encoder\"\nside = \"left\"\nfor = \"5s\"", &[Drive], Well),
    gen1("fault = \"dead_encoder\"\nside = \"right\"\nfor = \"5s\"", &[Drive], Well),
    gen1("fault = \"stalled_track\"\nside = \"left\"\nfor = \"5s\"", &[Drive], Well),
    row("fault = \"stalled_track\"\nside = \"right\"\nfor = \"5s\"", &[Drive], Unseen),
    row("fault = \"stalled_servo\"\naxis = \"pan\"\nfor = \"5s\"", &[Head], Unseen),
    row("fault = \"stalled_servo\"\naxis = \"tilt\"\nfor = \"5s\"", &[Head], Unseen),
    // The dispenser's.
    row("fault = \"jam\"\nfreed_by = \"push\"", &[Dispenser], Unseen),
    row("fault = \"jam\"\nfreed_by = \"shake\"", &[Dispenser], Unseen),
    // What holds the carousel for good does not hold a treat that shaking brings down.
    row("fault = \"jam\"\nfreed_by = \"hand\"", &[Dispenser], Unseen),
    row("fault = \"empty\"", &[Dispenser], Ill),
    row("fault = \"beam_flicker\"\nfor = \"6s\"", &[Dispenser], Well),
    row("fault = \"beam_spikes\"\nfor = \"6s\"", &[Dispenser], Well),
    row("fault = \"beam_blocked\"\nfor = \"12s\"", &[Dispenser], Well),
    // Supplies.
    row("fault = \"brown_out\"\nchip = \"servo_chip\"", &[Head], Well),
    row("fault = \"brown_out\"\nchip = \"battery_monitor\"", &[Battery], Well),
    row("fault = \"brown_out\"\nchip = \"lights\"", &[Lights], Unseen),
    row("fault = \"brown_out\"\nchip = \"stepper_driver\"", &[Dispenser], Well),
    row("fault = \"unpowered\"\nchip = \"servo_chip\"\nfor = \"5s\"", &[Head], Well),
    row("fault = \"unpowered\"\nchip = \"battery_monitor\"\nfor = \"8s\"", &[Battery], Well),
    row("fault = \"unpowered\"\nchip = \"stepper_driver\"\nfor = \"5s\"", &[Dispenser], Well),
    row("fault = \"overheated\"\nchip = \"stepper_driver\"\nfor = \"12s\"", &[Dispenser], Well),
    row("fault = \"divider_open\"\nfor = \"8s\"", &[Battery], Well),
    row("fault = \"thermometer_silent\"\nfor = \"8s\"", &[Thermometer], Well),
    row("fault = \"button_held\"\nfor = \"3s\"", &[PowerButton], Unseen),
    row("fault = \"speaker_gone\"\nfor = \"5s\"", &[Speaker], Well),
    row("fault = \"microphone_gone\"\nfor = \"5s\"", &[Microphone], Well),
    row("fault = \"microphone_dead\"\nfor = \"5s\"", &[Microphone], Well),
    row("fault = \"microphone_taken\"\nfor = \"5s\"", &[Microphone], Well),
    row("fault = \"flip_bit\"\nregister = 0x09\nbit = 0", &[Head], Well),
    // Minds and clocks.
    row("fault = \"brain_hang\"\nfor = \"2s\"", &[], Unseen),
    row("fault = \"clock_jump\"\nby = \"-15h\"", &[], Unseen),
];

/// A robot that does all it can, all the time: drives, looks about, shines, plays its songs, and drops a treat after
/// the fault.
fn story(row: &Row) -> String {
    let Row { fault, robot, .. } = row;
    format!(
        r#"
about = "a fault while everything moves"
room = "empty"
robot = "{robot}"
length = "90s"

[[input]]
at = "0.3s"
command = "set_mode"
data = {{ mode = "manual" }}

[[input]]
at = "0.5s"
command = "led"
data = {{ pattern = "rainbow" }}

[[input]]
at = "1s"
every = "100ms"
until = "88s"
command = "motor"
data = {{ left = 0.6, right = 0.5 }}

[[input]]
at = "1.05s"
every = "100ms"
until = "87s"
command = "motor"
data = {{ left = 0.5, right = 0.6 }}

[[input]]
at = "1.02s"
every = "2s"
until = "87s"
command = "motor"
data = {{ left = -0.5, right = -0.5 }}

[[input]]
at = "1s"
every = "2s"
until = "88s"
command = "servo"
data = {{ pan = 40.0, tilt = 10.0 }}

[[input]]
at = "2s"
every = "2s"
until = "88s"
command = "servo"
data = {{ pan = -40.0, tilt = -10.0 }}

[[input]]
at = "4s"
every = "1s"
until = "88s"
command = "mood_led"
data = {{ state = "toggle" }}

[[input]]
at = "5s"
command = "audio_toggle"

[[input]]
at = "12s"
{fault}

[[input]]
at = "13s"
command = "dispense_treat"

[[input]]
at = "75s"
command = "dispense_treat"
"#
    )
}

/// What a row came to.
struct Effect {
    told: Vec<String>,
    changed: BTreeSet<Part>,
    last: [Condition; Part::COUNT],
    drives_at_the_end: bool,
    fell: u32,
    counted: u32,
    uncertain: bool,
}

fn play(row: &Row) -> Effect {
    let text = story(row);
    let scenario = Scenario::parse(&Document::new(row.fault, &text)).unwrap_or_else(|flaw| panic!("{flaw}"));
    let setting = Setting {
        room: assets::find(Kind::Room, "empty").unwrap(),
        robot: assets::find(Kind::Robot, row.robot).unwrap(),
        seed: 3,
        plans: Vec::new(),
        dogs: Vec::new(),
        start: None,
    };
    let cast = read(&setting);
    let mut session = Session::new(&cast, setting.seed);
    let mut effect = Effect {
        told: Vec::new(),
        changed: BTreeSet::new(),
        last: [Condition::Starting; Part::COUNT],
        drives_at_the_end: false,
        fell: 0,
        counted: 0,
        uncertain: false,
    };
    for (at, outside) in &scenario.inputs(1) {
        session.run_until(*at);
        session.enter(outside.clone());
        hear(&mut session, &mut effect);
        session.drain_replies().for_each(drop);
        if *at == RobotTime::from_micros(88_000_000) {
            effect.drives_at_the_end = session.world().is_rolling();
        }
    }
    session.run_until(RobotTime::BOOT + scenario.length);
    hear(&mut session, &mut effect);
    assert_unbroken(&mut session);
    effect.fell = session.world().truth().fallen;
    effect
}

fn hear(session: &mut Session, effect: &mut Effect) {
    for line in session.drain_lines() {
        let Line::Robot(event) = line else { continue };
        let after = event.at.as_micros() as f64 / 1e6 - 12.0;
        match event.body {
            EventBody::PartChanged { part, to, .. } => {
                effect.last[part as usize] = to;
                if after >= 0.0 {
                    effect.changed.insert(part);
                    let to = to.trouble().map_or("well".to_owned(), |trouble| trouble.to_string());
                    effect.told.push(format!("{after:.1} s {part}: {to}"));
                }
            }
            EventBody::DispenseEnded { outcome, .. } => {
                let said = match outcome {
                    JobOutcome::Dropped { count } => {
                        effect.counted += u32::from(count);
                        format!("{count} dropped")
                    }
                    JobOutcome::Uncertain { seen, .. } => {
                        effect.uncertain = true;
                        format!("uncertain, {seen} seen")
                    }
                    JobOutcome::EmptyOrJammed => "empty or jammed".to_owned(),
                    JobOutcome::NotDone { .. } => "not done".to_owned(),
                };
                effect.told.push(format!("{after:.1} s treat: {said}"));
            }
            EventBody::TreatStrayed { .. } => {
                effect.counted += 1;
                effect.told.push(format!("{after:.1} s treat: a late one"));
            }
            EventBody::GuardIntervened => effect.told.push(format!("{after:.1} s guard: stops the tracks")),
            EventBody::WallClockJumped { .. } => effect.told.push(format!("{after:.1} s wall clock: jumps")),
            EventBody::PowerButton { pressed } if after >= 0.0 => {
                effect
                    .told
                    .push(format!("{after:.1} s power button: {}", if pressed { "down" } else { "up" }));
            }
            _ => {}
        }
    }
}

#[test]
fn each_row_is_told_and_harms_nothing_else() {
    let mut table = String::from(
        "# What each fault does\n\nEach fault hits a robot that drives, looks about and shines, at 0 s; a treat is \
         asked for at 1 s and at 63 s.\nMade by `tests/tests/each_fault_on_each_part.rs`.\n\n\
         | Robot | Fault | What the robot tells |\n|---|---|---|\n",
    );
    let mut wrong = String::new();
    for row in ROWS {
        let effect = play(row);
        let name = row.fault.replace("fault = ", "").replace('\n', ", ").replace('"', "");
        let told = if effect.told.is_empty() { "nothing".to_owned() } else { effect.told.join("; ") };
        writeln!(table, "| {} | {name} | {told} |", row.robot).unwrap();
        let mut check = |holds: bool, what: String| {
            if !holds {
                writeln!(wrong, "{}, {name}: {what}\n    {told}", row.robot).unwrap();
            }
        };
        let strangers: Vec<_> = effect.changed.iter().filter(|part| !row.hits.contains(part)).collect();
        check(strangers.is_empty(), format!("parts that it cannot hit mind: {strangers:?}"));
        let ill: Vec<_> =
            Part::ALL.into_iter().filter(|part| effect.last[*part as usize] != Condition::Ok).collect();
        match row.ends {
            Well => {
                check(ill.is_empty(), format!("still ill: {ill:?}"));
                let silent: Vec<_> = row.hits.iter().filter(|part| !effect.changed.contains(part)).collect();
                check(silent.is_empty(), format!("never told: {silent:?}"));
            }
            Ill => check(ill == row.hits, format!("should be ill at the end: {:?}, is {ill:?}", row.hits)),
            Unseen => check(ill.is_empty(), format!("ill: {ill:?}")),
        }
        check(effect.drives_at_the_end, "it does not drive on".to_owned());
        check(
            effect.uncertain || effect.counted == effect.fell,
            format!("{} counted, {} fell", effect.counted, effect.fell),
        );
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(EFFECTS, &table).unwrap();
    }
    let expected = std::fs::read_to_string(EFFECTS).unwrap_or_default();
    assert!(
        expected == table,
        "what faults do has changed; if that is meant, write it down with\n    BLESS=1 cargo test -p wimz-tests --test each_fault_on_each_part\n{table}"
    );
}
