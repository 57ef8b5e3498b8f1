//! What a run tells those who look, from the run's own thread. It waits for nobody: who does not keep up misses what is
//! oldest.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{broadcast, watch};
use wimz_world::room::{Plan, Room};

use crate::narrator::{Narrator, Told};
use crate::sample::{Sample, Sampler};
use crate::session::{EditedPart, Line, Session, Witness};
use crate::watch::Breach;

/// How much waits for somebody who does not take it, before the oldest goes: three minutes of samples.
const WAITING: usize = 1_024;

/// Something that those who look are told.
#[derive(Clone, Debug)]
pub enum News {
    /// How things are.
    Sample(Arc<Sample>),
    /// What happened.
    Told(Arc<Told>),
    /// What must never be, and was.
    Broken(Arc<Breach>),
    /// The room is another one.
    Furnished(Arc<Plan>),
}

/// The run's end of it.
#[derive(Debug)]
pub struct Feed {
    narrator: Narrator,
    sampler: Sampler,
    news: broadcast::Sender<News>,
    newest: watch::Sender<Option<Arc<Sample>>>,
    wanted: Arc<AtomicBool>,
}

/// The end of those who look.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Closed when the run ends.
    news: broadcast::WeakSender<News>,
    newest: watch::Receiver<Option<Arc<Sample>>>,
    wanted: Arc<AtomicBool>,
}

/// Both ends, for a run in this room.
pub fn feed(room: &Room) -> (Feed, Shown) {
    let (news, newest) = (broadcast::Sender::new(WAITING), watch::Sender::new(None));
    let wanted = Arc::new(AtomicBool::new(false));
    let shown = Shown { news: news.downgrade(), newest: newest.subscribe(), wanted: wanted.clone() };
    (Feed { narrator: Narrator::new(room), sampler: Sampler::default(), news, newest, wanted }, shown)
}

impl Feed {
    /// Whether somebody has subscribed to something by now.
    pub fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Acquire)
    }

    /// Something was that must never be.
    pub fn breach(&self, breach: &Breach) {
        self.tell(|| News::Broken(Arc::new(breach.clone())));
    }

    fn tell(&self, news: impl FnOnce() -> News) {
        if self.news.receiver_count() > 0 {
            // Whoever looked may have gone meanwhile.
            let _ = self.news.send(news());
        }
    }
}

impl Witness for Feed {
    fn seen(&mut self, session: &Session, lines: &[Line]) {
        for line in lines {
            if let Line::Edited { what: EditedPart::Room, .. } = line {
                let room = &session.cast().room;
                self.narrator.refurnish(room);
                self.tell(|| News::Furnished(Arc::new(room.plan())));
            }
            if self.narrator.is_news(line) {
                self.tell(|| News::Told(Arc::new(self.narrator.words(line))));
            }
        }
        if let Some(sample) = self.sampler.look(session) {
            let sample = Arc::new(sample);
            self.newest.send_replace(Some(sample.clone()));
            self.tell(|| News::Sample(sample));
        }
    }
}

impl Shown {
    /// All that is told from now on, and how things are; `None` once the run has ended.
    pub fn follow(&self) -> Option<(broadcast::Receiver<News>, Option<Arc<Sample>>)> {
        let news = self.news.upgrade()?.subscribe();
        let newest = self.newest.borrow().clone();
        Some((news, newest))
    }

    /// Somebody has subscribed to something.
    pub fn want(&self) {
        self.wanted.store(true, Ordering::Release);
    }
}
