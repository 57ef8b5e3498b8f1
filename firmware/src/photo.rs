//! A photo: one picture for keeps, with what the robot knows written into it if that is wanted.
//!
//! It never takes one; the camera's thread does (`camera`).

mod hud;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jpeg_encoder::EncodingError;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinError;
use tokio::time::error::Elapsed;
use wimz_hal::media::Picture;
use wimz_vocabulary::Mode;

use crate::camera::{PATIENCE, PHOTOS, encode};

/// JPEG quality, 1 to 100. A photo is kept and looked at closely, one at a time: from 90 on the encoder leaves colour at
/// full resolution, without which the letters and thin lines of a HUD fray; 1280 x 720 is about 200 kB.
const QUALITY: u8 = 90;

/// A photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// The file.
    pub jpeg: Vec<u8>,
    /// A name for it that no other photo of this run has: `wimz_20260126_021500.jpg`, in UTC.
    pub filename: String,
    /// When.
    pub taken: Timestamp,
    /// Whether mode, time and dog are written into it.
    pub with_hud: bool,
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
}

/// Why there is no photo.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// The camera's thread has ended, or is about to.
    #[error("the camera has stopped: there is no picture until the robot is started again")]
    Stopped,
    /// The camera hangs.
    #[error("the camera has given no picture for {} seconds: try again", PATIENCE.as_secs())]
    Late,
    /// More are wanted than can wait.
    #[error("{PHOTOS} photos are waiting for the camera already: try again")]
    Busy,
    /// What the camera gave is no picture.
    #[error("the camera's picture cannot be encoded: {0}")]
    NoPicture(#[from] EncodingError),
}

impl From<Elapsed> for PhotoError {
    fn from(_: Elapsed) -> Self {
        Self::Late
    }
}

impl From<oneshot::error::RecvError> for PhotoError {
    fn from(_: oneshot::error::RecvError) -> Self {
        Self::Stopped
    }
}

impl From<watch::error::RecvError> for PhotoError {
    fn from(_: watch::error::RecvError) -> Self {
        Self::Stopped
    }
}

/// The process is ending: its runtime takes no more work.
impl From<JoinError> for PhotoError {
    fn from(_: JoinError) -> Self {
        Self::Stopped
    }
}

/// What is written into a photo beside the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Hud {
    /// The mode.
    pub mode: Mode,
    /// The dog, if one is seen.
    pub dog: Option<DogBox>,
}

/// Where a dog is in the picture: shares of its width and height from the top left corner, 0 to 1. What lies outside is
/// cut off.
#[derive(Clone, Debug, PartialEq)]
pub struct DogBox {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Towards the right.
    pub width: f32,
    /// Downwards.
    pub height: f32,
    /// Which dog, if that is known.
    pub name: Option<String>,
}

/// A picture that was taken for a photo.
pub(crate) struct Shot {
    pub taken: Timestamp,
    pub filename: String,
    pub width: u16,
    pub height: u16,
    pub rgb: Vec<u8>,
}

/// Makes the photo of a picture. Takes tens of milliseconds.
pub(crate) fn develop(shot: Shot, hud: Option<&Hud>) -> Result<Photo, PhotoError> {
    let Shot { taken, filename, width, height, mut rgb } = shot;
    if let Some(hud) = hud {
        hud::draw(hud, taken, (width, height), &mut rgb);
    }
    let jpeg = encode(Picture { width, height, rgb: &rgb }, QUALITY)?;
    Ok(Photo { jpeg, filename, taken, with_hud: hud.is_some(), width, height })
}

/// Gives each photo of a run a name of its own.
#[derive(Debug, Default)]
pub struct PhotoNames {
    /// The newest second that had a photo, and how many it had.
    newest: Option<(i64, u64)>,
    /// The largest number that any name ends with.
    largest: u64,
}

impl PhotoNames {
    /// The name of a photo that is taken now: `wimz_YYYYMMDD_HHMMSS.jpg` in UTC (contract, "Photo Event"), and with `_2`,
    /// `_3` and so on after it for more photos within a second. Where the clock was set back, the number is larger than
    /// any before it, whatever those times had: nothing has to be remembered of them.
    pub fn name(&mut self, now: Timestamp) -> String {
        let second = now.as_second();
        let number = match &mut self.newest {
            Some((newest, count)) if second == *newest => {
                *count += 1;
                *count
            }
            Some((newest, _)) if second < *newest => self.largest.max(1) + 1,
            _ => {
                self.newest = Some((second, 1));
                1
            }
        };
        self.largest = self.largest.max(number);
        let stem = now.strftime("wimz_%Y%m%d_%H%M%S");
        match number {
            1 => format!("{stem}.jpg"),
            _ => format!("{stem}_{number}.jpg"),
        }
    }
}
