//! Photos come from the camera's own thread beside the stream, for the mode that it is, and nobody waits for a camera
//! that is gone.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "above the line: tests of a thread")]

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::timeout;
use wimz_firmware::camera::{self, CameraThread, PHOTOS, Viewfinder};
use wimz_firmware::photo::{Hud, PhotoError};
use wimz_hal::media::{Camera, Picture};
use wimz_vocabulary::{Mode, Status, Vision};

const BEST: (u16, u16) = (1280, 720);
/// Far longer than anything here takes, far shorter than forever.
const SOON: Duration = Duration::from_secs(20);

/// A camera whose every picture is a little brighter than the last.
#[derive(Default)]
struct Fake {
    shade: Arc<AtomicU8>,
    breaks: Arc<AtomicBool>,
    /// It hangs while nothing comes in, though not so long that a test which fails never ends.
    gate: Option<mpsc::Receiver<()>>,
    rgb: Vec<u8>,
}

impl Camera for Fake {
    fn capture(&mut self, vision: Vision) -> Picture<'_> {
        assert!(!self.breaks.load(Ordering::Acquire), "the test's camera breaks");
        let shade = self.shade.fetch_add(1, Ordering::AcqRel);
        if let Some(gate) = &self.gate {
            let _ = gate.recv_timeout(SOON);
        }
        let (width, height) = vision.size(BEST);
        self.rgb.clear();
        self.rgb.resize(usize::from(width) * usize::from(height) * 3, shade);
        Picture { width, height, rgb: &self.rgb }
    }
}

fn start(fake: Fake, most_hz: u8) -> (Viewfinder, CameraThread, watch::Sender<Status>) {
    let (mode, status) = watch::channel(Status::default());
    let wall = || "2026-01-26T02:15:00Z".parse::<Timestamp>().unwrap();
    let (viewfinder, thread) = camera::start(Box::new(fake), most_hz, status, Box::new(wall)).unwrap();
    (viewfinder, thread, mode)
}

/// Width and height as a JPEG file's frame header has them.
fn size(jpeg: &[u8]) -> (u16, u16) {
    let at = jpeg.windows(2).position(|pair| pair[0] == 0xff && (0xc0..=0xc2).contains(&pair[1])).unwrap();
    let number = |from: usize| u16::from_be_bytes([jpeg[from], jpeg[from + 1]]);
    (number(at + 7), number(at + 5))
}

#[tokio::test]
async fn two_photos_at_once_are_two_photos_and_the_stream_goes_on() {
    let (viewfinder, _thread, _mode) = start(Fake::default(), 30);
    let mut stream = viewfinder.look();
    timeout(SOON, stream.changed()).await.unwrap().unwrap();
    let hud = Hud { mode: Mode::Idle, dog: None };
    let both = async { tokio::join!(viewfinder.photo(Some(hud)), viewfinder.photo(None)) };
    let (first, second) = timeout(SOON, both).await.unwrap();
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.filename, "wimz_20260126_021500.jpg");
    assert_eq!(second.filename, "wimz_20260126_021500_2.jpg");
    assert_eq!((first.with_hud, second.with_hud), (true, false));
    assert_ne!(first.jpeg, second.jpeg, "only one has the HUD");
    let before = stream.borrow_and_update().number;
    timeout(SOON, stream.wait_for(|frame| frame.number > before + 1)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_photo_is_newer_than_the_wish_and_needs_no_viewer() {
    let shade = Arc::new(AtomicU8::new(0));
    let (viewfinder, _thread, _mode) = start(Fake { shade: shade.clone(), ..Fake::default() }, 30);
    let old = timeout(SOON, viewfinder.photo(None)).await.unwrap().unwrap();
    shade.store(200, Ordering::Release);
    let new = timeout(SOON, viewfinder.photo(None)).await.unwrap().unwrap();
    assert_ne!(old.jpeg, new.jpeg);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(shade.load(Ordering::Acquire), 201, "while nobody looks, the camera rests");
}

#[tokio::test]
async fn stream_and_photos_have_the_mode_s_size() {
    let (viewfinder, _thread, mode) = start(Fake::default(), 30);
    let mut stream = viewfinder.look();
    for wanted in [Mode::Idle, Mode::Manual, Mode::Coach, Mode::Idle] {
        mode.send_modify(|status| status.mode = wanted);
        let expected = wanted.profile().vision.size(BEST);
        let photo = timeout(SOON, viewfinder.photo(None)).await.unwrap().unwrap();
        assert_eq!(((photo.width, photo.height), size(&photo.jpeg)), (expected, expected), "{wanted}");
        let fits = stream.wait_for(|frame| frame.number > 0 && size(&frame.jpeg) == expected);
        timeout(SOON, fits).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_glance_is_no_picture_that_was_begun_before() {
    let (go, gate) = mpsc::channel();
    let shade = Arc::new(AtomicU8::new(0));
    let (viewfinder, _thread, mode) =
        start(Fake { gate: Some(gate), shade: shade.clone(), ..Fake::default() }, 30);
    let _stream = viewfinder.look();
    while shade.load(Ordering::Acquire) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    mode.send_modify(|status| status.mode = Mode::Manual);
    let finish = async {
        tokio::task::yield_now().await;
        drop(go);
    };
    let (frame, ()) = timeout(SOON, async { tokio::join!(viewfinder.glance(), finish) }).await.unwrap();
    assert_eq!(size(&frame.unwrap().jpeg), BEST);
}

#[tokio::test]
async fn each_mode_has_its_rate_and_none_is_above_the_camera_s() {
    // No more than so many in so long holds on a busy machine too; so many at all within seconds on all but a stopped one.
    async fn frames(most_hz: u8, mode: Mode, length: Duration) -> u64 {
        let (viewfinder, _thread, status) = start(Fake::default(), most_hz);
        status.send_modify(|status| status.mode = mode);
        let stream = viewfinder.look();
        tokio::time::sleep(length).await;
        stream.borrow().number
    }
    let second = Duration::from_secs(1);
    let (idle, manual, slow) = tokio::join!(
        frames(60, Mode::Idle, second),
        frames(60, Mode::Manual, second),
        frames(2, Mode::Coach, second)
    );
    assert!((1..=6).contains(&idle), "{idle} of 5");
    assert!((idle + 1..=21).contains(&manual), "{manual} of 20");
    assert!((1..=3).contains(&slow), "{slow} of 2");
}

#[tokio::test]
async fn whoever_begins_to_drive_does_not_wait_for_the_slow_stream() {
    let (viewfinder, _thread, mode) = start(Fake::default(), 60);
    let mut stream = viewfinder.look();
    let mut waited = Duration::ZERO;
    for _ in 0..6 {
        mode.send_modify(|status| status.mode = Mode::Idle);
        let small = stream.wait_for(|frame| frame.number > 0 && size(&frame.jpeg) == (640, 480));
        timeout(SOON, small).await.unwrap().unwrap();
        // By now the thread rests until the slow stream's next picture.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let begun = Instant::now();
        mode.send_modify(|status| status.mode = Mode::Manual);
        timeout(SOON, stream.wait_for(|frame| size(&frame.jpeg) == BEST)).await.unwrap().unwrap();
        waited += begun.elapsed();
    }
    // Six times the rest of a slow stream's period is 1.1 seconds.
    assert!(waited < Duration::from_millis(800), "{waited:?}");
}

#[tokio::test]
async fn a_photo_does_not_wait_for_a_slow_stream() {
    let (viewfinder, _thread, status) = start(Fake::default(), 1);
    let mut stream = viewfinder.look();
    timeout(SOON, stream.changed()).await.unwrap().unwrap();
    let begun = Instant::now();
    timeout(SOON, viewfinder.photo(None)).await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_millis(700), "{:?}", begun.elapsed());
    drop(status);
}

#[tokio::test]
async fn nobody_waits_for_a_camera_that_is_gone() {
    let breaks = Arc::new(AtomicBool::new(false));
    let (viewfinder, thread, _mode) = start(Fake { breaks: breaks.clone(), ..Fake::default() }, 30);
    let mut stream = viewfinder.look();
    timeout(SOON, stream.changed()).await.unwrap().unwrap();
    breaks.store(true, Ordering::Release);
    timeout(SOON, async { while stream.changed().await.is_ok() {} }).await.expect("the stream ends");
    let photo = timeout(Duration::from_secs(2), viewfinder.photo(None)).await.expect("an answer");
    assert!(matches!(photo, Err(PhotoError::Stopped)), "{photo:?}");
    let glance = timeout(Duration::from_secs(2), viewfinder.glance()).await.expect("an answer");
    assert!(matches!(glance, Err(PhotoError::Stopped)), "{glance:?}");
    drop(thread);

    let (viewfinder, thread, _mode) = start(Fake::default(), 30);
    let mut stream = viewfinder.look();
    drop(thread);
    timeout(SOON, async { while stream.changed().await.is_ok() {} }).await.expect("the stream ends");
    assert!(matches!(viewfinder.photo(None).await, Err(PhotoError::Stopped)));
}

#[tokio::test]
async fn a_camera_that_breaks_over_a_photo_says_so() {
    let breaks = Arc::new(AtomicBool::new(true));
    let (viewfinder, _thread, _mode) = start(Fake { breaks, ..Fake::default() }, 30);
    let photo = timeout(Duration::from_secs(2), viewfinder.photo(None)).await.expect("an answer");
    assert!(matches!(photo, Err(PhotoError::Stopped)), "{photo:?}");
}

#[tokio::test]
async fn a_camera_that_hangs_turns_away_what_it_cannot_take_and_forgets_nothing_else() {
    let (go, gate) = mpsc::channel();
    let shade = Arc::new(AtomicU8::new(0));
    let (viewfinder, _thread, _mode) =
        start(Fake { gate: Some(gate), shade: shade.clone(), ..Fake::default() }, 30);
    let mut wishes = vec![viewfinder.photo(None)];
    while shade.load(Ordering::Acquire) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    wishes.extend((0..PHOTOS).map(|_| viewfinder.photo(None)));
    let turned_away = timeout(SOON, viewfinder.photo(None)).await.unwrap();
    assert!(matches!(turned_away, Err(PhotoError::Busy)), "{turned_away:?}");
    // A camera that waits for something of its own uses up the knocks of those who came meanwhile.
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(go);
    for (wish, number) in wishes.into_iter().zip(1..) {
        let photo = timeout(SOON, wish).await.unwrap().unwrap();
        let end = if number == 1 { "021500.jpg".to_owned() } else { format!("021500_{number}.jpg") };
        assert!(photo.filename.ends_with(&end), "{} is number {number}", photo.filename);
    }
}
