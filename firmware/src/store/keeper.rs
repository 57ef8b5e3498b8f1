//! The thread that keeps facts: it is handed them and never waited for.
//!
//! A disk that stalls holds up this thread alone. It tries nothing twice: whoever is told of a failure gives it again.

use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::{error, info};
use wimz_brain::StoreWord;
use wimz_vocabulary::Event;

use super::StoreError;

/// How much may wait to be kept, in handings-over. A robot makes a few a minute; when the disk is behind by this many,
/// what comes then is refused, and given again later.
const WAITING: usize = 256;

/// How long the end of a process waits for a disk.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that keeps facts. The store does; a test's double fails.
pub trait Keep: Send {
    /// Keeps facts for good, in their order; the answer is the number of the newest that is kept. One that was kept before
    /// is not kept twice.
    ///
    /// # Errors
    /// [`StoreError`]; none of them is kept then.
    fn save(&mut self, facts: &[Event]) -> Result<u64, StoreError>;
}

/// A thread that keeps facts. Dropped, it keeps what it has, for a while.
pub struct Keeper {
    facts: Option<SyncSender<Vec<Event>>>,
    word: Sender<StoreWord>,
    words: Receiver<StoreWord>,
    trouble: Arc<Mutex<Option<String>>>,
    done: Receiver<()>,
}

impl Keeper {
    /// Starts it. Whenever there is a word of it, it calls `wake`.
    ///
    /// # Errors
    /// The system's, if it has no thread to give.
    pub fn start(mut store: impl Keep + 'static, wake: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (facts, handed) = sync_channel::<Vec<Event>>(WAITING);
        let (word, words) = channel();
        let (finish, done) = sync_channel(1);
        let says = word.clone();
        let trouble = Arc::new(Mutex::new(None));
        let trouble_seen = trouble.clone();
        thread::Builder::new().name("store".to_owned()).spawn(move || {
            while let Ok(mut facts) = handed.recv() {
                // What has come meanwhile is kept with it: one sync for all.
                facts.extend(handed.try_iter().flatten());
                let saved = store.save(&facts);
                set(&trouble_seen, saved.as_ref().err().map(ToString::to_string));
                let said = saved.map_or(StoreWord::Failed, |upto| StoreWord::Saved { upto });
                // Whoever asked may be gone; what was handed over is kept all the same.
                let _ = says.send(said);
                wake();
            }
            drop(store);
            let _ = finish.send(());
        })?;
        Ok(Self { facts: Some(facts), word, words, trouble, done })
    }

    /// Hands facts over. Returns at once. When they find no room, [`StoreWord::Failed`] is the next word, before those
    /// for what waits already.
    pub fn give(&self, facts: Vec<Event>) {
        let Some(keeper) = &self.facts else { return };
        let why = match keeper.try_send(facts) {
            Ok(()) => return,
            Err(TrySendError::Full(_)) => "the disk is too slow for what there is to keep",
            Err(TrySendError::Disconnected(_)) => "the thread that keeps facts has ended",
        };
        set(&self.trouble, Some(why.to_owned()));
        let _ = self.word.send(StoreWord::Failed);
    }

    /// Why what was handed over last could not be kept, if so: a sentence for people.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the store has to say, if anything.
    pub fn word(&self) -> Option<StoreWord> {
        self.words.try_recv().ok()
    }

    /// Waits for a word, for so long at most.
    pub fn wait(&self, patience: Duration) -> Option<StoreWord> {
        self.words.recv_timeout(patience).ok()
    }
}

/// Notes how it goes, and writes it to the log when that is news.
fn set(trouble: &Mutex<Option<String>>, to: Option<String>) {
    let mut trouble = trouble.lock().unwrap_or_else(PoisonError::into_inner);
    if *trouble == to {
        return;
    }
    match &to {
        Some(why) => error!(%why, "facts cannot be kept"),
        None => info!("facts are kept again"),
    }
    *trouble = to;
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.facts = None;
        // A disk that does not come back must not hold up the end of the process.
        let _: Result<(), RecvTimeoutError> = self.done.recv_timeout(PATIENCE);
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}
