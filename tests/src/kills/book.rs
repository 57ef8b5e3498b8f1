//! What the store keeps, held against what clients were told and what fell.
//!
//! It reads a copy of the robot's folder as the kill left it; the next robot finds the folder as the last one left it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde_json::{Value, json};
use wimz_contract::wimz::{Alert, Dropped, ModeChange, WallClock};
use wimz_firmware::store::{Store, Stored};
use wimz_vocabulary::{Boot, Event, EventBody, JobId, JobOutcome};

use super::Seen;
use super::load::{Heard, Names};

/// What so many lives came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lives that ended by a kill.
    pub kills: u64,
    /// ... before anybody was served.
    pub unborn: u64,
    /// Names of treats that were asked for.
    pub names: u64,
    /// Jobs that were written down as begun.
    pub jobs: u64,
    /// ... and dropped for certain.
    pub certain: u64,
    /// ... of which nobody knows what they did, because the process ended on the way.
    pub uncertain: u64,
    /// Treats that fell, by the pipe.
    pub fell: u64,
    /// ... for a job that ended uncertain.
    pub fell_uncertain: u64,
    /// Facts in the store.
    pub kept: u64,
    /// Times that a client was told of a fact as kept, and it was.
    pub told: u64,
    /// Times that a client was told which job its treat became.
    pub answers: u64,
    /// ... and what came of it.
    pub outcomes: u64,
    /// Connections that were lost while the robot lived.
    pub lost: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("kills", self.kills),
            ("  before it served anybody", self.unborn),
            ("treats asked for, by name", self.names),
            ("jobs begun", self.jobs),
            ("  dropped for certain", self.certain),
            ("  uncertain", self.uncertain),
            ("treats that fell, by the pipe", self.fell),
            ("  for an uncertain job", self.fell_uncertain),
            ("facts in the store", self.kept),
            ("facts told as kept, and kept", self.told),
            ("answers to treats", self.answers),
            ("  with an outcome, and it stands", self.outcomes),
            ("connections lost by themselves", self.lost),
        ];
        rows.iter().try_for_each(|(name, number)| writeln!(f, "{name:<34}{number:>8}"))
    }
}

/// All that is known of all lives.
#[derive(Default)]
pub struct Book {
    tally: Tally,
    boot: Boot,
    kept: Vec<Stored>,
}

/// A job as the store has it.
#[derive(Debug)]
struct Job<'a> {
    begun: &'a Event,
    name: Option<String>,
    ended: Option<(&'a Event, JobOutcome)>,
}

impl Book {
    /// Holds one life against what it left.
    pub fn check(&mut self, folder: &Path, seen: Seen, life: &str) {
        let (boot, kept) = copy(folder);
        let Seen { served, fell, heard } = seen;
        self.tally.kills += 1;
        self.tally.unborn += u64::from(!served);
        assert!(boot == self.boot.next() || (boot == self.boot && !served), "{life}: start {boot}");
        assert!(served || (fell == 0 && heard.is_empty()), "{life}: {heard:?}");
        let before = std::mem::replace(&mut self.kept, kept);
        assert!(
            self.kept.starts_with(&before),
            "{life}: what was kept before this life is not as it was: {:?}",
            before.iter().zip(&self.kept).find(|(then, now)| then != now)
        );
        assert!(self.kept[before.len()..].iter().all(|fact| fact.event.id.boot == boot), "{life}");
        self.boot = boot;
        let kept = std::mem::take(&mut self.kept);
        let jobs = jobs(&kept, life);
        self.falls(boot, fell, &jobs, &kept, life);
        for heard in heard {
            match heard {
                Heard::Fact(message) => self.fact(&message, &kept, life),
                Heard::Treat { name, job, again, outcome } => {
                    self.answer(boot, name, (JobId(job), again, outcome), &jobs, life);
                }
                Heard::Lost(why) => {
                    println!("{life}: a connection was lost: {why}");
                    self.tally.lost += 1;
                }
            }
        }
        self.kept = kept;
    }

    /// What fell in this start is what its jobs brought down; one that the kill cut short may have brought down one.
    fn falls(&mut self, boot: Boot, fell: u32, jobs: &BTreeMap<JobId, Job<'_>>, kept: &[Stored], life: &str) {
        let (mut certain, mut doubtful) = (0, 0);
        for job in jobs.values().filter(|job| job.begun.id.boot == boot) {
            match job.ended {
                Some((_, JobOutcome::Dropped { count })) => {
                    assert_eq!(count, 1, "{life}: this seed's compartments have one treat each: {job:?}");
                    certain += 1;
                }
                Some((_, JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. })) => {}
                Some((_, JobOutcome::Uncertain { .. })) | None => doubtful += 1,
            }
        }
        let strays = kept.iter().filter(|fact| {
            fact.event.id.boot == boot && matches!(fact.event.body, EventBody::TreatStrayed { .. })
        });
        let counted = certain + strays.count() as u32;
        let open = jobs.values().filter(|job| job.ended.is_none()).count();
        assert!(open <= 1, "{life}: {open} jobs are under way at once");
        assert!(
            (counted..=counted + doubtful).contains(&fell),
            "{life}: {fell} fell, {certain} jobs brought down one for certain and {doubtful} perhaps"
        );
        self.tally.fell += u64::from(fell);
        self.tally.fell_uncertain += u64::from(fell - counted);
    }

    /// A fact that was told as kept is in the store, and is what was told.
    fn fact(&mut self, message: &Value, kept: &[Stored], life: &str) {
        let mark = &message["event"];
        if mark["lane"] != "durable" || mark["durable"] != true {
            return;
        }
        let place = |fact: &Stored| (fact.event.id.boot.0, fact.event.id.seq);
        let wanted = (number(&mark["boot"]) as u32, number(&mark["seq"]));
        let found = kept.binary_search_by_key(&wanted, place);
        let fact = &kept[found.unwrap_or_else(|_| panic!("{life}: told and not kept: {message}"))].event;
        let clock: WallClock = serde_json::from_value(json!("1970-01-01T00:00:00Z")).unwrap();
        assert!(fact.wall_us.is_some());
        assert_eq!(message["timestamp"], clock.stamp_of(fact), "{life}: {fact:?}");
        let data = &message["data"];
        let same = match (message["type"].as_str().unwrap(), fact.body) {
            ("treat", EventBody::DispenseEnded { job, outcome }) => {
                data["job"] == job.0 && includes(data, &json!(Dropped::from(outcome)))
            }
            ("status_update", EventBody::ModeChanged { from, to, cause }) => {
                data["mode_change"] == json!(ModeChange { previous_mode: from, mode: to, cause })
            }
            ("alert", body) => *data == json!(Alert::of(&body)),
            (_, _) => false,
        };
        assert!(same, "{life}: told {message}, kept {fact:?}");
        self.tally.told += 1;
    }

    /// A job that a client was told of is written down as the name's own, and an outcome that it was told stands.
    fn answer(
        &mut self,
        boot: Boot,
        name: String,
        (job, again, outcome): (JobId, bool, Option<Value>),
        jobs: &BTreeMap<JobId, Job<'_>>,
        life: &str,
    ) {
        self.tally.answers += 1;
        let told = || format!("{life}: {name} was told job {job}, again {again}, {outcome:?}");
        let written = jobs.get(&job).unwrap_or_else(|| panic!("{}, and it is not written down", told()));
        assert_eq!(written.name.as_ref(), Some(&name), "{}", told());
        // The name's newest job: one before it brought down nothing and is forgotten.
        let own = jobs.iter().rfind(|(_, known)| known.name.as_ref() == Some(&name)).map(|(job, _)| *job);
        assert_eq!(own, Some(job), "{}", told());
        assert!(again || written.begun.id.boot == boot, "{}, and was begun before", told());
        if let Some(outcome) = &outcome {
            let ended = written.ended.map(|(_, outcome)| Dropped::from(outcome));
            assert_eq!(ended.map(|ended| json!(ended)).as_ref(), Some(outcome), "{}", told());
            self.tally.outcomes += 1;
        }
    }

    /// After the last life: nothing is left open.
    pub fn close(mut self, names: &Names) -> Tally {
        let kept = std::mem::take(&mut self.kept);
        let jobs = jobs(&kept, "at the end");
        // A name whose job brought down nothing is forgotten, and may have been given a job again at the very end.
        let asked_again =
            |job: &Job<'_>| jobs.values().any(|other| other.name == job.name && other.ended.is_some());
        for (id, job) in &jobs {
            self.tally.jobs += 1;
            match job.ended {
                Some((_, JobOutcome::Dropped { .. })) => self.tally.certain += 1,
                Some((_, JobOutcome::Uncertain { .. })) => self.tally.uncertain += 1,
                Some(_) => {}
                None => assert!(asked_again(job), "job {id} was begun and has no outcome"),
            }
        }
        self.tally.kept = kept.len() as u64;
        self.tally.names = names.minted();
        self.tally
    }
}

/// The jobs of the store. Each number and each name is begun once, and ends once at most.
fn jobs<'a>(kept: &'a [Stored], life: &str) -> BTreeMap<JobId, Job<'a>> {
    let mut jobs = BTreeMap::new();
    let mut names = BTreeMap::new();
    for fact in kept.iter().map(|fact| &fact.event) {
        match fact.body {
            EventBody::DispenseStarted { job, key, .. } => {
                let name = key.map(|key| key.as_str().to_owned());
                if let Some(name) = &name
                    && let Some(before) = names.insert(name.clone(), job)
                {
                    // What brought down nothing for certain is forgotten first: its name may be used again.
                    let nothing =
                        jobs.get(&before).and_then(|job: &Job<'_>| job.ended).is_some_and(|(_, outcome)| {
                            matches!(outcome, JobOutcome::EmptyOrJammed | JobOutcome::NotDone { .. })
                        });
                    assert!(nothing, "{life}: {name} was begun as job {before} and again as {job}");
                }
                let before = jobs.insert(job, Job { begun: fact, name, ended: None });
                assert!(before.is_none(), "{life}: job {job} was begun twice: {before:?}");
            }
            EventBody::DispenseEnded { job, outcome } => {
                let begun = jobs.get_mut(&job).unwrap_or_else(|| panic!("{life}: job {job} was never begun"));
                let before = begun.ended.replace((fact, outcome));
                assert!(before.is_none(), "{life}: job {job} ended twice: {before:?} and {fact:?}");
            }
            _ => {}
        }
    }
    jobs
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// Whether an object has all fields of another, with the same values.
fn includes(whole: &Value, part: &Value) -> bool {
    part.as_object().unwrap().iter().all(|(name, value)| whole[name] == *value)
}

/// What the folder's store keeps, read from a copy: what a kill left is for the next robot to find.
fn copy(folder: &Path) -> (Boot, Vec<Stored>) {
    let copy = tempfile::tempdir().unwrap();
    // The database, and whatever of a commit lies beside it.
    for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    let store = Store::open(copy.path(), "any").unwrap();
    (store.boot(), store.events_after(None, u32::MAX).unwrap())
}
