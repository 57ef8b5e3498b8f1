//! Reads all plans, and holds them against each other: what one names in another kind is there.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use wimz_vocabulary::Track;
use wimz_vocabulary::document::{Document, Flaw};

use super::file::stem;
use super::sounds::Sounds;
use super::{Mission, PlanKind, Plans, Program, Script, Trick};

/// A file that holds a plan.
#[derive(Clone, Copy, Debug)]
pub struct PlanFile<'a> {
    /// Of which kind.
    pub kind: PlanKind,
    /// Its name, from which its plan has its own, and its text.
    pub document: Document<'a>,
    /// Whether it comes with the robot. One of its owner's takes the place of one that does.
    pub preset: bool,
}

impl PlanKind {
    /// All of them; each names only those before it.
    pub const ALL: [Self; 4] = [Self::Trick, Self::Script, Self::Mission, Self::Program];

    /// What people call one.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trick => "trick",
            Self::Script => "script",
            Self::Mission => "mission",
            Self::Program => "program",
        }
    }

    /// The folder that they lie in.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Trick => "tricks",
            Self::Script => "scripts",
            Self::Mission => "missions",
            Self::Program => "programs",
        }
    }
}

impl Plans {
    /// Reads plans. `sounds` are those that come with the robot, where they are known.
    ///
    /// # Errors
    /// The first [`Flaw`] in any of them.
    pub fn read(files: &[PlanFile<'_>], sounds: Option<&[Track]>) -> Result<Self, Flaw> {
        let mut kept: BTreeMap<_, &PlanFile<'_>> = BTreeMap::new();
        for file in files {
            let place = (file.kind, stem(&file.document));
            match kept.get(&place) {
                Some(other) if other.preset == file.preset => {
                    let (word, name) = (file.kind.word(), place.1);
                    let message = format!("there is another {word} `{name}`: {}", other.document.name);
                    return Err(file.document.flaw(0..0, message));
                }
                Some(other) if file.preset && !other.preset => {}
                _ => {
                    kept.insert(place, file);
                }
            }
        }
        let of =
            |kind: PlanKind| kept.values().filter(move |file| file.kind == kind).map(|file| &file.document);
        let sounds = sounds.map(Sounds);
        let tricks =
            of(PlanKind::Trick).map(|document| Trick::parse(stem(document), document, sounds.as_ref()));
        let tricks = tricks.collect::<Result<Vec<_>, _>>()?;
        let scripts = of(PlanKind::Script).map(|document| Script::parse(document, sounds.as_ref()));
        let scripts = scripts.collect::<Result<Vec<_>, _>>()?;
        let missions = of(PlanKind::Mission).map(|document| Mission::parse(document, &scripts));
        let missions = missions.collect::<Result<Vec<_>, _>>()?;
        let programs = of(PlanKind::Program).map(|document| Program::parse(document, &missions));
        let programs = programs.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { tricks, scripts, missions, programs })
    }
}
