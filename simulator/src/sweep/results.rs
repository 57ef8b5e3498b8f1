//! Results in files: one JSON value a line, a head and then a row a seed. While a sweep goes on rows are added as they come; when it
//! is over the file is written anew in the order of the seeds, so that the same sweep is the same file.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{FORMAT, Head, Row};
use crate::assets::BadInput;
use crate::whole::put;

/// What a sweep came to so far, or to the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// What it is.
    pub head: Head,
    /// What came of each seed.
    pub rows: BTreeMap<u64, Row>,
}

impl Results {
    /// Reads a file of results. A last line that breaks off is as if it were not there.
    ///
    /// # Errors
    /// [`BadInput`] if it cannot be read, is none, or is damaged: then with the line.
    pub fn read(path: &Path) -> Result<Self, BadInput> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| unreadable(&name, &error))?;
        Self::parse(&name, &bytes).map(|(results, _)| results)
    }

    /// The results, and how many bytes they take up without the last line that breaks off.
    fn parse(name: &str, bytes: &[u8]) -> Result<(Self, u64), BadInput> {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let wrong = |line: usize, why: &str| Err(BadInput::Wrong(format!("{name}:{line}: {why}")));
        let Ok(text) = std::str::from_utf8(&bytes[..whole]) else {
            return wrong(1, "this is no result of a sweep: it is not text in UTF-8");
        };
        let mut lines = text.lines().enumerate();
        let first = lines.next().map_or("", |(_, line)| line);
        let head: Head = match serde_json::from_str(first) {
            Ok(head) => head,
            Err(_) => {
                return match serde_json::from_str::<serde_json::Value>(first) {
                    Ok(value) if value.get("wimz_sweep").is_some_and(|number| *number != FORMAT) => wrong(
                        1,
                        "its format is another build's: play the sweep again, or use the build that wrote it",
                    ),
                    _ => wrong(1, "this is no result of a sweep"),
                };
            }
        };
        if head.wimz_sweep != FORMAT {
            return wrong(
                1,
                "its format is another build's: play the sweep again, or use the build that wrote it",
            );
        }
        let mut rows = BTreeMap::new();
        for (place, line) in lines {
            let row: Row = match serde_json::from_str(line) {
                Ok(row) => row,
                Err(_) => {
                    return wrong(
                        place + 1,
                        "this line is damaged: cut it out, and its seed is played again",
                    );
                }
            };
            let seed = row.seed;
            if !head.has(seed) {
                return wrong(
                    place + 1,
                    &format!("seed {seed} does not belong to this sweep: cut the line out"),
                );
            }
            if rows.insert(seed, row.clone()).is_some_and(|other| other != row) {
                return wrong(place + 1, &format!("seed {seed} is there twice, and came out differently"));
            }
        }
        Ok((Self { head, rows }, whole as u64))
    }

    /// All of it, as the file of a sweep that is over has it.
    pub fn text(&self) -> String {
        std::iter::once(self.head.line()).chain(self.rows.values().map(Row::line)).collect()
    }

    /// The seeds that have not been played, in order.
    pub fn missing(&self) -> Vec<u64> {
        self.head.due().filter(|seed| !self.rows.contains_key(seed)).collect()
    }

    /// Writes it to a file, all or nothing. A file that holds something else than results is left alone.
    ///
    /// # Errors
    /// [`BadInput`] if it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), BadInput> {
        let name = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) if !bytes.is_empty() => {
                Self::parse(&name, &bytes).map_err(|_| {
                    BadInput::Wrong(format!(
                        "{name} is there already, and is no result of a sweep: it is left alone"
                    ))
                })?;
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&name, &error)),
        }
        put(path, self.text().as_bytes()).map_err(|error| unreadable(&name, &error))
    }
}

/// The file of a sweep that goes on.
#[derive(Debug)]
pub struct Book {
    path: PathBuf,
    name: String,
    file: File,
}

impl Book {
    /// Opens the file of this sweep, or begins it, and says what is in it already.
    ///
    /// # Errors
    /// [`BadInput`] if it holds something else, or what another scenario or build came to; if another sweep writes to it;
    /// if it cannot be read or written.
    pub fn open(path: &Path, head: &Head) -> Result<(Self, Results), BadInput> {
        let name = path.display().to_string();
        let failed = |error: io::Error| unreadable(&name, &error);
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = opened.map_err(failed)?;
        match file.try_lock() {
            // Where files cannot be locked, nobody is kept from playing the same seeds twice: the rows are the same.
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(BadInput::Wrong(format!("{name}: another sweep is writing to it")));
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let first = head.line();
        // Nothing, or as much of the first line as was written when somebody ended it.
        if bytes.len() < first.len() && first.as_bytes().starts_with(&bytes) {
            let begin = |file: &mut File| {
                file.set_len(0)?;
                file.seek(SeekFrom::Start(0))?;
                file.write_all(first.as_bytes())
            };
            begin(&mut file).map_err(failed)?;
            let results = Results { head: head.clone(), rows: BTreeMap::new() };
            return Ok((Self { path: path.to_owned(), name, file }, results));
        }
        let (results, whole) = Results::parse(&name, &bytes)?;
        let parted = results.head.parted(head).or_else(|| {
            let part = |head: &Head| {
                let shard = head.shard.map(|shard| format!(", shard {shard}")).unwrap_or_default();
                format!("seeds {}{shard}", head.seeds)
            };
            let (one, two) = (part(&results.head), part(head));
            (one != two).then(|| format!("it has {one}, and this is {two}"))
        });
        if let Some(why) = parted {
            let message =
                format!("{name} has what another sweep came to: {why}. Give another --out, or delete it");
            return Err(BadInput::Wrong(message));
        }
        let go_on = |file: &mut File| {
            file.set_len(whole)?;
            file.seek(SeekFrom::Start(whole))
        };
        go_on(&mut file).map_err(failed)?;
        // What it is called may differ from one start to the next; the file keeps the first name.
        Ok((Self { path: path.to_owned(), name, file }, results))
    }

    /// Adds a row. It is in the file when this returns, whatever becomes of the program then.
    ///
    /// # Errors
    /// [`BadInput`] if it cannot be written.
    pub fn add(&mut self, row: &Row) -> Result<(), BadInput> {
        self.file.write_all(row.line().as_bytes()).map_err(|error| unreadable(&self.name, &error))
    }

    /// The sweep is over: puts the rows in order. A file that has them so is not touched.
    ///
    /// # Errors
    /// [`BadInput`] if it cannot be written.
    pub fn close(self, results: &Results) -> Result<(), BadInput> {
        let Self { path, name, file } = self;
        let write = || {
            if std::fs::read(&path)? == results.text().into_bytes() {
                Ok(())
            } else {
                put(&path, results.text().as_bytes())
            }
        };
        let written = write().map_err(|error| unreadable(&name, &error));
        // Until now nobody else could write.
        drop(file);
        written
    }
}

/// The shards of one sweep as one result, which is the same as if it had been played in one.
///
/// # Errors
/// [`BadInput`] if they are not of one sweep, if a seed is in none of them, or came out differently in two.
pub fn merge(parts: Vec<(String, Results)>) -> Result<Results, BadInput> {
    let mut parts = parts.into_iter();
    let Some((first, results)) = parts.next() else {
        return Err(BadInput::Wrong("there is nothing to merge".to_owned()));
    };
    let Results { head, mut rows } = results;
    let mut head = Head { shard: None, ..head };
    for (name, part) in parts {
        let parted = head.parted(&part.head).or_else(|| {
            let (one, two) = (head.seeds, part.head.seeds);
            (one != two).then(|| format!("it has a part of the seeds {one}, and this is one of {two}"))
        });
        if let Some(why) = parted {
            return Err(BadInput::Wrong(format!("{first} and {name} are not of one sweep: {why}")));
        }
        // Whichever is named first: the result is the same.
        if (&part.head.scenario, &part.head.tuning) < (&head.scenario, &head.tuning) {
            head.scenario = part.head.scenario;
            head.tuning = part.head.tuning;
        }
        for (seed, row) in part.rows {
            if rows.insert(seed, row.clone()).is_some_and(|other| other != row) {
                let message = format!(
                    "seed {seed} came out differently in {name} than before: a machine is broken, or a run is not what its seed says"
                );
                return Err(BadInput::Wrong(message));
            }
        }
    }
    let results = Results { head, rows };
    let missing = results.missing();
    if let Some(seed) = missing.first() {
        let message = format!(
            "{} of the seeds {} are in none of these files, the first is {seed}: give all shards, and play on those that broke off",
            missing.len(),
            results.head.seeds
        );
        return Err(BadInput::Wrong(message));
    }
    Ok(results)
}

pub(super) fn unreadable(name: &str, error: &io::Error) -> BadInput {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read or written".to_owned(),
        io::ErrorKind::StorageFull => {
            "the disk is full; what was played so far is in it, and the same command goes on".to_owned()
        }
        _ => error.to_string(),
    };
    BadInput::Unreadable { name: name.to_owned(), why }
}
