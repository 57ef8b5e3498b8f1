//! `wimz film`: a part of a run as moving pictures, in robot time, drawn without a window.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use clap::Args;
use wimz_simulator::assets::BadInput;
use wimz_simulator::clip::{Clip, Wanted};
use wimz_vocabulary::{Micros, RobotTime};

use super::interrupt::{INTERRUPTED, interrupts};
use super::progress::Progress;
use super::scene::{Scene, SceneWords, size};
use super::{FAILED, fail, say, span_of_time};

/// What `wimz film` is told.
#[derive(Debug, Args)]
pub struct FilmWords {
    #[command(flatten)]
    scene: SceneWords,
    /// From which moment, such as 10s
    #[arg(long, value_parser = span_of_time, value_name = "TIME")]
    from: Micros,
    /// Up to which moment, such as 20s
    #[arg(long, value_parser = span_of_time, value_name = "TIME")]
    to: Micros,
    /// Pictures a second, 1 to 120
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..=120), value_name = "N")]
    fps: u16,
    /// Where it goes: an animated PNG, or a folder for a PNG of each picture
    #[arg(long, value_name = "FILE or FOLDER")]
    out: PathBuf,
    /// Width and height in pixels
    #[arg(long, default_value = "640x360", value_parser = size, value_name = "SIZE")]
    size: [u32; 2],
}

impl FilmWords {
    /// How many pictures there are: the last one ends when the film does.
    fn pictures(&self) -> Option<u32> {
        let span = self.to.get().checked_sub(self.from.get()).filter(|span| *span > 0)?;
        u32::try_from(span.saturating_mul(u64::from(self.fps)).div_ceil(1_000_000)).ok()
    }

    /// Of which moment this one is.
    fn moment(&self, picture: u32) -> RobotTime {
        let since = u64::from(picture) * 1_000_000 / u64::from(self.fps);
        RobotTime::BOOT + self.from + Micros::new(since)
    }
}

/// Plays it, and draws what is wanted of it.
pub fn film(words: &FilmWords) -> Result<ExitCode, BadInput> {
    let mut scene = Scene::open(&words.scene)?;
    let from = scene.moment(words.from)?;
    scene.moment(words.to)?;
    let pictures = words.pictures().ok_or_else(|| {
        BadInput::Wrong(format!("--to {} does not come after --from {}", words.to, words.from))
    })?;
    let wanted = Wanted::at(&words.out)?;
    scene.skip_to(from);
    let mut reel = match wanted.begin(words.size, words.fps, pictures) {
        Ok(clip) => Reel { words, scene, clip, pictures, drawn: 0, drawer: String::new() },
        Err(error) => return Ok(fail(&format!("{}: {error}", words.out.display()))),
    };
    Ok(match reel.draw() {
        Ok(whole) => reel.end(whole),
        // What is whole of it stays where it is.
        Err(why) => fail(&why),
    })
}

/// A film that is being drawn.
struct Reel<'a> {
    words: &'a FilmWords,
    scene: Scene,
    clip: Clip,
    pictures: u32,
    drawn: u32,
    drawer: String,
}

impl Reel<'_> {
    /// Draws it picture by picture; whether nobody wanted an end before.
    fn draw(&mut self) -> Result<bool, String> {
        let interrupted = interrupts();
        let mut progress = Progress::new();
        let mut studio = self.scene.studio(self.words.size).map_err(|why| why.to_string())?;
        studio.drawer().clone_into(&mut self.drawer);
        for picture in 0..self.pictures {
            if interrupted.load(Ordering::Relaxed) {
                progress.wipe();
                return Ok(false);
            }
            self.scene.play(self.words.moment(picture), &mut studio);
            let drawn = studio.picture().map_err(|why| why.to_string())?;
            let unwritten =
                |error| format!("{}: {error}; it has {picture} pictures", self.words.out.display());
            self.clip.add(drawn).map_err(unwritten)?;
            self.drawn += 1;
            let left = progress.left(self.drawn as usize, (self.pictures - self.drawn) as usize);
            progress.tell(|| format!("{} of {} pictures{left}", self.drawn, self.pictures));
        }
        progress.wipe();
        Ok(true)
    }

    fn end(self, whole: bool) -> ExitCode {
        let Self { words, scene, clip, pictures, drawn, drawer } = self;
        let out = words.out.display();
        let next = match clip.end() {
            Ok(next) => next,
            Err(error) => return fail(&format!("{out}: {error}")),
        };
        match (whole, drawn) {
            (false, 0) => say("interrupted before the first picture"),
            (false, _) => say(&format!("{out}: interrupted after {drawn} of {pictures} pictures")),
            (true, _) => say(&format!(
                "{out}: {} from {} to {}, {pictures} pictures, drawn by {drawer}",
                scene.name,
                RobotTime::BOOT + words.from,
                RobotTime::BOOT + words.to
            )),
        }
        if let Some(next) = next.filter(|_| drawn > 0) {
            say(&format!("as a video: {next}"));
        }
        if !whole {
            return ExitCode::from(INTERRUPTED);
        }
        if scene.is_as_recorded() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
    }
}
