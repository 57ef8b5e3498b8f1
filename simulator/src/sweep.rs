//! Sweeps: one scenario played with many seeds, what came of each, and of all together.
//!
//! A result does not depend on how many threads played it, in which order, on how many machines, or how often it was
//! interrupted. Spreading shards over machines is left to whoever has a scheduler.

mod compare;
mod figures;
mod head;
mod page;
mod play;
mod results;
mod row;
mod summary;
mod table;

use std::path::Path;

use sha2::{Digest, Sha256};

pub use compare::{Change, Comparison};
pub use figures::{Collector, FIGURES, Figure};
pub use head::{FORMAT, Head, Seeds, Shard, again};
pub use page::{ComparisonPage, Page, PageFile};
pub use play::{Open, play, play_all};
pub use results::{Book, Results, merge};
pub use row::{Figures, Number, Row};
pub use summary::{Broken, Expected, Summary, Taken};
pub use table::Table;

use crate::assets::{self, BadInput, Kind, Source};
use crate::expect::Expectation;
use crate::outside::Outside;
use crate::recording::SOURCES;
use crate::scenario::{Overlay, Scenario, tuned};
use crate::session::{Cast, Hash, Setting};
use wimz_vocabulary::words::unknown;

/// What somebody wants to have played.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// A scenario's name or path.
    pub scenario: &'a str,
    /// A twin of it.
    pub twin: Option<&'a str>,
    /// A file of rows that take the place of its tuning.
    pub tuning: Option<&'a Path>,
}

/// A scenario with all its files read.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The file that it was read from.
    pub source: Source,
    /// The scenario, or its twin.
    pub scenario: Scenario,
}

impl Wish<'_> {
    /// The scenario that is wished for, found and read.
    ///
    /// # Errors
    /// [`BadInput`] on what is not there or is wrong.
    pub fn read(&self) -> Result<Ready, BadInput> {
        let source = assets::find(Kind::Scenario, self.scenario)?;
        let overlay = self
            .tuning
            .map(|path| Ok::<_, BadInput>(Overlay::read(&assets::read_file(path)?.document())?))
            .transpose()?;
        let mut scenario = Scenario::parse_tuned(&source.document(), overlay.as_ref())?;
        if let Some(name) = self.twin {
            scenario = twin(&source, &scenario, name)?;
        }
        Ok(Ready { source, scenario })
    }
}

/// The twin of this name.
fn twin(source: &Source, scenario: &Scenario, name: &str) -> Result<Scenario, BadInput> {
    if scenario.twins.is_empty() {
        return Err(BadInput::Wrong(format!("{} has no twins: a [[twin]] brings one", source.name)));
    }
    match scenario.twins.iter().find(|twin| twin.name == name) {
        Some(twin) => Ok(scenario.twin(twin)),
        None => {
            let names: Vec<&str> = scenario.twins.iter().map(|twin| twin.name.as_str()).collect();
            Err(BadInput::Wrong(unknown("twin", name, names.iter().copied())))
        }
    }
}

/// A sweep that is about to be played.
#[derive(Debug)]
pub struct Plan {
    /// What it is.
    pub head: Head,
    scenario: Scenario,
    cast: Cast,
    /// What the expectations are called, in the order of the file.
    names: Vec<String>,
}

impl Plan {
    /// Of what is wished for, with these seeds, or one shard of them.
    ///
    /// # Errors
    /// [`BadInput`] on what is not there or is wrong.
    pub fn new(wish: &Wish<'_>, seeds: Seeds, shard: Option<Shard>) -> Result<Self, BadInput> {
        let Ready { source, scenario } = wish.read()?;
        let setting = scenario.setting(&source, 0)?;
        let cast = setting.read()?;
        let tuning = scenario.inputs(0).iter().find_map(|(_, outside)| match outside {
            Outside::Tuning(tuning) => Some(tuned::changed(tuning)),
            _ => None,
        });
        let names = names(&scenario.expectations);
        let head = Head {
            wimz_sweep: FORMAT,
            build: SOURCES.to_owned(),
            scenario: wish.scenario.to_owned(),
            sha256: hash(&source, wish.twin, &setting),
            twin: wish.twin.map(str::to_owned),
            tuning: wish.tuning.map(|path| path.display().to_string()),
            tuned: tuning.unwrap_or_default(),
            length_s: scenario.length.get() as f64 / 1e6,
            expectations: names.clone(),
            seeds,
            shard: shard.and_then(Shard::part),
        };
        Ok(Self { head, scenario, cast, names })
    }
}

/// What the expectations are called: as the scenario calls them, or what they say. Two that say the same have their lines
/// added.
fn names(expectations: &[Expectation]) -> Vec<String> {
    let plain: Vec<&str> = expectations.iter().map(|one| one.name.as_deref().unwrap_or(&one.text)).collect();
    let name = |(place, name): (usize, &&str)| {
        if plain.iter().filter(|other| other == &name).count() == 1 {
            (*name).to_owned()
        } else {
            format!("{name} (line {})", expectations[place].line)
        }
    };
    plain.iter().enumerate().map(name).collect()
}

/// SHA-256 over all that is played but for seed and overlay, each text with its length before it.
fn hash(source: &Source, twin: Option<&str>, setting: &Setting) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    add(&source.text);
    add(twin.unwrap_or_default());
    add(&setting.room.text);
    add(&setting.robot.text);
    for dog in &setting.dogs {
        add(dog.id.as_str());
        add(&dog.character.text);
    }
    for (kind, plan) in &setting.plans {
        add(kind.folder());
        add(&plan.text);
    }
    Hash(hash.finalize().into()).to_string()
}
