//! `[[dog]]`: who is in the room with the robot.

use std::ops::Range;

use serde::Deserialize;
use wimz_brain::DogCard;
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::{DogId, TagId};
use wimz_world::dog::MOST_DOGS;
use wimz_world::geometry::Pose;
use wimz_world::room::Room;

use crate::assets::Source;
use crate::session::DogSetting;

/// The highest number that a collar's tag has.
const LAST_TAG: u16 = 999;

/// One `[[dog]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    name: Spanned<String>,
    character: Spanned<String>,
    at: Option<Spanned<[f32; 2]>>,
    facing: Option<Spanned<f32>>,
    tag: Option<Spanned<u16>>,
    known: Option<bool>,
}

/// A dog of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Dog {
    /// Which dog.
    pub id: DogId,
    /// The name or path of the file that says what it is like.
    pub character: String,
    /// Where it begins; where it likes, if nothing is said.
    pub start: Option<Pose>,
    /// The tag on its collar, if it wears one.
    pub tag: Option<TagId>,
    /// Whether the owner has written it down, so that the robot knows of it.
    pub known: bool,
    /// Where it is spoken of.
    pub(super) places: Places,
}

/// Where in the file a dog's words are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Places {
    pub(super) character: Range<usize>,
    start: Range<usize>,
}

/// Reads all dogs of a scenario.
///
/// # Errors
/// The first [`Flaw`].
pub fn read(document: &Document<'_>, all: &[Spanned<Words>]) -> Result<Vec<Dog>, Flaw> {
    join(document, Vec::new(), all)
}

/// Reads dogs that come to those that are there.
///
/// # Errors
/// The first [`Flaw`].
pub(super) fn join(
    document: &Document<'_>,
    mut dogs: Vec<Dog>,
    all: &[Spanned<Words>],
) -> Result<Vec<Dog>, Flaw> {
    if let Some(one_more) = all.get(MOST_DOGS - dogs.len()) {
        return Err(document.flaw(one_more.span(), format!("a room holds {MOST_DOGS} dogs at most")));
    }
    for words in all {
        let dog = words.get_ref().dog(document)?;
        let (name, tag) = (&words.get_ref().name, &words.get_ref().tag);
        if let Some(other) = dogs.iter().find(|other| other.id.bare() == dog.id.bare()) {
            let message = if other.id == dog.id {
                format!("two dogs are called `{}`", dog.id)
            } else {
                format!("`{}` and `{}` are one dog", other.id, dog.id)
            };
            return Err(document.flaw(name.span(), message));
        }
        if let (Some(tag), true) = (tag, dogs.iter().any(|other| other.tag.is_some() && other.tag == dog.tag))
        {
            return Err(document.flaw(tag.span(), format!("another dog wears tag {}", tag.get_ref())));
        }
        dogs.push(dog);
    }
    Ok(dogs)
}

/// Which way something faces, in radians within half a turn, as poses have it; east, if nothing is said.
pub(super) fn heading(document: &Document<'_>, facing: Option<&Spanned<f32>>) -> Result<f32, Flaw> {
    let Some(facing) = facing else { return Ok(0.0) };
    let turn = *facing.get_ref();
    if !(-360.0..=360.0).contains(&turn) {
        let message = format!("{turn} is out of range: -360 to 360 degrees, 0 is east, 90 north");
        return Err(document.flaw(facing.span(), message));
    }
    let turn = if turn > 180.0 {
        turn - 360.0
    } else if turn < -180.0 {
        turn + 360.0
    } else {
        turn
    };
    Ok(turn.to_radians())
}

impl Words {
    fn dog(&self, document: &Document<'_>) -> Result<Dog, Flaw> {
        let name = self.name.get_ref();
        let id = DogId::new(name)
            .map_err(|why| document.flaw(self.name.span(), format!("`{name}` is no name of a dog: {why}")))?;
        let heading = heading(document, self.facing.as_ref())?;
        if let Some(facing) = self.facing.as_ref().filter(|_| self.at.is_none()) {
            return Err(document.flaw(facing.span(), "`facing` belongs to `at = [x, y]`"));
        }
        let start = self.at.as_ref().map(|at| {
            let [x, y] = *at.get_ref();
            Pose { x, y, heading }
        });
        if let Some(tag) = self.tag.as_ref().filter(|tag| *tag.get_ref() > LAST_TAG) {
            let message =
                format!("{} is out of range: tags have numbers from 0 to {LAST_TAG}", tag.get_ref());
            return Err(document.flaw(tag.span(), message));
        }
        Ok(Dog {
            id,
            character: self.character.get_ref().clone(),
            start,
            tag: self.tag.as_ref().map(|tag| TagId(*tag.get_ref())),
            known: self.known.unwrap_or(true),
            places: Places {
                character: self.character.span(),
                start: self.at.as_ref().map(Spanned::span).unwrap_or_default(),
            },
        })
    }
}

impl Dog {
    /// What the owner has written down of it, if anything.
    pub fn card(&self) -> Option<DogCard> {
        self.known.then_some(DogCard { id: self.id, tag: self.tag })
    }

    /// As a run's setting has it.
    pub fn setting(&self, character: Source) -> DogSetting {
        DogSetting { id: self.id, character, start: self.start, tag: self.tag }
    }

    /// Whether it begins inside the room.
    ///
    /// # Errors
    /// The [`Flaw`] at its place, if not.
    pub fn check(&self, document: &Document<'_>, room: &Room) -> Result<(), Flaw> {
        let inside =
            |pose: Pose| (0.0..=room.width).contains(&pose.x) && (0.0..=room.depth).contains(&pose.y);
        if self.start.is_none_or(inside) {
            return Ok(());
        }
        let message = format!(
            "{} begins outside {}, which is {} by {} m from its south-west corner",
            self.id, room.name, room.width, room.depth
        );
        Err(document.flaw(self.places.start.clone(), message))
    }
}
