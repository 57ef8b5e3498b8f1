//! The one way from a run to its window: the newest snapshot, made when the window wants one, and what happened since.
//!
//! The run never waits here: a lock that the window holds is tried, and what could not be shown is shown the next time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use crate::snapshot::{Notice, Snapshot};

/// How many notices wait for a window that does not look; the oldest go first.
pub const MOST_NOTICES: usize = 512;

#[derive(Debug, Default)]
struct Shared {
    /// Set by the window once it has drawn what it had.
    wanted: AtomicBool,
    /// Set by the run when it is over.
    over: AtomicBool,
    news: Mutex<News>,
}

#[derive(Debug, Default)]
struct News {
    newest: Option<Arc<Snapshot>>,
    notices: Vec<Notice>,
}

/// The run's end: it shows.
#[derive(Debug)]
pub struct Screen {
    shared: Arc<Shared>,
    /// What the window could not be told yet.
    untold: Vec<Notice>,
}

/// The window's end: it looks.
#[derive(Debug)]
pub struct Viewer {
    shared: Arc<Shared>,
}

/// Both ends of a way.
pub fn screen() -> (Screen, Viewer) {
    let shared = Arc::<Shared>::default();
    shared.wanted.store(true, Ordering::Release);
    (Screen { shared: shared.clone(), untold: Vec::new() }, Viewer { shared })
}

impl Screen {
    /// Whether somebody waits for a snapshot: it need not be made otherwise.
    pub fn is_wanted(&self) -> bool {
        self.shared.wanted.load(Ordering::Acquire)
    }

    /// Tells what has happened, with the next snapshot.
    pub fn tell(&mut self, notice: Notice) {
        keep_newest(&mut self.untold);
        self.untold.push(notice);
    }

    /// Shows a moment in place of the last one.
    pub fn show(&mut self, snapshot: Snapshot) {
        let mut news = match self.shared.news.try_lock() {
            Ok(news) => news,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        news.newest = Some(Arc::new(snapshot));
        news.notices.append(&mut self.untold);
        keep_newest(&mut news.notices);
        self.shared.wanted.store(false, Ordering::Release);
    }
}

impl Drop for Screen {
    /// The run is over: whoever looks is told so.
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
    }
}

/// Makes room for one more.
fn keep_newest(notices: &mut Vec<Notice>) {
    let over = (notices.len() + 1).saturating_sub(MOST_NOTICES);
    notices.drain(..over);
}

impl Viewer {
    /// What was shown since the last call, if anything was, and what happened meanwhile; asks for the next.
    pub fn look(&mut self) -> (Option<Arc<Snapshot>>, Vec<Notice>) {
        let (newest, notices) = {
            let mut news = self.lock();
            (news.newest.take(), std::mem::take(&mut news.notices))
        };
        self.shared.wanted.store(true, Ordering::Release);
        (newest, notices)
    }

    /// Whether the run is over: nothing more will be shown.
    pub fn is_over(&self) -> bool {
        self.shared.over.load(Ordering::Acquire)
    }

    /// Every critical section leaves it whole.
    fn lock(&self) -> MutexGuard<'_, News> {
        self.shared.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{About, Clock, Furnished, Pacing, Timers};
    use wimz_vocabulary::document::Document;
    use wimz_vocabulary::{RobotTime, Status};
    use wimz_world::Truth;
    use wimz_world::dog::MOST_DOGS;
    use wimz_world::room::Room;

    fn snapshot(at: u64) -> Snapshot {
        let mut truth = Truth::before(Default::default());
        truth.at = RobotTime::from_micros(at);
        let pacing = Pacing { speed: Some(1.0), paused: false };
        let (clock, status) = (Clock::default(), Status::default());
        let room =
            Room::parse(&Document::new("empty", include_str!("../../../assets/rooms/empty.toml"))).unwrap();
        let room = Furnished(Arc::new(room));
        Snapshot {
            room,
            truth,
            tracks: (0.0, 0.0),
            lights: vec![],
            status,
            timers: Timers::default(),
            thoughts: [None; MOST_DOGS],
            devices: Arc::new([]),
            clock,
            pacing,
            reel: None,
            followed: None,
        }
    }

    fn notice(at: u64) -> Notice {
        Notice { at: RobotTime::from_micros(at), about: About::Room, text: at.to_string() }
    }

    #[test]
    fn the_newest_is_seen_once_and_asked_for_again() {
        let (mut screen, mut viewer) = screen();
        assert!(screen.is_wanted());
        screen.show(snapshot(1));
        assert!(!screen.is_wanted(), "nobody has looked since");
        screen.show(snapshot(2));
        let (newest, _) = viewer.look();
        assert_eq!(newest.unwrap().truth.at.as_micros(), 2);
        assert!(screen.is_wanted());
        assert!(viewer.look().0.is_none(), "nothing new");
    }

    #[test]
    fn a_window_that_looks_right_now_holds_nobody_up_and_misses_nothing() {
        let (mut screen, mut viewer) = screen();
        screen.tell(notice(1));
        {
            let held = viewer.shared.news.lock().unwrap();
            screen.show(snapshot(1));
            assert!(held.newest.is_none());
        }
        assert!(screen.is_wanted(), "it was not shown");
        screen.show(snapshot(2));
        let (newest, notices) = viewer.look();
        assert_eq!((newest.unwrap().truth.at.as_micros(), notices), (2, vec![notice(1)]));
    }

    #[test]
    fn a_window_that_never_looks_costs_no_more_than_so_much() {
        let (mut screen, mut viewer) = screen();
        for at in 0..2_000 {
            screen.tell(notice(at));
            if at % 3 == 0 {
                screen.show(snapshot(at));
            }
        }
        screen.show(snapshot(2_000));
        let (_, notices) = viewer.look();
        assert!(notices.len() <= MOST_NOTICES, "{}", notices.len());
        assert_eq!(notices.last(), Some(&notice(1_999)));
    }

    #[test]
    fn the_end_of_the_run_is_seen() {
        let (screen, viewer) = screen();
        assert!(!viewer.is_over());
        drop(screen);
        assert!(viewer.is_over());
    }
}
