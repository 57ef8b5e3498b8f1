//! What can be said to a dog, what a dog can do about it, and which sound files say it.

use serde::{Deserialize, Serialize};
use wimz_vocabulary::SoundName;

/// Something that a dog may do when it is asked to, or of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Sits down.
    Sit,
    /// Lies down.
    Lie,
    /// Comes to the robot.
    Come,
    /// Turns round once.
    Spin,
    /// Barks once or twice.
    Speak,
    /// Keeps quiet.
    Hush,
    /// Stays where and as it is.
    Stay,
}

/// All of them, each in the place of its number.
pub const ACTS: [Act; 7] = [Act::Sit, Act::Lie, Act::Come, Act::Spin, Act::Speak, Act::Hush, Act::Stay];

/// What a sound of the robot's says to a dog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cue {
    /// Do this.
    Act(Act),
    /// That was well done.
    Good,
    /// That was not.
    No,
    /// There will be a treat.
    Treat,
}

/// The words of sound files, without voice and ending: `talks/default/sit.wav` says `sit`. Those of the robot's own
/// cues are in the contract's list of tricks; the rest are names that owners give their recordings.
const WORDS: [(&str, Cue); 20] = [
    ("sit", Cue::Act(Act::Sit)),
    ("laydown", Cue::Act(Act::Lie)),
    ("lay_down", Cue::Act(Act::Lie)),
    ("lie_down", Cue::Act(Act::Lie)),
    ("down", Cue::Act(Act::Lie)),
    ("lie", Cue::Act(Act::Lie)),
    ("come", Cue::Act(Act::Come)),
    ("come_here", Cue::Act(Act::Come)),
    ("here", Cue::Act(Act::Come)),
    ("spin", Cue::Act(Act::Spin)),
    ("speak", Cue::Act(Act::Speak)),
    ("bark", Cue::Act(Act::Speak)),
    ("quiet", Cue::Act(Act::Hush)),
    ("hush", Cue::Act(Act::Hush)),
    ("stay", Cue::Act(Act::Stay)),
    ("wait", Cue::Act(Act::Stay)),
    ("good", Cue::Good),
    ("good_dog", Cue::Good),
    ("no", Cue::No),
    ("treat", Cue::Treat),
];

impl Cue {
    /// What a sound file says to a dog, if it says anything: `talks/*/<word>.*`, and what lies below `wimz/`. `own` are the
    /// words that this dog alone was taught.
    pub fn of(sound: &SoundName, own: &[(String, Act)]) -> Option<Self> {
        let mut folders = sound.as_str().rsplit('/');
        let file = folders.next()?;
        if !matches!(folders.next_back()?, "talks" | "wimz") {
            return None;
        }
        let word = file.rsplit_once('.').map_or(file, |(word, _)| word);
        let taught = own.iter().find(|(known, _)| known == word).map(|(_, act)| Self::Act(*act));
        taught.or_else(|| WORDS.iter().find(|(known, _)| *known == word).map(|(_, cue)| *cue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_say_what_their_names_say() {
        for (sound, cue) in [
            ("talks/default/sit.wav", Some(Cue::Act(Act::Sit))),
            ("talks/elsa/come_here.mp3", Some(Cue::Act(Act::Come))),
            ("talks/default/good.wav", Some(Cue::Good)),
            ("wimz/treat.wav", Some(Cue::Treat)),
            ("wimz/ready.wav", None),
            ("songs/default/sit.wav", None),
            ("sit.wav", None),
        ] {
            assert_eq!(Cue::of(&SoundName::new(sound).unwrap(), &[]), cue, "{sound}");
        }
        let settle = SoundName::new("talks/default/settle.wav").unwrap();
        assert_eq!(Cue::of(&settle, &[]), None, "nobody has taught it");
        assert_eq!(Cue::of(&settle, &[("settle".to_owned(), Act::Lie)]), Some(Cue::Act(Act::Lie)));
        for (place, act) in ACTS.into_iter().enumerate() {
            assert_eq!(act as usize, place);
        }
    }
}
