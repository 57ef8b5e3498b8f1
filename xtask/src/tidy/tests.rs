//! Each check is shown a violation, planted here, and sees it; and sees nothing where there is nothing.

use super::*;

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), bytes: 1, text: text.to_owned() }
}

/// `path:line` of each finding.
fn places(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
}

fn crates(of: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    of.iter()
        .map(|(name, needs)| ((*name).to_owned(), needs.iter().map(|&need| need.to_owned()).collect()))
        .collect()
}

#[test]
fn a_forbidden_dependency_is_seen() {
    let good = [
        ("wimz-brain", &["wimz-hal", "wimz-vocabulary"][..]),
        ("wimz-tests", &["wimz-world", "wimz-brain"]),
        ("xtask", &[]),
    ];
    assert_eq!(arrows(&crates(&good)), []);
    for (name, need) in
        [("wimz-world", "wimz-brain"), ("wimz-vocabulary", "wimz-contract"), ("xtask", "wimz-hal")]
    {
        let found = arrows(&crates(&[(name, &[need])]));
        assert_eq!(places(&found), [format!("{name}:0")]);
        assert!(found[0].what.contains(need));
    }
}

#[test]
fn a_crate_without_arrows_is_seen() {
    assert_eq!(places(&arrows(&crates(&[("wimz-moon", &[])]))), ["wimz-moon:0"]);
}

#[test]
fn a_runtime_or_an_engine_below_the_line_is_seen() {
    assert_eq!(heavy("wimz-hal", "wimz-hal v0.1.0\nserde v1.0.0\ntokiox v1.0.0\nbevyish v1.0.0 (*)\n"), []);
    for krate in ["tokio", "tokio-util", "bevy", "bevy_ecs"] {
        let found = heavy("wimz-hal", &format!("wimz-hal v0.1.0\n{krate} v1.2.3\n{krate} v1.2.3 (*)\n"));
        assert_eq!(places(&found), ["wimz-hal:0"], "{krate}");
        assert!(found[0].what.contains(krate));
    }
}

#[test]
fn a_long_file_is_seen() {
    let lines = |count| "x\n".repeat(count);
    assert_eq!(lengths(&[file("a.rs", &lines(600)), file("notes.md", &lines(601))]), []);
    for path in ["hal/src/a.rs", "assets/app/a.js", "assets/app/a.css", "tests/browser/a.mjs"] {
        assert_eq!(places(&lengths(&[file(path, &lines(601))])), [format!("{path}:0")]);
    }
}

#[test]
fn a_name_that_says_nothing_is_seen() {
    assert_eq!(names(&[file("hal/src/head.rs", "mod uncommon {\n}\n"), file("docs/common/page.md", "")]), []);
    for path in ["hal/src/utils.rs", "tests/tests/common/mod.rs", "assets/app/helpers.js"] {
        assert_eq!(places(&names(&[file(path, "")])), [format!("{path}:0")]);
    }
    assert_eq!(places(&names(&[file("hal/src/a.rs", "\npub mod misc {\n}\n")])), ["hal/src/a.rs:2"]);
}

#[test]
fn unfinished_work_is_seen() {
    assert_eq!(unfinished(&[file("a.rs", "done();\n")]), []);
    for mark in UNFINISHED {
        assert_eq!(places(&unfinished(&[file("a.rs", &format!("\n// {mark}\n"))])), ["a.rs:2"], "{mark}");
    }
}

#[test]
fn an_unwrap_outside_tests_is_seen() {
    let call = format!("    value{UNWRAP};\n");
    let in_a_test = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{call}}}\n");
    let good = [
        file("hal/src/a.rs", &in_a_test),
        file("hal/src/b.rs", &format!("//! {call}#[cfg(test)]\nmod tests;\n")),
        file("hal/src/c/tests.rs", &call),
        file("tests/tests/d.rs", &call),
        file("simulator/world/examples/e.rs", &call),
    ];
    assert_eq!(unwraps(&good), []);
    let after = format!("{in_a_test}fn b() {{\n{call}}}\n");
    assert_eq!(places(&unwraps(&[file("hal/src/a.rs", &after)])), ["hal/src/a.rs:7"]);
    let beside = format!("#[cfg(test)]\nmod tests;\nfn b() {{\n{call}}}\n");
    assert_eq!(places(&unwraps(&[file("hal/src/a.rs", &beside)])), ["hal/src/a.rs:4"]);
}

#[test]
fn a_test_that_is_not_run_is_seen() {
    assert_eq!(ignored(&[file("a.rs", "#[test]\nfn a() {}\n")]), []);
    for end in ["]", " = \"slow\"]"] {
        assert_eq!(places(&ignored(&[file("a.rs", &format!("#[test]\n    {IGNORE}{end}\n"))])), ["a.rs:2"]);
    }
}

#[test]
fn a_dependency_without_a_reason_is_seen() {
    let manifest = "\
[workspace.package]
edition = \"2024\"
[workspace.dependencies]
# A group.
ours = { path = \"hal\" }
good = { version = \"1\", features = [\"a\"] } # for that
bare = \"1\"
sly = \"1#2\"
empty = { version = \"1\" } #
[profile.release]
debug = true
";
    assert_eq!(
        places(&reasons(&[file("Cargo.toml", manifest)])),
        ["Cargo.toml:7", "Cargo.toml:8", "Cargo.toml:9"]
    );
}

#[test]
fn a_large_file_is_seen() {
    let sized = |bytes| File { path: "assets/a.bin".to_owned(), bytes, text: String::new() };
    assert_eq!(sizes(&[sized(LARGEST)]), []);
    assert_eq!(places(&sizes(&[sized(LARGEST + 1)])), ["assets/a.bin:0"]);
}

#[test]
fn a_stranger_at_the_top_is_seen_once() {
    let good =
        ["Cargo.toml", "LICENSE-MIT", ".github/workflows/ci.yml", "hal/src/lib.rs", "relay/src/main.rs"];
    assert_eq!(top_level(&good.map(|path| file(path, ""))), []);
    assert_eq!(
        places(&top_level(&["scripts/a.sh", "scripts/b.sh"].map(|path| file(path, "")))),
        ["scripts:0"]
    );
    assert_eq!(places(&top_level(&[file("package.json", "")])), ["package.json:0"]);
}

#[test]
fn a_ban_lifted_below_the_line_is_seen() {
    let lift = "\n#![allow(clippy::disallowed_methods, reason = \"mine\")]\n";
    let good = [
        "firmware/src/lib.rs",
        "simulator/src/lib.rs",
        "tests/src/lib.rs",
        "xtask/src/main.rs",
        "hal/src/pi.rs",
    ];
    assert_eq!(lifted_bans(&good.map(|path| file(path, lift))), []);
    for path in [
        "firmware/brain/src/lib.rs",
        "simulator/world/src/a.rs",
        "hal/src/lib.rs",
        "hal/src/pi/clock.rs",
        "contract/src/lib.rs",
    ] {
        assert_eq!(places(&lifted_bans(&[file(path, lift)])), [format!("{path}:2")]);
    }
}

fn page(rows: &str) -> Vec<File> {
    let table = format!("# Page\n\n| Capability | Test | Strength | Gap |\n|---|:--|---|---|\n{rows}");
    vec![
        file("docs/capabilities.md", &table),
        file("hal/tests/guard.rs", "#[test]\nfn it_stops() {}\n"),
        file("tests/browser/drive.test.mjs", "test('Space stops', async () => {});\n"),
    ]
}

#[test]
fn a_capability_that_stands_on_its_tests_is_good() {
    let rows = "| Stops | `hal/tests/guard.rs::it_stops` and `tests/browser/drive.test.mjs::Space stops` | strong | none |\n\
                | a \\| b | `hal/tests/guard.rs` | weak | |\n";
    assert_eq!(capabilities(&page(rows)), []);
}

#[test]
fn a_capability_without_its_test_is_seen() {
    let bad = [
        "| Stops | `hal/tests/gone.rs` | strong | |",
        "| Stops | `hal/tests/guard.rs::it_stop` | strong | |",
        "| Stops | `tests/browser/drive.test.mjs::Space` | strong | |",
        "| Stops | by hand | strong | |",
        "| Stops | `hal/tests/guard.rs` |  | |",
        "| Stops | `hal/tests/guard.rs` | strong |",
    ];
    for row in bad {
        assert_eq!(places(&capabilities(&page(row))), ["docs/capabilities.md:5"], "{row}");
    }
}

#[test]
fn a_missing_or_empty_page_is_seen() {
    assert_eq!(places(&capabilities(&[])), ["docs/capabilities.md:0"]);
    assert_eq!(places(&capabilities(&page(""))), ["docs/capabilities.md:0"]);
}

#[test]
fn an_invariant_whose_test_is_gone_is_seen() {
    let rows = "| Stops | `hal/tests/guard.rs` | strong | |\n";
    let with = |text: &str| {
        let mut files = page(rows);
        files.push(file("docs/invariants.md", text));
        files
    };
    assert_eq!(capabilities(&with("`Guard`, `hal/tests/guard.rs::it_stops`\n")), []);
    let found = capabilities(&with("x\n`hal/tests/guard.rs::it_runs`, `hal/gone.rs`\n"));
    assert_eq!(places(&found), ["docs/invariants.md:2", "docs/invariants.md:2"]);
}
