//! The sounds on disk: which files can be played, and how long each is.
//!
//! It reads and measures; it plays nothing, writes nothing, and never leaves its folder by a link.

use std::fmt;
use std::fs::{self, DirEntry, File};
use std::io;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::units;
use wimz_vocabulary::{BadText, Micros, SoundName, Track};

/// The containers of sound that can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RIFF WAVE.
    Wav,
    /// MP3, with or without tags.
    Mp3,
    /// AAC in an MP4 container: what phones record.
    M4a,
    /// AAC in bare ADTS frames.
    Aac,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Wav, Self::Mp3, Self::M4a, Self::Aac];

    /// How its files' names end, in small letters.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::M4a => "m4a",
            Self::Aac => "aac",
        }
    }

    /// Its media type (RFC 2361, RFC 3003, RFC 4337; IANA for AAC).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Aac => "audio/aac",
        }
    }

    /// The one of files whose names end so, in whatever letters.
    pub fn of_ending(end: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| end.eq_ignore_ascii_case(format.ending()))
    }

    /// The one of this media type, by any of the names that are in use for it.
    pub fn of_media_type(kind: &str) -> Option<Self> {
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.strip_prefix("audio/")? {
            "wav" | "x-wav" | "wave" | "vnd.wave" => Some(Self::Wav),
            "mpeg" | "mp3" => Some(Self::Mp3),
            "mp4" | "m4a" | "x-m4a" => Some(Self::M4a),
            "aac" | "aacp" | "x-aac" => Some(Self::Aac),
            _ => None,
        }
    }

    /// What the reader calls it.
    fn of_reader(name: &str) -> Option<Self> {
        match name {
            "wave" => Some(Self::Wav),
            "mp3" => Some(Self::Mp3),
            "isomp4" => Some(Self::M4a),
            "aac" => Some(Self::Aac),
            _ => None,
        }
    }
}

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
        let format = Format::of_ending(end);
        if kind.is_symlink() {
            // A link beside the sounds that is none of them is nobody's concern.
            return if format.is_some() || entry.path().is_dir() { Err(Unusable::Link) } else { Ok(()) };
        }
        if kind.is_dir() {
            SoundName::new(path).map_err(Unusable::Name)?;
            return Ok(self.walk(&entry.path(), &format!("{path}/"))?);
        }
        if let Some(format) = format.filter(|_| kind.is_file()) {
            let name = SoundName::new(path).map_err(Unusable::Name)?;
            let (_, length) = recognise(Box::new(File::open(entry.path())?), format)?;
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

/// What the bytes of a sound file are, whatever they are said to be, and how long they play: phones call their MP4 files
/// AAC.
///
/// # Errors
/// [`Unusable`], for bytes that cannot be played.
pub fn examine(bytes: &[u8], said: Format) -> Result<(Format, Micros), Unusable> {
    recognise(Box::new(io::Cursor::new(bytes)), said)
}

fn recognise<'s>(source: Box<dyn MediaSource + 's>, said: Format) -> Result<(Format, Micros), Unusable> {
    // The reader multiplies what a damaged header says, and panics on it: one file's end, not the robot's.
    catch_unwind(AssertUnwindSafe(|| measure(source, said)))
        .unwrap_or_else(|_| Err(Unusable::Damaged("its reader stumbles over it".to_owned())))
}

fn measure<'s>(source: Box<dyn MediaSource + 's>, said: Format) -> Result<(Format, Micros), Unusable> {
    let stream = MediaSourceStream::new(source, Default::default());
    let mut hint = Hint::new();
    hint.with_extension(said.ending());
    let (options, metadata) = (FormatOptions::default(), MetadataOptions::default());
    let mut reader =
        symphonia::default::get_probe().probe(&hint, stream, options, metadata).map_err(no_sound)?;
    let found = Format::of_reader(reader.format_info().short_name);
    let found = found.ok_or(Unusable::Unsupported("another kind of file"))?;
    let length = count(&mut *reader)?;
    if length == Micros::ZERO { Err(Unusable::Empty) } else { Ok((found, length)) }
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
