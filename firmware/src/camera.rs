//! The camera's own thread: it takes pictures while somebody looks or wants a photo, and the newest wins.
//!
//! Size and rate are those of the mode. It encodes JPEG for the local stream and never makes anybody wait: a slow viewer
//! misses frames.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jpeg_encoder::{ColorType, Encoder, EncodingError};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;
use tracing::{debug, info, warn};
use wimz_hal::media::{Camera, Picture};
use wimz_vocabulary::{RobotTime, Status, Vision};

use crate::photo::{Hud, Photo, PhotoError, PhotoNames, Shot, develop};

/// JPEG quality, 1 to 100: at 80 a frame of the living room is about 40 kB and shows no blocks.
const QUALITY: u8 = 80;

/// How many photos may wait for the camera. It takes all that wait at once; a full ring means that it hangs.
pub const PHOTOS: usize = 8;

/// How long a picture may take before whoever waits for it is told that there is none. A camera's slowest change of
/// size takes less than a second.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How often the thread looks up, while somebody looks, for a mode that has changed: a person who begins to drive does
/// not wait for the next of five pictures a second.
const NAP: Duration = Duration::from_millis(20);

/// Frames a second that a mode wants: a glance, a person who drives, a detector that follows a dog. These are what the
/// fleet ran with.
const fn rate_hz(vision: Vision) -> u8 {
    match vision {
        Vision::Standard => 5,
        Vision::High => 20,
        Vision::Detecting => 30,
    }
}

/// A JPEG frame; the number tells one from the next.
#[derive(Clone, Debug, Default)]
pub struct JpegFrame {
    /// From 1; zero before the first.
    pub number: u64,
    /// The file.
    pub jpeg: Arc<[u8]>,
    /// When the camera began to take it.
    pub begun: Option<Instant>,
    /// ... and what robot time it was then.
    pub at: RobotTime,
}

/// Whom a photo's picture goes to.
type Order = oneshot::Sender<Shot>;

/// Asked for the wall clock when a photo is taken.
type WallTime = Box<dyn Fn() -> Timestamp + Send>;

/// Where viewers look. While nobody does, the camera rests.
#[derive(Clone, Debug)]
pub struct Viewfinder {
    /// The thread holds it: when that ends, however it ends, every receiver is told.
    frames: Weak<watch::Sender<JpegFrame>>,
    orders: SyncSender<Order>,
    thread: Thread,
}

/// The camera's thread; it ends when this is dropped.
#[derive(Debug)]
pub struct CameraThread {
    running: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the camera's thread. It takes pictures for the mode that `status` names, never more than `most_hz` a second
/// for the stream; photos are named and stamped with what `wall` says when they are taken.
///
/// # Errors
/// The system's, if it has no thread to give.
pub fn start(
    camera: Box<dyn Camera>,
    most_hz: u8,
    status: watch::Receiver<Status>,
    wall: WallTime,
) -> std::io::Result<(Viewfinder, CameraThread)> {
    let frames = Arc::new(watch::channel(JpegFrame::default()).0);
    let weak = Arc::downgrade(&frames);
    let (orders, asked) = sync_channel(PHOTOS);
    let running = Arc::new(AtomicBool::new(true));
    let go_on = running.clone();
    let mut shutter = Shutter {
        camera,
        most_hz,
        status,
        wall,
        frames,
        asked,
        names: PhotoNames::default(),
        last: None,
        troubled: false,
    };
    let thread = thread::Builder::new().name("camera".to_owned()).spawn(move || {
        while go_on.load(Ordering::Acquire) {
            match shutter.turn() {
                Some(nap) => thread::park_timeout(nap),
                None => thread::park(),
            }
        }
    })?;
    let viewfinder = Viewfinder { frames: weak, orders, thread: thread.thread().clone() };
    Ok((viewfinder, CameraThread { running, thread: Some(thread) }))
}

/// What the thread owns.
struct Shutter {
    camera: Box<dyn Camera>,
    most_hz: u8,
    status: watch::Receiver<Status>,
    wall: WallTime,
    frames: Arc<watch::Sender<JpegFrame>>,
    asked: Receiver<Order>,
    names: PhotoNames,
    /// When the stream's newest picture was begun.
    last: Option<Instant>,
    /// Whether the last picture could not be encoded.
    troubled: bool,
}

impl Shutter {
    /// Takes what is wanted now: photos first, then the stream's picture if it is due. Says how long nothing will be;
    /// `None` is until somebody comes, and never after a picture: who came meanwhile may have woken the camera instead,
    /// which sleeps as it likes.
    fn turn(&mut self) -> Option<Duration> {
        let vision = self.status.borrow().mode.profile().vision;
        let took = self.photos(vision);
        if self.frames.receiver_count() == 0 {
            return took.then_some(Duration::ZERO);
        }
        let rate = rate_hz(vision).min(self.most_hz).max(1);
        let period = Duration::from_secs(1) / u32::from(rate);
        let wait = self.last.map_or(Duration::ZERO, |last| period.saturating_sub(last.elapsed()));
        if wait > Duration::ZERO {
            return Some(wait.min(NAP));
        }
        let begun = Some(Instant::now());
        self.last = begun;
        let at = self.status.borrow().at;
        let encoded = encode(self.camera.capture(vision), QUALITY);
        match &encoded {
            Err(error) if !self.troubled => warn!(%error, "the camera gives no picture"),
            Ok(_) if self.troubled => info!("the camera gives pictures again"),
            _ => {}
        }
        self.troubled = encoded.is_err();
        if let Ok(jpeg) = encoded {
            self.frames.send_modify(|frame| {
                frame.number += 1;
                frame.jpeg = jpeg.into();
                frame.begun = begun;
                frame.at = at;
            });
        }
        Some(Duration::ZERO)
    }

    /// One picture for all who wait for a photo now, if anybody does: it is fresher than each of their wishes.
    fn photos(&mut self, vision: Vision) -> bool {
        let orders: Vec<Order> = self.asked.try_iter().collect();
        if orders.is_empty() {
            return false;
        }
        let taken = (self.wall)();
        let Picture { width, height, rgb } = self.camera.capture(vision);
        for order in orders {
            let filename = self.names.name(taken);
            // Whoever has gone has used up a name, which nobody misses.
            let _ = order.send(Shot { taken, filename, width, height, rgb: rgb.to_vec() });
        }
        true
    }
}

/// A picture as JPEG of a quality from 1 to 100.
///
/// # Errors
/// The encoder's, for a picture that is no picture: without pixels, or too few bytes.
pub fn encode(picture: Picture<'_>, quality: u8) -> Result<Vec<u8>, EncodingError> {
    let mut jpeg = Vec::with_capacity(64 * 1024);
    Encoder::new(&mut jpeg, quality).encode(picture.rgb, picture.width, picture.height, ColorType::Rgb)?;
    Ok(jpeg)
}

impl Viewfinder {
    /// Looks through it. The camera runs for as long as the receiver lives; the first frame is one that is not done yet.
    /// If the camera has stopped, or stops, the receiver is closed.
    pub fn look(&self) -> watch::Receiver<JpegFrame> {
        let Some(sender) = self.frames.upgrade() else {
            return watch::channel(JpegFrame::default()).1;
        };
        // A frame from before counts as seen.
        let frames = sender.subscribe();
        self.thread.unpark();
        frames
    }

    /// One frame of the stream that is begun after this is asked: of the mode that it is now, also where the camera was
    /// about to finish one of the mode before.
    ///
    /// # Errors
    /// [`PhotoError::Stopped`] if the camera has stopped, [`PhotoError::Late`] if it gives nothing for [`PATIENCE`].
    pub async fn glance(&self) -> Result<JpegFrame, PhotoError> {
        let asked = Some(Instant::now());
        let mut frames = self.look();
        let waited = timeout(PATIENCE, frames.wait_for(|frame| frame.begun >= asked)).await;
        let frame = waited.map_err(PhotoError::from).and_then(|frame| Ok(frame?.clone()));
        frame.map_err(noted)
    }

    /// Takes a photo for the current mode: a picture of its own, newer than the wish, however the stream goes. It is
    /// ordered when this returns.
    ///
    /// # Errors
    /// Any [`PhotoError`]; it answers within [`PATIENCE`] and the time that encoding takes.
    pub fn photo(
        &self,
        hud: Option<Hud>,
    ) -> impl Future<Output = Result<Photo, PhotoError>> + Send + 'static {
        let (order, shot) = oneshot::channel();
        let ordered = self.orders.try_send(order);
        self.thread.unpark();
        async move {
            let developed = async {
                ordered.map_err(|refused| match refused {
                    TrySendError::Full(_) => PhotoError::Busy,
                    TrySendError::Disconnected(_) => PhotoError::Stopped,
                })?;
                let shot = timeout(PATIENCE, shot).await??;
                // Not on the camera's thread, where the stream would wait for it.
                tokio::task::spawn_blocking(move || develop(shot, hud.as_ref())).await?
            };
            developed.await.map_err(noted)
        }
    }
}

/// Writes trouble to the log, and gives it on. That many want a photo at once is no trouble of the camera's.
fn noted(error: PhotoError) -> PhotoError {
    match error {
        PhotoError::Busy => debug!(%error, "no photo"),
        _ => warn!(%error, "no photo"),
    }
    error
}

impl Drop for CameraThread {
    fn drop(&mut self) {
        self.running.store(false, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A camera that panicked has nothing more to say.
            let _ = thread.join();
        }
    }
}
