//! The character file, `assets/dogs/*.toml`: what people write, and every check that it passes.
//!
//! Each flaw stands at the very value that is wrong. A character never changes; what a dog learns is its memory.

use core::ops::RangeInclusive;
use std::collections::BTreeMap;

use serde::Deserialize;
use wimz_vocabulary::document::{Document, Flaw, Spanned, unknown};

use super::cue::{ACTS, Act};

/// A dog's character.
#[derive(Clone, Debug, PartialEq)]
pub struct Character {
    /// What people call such a dog.
    pub name: String,
    /// One line on what it is like.
    pub about: String,
    /// From nose to rump, in metres: 0.3 to 1.2.
    pub length: f32,
    /// From paws to withers, standing, in metres: 0.15 to 0.9.
    pub height: f32,
    /// The colour of its coat, `0xrrggbb`.
    pub coat: u32,
    /// How fast it walks, in metres a second: 0.3 to 1.8.
    pub walk: f32,
    /// How fast it runs indoors, in metres a second: 0.8 to 6, and no slower than it walks.
    pub run: f32,
    /// How much it wants to be up and about: 0 to 1, as all that follows.
    pub energy: f32,
    /// How readily it minds what is said to it.
    pub attention: f32,
    /// How much it wants treats, and how long into a full belly.
    pub appetite: f32,
    /// How easily it is frightened.
    pub fear: f32,
    /// How easily it barks, and how long.
    pub barkiness: f32,
    /// How well it hears what is said to it; 1 if nothing is said.
    pub hearing: f32,
    /// What its voice is like.
    pub voice: VoiceKind,
    /// What sets it off.
    pub triggers: Triggers,
    /// How well it has learned each act by its cue, in the order of [`ACTS`]; 0 is never, 1 for good.
    pub obedience: [f32; ACTS.len()],
    /// Words that it was taught beside those that every dog knows, and what it does on each: as readily as on the act's own cue.
    pub words: Vec<(String, Act)>,
}

/// What each act is called in a character's file, in the order of [`ACTS`].
const OBEDIENCE: [&str; ACTS.len()] = ["sit", "laydown", "come", "spin", "speak", "quiet", "stay"];

/// A dog's voice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VoiceKind {
    /// Of its barks in hertz: 150 to 1,500.
    pub pitch: f32,
    /// How long a bark lasts, in milliseconds: 60 to 600.
    pub bark_ms: f32,
    /// How loud a bark is one metre away, in dB SPL: 60 to 115.
    pub loudness: f32,
    /// By which share one bark differs from the next in pitch and length: 0 to 0.5.
    pub spread: f32,
}

/// What sets a dog off, each from 0, not at all, to 1, always.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Triggers {
    /// The doorbell.
    pub doorbell: f32,
    /// Thunder.
    pub thunder: f32,
    /// Somebody who walks past the window.
    pub passerby: f32,
    /// Being alone for long.
    pub alone: f32,
    /// Another dog that barks.
    pub other_dog: f32,
    /// The sound that promises a treat.
    pub treat: f32,
    /// Somebody who talks.
    pub speech: f32,
}

type Number = Spanned<f32>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    about: Spanned<String>,
    body: BodyTable,
    nature: NatureTable,
    voice: VoiceTable,
    #[serde(default)]
    triggers: TriggerTable,
    #[serde(default)]
    obedience: ObedienceTable,
    #[serde(default)]
    words: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyTable {
    length: Number,
    height: Number,
    coat: Spanned<String>,
    walk: Number,
    run: Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NatureTable {
    energy: Number,
    attention: Number,
    appetite: Number,
    fear: Number,
    barkiness: Number,
    hearing: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VoiceTable {
    pitch: Number,
    bark_ms: Number,
    loudness: Number,
    spread: Number,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TriggerTable {
    doorbell: Option<Number>,
    thunder: Option<Number>,
    passerby: Option<Number>,
    alone: Option<Number>,
    other_dog: Option<Number>,
    treat: Option<Number>,
    speech: Option<Number>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ObedienceTable {
    sit: Option<Number>,
    laydown: Option<Number>,
    come: Option<Number>,
    spin: Option<Number>,
    speak: Option<Number>,
    quiet: Option<Number>,
    stay: Option<Number>,
}

impl Character {
    /// Reads a character file.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong: not TOML, an unknown or missing word, a number out of range.
    pub fn parse(document: &Document<'_>) -> Result<Self, Flaw> {
        let file: File = document.read()?;
        let check = Check { document };
        let share = |number: &Number, what: &str| check.within(number, 0.0..=1.0, what);
        let maybe =
            |number: &Option<Number>, what: &str| number.as_ref().map_or(Ok(0.0), |it| share(it, what));
        let (body, nature, voice) = (&file.body, &file.nature, &file.voice);
        let (set_off, learned) = (&file.triggers, &file.obedience);
        let walk = check.within(&body.walk, 0.3..=1.8, "how fast it walks, in metres a second,")?;
        let run = check.within(&body.run, 0.8..=6.0, "how fast it runs, in metres a second,")?;
        if run < walk {
            let message =
                format!("it runs at {run} m/s and walks at {walk} m/s: it cannot run slower than it walks");
            return Err(document.flaw(body.run.span(), message));
        }
        let learned = |act| match act {
            Act::Sit => maybe(&learned.sit, "obedience to `sit`"),
            Act::Lie => maybe(&learned.laydown, "obedience to `laydown`"),
            Act::Come => maybe(&learned.come, "obedience to `come`"),
            Act::Spin => maybe(&learned.spin, "obedience to `spin`"),
            Act::Speak => maybe(&learned.speak, "obedience to `speak`"),
            Act::Hush => maybe(&learned.quiet, "obedience to `quiet`"),
            Act::Stay => maybe(&learned.stay, "obedience to `stay`"),
        };
        let mut obedience = [0.0; ACTS.len()];
        for (slot, act) in obedience.iter_mut().zip(ACTS) {
            *slot = learned(act)?;
        }
        Ok(Self {
            name: check.text(&file.name, 40)?,
            about: check.text(&file.about, 200)?,
            length: check.within(&body.length, 0.3..=1.2, "its length in metres")?,
            height: check.within(&body.height, 0.15..=0.9, "its height in metres")?,
            coat: check.color(&body.coat)?,
            walk,
            run,
            energy: share(&nature.energy, "energy")?,
            attention: share(&nature.attention, "attention")?,
            appetite: share(&nature.appetite, "appetite")?,
            fear: share(&nature.fear, "fear")?,
            barkiness: share(&nature.barkiness, "barkiness")?,
            hearing: nature.hearing.as_ref().map_or(Ok(1.0), |it| share(it, "hearing"))?,
            voice: VoiceKind {
                pitch: check.within(&voice.pitch, 150.0..=1_500.0, "the pitch in hertz")?,
                bark_ms: check.within(
                    &voice.bark_ms,
                    60.0..=600.0,
                    "the length of a bark in milliseconds",
                )?,
                loudness: check.within(&voice.loudness, 60.0..=115.0, "the loudness in dB SPL")?,
                spread: check.within(&voice.spread, 0.0..=0.5, "the spread of its barks")?,
            },
            triggers: Triggers {
                doorbell: maybe(&set_off.doorbell, "how much the doorbell sets it off")?,
                thunder: maybe(&set_off.thunder, "how much thunder sets it off")?,
                passerby: maybe(&set_off.passerby, "how much a passer-by sets it off")?,
                alone: maybe(&set_off.alone, "how much being alone sets it off")?,
                other_dog: maybe(&set_off.other_dog, "how much another dog sets it off")?,
                treat: maybe(&set_off.treat, "how much the promise of a treat sets it off")?,
                speech: maybe(&set_off.speech, "how much talk sets it off")?,
            },
            obedience,
            words: check.words(&file.words)?,
        })
    }
}

/// The checks, with the document that flaws are found in.
struct Check<'a> {
    document: &'a Document<'a>,
}

impl Check<'_> {
    fn within(&self, number: &Number, range: RangeInclusive<f32>, what: &str) -> Result<f32, Flaw> {
        let value = *number.get_ref();
        if range.contains(&value) {
            return Ok(value);
        }
        let message = format!("{what} is {value}: it must be from {} to {}", range.start(), range.end());
        Err(self.document.flaw(number.span(), message))
    }

    /// Names and lines are printed on terminals and pages: short, and without anything that moves a cursor.
    fn text(&self, text: &Spanned<String>, most: usize) -> Result<String, Flaw> {
        let words = text.get_ref();
        if words.trim().is_empty() || words.chars().count() > most || words.chars().any(char::is_control) {
            let message = format!("it must have 1 to {most} characters, and no control characters");
            return Err(self.document.flaw(text.span(), message));
        }
        Ok(words.clone())
    }

    /// Acts by the names of the table of obedience.
    fn words(&self, words: &BTreeMap<String, Spanned<String>>) -> Result<Vec<(String, Act)>, Flaw> {
        let act = |(word, act): (&String, &Spanned<String>)| {
            let name = act.get_ref();
            let known = OBEDIENCE.iter().zip(ACTS).find(|(known, _)| *known == name);
            known
                .map(|(_, act)| (word.clone(), act))
                .ok_or_else(|| self.document.flaw(act.span(), unknown("act", name, OBEDIENCE)))
        };
        words.iter().map(act).collect()
    }

    fn color(&self, word: &Spanned<String>) -> Result<u32, Flaw> {
        let text = word.get_ref();
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        // from_str_radix alone would take "+12345".
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let rgb = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        rgb.ok_or_else(|| {
            self.document.flaw(word.span(), format!("`{text}` is not a colour: write it like \"#c8914f\""))
        })
    }
}
