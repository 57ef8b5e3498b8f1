//! Builds anew when a room, robot or scenario comes or goes, for the embedding notices changed files only; and tells the
//! program which sources it is made of, so that results of two builds are told apart.

#![allow(clippy::disallowed_methods, reason = "a build script reads the files that the build is made of")]

use std::fs;
use std::path::{Path, PathBuf};

/// All that a run can depend on, below the root of the repository.
const SOURCES: [&str; 9] = [
    "Cargo.lock",
    "assets",
    "contract/src",
    "contract/vocabulary/src",
    "firmware/brain/src",
    "firmware/src",
    "hal/src",
    "simulator/src",
    "simulator/world/src",
];

fn main() {
    let root = Path::new("..");
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed=../{source}");
        gather(&root.join(source), &mut files);
    }
    files.sort();
    let mut hash = Fnv::new();
    for file in &files {
        let name = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        hash.add(name.as_bytes());
        hash.add(&fs::read(file).unwrap_or_default());
    }
    println!("cargo::rustc-env=WIMZ_SOURCES={:016x}", hash.0);
}

/// All files there, but for those that an editor hides.
fn gather(path: &Path, files: &mut Vec<PathBuf>) {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    if path.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
        entries.for_each(|entry| gather(&entry.path(), files));
    } else if !is_hidden {
        files.push(path.to_path_buf());
    }
}

/// FNV-1a, 64 bits: it tells builds apart, and keeps nobody from forging one.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// A checkout that ends its lines in another way is the same source.
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().copied().filter(|byte| *byte != b'\r').chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
