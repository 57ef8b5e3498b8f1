//! A trick's file, `assets/tricks/*.toml`: what people write, and every check that it passes.
//!
//! The file's name is the trick's. Each flaw stands at the very value that is wrong.

use alloc::format;
use alloc::string::String;
#[cfg(feature = "schemas")]
use alloc::string::ToString;
use alloc::vec::Vec;

use serde::Deserialize;
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::span::span;
use wimz_vocabulary::{Behavior, Micros, Ratio, TrickName};

use super::sounds::Sounds;
use super::{Pose, Wanted};

/// The longest text that a trick is described with, in characters.
const LONGEST_TEXT: usize = 200;
/// The longest word that asks for one.
const LONGEST_CUE: usize = 24;
/// The most things that a dog does one after the other.
const MOST_POSES: usize = 8;
/// The most barks that anybody wants.
const MOST_BARKS: u16 = 20;
/// A dog has forgotten the cue by then.
const LONGEST_WINDOW: Micros = Micros::from_secs(120);
/// The shortest in which a dog can do anything.
const SHORTEST_WINDOW: Micros = Micros::from_secs(1);

/// A trick.
#[derive(Clone, Debug, PartialEq)]
pub struct Trick {
    /// Its name.
    pub name: TrickName,
    /// What it is, in one line.
    pub description: String,
    /// When its turn comes: those with the lowest number first, then by name.
    pub turn: u16,
    /// The word that asks for it: `talks/default/<cue>`.
    pub cue: String,
    /// What the dog does.
    pub wanted: Wanted,
    /// How long the dog has, once the cue has been heard.
    pub window: Micros,
    /// How long the robot waits after its own voice before it listens. Zero for what is seen.
    pub listen_after: Micros,
}

/// A WIM-Z trick: the word that asks for it, and what the dog does then.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema), schemars(title = "Trick"))]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// What it is, in one line.
    #[cfg_attr(feature = "schemas", schemars(with = "String", length(min = 1, max = 200)))]
    description: Spanned<String>,
    /// When its turn comes: those with the lowest number first, then by name.
    turn: Option<u16>,
    /// The word that asks for it: a sound below `talks` without its ending.
    #[cfg_attr(feature = "schemas", schemars(with = "String", regex(pattern = "^[a-z0-9_]{1,24}$")))]
    cue: Spanned<String>,
    /// How long the dog has, once the cue has been heard: `15s`.
    #[cfg_attr(feature = "schemas", schemars(with = "String"))]
    window: Spanned<String>,
    /// How long the robot waits after its own voice before it listens: `2.5s`. Belongs to `barks`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    listen_after: Option<Spanned<String>>,
    /// How many barks at least, and at most.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<[u16; 2]>"))]
    barks: Option<Spanned<[u16; 2]>>,
    /// What is to be seen, one after the other.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Vec<PoseTable>>", length(min = 1, max = 8)))]
    wanted: Option<Spanned<Vec<Spanned<PoseTable>>>>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct PoseTable {
    /// Which posture or deed.
    #[cfg_attr(feature = "schemas", schemars(with = "Behavior"))]
    behavior: Spanned<Behavior>,
    /// For how long without a gap: `1s`.
    #[cfg_attr(feature = "schemas", schemars(with = "String"))]
    hold: Spanned<String>,
    /// How sure that must be, 0 to 1.
    #[cfg_attr(feature = "schemas", schemars(with = "f32", range(min = 0, max = 1)))]
    confidence: Spanned<f32>,
}

impl Trick {
    /// Reads a trick's file. `sounds` are those that come with the robot, where they are known: a cue that is nearly one of
    /// their words was meant to be it.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong.
    pub fn parse(name: &str, document: &Document<'_>, sounds: Option<&Sounds<'_>>) -> Result<Self, Flaw> {
        let file: File = document.read()?;
        let reader = Reader { document };
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            let message =
                format!("`{name}` is no name of a trick: its file's has small letters, digits and `_`");
            return Err(document.flaw(0..0, message));
        }
        let name = TrickName::new(name)
            .map_err(|why| document.flaw(0..0, format!("`{name}` is no name of a trick: {why}")))?;
        let is_cue = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        let cue = file.cue.get_ref();
        if cue.is_empty() || cue.len() > LONGEST_CUE || !cue.chars().all(is_cue) {
            let message = format!(
                "`{cue}` is no cue: it is the name of a sound without its ending, up to {LONGEST_CUE} small letters, \
                 digits and `_`"
            );
            return Err(document.flaw(file.cue.span(), message));
        }
        if let Some(Err(message)) = sounds.map(|sounds| sounds.check_word(cue)) {
            return Err(document.flaw(file.cue.span(), message));
        }
        let window = reader.span(&file.window, SHORTEST_WINDOW, LONGEST_WINDOW)?;
        let listen_after = match &file.listen_after {
            Some(span) if file.barks.is_some() => reader.span(span, Micros::ZERO, window)?,
            Some(span) => return Err(document.flaw(span.span(), "`listen_after` belongs to `barks`")),
            None => Micros::ZERO,
        };
        let wanted = match (&file.barks, &file.wanted) {
            (Some(barks), None) => reader.barks(barks)?,
            (None, Some(wanted)) => reader.poses(wanted, window)?,
            (Some(barks), Some(_)) => {
                return Err(
                    document.flaw(barks.span(), "a trick is either `barks` or `[[wanted]]`, not both")
                );
            }
            (None, None) => {
                let message =
                    "the trick does not say what the dog is to do: add `[[wanted]]` or `barks = [1, 2]`";
                return Err(document.flaw(file.cue.span(), message));
            }
        };
        Ok(Self {
            name,
            description: reader.text(&file.description)?,
            turn: file.turn.unwrap_or(u16::MAX),
            cue: cue.clone(),
            wanted,
            window,
            listen_after,
        })
    }
}

struct Reader<'a> {
    document: &'a Document<'a>,
}

impl Reader<'_> {
    fn text(&self, text: &Spanned<String>) -> Result<String, Flaw> {
        let words = text.get_ref();
        if words.trim().is_empty()
            || words.chars().count() > LONGEST_TEXT
            || words.chars().any(char::is_control)
        {
            let message = format!("it must have 1 to {LONGEST_TEXT} characters, and no control characters");
            return Err(self.document.flaw(text.span(), message));
        }
        Ok(words.clone())
    }

    fn span(&self, text: &Spanned<String>, least: Micros, most: Micros) -> Result<Micros, Flaw> {
        let length = span(text.get_ref()).map_err(|message| self.document.flaw(text.span(), message))?;
        if (least..=most).contains(&length) {
            return Ok(length);
        }
        let message = format!("{length} is out of range: it must be from {least} to {most}");
        Err(self.document.flaw(text.span(), message))
    }

    fn barks(&self, barks: &Spanned<[u16; 2]>) -> Result<Wanted, Flaw> {
        let [least, most] = *barks.get_ref();
        if least == 0 || most < least || most > MOST_BARKS {
            let message = format!(
                "[{least}, {most}] is out of range: write how many barks at least and at most, from 1 to {MOST_BARKS}"
            );
            return Err(self.document.flaw(barks.span(), message));
        }
        Ok(Wanted::Barks { least, most })
    }

    fn poses(&self, poses: &Spanned<Vec<Spanned<PoseTable>>>, window: Micros) -> Result<Wanted, Flaw> {
        let list = poses.get_ref();
        if list.is_empty() || list.len() > MOST_POSES {
            let message = format!("there are {}: it must be 1 to {MOST_POSES}", list.len());
            return Err(self.document.flaw(poses.span(), message));
        }
        let mut wanted = Vec::with_capacity(list.len());
        let mut all = Micros::ZERO;
        for pose in list {
            let PoseTable { behavior, hold, confidence } = pose.get_ref();
            if *behavior.get_ref() == Behavior::Bark {
                let message = "a bark is heard, not seen: write `barks = [1, 2]` instead of `[[wanted]]`";
                return Err(self.document.flaw(behavior.span(), message));
            }
            let hold_for = self.span(hold, Micros::ZERO, window)?;
            all = all + hold_for;
            let share = *confidence.get_ref();
            let confidence =
                Ratio::new(share).ok().filter(|share| *share >= Ratio::ZERO).ok_or_else(|| {
                    let message = format!("{share} is out of range: how sure it must be, from 0 to 1");
                    self.document.flaw(confidence.span(), message)
                })?;
            wanted.push(Pose { behavior: *behavior.get_ref(), hold: hold_for, confidence });
        }
        if all > window {
            let message = format!("all of it takes {all}, longer than the window of {window}");
            return Err(self.document.flaw(poses.span(), message));
        }
        Ok(Wanted::Seen(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "description = \"x\"\ncue = \"sit\"\nwindow = \"15s\"\n";
    const POSE: &str = "[[wanted]]\nbehavior = \"sit\"\nhold = \"1s\"\nconfidence = 0.65\n";

    fn parse(text: &str) -> Result<Trick, Flaw> {
        Trick::parse("sit", &Document::new("sit.toml", text), None)
    }

    #[test]
    fn a_file_says_what_the_dog_is_to_do() {
        let trick = parse(&format!("{HEAD}turn = 3\n{POSE}")).unwrap();
        let pose = Pose {
            behavior: Behavior::Sit,
            hold: Micros::from_secs(1),
            confidence: Ratio::new(0.65).unwrap(),
        };
        assert_eq!((trick.name.as_str(), trick.cue.as_str(), trick.turn), ("sit", "sit", 3));
        assert_eq!((trick.window, trick.listen_after), (Micros::from_secs(15), Micros::ZERO));
        assert_eq!(trick.wanted, Wanted::Seen([pose].into()));
        let trick = parse(&format!("{HEAD}listen_after = \"2.5s\"\nbarks = [1, 2]\n")).unwrap();
        assert_eq!(trick.wanted, Wanted::Barks { least: 1, most: 2 });
        assert_eq!((trick.listen_after, trick.turn), (Micros::from_millis(2_500), u16::MAX));
    }

    #[test]
    fn flaws_name_their_place() {
        let cases = [
            (String::from(HEAD), (2, 7), "add `[[wanted]]`"),
            (format!("{HEAD}barks = [1, 2]\n{POSE}"), (4, 9), "not both"),
            (format!("{HEAD}barks = [2, 1]\n"), (4, 9), "from 1 to 20"),
            (format!("{HEAD}listen_after = \"1s\"\n{POSE}"), (4, 16), "belongs to `barks`"),
            (format!("{HEAD}wanted = []\n"), (4, 10), "there are 0"),
            (HEAD.replace("15s", "500ms") + POSE, (3, 10), "must be from 1 s"),
            (HEAD.replace("\"sit\"", "\"Sit!\"") + POSE, (2, 7), "is no cue"),
            (HEAD.replace('x', "") + POSE, (1, 15), "1 to 200 characters"),
            (format!("{HEAD}{}", POSE.replace("\"sit\"", "\"bark\"")), (5, 12), "is heard, not seen"),
            (format!("{HEAD}{}", POSE.replace("\"sit\"", "\"sitt\"")), (5, 12), "did you mean `sit`?"),
            (format!("{HEAD}{}", POSE.replace("0.65", "1.5")), (7, 14), "from 0 to 1"),
            (format!("{HEAD}{}", POSE.replace("1s", "1")), (6, 8), "is not a span of time"),
            (format!("{HEAD}{0}{0}", POSE.replace("1s", "8s")), (4, 1), "longer than the window"),
        ];
        for (text, place, message) in cases {
            let flaw = parse(&text).unwrap_err();
            assert_eq!((flaw.line, flaw.column), place, "{text}{flaw}");
            assert!(flaw.message.contains(message), "{flaw}");
        }
    }
}
