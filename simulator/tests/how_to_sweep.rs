//! The jobs in `docs/how-to/sweep-many-seeds.md` are run as they stand there, with fewer seeds: what they come to is what one
//! machine would have.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test reads the book, starts programs, and may stop at the first surprise"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const HOW_TO: &str = include_str!("../../docs/how-to/sweep-many-seeds.md");

/// In place of as many seeds as the book has.
const SEEDS: &str = "0..6";
const SHARDS: [u64; 4] = [1, 2, 3, 4];

/// Of which some seeds fail, so that it matters what a job makes of an exit code.
const BELL: &str = r#"
about = "Somebody rings"
room = "living_room"
robot = "gen2"
length = "8s"

[[dog]]
name = "nell"
character = "nell"

[[input]]
at = "1s"
happens = "doorbell"

[[expect]]
count = "room.dog_barked"
at_least = 5
"#;

/// What is played: as the book has it, with an exit code of 0; and in its place something that ends with 1.
const PLAYED: [(&str, i32); 2] = [("doorbell", 0), ("bell.toml", 1)];

/// The text below a heading, up to the next one.
fn section(heading: &str) -> &'static str {
    let section = HOW_TO.split(&format!("\n### {heading}\n")).nth(1);
    section.unwrap_or_else(|| panic!("no heading {heading}")).split("\n##").next().unwrap()
}

/// The YAML below a heading.
fn yaml(heading: &str) -> &'static str {
    only(section(heading), "```yaml\n").split("```").next().unwrap()
}

/// What follows some words, which are there once.
fn only<'a>(text: &'a str, words: &str) -> &'a str {
    let parts: Vec<&str> = text.split(words).collect();
    assert_eq!(parts.len(), 2, "`{words}` should be there once:\n{text}");
    parts[1]
}

/// The rest of a line that begins so, list marks aside; there is one such line.
fn value<'a>(yaml: &'a str, key: &str) -> &'a str {
    let plain = |line: &'a str| line.trim_start().trim_start_matches("- ");
    let values: Vec<&str> = yaml.lines().filter_map(|line| plain(line).strip_prefix(key)).collect();
    assert_eq!(values.len(), 1, "`{key}` should begin one line:\n{yaml}");
    values[0].trim()
}

/// The lines below one that ends so, as far as they are further in than it.
fn block<'a>(yaml: &'a str, ending: &str) -> Vec<&'a str> {
    let lines: Vec<&str> = yaml.lines().collect();
    let begins: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].trim() == ending).collect();
    assert_eq!(begins.len(), 1, "`{ending}` should be one line:\n{yaml}");
    let deep = |line: &str| line.len() - line.trim_start().len();
    let (own, below) = (deep(lines[begins[0]]), &lines[begins[0] + 1..]);
    let block: Vec<&str> = below.iter().take_while(|line| deep(line) > own).map(|line| line.trim()).collect();
    assert!(!block.is_empty(), "nothing below `{ending}`:\n{yaml}");
    block
}

/// A text with other words in place of some, which are there once.
fn with(text: &str, words: &str, other: &str) -> String {
    only(text, words);
    text.replace(words, other)
}

/// Where it is tried: with the program as the jobs call it, and a sweep that nobody has cut into parts.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder of that name, in which the program is where a build leaves it.
    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.0.path().join(name);
        std::fs::create_dir_all(folder.join("target/release")).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_wimz"), folder.join("target/release/wimz")).unwrap();
        std::fs::write(folder.join("bell.toml"), BELL).unwrap();
        folder
    }

    /// The result that all the others have to be, and what the program says of it.
    fn undisturbed(&self, scenario: &str) -> (String, Output) {
        let folder = self.folder("undisturbed");
        let words = format!("target/release/wimz sweep {scenario} --seeds {SEEDS} --out whole.jsonl");
        let output = shell("bash", &words, &folder, &[]);
        (std::fs::read_to_string(folder.join("whole.jsonl")).unwrap(), output)
    }
}

/// Runs a script as a job's shell does, which ends at the first command that fails.
fn shell(shell: &str, script: &str, folder: &Path, set: &[(&str, &str)]) -> Output {
    let mut command = Command::new(shell);
    command.args(["-e", "-c", script]).current_dir(folder).envs(set.iter().copied());
    let programs = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{programs}", folder.join("target/release").display()));
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn the_matrix_of_public_ci_comes_to_one_result() {
    let yaml = yaml("As a matrix in public CI");
    let shards = value(yaml, "shard: ").trim_matches(['[', ']']).split(", ");
    assert_eq!(shards.map(|shard| shard.parse::<u64>().unwrap()).collect::<Vec<_>>(), SHARDS);
    let play = with(&block(yaml, "run: |").join("\n"), "0..10000", SEEDS);
    let merge = format!("target/release/wimz merge {}", value(yaml, "run: target/release/wimz merge "));
    let kept = value(yaml, "path: shard-");
    let taken = value(yaml, "pattern: ");
    let merged = value(yaml, "path: doorbell");
    assert_eq!((taken, merged), ("shard-*", ".jsonl"), "what is handed on is what was written");
    for (scenario, ends) in PLAYED {
        let place = Place::new();
        let (whole, told) = place.undisturbed(scenario);
        let last = place.folder("merge");
        for shard in SHARDS {
            let number = |text: &str| text.replace("${{ matrix.shard }}", &shard.to_string());
            let script = with(&number(&play), "sweep doorbell ", &format!("sweep {scenario} "));
            assert!(!script.contains("${{"), "{script}");
            let machine = place.folder(&format!("machine-{shard}"));
            let played = shell("bash", &script, &machine, &[]);
            assert_eq!(code(&played), 0, "{script}: {}", String::from_utf8_lossy(&played.stderr));
            let file = format!("shard-{}", number(kept));
            std::fs::copy(machine.join(&file), last.join(&file)).unwrap();
        }
        let done = shell("bash", &merge, &last, &[]);
        assert_eq!((code(&done), code(&told)), (ends, ends), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(std::fs::read_to_string(last.join("doorbell.jsonl")).unwrap(), whole);
        assert_eq!(done.stdout, told.stdout);
    }
    only_failed_seeds_are_forgiven("bash", &play.replace("${{ matrix.shard }}", "1"), &[]);
}

/// What is wrong with a job itself is not taken for a seed that failed.
fn only_failed_seeds_are_forgiven(shell_name: &str, script: &str, set: &[(&str, &str)]) {
    let wrong = with(script, "sweep doorbell ", "sweep dorbell ");
    let refused = shell(shell_name, &wrong, &Place::new().folder("machine"), set);
    let why = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && why.contains("did you mean `doorbell`?"), "{wrong}: {why}");
}

/// A job of so many, each of which is told its number in this variable; the files of all lie in one folder.
fn indexed(shell_name: &str, script: &str, variable: &str, numbers: [u64; 4], merge: &str) {
    let script = with(&with(script, "0..100000", SEEDS), "/64", "/4");
    only_failed_seeds_are_forgiven(shell_name, &script, &[(variable, "1")]);
    for (scenario, ends) in PLAYED {
        let place = Place::new();
        let (whole, told) = place.undisturbed(scenario);
        let folder = place.folder("results");
        let here = |text: &str| text.replace("/results", folder.to_str().unwrap());
        let script = with(&here(&script), "sweep doorbell ", &format!("sweep {scenario} "));
        // One of them is evicted when it is done, and started anew.
        for number in numbers.into_iter().chain([numbers[1]]) {
            let played = shell(shell_name, &script, &folder, &[(variable, &number.to_string())]);
            assert_eq!(code(&played), 0, "{script}: {}", String::from_utf8_lossy(&played.stderr));
        }
        let done = shell(shell_name, &here(merge), &folder, &[]);
        assert_eq!((code(&done), code(&told)), (ends, ends), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(std::fs::read_to_string(folder.join("doorbell.jsonl")).unwrap(), whole);
    }
}

#[test]
fn the_indexed_job_of_a_cluster_comes_to_one_result() {
    let section = section("As an indexed job on a cluster");
    let yaml = yaml("As an indexed job on a cluster");
    assert_eq!((value(yaml, "completions: "), value(yaml, "completionMode: ")), ("64", "Indexed"));
    assert_eq!((value(yaml, "command: "), value(yaml, "restartPolicy: ")), ("[sh, -c]", "Never"));
    assert!(value(yaml, "{ name: results, ").contains("mountPath: /results"), "{yaml}");
    // `>-` makes one line of them.
    let args = block(yaml, "- >-").join(" ");
    let merge = only(section, "`wimz merge ").split('`').next().unwrap();
    indexed("sh", &args, "JOB_COMPLETION_INDEX", [0, 1, 2, 3], &format!("wimz merge {merge}"));
}

#[test]
fn the_array_of_slurm_comes_to_one_result() {
    let section = section("As an indexed job on a cluster");
    only(section, "--array=1-64 ");
    let wrapped = only(section, "--wrap \\\n  '").split('\'').next().unwrap();
    let merge = "wimz merge shard-*.jsonl --out doorbell.jsonl";
    indexed("sh", wrapped, "SLURM_ARRAY_TASK_ID", SHARDS, merge);
}
