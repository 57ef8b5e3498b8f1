//! The sounds folder: what can be played is measured, what cannot is told of, and nothing beyond it is touched.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test makes the files that it reads, and may stop at the first surprise"
)]

use std::fs;
use std::path::{Path, PathBuf};

use wimz_firmware::sounds::Library;
use wimz_vocabulary::{Micros, SoundName};

const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/sounds");

fn ours(path: &str) -> Vec<u8> {
    fs::read(Path::new(OURS).join(path)).unwrap()
}

fn put(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn tracks(library: &Library) -> Vec<(&str, Micros)> {
    library.tracks().iter().map(|track| (track.name.as_str(), track.length)).collect()
}

fn left_out(library: &Library) -> Vec<String> {
    library.left_out().iter().map(ToString::to_string).collect()
}

/// Silence as AAC in ADTS frames, 16 kHz and one channel: an element without bands, and the end (ISO/IEC 14496-3).
fn aac(frames: usize) -> Vec<u8> {
    [0xff, 0xf1, 0x60, 0x40, 0x01, 0x7f, 0xfc, 0x00, 0x00, 0x00, 0x07].repeat(frames)
}

/// An MP3 behind a cover picture (ID3v2.3), 128 KiB of what could be taken for the beginnings of frames.
fn tagged(mp3: &[u8]) -> Vec<u8> {
    const BODY: u8 = 8;
    let mut file = b"ID3\x03\x00\x00".to_vec();
    file.extend([0, BODY, 0, 0]);
    file.extend(b"APIC");
    file.extend([0, 1, 0xff, 0xf6, 0, 0]);
    file.extend([0xff, 0xfb].repeat((usize::from(BODY) << 14).div_ceil(2) - 5));
    file.extend(mp3);
    file
}

#[test]
fn our_own_sounds_are_as_long_as_their_catalogue_says() {
    let library = Library::open(Path::new(OURS)).unwrap();
    assert_eq!(left_out(&library), [""; 0]);
    let said: Vec<String> = tracks(&library)
        .iter()
        .map(|(name, length)| {
            let allowed = if name.starts_with("songs/") { 8_000_000..15_000_000 } else { 500_000..2_000_000 };
            assert!(allowed.contains(&length.get()), "{name}: {length:?}");
            format!("\"{name}\" = {}", length.get())
        })
        .collect();
    let catalogue = fs::read_to_string(Path::new(OURS).join("catalogue.toml")).unwrap();
    let written: Vec<&str> = catalogue.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(said, written);
    assert_eq!(library.tracks().iter().filter(|track| track.is_song()).count(), 3);
}

#[test]
fn every_coding_is_measured_wherever_it_lies_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "wimz/Loud.WAV", &ours("wimz/ready.wav"));
    put(folder, "talks/dog_7/come.mp3", &ours("talks/default/come_here.mp3"));
    put(folder, "talks/dog_7/sit.aac", &aac(20));
    put(folder, "songs/tagged.mp3", &tagged(&ours("talks/default/come_here.mp3")));
    put(folder, "songs/notes.txt", b"not a sound, and nobody says it is");
    put(folder, "songs/.a.wav", b"some system's own");
    let library = Library::open(folder).unwrap();
    let expected = [
        ("songs/tagged.mp3", Micros::new(1_384_489)),
        ("talks/dog_7/come.mp3", Micros::new(1_384_489)),
        ("talks/dog_7/sit.aac", Micros::from_millis(1_280)),
        ("wimz/Loud.WAV", Micros::from_millis(1_020)),
    ];
    assert_eq!(tracks(&library), expected);
    assert_eq!(left_out(&library), [""; 0]);
    let sit = SoundName::new("talks/dog_7/sit.aac").unwrap();
    assert_eq!(library.path(&sit), Some(folder.canonicalize().unwrap().join("talks/dog_7/sit.aac")));
    for unknown in ["talks/dog_7/none.wav", "../sounds.rs", "/etc/passwd", "songs/notes.txt"] {
        assert_eq!(library.path(&SoundName::new(unknown).unwrap()), None, "{unknown}");
    }
}

#[test]
fn what_cannot_be_played_is_left_out_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let whole = ours("wimz/ready.wav");
    put(folder, "songs/good.wav", &whole);
    put(folder, "songs/cut.wav", &whole[..whole.len() / 2]);
    put(folder, "songs/text.mp3", &b"this is no music. ".repeat(500));
    put(folder, "songs/nothing.aac", b"");
    put(folder, "songs/header.wav", &whole[..44]);
    put(folder, "songs/li\nne.wav", &whole);
    let but = |place: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[place] = byte;
        bytes
    };
    // 2130722432 samples a second, and 65281 channels.
    put(folder, "songs/rate.wav", &but(27, 0x7f));
    put(folder, "songs/channels.wav", &but(23, 0xff));
    put(folder, &format!("songs/{}.wav", "long".repeat(20)), &whole);
    let library = Library::open(folder).unwrap();
    assert_eq!(tracks(&library), [("songs/good.wav", Micros::from_millis(1_020))]);
    let said = left_out(&library);
    let expected = [
        ("songs/channels.wav: ", "it is damaged (its reader stumbles over it): save it anew"),
        ("songs/cut.wav: ", "it is damaged (it breaks off): save it anew"),
        ("songs/header.wav: ", "it is damaged (it breaks off): save it anew"),
        ("songs/li\nne.wav: ", "cannot be used, for it holds a character that cannot be seen: rename it"),
        ("songs/longlong", "cannot be used, for it is longer than 80 bytes: rename it"),
        ("songs/nothing.aac: ", "save it as WAV, MP3 or AAC"),
        ("songs/rate.wav: ", "save it anew"),
        ("songs/text.mp3: ", "save it as WAV, MP3 or AAC"),
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, (begin, end)) in said.iter().zip(expected) {
        assert!(said.starts_with(begin) && said.ends_with(end), "{said}");
    }
    let none = Library::open(&folder.join("nowhere")).unwrap_err().to_string();
    assert!(none.contains("nowhere cannot be read: "), "{none}");
}

/// Damage anywhere in a file never stops the start: it is measured, or left out.
#[test]
fn no_damage_stops_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "whole.wav", &ours("wimz/ready.wav"));
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    let wholes = [
        ("wav", ours("talks/default/sit.wav")),
        ("mp3", ours("talks/default/come_here.mp3")),
        ("aac", aac(60)),
    ];
    for round in 0..150 {
        let (end, whole) = &wholes[round % 3];
        let mut bytes = whole.clone();
        // Half of the damage is where the headers are.
        for hit in 0..8 {
            let reach = if hit % 2 == 0 { 64 } else { bytes.len() };
            bytes[random() % reach] = random() as u8;
        }
        bytes.truncate(bytes.len() - random() % (bytes.len() / 2));
        put(folder, &format!("{round}.{end}"), &bytes);
    }
    let library = Library::open(folder).unwrap();
    assert_eq!(library.tracks().len() + library.left_out().len(), 151);
    assert!(tracks(&library).contains(&("whole.wav", Micros::from_millis(1_020))));
    assert!(!library.left_out().is_empty());
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "secret.wav", &ours("wimz/ready.wav"));
    let place = tempfile::tempdir().unwrap();
    let folder: PathBuf = place.path().join("sounds");
    put(&folder, "songs/a.wav", &ours("wimz/ready.wav"));
    symlink(outside.path(), folder.join("elsewhere")).unwrap();
    symlink(outside.path().join("secret.wav"), folder.join("songs/b.wav")).unwrap();
    symlink(&folder, folder.join("songs/round")).unwrap();
    symlink("nowhere", folder.join("notes")).unwrap();
    // The folder itself may be reached by one.
    symlink(&folder, place.path().join("link")).unwrap();
    let library = Library::open(&place.path().join("link")).unwrap();
    assert_eq!(tracks(&library), [("songs/a.wav", Micros::from_millis(1_020))]);
    let paths: Vec<&str> = library.left_out().iter().map(|out| out.path.as_str()).collect();
    assert_eq!(paths, ["elsewhere", "songs/b.wav", "songs/round"]);
    // One that is put in a file's place later is not followed either.
    let a = SoundName::new("songs/a.wav").unwrap();
    assert!(library.path(&a).is_some());
    fs::remove_file(folder.join("songs/a.wav")).unwrap();
    symlink(outside.path().join("secret.wav"), folder.join("songs/a.wav")).unwrap();
    assert_eq!(library.path(&a), None);
}
