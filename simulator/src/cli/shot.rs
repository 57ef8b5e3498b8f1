//! `wimz shot`: a moment of a run as a picture, drawn without a window.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use wimz_simulator::assets::BadInput;
use wimz_simulator::clip;
use wimz_vocabulary::Micros;

use super::scene::{Scene, SceneWords, size};
use super::{FAILED, fail, say, span_of_time};

/// What `wimz shot` is told.
#[derive(Debug, Args)]
pub struct ShotWords {
    #[command(flatten)]
    scene: SceneWords,
    /// Of which moment, such as 42s
    #[arg(long, value_parser = span_of_time, value_name = "TIME")]
    at: Micros,
    /// Where the picture goes: a PNG file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Width and height in pixels
    #[arg(long, default_value = "1280x720", value_parser = size, value_name = "SIZE")]
    size: [u32; 2],
}

/// Plays it up to the moment, and draws that.
pub fn shot(words: &ShotWords) -> Result<ExitCode, BadInput> {
    clip::fits(&words.out)?;
    let mut scene = Scene::open(&words.scene)?;
    let moment = scene.moment(words.at)?;
    scene.skip_to(moment);
    let drawn = scene.studio(words.size).and_then(|mut studio| {
        scene.play(moment, &mut studio);
        Ok((studio.picture()?, studio))
    });
    let (picture, studio) = match drawn {
        Ok(drawn) => drawn,
        Err(why) => return Ok(fail(&why.to_string())),
    };
    if let Err(error) = clip::write(&words.out, &picture) {
        return Ok(fail(&format!("{}: {error}", words.out.display())));
    }
    say(&format!("{}: {} at {moment}, drawn by {}", words.out.display(), scene.name, studio.drawer()));
    Ok(if scene.is_as_recorded() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}
