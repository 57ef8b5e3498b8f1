//! The shelf on a real disk: photos, recordings and messages are there whole or not at all, and none leads out of its folder.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test makes files and takes them away, and may stop at the first surprise"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wimz_contract::wimz::Word;
use wimz_firmware::Door;
use wimz_firmware::door::{Intake, Notice, door};
use wimz_firmware::shelf::{Album, AlbumBounds, Opened, PhotoName, Shelf, ShelfError};
use wimz_firmware::sounds::{Format, examine};
use wimz_vocabulary::{DogId, Micros, SoundName, Track};

const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/sounds");

fn ours(path: &str) -> Vec<u8> {
    fs::read(Path::new(OURS).join(path)).unwrap()
}

fn name(text: &str) -> PhotoName {
    text.parse().unwrap()
}

/// The names of all files in a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[test]
fn only_a_photo_s_name_names_a_photo() {
    for good in ["wimz_20260126_021500.jpg", "wimz_20260126_021500_2.jpg", "wimz_19700101_000000_31.jpg"] {
        assert_eq!(name(good).to_string(), good);
    }
    for bad in [
        "",
        "..",
        "../wimz_20260126_021500.jpg",
        "wimz_20260126_021500",
        "wimz_20260126_021500.jpg/..",
        "wimz_20260126_021500.jpg.part",
        ".wimz_20260126_021500.jpg.part",
        "wimz_20261326_021500.jpg",
        "wimz_20260126_021560.jpg",
        "wimz_20260126_021500_1.jpg",
        "wimz_20260126_021500_02.jpg",
        "wimz_20260126_021500_+2.jpg",
        "wimz_20260126_021500_.jpg",
        "wimz_20260126 021500.jpg",
        "wimz_ 2026126_021500.jpg",
        "wimz_20260126_021500_2_3.jpg",
        "wimz_20260126_021500_99999999999999999999.jpg",
        "WIMZ_20260126_021500.jpg",
        "wimz_20260126_0215\u{661}0.jpg",
        "/etc/passwd",
    ] {
        assert!(bad.parse::<PhotoName>().is_err(), "{bad}");
    }
}

#[test]
fn an_album_keeps_the_newest_within_its_bounds() {
    let folder = TempDir::new().unwrap();
    // What a process that was killed left behind, and what is none of ours.
    fs::write(folder.path().join(".wimz_20260101_000000.jpg.part"), "half").unwrap();
    fs::write(folder.path().join("holiday.jpg"), "not a photo of the robot's").unwrap();
    let bounds = AlbumBounds { photos: 4, bytes: 1_000 };
    let album = Album::new(folder.path().to_owned(), bounds);
    let listed = |album: &Album| -> Vec<String> {
        album.list(None, 100).unwrap().photos.into_iter().map(|photo| photo.filename).collect()
    };
    let second = |second: u32| name(&format!("wimz_20260126_0215{second:02}.jpg"));
    for number in 1..=6 {
        assert_eq!(album.keep(second(number), &[number as u8; 100]).unwrap(), second(number));
    }
    let newest = [6, 5, 4, 3].map(|number| second(number).to_string());
    assert_eq!(listed(&album), newest);
    assert_eq!(files(folder.path()).len(), 5, "and the holiday");
    let page = album.list(None, 3).unwrap();
    assert_eq!((page.photos.len(), page.next.as_deref()), (3, Some(newest[2].as_str())));
    assert_eq!(page.photos[0].timestamp, "2026-01-26T02:15:06Z");
    assert_eq!(page.photos[0].size_bytes, 100);
    let rest = album.list(Some(second(4)), 3).unwrap();
    assert_eq!((rest.photos.len(), rest.next), (1, None));

    // Two of a second, of two runs: neither is lost, and tenth comes after second.
    let again = album.keep(second(6), b"another").unwrap();
    assert_eq!(again.to_string(), "wimz_20260126_021506_2.jpg");
    assert_eq!(album.read(second(6)).unwrap(), [6; 100]);
    assert!(name("wimz_20260126_021506_10.jpg") > name("wimz_20260126_021506_2.jpg"));
    // Many bytes push out many photos, and never themselves.
    album.keep(second(7), &[7; 900]).unwrap();
    assert_eq!(listed(&album), [second(7).to_string(), again.to_string()]);
    album.keep(second(8), &[8; 2_000]).unwrap();
    assert_eq!(listed(&album), [second(8).to_string()]);
    // Nor does a clock that stands at 1970 lose what is taken now.
    let early = name("wimz_19700101_000007.jpg");
    album.keep(early, &[1; 10]).unwrap();
    assert_eq!(album.read(early).unwrap(), [1; 10]);

    album.remove(early).unwrap();
    assert!(matches!(album.remove(early), Err(ShelfError::NoSuch(_))));
    assert!(matches!(album.read(early), Err(ShelfError::NoSuch(_))));
    symlink(Path::new(OURS).join("catalogue.toml"), folder.path().join(early.to_string())).unwrap();
    assert!(matches!(album.read(early), Err(ShelfError::NoSuch(_))), "a link leads elsewhere");
}

/// A shelf beside no store, and the robot's side of its door.
struct Kept {
    folder: TempDir,
    shelf: Shelf,
    told: Vec<String>,
    door: Door,
    intake: Intake,
}

impl Kept {
    fn open(folder: TempDir) -> Self {
        let built_in = Track { name: sound("talks/default/come_here.mp3"), length: Micros::from_secs(1) };
        let Opened { shelf, told, .. } = Shelf::open(folder.path(), None, "robot", vec![built_in]).unwrap();
        let (door, intake) = door();
        Self { folder, shelf, told, door, intake }
    }

    fn sounds(&self) -> PathBuf {
        self.folder.path().join("sounds")
    }

    fn put(&self, id: &str, word: Word, bytes: &[u8], said: Format) -> Result<String, ShelfError> {
        let voice = self.shelf.voices.put(&self.door, (dog(id), word), bytes, said)?;
        Ok(voice.file.as_str().to_owned())
    }

    fn notices(&self) -> Vec<Notice> {
        std::iter::from_fn(|| self.intake.notice()).collect()
    }

    fn known(&self) -> Vec<String> {
        self.shelf.sounds.all().iter().map(|track| track.name.to_string()).collect()
    }
}

fn dog(id: &str) -> DogId {
    DogId::new(id).unwrap()
}

fn sound(name: &str) -> SoundName {
    SoundName::new(name).unwrap()
}

/// As long a WAV of silence as wanted: 8 kHz, 8 bits, one channel.
fn silence(millis: u32) -> Vec<u8> {
    let length = millis * 8;
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend([8_000_u32, 8_000].map(u32::to_le_bytes).concat());
    wav.extend(b"\x01\0\x08\0data");
    wav.extend(length.to_le_bytes());
    wav.extend(vec![0x80; length as usize]);
    wav
}

#[test]
fn a_file_is_what_it_is_whatever_it_is_said_to_be() {
    let (wav, mp3) = (ours("wimz/ready.wav"), ours("talks/default/come_here.mp3"));
    for said in Format::ALL {
        assert_eq!(examine(&wav, said).unwrap(), (Format::Wav, Micros::from_millis(1_020)), "{said:?}");
        assert_eq!(examine(&mp3, said).unwrap(), (Format::Mp3, Micros::new(1_384_489)), "{said:?}");
        for end in [0, 1, 20, 44] {
            assert!(examine(&wav[..end], said).is_err(), "{said:?}, cut at {end}");
        }
    }
    assert_eq!(examine(&silence(2_500), Format::Wav).unwrap(), (Format::Wav, Micros::from_millis(2_500)));
    assert_eq!(Format::of_media_type("Audio/X-WAV; codecs=1"), Some(Format::Wav));
    assert_eq!(Format::of_media_type("application/json"), None);
}

fn word(text: &str) -> Word {
    Word::read(text).unwrap()
}

#[test]
fn a_recording_is_known_at_once_and_replaced_whole() {
    let kept = Kept::open(TempDir::new().unwrap());
    assert_eq!(kept.told, [""; 0]);
    let (wav, mp3) = (ours("wimz/ready.wav"), ours("talks/default/come_here.mp3"));
    let first = kept.put("dog_elsa", word("come"), &wav, Format::Wav).unwrap();
    assert_eq!(first, "talks/dog_elsa/come.wav");
    let track = Track { name: sound(&first), length: Micros::from_millis(1_020) };
    assert_eq!(kept.notices(), [Notice::Sound(track)]);
    assert_eq!(kept.known(), ["talks/default/come_here.mp3", "talks/dog_elsa/come.wav"]);
    assert_eq!(fs::read(kept.sounds().join(&first)).unwrap(), wav);
    // The same dog by the other form of its id, and in another coding than is said.
    let second = kept.put("elsa", word("come"), &mp3, Format::Aac).unwrap();
    assert_eq!(second, "talks/dog_elsa/come.mp3");
    let track = Track { name: sound(&second), length: Micros::new(1_384_489) };
    assert_eq!(kept.notices(), [Notice::SoundGone(sound(&first)), Notice::Sound(track)]);
    assert_eq!(files(&kept.sounds().join("talks/dog_elsa")), ["come.mp3"]);
    assert_eq!(kept.shelf.voices.read(dog("elsa"), word("come")).unwrap(), (Format::Mp3, mp3));
    let listed = kept.shelf.voices.list();
    assert_eq!((listed.len(), listed[0].dog_id, listed[0].duration_ms), (1, dog("elsa"), 1_384));

    let bad = [
        kept.put("elsa", word("come"), b"no sound", Format::Mp3).unwrap_err(),
        kept.put("elsa", word("come"), &silence(10_001), Format::Wav).unwrap_err(),
        kept.put("../../../evil", word("come"), &wav, Format::Wav).unwrap_err(),
        kept.put("..\\evil", word("come"), &wav, Format::Wav).unwrap_err(),
        kept.shelf.voices.read(dog("elsa"), word("sit")).unwrap_err(),
        kept.shelf.voices.remove(&kept.door, dog("bezik"), word("come")).unwrap_err(),
        kept.shelf.voices.read(dog("default"), word("come")).unwrap_err(),
    ];
    let kinds = bad.map(|error| std::mem::discriminant(&error));
    let none = || std::mem::discriminant(&ShelfError::NoSuch(String::new()));
    assert_eq!(kinds[4..], [none(), none(), none()]);
    assert_eq!(kinds[2..4], [std::mem::discriminant(&ShelfError::BadDog); 2]);
    assert_eq!((kept.notices(), kept.known().len()), (vec![], 2), "nothing has changed");
    assert_eq!(files(&kept.sounds().join("talks")), ["dog_elsa"]);

    // It is there after the next start, beside what the owner has put there by hand.
    let Kept { folder, .. } = kept;
    let put = |path: &str, bytes: &[u8]| {
        let path = folder.path().join("sounds").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    put("songs/calm.wav", &silence(3_000));
    put("songs/bad.mp3", b"no music");
    put("talks/dog_elsa/come.wav", &wav);
    let kept = Kept::open(folder);
    assert_eq!(kept.told.len(), 1);
    assert!(kept.told[0].starts_with("sounds/songs/bad.mp3: "), "{:?}", kept.told);
    assert_eq!(kept.known().len(), 4);
    kept.shelf.voices.remove(&kept.door, dog("elsa"), word("come")).unwrap();
    let gone = [&second, &first].map(|name| Notice::SoundGone(sound(name)));
    assert_eq!(kept.notices(), gone, "both that were there");
    assert_eq!(kept.known(), ["songs/calm.wav", "talks/default/come_here.mp3"]);
    assert!(files(&kept.sounds().join("talks/dog_elsa")).is_empty());
}

#[test]
fn messages_are_kept_until_they_were_heard_and_none_outlives_the_run() {
    let folder = TempDir::new().unwrap();
    // What an owner keeps there is no message.
    fs::create_dir(folder.path().join("messages")).unwrap();
    fs::write(folder.path().join("messages/7.wav"), "of a run before").unwrap();
    fs::write(folder.path().join("messages/notes.txt"), "of an owner").unwrap();
    let kept = Kept::open(folder);
    let messages = || files(&kept.folder.path().join("messages"));
    assert_eq!(messages(), ["notes.txt"]);
    let tracks: Vec<_> = (1..=40)
        .map(|number| {
            let track = kept.shelf.messages.keep(&silence(number * 10), Format::Aac).unwrap();
            assert_eq!(track.name.as_str(), format!("messages/{number}.wav"));
            assert_eq!(track.length, Micros::from_millis(u64::from(number) * 10));
            assert!(track.is_message() && kept.folder.path().join(track.name.as_str()).is_file());
            track
        })
        .collect();
    // More than can be heard or wait.
    assert_eq!(messages().len(), 32 + 1);
    tracks.iter().for_each(|track| kept.shelf.messages.forget(&track.name));
    assert_eq!(messages(), ["notes.txt"]);
    assert!(matches!(
        kept.shelf.messages.keep(&silence(10_251), Format::Wav),
        Err(ShelfError::TooLong { .. })
    ));
    assert!(kept.shelf.messages.keep(b"", Format::Aac).is_err());
    kept.shelf.messages.keep(&silence(10), Format::Wav).unwrap();
    let kept = Kept::open(kept.folder);
    assert_eq!(files(&kept.folder.path().join("messages")), ["notes.txt"]);
    assert_eq!((kept.told, kept.shelf.sounds.own()), (vec![], vec![]));
}

/// A link leads to what is somebody else's: nothing is put there, and nothing removed.
#[test]
fn messages_follow_no_link() {
    let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(elsewhere.path().join("1.wav"), "music").unwrap();
    symlink(elsewhere.path(), folder.path().join("messages")).unwrap();
    let kept = Kept::open(folder);
    let refused = kept.shelf.messages.keep(&silence(100), Format::Wav).unwrap_err();
    assert!(refused.to_string().contains("link"), "{refused}");
    assert_eq!(fs::read(elsewhere.path().join("1.wav")).unwrap(), b"music");
}

/// What is in the way, or gone, is said; nothing is half-written, and it works again when it is mended.
#[test]
fn a_folder_in_trouble_is_said_to_be() {
    let wav = ours("wimz/ready.wav");
    let photo = name("wimz_20260126_021500.jpg");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("photos"), "a file").unwrap();
    fs::write(folder.path().join("sounds"), "a file").unwrap();
    fs::write(folder.path().join("messages"), "a file").unwrap();
    let kept = Kept::open(folder);
    assert_eq!(kept.told.len(), 3, "{:?}", kept.told);
    let refused = |kept: &Kept| {
        let Shelf { album, voices, messages, .. } = &kept.shelf;
        let refusals = [
            album.keep(photo, b"jpeg").unwrap_err(),
            album.list(None, 1).unwrap_err(),
            album.read(photo).unwrap_err(),
            album.remove(photo).unwrap_err(),
            kept.put("elsa", word("sit"), &wav, Format::Wav).unwrap_err(),
            messages.keep(&wav, Format::Wav).unwrap_err(),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, ShelfError::Disk { .. }), "{refusal}");
            assert!(refusal.to_string().contains(": the disk refuses ("), "{refusal}");
        }
        assert!(voices.list().is_empty() && kept.notices().is_empty());
    };
    refused(&kept);

    // Everything goes while it runs.
    let kept = Kept::open(TempDir::new().unwrap());
    fs::remove_dir_all(kept.folder.path()).unwrap();
    refused(&kept);
    assert!(!kept.folder.path().exists(), "nobody makes it again");
    for name in ["", "photos", "sounds"] {
        fs::create_dir(kept.folder.path().join(name)).unwrap();
    }
    kept.shelf.album.keep(photo, b"jpeg").unwrap();
    kept.put("elsa", word("sit"), &wav, Format::Wav).unwrap();

    // A recording whose place is taken by something that is no file.
    fs::create_dir(kept.sounds().join("talks/dog_elsa/spin.wav")).unwrap();
    assert!(matches!(kept.put("elsa", word("spin"), &wav, Format::Wav), Err(ShelfError::Disk { .. })));
    assert_eq!(files(&kept.sounds().join("talks/dog_elsa")), ["sit.wav", "spin.wav"]);
    // Or that leads elsewhere.
    let elsewhere = TempDir::new().unwrap();
    symlink(elsewhere.path(), kept.sounds().join("talks/dog_bezik")).unwrap();
    assert!(matches!(kept.put("bezik", word("spin"), &wav, Format::Wav), Err(ShelfError::BadDog)));
    assert!(files(elsewhere.path()).is_empty());
}
