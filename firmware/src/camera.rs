//! The camera's own thread: it takes pictures while somebody looks, and the newest wins.
//!
//! It encodes JPEG for the local stream and never makes anybody wait: a slow viewer misses frames.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use jpeg_encoder::{ColorType, Encoder, EncodingError};
use tokio::sync::watch;
use wimz_hal::media::{Camera, Picture};

/// JPEG quality, 1 to 100: at 80 a frame of the living room is about 40 kB and shows no blocks.
const QUALITY: u8 = 80;

/// A JPEG frame; the number tells one from the next.
#[derive(Clone, Debug, Default)]
pub struct JpegFrame {
    /// From 1; zero before the first.
    pub number: u64,
    /// The file.
    pub jpeg: Arc<[u8]>,
}

/// Where viewers look. While nobody does, the camera rests.
#[derive(Clone, Debug)]
pub struct Viewfinder {
    frames: Arc<watch::Sender<JpegFrame>>,
    thread: Thread,
    running: Arc<AtomicBool>,
}

/// The camera's thread; it ends when this is dropped.
#[derive(Debug)]
pub struct CameraThread {
    running: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the camera's thread at this many frames a second.
///
/// # Errors
/// The system's, if it has no thread to give.
pub fn start(mut camera: Box<dyn Camera>, rate_hz: u8) -> std::io::Result<(Viewfinder, CameraThread)> {
    let frames = Arc::new(watch::channel(JpegFrame::default()).0);
    let running = Arc::new(AtomicBool::new(true));
    let period = Duration::from_secs(1) / u32::from(rate_hz.max(1));
    let (sink, go_on) = (Arc::downgrade(&frames), running.clone());
    let thread = thread::Builder::new().name("camera".to_owned()).spawn(move || {
        while go_on.load(Ordering::Acquire) {
            let begun = Instant::now();
            match look(&mut *camera, &sink) {
                Some(true) => thread::sleep(period.saturating_sub(begun.elapsed())),
                Some(false) => thread::park(),
                None => return,
            }
        }
    })?;
    let viewfinder = Viewfinder { frames, thread: thread.thread().clone(), running: running.clone() };
    Ok((viewfinder, CameraThread { running, thread: Some(thread) }))
}

/// Takes a picture if anybody looks; `None` if nobody ever will again.
fn look(camera: &mut dyn Camera, sink: &Weak<watch::Sender<JpegFrame>>) -> Option<bool> {
    let sink = sink.upgrade()?;
    if sink.receiver_count() == 0 {
        return Some(false);
    }
    if let Ok(jpeg) = encode(camera.capture()) {
        sink.send_modify(|frame| {
            frame.number += 1;
            frame.jpeg = jpeg.into();
        });
    }
    Some(true)
}

/// A picture as JPEG.
///
/// # Errors
/// The encoder's, for a picture that is no picture: without pixels, or too few bytes.
pub fn encode(picture: Picture<'_>) -> Result<Vec<u8>, EncodingError> {
    let mut jpeg = Vec::with_capacity(64 * 1024);
    Encoder::new(&mut jpeg, QUALITY).encode(picture.rgb, picture.width, picture.height, ColorType::Rgb)?;
    Ok(jpeg)
}

impl Viewfinder {
    /// Looks through it. The camera runs for as long as the receiver lives; the first frame is a fresh one.
    pub fn look(&self) -> watch::Receiver<JpegFrame> {
        let mut frames = self.frames.subscribe();
        frames.mark_unchanged();
        self.thread.unpark();
        frames
    }

    /// Whether the camera's thread still runs.
    pub fn is_running(&self) -> bool {
        self.running.load(Ordering::Acquire)
    }
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
