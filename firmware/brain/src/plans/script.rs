//! Scripts: what a mission says, shows and does at a certain point, step by step.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use wimz_hal::HeadAngles;
use wimz_vocabulary::document::{Document, Flaw, Spanned};
use wimz_vocabulary::words::unknown;
use wimz_vocabulary::{Degrees, Micros, Pattern, Ratio, SoundName};

use super::file::script::{Params, Service};
use super::file::{self, named};
use super::sounds::Sounds;

/// A script. Its steps are carried out one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Its name: its file's.
    pub name: String,
    /// What people are told of it.
    pub description: String,
    /// At least one.
    pub steps: Vec<Step>,
    /// Whether a pause breaks it off at once. If not, a pause waits until it has ended; a stop never does.
    pub interrupt_safe: bool,
    /// How long it takes, about. What takes more than twice as long and five seconds is broken off as failed.
    pub duration_estimate: Micros,
}

/// A script, by its place in [`Plans::scripts`](super::Plans::scripts).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct ScriptId(pub u16);

/// A step of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// One thing; the next step comes when it is over.
    Do(Action),
    /// Several things at once; the next step comes when the last of them is over. At most one of them is heard.
    Together(Vec<Action>),
    /// Nothing, for so long.
    Wait(Micros),
    /// The newest success of the mission that has not been rewarded yet is rewarded now; nothing happens if there is none. It
    /// is over at once: the reward takes its own course.
    Reward,
}

/// Something that a script does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Says a word, in the dog's own recording if there is one; over when it was heard. A word that cannot be said, or is
    /// broken off, is a cue that was not heard.
    Say(String),
    /// Calls the dog by the recording of its name, if it has one; over when it was heard, or at once.
    Name,
    /// Plays a sound; over when it was heard, or at once if it is a song.
    Play(SoundName),
    /// Ends whatever is heard; over at once.
    Silence,
    /// Shows a pattern for so long; over at once.
    Light(Pattern, Micros),
    /// Turns the tracks for so long, at most [`Action::LONGEST_MOVE`]; over then, or as soon as anything keeps it from moving.
    Move {
        /// The left track, -1 to 1.
        left: Ratio,
        /// The right track, -1 to 1.
        right: Ratio,
        /// For how long.
        span: Micros,
    },
    /// Points the head; over at once.
    Look(HeadAngles),
    /// Takes a photo; over at once.
    Photo,
}

impl Action {
    /// How long one action moves at most: a robot that nobody watches stays near where it was.
    pub const LONGEST_MOVE: Micros = Micros::from_secs(3);

    /// Whether the voice is taken by it.
    pub const fn is_heard(&self) -> bool {
        matches!(self, Self::Say(_) | Self::Name | Self::Play(_) | Self::Silence)
    }
}

/// What each service can do, and what goes with it.
const COMMANDS: [(Service, &str, &[&str]); 9] = [
    (Service::Audio, "say", &["word"]),
    (Service::Audio, "name", &[]),
    (Service::Audio, "play", &["sound"]),
    (Service::Audio, "stop", &[]),
    (Service::Led, "pattern", &["pattern", "duration"]),
    (Service::Treat, "dispense", &[]),
    (Service::Motion, "drive", &["left", "right", "duration"]),
    (Service::Motion, "look", &["pan", "tilt"]),
    (Service::Photo, "take", &[]),
];

/// The most steps of a script, and the most things that happen at once.
const MOST_STEPS: usize = 50;
const MOST_AT_ONCE: usize = 8;

impl Script {
    /// Whether it has a treat in it.
    pub fn rewards(&self) -> bool {
        self.steps.contains(&Step::Reward)
    }

    /// Whether it asks the dog for something.
    pub fn speaks(&self) -> bool {
        let says = |action: &Action| matches!(action, Action::Say(_));
        self.steps.iter().any(|step| match step {
            Step::Do(action) => says(action),
            Step::Together(actions) => actions.iter().any(says),
            Step::Wait(_) | Step::Reward => false,
        })
    }

    /// Reads a script's file.
    ///
    /// # Errors
    /// The first [`Flaw`], at the value that is wrong.
    pub(super) fn parse(document: &Document<'_>, sounds: Option<&Sounds<'_>>) -> Result<Self, Flaw> {
        let file: file::script::Script = document.read()?;
        named(document, &file.name, file.name.get_ref())?;
        let list = file.steps.get_ref();
        if list.is_empty() || list.len() > MOST_STEPS {
            let message = format!("there are {} steps: it must be 1 to {MOST_STEPS}", list.len());
            return Err(document.flaw(file.steps.span(), message));
        }
        let reader = Reader { document, sounds };
        let steps = list.iter().map(|step| reader.step(step)).collect::<Result<Vec<_>, _>>()?;
        if steps.iter().filter(|step| **step == Step::Reward).count() > 1 {
            let message = "a script gives one treat: each is for a success of its own";
            return Err(document.flaw(file.steps.span(), message));
        }
        Ok(Self {
            name: file.name.into_inner(),
            description: file.description.0,
            steps,
            interrupt_safe: file.interrupt_safe,
            duration_estimate: file.duration_estimate.0,
        })
    }
}

struct Reader<'a> {
    document: &'a Document<'a>,
    sounds: Option<&'a Sounds<'a>>,
}

impl Reader<'_> {
    fn step(&self, step: &Spanned<file::script::Step>) -> Result<Step, Flaw> {
        match step.get_ref() {
            file::script::Step::Wait { duration } => Ok(Step::Wait(duration.0)),
            file::script::Step::Action(action) if *action.service.get_ref() == Service::Treat => {
                self.command(action)?;
                Ok(Step::Reward)
            }
            file::script::Step::Action(action) => self.action(action, step).map(Step::Do),
            file::script::Step::Parallel { actions } => {
                if !(2..=MOST_AT_ONCE).contains(&actions.len()) {
                    let message =
                        format!("there are {} actions: it must be 2 to {MOST_AT_ONCE}", actions.len());
                    return Err(self.document.flaw(step.span(), message));
                }
                let mut together = Vec::with_capacity(actions.len());
                for action in actions {
                    let read = self.action(action.get_ref(), action)?;
                    let taken = together.iter().any(|other: &Action| same_part(other, &read));
                    if taken {
                        let message =
                            "another action of this step takes the same part: put them one after the other";
                        return Err(self.document.flaw(action.span(), message));
                    }
                    together.push(read);
                }
                Ok(Step::Together(together))
            }
        }
    }

    /// Checks that the service has the command, and that what goes with it is there and nothing else.
    fn command<'f>(&self, action: &'f file::script::Action) -> Result<&'f str, Flaw> {
        let (service, command) = (*action.service.get_ref(), action.command.get_ref());
        let own = COMMANDS.iter().filter(|(of, ..)| *of == service);
        let Some((_, _, takes)) = own.clone().find(|(_, name, _)| name == command) else {
            let message = unknown("command", command, own.map(|(_, name, _)| *name));
            return Err(self.document.flaw(action.command.span(), message));
        };
        for (name, place) in action.params.given() {
            if !takes.contains(&name) {
                return Err(self.document.flaw(place, format!("`{command}` takes no `{name}`")));
            }
        }
        for name in *takes {
            let given = action.params.given().any(|(other, _)| other == *name);
            if !given && *name != "pan" && *name != "tilt" {
                return Err(self.document.flaw(action.command.span(), format!("`{command}` needs `{name}`")));
            }
        }
        Ok(command)
    }

    fn action<T>(&self, action: &file::script::Action, place: &Spanned<T>) -> Result<Action, Flaw> {
        let command = self.command(action)?;
        let file::script::Params { word, sound, pattern, duration, left, right, pan, tilt } = &action.params;
        let span = duration.as_ref().map(|duration| duration.get_ref().0);
        Ok(match (command, word, sound, pattern, span, left, right) {
            ("say", Some(word), ..) => {
                self.known(word, |sounds, word| sounds.check_word(word))?;
                Action::Say(word.get_ref().clone())
            }
            ("play", _, Some(sound), ..) => {
                self.known(sound, |sounds, path| sounds.check_path(path))?;
                let name = SoundName::new(sound.get_ref())
                    .map_err(|why| self.document.flaw(sound.span(), format!("it is no sound: {why}")))?;
                Action::Play(name)
            }
            ("pattern", _, _, Some(pattern), Some(span), ..) => Action::Light(*pattern.get_ref(), span),
            ("drive", _, _, _, Some(span), Some(left), Some(right)) => {
                if span > Action::LONGEST_MOVE {
                    let message =
                        format!("{span} is too long: one move takes {} at most", Action::LONGEST_MOVE);
                    let place = duration.as_ref().map_or(place.span(), Spanned::span);
                    return Err(self.document.flaw(place, message));
                }
                Action::Move { left: left.get_ref().0, right: right.get_ref().0, span }
            }
            ("look", ..) => {
                let degrees = |turn: &Option<Spanned<file::Turn>>| {
                    turn.as_ref().map_or_else(Degrees::default, |turn| turn.get_ref().0)
                };
                Action::Look(HeadAngles { pan: degrees(pan), tilt: degrees(tilt) })
            }
            ("name", ..) => Action::Name,
            ("stop", ..) => Action::Silence,
            ("take", ..) => Action::Photo,
            _ => {
                let message = "a treat comes by itself, in a step of its own";
                return Err(self.document.flaw(place.span(), message));
            }
        })
    }

    fn known(
        &self,
        name: &Spanned<String>,
        check: impl FnOnce(&Sounds<'_>, &str) -> Result<(), String>,
    ) -> Result<(), Flaw> {
        let checked = self.sounds.map_or(Ok(()), |sounds| check(sounds, name.get_ref()));
        checked.map_err(|message| self.document.flaw(name.span(), message))
    }
}

impl Params {
    /// What was given, and where.
    fn given(&self) -> impl Iterator<Item = (&'static str, core::ops::Range<usize>)> {
        let Self { word, sound, pattern, duration, left, right, pan, tilt } = self;
        let places = [
            ("word", word.as_ref().map(Spanned::span)),
            ("sound", sound.as_ref().map(Spanned::span)),
            ("pattern", pattern.as_ref().map(Spanned::span)),
            ("duration", duration.as_ref().map(Spanned::span)),
            ("left", left.as_ref().map(Spanned::span)),
            ("right", right.as_ref().map(Spanned::span)),
            ("pan", pan.as_ref().map(Spanned::span)),
            ("tilt", tilt.as_ref().map(Spanned::span)),
        ];
        places.into_iter().filter_map(|(name, place)| Some((name, place?)))
    }
}

/// Whether two actions need the same part of the robot.
fn same_part(one: &Action, other: &Action) -> bool {
    one.is_heard() && other.is_heard() || core::mem::discriminant(one) == core::mem::discriminant(other)
}
