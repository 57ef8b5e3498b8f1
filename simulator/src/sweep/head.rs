//! What a sweep is: what is played, by which build, with which seeds. The first line of its results.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::scenario::tuned::Rows;

/// Another number cannot be read: the meaning of what is written has changed.
pub const FORMAT: u32 = 1;

/// The most seeds of one sweep, all shards together.
pub const MOST: u64 = 10_000_000;

/// What a sweep is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The number of the format.
    pub wimz_sweep: u32,
    /// Which sources the program was built from: [`SOURCES`](crate::recording::SOURCES).
    pub build: String,
    /// The scenario, as whoever began the sweep called it.
    pub scenario: String,
    /// SHA-256 over all that is played but for the seed and the tuning that was laid over it: scenario, twin, room, robot,
    /// dogs, plans.
    pub sha256: String,
    /// The twin of it that is played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
    /// The file that was laid over its tuning, as it was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning: Option<String>,
    /// The rows of tuning that are not the robot's own, whoever set them.
    #[serde(default, skip_serializing_if = "Rows::is_empty")]
    pub tuned: Rows,
    /// How long each run is, in seconds of robot time.
    pub length_s: f64,
    /// What is expected, in the order of the file.
    pub expectations: Vec<String>,
    /// Which seeds.
    pub seeds: Seeds,
    /// Which part of them; all, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

impl Head {
    /// As a line, with its end.
    pub fn line(&self) -> String {
        let line = serde_json::to_string(self).expect("it is texts and finite numbers");
        format!("{line}\n")
    }

    /// The seeds that are to be played, in order.
    pub fn due(&self) -> impl Iterator<Item = u64> + use<> {
        let (first, end) = (self.seeds.first, self.seeds.end);
        let Shard { number, of } = self.shard.unwrap_or(Shard::ALL);
        (first.saturating_add(number - 1)..end).step_by(usize::try_from(of).unwrap_or(usize::MAX))
    }

    /// Whether this seed is one of them.
    pub fn has(&self, seed: u64) -> bool {
        let Shard { number, of } = self.shard.unwrap_or(Shard::ALL);
        (self.seeds.first..self.seeds.end).contains(&seed) && (seed - self.seeds.first) % of == number - 1
    }

    /// What is played, in some words.
    pub fn title(&self) -> String {
        let twin = self.twin.as_ref().map(|twin| format!(", twin `{twin}`")).unwrap_or_default();
        let shard = self.shard.map(|shard| format!(", shard {shard}")).unwrap_or_default();
        format!("{}{twin}, seeds {}{shard}", self.scenario, self.seeds)
    }

    /// The command that plays all of it.
    pub fn all_again(&self) -> String {
        let flags = flags(self.twin.as_deref(), self.tuning.as_deref());
        let shard = self.shard.map(|shard| format!(" --shard {shard}")).unwrap_or_default();
        format!("wimz sweep {}{flags} --seeds {}{shard}", quoted(&self.scenario), self.seeds)
    }

    /// The command that plays this seed alone, and tells it.
    pub fn again(&self, seed: u64) -> String {
        again(&self.scenario, self.twin.as_deref(), self.tuning.as_deref(), seed)
    }

    /// What of two sweeps makes them different stories, so that their results do not belong into one; `None` if nothing
    /// does. Which seeds of them are played makes no difference here.
    pub fn parted(&self, other: &Self) -> Option<String> {
        if self.build != other.build {
            return Some(format!("wimz {} played it, and this is wimz {}", self.build, other.build));
        }
        if self.sha256 != other.sha256 || self.twin != other.twin {
            let title = |head: &Self| match &head.twin {
                None => head.scenario.clone(),
                Some(twin) => format!("the twin `{twin}` of {}", head.scenario),
            };
            let (one, two) = (title(self), title(other));
            return Some(if one == two {
                format!("{one}, or a file that it names, has changed since")
            } else {
                format!("it has {one}, and this is {two}")
            });
        }
        if self.tuned != other.tuned {
            let words = |rows: &Rows| {
                let words: Vec<String> = rows.iter().map(|(row, value)| format!("{row} = {value}")).collect();
                if words.is_empty() { "as the robot is by itself".to_owned() } else { words.join(", ") }
            };
            let (one, two) = (words(&self.tuned), words(&other.tuned));
            return Some(format!("it was tuned otherwise: {one}; and this is: {two}"));
        }
        None
    }
}

/// The command that plays one seed of a scenario and tells it.
pub fn again(scenario: &str, twin: Option<&str>, tuning: Option<&str>, seed: u64) -> String {
    format!("wimz run {}{} --seed {seed}", quoted(scenario), flags(twin, tuning))
}

fn flags(twin: Option<&str>, tuning: Option<&str>) -> String {
    let flag = |name: &str, word: Option<&str>| word.map(|word| format!(" --{name} {}", quoted(word)));
    [flag("twin", twin), flag("tuning", tuning)].map(Option::unwrap_or_default).concat()
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    if plain && !word.is_empty() { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Seeds from one up to, but not including, another: `0..1000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Seeds {
    first: u64,
    end: u64,
}

impl Seeds {
    /// How many.
    pub fn count(self) -> u64 {
        self.end - self.first
    }
}

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers =
            text.split_once("..").and_then(|(first, end)| Some((first.parse().ok()?, end.parse().ok()?)));
        match numbers {
            None => Err(format!("`{text}` are no seeds: write them like 0..1000, which is 0 to 999")),
            Some((first, end)) if first >= end => {
                Err(format!("there is no seed in {text}: the end is not among them"))
            }
            Some((first, end)) if end - first > MOST => {
                Err(format!("{text} are {} seeds: {MOST} at most", end - first))
            }
            Some((first, end)) => Ok(Self { first, end }),
        }
    }
}

impl fmt::Display for Seeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.end)
    }
}

/// One of so many parts of the seeds, from 1: `2/4` is the second, sixth, tenth... of them, so that no part is a run of hard
/// ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// The whole.
    const ALL: Self = Self { number: 1, of: 1 };

    /// As a sweep has it: a whole is no part.
    pub fn part(self) -> Option<Self> {
        (self.of > 1).then_some(self)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            None => Err(format!("`{text}` is no shard: write it like 1/4, the first of four")),
            Some((number, of)) if (1..=of).contains(&number) && of <= MOST => Ok(Self { number, of }),
            Some((_, of)) => Err(format!("`{text}` is no shard: they are counted from 1 to {of}")),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )*};
}

as_text!(Seeds, Shard);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_and_shards_are_read_as_they_are_written() {
        for text in ["0..1", "7..12", "18446744073709551600..18446744073709551615"] {
            assert_eq!(text.parse::<Seeds>().unwrap().to_string(), text);
        }
        for (text, message) in [
            ("5", "write them like 0..1000"),
            ("5..5", "there is no seed in 5..5"),
            ("9..3", "there is no seed"),
            ("-1..3", "are no seeds"),
            ("0..10000001", "10000000 at most"),
        ] {
            let why = text.parse::<Seeds>().unwrap_err();
            assert!(why.contains(message), "{why}");
        }
        assert_eq!("4/4".parse::<Shard>().unwrap().to_string(), "4/4");
        assert_eq!("1/1".parse::<Shard>().unwrap().part(), None);
        for text in ["0/4", "5/4", "1", "1/0", "a/b"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_command_is_one_that_a_shell_takes() {
        let again = again("a b/it's.toml", Some("no bell"), Some("t.toml"), 7);
        assert_eq!(again, r"wimz run 'a b/it'\''s.toml' --twin 'no bell' --tuning t.toml --seed 7");
    }
}
