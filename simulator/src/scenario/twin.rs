//! `[[twin]]`: a scenario with one difference that must make it fail, so that it is known to be able to.

use std::collections::BTreeSet;

use serde::Deserialize;
use wimz_brain::tuning::Tuning;
use wimz_vocabulary::document::{Flaw, Spanned};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{Micros, Track};

use super::input::{Entry, Reader, Treats};
use super::inputs::Inputs;
use super::{Begin, Dog, File, Recorded, Scenario, Wall, dogs};
use crate::expect::Expectation;

/// What a twin leaves all of a recorded session out by.
const RECORDED: &str = "recorded";

/// One `[[twin]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    name: Spanned<String>,
    about: String,
    #[serde(default)]
    without: Vec<Spanned<String>>,
    #[serde(default)]
    dog: Vec<Spanned<dogs::Words>>,
    #[serde(default)]
    input: Vec<Spanned<Entry>>,
    treats: Option<Treats>,
    tuning: Option<Spanned<Tuning>>,
    fails: Spanned<Vec<Spanned<Which>>>,
    #[serde(default)]
    may_fail: Vec<Spanned<Which>>,
}

impl Words {
    /// What comes in that does not in the scenario itself.
    pub fn inputs(words: &Spanned<Self>) -> &[Spanned<Entry>] {
        &words.get_ref().input
    }
}

/// Which expectation: its name, or its place in the file from 1.
#[derive(Deserialize)]
#[serde(untagged)]
enum Which {
    Place(usize),
    Name(String),
}

/// A scenario's twin.
#[derive(Clone, Debug)]
pub struct Twin {
    /// What it is called.
    pub name: String,
    /// What is different.
    pub about: String,
    /// The places of the expectations that must fail.
    pub fails: BTreeSet<usize>,
    /// Those that may fail besides.
    pub may_fail: BTreeSet<usize>,
    dogs: Vec<Dog>,
    inputs: Inputs,
}

impl Scenario {
    /// A twin of this, to be run like it.
    pub fn twin(&self, twin: &Twin) -> Self {
        Self {
            about: twin.about.clone(),
            dogs: twin.dogs.clone(),
            inputs: twin.inputs.clone(),
            twins: Vec::new(),
            ..self.clone()
        }
    }
}

/// Reads all twins of a scenario.
pub(super) fn read(
    reader: &Reader<'_>,
    file: &File,
    (length, sounds, recorded): (Micros, &[Track], Option<&Recorded>),
    dogs: &[Dog],
    expectations: &[Expectation],
) -> Result<Vec<Twin>, Flaw> {
    let mut twins: Vec<Twin> = Vec::new();
    for entry in &file.twin {
        let words = entry.get_ref();
        let flaw = |place, message: String| Err(reader.document.flaw(place, message));
        let name = words.name.get_ref();
        if twins.iter().any(|other| other.name == *name) {
            return flaw(words.name.span(), format!("two twins are called `{name}`"));
        }
        let is_the_same = words.without.is_empty()
            && words.dog.is_empty()
            && words.input.is_empty()
            && words.treats.is_none()
            && words.tuning.is_none();
        if is_the_same {
            let message = "nothing is different: say `without`, [[twin.dog]], [[twin.input]], [twin.treats] or [twin.tuning]";
            return flaw(entry.span(), message.to_owned());
        }
        if words.fails.get_ref().is_empty() {
            return flaw(
                words.fails.span(),
                "which expectation fails? A twin that passes proves nothing".to_owned(),
            );
        }
        for name in &words.without {
            let inputs =
                file.input.iter().filter_map(|input| Some(input.get_ref().name.as_ref()?.get_ref().as_str()));
            let names =
                inputs.chain(dogs.iter().map(|dog| dog.id.as_str())).chain(recorded.map(|_| RECORDED));
            let names: BTreeSet<&str> = names.collect();
            if names.is_empty() {
                let message =
                    "no input has a name: give one a `name = \"...\"` to leave it out by".to_owned();
                return flaw(name.span(), message);
            }
            if !names.contains(name.get_ref().as_str()) {
                return flaw(name.span(), unknown("input or dog", name.get_ref(), names.iter().copied()));
            }
        }
        let stays = |name: &str| words.without.iter().all(|without| without.get_ref() != name);
        let dogs: Vec<Dog> = dogs.iter().filter(|dog| stays(dog.id.as_str())).cloned().collect();
        let dogs = dogs::join(reader.document, dogs, &words.dog)?;
        let begin = Begin {
            recorded: recorded.filter(|_| stays(RECORDED)),
            wall: Wall::read(reader.document, file.timezone.as_ref(), file.start.as_ref())?,
            treats: words.treats.as_ref().or(file.treats.as_ref()),
            tuning: reader.tuning(words.tuning.as_ref().or(file.tuning.as_ref()))?,
            sounds,
            dogs: &dogs,
        };
        let kept = |(_, input): &(usize, &Spanned<Entry>)| {
            input.get_ref().name.as_ref().is_none_or(|name| stays(name.get_ref()))
        };
        // What stays keeps its place, and comes by chance when it does in the scenario itself.
        let own = words.input.iter().zip(file.input.len()..).map(|(input, place)| (place, input));
        let inputs = begin.inputs(reader, length, file.input.iter().enumerate().filter(kept).chain(own))?;
        let places = |all: &[Spanned<Which>]| -> Result<BTreeSet<usize>, Flaw> {
            all.iter().map(|which| place(reader, which, expectations)).collect()
        };
        twins.push(Twin {
            name: name.clone(),
            about: words.about.clone(),
            fails: places(words.fails.get_ref())?,
            may_fail: places(&words.may_fail)?,
            dogs,
            inputs,
        });
    }
    Ok(twins)
}

/// The place of an expectation, from 0.
fn place(reader: &Reader<'_>, which: &Spanned<Which>, expectations: &[Expectation]) -> Result<usize, Flaw> {
    let message = match which.get_ref() {
        Which::Place(number) if (1..=expectations.len()).contains(number) => return Ok(number - 1),
        Which::Place(number) => {
            format!("there is no expectation {number}: they are counted from 1 to {}", expectations.len())
        }
        Which::Name(name) => {
            if let Some(place) = expectations.iter().position(|one| one.name.as_ref() == Some(name)) {
                return Ok(place);
            }
            let names: Vec<&str> = expectations.iter().filter_map(|one| one.name.as_deref()).collect();
            match names.as_slice() {
                [] => format!("no expectation is called `{name}`: give one a `name`, or say its number"),
                names => unknown("expectation", name, names.iter().copied()),
            }
        }
    };
    Err(reader.document.flaw(which.span(), message))
}
