//! The sounds that can be played, and how people name them. It plays nothing and knows no files, only their paths.

use alloc::vec::Vec;

use serde::Serialize;
use wimz_vocabulary::{DogId, SoundName, Track};

/// All sounds, sorted by path. The songs among them, in this order, are the playlist.
#[derive(Debug, Default, Serialize)]
pub struct Catalogue {
    tracks: Vec<Track>,
}

impl Catalogue {
    /// Takes a sound in, or its new length.
    pub fn learn(&mut self, track: Track) {
        match self.place_of(&track.name) {
            Ok(place) => self.tracks[place] = track,
            Err(place) => self.tracks.insert(place, track),
        }
    }

    /// Drops a sound.
    pub fn forget(&mut self, name: &SoundName) {
        if let Ok(place) = self.place_of(name) {
            self.tracks.remove(place);
        }
    }

    /// The sound that is meant by a path, by a file name (or the end of a path), or by either with another ending or
    /// none; the first of these that fits anything decides.
    ///
    /// Where several fit, `talks/default` comes before `wimz`, that before the songs, those before all others, and
    /// then the first by path. What lies in a folder of `talks` for one dog is only found by a name with that folder:
    /// no dog hears another one's recording by accident (field facts A4).
    pub fn find(&self, name: &SoundName) -> Option<Track> {
        let name = name.as_str();
        let fit = |track: &Track| {
            let path = track.name.as_str();
            if path == name {
                return Some(Fit::Path);
            }
            if is_for_one_dog(path) && !name.contains('/') {
                return None;
            }
            let bare = without_ending(path);
            if ends_with(path, name) {
                Some(Fit::File)
            } else if ends_with(bare, name) {
                Some(Fit::NoEnding)
            } else {
                ends_with(bare, without_ending(name)).then_some(Fit::OtherEnding)
            }
        };
        let fitting = self.tracks.iter().filter_map(|track| Some((fit(track)?, rank(track), track)));
        fitting.min_by_key(|(fit, rank, _)| (*fit, *rank)).map(|(_, _, track)| *track)
    }

    /// How a dog is called by a recording of its own: `come` in its folder (`talks/<dog>` or `talks/dog_<dog>`), a
    /// file that bears its id (contract, "Call Dog"), or its `name` in its folder, the first of these.
    pub fn recording_of(&self, dog: &DogId) -> Option<SoundName> {
        let is_it = |text: &str| bare_id(text) == bare_id(dog.as_str());
        let kind = |track: &Track| {
            let (folder, file) = split(without_ending(track.name.as_str()));
            let own = folder.strip_prefix("talks/").is_some_and(is_it);
            let spoken = own || matches!(folder, "" | "talks" | "talks/default");
            match file {
                "come" if own => Some(0),
                _ if spoken && is_it(file) => Some(1),
                "name" if own => Some(2),
                _ => None,
            }
        };
        let calls = self.tracks.iter().filter_map(|track| Some((kind(track)?, track.name)));
        calls.min().map(|(_, name)| name)
    }

    /// By which sound a dog hears its name: `name` in its folder, else a file that bears its id. Never another dog's, and
    /// never one for all dogs (field facts C16).
    pub fn name_of(&self, dog: &DogId) -> Option<SoundName> {
        let is_it = |text: &str| bare_id(text) == bare_id(dog.as_str());
        let kind = |track: &Track| {
            let (folder, file) = split(without_ending(track.name.as_str()));
            let own = folder.strip_prefix("talks/").is_some_and(is_it);
            let spoken = own || matches!(folder, "" | "talks" | "talks/default");
            match file {
                "name" if own => Some(0),
                _ if spoken && is_it(file) => Some(1),
                _ => None,
            }
        };
        let names = self.tracks.iter().filter_map(|track| Some((kind(track)?, track.name)));
        names.min().map(|(_, name)| name)
    }

    /// A word of the robot's own: the dog's own recording of it (`talks/<dog>` or `talks/dog_<dog>`), else the robot's
    /// (`talks/default`).
    pub fn word(&self, word: &str, dog: Option<&DogId>) -> Option<SoundName> {
        let kind = |track: &Track| {
            let (folder, file) = split(without_ending(track.name.as_str()));
            let folder = folder.strip_prefix("talks/")?;
            let own = dog.is_some_and(|dog| bare_id(folder) == bare_id(dog.as_str()));
            (file == word && (own || folder == "default")).then_some(!own)
        };
        let words = self.tracks.iter().filter_map(|track| Some((kind(track)?, track.name)));
        words.min().map(|(_, name)| name)
    }

    /// The playlist.
    pub fn songs(&self) -> impl DoubleEndedIterator<Item = &Track> {
        self.tracks.iter().filter(|track| track.is_song())
    }

    /// The song after this place of the playlist, whether or not that one is still there; after the last comes the
    /// first.
    pub fn song_after(&self, place: Option<SoundName>) -> Option<Track> {
        self.songs().find(|song| Some(song.name) > place).or_else(|| self.songs().next()).copied()
    }

    /// The song before this place; before the first comes the last.
    pub fn song_before(&self, place: Option<SoundName>) -> Option<Track> {
        self.songs().rev().find(|song| Some(song.name) < place).or_else(|| self.songs().next_back()).copied()
    }

    fn place_of(&self, name: &SoundName) -> Result<usize, usize> {
        self.tracks.binary_search_by_key(name, |track| track.name)
    }
}

/// How well a name fits a path, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Path,
    File,
    NoEnding,
    OtherEnding,
}

/// Which folder comes first where a name fits several sounds.
fn rank(track: &Track) -> u8 {
    let path = track.name.as_str();
    if path.starts_with("talks/default/") {
        0
    } else if path.starts_with("wimz/") {
        1
    } else if track.is_song() {
        2
    } else {
        3
    }
}

fn is_for_one_dog(path: &str) -> bool {
    let (folder, _) = split(path);
    folder.strip_prefix("talks/").is_some_and(|folder| folder != "default")
}

/// Whether the last parts of a path are these.
fn ends_with(path: &str, parts: &str) -> bool {
    path.strip_suffix(parts).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Folder and file; no folder is an empty one.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A path without the ending of its file.
fn without_ending(path: &str) -> &str {
    let (_, file) = split(path);
    let ending = file.rsplit_once('.').map_or(0, |(bare, _)| file.len() - bare.len());
    &path[..path.len() - ending]
}

/// Ids come as `elsa` and as `dog_elsa` (field facts A5).
fn bare_id(id: &str) -> &str {
    id.strip_prefix("dog_").unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::Micros;

    fn name(text: &str) -> SoundName {
        SoundName::new(text).unwrap()
    }

    fn catalogue(paths: &[&str]) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for path in paths {
            catalogue.learn(Track { name: name(path), length: Micros::from_secs(1) });
        }
        catalogue
    }

    #[test]
    fn people_name_sounds_as_they_like() {
        let all = catalogue(&[
            "talks/default/sit.wav",
            "talks/default/good.mp3",
            "talks/dog_elsa/good.mp3",
            "wimz/good.mp3",
            "wimz/v1.2.mp3",
            "wimz/v1.mp3",
            "songs/good.mp3",
            "songs/calm/rain.mp3",
            "songs/rain.wav",
            "rain.mp3",
            "beeps/on.mp3",
            "alarm/on.mp3",
            "songs/wow.mp3",
            "wimz/wow.wav",
            "good.wav",
            "bad.wav",
            "talks/dog_elsa/roll.mp3",
            "talks/whistle.mp3",
        ]);
        for (asked, found) in [
            ("wimz/good.mp3", "wimz/good.mp3"),
            ("good.mp3", "talks/default/good.mp3"),
            ("good", "talks/default/good.mp3"),
            ("good.wav", "good.wav"),
            ("bad.wav", "bad.wav"),
            ("sit.mp3", "talks/default/sit.wav"),
            ("dog_elsa/good", "talks/dog_elsa/good.mp3"),
            ("default/sit", "talks/default/sit.wav"),
            ("v1.2", "wimz/v1.2.mp3"),
            ("v1", "wimz/v1.mp3"),
            ("rain", "songs/calm/rain.mp3"),
            ("rain.mp3", "rain.mp3"),
            ("on", "alarm/on.mp3"),
            ("wow", "wimz/wow.wav"),
            ("wow.mp3", "songs/wow.mp3"),
            ("whistle", "talks/whistle.mp3"),
        ] {
            let track = all.find(&name(asked)).map(|track| track.name);
            assert_eq!(track, Some(name(found)), "{asked}");
        }
        for stranger in ["ood", "ood.mp3", "roll", "roll.mp3", "goo", "songs", "elsa/good.mp3", ".mp3"] {
            assert_eq!(all.find(&name(stranger)), None, "{stranger}");
        }
        let tied = catalogue(&["songs/a.mp3", "a.mp3", "x/a.mp3", "zoo/a.mp3"]);
        assert_eq!(tied.find(&name("a")).unwrap().name, name("songs/a.mp3"));
    }

    #[test]
    fn a_dog_is_called_by_what_was_recorded_for_it_alone() {
        let paths = ["talks/dog_elsa/name.mp3", "talks/elsa.wav", "talks/dog_elsa/come.mp3"];
        let dog = |id| DogId::new(id).unwrap();
        for known in 0..=paths.len() {
            let mut all = catalogue(&paths[..known]);
            for other in
                ["talks/dog_bezik/come.mp3", "talks/default/come.mp3", "songs/elsa.mp3", "wimz/name.mp3"]
            {
                all.learn(Track { name: name(other), length: Micros::ZERO });
            }
            all.learn(Track { name: name("talks/dog_bezik/elsa.mp3"), length: Micros::ZERO });
            let expected = known.checked_sub(1).map(|newest| name(paths[newest]));
            assert_eq!(all.recording_of(&dog("elsa")), expected);
            assert_eq!(all.recording_of(&dog("dog_elsa")), expected);
        }
        for path in
            ["dog_001.mp3", "talks/default/dog_001.mp3", "talks/001/dog_001.mp3", "talks/001/come.m4a"]
        {
            assert_eq!(catalogue(&[path]).recording_of(&dog("dog_001")), Some(name(path)), "{path}");
        }
    }

    #[test]
    fn a_dog_hears_its_own_name_and_no_other() {
        let elsa = DogId::new("dog_elsa").unwrap();
        let strangers = ["talks/default/name.mp3", "talks/dog_bezik/name.mp3", "talks/dog_elsa/come.mp3"];
        assert_eq!(catalogue(&strangers).name_of(&elsa), None);
        let mut all = catalogue(&strangers);
        for own in ["talks/elsa.wav", "talks/dog_elsa/name.mp3"] {
            all.learn(Track { name: name(own), length: Micros::ZERO });
            assert_eq!(all.name_of(&elsa), Some(name(own)));
        }
    }

    #[test]
    fn the_playlist_goes_round_in_the_order_of_paths() {
        let mut all = catalogue(&["wimz/hi.mp3", "songs/b.mp3", "songs/a.mp3", "songs/c.mp3", "talks/z.mp3"]);
        let [a, b, c] = ["songs/a.mp3", "songs/b.mp3", "songs/c.mp3"].map(name);
        let after = |all: &Catalogue, place| all.song_after(place).map(|song| song.name);
        let before = |all: &Catalogue, place| all.song_before(place).map(|song| song.name);
        let order = [None, Some(a), Some(b), Some(c)];
        assert_eq!(order.map(|place| after(&all, place)), [Some(a), Some(b), Some(c), Some(a)]);
        assert_eq!(order.map(|place| before(&all, place)), [Some(c), Some(c), Some(a), Some(b)]);
        all.learn(Track { name: b, length: Micros::from_secs(7) });
        assert_eq!(all.songs().map(|song| song.length.get()).max(), Some(7_000_000), "a new length");
        assert_eq!(all.songs().count(), 3);
        all.forget(&b);
        all.forget(&b);
        assert_eq!((after(&all, Some(b)), before(&all, Some(b))), (Some(c), Some(a)));
        assert_eq!((after(&catalogue(&[]), None), before(&catalogue(&[]), Some(a))), (None, None));
    }
}
