//! What an expectation means: one short run, and for each kind of expectation what holds of it and what fails, and when.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use wimz_simulator::Session;
use wimz_simulator::assets::Source;
use wimz_simulator::scenario::Scenario;
use wimz_simulator::verdict::{Judge, Outcome};
use wimz_vocabulary::RobotTime;

/// Stops at 2 s and 4 s, an emergency stop at 6 s, a refill at 7 s; the tracks turn from 1 s on, and are commanded until 1.5 s.
const RUN: &str = r#"
about = "x"
room = "empty"
robot = "gen2"
length = "8s"

[[input]]
at = "0.5s"
command = "set_mode"
data = { mode = "manual" }

[[input]]
at = "1s"
every = "50ms"
until = "1.5s"
command = "motor"
data = { left = 0.4, right = 0.4 }

[[input]]
at = "2s"
every = "2s"
until = "4s"
command = "stop"

[[input]]
at = "6s"
command = "emergency_stop"

[[input]]
at = "7s"
refill = true

[[expect]]
"#;

/// When it fails, in milliseconds, and what is said of it and seen then.
fn judged(expect: &str) -> Option<(u64, String, String)> {
    let source = Source { name: "x.toml".to_owned(), text: format!("{RUN}{expect}") };
    let scenario = Scenario::parse(&source.document()).unwrap();
    let cast = scenario.setting(&source, 1).unwrap().read().unwrap();
    let mut session = Session::new(&cast, 1);
    let mut judge = Judge::new(&scenario.expectations);
    for (at, outside) in &scenario.inputs(1) {
        session.run_until_seen(*at, &mut judge);
        // As whoever tells of a run does it: what is drained is seen all the same.
        session.drain_lines().for_each(drop);
        session.enter_seen(outside.clone(), &mut judge);
    }
    session.run_until_seen(RobotTime::BOOT + scenario.length, &mut judge);
    match judge.verdict(&session).rows.into_iter().next().unwrap() {
        (_, Outcome::Held) => None,
        (_, Outcome::Failed(failure)) => Some((failure.at.as_micros() / 1_000, failure.what, failure.seen)),
    }
}

#[test]
fn what_holds_holds() {
    for expect in [
        "always = 'mode == \"manual\"'\nfrom = '1s'",
        "always = 'mode == \"idle\" and time <= 0.495s'\nuntil = '0.495s'",
        "always = 'battery.volts > 3'",
        "always = 'not drive.latched'\nafter = 'drive_started'\nwithin = '4.9s'",
        "always = 'not drive.powered'\nafter = 'stopped'\nwithin = '1s'",
        "never = 'stopped'\nuntil = '1.9s'",
        "never = 'stopped(kind = \"emergency\")'\nuntil = '5s'",
        "never = 'stopped'\nafter = 'stopped'\nwithin = '1.5s'",
        "never = 'drive.powered'\nfrom = '1.9s'",
        "eventually = 'drive.latched'",
        "eventually = 'drive.latched'\nwithin = '6.1s'",
        "eventually = 'drive.latched'\nfrom = '7s'\nwithin = '0.1s'",
        "eventually = 'stopped'\nfrom = '3s'\nwithin = '1.1s'",
        "eventually = 'stopped'\nafter = 'stopped'\nwithin = '2.5s'",
        "eventually = 'not drive.powered'\nafter = 'drive_started'\nwithin = '900ms'",
        "then = ['stopped', 'stopped', 'stopped(kind = \"emergency\")']\nwithin = '4s'",
        "then = ['stopped(kind = \"stop\")', 'stopped(kind = \"emergency\")']\nwithin = '2s'",
        "then = ['drive_started', 'drive_ended', 'stopped']",
        "count = 'stopped'\nexactly = 3",
        "count = 'stopped'\nexactly = 1\nfrom = '3s'\nuntil = '5s'",
        "count = 'bark'\nat_most = 0",
        "count = 'broke(what = \"refill\")'\nexactly = 1",
        "always = 'treats.day <= 0 and drive.stops >= 0 and not drive.stops > 3'",
        "never = 'operator > 5 and not alive'\nuntil = '0.9s'",
        "always = 'operator > 5 or alive'\nuntil = '0.9s'",
        "always = 'alive and (not alive or mode != \"coach\" or not alive)'",
    ] {
        assert_eq!(judged(expect), None, "{expect}");
    }
}

#[test]
fn what_fails_fails_when_it_does() {
    for (expect, (at, within), what, seen) in [
        ("always = 'time < 3.3s'", (3_300, 10), "it does not hold", "time = 3300ms"),
        ("always = 'mode == \"idle\"'", (500, 10), "it does not hold", "mode = \"manual\""),
        (
            "always = 'not drive.latched'\nafter = 'drive_started'\nwithin = '5.1s'",
            (6_000, 10),
            "does not hold",
            "drive.latched = true",
        ),
        (
            "always = 'alive'\nafter = 'bark'\nwithin = '1s'",
            (8_000, 0),
            "bark has not happened: nothing was tried",
            "alive = true",
        ),
        ("always = 'operator < 5'\nuntil = '0.9s'", (900, 0), "never known", "operator = none"),
        ("never = 'stopped'", (2_000, 0), "it happened", "stopped(kind = \"stop\") at 2.000 s"),
        ("never = 'drive.latched'", (6_000, 10), "it is so", "drive.latched = true"),
        (
            "never = 'stopped'\nafter = 'stopped'\nwithin = '2s'",
            (4_000, 0),
            "it happened",
            "at 2.000 s; stopped(kind = \"stop\") at 4.000 s",
        ),
        (
            "eventually = 'drive.latched'\nwithin = '5s'",
            (5_000, 0),
            "it has not been so",
            "drive.latched = false",
        ),
        ("eventually = 'mode == \"coach\"'", (8_000, 0), "it has not been so", "mode = \"manual\""),
        (
            "eventually = 'stopped(kind = \"emergency\")'\nfrom = '3s'\nwithin = '2s'",
            (5_000, 0),
            "it has not happened",
            "at 4.000 s",
        ),
        (
            "eventually = 'stopped'\nafter = 'stopped'\nwithin = '1.5s'",
            (3_500, 0),
            "no stopped came within 1500 ms of stopped at 2.000 s",
            "at 2.000 s",
        ),
        (
            "eventually = 'mode == \"idle\"'\nafter = 'stopped'\nwithin = '2.5s'",
            (4_500, 0),
            "within 2500 ms of stopped at 2.000 s",
            "manual",
        ),
        (
            "eventually = 'mode == \"idle\"'\nafter = 'stopped(kind = \"emergency\")'\nwithin = '3s'",
            (8_000, 0),
            "ends too soon",
            "manual",
        ),
        (
            "then = ['drive_ended', 'drive_started']",
            (8_000, 0),
            "step 2, drive_started, has not come",
            "drive_started",
        ),
        (
            "then = ['stopped', 'stopped', 'stopped(kind = \"emergency\")']\nwithin = '3s'",
            (8_000, 0),
            "not within 3 s of the first",
            "at 6.000 s",
        ),
        ("then = ['stopped', 'stopped']\nfrom = '3s'\nuntil = '5s'", (5_000, 0), "step 2", "at 4.000 s"),
        ("count = 'stopped'\nat_most = 2", (6_000, 0), "this is number 3", "\"emergency\") at 6.000 s"),
        ("count = 'stopped'\nat_least = 4", (8_000, 0), "only 3 came", "at 6.000 s"),
        ("count = 'stopped'\nat_least = 2\nuntil = '3s'", (3_000, 0), "only 1 came", "at 2.000 s"),
    ] {
        let (moment, said, saw) = judged(expect).unwrap_or_else(|| panic!("{expect} held"));
        assert!((at..=at + within).contains(&moment), "{expect}: {moment} ms");
        assert!(said.contains(what), "{expect}: {said}");
        assert!(saw.contains(seen), "{expect}: {saw}");
    }
}
