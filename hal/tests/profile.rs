//! A profile with anything missing, unknown, twice or out of range is refused, at the line and column of it, and
//! the JSON Schema refuses what the reader refuses.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;
use wimz_hal::Profile;
use wimz_hal::profile::TrackLines;
use wimz_vocabulary::document::{Document, Flaw};

const GEN1: &str = include_str!("../../assets/robots/gen1.toml");
const GEN2: &str = include_str!("../../assets/robots/gen2.toml");
const SCHEMA: &str = include_str!("../../assets/robots/robot.schema.json");

/// A value of a file: where it stands, lines and columns from 1.
#[derive(Clone, Debug)]
struct Entry {
    table: String,
    key: String,
    value: String,
    line: usize,
    column: usize,
    /// The line of its table's header; 1 where there is none.
    header: usize,
}

impl Entry {
    fn path(&self) -> String {
        if self.table.is_empty() { self.key.clone() } else { format!("{}.{}", self.table, self.key) }
    }
}

fn entries(text: &str) -> Vec<Entry> {
    let (mut table, mut header) = (String::new(), 1);
    let mut entries = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if let Some(name) = line.strip_prefix('[') {
            (table, header) = (name.trim_end_matches(']').to_owned(), number);
        } else if let Some((key, rest)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            let value = rest.split("  ").next().unwrap().to_owned();
            let (table, key, column) = (table.clone(), key.to_owned(), key.len() + 4);
            entries.push(Entry { table, key, value, line: number, column, header });
        }
    }
    entries
}

/// The text with one line changed; an empty one is taken out.
fn with(text: &str, number: usize, new: &str) -> String {
    let lines = text.lines().zip(1..).map(|(line, n)| if n == number { new } else { line });
    lines.map(|line| format!("{line}\n")).collect()
}

fn set(text: &str, entry: &Entry, value: &str) -> String {
    with(text, entry.line, &format!("{} = {value}", entry.key))
}

fn without_table(text: &str, table: &str) -> String {
    let mut gone = false;
    let keep = |line: &&str| {
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_end_matches(']');
            gone = name == table || name.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
        }
        !gone
    };
    text.lines().filter(keep).map(|line| format!("{line}\n")).collect()
}

fn read(text: &str) -> Result<Profile, Vec<Flaw>> {
    Profile::read(&Document::new("robot.toml", text))
}

fn flaws(text: &str) -> Vec<Flaw> {
    read(text).err().unwrap_or_default()
}

/// Exactly one flaw, exactly there.
fn refused(text: &str, (line, column): (usize, usize), message: &str) {
    let flaws = flaws(text);
    let [flaw] = flaws.as_slice() else { panic!("not one flaw ({message}): {flaws:?}") };
    assert_eq!((flaw.line, flaw.column), (line, column), "{flaw}");
    assert!(flaw.message.contains(message), "{flaw}\nlacks `{message}`");
}

fn schema() -> Validator {
    let schema = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// Whether the schema accepts a file. JSON has no NaN and no infinity: they become null.
fn fits(schema: &Validator, text: &str) -> bool {
    schema.is_valid(&Document::new("robot.toml", text).read::<Value>().unwrap())
}

/// What the schema says of a value.
fn limits(entry: &Entry) -> Value {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let pointer: String = entry.path().split('.').map(|name| format!("/properties/{name}")).collect();
    schema.pointer(&pointer).unwrap().clone()
}

/// Whether all that is wrong is what values are to each other, of which a schema knows nothing.
fn between_values(flaws: &[Flaw]) -> bool {
    let known = ["belongs to", "is commanded angle", "it clamps at", "is not above"];
    flaws.iter().all(|flaw| known.iter().any(|word| flaw.message.contains(word)))
}

#[test]
fn the_fleet_is_as_it_is_built() {
    let gen1 = read(GEN1).unwrap();
    assert_eq!(gen1.drive.left.lines, TrackLines::InInEn { in1: 17, in2: 18, en: 13 });
    assert_eq!(gen1.drive.right.lines, TrackLines::InInEn { in1: 27, in2: 22, en: 19 });
    let encoders = gen1.drive.encoders.unwrap();
    assert_eq!((encoders.left, encoders.right), ([4, 23], [5, 6]));
    assert!((encoders.edges_per_metre - 2.0 * 660.0 / 0.135).abs() < 0.1);
    assert_eq!(
        (gen1.drive.pwm_hz, gen1.head.pan.center.get(), gen1.head.tilt.center.get()),
        (500, 120.0, 60.0)
    );
    for side in [gen1.drive.left, gen1.drive.right] {
        let volts = gen1.drive.cap.get() * side.trim * gen1.battery.full.get();
        assert!(volts <= 6.0, "a 6 V motor would see {volts} V");
    }
    let trims = (gen1.drive.left.trim, gen1.drive.right.trim);
    assert!(
        trims.0 == 1.0 && (trims.1 - 0.9 / 1.2).abs() < 1e-6,
        "as 1.2 and 0.9 are to each other: {trims:?}"
    );

    let gen2 = read(GEN2).unwrap();
    assert_eq!(gen2.drive.left.lines, TrackLines::DirPwm { dir: 17, pwm: 13 });
    assert_eq!(gen2.drive.right.lines, TrackLines::DirPwm { dir: 27, pwm: 19 });
    assert!(gen2.drive.right.inverted && !gen2.drive.left.inverted && gen2.drive.encoders.is_none());
    assert_eq!((gen2.drive.cap.get(), gen2.drive.pwm_hz), (0.75, 1_000));
    assert_eq!((gen2.drive.left.trim, gen2.drive.right.trim), (1.0, 1.0));

    for robot in [gen1, gen2] {
        assert_eq!(
            (robot.i2c.sda, robot.i2c.scl, robot.head.address, robot.battery.address),
            (2, 3, 0x40, 0x48)
        );
        assert_eq!((robot.head.rate_hz, robot.head.pan.channel, robot.head.tilt.channel), (50.0, 0, 1));
        assert_eq!((robot.lights.count, robot.lights.mosi, robot.mood_light.pin), (165, 10, 25));
        let dispenser = robot.dispenser;
        assert_eq!([dispenser.step, dispenser.dir, dispenser.enable, dispenser.beam], [12, 16, 24, 7]);
        assert_eq!((dispenser.uart, dispenser.baud, dispenser.microsteps), ([14, 15], 115_200, 8));
        assert_eq!((dispenser.carousels, dispenser.slots, dispenser.half_step.get()), (4, 11, 5_000));
        assert_eq!((dispenser.run_current, dispenser.hold_current), (31, 5));
        assert_eq!((robot.battery.empty.get(), robot.battery.full.get()), (12.0, 16.8));
        let button = robot.power_button;
        assert_eq!([button.sense, button.latch, button.kill], [20, 21, 26]);
    }
}

#[test]
fn trims_are_to_each_other_as_the_file_says_and_the_cap_holds() {
    for (left, right, expected) in [(0.5, 0.8, (0.5, 0.8)), (0.6, 1.2, (0.5, 1.0)), (1.5, 0.75, (1.0, 0.5))] {
        let text = GEN2.replacen("trim = 1.0", &format!("trim = {left:?}"), 1);
        let drive = read(&text.replacen("trim = 1.0", &format!("trim = {right:?}"), 1)).unwrap().drive;
        assert_eq!((drive.left.trim, drive.right.trim), expected, "{left} {right}");
    }
}

/// Each value of gen-2 set to another that is in order: the robot is another one. Gen-1 has no free pin to set.
#[test]
fn every_value_reaches_the_robot() {
    let robot = read(GEN2).unwrap();
    let reaches = |entry: &Entry| {
        let limits = limits(entry);
        let mut others = vec!["true".to_owned(), "false".to_owned(), "\"another\"".to_owned()];
        others.extend(limits["enum"].as_array().into_iter().flatten().map(Value::to_string));
        let here = entry.value.parse().ok();
        for number in [here, limits["minimum"].as_f64(), limits["maximum"].as_f64()].into_iter().flatten() {
            // The first ones may be taken, or too much beside another value.
            others.extend(
                (0..8).flat_map(|n| [number + f64::from(n), number - f64::from(n)]).map(|n| n.to_string()),
            );
        }
        let changed = others.iter().filter(|other| **other != entry.value);
        changed.filter_map(|other| read(&set(GEN2, entry, other)).ok()).any(|other| other != robot)
    };
    let stuck: Vec<String> = entries(GEN2).iter().filter(|entry| !reaches(entry)).map(Entry::path).collect();
    // Words for people; the drive's kind, which asks for other lines too; the only pins that will do.
    let fixed = ["about", "drive.kind", "i2c.sda", "i2c.scl", "lights.mosi", "dispenser.tx", "dispenser.rx"];
    assert_eq!(stuck, fixed);
}

#[test]
fn no_value_can_be_left_out() {
    let schema = schema();
    for file in [GEN1, GEN2] {
        assert!(fits(&schema, file));
        for entry in entries(file) {
            let text = with(file, entry.line, "");
            let table = if entry.table.is_empty() { "the file".into() } else { format!("[{}]", entry.table) };
            refused(&text, (entry.header, 1), &format!("{table} lacks `{}`: ", entry.key));
            assert!(!fits(&schema, &text), "without {}", entry.path());
        }
    }
}

#[test]
fn no_table_can_be_left_out_but_the_encoders() {
    let schema = schema();
    let mut tables: Vec<String> = entries(GEN1).into_iter().map(|entry| entry.table).collect();
    tables.dedup();
    for table in tables.iter().filter(|table| !table.is_empty()) {
        let text = without_table(GEN1, table);
        if table == "drive.encoders" {
            assert_eq!(read(&text).unwrap().drive.encoders, None);
            assert!(fits(&schema, &text));
            continue;
        }
        let place = match table.rsplit_once('.') {
            Some((parent, _)) => text.lines().position(|line| line == format!("[{parent}]")).unwrap() + 1,
            None => 1,
        };
        refused(&text, (place, 1), &format!("lacks the table [{table}] with "));
        assert!(!fits(&schema, &text), "without {table}");
    }
}

#[test]
fn every_limit_holds_to_the_last_digit() {
    let schema = schema();
    let mut tried = 0;
    for (file, entry) in
        [GEN1, GEN2].iter().flat_map(|file| entries(file).into_iter().map(move |e| (*file, e)))
    {
        let limits = limits(&entry);
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        match (limits["type"].as_str(), limits["minimum"].as_f64(), limits["maximum"].as_f64()) {
            (Some("number"), Some(low), Some(high)) => {
                inside.extend([low, high].map(|value| format!("{value:?}")));
                outside.extend([low.next_down(), high.next_up(), 1e300].map(|value| format!("{value:?}")));
                outside.extend(["nan", "-nan", "inf", "-inf"].map(str::to_owned));
            }
            (Some("integer"), Some(low), Some(high)) => {
                inside.extend([low, high].map(|value| format!("{value}")));
                outside
                    .extend([low - 1.0, high + 1.0, 4_294_967_296.0 + low].map(|value| format!("{value}")));
                outside.extend(limits["not"]["enum"].as_array().into_iter().flatten().map(Value::to_string));
            }
            (None, ..) => {
                let one = limits.get("const").cloned().map(|only| vec![only]);
                let all = one.or_else(|| limits["enum"].as_array().cloned()).unwrap();
                let numbers = all.iter().filter_map(Value::as_i64);
                let beside =
                    numbers.flat_map(|n| [n - 1, n + 1, -n]).filter(|n| !all.contains(&Value::from(*n)));
                outside.extend(beside.map(|n| n.to_string()));
                inside.extend(all.iter().filter(|one| one.is_number()).map(Value::to_string));
            }
            (Some("string" | "boolean"), ..) => {}
            other => panic!("{}: {other:?}", entry.path()),
        }
        for value in inside {
            let text = set(file, &entry, &value);
            assert!(between_values(&flaws(&text)), "{} = {value}: {:?}", entry.path(), flaws(&text));
            assert!(fits(&schema, &text), "{} = {value}", entry.path());
            tried += 1;
        }
        for value in outside {
            let text = set(file, &entry, &value);
            refused(&text, (entry.line, entry.column), &value);
            assert!(!fits(&schema, &text), "{} = {value}", entry.path());
            tried += 1;
        }
    }
    assert!(tried > 800, "{tried}");
    for (length, right) in [(1, true), (64, true), (65, false)] {
        let text = GEN2.replacen("wimz_robot_04", &"x".repeat(length), 1);
        assert_eq!((read(&text).is_ok(), fits(&schema, &text)), (right, right), "{length} letters");
    }
}

#[test]
fn the_schema_and_the_reader_agree_on_what_a_value_is() {
    let schema = schema();
    for file in [GEN1, GEN2] {
        for entry in entries(file) {
            for value in ["\"x y\"", "\"\"", "true", "3", "2.5", "-1", "[1]", "{ a = 1 }", "1979-05-27"] {
                let text = set(file, &entry, value);
                let flaws = flaws(&text);
                assert_eq!(
                    fits(&schema, &text),
                    between_values(&flaws),
                    "{} = {value}: {flaws:?}",
                    entry.path()
                );
                assert!(flaws.iter().all(|flaw| flaw.line >= entry.line), "{flaws:?}");
            }
        }
    }
}

/// Each in the other's place: the one that comes later in the file is told whose it is already.
#[test]
fn no_two_share_a_pin_a_channel_or_an_address() {
    let mut tried = 0;
    for file in [GEN1, GEN2] {
        for (kind, word) in
            [("BCM pin", "pin"), ("output of a PCA9685", "PCA9685 channel"), ("addresses of", "I2C address")]
        {
            let owners: Vec<Entry> = entries(file)
                .into_iter()
                .filter(|entry| limits(entry)["description"].as_str().unwrap().contains(kind))
                .collect();
            for (first, later) in
                owners.iter().enumerate().flat_map(|(n, a)| owners[n + 1..].iter().map(move |b| (a, b)))
            {
                for (changed, other) in [(first, later), (later, first)] {
                    let flaws = flaws(&set(file, changed, &other.value));
                    let taken = format!(
                        "{word} {} belongs to {} already: {} needs another",
                        other.value,
                        first.path(),
                        later.path()
                    );
                    let told = flaws.iter().any(|flaw| flaw.message == taken && flaw.line == later.line);
                    // A line that only certain pins will do for may be refused before that.
                    let unfit = flaws
                        .iter()
                        .any(|flaw| flaw.line == changed.line && !between_values(std::slice::from_ref(flaw)));
                    assert!(told || unfit, "{} as {}: {flaws:?}", changed.path(), other.path());
                    tried += usize::from(told);
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
    let free = GEN2.replacen("channel = 0", "channel = 2", 1);
    assert!(read(&free).is_ok(), "channel 2 has nothing to do with pin 2");
}

#[test]
fn an_unknown_key_is_told_what_was_meant() {
    let schema = schema();
    for file in [GEN1, GEN2] {
        for entry in entries(file) {
            let typo = &entry.key[..entry.key.len() - 1];
            let text = with(file, entry.line, &format!("{typo} = {}", entry.value));
            refused(&text, (entry.line, 1), &format!("unknown key `{typo}`: did you mean `{}`?", entry.key));
            let text = with(file, entry.line, &format!("{} = {}\nwheelbarrow = 1", entry.key, entry.value));
            refused(&text, (entry.line + 1, 1), "unknown key `wheelbarrow`: there are ");
            assert!(!fits(&schema, &text), "wheelbarrow in [{}]", entry.table);
        }
    }
}

/// `|` is where the flaw stands.
#[test]
fn every_flaw_says_what_was_meant() {
    let cases = [
        ("dir = 17", "dir = 17\n|in1 = 18", "a dir_pwm track has no `in1`: it has dir, pwm, inverted, trim"),
        ("pwm = 13", "pwm = |17", "pin 17 has no hardware PWM: this line needs 12, 13, 18 or 19"),
        ("pwm = 19", "pwm = |13", "pin 13 belongs to drive.left.pwm already: drive.right.pwm needs another"),
        (
            "low = -80.0",
            "low = |-160.0",
            "-160.0° from centre 67.0° is commanded angle -93: the servo knows -90 to 270",
        ),
        ("high = 45.0", "high = |1e999", "1e999 is out of range: 0 to 180 degrees"),
        ("center = 43.0\nlow = -30.0\nhigh = 45.0", "center = 240.0\nlow = 0.0\nhigh = |45.0", "angle 285"),
        ("full = 16.8", "full = |12.0", "full at 12.00 V is not above empty at 12.00 V"),
        ("divider = 5.21", "divider = |4.6", "the divider must be at least 4.67"),
        ("beam = 7", "beam = |8", "pin 8 is SPI0's, which drives the lights"),
        (
            "address = 0x40",
            "address = |0x3f",
            "0x3f is out of range: 0x40 to 0x7f, the addresses of a PCA9685",
        ),
        ("count = 165", "count = |165.0", "165.0 is not a whole number: 1 to 1000 lights"),
        ("cap = 0.75", "cap = |\"much\"", "cap is a string, and should be a number: 0.05 to 1 of full duty"),
        ("\"dir_pwm\"", "|\"dirpwm\"", "unknown kind `dirpwm`: did you mean `dir_pwm`?"),
        (
            "\"wimz_robot_04\"",
            "|\"a robot\"",
            "`a robot` is not a device id: 1 to 64 letters, digits, _ or -",
        ),
        ("[mood_light]", "[|mood_lihgt]", "unknown key `mood_lihgt`: did you mean `mood_light`?"),
        (
            "[mood_light]\npin = 25",
            "[mood_light]\npin = |[25]",
            "pin is an array, and should be a whole number: a BCM pin",
        ),
        (
            "[mood_light]\npin = 25",
            "|[[mood_light]]\npin = 25",
            "mood_light is an array, and should be a table of pin",
        ),
        ("empty = 12.0", "empty = 12.0\n|empty = 12.5", "`empty` is there already"),
        ("empty = 12.0", "empty = |", "string values must be quoted"),
    ];
    for (right, wrong, message) in cases {
        assert!(GEN2.contains(right), "{right}");
        let marked = GEN2.replacen(right, wrong, 1);
        let (before, after) = marked.split_once('|').unwrap();
        let line = before.lines().count() + usize::from(before.ends_with('\n'));
        let column = before.rsplit('\n').next().unwrap().len() + 1;
        refused(&format!("{before}{after}"), (line, column), message);
    }
}

#[test]
fn all_flaws_are_told_at_once_in_the_order_of_the_file() {
    let text = GEN2.replacen("length = 0.35", "length = 35.0", 1).replacen("sense = 20", "sense = 25", 1);
    let text = text.replacen("slots = 11\n", "", 1).replacen("cap = 0.75", "kap = 0.75", 1);
    let found = flaws(&text);
    let words: Vec<&str> = found.iter().map(|flaw| flaw.message.split(':').next().unwrap()).collect();
    assert_eq!(
        words,
        [
            "35.0 is out of range",
            "unknown key `kap`",
            "[dispenser] lacks `slots`",
            "pin 25 belongs to mood_light.pin already"
        ]
    );
    assert_eq!(Profile::parse(&Document::new("robot.toml", &text)).unwrap_err(), found[0]);
}

proptest! {
    /// A slip of the hand anywhere is read or refused at a place in the file.
    #[test]
    fn no_slip_of_the_hand_is_a_crash(at in 0..GEN1.len(), cut in 0..40usize, typed in ".{0,3}") {
        let end = (at + cut).min(GEN1.len());
        let text = format!("{}{typed}{}", &GEN1[..at], &GEN1[end..]);
        for flaw in flaws(&text) {
            prop_assert!(flaw.line >= 1 && flaw.line <= text.lines().count() + 1, "{flaw}");
        }
    }
}
