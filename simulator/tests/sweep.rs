//! `wimz sweep` and `wimz merge`: the result is the same whoever played it, and says what came of each seed.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test of the program starts programs, and may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use wimz_brain::InputBody;
use wimz_simulator::Session;
use wimz_simulator::session::{Cast, Saboteur};
use wimz_simulator::sweep::{
    Book, FIGURES, Figure, Plan, Results, Row, Summary, Table, Wish, play, play_all,
};
use wimz_vocabulary::RobotTime;

/// A dog is rung at: on some seeds it barks, on some it does not.
const BELL: &str = r#"
about = "Somebody rings"
room = "living_room"
robot = "gen2"
length = "8s"

[[dog]]
name = "nell"
character = "nell"

[[input]]
name = "the bell"
at = "1s"
happens = "doorbell"

[[expect]]
name = "nobody comes unannounced"
count = "room.dog_barked"
at_least = 5

[[expect]]
always = "alive"

[[twin]]
name = "nobody rings"
about = "Nobody comes"
without = ["the bell"]
fails = ["nobody comes unannounced"]
"#;

/// Long enough for the slowest machine; a verdict never depends on it.
const PATIENCE: Duration = Duration::from_secs(240);

/// A folder with the scenario in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bell.toml"), BELL).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn wimz(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wimz"));
        command.args(words.split_whitespace()).stdin(Stdio::null()).current_dir(self.0.path());
        command
    }

    fn done(&self, words: &str) -> Output {
        self.wimz(words).output().unwrap()
    }

    /// One clear line on standard error, exit code 2.
    fn refused(&self, words: &str, message: &str) {
        let output = self.done(words);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words}: {error}");
        assert!(error.contains(message) && error.lines().count() == 1, "{words}: {error}");
    }

    fn start(&self, words: &str) -> Child {
        self.wimz(words).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until so many rows are in a file.
    fn wait_for(&self, name: &str, rows: usize) {
        let begun = Instant::now();
        while std::fs::read_to_string(self.path(name)).unwrap_or_default().lines().count() <= rows {
            assert!(begun.elapsed() < PATIENCE, "no {rows} rows in {name}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn rows(text: &str) -> Vec<Row> {
    text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_result_is_the_same_whoever_played_it() {
    let place = Place::new();
    let one = place.done("sweep bell.toml --seeds 3..11 --jobs 1 --out one.jsonl");
    let whole = place.read("one.jsonl");
    let played = rows(&whole);
    assert_eq!(played.iter().map(|row| row.seed).collect::<Vec<_>>(), (3..11).collect::<Vec<_>>());
    assert!(played.iter().any(Row::passed) && !played.iter().all(Row::passed), "{whole}");
    assert_eq!(one.status.code(), Some(1), "{}", text(&one.stderr));

    // Whatever plays one seed says the same of it.
    let again = place.done("run bell.toml --seed 5");
    assert!(text(&again.stdout).contains(&format!("hash {}", played[2].hash.as_ref().unwrap())));

    let two = place.done("sweep bell.toml --seeds 3..11 --jobs 3 --out two.jsonl");
    assert_eq!((place.read("two.jsonl"), text(&two.stdout)), (whole.clone(), text(&one.stdout)));

    for shard in 1..=4 {
        place.done(&format!("sweep bell.toml --seeds 3..11 --shard {shard}/4 --out {shard}.jsonl"));
    }
    place.refused(
        "merge 1.jsonl 4.jsonl 3.jsonl --out merged.jsonl",
        "2 of the seeds 3..11 are in none of these files, the first is 4",
    );
    assert!(!place.path("merged.jsonl").exists());
    let merged = place.done("merge 3.jsonl 1.jsonl 4.jsonl 2.jsonl --out merged.jsonl");
    assert_eq!((place.read("merged.jsonl"), text(&merged.stdout)), (whole, text(&one.stdout)));
    assert_eq!(merged.status.code(), Some(1));
}

#[test]
fn a_sweep_that_was_killed_or_interrupted_goes_on() {
    let place = Place::new();
    place.done("sweep bell.toml --seeds 0..9 --jobs 2 --out whole.jsonl");
    let whole = place.read("whole.jsonl");
    let words = "sweep bell.toml --seeds 0..9 --jobs 2 --out broken.jsonl";

    let mut killed = place.start(words);
    place.wait_for("broken.jsonl", 1);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let played = rows(&place.read("broken.jsonl")).len();
    assert!((1..9).contains(&played), "{played} rows");

    // The power went in the middle of a row.
    let torn = place.read("broken.jsonl") + r#"{"seed":8,"ha"#;
    place.write("broken.jsonl", &torn);

    let interrupted = place.start(words);
    place.wait_for("broken.jsonl", played + 2);
    let signalled = Command::new("kill").args(["-INT", &interrupted.id().to_string()]).status().unwrap();
    assert!(signalled.success());
    let ended = interrupted.wait_with_output().unwrap();
    let said = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(130), "{said}");
    assert!(said.contains(&format!("{played} of 9 seeds are played already: going on")), "{said}");
    assert!(said.contains("the same command goes on from here"), "{said}");

    let ended = place.done(words);
    assert_eq!((place.read("broken.jsonl"), ended.status.code()), (whole.clone(), Some(1)));
    // There is nothing left to play, and nothing is written.
    let ended = place.done(words);
    assert!(ended.stderr.is_empty(), "{}", text(&ended.stderr));
    assert_eq!((place.read("broken.jsonl"), ended.status.code()), (whole, Some(1)));
    let left: Vec<_> =
        std::fs::read_dir(place.0.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn what_does_not_belong_together_is_refused_in_words() {
    let place = Place::new();
    place.done("sweep bell.toml --seeds 0..2 --out a.jsonl");
    let whole = place.read("a.jsonl");
    place.write("other.toml", &BELL.replace("at_least = 5", "at_least = 4"));
    place.write("t.toml", "[tuning.bark]\ngrace_ms = 100\n");
    let other = "a.jsonl has what another sweep came to";
    for (words, why) in [
        ("sweep other.toml --seeds 0..2 --out a.jsonl", "it has bell.toml, and this is other.toml"),
        ("sweep bell.toml --seeds 0..3 --out a.jsonl", "it has seeds 0..2, and this is seeds 0..3"),
        ("sweep bell.toml --seeds 0..2 --shard 1/2 --out a.jsonl", "and this is seeds 0..2, shard 1/2"),
        ("sweep bell.toml --seeds 0..2 --twin nobody_rings --out a.jsonl", "did you mean `nobody rings`?"),
        ("sweep bell.toml --seeds 0..2 --tuning t.toml --out a.jsonl", "and this is: bark.grace_ms = 100"),
    ] {
        place.refused(words, why);
        assert!(
            why.contains("meant") || why.contains("mean") || text(&place.done(words).stderr).contains(other)
        );
    }
    let old = whole.replacen("\"build\":\"", "\"build\":\"0.0.1-", 1);
    place.write("a.jsonl", &old);
    place.refused("sweep bell.toml --seeds 0..2 --out a.jsonl", "wimz 0.0.1-");
    place.write("b.jsonl", &whole);
    place.refused(
        "merge a.jsonl b.jsonl --out c.jsonl",
        "a.jsonl and b.jsonl are not of one sweep: wimz 0.0.1-",
    );

    let changed = whole.replacen("\"barks\":", "\"barks\":1", 1);
    place.write("a.jsonl", &changed);
    place.refused("merge a.jsonl b.jsonl --out c.jsonl", "seed 0 came out differently in b.jsonl");
    place.write("a.jsonl", &whole.replacen("\"seed\":1", "\"seed\":one", 1));
    place.refused("sweep bell.toml --seeds 0..2 --out a.jsonl", "a.jsonl:3: this line is damaged");
    for precious in ["precious", "precious\n", "{\"precious\": 1}\n"] {
        place.write("a.jsonl", precious);
        for words in ["sweep bell.toml --seeds 0..2 --out a.jsonl", "merge b.jsonl --out a.jsonl"] {
            place.refused(words, "no result of a sweep");
        }
        assert_eq!(place.read("a.jsonl"), precious);
    }
    place.write("a.jsonl", &whole);
    let other = Results::read(&place.path("a.jsonl")).unwrap();
    let book = Book::open(&place.path("a.jsonl"), &other.head).unwrap();
    place.refused("sweep bell.toml --seeds 0..2 --out a.jsonl", "a.jsonl: another sweep is writing to it");
    drop(book);
    place.refused("sweep bell.toml --seeds 9..2", "there is no seed in 9..2");
    place.refused("sweep bell.toml --shard 5/4", "they are counted from 1 to 4");
    place.refused("sweep bell.toml --jobs 0", "--jobs");
    place.refused("sweep bel.toml", "bel.toml: there is no such file");
    place.refused("sweep bell.toml --tuning bell.toml", "unknown field `about`");
    place
        .refused("sweep bell.toml --out nowhere/a.jsonl", "nowhere/a.jsonl: there is no such file or folder");
    place.refused("merge nothing.jsonl --out c.jsonl", "nothing.jsonl: there is no such file");
}

/// Panics when its time has come.
struct Faint(RobotTime);

impl Saboteur for Faint {
    fn hears(&mut self, at: RobotTime, body: InputBody) -> Option<InputBody> {
        assert!(at < self.0, "it has fainted");
        Some(body)
    }
}

fn plan(scenario: &Path, seeds: &str) -> Plan {
    let wish = Wish { scenario: scenario.to_str().unwrap(), twin: None, tuning: None };
    Plan::new(&wish, seeds.parse().unwrap(), None).unwrap()
}

#[test]
fn a_panic_is_charged_to_its_seed_and_the_others_go_on() {
    let place = Place::new();
    let plan = plan(&place.path("bell.toml"), "0..4");
    let open = |cast: &Cast, seed: u64| match seed {
        2 => Session::sabotaged(cast, seed, Box::new(Faint(RobotTime::from_micros(2_000_000)))),
        _ => Session::new(cast, seed),
    };
    let mut results = Results { head: plan.head.clone(), rows: [].into() };
    play_all(&plan, &[0, 1, 2, 3], 2, &open, |row| {
        results.rows.extend(row.map(|row| (row.seed, row)));
        Ok::<(), ()>(())
    })
    .unwrap();
    assert_eq!(results.rows.len(), 4);
    let panic = results.rows[&2].panic.as_deref().unwrap();
    assert!(panic.starts_with("simulator/tests/sweep.rs:") && panic.ends_with(": it has fainted"), "{panic}");
    assert_eq!((results.rows[&2].passed(), results.rows[&2].hash.as_ref()), (false, None));
    for seed in [0, 1, 3] {
        assert_eq!(results.rows[&seed], play(&plan, seed, &Session::new));
    }
    let told = Table(&Summary::of(&results)).to_string();
    assert!(told.contains("panics: 1") && told.contains("panicked at simulator/tests/sweep.rs:"), "{told}");
    assert!(told.contains("bell.toml --seed 2\n"), "{told}");
}

#[test]
fn whoever_takes_the_rows_can_end_it() {
    let place = Place::new();
    let plan = plan(&place.path("bell.toml"), "0..1000000");
    let seeds: Vec<u64> = plan.head.due().collect();
    let ended = play_all(&plan, &seeds, 2, &Session::new, |row| row.map_or(Ok(()), |row| Err(row.seed)));
    assert!(ended.unwrap_err() < 2);
}

/// Figures, and the events that they count in a scenario's words.
const COUNTED: [(&str, &str); 27] = [
    ("barks", "room.dog_barked"),
    ("barks_heard", "bark(asked = false)"),
    ("interventions", "intervened"),
    ("quiet_kept", "quiet_kept"),
    ("gave_up", "gave_up"),
    ("panics", "panic_began"),
    ("tricks_done", "trick_done"),
    ("tricks_missed", "trick_missed"),
    ("stages_done", "stage_done"),
    ("stages_missed", "stage_missed"),
    ("missions_ended", "mission_ended"),
    ("missions_completed", "mission_ended(end = \"all_stages_completed\")"),
    ("appointments_kept", "schedule_kept"),
    ("appointments_missed", "schedule_missed"),
    ("treats_owner", "dispense_started(cause = \"owner\", work = \"dispense\")"),
    ("treats_quiet", "dispense_started(cause = \"quiet\")"),
    ("treats_trick", "dispense_started(cause = \"trick\")"),
    ("treats_mission", "dispense_started(cause = \"mission\")"),
    ("treats_eaten", "room.dog_ate"),
    ("treats_uncertain", "dispense_ended(outcome = \"uncertain\")"),
    ("praised", "praised"),
    ("stops", "stopped"),
    ("guard_interventions", "guard_intervened"),
    ("contacts", "room.contact_began"),
    ("refusals", "refused"),
    ("parts_failed", "part_changed(to = \"failed\")"),
    ("faults", "broke"),
];

/// Scenarios in which there is something of most of them.
const EVENTFUL: [&str; 10] = [
    "tests/scenarios/the_guardian_is_kept_quiet_for.toml",
    "tests/scenarios/mission_sit.toml",
    "tests/scenarios/what_fails_is_waited_for.toml",
    "assets/scenarios/coach_sit.toml",
    "tests/scenarios/the_guardian_calms_a_panic.toml",
    "tests/scenarios/the_guardian_gives_up.toml",
    "tests/scenarios/a_daily_mission.toml",
    "tests/scenarios/no_treat_unrecorded.toml",
    "assets/scenarios/coach_once_more.toml",
    "assets/scenarios/letting_go.toml",
];

/// Each scenario is played once for its figures, and once more with as many events expected as they say.
#[test]
fn figures_are_what_a_scenario_would_count() {
    let place = Place::new();
    let mut seen = BTreeSet::new();
    for path in EVENTFUL {
        let whole = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
        let figures = play(&plan(Path::new(&whole), "0..1"), 1, &Session::new).figures;
        let mut text = std::fs::read_to_string(whole).unwrap();
        for (name, event) in COUNTED {
            let count = figures[name].0;
            text +=
                &format!("\n[[expect]]\nname = \"figure {name}\"\ncount = '{event}'\nexactly = {count}\n");
            seen.extend((count > 0.0).then_some(name));
        }
        place.write("counted.toml", &text);
        let row = play(&plan(&place.path("counted.toml"), "0..1"), 1, &Session::new);
        let wrong: Vec<&String> = row.failed.iter().filter(|name| name.starts_with("figure ")).collect();
        assert!(wrong.is_empty(), "{path}: {wrong:?}");
    }
    println!("{seen:?}");
    assert!(seen.len() >= 18, "of most of them there is nothing in any of these scenarios: {seen:?}");
}

#[test]
fn every_figure_is_in_the_book() {
    let book = include_str!("../../docs/reference/sweep-results.md");
    let section = book.split("\n## The figures\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let told: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let row = |figure: &Figure| format!("| `{}` | {} | {} |", figure.name, figure.unit, figure.about);
    let rows: Vec<String> = FIGURES.iter().map(row).collect();
    assert_eq!(told, rows, "write:\n{}", rows.join("\n"));
}

#[test]
fn a_table_says_what_held_and_how_to_see_what_did_not() {
    let place = Place::new();
    let told = place.done("sweep bell.toml --seeds 3..11 --out a.jsonl");
    let (told, rows) = (text(&told.stdout), rows(&place.read("a.jsonl")));
    let passed = rows.iter().filter(|row| row.passed()).count();
    assert!(told.starts_with(&format!("bell.toml, seeds 3..11: 8 played, {passed} passed, ")), "{told}");
    let row = |name: &str| {
        let line = told.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{name}: {told}")).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(row("nobody comes").starts_with(&format!("nobody comes unannounced {} ", 8 - passed)), "{told}");
    assert_eq!(row("always alive"), "always alive 0 100.0 % (67.6 – 100.0)");
    let barks: f64 = rows.iter().map(|row| row.figures["barks"].0).sum::<f64>() / 8.0;
    assert!(barks > 0.0 && row("barks ").starts_with(&format!("barks - {barks:.2} (")), "{told}");
    assert!(row("battery_end_v").starts_with("battery_end_v V 16."), "{told}");
    for row in rows.iter().filter(|row| !row.passed()) {
        assert!(
            told.contains(&format!("  wimz run bell.toml --seed {}\n      failed: nobody comes", row.seed)),
            "{told}"
        );
    }
    // A twin, and other numbers, are played and told of as such; the command has both.
    place.write("t.toml", "[tuning.bark]\ngrace_ms = 100\n");
    let told = place.done("sweep bell.toml --twin nobody\u{a0}rings --seeds 0..1");
    assert_eq!(told.status.code(), Some(2), "the name is another one");
    let mut twin = place.wimz("sweep bell.toml --seeds 0..1 --tuning t.toml --twin");
    let told = text(&twin.arg("nobody rings").output().unwrap().stdout);
    assert!(told.contains("wimz run bell.toml --twin 'nobody rings' --tuning t.toml --seed 0\n"), "{told}");
}
