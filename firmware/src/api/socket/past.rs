//! What a client is told of the past: the facts since the place that it has come to, before those that happen from now on.
//!
//! The same way leads back for a client that was too slow for what happened: no fact that lasts is lost on it.

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Duration, Instant, sleep};
use wimz_vocabulary::{Event, EventId, Lane};

use crate::api::Robot;
use crate::store::{Archive, StoreError};

/// How many facts are read at a time: heartbeats and answers go out between.
const PAGE: u32 = 64;
/// How long a fact may take to come from whoever told it to the archive.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long until the archive is looked into again.
const AGAIN: Duration = Duration::from_millis(10);

/// One client's place in the robot's history.
pub(super) struct Past {
    /// The newest fact that it has been told, of those that last.
    seen: EventId,
    /// Up to where the archive must have come before what happens now can be told; `None` once it is told.
    target: Option<EventId>,
    /// When the archive was first found to be behind.
    behind: Option<Instant>,
    /// A look that is under way: it goes on while other things are said.
    look: Option<JoinHandle<Result<Page, StoreError>>>,
}

/// What a look found.
enum Page {
    /// Facts after the place, and whether some before them were let go for their age.
    Facts(Vec<Event>, bool),
    /// The history has no such place.
    NoPlace,
}

/// What a look into the past finds.
pub(super) enum Look {
    /// Facts, in order; there may be more.
    Facts(Vec<Event>),
    /// Facts were let go for their age before the client came back for them.
    Missed,
    /// None are left: what happens now comes next.
    Over,
    /// It cannot be told, and why.
    Unknown(String),
}

/// A page of the history after a place.
fn read(archive: &Archive, seen: EventId) -> Result<Page, StoreError> {
    if !archive.is_place(seen)? {
        return Ok(Page::NoPlace);
    }
    let facts = archive.events_after(Some(seen), PAGE)?.into_iter().map(|stored| stored.event);
    let is_missing = seen != EventId::default() && archive.horizon()?.is_some_and(|gone| seen < gone);
    Ok(Page::Facts(facts.collect(), is_missing))
}

impl Past {
    /// From a place on; from now on without one. Whoever makes it listens to what happens already.
    pub(super) fn new(robot: &Robot, after: Option<EventId>) -> Self {
        let newest = robot.door.newest_fact();
        let target = after.map(|_| newest);
        Self { seen: after.unwrap_or(newest), target, behind: None, look: None }
    }

    /// Whether the past is still being told, and what happens now has to wait.
    pub(super) fn is_told(&self) -> bool {
        self.target.is_some()
    }

    /// The client was too slow for what happened: what it missed is past.
    pub(super) fn missed(&mut self, robot: &Robot) {
        self.target = Some(robot.door.newest_fact());
    }

    /// Whether this fact is news to the client, which is told it then.
    pub(super) fn is_news(&mut self, event: &Event) -> bool {
        // One that could not be kept comes before its turn, and leaves the place where it is.
        let keeps_place = event.id.lane == Lane::Durable && event.durable;
        if !keeps_place {
            return true;
        }
        let news = event.id > self.seen;
        self.seen = self.seen.max(event.id);
        news
    }

    /// The next facts of the past. Nothing is lost when the wait for it is given up.
    pub(super) async fn look(&mut self, robot: &Robot) -> Look {
        let seen = self.seen;
        let look = self.look.get_or_insert_with(|| {
            let archive = robot.shelf.archive.clone();
            spawn_blocking(move || read(&archive, seen))
        });
        let page = look.await;
        self.look = None;
        match page {
            Ok(Ok(Page::Facts(facts, true))) => {
                // What is left begins there; said once, it is known.
                self.seen = facts.first().map_or(seen, |first| EventId { seq: first.id.seq - 1, ..first.id });
                Look::Missed
            }
            Ok(Ok(Page::Facts(facts, _))) if !facts.is_empty() => {
                self.behind = None;
                Look::Facts(facts)
            }
            Ok(Ok(Page::NoPlace)) if self.target.is_none_or(|target| target < seen) => {
                let message = format!(
                    "the robot's history has no {}.{}: it is told from its beginning",
                    seen.boot, seen.seq
                );
                self.seen = EventId::default();
                Look::Unknown(message)
            }
            Ok(Ok(_)) if self.target.is_some_and(|target| target > self.seen) && self.is_patient() => {
                sleep(AGAIN).await;
                Look::Facts(Vec::new())
            }
            Ok(Ok(_)) => {
                self.target = None;
                Look::Over
            }
            Ok(Err(error)) => {
                self.target = None;
                Look::Unknown(format!("the past cannot be told: {error}"))
            }
            Err(_) => {
                self.target = None;
                Look::Unknown("the past cannot be told: its reader has ended".to_owned())
            }
        }
    }

    fn is_patient(&mut self) -> bool {
        self.behind.get_or_insert_with(Instant::now).elapsed() < PATIENCE
    }
}
