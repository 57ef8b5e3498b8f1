//! Every plan that comes with the robot can be read, names only what there is, and what is wrong in one is said where it stands.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads the files that come with the robot, and may stop at the first surprise"
)]

use std::path::Path;

use wimz_brain::Plans;
use wimz_brain::plans::{Action, Barking, Missed, PlanFile, PlanKind, Script, Step, Timetable, Wanted};
use wimz_vocabulary::document::{Document, Flaw};
use wimz_vocabulary::{Behavior, Days, Micros, MissionName, ProgramName, Ratio, SoundName, TimeOfDay, Track};

/// The files of a kind: names and texts.
fn files(kind: PlanKind) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").join(kind.folder());
    let mut files = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.ends_with(".schema.json") {
            files.push((name, std::fs::read_to_string(path).unwrap()));
        }
    }
    files
}

fn presets() -> Plans {
    let files: Vec<_> = PlanKind::ALL
        .into_iter()
        .flat_map(|kind| files(kind).into_iter().map(move |file| (kind, file)))
        .collect();
    let files: Vec<PlanFile<'_>> = files
        .iter()
        .map(|(kind, (name, text))| PlanFile {
            kind: *kind,
            document: Document::new(name, text),
            preset: true,
        })
        .collect();
    Plans::read(&files, None).unwrap_or_else(|flaw| panic!("{flaw}"))
}

/// Reads one plan beside those that come with the robot.
fn beside(kind: PlanKind, name: &str, text: &str) -> Result<Plans, Flaw> {
    let presets: Vec<_> = PlanKind::ALL
        .into_iter()
        .flat_map(|kind| files(kind).into_iter().map(move |file| (kind, file)))
        .collect();
    let own = PlanFile { kind, document: Document::new(name, text), preset: false };
    let files: Vec<PlanFile<'_>> = presets
        .iter()
        .map(|(kind, (name, text))| PlanFile {
            kind: *kind,
            document: Document::new(name, text),
            preset: true,
        })
        .chain([own])
        .collect();
    let sound =
        Track { name: SoundName::new("talks/default/quiet.wav").unwrap(), length: Micros::from_secs(1) };
    Plans::read(&files, Some(&[sound]))
}

fn flaw(kind: PlanKind, name: &str, text: &str) -> Flaw {
    beside(kind, name, text).map(|_| panic!("{text} was read")).unwrap_err()
}

#[test]
fn all_that_come_with_the_robot_are_in_order() {
    let plans = presets();
    assert_eq!([plans.tricks.len(), plans.missions.len(), plans.programs.len()], [5, 21, 5]);
    let mission = |name: &str| plans.mission(&MissionName::new(name).unwrap()).unwrap();
    let stop_barking = mission("stop_barking");
    assert_eq!((stop_barking.max_rewards, stop_barking.schedule), (Some(20), Timetable::Continuous));
    assert_eq!(stop_barking.duration, Some(Micros::from_secs(8 * 3_600)));
    let Some(Wanted::Barking(Barking { barks: 3, within, pitch: None, .. })) = stop_barking.stages[0].wanted
    else {
        panic!("{:?}", stop_barking.stages[0])
    };
    assert_eq!(within, Micros::from_secs(60));
    let quiet = &stop_barking.stages[3];
    assert_eq!(
        (quiet.wanted.clone(), quiet.if_missed),
        (Some(Wanted::Quiet(Micros::from_secs(20))), Missed::StartOver)
    );
    let said = |attempt: u8| plans.script(quiet.script_for(attempt).unwrap()).unwrap().name.as_str();
    assert_eq!([1, 2, 3, 4].map(said), ["say_quiet", "say_quiet_firmly", "calm_down", "calm_down"]);
    let night = Timetable::At {
        days: Days::Daily,
        start: TimeOfDay(19 * 60),
        end: Some(TimeOfDay(4 * 60)),
        auto_start: false,
    };
    assert_eq!(mission("night_quiet_90pct").schedule, night);
    let sit = &mission("come_and_sit").stages[2];
    let Some(Wanted::Seen(poses)) = &sit.wanted else { panic!("{sit:?}") };
    assert_eq!(
        (poses[0].behavior, poses[0].hold, sit.max_attempts),
        (Behavior::Sit, Micros::from_secs(2), 3)
    );
    assert_eq!(mission("sit_and_speak").stages[3].wanted, Some(Wanted::Barks { least: 1, most: 2 }));
    let program = plans.program(&ProgramName::new("quiet_dog").unwrap()).unwrap();
    assert_eq!((program.rest, program.daily_treat_limit), (Micros::from_secs(120), Some(12)));
}

/// However a script and its stages are put together, one success gives one treat at most.
#[test]
fn no_success_is_rewarded_by_its_stage_and_by_a_script() {
    let plans = presets();
    let rewards = |script: &Script| script.steps.contains(&Step::Reward);
    for mission in &plans.missions {
        let mut owed = 0;
        for stage in &mission.stages {
            let gives = stage.script.and_then(|script| plans.script(script)).is_some_and(rewards);
            assert!(!gives || stage.wanted.is_none(), "{}: {}", mission.name, stage.name);
            owed += usize::from(stage.wanted.is_some() && !stage.reward);
            assert!(!gives || owed > 0, "{}: {}", mission.name, stage.name);
            if gives {
                owed = 0;
            }
        }
    }
}

const STAGE: &str = "[[stages]]\nname = \"a\"\nsuccess_event = \"VisionEvent.Pose.Sit\"\nreward = true\n";
const GIVES: &str = "[[stages]]\nname = \"b\"\nsequence = \"celebrate\"\n";

fn mission(rest: &str) -> String {
    format!("name = \"m\"\ndisplay_name = \"M\"\ndescription = \"x\"\nschedule = \"manual\"\n{rest}")
}

#[test]
fn flaws_of_a_mission_name_their_place() {
    let cases = [
        (STAGE.replace("reward", "reword"), (8, 1), "did you mean `reward`?"),
        (
            STAGE.replace("Pose.Sit", "Pose.Sti"),
            (7, 17),
            "unknown event `VisionEvent.Pose.Sti`: did you mean `VisionEvent.Pose.Sit`?",
        ),
        (STAGE.replace("Pose.Sit", "Behavior.Sit"), (7, 17), "did you mean `VisionEvent.Pose.Sit`?"),
        (STAGE.replace("Pose.Sit", "DogDetected"), (8, 10), "deserves no reward"),
        (
            format!("{STAGE}sequence = \"say_sti\"\n"),
            (9, 12),
            "unknown script `say_sti`: did you mean `say_sit`?",
        ),
        (format!("{STAGE}sequence = \"celebrate\"\n"), (9, 12), "before anything was done for it"),
        (format!("{STAGE}{GIVES}"), (9, 1), "a success is rewarded once"),
        (GIVES.to_owned(), (5, 1), "a success is rewarded once"),
        (format!("{STAGE}timeout = 0.5\n"), (9, 11), "500 ms is too short"),
        (format!("{STAGE}min_duration = 90\ntimeout = 60\n"), (10, 11), "the dog needs 90 s"),
        (format!("{STAGE}timeout = \"5 s\"\n"), (9, 11), "is not a span of time"),
        (format!("{STAGE}timeout = -1\n"), (9, 11), "not negative"),
        (format!("{STAGE}timeout = \"25h\"\n"), (9, 11), "is too long"),
        (format!("{STAGE}max_attempts = 0\n"), (9, 16), "0 is not a whole number from 1 to 20"),
        (
            format!("{STAGE}conditions = {{ min_confidence = 1.5 }}\n"),
            (9, 33),
            "1.5 is not a number from 0 to 1",
        ),
        (format!("{STAGE}conditions = {{ barks = 2 }}\n"), (9, 24), "takes no `barks` here"),
        (format!("{STAGE}{STAGE}"), (10, 8), "two stages are called `a`"),
        ("[[stages]]\nname = \"a\"\n".to_owned(), (5, 1), "nothing happens in this stage"),
        (
            "[[stages]]\nname = \"a\"\nsequence = \"say_sit\"\ntimeout = 5\n".to_owned(),
            (8, 11),
            "nothing is waited for",
        ),
        (
            "[[stages]]\nname = \"a\"\nsuccess_event = \"AudioEvent.QuietPeriod\"\n".to_owned(),
            (7, 17),
            "`min_duration` is missing",
        ),
        ("stages = []\n".to_owned(), (5, 10), "there are 0 stages"),
        (format!("max_rewards = 101\n{STAGE}"), (5, 15), "from 0 to 100"),
        (
            format!("{STAGE}[[escalation]]\nstage = \"A\"\nattempt = 2\nsequence = \"say_sit\"\n"),
            (10, 9),
            "unknown stage `A`",
        ),
        (
            format!("{STAGE}[[escalation]]\nstage = \"a\"\nattempt = 2\nsequence = \"say_sit\"\n"),
            (11, 11),
            "tried once at most",
        ),
    ];
    for (rest, place, message) in cases {
        let flaw = flaw(PlanKind::Mission, "my/m.toml", &mission(&rest));
        assert_eq!((flaw.line, flaw.column), place, "{rest}{flaw}");
        assert!(flaw.message.contains(message), "{flaw}");
    }
    let times = |times: &str| mission(STAGE).replace("\"manual\"", times);
    let cases = [
        ("\"manul\"", "`manual`, `continuous`, or a table"),
        ("{ type = \"daily\", start_time = \"25:00\" }", "`manual`, `continuous`, or a table"),
        ("{ type = \"weekly\", start_time = \"07:00\" }", "`weekly` takes `days_of_week`"),
        ("{ type = \"once\", start_time = \"07:00\" }", "`once` takes a `date`"),
        ("{ type = \"daily\", start_time = \"07:00\", date = \"2026-11-21\" }", "`daily` takes neither"),
        ("{ type = \"daily\", start_time = \"07:00\", end_time = \"07:00\" }", "it ends when it begins"),
    ];
    for (words, message) in cases {
        let flaw = flaw(PlanKind::Mission, "m.toml", &times(words));
        assert_eq!((flaw.line, flaw.column), (4, 12), "{flaw}");
        assert!(flaw.message.contains(message), "{flaw}");
    }
    let other = flaw(PlanKind::Mission, "other.toml", &mission(STAGE));
    assert_eq!((other.line, other.column), (1, 8), "{other}");
}

#[test]
fn flaws_of_scripts_and_programs_name_their_place() {
    let script = |steps: &str| {
        format!("name = \"s\"\ndescription = \"x\"\nduration_estimate = 1\n[[steps]]\n{steps}\n")
    };
    let cases = [
        ("action = { service = \"audoi\", command = \"say\" }", (5, 22), "did you mean `audio`?"),
        ("action = { service = \"audio\", command = \"sya\" }", (5, 41), "did you mean `say`?"),
        ("action = { service = \"audio\", command = \"say\" }", (5, 41), "`say` needs `word`"),
        (
            "action = { service = \"audio\", command = \"name\", params = { word = \"a\" } }",
            (5, 67),
            "takes no `word`",
        ),
        (
            "action = { service = \"audio\", command = \"say\", params = { word = \"quite\" } }",
            (5, 66),
            "did you mean `quiet`?",
        ),
        (
            "action = { service = \"motion\", command = \"drive\", params = { left = 1, right = 2, duration = 1 } }",
            (5, 80),
            "from -1 to 1",
        ),
        (
            "action = { service = \"motion\", command = \"drive\", params = { left = 1, right = 1, duration = 4 } }",
            (5, 94),
            "3 s at most",
        ),
        ("wiat = { duration = 1 }", (5, 1), "did you mean `wait`?"),
        (
            "parallel = { actions = [{ service = \"treat\", command = \"dispense\" }, { service = \"photo\", command = \"take\" }] }",
            (5, 25),
            "in a step of its own",
        ),
        (
            "parallel = { actions = [{ service = \"audio\", command = \"name\" }, { service = \"audio\", command = \"stop\" }] }",
            (5, 66),
            "takes the same part",
        ),
    ];
    for (steps, place, message) in cases {
        let flaw = flaw(PlanKind::Script, "s.toml", &script(steps));
        assert_eq!((flaw.line, flaw.column), place, "{flaw}");
        assert!(flaw.message.contains(message), "{flaw}");
    }
    let program = "{ \"name\": \"p\", \"display_name\": \"P\", \"description\": \"x\",\n  \"missions\": [\"sit\", \"sit_traning\"] }";
    let flaw = flaw(PlanKind::Program, "p.json", program);
    assert_eq!(flaw.to_string(), "p.json:2:23: unknown mission `sit_traning`: did you mean `sit_training`?");
}

#[test]
fn a_file_of_the_owners_takes_the_place_of_one_that_comes_with_the_robot() {
    let own = mission(STAGE).replace("\"m\"", "\"sit\"");
    let plans = beside(PlanKind::Mission, "sit.toml", &own).unwrap();
    assert_eq!(plans.missions.len(), 21);
    assert_eq!(plans.mission(&MissionName::new("sit").unwrap()).unwrap().display_name, "M");
    let stage = &plans.mission(&MissionName::new("sit").unwrap()).unwrap().stages[0];
    let Some(Wanted::Seen(poses)) = &stage.wanted else { panic!("{stage:?}") };
    assert_eq!((poses[0].hold, poses[0].confidence), (Micros::from_secs(1), Ratio::new(0.65).unwrap()));
}

/// On its days and no others, with the quiet and the rest that it asks for.
#[test]
fn what_a_mission_says_of_its_days_and_its_quiet_is_read() {
    let times = "{ type = \"weekly\", days_of_week = [\"monday\", \"sunday\"], start_time = \"08:00\", auto_start = true }";
    let stage = STAGE.replace("reward = true", "conditions = { optional = true }");
    let rest = format!("{stage}[config]\ncooldown_minutes = 90\nrequire_quiet_behaviors = [\"sit\"]\n");
    let text = mission(&rest).replace("\"manual\"", times);
    let plans = beside(PlanKind::Mission, "m.toml", &text).unwrap();
    let plan = plans.mission(&MissionName::new("m").unwrap()).unwrap();
    let own = plan.appointment().unwrap();
    assert_eq!((own.days, own.cooldown), (Days::Weekly(0b100_0001), Micros::from_secs(5_400)));
    // 1 January 1970 was a Thursday.
    let days: Vec<i32> = (0..7).filter(|day| own.days.has(wimz_vocabulary::Day(*day))).collect();
    assert_eq!(days, [3, 4], "Sunday, and the Monday after it");
    assert_eq!((plan.stages[0].if_missed, plan.stages[0].quiet), (Missed::Skip, Micros::from_secs(5)));
    let quiet = STAGE.replace("VisionEvent.Pose.Sit", "AudioEvent.QuietPeriod");
    for (span, is_read) in [("0.5", false), ("1", true)] {
        let text = mission(&format!("{quiet}min_duration = {span}\n"));
        assert_eq!(beside(PlanKind::Mission, "m.toml", &text).is_ok(), is_read, "{span}");
    }
    let treat = "[[steps]]\naction = { service = \"treat\", command = \"dispense\" }\n";
    for (times, is_read) in [(1, true), (2, false)] {
        let steps = treat.repeat(times);
        let text = format!("name = \"s\"\ndescription = \"x\"\nduration_estimate = 1\n{steps}");
        assert_eq!(beside(PlanKind::Script, "s.toml", &text).is_ok(), is_read, "{times} treats");
    }
}

#[test]
fn two_files_of_one_name_are_refused() {
    let (one, other) = (mission(STAGE), "{}");
    let files = [("a/m.toml", one.as_str()), ("b/m.json", other)];
    let files = files.map(|(name, text)| PlanFile {
        kind: PlanKind::Mission,
        document: Document::new(name, text),
        preset: false,
    });
    let flaw = Plans::read(&files, None).unwrap_err();
    assert_eq!(flaw.to_string(), "b/m.json:1:1: there is another mission `m`: a/m.toml");
}

#[test]
fn what_a_script_does_is_read() {
    let plans = presets();
    let script = |name: &str| plans.scripts.iter().find(|script| script.name == name).unwrap();
    assert_eq!(script("say_down").steps, [Step::Do(Action::Say("laydown".to_owned()))]);
    let Step::Together(actions) = &script("call_dog").steps[0] else { panic!("{:?}", script("call_dog")) };
    assert_eq!(actions[1], Action::Name);
    assert!(!script("celebrate").interrupt_safe && script("photo").interrupt_safe);
}

fn schema(kind: PlanKind) -> jsonschema::Validator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").join(kind.folder());
    let text = std::fs::read_to_string(folder.join(format!("{}.schema.json", kind.word()))).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn value(name: &str, text: &str) -> serde_json::Value {
    if name.ends_with(".json") { serde_json::from_str(text).unwrap() } else { toml::from_str(text).unwrap() }
}

#[test]
fn editors_find_all_that_come_with_the_robot_in_order() {
    for kind in PlanKind::ALL {
        let schema = schema(kind);
        for (name, text) in files(kind) {
            let found: Vec<String> =
                schema.iter_errors(&value(&name, &text)).map(|error| error.to_string()).collect();
            assert!(found.is_empty(), "{name}: {found:?}");
            let line = format!("#:schema ./{}.schema.json", kind.word());
            let key = format!("\"$schema\": \"./{}.schema.json\"", kind.word());
            assert!(text.starts_with(&line) || text.contains(&key), "{name} names its schema");
        }
    }
}

#[test]
fn editors_find_what_is_wrong() {
    let wrong = [
        STAGE.replace("reward", "reword"),
        STAGE.replace("Pose.Sit", "Pose.Sti"),
        format!("{STAGE}timeout = \"5 s\"\n"),
        format!("{STAGE}timeout = -1\n"),
        format!("{STAGE}max_attempts = 0\n"),
        format!("{STAGE}conditions = {{ min_confidence = 1.5 }}\n"),
        "stages = []\n".to_owned(),
        format!("max_rewards = 101\n{STAGE}"),
        format!("repeat = \"sometimes\"\n{STAGE}"),
    ];
    let missions = schema(PlanKind::Mission);
    assert!(missions.is_valid(&value("m.toml", &mission(STAGE))));
    for rest in wrong {
        let text = mission(&rest);
        assert!(!missions.is_valid(&value("m.toml", &text)), "{text}");
        assert!(beside(PlanKind::Mission, "m.toml", &text).is_err(), "{text}");
    }
    let wrong = [
        (
            PlanKind::Script,
            r#"{"name": "s", "description": "x", "duration_estimate": 1, "steps": [{"wiat": {"duration": 1}}]}"#,
        ),
        (
            PlanKind::Script,
            r#"{"name": "s", "description": "x", "duration_estimate": null, "steps": [{"wait": {"duration": 1}}]}"#,
        ),
        (PlanKind::Program, r#"{"name": "p", "display_name": "P", "description": "x", "missions": []}"#),
        (
            PlanKind::Program,
            r#"{"name": "p", "display_name": "P", "description": "x", "missions": ["sit"], "repeat": null}"#,
        ),
        (PlanKind::Trick, r#"{"description": "x", "cue": "Sit!", "window": "15s", "barks": [1, 2]}"#),
    ];
    for (kind, text) in wrong {
        assert!(!schema(kind).is_valid(&value("x.json", text)), "{text}");
        assert!(beside(kind, "x.json", text).is_err(), "{text}");
    }
}

/// What `docs/reference/missions.md` says of each that comes with the robot.
#[test]
fn the_book_has_all_of_them_and_no_other() {
    let book = include_str!("../../docs/reference/missions.md");
    let plans = presets();
    let or_dash = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    let minutes = |at: TimeOfDay| format!("{:02}:{:02}", at.0 / 60, at.0 % 60);
    let missions = plans.missions.iter().map(|mission| {
        let when = match mission.schedule {
            Timetable::Manual => "manual".to_owned(),
            Timetable::Continuous => "continuous".to_owned(),
            Timetable::At { days, start, end, auto_start } => {
                assert!(days == Days::Daily && !auto_start, "{}", mission.name);
                format!("daily {} to {}", minutes(start), minutes(end.unwrap()))
            }
        };
        let stages: Vec<&str> = mission.stages.iter().map(|stage| stage.name.as_str()).collect();
        let treats = or_dash(mission.max_rewards.map(u64::from));
        let length = or_dash(mission.duration.map(|span| span.get() / 60_000_000));
        format!("| `{}` | {when} | {treats} | {length} | {} |", mission.name, stages.join(" → "))
    });
    let programs = plans.programs.iter().map(|program| {
        let missions: Vec<String> = program.missions.iter().map(|name| format!("`{name}`")).collect();
        let (treats, rest) =
            (or_dash(program.daily_treat_limit.map(u64::from)), program.rest.get() / 1_000_000);
        format!("| `{}` | {} | {treats} | {rest} |", program.name, missions.join(", "))
    });
    let tables = book.split("## Those that come with the robot").nth(1).unwrap();
    let told: Vec<&str> = tables.lines().filter(|line| line.starts_with("| `")).collect();
    let true_rows: Vec<String> = missions.chain(programs).collect();
    assert_eq!(told, true_rows);
}
