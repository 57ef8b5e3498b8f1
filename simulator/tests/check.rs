//! `wimz check` as a person meets it: a line for a good file, a line a flaw for a bad one, and the exit code.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test of the program starts programs, and may stop at the first surprise"
)]

use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn wimz(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wimz")).args(words).current_dir(ROOT).output().unwrap()
}

/// Exit code, standard output, standard error.
fn check(files: &[&str]) -> (Option<i32>, String, String) {
    let output = wimz(&[&["check"], files].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Writes a file into a folder of its own.
fn written(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

fn asset(path: &str) -> String {
    std::fs::read_to_string(format!("{ROOT}/assets/{path}")).unwrap()
}

#[test]
fn every_asset_is_in_order_and_known_for_what_it_is() {
    let kinds =
        [("robots", "a robot profile"), ("rooms", "a room"), ("dogs", "a dog"), ("scenarios", "a scenario")];
    for (folder, kind) in kinds {
        let mut files: Vec<String> = std::fs::read_dir(format!("{ROOT}/assets/{folder}"))
            .unwrap()
            .map(|entry| format!("assets/{folder}/{}", entry.unwrap().file_name().to_str().unwrap()))
            .filter(|path| path.ends_with(".toml"))
            .collect();
        files.sort();
        let expected: String = files.iter().map(|file| format!("{file}: {kind}, in order\n")).collect();
        let words: Vec<&str> = files.iter().map(String::as_str).collect();
        assert_eq!(check(&words), (Some(0), expected, String::new()));
    }
}

#[test]
fn every_flaw_of_a_profile_is_a_line_and_start_up_refuses_with_the_first() {
    let good = asset("robots/gen2.toml");
    let bad = good.replacen("cap = 0.75", "cap = 7.5", 1).replacen("slots = 11\n", "", 1);
    let (_folder, path) = written("mine.toml", &bad);
    let place = |start: &str| bad.lines().position(|line| line.starts_with(start)).unwrap() + 1;
    let (cap, dispenser) = (place("cap"), place("[dispenser]"));
    let first = format!("{path}:{cap}:7: 7.5 is out of range: 0.05 to 1 of full duty");
    let second =
        format!("{path}:{dispenser}:1: [dispenser] lacks `slots`: of each carousel; 2 to 64 compartments");
    let good = "assets/robots/gen1.toml: a robot profile, in order\n".to_owned();
    assert_eq!(check(&[&path, "assets/robots/gen1.toml"]), (Some(2), good, format!("{first}\n{second}\n")));
    let start = wimz(&["--robot", &path, "--port", "0", "--for", "10ms"]);
    assert_eq!((start.status.code(), start.stdout.len()), (Some(2), 0));
    assert_eq!(String::from_utf8(start.stderr).unwrap(), format!("wimz: {first}\n"));
}

#[test]
fn a_file_that_cannot_be_read_or_told_is_named() {
    let refused = |path: &str, message: &str| {
        let (code, out, error) = check(&[path]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{error}");
        assert!(error.starts_with(path) && error.contains(message) && error.lines().count() == 1, "{error}");
    };
    refused("/nowhere/x.toml", "there is no such file");
    refused("/dev/zero", "larger than 4 MB");
    let (_folder, path) = written("x.toml", "x = [\n");
    refused(&path, "x.toml:1:");
    let (_folder, path) = written("x.toml", "about = \"nothing\"\n");
    refused(&path, "x.toml: this is neither a robot profile nor a room nor a dog nor a scenario");
    // Nothing in it says so, but the folder does.
    let (_folder, path) = written("rooms/x.toml", "about = \"nothing\"\n");
    refused(&path, "x.toml:1:1: missing field `name`");
    let (_folder, path) = written("x.toml", &asset("rooms/empty.toml").replacen("size", "seize", 1));
    refused(&path, "did you mean `size`?");
    // What is in it counts for more than the folder, and one slip does not hide what it is.
    let (_folder, path) = written("rooms/x.toml", &asset("robots/gen2.toml").replacen("about", "abuot", 1));
    refused(&path, "x.toml:3:1: unknown key `abuot`: did you mean `about`?");
    let (_folder, path) = written("x.toml", &asset("rooms/empty.toml").replacen("name", "nmae", 1));
    refused(&path, "did you mean `name`?");
    assert_eq!(wimz(&["check"]).status.code(), Some(2));
}

/// A mistake in a scenario is answered with its place, whatever of it is wrong.
#[test]
fn what_is_wrong_in_a_scenario_is_answered_at_its_place() {
    let head = "about = \"x\"\nroom = \"empty\"\nrobot = \"gen2\"\nlength = \"10s\"\n";
    let dog = "[[dog]]\nname = \"biscuit\"\ncharacter = \"biscuit\"\n";
    let input = "[[input]]\nname = \"ring\"\nat = \"1s\"\nhappens = \"doorbell\"\n";
    let expect = "[[expect]]\nname = \"calm\"\nnever = \"stopped\"\n";
    let twin = "[[twin]]\nname = \"t\"\nabout = \"y\"\n";
    for (text, place, message) in [
        (head.replace("empty", "emty"), "2:8", "unknown room `emty`: did you mean `empty`?"),
        (head.replace("gen2", "gen3"), "3:9", "unknown robot `gen3`: did you mean"),
        (head.replace("\"empty\"", "\"./none.toml\""), "2:8", "./none.toml: there is no such file"),
        (head.replace("10s", "10 s"), "4:10", "not a span of time"),
        (
            format!("{head}{}", dog.replace("character = \"b", "character = \"d")),
            "7:13",
            "unknown dog `discuit`",
        ),
        (format!("{head}{dog}at = [90, 1]\n"), "8:6", "biscuit begins outside"),
        (format!("{head}{dog}facing = 90\n"), "8:10", "belongs to `at = [x, y]`"),
        (format!("{head}{dog}tag = 1000\n"), "8:7", "tags have numbers from 0 to 999"),
        (format!("{head}{dog}{dog}"), "9:8", "two dogs are called `biscuit`"),
        (
            format!("{head}{dog}{}", dog.replace("\"biscuit\"\nc", "\"dog_biscuit\"\nc")),
            "9:8",
            "`biscuit` and `dog_biscuit` are one dog",
        ),
        (format!("{head}{dog}colour = 3\n"), "8:1", "unknown field `colour`"),
        (
            format!("{head}{}", dog.replace("\"biscuit\"\nc", "\"\"\nc")),
            "6:8",
            "no name of a dog: it is empty",
        ),
        (
            format!(
                "{head}{}",
                (0..5).map(|n| dog.replace("\"biscuit\"\nc", &format!("\"{n}\"\nc"))).collect::<String>()
            ),
            "17:1",
            "4 dogs at most",
        ),
        (format!("{head}{}", input.replace("doorbell", "dorbell")), "8:11", "did you mean `doorbell`?"),
        (format!("{head}{}", input.replace("doorbell", "television")), "8:11", "television needs `for`"),
        (format!("{head}{input}for = \"1s\"\n"), "5:1", "takes no `for`"),
        (format!("{head}[tuning.bark]\nlowd = 3\n"), "6:1", "unknown field `lowd`"),
        (format!("{head}[tuning.bark]\nlongest_ms = 1e9\n"), "5:2", "longest_ms is 1000000000, and may be"),
        (format!("{head}[tuning.bark]\ndip_db = nan\n"), "5:2", "dip_db is NaN, and may be"),
        (format!("{head}[tuning.sight]\nseen_for = \"1.5ms\"\n"), "5:2", "`seen_for` is 0.0015"),
        (format!("{head}[tuning.sight]\nseen_for = \"1.5 s\"\n"), "6:12", "not a span of time"),
        (
            format!("{head}{input}{expect}{twin}fails = [1]\n[twin.tuning.bark]\nlikeness = 99\n"),
            "16:7",
            "likeness is 99",
        ),
        (format!("{head}[tuning.ear]\n"), "5:9", "unknown field `ear`"),
        (format!("{head}{expect}{expect}"), "8:1", "two expectations are called `calm`"),
        (format!("{head}{input}{expect}{twin}fails = [\"calm\"]\n"), "12:1", "nothing is different"),
        (
            format!("{head}{input}{expect}{twin}without = [\"rong\"]\nfails = [1]\n"),
            "15:12",
            "did you mean `ring`?",
        ),
        (format!("{head}{input}{expect}{twin}without = [\"ring\"]\nfails = []\n"), "16:9", "proves nothing"),
        (
            format!("{head}{input}{expect}{twin}without = [\"ring\"]\nfails = [2]\n"),
            "16:10",
            "counted from 1 to 1",
        ),
        (
            format!("{head}{input}{expect}{twin}without = [\"ring\"]\nfails = [\"clam\"]\n"),
            "16:10",
            "did you mean `calm`?",
        ),
    ] {
        let (_folder, path) = written("x.toml", &text);
        let (code, out, error) = check(&[&path]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{text}\n{error}");
        assert!(error.starts_with(&format!("{path}:{place}: ")), "{place}: {text}\n{error}");
        assert!(error.contains(message) && error.lines().count() == 1, "{text}\n{error}");
    }
    let (_folder, path) =
        written("x.toml", &format!("{head}{dog}at = [1, 1]\nfacing = 90\ntag = 7\n{input}{expect}"));
    assert_eq!(check(&[&path]).0, Some(0));
}

/// A scenario that begins what there is not is refused where it names it, in its twins as well; a run plays it all the same.
#[test]
fn a_scenario_that_names_a_plan_that_there_is_not_is_refused() {
    let head = "about = \"x\"\nroom = \"empty\"\nrobot = \"gen2\"\nlength = \"10s\"\n";
    let input = |command: &str, data: &str| {
        format!("[[input]]\nat = \"1s\"\ncommand = \"{command}\"\ndata = {data}\n")
    };
    let supper = "{ schedule = { schedule_id = \"a\", type = \"daily\", start_time = \"17:30\", mission_name = \"sitt\" } }";
    let twin = "[[expect]]\nnever = \"stopped\"\n\n[[twin]]\nname = \"t\"\nabout = \"y\"\nfails = [1]\n\n";
    for (text, place, message) in [
        (
            input("start_mission", "{ mission = \"sit_trainin\" }"),
            "8:20",
            "unknown mission `sit_trainin`: did you mean `sit_training`?",
        ),
        (
            input("load_mission", "{ mission = \"nightquiet\" }"),
            "8:20",
            "unknown mission `nightquiet`: there are",
        ),
        (
            input("start_program", "{ program = \"quiet_dgo\" }"),
            "8:20",
            "unknown program `quiet_dgo`: did you mean `quiet_dog`?",
        ),
        (
            input("force_trick", "{ trick = \"laydwn\" }"),
            "8:18",
            "unknown trick `laydwn`: did you mean `laydown`?",
        ),
        (input("create_schedule", supper), "8:95", "unknown mission `sitt`: did you mean `sit`?"),
        (
            format!(
                "{twin}{}",
                input("start_mission", "{ mission = \"comeandsit\" }").replace("[[input", "[[twin.input")
            ),
            "16:20",
            "unknown mission `comeandsit`: did you mean `come_and_sit`?",
        ),
    ] {
        let (_folder, path) = written("x.toml", &format!("{head}{text}"));
        let (code, out, error) = check(&[&path]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{error}");
        assert!(error.starts_with(&format!("{path}:{place}: {message}")), "{error}");
        assert_ne!(wimz(&["run", &path]).status.code(), Some(2));
    }
}

/// What is wrong with a file is said of that file, and of those that do not do without it.
#[test]
fn a_bad_plan_is_not_blamed_on_those_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mission = asset("missions/sit.toml").replace("./mission", "mission");
    let good = write("missions/nap.toml", &mission.replacen("name = \"sit\"", "name = \"nap\"", 1));
    let bad = write(
        "missions/doze.toml",
        &mission.replacen("name = \"sit\"", "name = \"doze\"", 1).replacen("stages", "stagse", 1),
    );
    let (code, out, error) = check(&[&good, &bad]);
    assert_eq!((code, out), (Some(2), format!("{good}: a mission, in order\n")), "{error}");
    assert!(error.starts_with(&bad) && error.lines().count() == 1, "{error}");
    let program =
        asset("programs/daily_routine.toml").replacen("name = \"daily_routine\"", "name = \"mine\"", 1);
    let mine = write("programs/mine.toml", &program.replacen("morning_chill", "doze", 1));
    let (code, out, error) = check(&[&mine]);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{error}");
    let lines: Vec<&str> = error.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with(&bad) && lines[1].starts_with(&mine), "{error}");
}

/// A cue that is nearly one of the robot's own words is a slip; any other may be a recording of the owner's.
#[test]
fn a_trick_s_misspelt_cue_is_a_slip() {
    let trick =
        |cue: &str| asset("tricks/sit.toml").replacen("cue = \"sit\"", &format!("cue = \"{cue}\""), 1);
    let (_folder, path) = written("tricks/mine.toml", &trick("laydwon"));
    let line = trick("laydwon").lines().position(|line| line.starts_with("cue")).unwrap() + 1;
    let (code, _, error) = check(&[&path]);
    assert_eq!(code, Some(2));
    assert!(
        error.starts_with(&format!("{path}:{line}:7: unknown word `laydwon`: did you mean `laydown`?")),
        "{error}"
    );
    let (_folder, path) = written("tricks/mine.toml", &trick("pirouette"));
    assert_eq!(check(&[&path]).0, Some(0));
}
