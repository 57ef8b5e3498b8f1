//! `wimz sweep`, `wimz merge` and `wimz compare`: many seeds of one scenario, and what came of them.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use clap::Args;
use wimz_simulator::Session;
use wimz_simulator::assets::BadInput;
use wimz_simulator::sweep::{
    self, Book, Comparison, ComparisonPage, Page, PageFile, Plan, Results, Row, Seeds, Shard, Summary, Table,
    Wish,
};

use super::interrupt::{INTERRUPTED, interrupts};
use super::progress::Progress;
use super::{FAILED, say};

#[derive(Debug, Args)]
pub struct Sweep {
    /// Scenario: a path to a TOML file, or the name of a built-in one
    #[arg(value_name = "FILE")]
    scenario: String,
    /// Play this twin of it, which is meant to fail
    #[arg(long, value_name = "NAME")]
    twin: Option<String>,
    /// Lay the [tuning.*] tables of this file over the scenario's own
    #[arg(long, value_name = "FILE")]
    tuning: Option<PathBuf>,
    /// Seeds, from one up to, but not including, another
    #[arg(long, default_value = "0..100", value_name = "A..B")]
    seeds: Seeds,
    /// How many are played at a time; as many as there are cores, if nothing is said
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Play only this part of the seeds, the others elsewhere: 1/4 is the first of four
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Keep what came of each seed in this file; a sweep that broke off goes on from there
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write what came of it as a page to look at into this file
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Merge {
    /// Files of all shards, in any order
    #[arg(value_name = "FILE", required = true)]
    shards: Vec<PathBuf>,
    /// Write the whole to this file
    #[arg(long, value_name = "FILE", required_unless_present = "page")]
    out: Option<PathBuf>,
    /// Write what came of it as a page to look at into this file
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Compare {
    /// Results of a sweep
    #[arg(value_name = "A")]
    one: PathBuf,
    /// Results of another one of the same seeds: another tuning, another build
    #[arg(value_name = "B")]
    two: PathBuf,
    /// Write what differs as a page to look at into this file
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

/// Plays a sweep, or what is left of it.
pub fn sweep(words: &Sweep) -> Result<ExitCode, BadInput> {
    let wish =
        Wish { scenario: &words.scenario, twin: words.twin.as_deref(), tuning: words.tuning.as_deref() };
    let plan = Plan::new(&wish, words.seeds, words.shard)?;
    let (mut book, mut results) = match &words.out {
        None => (None, Results { head: plan.head.clone(), rows: [].into() }),
        Some(path) => {
            let (book, results) = Book::open(path, &plan.head)?;
            (Some(book), results)
        }
    };
    let page = words.page.as_deref().map(PageFile::prepare).transpose()?;
    let seeds = results.missing();
    let mut count = Count::new(results.rows.len(), seeds.len());
    results.rows.values().for_each(|row| count.failed += usize::from(!row.passed()));
    if !seeds.is_empty() && !results.rows.is_empty() {
        eprintln!("{} of {} seeds are played already: going on", results.rows.len(), count.all());
    }
    let jobs = words.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let interrupted = interrupts();
    sweep::play_all(&plan, &seeds, jobs, &Session::new, |row| {
        if let Some(row) = row {
            if let Some(book) = &mut book {
                book.add(&row)?;
            }
            count.row(&row);
            results.rows.insert(row.seed, row);
        }
        count.tell();
        if interrupted.load(Ordering::Relaxed) {
            // Between two rows: what was played is in the file, and what is under way is played again.
            count.interrupted(words.out.is_some());
            std::process::exit(i32::from(INTERRUPTED));
        }
        Ok::<(), BadInput>(())
    })?;
    count.end();
    if let Some(book) = book {
        book.close(&results)?;
    }
    told(&results, page)
}

/// Puts shards together.
pub fn merge(words: &Merge) -> Result<ExitCode, BadInput> {
    let read = |path: &PathBuf| Ok((path.display().to_string(), Results::read(path)?));
    let parts = words.shards.iter().map(read).collect::<Result<Vec<_>, BadInput>>()?;
    let results = sweep::merge(parts)?;
    if let Some(path) = &words.out {
        results.write(path)?;
    }
    let page = words.page.as_deref().map(PageFile::prepare).transpose()?;
    told(&results, page)
}

/// Compares two sweeps.
pub fn compare(words: &Compare) -> Result<ExitCode, BadInput> {
    let results = [Results::read(&words.one)?, Results::read(&words.two)?];
    let names = [words.one.display().to_string(), words.two.display().to_string()];
    let comparison = Comparison::of(names.each_ref().map(String::as_str), [&results[0], &results[1]])?;
    if let Some(path) = &words.page {
        PageFile::prepare(path)?.write(&ComparisonPage(&comparison))?;
    }
    say(comparison.to_string().trim_end());
    Ok(if comparison.sure().next().is_none() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// Says what came of it; whether all passed is the exit code.
fn told(results: &Results, page: Option<PageFile<'_>>) -> Result<ExitCode, BadInput> {
    let summary = Summary::of(results);
    // Before anything is said: whoever reads only the first lines ends the program.
    if let Some(file) = page {
        file.write(&Page(&summary))?;
    }
    say(Table(&summary).to_string().trim_end());
    Ok(if results.rows.values().all(Row::passed) { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// How far it is.
struct Count {
    progress: Progress,
    /// Played before, in this start, and to be played in it.
    before: usize,
    played: usize,
    due: usize,
    failed: usize,
}

impl Count {
    fn new(before: usize, due: usize) -> Self {
        Self { progress: Progress::new(), before, played: 0, due, failed: 0 }
    }

    fn all(&self) -> usize {
        self.before + self.due
    }

    fn row(&mut self, row: &Row) {
        self.played += 1;
        self.failed += usize::from(!row.passed());
    }

    fn tell(&mut self) {
        let (here, all, failed) = (self.before + self.played, self.all(), self.failed);
        let left = self.progress.left(self.played, self.due - self.played);
        self.progress.tell(|| format!("{here} of {all} seeds, {failed} failed{left}"));
    }

    fn end(&self) {
        self.progress.wipe();
        if self.played > 0 {
            eprintln!("{} seeds in {}", self.played, self.progress.taken());
        }
    }

    fn interrupted(&self, is_kept: bool) {
        self.progress.wipe();
        let how = if is_kept {
            "the same command goes on from here"
        } else {
            "nothing is kept: --out FILE keeps it, and goes on from there"
        };
        eprintln!("interrupted after {} of {} seeds; {how}", self.before + self.played, self.all());
    }
}
