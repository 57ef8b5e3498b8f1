//! Somebody else who draws what the robot's camera sees, on a thread of their own, as long as that takes.
//!
//! The camera waits for a picture no longer than [`MOMENT`]. Where it is not there by then it hands over the one before; the
//! software camera's own, where there is none, or its painter takes longer than [`LONGEST`]. A painter who is lost is not missed.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use wimz_hal::media;
use wimz_vocabulary::Vision;
use wimz_window::Picture;
use wimz_world::camera::Lens;

use super::RobotEye;

/// How long a picture is waited for: a GPU draws one in less, and the stream's slowest rate leaves 200 ms.
pub const MOMENT: Duration = Duration::from_millis(60);

/// How long a painter may take for a picture: as long as whoever waits for one does.
pub const LONGEST: Duration = wimz_firmware::camera::PATIENCE;

/// After so long without a wish the camera has rested, and what was drawn before that is of no use.
const REST: Duration = Duration::from_secs(1);

/// A camera whose pictures a painter draws.
pub struct PaintedEye {
    eye: RobotEye,
    desk: Arc<Desk>,
    /// When a picture was wanted last, and since when they have been without a rest.
    asked: Option<(Instant, Instant)>,
    /// The one that is lent out.
    lent: Option<Arc<Painting>>,
}

/// What lies between the camera and its painter.
#[derive(Default)]
struct Desk {
    papers: Mutex<Papers>,
    changed: Condvar,
}

#[derive(Default)]
struct Papers {
    /// What is wanted; the newest wins.
    wish: Option<Wish>,
    /// What was drawn last.
    painting: Option<Arc<Painting>>,
    /// Whether one of the two has gone.
    is_over: bool,
}

#[derive(Clone, Copy, PartialEq)]
struct Wish {
    lens: Lens,
    at: Instant,
}

struct Painting {
    of: Wish,
    took: Duration,
    picture: Picture,
}

impl PaintedEye {
    /// Has `open` make a painter on a thread of its own, which then draws what is seen through each lens that it is handed, as
    /// it is by then. An error, or a panic, is the end of it: the software camera goes on alone.
    ///
    /// # Errors
    /// The system's, if it has no thread to give.
    pub fn new<P, E>(eye: RobotEye, open: impl FnOnce() -> P + Send + 'static) -> io::Result<Self>
    where
        P: FnMut(Lens) -> Result<Picture, E>,
    {
        let desk = Arc::<Desk>::default();
        let seat = Seat(desk.clone());
        thread::Builder::new().name("painter".to_owned()).spawn(move || {
            let mut painter = open();
            while let Some(wish) = seat.0.next() {
                let begun = Instant::now();
                let Ok(picture) = painter(wish.lens) else { return };
                seat.0.hand_over(Painting { of: wish, took: begun.elapsed(), picture });
            }
        })?;
        Ok(Self { eye, desk, asked: None, lent: None })
    }
}

impl media::Camera for PaintedEye {
    fn capture(&mut self, vision: Vision) -> media::Picture<'_> {
        let at = Instant::now();
        let goes_on = self.asked.filter(|(last, _)| at.duration_since(*last) < REST);
        let since = goes_on.map_or(at, |(_, since)| since);
        self.asked = Some((at, since));
        self.lent = self.desk.newest(Wish { lens: self.eye.lens(vision), at }, since);
        match &self.lent {
            Some(lent) => {
                let Lens { width, height, .. } = lent.of.lens;
                media::Picture { width, height, rgb: &lent.picture.rgb }
            }
            None => self.eye.capture(vision),
        }
    }
}

impl Drop for PaintedEye {
    fn drop(&mut self) {
        self.desk.end();
    }
}

impl Desk {
    /// Wants a picture, waits a moment, and takes the newest of those that were wanted since then.
    fn newest(&self, wish: Wish, since: Instant) -> Option<Arc<Painting>> {
        let mut papers = self.lock();
        papers.wish = Some(wish);
        self.changed.notify_all();
        let waits = |papers: &mut Papers| {
            !papers.is_over && papers.painting.as_ref().is_none_or(|painting| painting.of != wish)
        };
        let waited = self.changed.wait_timeout_while(papers, MOMENT, waits);
        papers = waited.unwrap_or_else(PoisonError::into_inner).0;
        let Wish { lens, .. } = wish;
        let is_good = |of: Wish, took| of.lens == lens && of.at >= since && took < LONGEST;
        papers.painting.clone().filter(|painting| !papers.is_over && is_good(painting.of, painting.took))
    }

    /// Waits for a wish; none if there will be no more.
    fn next(&self) -> Option<Wish> {
        let waits = |papers: &mut Papers| papers.wish.is_none() && !papers.is_over;
        let waited = self.changed.wait_while(self.lock(), waits);
        let mut papers = waited.unwrap_or_else(PoisonError::into_inner);
        papers.wish.take().filter(|_| !papers.is_over)
    }

    fn hand_over(&self, painting: Painting) {
        self.lock().painting = Some(Arc::new(painting));
        self.changed.notify_all();
    }

    fn end(&self) {
        self.lock().is_over = true;
        self.changed.notify_all();
    }

    /// Every critical section leaves it whole.
    fn lock(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the painter sits: when it leaves, however it does, nobody waits for it.
struct Seat(Arc<Desk>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use wimz_hal::media::Camera;
    use wimz_hal::profile::CameraProfile;
    use wimz_vocabulary::Degrees;
    use wimz_vocabulary::document::Document;
    use wimz_world::room::Room;

    use super::*;
    use crate::stage::Stage;

    fn eye() -> RobotEye {
        let text = include_str!("../../../assets/rooms/empty.toml");
        let room = Room::parse(&Document::new("empty", text)).unwrap();
        let profile = CameraProfile {
            width: 1_280,
            height: 720,
            rate_hz: 30,
            horizontal_degrees: Degrees::clamped(66.0),
            above_floor: 0.2,
            ahead: 0.05,
        };
        RobotEye::new(profile, Arc::new(Stage::new(Arc::new(room))))
    }

    fn plain(lens: Lens, color: u8) -> Picture {
        let size = [lens.width, lens.height].map(u32::from);
        Picture { size, rgb: vec![color; 3 * (size[0] * size[1]) as usize] }
    }

    /// A painter who draws when it is told to, and leaves when nobody can tell it any more.
    fn told_to_paint() -> (PaintedEye, Sender<u8>) {
        let (tell, told) = channel();
        let open = move || move |lens| told.recv().map(|color| plain(lens, color));
        (PaintedEye::new(eye(), open).unwrap(), tell)
    }

    /// Looks until this is seen.
    fn look_for(eye: &mut PaintedEye, vision: Vision, is_seen: impl Fn(&[u8]) -> bool) {
        let begun = Instant::now();
        while !is_seen(eye.capture(vision).rgb) {
            assert!(begun.elapsed() < Duration::from_secs(20), "it is never seen");
        }
    }

    #[test]
    fn a_picture_is_handed_over_when_it_is_there_and_nobody_waits_for_it() {
        let (mut painted, tell) = told_to_paint();
        let own = eye().capture(Vision::Standard).rgb.to_vec();
        assert_eq!(painted.capture(Vision::Standard).rgb, own, "nothing is drawn yet");
        tell.send(7).unwrap();
        look_for(&mut painted, Vision::Standard, |rgb| rgb.iter().all(|byte| *byte == 7));
        // The painter sits over the next one; it is one of another shape that is wanted now.
        let detected = painted.capture(Vision::Detecting);
        assert_eq!((detected.width, detected.height), (640, 640));
        assert_eq!(detected.rgb, eye().capture(Vision::Detecting).rgb);
        tell.send(8).unwrap();
        tell.send(9).unwrap();
        look_for(&mut painted, Vision::Detecting, |rgb| rgb.len() == 3 * 640 * 640 && rgb[0] > 7);
        drop(tell);
        look_for(&mut painted, Vision::Standard, |rgb| rgb == own);
    }

    #[test]
    fn a_painter_who_panics_is_not_missed() {
        let open = || |_: Lens| -> Result<Picture, ()> { panic!("the GPU is gone") };
        let mut painted = PaintedEye::new(eye(), open).unwrap();
        let own = eye().capture(Vision::Standard).rgb.to_vec();
        look_for(&mut painted, Vision::Standard, |rgb| rgb == own);
        assert_eq!(painted.capture(Vision::Standard).rgb, own);
    }
}
