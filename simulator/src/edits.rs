//! The user's files that a live run began with, looked at again and again: what is edited counts at once, if it is in
//! order, and is recorded like anything else that comes in.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use wimz_brain::tuning::Tuning;
use wimz_vocabulary::DogId;

use crate::assets::{self, BadInput, Source};
use crate::outside::Outside;
use crate::scenario::Overlay;
use crate::session::Edited;

/// How often each is read. They are a few kilobytes each, and an editor writes them in a moment.
const PERIOD: Duration = Duration::from_millis(400);

/// A file of the run's, and what it is there for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Room(PathBuf),
    Dog(DogId, PathBuf),
    /// A folder with folders of plans.
    Plans(PathBuf),
    Tuning(PathBuf),
}

/// What is in it now.
#[derive(Clone, Debug, PartialEq)]
enum Text {
    Edited(Edited),
    Tuning(Source),
}

impl Part {
    fn read(&self) -> Result<Text, BadInput> {
        // Whoever opens a pipe waits for its other end, and the other files with it.
        if let Self::Room(path) | Self::Dog(_, path) | Self::Tuning(path) = self
            && path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
        {
            let name = path.display().to_string();
            return Err(BadInput::Unreadable { name, why: "it is no file that can be edited".to_owned() });
        }
        Ok(match self {
            Self::Room(path) => Text::Edited(Edited::Room(assets::read_file(path)?)),
            Self::Dog(dog, path) => {
                Text::Edited(Edited::Dog { dog: *dog, character: assets::read_file(path)? })
            }
            Self::Plans(folder) => Text::Edited(Edited::Plans(assets::plans_in(folder)?)),
            Self::Tuning(path) => Text::Tuning(assets::read_file(path)?),
        })
    }
}

impl Text {
    /// What comes in with it, if all of it is in order.
    fn check(self) -> Result<Outside, BadInput> {
        Ok(match self {
            Self::Edited(edited) => {
                edited.read()?;
                Outside::Edited(Box::new(edited))
            }
            Self::Tuning(source) => Outside::Tuning(rows(&source)?),
        })
    }
}

/// The numbers of a file of the user's, over the robot's own.
///
/// # Errors
/// [`BadInput`] if it cannot be read or has a flaw.
pub fn tuning(path: &Path) -> Result<Tuning, BadInput> {
    rows(&assets::read_file(path)?)
}

fn rows(source: &Source) -> Result<Tuning, BadInput> {
    Ok(Overlay::read_any(&source.document())?.0.over(&Tuning::default()))
}

/// The files that are looked at.
#[derive(Debug, Default)]
pub struct Edits {
    parts: Vec<Part>,
}

impl Edits {
    /// The room's file, if the user named one.
    pub fn room(&mut self, name: &str) {
        self.parts.extend(assets::path_of(name).map(|path| Part::Room(path.to_owned())));
    }

    /// A dog's file, if the user named one.
    pub fn dog(&mut self, dog: DogId, name: &str) {
        self.parts.extend(assets::path_of(name).map(|path| Part::Dog(dog, path.to_owned())));
    }

    /// A folder of plans.
    pub fn plans(&mut self, folder: &Path) {
        self.parts.push(Part::Plans(folder.to_owned()));
    }

    /// A file of tuning.
    pub fn tuning(&mut self, path: &Path) {
        self.parts.push(Part::Tuning(path.to_owned()));
    }

    /// Looks at them until `enter` says that the run has ended; what is wrong with an edit goes to `told`, and changes
    /// nothing.
    ///
    /// # Errors
    /// The system's, if it refuses a thread.
    pub fn watch(
        self,
        enter: impl Fn(Outside) -> bool + Send + 'static,
        mut told: impl FnMut(&str) + Send + 'static,
    ) -> std::io::Result<()> {
        if self.parts.is_empty() {
            return Ok(());
        }
        let mut watched: Vec<Watched> = self.parts.into_iter().map(Watched::new).collect();
        thread::Builder::new().name("edits".to_owned()).spawn(move || {
            loop {
                thread::sleep(PERIOD);
                for news in watched.iter_mut().filter_map(Watched::look) {
                    match news {
                        Ok(outside) => {
                            if !enter(outside) {
                                return;
                            }
                        }
                        Err(why) => told(&format!("{why}; the run goes on as it was")),
                    }
                }
            }
        })?;
        Ok(())
    }
}

/// A file between two looks.
#[derive(Debug)]
struct Watched {
    part: Part,
    /// What counts now, or was told to be wrong.
    known: Result<Text, BadInput>,
    /// What the last look saw.
    last: Result<Text, BadInput>,
}

impl Watched {
    fn new(part: Part) -> Self {
        let known = part.read();
        Self { part, last: known.clone(), known }
    }

    /// What is new, once two looks have seen the same: an editor may be in the midst of writing.
    fn look(&mut self) -> Option<Result<Outside, BadInput>> {
        let before = std::mem::replace(&mut self.last, self.part.read());
        if self.last != before || self.last == self.known {
            return None;
        }
        self.known = self.last.clone();
        Some(self.last.clone().and_then(Text::check))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_pipe_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, include_str!("../../assets/rooms/empty.toml")).unwrap();
        let mut watched = Watched::new(Part::Room(path.clone()));
        std::fs::remove_file(&path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());

        let (send, seen) = std::sync::mpsc::channel();
        thread::spawn(move || {
            watched.look();
            send.send(watched.look()).unwrap();
        });
        let news = seen.recv_timeout(Duration::from_secs(20)).expect("it looks on");
        let Some(Err(why)) = news else { panic!("{news:?}") };
        assert!(why.to_string().ends_with("mine.toml: it is no file that can be edited"), "{why}");
    }

    #[test]
    fn half_a_file_is_not_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let whole = include_str!("../../assets/rooms/empty.toml");
        std::fs::write(&path, whole).unwrap();
        let mut watched = Watched::new(Part::Room(path.clone()));
        assert!(watched.known.is_ok(), "{:?}", watched.known);
        assert_eq!(watched.look(), None);

        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert_eq!(watched.look(), None, "an editor may be in the midst of writing");
        let other = format!("# mine\n{whole}");
        std::fs::write(&path, &other).unwrap();
        assert_eq!(watched.look(), None);
        let news = watched.look();
        assert!(
            matches!(&news, Some(Ok(Outside::Edited(edited)))
            if matches!(&**edited, Edited::Room(source) if source.text == other)),
            "{news:?}"
        );
        assert_eq!(watched.look(), None, "once");

        std::fs::write(&path, "nonsense").unwrap();
        assert_eq!(watched.look(), None);
        let Some(Err(why)) = watched.look() else { panic!("a flaw is told") };
        assert!(why.to_string().contains("mine.toml:1:"), "{why}");
        assert_eq!(watched.look(), None, "once");
    }
}
