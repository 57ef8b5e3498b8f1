//! Every scenario passes, and each of its twins fails where it says that it does and nowhere else.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test reads the scenarios' files and plays them side by side, and may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use wimz_simulator::Session;
use wimz_simulator::assets::{Source, read_file};
use wimz_simulator::scenario::Scenario;
use wimz_simulator::verdict::{Judge, Verdict};
use wimz_vocabulary::RobotTime;

/// Each scenario is played with each of these.
const SEEDS: [u64; 2] = [1, 2];
const FOLDERS: [&str; 2] = ["../assets/scenarios", "scenarios"];

/// One run to play: a scenario, or a twin of it.
struct Play {
    title: String,
    scenario: Scenario,
    source: Source,
    seed: u64,
    /// The expectations that must fail, and those that may.
    fails: BTreeSet<usize>,
    may_fail: BTreeSet<usize>,
}

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = FOLDERS
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    files
}

/// The scenario with which the book begins.
fn the_books() -> Source {
    let text = include_str!("../../docs/how-to/write-a-scenario.md");
    let text = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    Source { name: "supper.toml".to_owned(), text: text.to_owned() }
}

/// All runs, and what is wrong with a scenario before it is run.
fn plays() -> (Vec<Play>, Vec<String>) {
    let (mut plays, mut wrong) = (Vec::new(), Vec::new());
    for source in files().iter().map(|path| read_file(path).unwrap()).chain([the_books()]) {
        let scenario = match Scenario::parse(&source.document()) {
            Ok(scenario) => scenario,
            Err(flaw) => {
                wrong.push(flaw.to_string());
                continue;
            }
        };
        let name = Path::new(&source.name).file_stem().unwrap().to_str().unwrap().to_owned();
        if scenario.expectations.is_empty() {
            wrong.push(format!("{name} expects nothing"));
        }
        if scenario.twins.is_empty() {
            wrong.push(format!("{name} has no twin that must fail"));
        }
        // What was recorded is the same with its own seed alone.
        for seed in scenario.seed.map_or(SEEDS.to_vec(), |seed| vec![seed]) {
            let play = |title: String, scenario: Scenario| Play {
                title,
                scenario,
                source: source.clone(),
                seed,
                fails: BTreeSet::new(),
                may_fail: BTreeSet::new(),
            };
            plays.push(play(format!("{name}, seed {seed}"), scenario.clone()));
            for twin in &scenario.twins {
                let title = format!("{name}, twin \"{}\", seed {seed}", twin.name);
                let (fails, may_fail) = (twin.fails.clone(), twin.may_fail.clone());
                plays.push(Play { fails, may_fail, ..play(title, scenario.twin(twin)) });
            }
        }
    }
    (plays, wrong)
}

fn judge(play: &Play) -> Verdict {
    let setting = play.scenario.setting(&play.source, play.seed).unwrap();
    let mut session = Session::open(&setting, &setting.read().unwrap());
    let mut judge = Judge::new(&play.scenario.expectations);
    for (at, outside) in &play.scenario.inputs(play.seed) {
        session.run_until_seen(*at, &mut judge);
        session.enter_seen(outside.clone(), &mut judge);
        session.drain_lines().for_each(drop);
    }
    session.run_until_seen(RobotTime::BOOT + play.scenario.length, &mut judge);
    judge.verdict(&session)
}

/// What is wrong with how a run went.
fn compare(play: &Play) -> Option<String> {
    let verdict = judge(play);
    let failed: BTreeSet<usize> = verdict.failed().into_iter().collect();
    let (missing, surplus): (Vec<usize>, Vec<usize>) = (
        play.fails.difference(&failed).copied().collect(),
        failed
            .iter()
            .copied()
            .filter(|place| !play.fails.contains(place) && !play.may_fail.contains(place))
            .collect(),
    );
    if missing.is_empty() && surplus.is_empty() {
        return None;
    }
    let names = |places: &[usize]| {
        let name = |place: &usize| format!("{:?}", play.scenario.expectations[*place]);
        places.iter().map(name).collect::<Vec<_>>().join("\n    ")
    };
    let room = play.scenario.setting(&play.source, play.seed).unwrap().read().unwrap().room;
    let text = verdict.text(&room, "-");
    Some(format!(
        "{}\n  should have failed and held:\n    {}\n  failed and should have held:\n    {}\n{text}\n",
        play.title,
        names(&missing),
        names(&surplus)
    ))
}

#[test]
fn every_scenario_passes_and_every_twin_fails_where_it_says() {
    let (plays, wrong) = plays();
    assert!(plays.len() > 20, "only {} runs: are the scenarios where they are looked for?", plays.len());
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(wrong));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(8) {
            scope.spawn(|| {
                while let Some(play) = plays.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(how) = compare(play) {
                        wrong.lock().unwrap().push(how);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} things are wrong:\n\n{}", wrong.len(), wrong.join("\n"));
}
