//! A report tells what was, changes nothing of it, and takes no text of a file for markup.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use wimz_simulator::assets::Source;
use wimz_simulator::report::{Collector, Heading, Report};
use wimz_simulator::scenario::Scenario;
use wimz_simulator::session::{Cast, Saboteur, Session};
use wimz_simulator::verdict::Judge;
use wimz_vocabulary::{Micros, Reply, Request, RobotTime};

/// A doorbell, a dog, a silent guardian, a treat by hand; the first expectation holds and the second does not.
const EVENING: &str = r#"
about = "A dog & a <doorbell>"
room = "living_room"
robot = "gen2"
length = "60s"

[[dog]]
name = "pepper"
character = "pepper"

[[input]]
at = "1s"
command = "set_mode"
data = { mode = "silent_guardian" }

[[input]]
at = "5s"
happens = "doorbell"

[[input]]
at = "20s"
command = "dispense_treat"

[[expect]]
name = "alive"
always = "alive"

[[expect]]
name = "driven"
eventually = "drive_started"
because = "nobody drives it"
"#;

fn wimz(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wimz")).args(words).output().unwrap()
}

fn hash(output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().last().unwrap().strip_prefix("hash ").unwrap().to_owned()
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

#[test]
fn a_run_is_the_same_with_a_report_and_the_report_is_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evening.toml");
    std::fs::write(&file, EVENING).unwrap();
    let [one, two] = ["one", "two"].map(|name| folder.path().join("deep").join(name));
    let run = |more: &[&str]| wimz(&[&["run", file.to_str().unwrap(), "--seed", "7"], more].concat());
    let plain = run(&[]);
    assert_eq!(plain.status.code(), Some(1), "{}", String::from_utf8_lossy(&plain.stdout));
    for folder in [&one, &two] {
        let told = run(&["--report", folder.to_str().unwrap()]);
        assert_eq!((told.status.code(), hash(&told)), (Some(1), hash(&plain)));
    }
    for file in ["run.json", "junit.xml", "report.html", "run.mcap"] {
        assert!(std::fs::read(one.join(file)).unwrap() == std::fs::read(two.join(file)).unwrap(), "{file}");
    }

    let run: Value = serde_json::from_str(&read(&one, "run.json")).unwrap();
    assert_eq!(
        (run["hash"].as_str().unwrap(), run["seed"].as_u64(), run["passed"].as_bool()),
        (hash(&plain).as_str(), Some(7), Some(false))
    );
    assert_eq!(run["length_s"], 60.0);
    let rows = run["expectations"].as_array().unwrap();
    assert_eq!((&rows[0]["held"], &rows[1]["held"]), (&Value::Bool(true), &Value::Bool(false)));
    assert_eq!(
        (&rows[1]["failure"]["at_s"], &rows[1]["because"]),
        (&60.0.into(), &"nobody drives it".into())
    );
    // Five samples a second, from the first moment to the last.
    let at = run["samples"]["at_s"].as_array().unwrap();
    assert_eq!((at.len(), at.last().unwrap().as_f64()), (301, Some(60.0)));
    assert_eq!(run["samples"]["dogs"][0][0].as_array().unwrap().len(), at.len());
    // What lanes and figures count is the same thing, counted twice.
    let figure = |name: &str| {
        let figures = run["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["name"] == name).unwrap()["value"].as_u64().unwrap()
    };
    let marks = |topic: &str, kind: &str| {
        let lanes = run["lanes"].as_array().unwrap();
        let marks = lanes
            .iter()
            .filter(|lane| lane["topic"] == topic)
            .flat_map(|lane| lane["marks"].as_array().unwrap());
        marks.filter(|mark| mark["kind"] == kind).map(|mark| mark["count"].as_u64().unwrap()).sum::<u64>()
    };
    assert!(figure("barks") > 2, "pepper does not mind the doorbell");
    assert_eq!((marks("barks", "bark"), marks("heard", "heard")), (figure("barks"), figure("barks_heard")));
    assert_eq!((marks("treats", "fell"), marks("house", "house")), (figure("treats_fell"), 1));
    assert!(figure("treats_fell") > 0, "somebody asked for a treat");

    let junit = read(&one, "junit.xml");
    assert_eq!(junit.matches("<testcase ").count(), 3, "two expectations and the watch");
    assert_eq!(junit.matches("<failure ").count(), 1);
    assert!(junit.contains("tests=\"3\" failures=\"1\" errors=\"0\" time=\"60.000\""), "{junit}");
    assert!(junit.contains("message=\"1:00.0: it has not happened; seen: no drive_started\""), "{junit}");
    assert!(junit.contains("evening.toml\" line=\"28\""), "{junit}");
}

/// All that a run's files can write is told as they wrote it, and none of it does anything.
#[test]
fn a_hostile_text_stays_a_text() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("<img src=x onerror=alert(1)> & 'co'.toml");
    let text = EVENING
        .replace("A dog & a <doorbell>", "</title></script><script>alert(2)</script>")
        .replace("nobody drives it", "\\\"><svg onload=alert(3)> ]]>")
        .replace("\"driven\"", "\"<b onclick=alert(4)>\"");
    std::fs::write(&file, text).unwrap();
    let report = folder.path().join("report");
    let told = wimz(&["run", file.to_str().unwrap(), "--report", report.to_str().unwrap()]);
    assert_eq!(told.status.code(), Some(1), "{}", String::from_utf8_lossy(&told.stderr));
    for name in ["report.html", "junit.xml"] {
        let page = read(&report, name);
        for bad in ["<img", "<script>alert", "<svg onload", "<b onclick", "]]>"] {
            assert!(!page.contains(bad), "{name} has {bad}");
        }
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt; &amp; &#39;co&#39;"), "{name}");
        assert!(page.contains("&lt;b onclick=alert(4)&gt;"), "{name}");
    }
    let page = read(&report, "report.html");
    assert_eq!(page.matches("<script").count(), 2, "its data and its own");
    let run: Value = serde_json::from_str(&read(&report, "run.json")).unwrap();
    assert_eq!(run["about"], "</title></script><script>alert(2)</script>");
}

#[test]
fn a_folder_that_cannot_be_is_told_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for (at, words) in [
        (file.join("report"), "file/report: "),
        (file.clone(), "file: this is a file, and a report is several: name a folder"),
    ] {
        let told = wimz(&["run", "patrol", "--report", at.to_str().unwrap()]);
        let why = String::from_utf8(told.stderr).unwrap();
        assert_eq!((told.status.code(), told.stdout.as_slice()), (Some(2), &b""[..]));
        assert!(why.contains(words) && why.lines().count() == 1, "{why}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"");
}

/// Leaves every request without an answer.
struct Silent;

impl Saboteur for Silent {
    fn answers(&mut self, _: &Request, _: Reply) -> Option<Reply> {
        None
    }
}

/// The same loop as the command's, for a robot that somebody has made wrong or nobody has.
fn reported(text: &str, open: impl Fn(&Cast) -> Session) -> Report {
    let source = Source { name: "x.toml".to_owned(), text: text.to_owned() };
    let scenario = Scenario::parse(&source.document()).unwrap();
    let setting = scenario.setting(&source, 1).unwrap();
    let cast = setting.read().unwrap();
    let mut session = open(&cast);
    let end = RobotTime::BOOT + scenario.length;
    let mut collector = Collector::new(&cast.room, end);
    let go = |session: &mut Session, collector: &mut Collector, to: RobotTime| {
        session.run_until_seen(to, collector);
        session.drain_lines().for_each(|line| collector.line(&line));
        session.drain_breaches().for_each(|breach| collector.breach(&breach));
    };
    for (at, outside) in &scenario.inputs(1) {
        go(&mut session, &mut collector, *at);
        session.enter_seen(outside.clone(), &mut collector);
    }
    go(&mut session, &mut collector, end);
    let heading = Heading::new("x.toml", &scenario.about, &setting, "wimz run x.toml".to_owned());
    collector.end(heading, &session, Judge::new(&[]).verdict(&session))
}

#[test]
fn what_the_watch_found_is_told_everywhere() {
    let right = reported(EVENING, |cast| Session::new(cast, 1));
    assert!(right.passed() && right.junit().contains("no invariant is broken"));
    let wrong = reported(EVENING, |cast| Session::sabotaged(cast, 1, Box::new(Silent)));
    assert!(!wrong.passed() && !wrong.breaches.is_empty());
    let name = wrong.breaches[0].invariant.watched().name;
    let (page, junit) = (wrong.html(), wrong.junit());
    assert!(page.contains("<h1>Failed</h1>") && page.contains("What the watch found") && page.contains(name));
    assert_eq!(junit.matches("<failure type=\"invariant\"").count(), wrong.breaches.len());
    let run: Value = serde_json::from_str(&wrong.json()).unwrap();
    assert_eq!(
        (run["passed"].as_bool(), run["breaches"][0]["invariant"].as_str()),
        (Some(false), Some(name))
    );
    let seen = wrong.lanes.iter().flat_map(|lane| &lane.marks).filter(|mark| mark.kind == "breach").count();
    assert!(seen > 0, "none in the time line");
}

#[test]
fn the_mcap_has_every_sample_and_every_line_at_its_moment() {
    let report = reported(EVENING, |cast| Session::new(cast, 1));
    let bytes = report.mcap().unwrap();
    let mut times: std::collections::BTreeMap<String, Vec<u64>> = std::collections::BTreeMap::new();
    let mut before = 0;
    for message in mcap::MessageStream::new(&bytes).unwrap() {
        let message = message.unwrap();
        assert!(message.log_time >= before, "messages are in order");
        before = message.log_time;
        let value: Value = serde_json::from_slice(&message.data).unwrap();
        let stamp = value.get("timestamp").or_else(|| value.pointer("/transforms/0/timestamp"));
        if let Some(stamp) = stamp {
            let told = stamp["sec"].as_u64().unwrap() * 1_000_000_000 + stamp["nsec"].as_u64().unwrap();
            assert_eq!(told, message.log_time, "{}", message.channel.topic);
        }
        let schema = message.channel.schema.as_ref().unwrap();
        assert!(serde_json::from_slice::<Value>(&schema.data).unwrap()["title"] == schema.name.as_str());
        times.entry(message.channel.topic.clone()).or_default().push(message.log_time);
    }
    let samples: Vec<u64> = report.samples.rows.iter().map(|row| row.at.as_micros() * 1_000).collect();
    assert_eq!((&times["/tf"], &times["/plot"]), (&samples, &samples));
    assert_eq!(times["/events"].len(), report.story.len());
    assert!(times["/scene"][0] == samples[0] && times["/scene"].len() < samples.len());
}

#[test]
fn an_hour_fits_into_a_page() {
    let hour = EVENING.replace("length = \"60s\"", "length = \"3600s\"");
    let hour = hour.replace("at = \"5s\"\n", "at = \"5s\"\nevery = \"40s\"\nuntil = \"3590s\"\n");
    let report = reported(&hour, |cast| Session::new(cast, 1));
    let size = report.html().len();
    assert_eq!(report.end, RobotTime::BOOT + Micros::from_secs(3_600));
    assert!((100_000..1_500_000).contains(&size), "{size}");
}
