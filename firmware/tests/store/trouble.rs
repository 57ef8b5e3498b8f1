//! Processes that are killed, power that fails, and files that are not what they should be.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;
use wimz_firmware::store::{Keep, Store, StoreError};
use wimz_vocabulary::{Boot, Event, EventId};

use crate::facts::{ROBOT, change, fact, numbers};

/// This very program, which plays a part in another process; see [`as_a_child`].
fn child(program: &Path, part: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["--exact", "trouble::as_a_child", "--nocapture"])
        .env("WIMZ_STORE_PART", part)
        .env("WIMZ_STORE_FOLDER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

fn start(part: &str, folder: &Path) -> (Child, impl Iterator<Item = String>) {
    let mut child = child(&std::env::current_exe().unwrap(), part, folder).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // Before the first line of ours there are some of the test harness.
    (child, lines.filter_map(|line| line.strip_prefix("store: ").map(str::to_owned)))
}

/// No test, unless another one asks for it in a process of its own.
#[test]
fn as_a_child() {
    let (Ok(part), Ok(folder)) = (std::env::var("WIMZ_STORE_PART"), std::env::var("WIMZ_STORE_FOLDER"))
    else {
        return;
    };
    let say = |word: String| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\nstore: {word}").unwrap();
        out.flush().unwrap();
    };
    let mut store = match Store::open(folder.as_ref(), ROBOT) {
        Ok(store) => store,
        Err(error) => return say(error.to_string()),
    };
    say("open".to_owned());
    let boot = store.begin().unwrap();
    say(boot.to_string());
    if part == "holds" {
        std::io::stdin().read_line(&mut String::new()).unwrap();
        return;
    }
    // Until somebody kills it.
    for seq in 1.. {
        say(store.save(&[fact(boot, seq, change(seq))]).unwrap().to_string());
    }
}

#[test]
fn a_process_that_is_killed_has_kept_all_that_it_said() {
    let folder = TempDir::new().unwrap();
    let mut before = Boot(0);
    for round in 1..=3 {
        let (mut child, mut words) = start("saves", folder.path());
        assert_eq!(words.next().unwrap(), "open");
        let boot = Boot(words.next().unwrap().parse().unwrap());
        assert_eq!(boot, before.next(), "no start's number is used twice");
        before = boot;
        // The first is killed before it has told anything.
        let seen = words.by_ref().take(10 * (round - 1)).count();
        assert_eq!(seen, 10 * (round - 1));
        child.kill().unwrap();
        child.wait().unwrap();
        let said = words.last().map_or(seen as u64, |last| last.parse().unwrap());

        let store = Store::open(folder.path(), ROBOT).unwrap();
        assert_eq!(store.boot(), boot);
        let after = EventId { boot, ..EventId::default() };
        let kept: Vec<u64> = store
            .events_after(Some(after), 100_000)
            .unwrap()
            .into_iter()
            .map(|kept| kept.event.id.seq)
            .collect();
        assert!(kept.iter().copied().eq(1..=kept.len() as u64), "{kept:?}");
        assert!(kept.len() as u64 >= said, "it said {said}, and there are {}", kept.len());
    }
}

/// The power fails: of what SQLite writes ahead, any part may have come to the card.
#[test]
fn what_a_power_cut_leaves_is_the_beginning_of_the_row() {
    let folder = TempDir::new().unwrap();
    let mut store = Store::open(folder.path(), ROBOT).unwrap();
    let boot = store.begin().unwrap();
    for seq in 1..=12 {
        store.save(&[fact(boot, seq, change(seq))]).unwrap();
    }
    let file = fs::read(folder.path().join("wimz.db")).unwrap();
    let ahead = fs::read(folder.path().join("wimz.db-wal")).unwrap();
    assert!(ahead.len() > 12 * 4096);
    let mut most = 0;
    for cut in (0..=ahead.len()).step_by(3_001).chain([ahead.len()]) {
        let copy = TempDir::new().unwrap();
        fs::write(copy.path().join("wimz.db"), &file).unwrap();
        fs::write(copy.path().join("wimz.db-wal"), &ahead[..cut]).unwrap();
        let mut store =
            Store::open(copy.path(), ROBOT).unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
        let kept = numbers(&store);
        assert!(kept.iter().copied().eq(1..=kept.len() as u64), "cut at {cut}: {kept:?}");
        assert!(kept.len() >= most, "more is left of more");
        most = kept.len();
        let boot = store.begin().unwrap();
        store.save(&[fact(boot, 1, change(1))]).unwrap();
    }
    assert_eq!(most, 12);
}

#[test]
fn two_processes_do_not_share_a_store() {
    let folder = TempDir::new().unwrap();
    let (mut child, mut words) = start("holds", folder.path());
    assert_eq!(words.next().unwrap(), "open");
    let refusal = Store::open(folder.path(), ROBOT).unwrap_err();
    assert!(matches!(refusal, StoreError::InUse { .. }), "{refusal}");
    let sentence = refusal.to_string();
    assert!(sentence.starts_with(folder.path().to_str().unwrap()), "{sentence}");
    assert!(sentence.contains("another process keeps its facts here"), "{sentence}");
    // Whatever becomes of the other one, nobody has to clean up after it.
    child.kill().unwrap();
    child.wait().unwrap();
    let store = Store::open(folder.path(), ROBOT).unwrap();
    assert!(
        matches!(Store::open(folder.path(), ROBOT), Err(StoreError::InUse { .. })),
        "nor twice in one process"
    );
    drop(store);
    assert!(Store::open(folder.path(), ROBOT).is_ok());
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_an_error_to_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let scratch = TempDir::new().unwrap();
    let folder = scratch.path().join("state");
    drop(Store::open(&folder, ROBOT).unwrap());
    let readable = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o555)).unwrap();
    readable(&folder);
    readable(scratch.path());
    let words: Vec<String> = if fs::write(folder.join("root"), "").is_ok() {
        // Root may write everywhere: let nobody try, with a copy of this program where nobody may read.
        let program = scratch.path().join("program");
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        let out = child(&program, "holds", &folder).uid(65_534).gid(65_534).output().unwrap();
        let out = String::from_utf8(out.stdout).unwrap();
        out.lines().filter_map(|line| line.strip_prefix("store: ").map(str::to_owned)).collect()
    } else {
        vec![Store::open(&folder, ROBOT).unwrap_err().to_string()]
    };
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(words[0].starts_with(folder.to_str().unwrap()), "{words:?}");
    assert!(words[0].contains("cannot write there (Permission denied"), "{words:?}");

    let file = scratch.path().join("file");
    fs::write(&file, "mine").unwrap();
    assert!(matches!(Store::open(&file, ROBOT), Err(StoreError::Folder { .. })));
    assert_eq!(fs::read(&file).unwrap(), b"mine");
}

/// A file of several pages, at rest.
fn full() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let mut store = Store::open(folder.path(), ROBOT).unwrap();
    let boot = store.begin().unwrap();
    let row: Vec<Event> = (1..=500).map(|seq| fact(boot, seq, change(seq))).collect();
    store.save(&row).unwrap();
    let file = folder.path().join("wimz.db");
    (folder, file)
}

/// What can befall a file.
type Harm = fn(&mut Vec<u8>);

/// What a file is refused for; it must be as it was.
fn refused(folder: &TempDir, file: &Path) -> StoreError {
    let before = fs::read(file).unwrap();
    let refusal = Store::open(folder.path(), ROBOT).unwrap_err();
    assert_eq!(fs::read(file).unwrap(), before, "nobody touches it: {refusal}");
    assert!(refusal.to_string().contains("wimz.db: "), "{refusal}");
    refusal
}

#[test]
fn a_damaged_file_is_said_to_be_and_left_alone() {
    let harms: [(&str, Harm); 4] = [
        ("no database at all", |bytes| bytes.fill(b'x')),
        ("its head", |bytes| bytes[..16].fill(0)),
        ("a page in the middle", |bytes| bytes[5 * 4096..6 * 4096].fill(0x5a)),
        ("its end", |bytes| bytes.truncate(4 * 4096 + 100)),
    ];
    for (name, harm) in harms {
        let (folder, file) = full();
        let mut bytes = fs::read(&file).unwrap();
        assert!(bytes.len() > 8 * 4096);
        harm(&mut bytes);
        fs::write(&file, bytes).unwrap();
        let refusal = refused(&folder, &file);
        assert!(matches!(refusal, StoreError::Damaged { .. }), "{name}: {refusal}");
        assert!(refusal.to_string().contains("put it aside"), "{refusal}");
    }
}

#[test]
fn a_newer_file_and_one_of_another_program_are_left_alone() {
    let (folder, file) = full();
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 5).unwrap();
    let refusal = refused(&folder, &file);
    assert!(matches!(refusal, StoreError::Newer { found: 5, .. }), "{refusal}");
    assert!(refusal.to_string().ends_with("its format is 5 and this program reads 4: use a newer one"));

    for version in [0, 1, 2] {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("wimz.db");
        let other = Connection::open(&file).unwrap();
        other.execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
        other.pragma_update(None, "user_version", version).unwrap();
        drop(other);
        let refusal = refused(&folder, &file);
        assert!(matches!(refusal, StoreError::NotAStore { .. }), "{version}: {refusal}");
    }
}

#[test]
fn a_fact_that_somebody_has_changed_is_not_made_up() {
    let (folder, file) = full();
    let people = Connection::open(&file).unwrap();
    people.execute("UPDATE event SET body = '{\"flew\": {}}' WHERE seq = 3", []).unwrap();
    drop(people);
    let store = Store::open(folder.path(), ROBOT).unwrap();
    let refusal = store.events_after(None, 10).unwrap_err();
    assert!(matches!(refusal, StoreError::Unreadable(_)), "{refusal}");
    assert!(refusal.to_string().contains("flew"), "{refusal}");
}
