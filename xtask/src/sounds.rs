//! `cargo xtask sounds`: makes the sounds that come with WIM-Z, note by note, and writes down how long each is.
//!
//! Nothing of it was recorded or taken from anywhere. The WAV files come out with the same bytes on every machine.

mod scores;
mod synth;

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context, Result};
use shine_rs::{Mp3EncoderConfig, StereoMode, encode_pcm_to_mp3};

use crate::workspace::Workspace;
use scores::SCORES;
use synth::Score;

/// Where they are kept.
const FOLDER: &str = "assets/sounds";
const CATALOGUE: &str = "catalogue.toml";
const ABOUT: &str = "\
# How long each sound plays, in microseconds. Written by `cargo xtask sounds`, which also makes the sounds.
";

/// Samples a second of the WAV files: the band of speech, and small files.
const WAV_RATE: u32 = 16_000;

/// Samples a second of an MP3, and its thousands of bits a second. At a rate whose frames are whole bytes, such as
/// 16 kHz, the encoder sets their padding bits all the same, and players lose their place.
const MP3_RATE: u32 = 44_100;
const MP3_KBPS: u32 = 64;
/// Samples in a frame of an MP3 at that rate (ISO/IEC 11172-3).
const MP3_FRAME: usize = 1_152;

/// A file: its path below the folder, and what is in it.
struct Made {
    path: String,
    bytes: Vec<u8>,
}

/// Writes all sounds and their catalogue.
pub fn write(workspace: &Workspace) -> Result<ExitCode> {
    for Made { path, bytes } in make()? {
        let place = workspace.path(FOLDER).join(&path);
        let folder = place.parent().context("a sound lies in a folder")?;
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        std::fs::write(&place, &bytes).with_context(|| format!("writing {}", place.display()))?;
        println!("wrote {FOLDER}/{path}, {} KiB", bytes.len().div_ceil(1024));
    }
    Ok(ExitCode::SUCCESS)
}

fn make() -> Result<Vec<Made>> {
    let mut files = Vec::new();
    let mut catalogue = BTreeMap::new();
    for score in SCORES {
        let (bytes, heard, rate) = if is_mp3(score) {
            let (bytes, heard) = mp3(synth::play(score, MP3_RATE))?;
            (bytes, heard, MP3_RATE)
        } else {
            let samples = synth::play(score, WAV_RATE);
            (synth::wav(&samples, WAV_RATE)?, samples.len(), WAV_RATE)
        };
        let micros = u64::try_from(heard)? * 1_000_000 / u64::from(rate);
        catalogue.insert(score.path, micros);
        files.push(Made { path: score.path.to_owned(), bytes });
    }
    let rows = catalogue.iter().map(|(path, micros)| format!("\"{path}\" = {micros}\n"));
    let text: String = [ABOUT.to_owned()].into_iter().chain(rows).collect();
    files.push(Made { path: CATALOGUE.to_owned(), bytes: text.into_bytes() });
    Ok(files)
}

fn is_mp3(score: &Score) -> bool {
    score.path.ends_with(".mp3")
}

/// The sound as an MP3, and how many samples come out of that again: whole frames.
fn mp3(mut samples: Vec<i16>) -> Result<(Vec<u8>, usize)> {
    let config = Mp3EncoderConfig::new()
        .sample_rate(MP3_RATE)
        .bitrate(MP3_KBPS)
        .channels(1)
        .stereo_mode(StereoMode::Mono);
    samples.resize(samples.len().next_multiple_of(MP3_FRAME), 0);
    Ok((encode_pcm_to_mp3(config, &samples).context("encoding an MP3")?, samples.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn walk(folder: &Path, below: &str, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = format!("{below}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), &format!("{path}/"), found);
            } else {
                found.insert(path);
            }
        }
    }

    #[test]
    fn what_is_committed_is_what_is_made() {
        let workspace = Workspace::find().unwrap();
        let folder = workspace.path(FOLDER);
        let mut expected = BTreeSet::from(["README.md".to_owned()]);
        for Made { path, bytes } in make().unwrap() {
            let kept = std::fs::read(folder.join(&path)).unwrap_or_default();
            // The encoder's tables may differ by a bit between machines: of the MP3 only its frames are held.
            let same = if path.ends_with(".mp3") { kept.len() == bytes.len() } else { kept == bytes };
            assert!(same, "{path} is out of date: `cargo xtask sounds` writes it anew");
            expected.insert(path);
        }
        let mut found = BTreeSet::new();
        walk(&folder, "", &mut found);
        assert_eq!(found, expected, "what lies in {FOLDER} that is not made, or is missing");
    }

    #[test]
    fn words_are_short_loud_and_end_in_silence() {
        for score in SCORES {
            let samples = synth::play(score, WAV_RATE);
            let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            assert!((15_000..=24_000).contains(&peak), "{}: {peak} at its loudest", score.path);
            assert!(samples.last().unwrap().unsigned_abs() < 200, "{} ends in a click", score.path);
            let seconds = samples.len() as f64 / f64::from(WAV_RATE);
            let allowed = if score.path.starts_with("songs/") { 8.0..15.0 } else { 0.3..2.0 };
            assert!(allowed.contains(&seconds), "{}: {seconds} s", score.path);
        }
    }
}
