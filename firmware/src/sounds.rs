//! The sounds on disk: which files can be played, and how long each is.
//!
//! It reads and measures; it plays nothing, writes nothing, and never leaves its folder by a link.

use std::fmt;
use std::fs::{self, DirEntry, File};
use std::io;
use std::ops::RangeInclusive;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::units;
use wimz_vocabulary::{BadText, Micros, SoundName, Track};

/// How names of sound files end, in small letters.
const ENDS: [&str; 4] = ["wav", "mp3", "m4a", "aac"];

/// Samples a second that anybody makes: a file that says it has others is damaged.
const RATES: RangeInclusive<u32> = 8_000..=192_000;

/// How many packets may fail at a file's start: an MP3 that was cut out of a longer one leans on what is not there.
const LEAD_IN: usize = 8;

/// The sounds below one folder, as they were when it was opened.
#[derive(Debug)]
pub struct Library {
    folder: PathBuf,
    tracks: Vec<Track>,
    left_out: Vec<LeftOut>,
}

/// A file or folder that looks as if it should be played, and cannot be.
#[derive(Debug)]
pub struct LeftOut {
    /// Its path below the library's folder.
    pub path: String,
    /// Why, and what to do.
    pub why: Unusable,
}

/// Why a file cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The system's word on it.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A link could lead anywhere.
    #[error("it is a link, and only what lies in the folder itself is played: copy the file there")]
    Link,
    /// Its path is no [`SoundName`].
    #[error("its path below the sounds folder cannot be used, for {0}: rename it")]
    Name(BadText),
    /// Its path is not UTF-8.
    #[error("its name is not UTF-8: rename it")]
    NotUtf8,
    /// Its content is none that is known.
    #[error("it holds no sound that can be played ({0}): save it as WAV, MP3 or AAC")]
    Unsupported(&'static str),
    /// It breaks off, or its content is not what it should be.
    #[error("it is damaged ({0}): save it anew")]
    Damaged(String),
    /// Nothing is in it.
    #[error("nothing is to be heard in it")]
    Empty,
}

/// There is no library there.
#[derive(Debug, thiserror::Error)]
#[error("the sounds folder {} cannot be read: {why}", .folder.display())]
pub struct NoLibrary {
    /// Where it was looked for.
    pub folder: PathBuf,
    /// The system's word on it.
    pub why: io::Error,
}

impl Library {
    /// Walks the folder and measures each sound file. Reads all of them once: about a second for an hour of music.
    ///
    /// # Errors
    /// [`NoLibrary`] if the folder itself cannot be read. What cannot be used within is
    /// [left out](Self::left_out) and told of.
    pub fn open(folder: &Path) -> Result<Self, NoLibrary> {
        let no = |why| NoLibrary { folder: folder.to_owned(), why };
        let mut library =
            Self { folder: folder.canonicalize().map_err(no)?, tracks: Vec::new(), left_out: Vec::new() };
        let top = library.folder.clone();
        library.walk(&top, "").map_err(no)?;
        library.tracks.sort_by_key(|track| track.name);
        library.left_out.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(library)
    }

    /// What can be played, sorted by name.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// What was left out, sorted by path.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Where a sound's file is; `None` if it was not there when the library was opened, or has become a link since.
    pub fn path(&self, sound: &SoundName) -> Option<PathBuf> {
        self.tracks.binary_search_by_key(sound, |track| track.name).ok()?;
        let path = self.folder.join(sound.as_str());
        (path.canonicalize().ok()? == path).then_some(path)
    }

    /// Looks at all that lies in a folder; `below` is its path from the library's, with a slash at its end.
    fn walk(&mut self, folder: &Path, below: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            // What begins with a dot is some system's own.
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = format!("{below}{}", name.to_string_lossy());
            let looked = match name.to_str() {
                Some(_) => self.look(&entry, &path),
                None => Err(Unusable::NotUtf8),
            };
            if let Err(why) = looked {
                self.left_out.push(LeftOut { path, why });
            }
        }
        Ok(())
    }

    fn look(&mut self, entry: &DirEntry, path: &str) -> Result<(), Unusable> {
        let kind = entry.file_type()?;
        let end = Path::new(path).extension().and_then(|end| end.to_str()).unwrap_or_default();
        let end = end.to_ascii_lowercase();
        let is_sound = ENDS.contains(&end.as_str());
        if kind.is_symlink() {
            // A link beside the sounds that is none of them is nobody's concern.
            return if is_sound || entry.path().is_dir() { Err(Unusable::Link) } else { Ok(()) };
        }
        if kind.is_dir() {
            SoundName::new(path).map_err(Unusable::Name)?;
            return Ok(self.walk(&entry.path(), &format!("{path}/"))?);
        }
        if kind.is_file() && is_sound {
            let name = SoundName::new(path).map_err(Unusable::Name)?;
            let file = entry.path();
            // The reader multiplies what a damaged header says, and panics on it: one file's end, not the robot's.
            let length = catch_unwind(|| measure(&file, &end))
                .unwrap_or_else(|_| Err(Unusable::Damaged("its reader stumbles over it".to_owned())))?;
            self.tracks.push(Track { name, length });
        }
        Ok(())
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.why)
    }
}

/// How long a file plays.
fn measure(path: &Path, end: &str) -> Result<Micros, Unusable> {
    let stream = MediaSourceStream::new(Box::new(File::open(path)?), Default::default());
    let mut hint = Hint::new();
    hint.with_extension(end);
    let (options, metadata) = (FormatOptions::default(), MetadataOptions::default());
    let mut format =
        symphonia::default::get_probe().probe(&hint, stream, options, metadata).map_err(no_sound)?;
    let length = count(&mut *format)?;
    if length == Micros::ZERO { Err(Unusable::Empty) } else { Ok(length) }
}

/// Counts what all packets of the file's sound come to. A header may say anything.
fn count(format: &mut dyn FormatReader) -> Result<Micros, Unusable> {
    let track = format.default_track(TrackType::Audio).ok_or(Unusable::Unsupported("no sound in it"))?;
    let id = track.id;
    let time_base = track.time_base.ok_or(Unusable::Unsupported("no sample rate in it"))?;
    let Some(CodecParameters::Audio(codec)) = &track.codec_params else {
        return Err(Unusable::Unsupported("no known coding"));
    };
    if let Some(rate) = codec.sample_rate.filter(|rate| !RATES.contains(rate)) {
        return Err(Unusable::Damaged(format!("{rate} samples a second")));
    }
    let options = AudioDecoderOptions::default();
    let mut decoder =
        symphonia::default::get_codecs().make_audio_decoder(codec, &options).map_err(no_sound)?;
    let mut total = units::Duration::from(0_u64);
    let (mut tried, mut heard) = (0, false);
    while let Some(packet) = format.next_packet().map_err(no_sound)? {
        if packet.track_id != id {
            continue;
        }
        // That one packet is sound shows that the rest, in the same coding, is.
        if !heard {
            tried += 1;
            match decoder.decode(&packet) {
                Ok(_) => heard = true,
                Err(_) if tried < LEAD_IN => {}
                Err(error) => return Err(no_sound(error)),
            }
        }
        total = total.saturating_add(packet.dur);
    }
    let micros = time_base.calc_duration_saturating(total).as_micros();
    Ok(Micros::new(if heard { u64::try_from(micros).unwrap_or(u64::MAX) } else { 0 }))
}

fn no_sound(error: Error) -> Unusable {
    match error {
        Error::Unsupported(what) => Unusable::Unsupported(what),
        Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Unusable::Damaged("it breaks off".to_owned())
        }
        Error::IoError(error) => Unusable::Unreadable(error),
        other => Unusable::Damaged(other.to_string()),
    }
}
