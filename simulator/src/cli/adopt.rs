//! `wimz adopt`: a recording becomes a scenario.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use wimz_simulator::adopt::{self, Adopted};
use wimz_simulator::assets::BadInput;
use wimz_simulator::recording::Recording;
use wimz_vocabulary::Micros;

use super::say;

/// What is more than this does not belong into a repository, in bytes.
const LARGE: usize = 50_000;

#[derive(Debug, Args)]
pub struct Adopt {
    /// Recording made with --record
    #[arg(value_name = "FILE")]
    recording: PathBuf,
    /// The scenario to write; the recording's name with .toml, if nothing is said
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// One line on what it shows
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
}

/// Writes the scenario, plays it, and says what it expects.
pub fn adopt(words: &Adopt) -> Result<ExitCode, BadInput> {
    let recording = Recording::read(&words.recording)?;
    let path = match &words.out {
        Some(path) => path.clone(),
        None => PathBuf::from(words.recording.file_name().unwrap_or_default()).with_extension("toml"),
    };
    let usual = format!("What was recorded in {}", recording.name);
    let adopted = adopt::adopt(&recording, &path, words.about.as_deref().unwrap_or(&usual))?;
    let files: Vec<(&Path, &str)> =
        adopted.files.iter().map(|(path, text)| (path.as_path(), text.as_str())).collect();
    let files: Vec<(&Path, &str)> =
        std::iter::once((path.as_path(), adopted.text.as_str())).chain(files).collect();
    if let Some((there, _)) = files.iter().find(|(path, _)| path.exists()) {
        let name = there.display();
        return Err(BadInput::Wrong(format!("{name}: it is there already: choose another name with --out")));
    }
    for (path, text) in &files {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let written = folder.map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, text));
        written.map_err(|error| unwritten(path, &error))?;
    }
    adopted.check(&path).inspect_err(|_| {
        for (path, _) in &files {
            // Nothing more can be done about a file that does not go.
            let _ = fs::remove_file(path);
        }
    })?;
    say(&summary(&adopted, &recording, &path));
    Ok(ExitCode::SUCCESS)
}

fn summary(adopted: &Adopted, recording: &Recording, path: &Path) -> String {
    let Adopted { text, files, expects, hash } = adopted;
    let size = text.len() + files.iter().map(|(_, text)| text.len()).sum::<usize>();
    let span = Micros::new(recording.end.as_micros());
    let name = path.display();
    let mut said = format!("{name}: {span}, {} inputs, {:.1} kB", recording.inputs.len(), size as f64 / 1e3);
    for (path, _) in files {
        said += &format!("\n  with {}", path.display());
    }
    said += &match expects.as_slice() {
        [] => "\n  it expects nothing, for nothing that came in made a difference: write an [[expect]]"
            .to_owned(),
        expects => format!("\n  it expects as many as there were of {}", expects.join(", ")),
    };
    if size > LARGE {
        said += "\n  that is much for a repository: record less of it";
    }
    said + &format!("\n  wimz run {name} plays it again: the same run, {hash}")
}

fn unwritten(path: &Path, error: &std::io::Error) -> BadInput {
    BadInput::Wrong(format!("{}: {error}", path.display()))
}
