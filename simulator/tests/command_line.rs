//! `wimz` as a person meets it: what it prints, how it refuses, how it ends.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test of the program starts programs, and may stop at the first surprise"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

fn wimz(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wimz"));
    command.args(words).stdin(Stdio::null()).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
}

fn output(words: &[&str]) -> Output {
    wimz(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// One clear line on standard error, exit code 2.
fn refused(words: &[&str], message: &str) {
    let output = output(words);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{words:?}: {error}");
    assert!(error.contains(message), "{words:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{words:?}: {error}");
    assert!(output.stdout.is_empty());
}

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

/// Starts a robot and waits until it says that it is ready; what it said until then.
fn start(words: &[&str]) -> (Child, BufReader<std::process::ChildStdout>, String) {
    let mut robot = wimz(words).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(robot.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("ready in ") {
        assert!(out.read_line(&mut said).unwrap() > 0, "it ended early: {said}");
    }
    (robot, out, said)
}

fn post(port: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn bad_input_is_one_clear_line_and_code_2() {
    refused(&["--prot", "9000"], "did you mean `--port`?");
    refused(&["--port", "99999"], "99999");
    refused(&["--speed", "fast"], "give a number from 0.01 to 1000, or max");
    refused(&["--for", "60"], "write it like 250ms, 3s, 2.5s or 5min");
    refused(&["--seed", "-1"], "--seed");
    refused(&["--seed", "x"], "give a whole number, 0 or above");
    refused(&["--for", "-1s"], "no value here is below zero");
    refused(&["--headless", "--for", "1s", "run"], "'run' cannot be used with: --headless, --for <TIME>");
    refused(&["token"], "one of new, list, revoke, help is missing");
    refused(&["--room", "livingroom"], "did you mean `living_room`?");
    refused(&["--robot", "gen22"], "did you mean `gen2`?");
    refused(&["--room", "/nowhere/room.toml"], "/nowhere/room.toml: there is no such file");
    refused(&["run"], "<FILE> is missing");
    refused(&["ru", "patrol"], "run");
    refused(&["run", "patroll"], "did you mean `patrol`?");
    refused(&["run", "assets/robots/gen2.toml"], "assets/robots/gen2.toml:92:2: unknown field `battery`");
    refused(&["replay", "Cargo.toml"], "Cargo.toml:1: this is not a recording");
    refused(&["--lan-port", "9000"], "--lan is missing");
    refused(&["token", "new", "script"], "--state <FOLDER> is missing");
    refused(&["token", "new", "", "--state", "/tmp"], "give the token a name");
    refused(
        &["token", "list", "--state", "Cargo.toml"],
        "Cargo.toml/tokens.json: the list of tokens cannot be read",
    );
    refused(&["--record", "/nowhere/x.wimzrec", "--port", &free_port()], "/nowhere/x.wimzrec");
}

#[test]
fn a_port_in_use_is_one_clear_line_and_costs_no_recording() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let precious = folder.path().join("precious.wimzrec");
    std::fs::write(&precious, "precious").unwrap();
    let record = ["--record", precious.to_str().unwrap()];
    refused(&[&["--port", &port], &record[..]].concat(), &format!("port {port} is in use"));
    let foxglove = ["--port", "0", "--foxglove", "--foxglove-port", &port];
    refused(&[&foxglove[..], &record].concat(), "choose one with --foxglove-port");
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
}

#[test]
fn run_tells_what_happened_and_ends_with_the_hash() {
    let told = |seed: &str| {
        let output = output(&["run", "assets/scenarios/patrol.toml", "--seed", seed]);
        assert_eq!(output.status.code(), Some(0));
        text(&output.stdout)
    };
    let first = told("7");
    let last = first.lines().last().unwrap();
    let hash = last.strip_prefix("hash ").unwrap();
    assert!(hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{last}");
    assert!(first.contains("idle -> manual (drive_enter)") && first.contains("client 1 drives"), "{first}");
    assert_eq!(first, told("7"));
    assert_ne!(last, told("8").lines().last().unwrap());
}

/// What failed is told so that somebody can go and look: when, what, why, where, what came of it, and how to see it again.
#[test]
fn a_run_is_judged_and_a_failure_is_told_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jam.toml");
    let name = path.to_str().unwrap();
    let text_of = |expect: &str| {
        format!(
            "about = \"x\"\nroom = \"empty\"\nrobot = \"gen2\"\nlength = \"4s\"\n\
             [[input]]\nname = \"the stop\"\nat = \"2s\"\ncommand = \"emergency_stop\"\n{expect}"
        )
    };
    let run = |expect: &str, words: &[&str]| {
        std::fs::write(&path, text_of(expect)).unwrap();
        let output = output(&[&["run", name, "--seed", "7"], words].concat());
        assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
        (output.status.code(), text(&output.stdout))
    };
    let (code, told) = run("", &[]);
    assert_eq!(code, Some(0));
    assert!(told.contains("\nnothing was expected of this run\nhash "), "{told}");

    let held = "[[expect]]\nname = \"it stops\"\ncount = \"stopped\"\nexactly = 1\n";
    let twin =
        "[[twin]]\nname = \"no stop\"\nabout = \"Nobody stops it\"\nwithout = [\"the stop\"]\nfails = [1]\n";
    let (code, told) = run(&format!("{held}{twin}"), &[]);
    assert_eq!(code, Some(0));
    assert!(told.contains("\n  held    it stops: count stopped, exactly 1\npassed: "), "{told}");

    let (code, told) = run(&format!("{held}{twin}"), &["--twin", "no stop"]);
    assert_eq!(code, Some(1));
    for wanted in [
        &format!("{name}: Nobody stops it\n"),
        "\n  FAILED  it stops: count stopped, exactly 1\n",
        "\n          at        4.000 s: only 0 came\n",
        &format!("\n          expected  {name}:9\n"),
        "\n          seen      no stopped\n",
        &format!("\n          again     wimz run {name} --twin 'no stop' --seed 7\n"),
        "\nfailed: 1 of 1 expectations did not hold\nhash ",
    ] {
        assert!(told.contains(wanted), "{wanted:?} is not in {told}");
    }

    let fails = "[[expect]]\nnever = 'drive.latched and mode == \"idle\"'\nbecause = \"of the dog\"\n";
    let (code, told) = run(fails, &[]);
    assert_eq!(code, Some(1));
    for wanted in [
        "          because   of the dog\n          at        2.0",
        ": it is so\n",
        "seen      drive.latched = true, mode = \"idle\"\n",
        "s  stop     emergency stop, latched\n",
    ] {
        assert!(told.contains(wanted), "{wanted:?} is not in {told}");
    }
    refused(&["run", name, "--twin", "x"], "jam.toml has no twins");
    refused(&["run", "patrol", "--twin", "a stop on the wey"], "did you mean `a stop on the way`?");
}

#[test]
fn dogs_are_named_on_the_command_line() {
    for (words, message) in [
        (["--dog", "bisquit"].as_slice(), "unknown dog `bisquit`: did you mean `biscuit`?"),
        (&["--dog", "biscuit", "--dog", "none"], "--dog none stands alone"),
        (&["--dog", "biscuit", "--dog", "biscuit"], "two dogs are called biscuit"),
        (&["--dog", "./nowhere.toml"], "./nowhere.toml: there is no such file"),
    ] {
        refused(&[words, &["--port", "0", "--for", "10ms"]].concat(), message);
    }
    let said = |words: &[&str]| {
        let (mut robot, _, said) = start(&[&["--port", "0", "--for", "100ms"], words].concat());
        assert_eq!(robot.wait().unwrap().code(), Some(0));
        said
    };
    assert!(said(&[]).contains("with biscuit"));
    assert!(said(&["--dog", "none"]).contains("no dog"));
}

#[test]
fn a_run_that_is_recorded_replays_and_damage_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.wimzrec");
    let name = path.to_str().unwrap();
    let run = text(&output(&["run", "patrol", "--seed", "3", "--record", name]).stdout);
    let replay = output(&["replay", name]);
    assert_eq!(replay.status.code(), Some(0));
    let replayed = text(&replay.stdout);
    assert_eq!(run.lines().last(), replayed.lines().last());
    assert!(replayed.contains("the same as recorded, to 300.000 s"), "{replayed}");

    let whole = std::fs::read_to_string(&path).unwrap();
    let replay_of = |text: &str| {
        std::fs::write(&path, text).unwrap();
        output(&["replay", name])
    };
    // One input changed: the first second that differs is named.
    let changed = replay_of(&whole.replacen("\"left\":0.42", "\"left\":0.43", 1));
    assert_eq!(changed.status.code(), Some(1));
    assert!(
        text(&changed.stdout).contains("differ in the second before 2.000 s"),
        "{}",
        text(&changed.stdout)
    );
    // Another room than the one it was recorded in.
    let damaged = replay_of(&whole.replacen("Living room", "Loving room", 1));
    assert_eq!(damaged.status.code(), Some(2));
    assert!(text(&damaged.stderr).contains("living_room.toml is damaged"), "{}", text(&damaged.stderr));
    // Another format.
    let newer = replay_of(&whole.replacen("\"wimz_recording\":5", "\"wimz_recording\":6", 1));
    assert_eq!(newer.status.code(), Some(2));
    assert!(text(&newer.stderr).contains("format 6: this wimz replays format 5"), "{}", text(&newer.stderr));
    // Numbers that no run has.
    for (wrong, message) in [
        (r#"{"at":1,"outside":{"brain_hang":18446744073709551615}}"#, ""),
        (r#"{"end":18446744073709551615,"hash":"x"}"#, "on for more than a year"),
    ] {
        let head = whole.lines().next().unwrap();
        let absurd = replay_of(&format!("{head}\n{wrong}\n"));
        assert!(matches!(absurd.status.code(), Some(0 | 2)), "{wrong}: {:?}", absurd.status);
        assert!(text(&absurd.stderr).contains(message), "{}", text(&absurd.stderr));
    }
    // The power went in the middle of a line.
    let cut = replay_of(&whole[..whole.len() / 2]);
    assert_eq!(cut.status.code(), Some(0));
    assert!(text(&cut.stdout).contains("the recording breaks off at"), "{}", text(&cut.stdout));
}

#[test]
fn any_free_port_will_do() {
    let (mut robot, _, said) = start(&["--port", "0", "--for", "100ms"]);
    let port: u16 = said.split("http://localhost:").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    assert_ne!(port, 0, "{said}");
    assert_eq!(robot.wait().unwrap().code(), Some(0));
}

#[test]
fn it_says_where_to_look_and_ends_when_its_time_is_over() {
    let port = free_port();
    let (mut robot, mut out, said) = start(&["--port", &port, "--for", "300ms"]);
    assert!(said.starts_with("WIM-Z "), "the greeting comes first: {said}");
    for wanted in [format!("http://localhost:{port}"), "ctrl-C".to_owned(), "seed 1".to_owned()] {
        assert!(said.contains(&wanted), "{said}");
    }
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(robot.wait().unwrap().code(), Some(0));
    assert!(
        rest.contains("stopped after 0.300 s") && rest.lines().last().unwrap().starts_with("hash "),
        "{rest}"
    );
}

/// Ctrl-C and SIGTERM while it drives: the tracks are brought to rest, the recording is whole, exit code 0.
#[test]
fn signals_leave_the_robot_at_rest() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.wimzrec");
        let port = free_port();
        let (mut robot, mut out, _) = start(&["--port", &port, "--record", path.to_str().unwrap()]);
        assert!(post(&port, "/mode/set", r#"{"mode":"manual"}"#).contains("200 OK"));
        assert!(post(&port, "/motor/speed", r#"{"left":0.5,"right":0.5}"#).contains("200 OK"));
        let killed = Command::new("kill").args([signal, &robot.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(robot.wait().unwrap().code(), Some(0), "{rest}");
        assert!(rest.contains("the robot is at rest"), "{rest}");
        let replayed = text(&output(&["replay", path.to_str().unwrap()]).stdout);
        assert!(
            replayed.contains("at rest: stopped") && replayed.contains("the same as recorded"),
            "{replayed}"
        );
        assert_eq!(replayed.lines().last(), rest.lines().last());
    }
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let mut run = wimz(&["run", "patrol"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(run.stdout.take());
    std::thread::sleep(Duration::from_millis(10));
    let output = run.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

/// A terminal that takes no more lines, or is gone: the robot goes on, stops when it is told to, and ends whole.
#[test]
fn a_terminal_never_holds_up_the_robot() {
    for gone in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.wimzrec");
        let port = free_port();
        let (mut robot, out, _) = start(&["--port", &port, "--record", path.to_str().unwrap()]);
        let unread = (!gone).then_some(out);
        // Each of these is a line; together they are more than a pipe and the printer hold.
        for _ in 0..1_300 {
            for mode in ["manual", "idle"] {
                assert!(post(&port, "/mode/set", &format!(r#"{{"mode":"{mode}"}}"#)).contains("200 OK"));
            }
        }
        assert!(post(&port, "/mode/set", r#"{"mode":"manual"}"#).contains("200 OK"));
        assert!(post(&port, "/motor/speed", r#"{"left":0.5,"right":0.5}"#).contains("200 OK"));
        assert!(post(&port, "/motor/stop", "").contains(r#""stopped":true"#));
        let killed = Command::new("kill").args(["-TERM", &robot.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert_eq!(robot.wait().unwrap().code(), Some(0));
        drop(unread);
        let replayed = text(&output(&["replay", path.to_str().unwrap()]).stdout);
        assert!(replayed.contains("the same as recorded"), "{}", replayed.lines().last().unwrap());
    }
}

/// A token is shown once, and never again: not by the list, not by the robot, not in any file.
#[test]
fn tokens_are_made_listed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    let token = |words: &[&str]| {
        let words = [&["token"], words, &["--state", state]].concat();
        let output = output(&words);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let secret = token(&["new", "kitchen script"]);
    assert!(secret.starts_with("wimz_") && secret.lines().count() == 1, "{secret}");
    let listed = token(&["list"]);
    assert!(listed.contains("kitchen script") && !listed.contains(&secret[5..30]), "{listed}");
    let (mut robot, mut out, mut said) =
        start(&["--port", "0", "--lan", "--lan-port", "0", "--state", state, "--for", "300ms"]);
    out.read_to_string(&mut said).unwrap();
    assert_eq!(robot.wait().unwrap().code(), Some(0));
    assert!(said.contains("in the network   https://") && said.contains("/ca.pem, SHA-256"), "{said}");
    assert!(!said.contains("wimz_"), "a code in a file would be there for others to find: {said}");
    let id = listed.split(' ').next().unwrap();
    assert!(token(&["revoke", id]).contains("kitchen script is no longer let in"));
    assert_eq!(token(&["list"]), "");
    refused(&["token", "revoke", id, "--state", state], &format!("no token has the id `{id}`"));
    std::fs::write(folder.path().join("tokens.json"), "{").unwrap();
    refused(&["token", "list", "--state", state], "the list of tokens is damaged");
    refused(&["--lan", "--lan-port", "0", "--port", "0", "--state", state], "the list of tokens is damaged");
}

#[test]
fn help_is_good_to_read() {
    let help = output(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    let help = text(&help.stdout);
    for word in [
        "run", "replay", "check", "--port", "--robot", "--room", "--seed", "--speed", "--for", "--record",
        "--lan", "token",
    ] {
        assert!(help.contains(word), "{help}");
    }
}
