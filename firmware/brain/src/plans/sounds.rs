//! Which sounds a script may name, as far as they are known.

use alloc::format;
use alloc::string::String;

use wimz_vocabulary::Track;
use wimz_vocabulary::words::nearest;

/// The sounds that come with the robot. Its owner may have recorded more: only what is nearly one of these is refused.
#[derive(Clone, Copy, Debug)]
pub struct Sounds<'a>(pub &'a [Track]);

impl Sounds<'_> {
    /// A word that is said: the name of a recording of any voice, without its ending.
    pub fn check_word(&self, word: &str) -> Result<(), String> {
        let spoken = self.0.iter().filter_map(|track| track.name.as_str().strip_prefix("talks/"));
        let words = spoken.filter_map(|path| path.rsplit('/').next()?.rsplit_once('.').map(|(word, _)| word));
        refuse_near_miss("word", word, words)
    }

    /// A sound that is played: its path below the sounds folder.
    pub fn check_path(&self, path: &str) -> Result<(), String> {
        refuse_near_miss("sound", path, self.0.iter().map(|track| track.name.as_str()))
    }
}

fn refuse_near_miss<'w>(
    kind: &str,
    name: &str,
    known: impl Iterator<Item = &'w str> + Clone,
) -> Result<(), String> {
    if known.clone().any(|other| other == name) {
        return Ok(());
    }
    // Among words of two letters all are near.
    match nearest(name, known.filter(|other| other.len() > 2)) {
        Some(meant) => Err(format!("unknown {kind} `{name}`: did you mean `{meant}`?")),
        None => Ok(()),
    }
}
