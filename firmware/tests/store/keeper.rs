//! The thread that keeps facts: never waited for, whatever the disk does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use wimz_brain::StoreWord;
use wimz_firmware::store::{Keep, Keeper, Store, StoreError};
use wimz_vocabulary::{Boot, Event};

use crate::facts::{ROBOT, change, fact, numbers};

/// Long enough for anything that comes at all.
const LONG: Duration = Duration::from_secs(10);

/// A disk that does each commit when it is told to, and then as it is told.
struct Disk {
    orders: Receiver<Result<(), StoreError>>,
    /// The numbers of each batch that it was given.
    given: Arc<Mutex<Vec<Vec<u64>>>>,
}

impl Keep for Disk {
    fn save(&mut self, facts: &[Event]) -> Result<u64, StoreError> {
        let batch: Vec<u64> = facts.iter().map(|fact| fact.id.seq).collect();
        let upto = batch.iter().copied().max().unwrap();
        self.given.lock().unwrap().push(batch);
        // Nobody gives orders any more: it does its work.
        self.orders.recv().unwrap_or(Ok(()))?;
        Ok(upto)
    }
}

struct Stand {
    keeper: Keeper,
    orders: Sender<Result<(), StoreError>>,
    given: Arc<Mutex<Vec<Vec<u64>>>>,
    woken: Arc<AtomicUsize>,
}

impl Stand {
    fn new() -> Self {
        let (orders, heard) = channel();
        let (given, woken) = (Arc::<Mutex<Vec<Vec<u64>>>>::default(), Arc::<AtomicUsize>::default());
        let disk = Disk { orders: heard, given: given.clone() };
        let wake = woken.clone();
        let keeper = Keeper::start(disk, move || {
            wake.fetch_add(1, Ordering::SeqCst);
        });
        Self { keeper: keeper.unwrap(), orders, given, woken }
    }

    fn give(&self, seqs: &[u64]) {
        self.keeper.give(seqs.iter().map(|seq| fact(Boot(1), *seq, change(*seq))).collect());
    }

    /// The disk is at work on so many batches, or was.
    fn wait_for_batches(&self, count: usize) {
        let end = Instant::now() + LONG;
        while self.given.lock().unwrap().len() < count {
            assert!(Instant::now() < end, "no batch {count}");
            std::thread::yield_now();
        }
    }
}

#[test]
fn what_waited_together_is_kept_together() {
    let stand = Stand::new();
    stand.give(&[1]);
    stand.wait_for_batches(1);
    stand.give(&[2, 3]);
    stand.give(&[4]);
    assert_eq!(stand.keeper.word(), None);
    stand.orders.send(Ok(())).unwrap();
    assert_eq!(stand.keeper.wait(LONG), Some(StoreWord::Saved { upto: 1 }));
    stand.orders.send(Ok(())).unwrap();
    assert_eq!(stand.keeper.wait(LONG), Some(StoreWord::Saved { upto: 4 }));
    assert_eq!(*stand.given.lock().unwrap(), [vec![1], vec![2, 3, 4]]);
    // The first call of `wake` comes before the second commit begins, the last one after its word.
    assert!(stand.woken.load(Ordering::SeqCst) >= 1);
}

#[test]
fn a_failure_is_told_and_explained_and_the_next_batch_is_kept() {
    let stand = Stand::new();
    stand.give(&[1]);
    stand.orders.send(Err(StoreError::Gap { given: 7, newest: 3 })).unwrap();
    assert_eq!(stand.keeper.wait(LONG), Some(StoreWord::Failed));
    assert_eq!(stand.keeper.trouble().unwrap(), "fact 7 cannot be kept before fact 4");
    stand.give(&[1, 2]);
    stand.orders.send(Ok(())).unwrap();
    assert_eq!(stand.keeper.wait(LONG), Some(StoreWord::Saved { upto: 2 }));
    assert_eq!(stand.keeper.trouble(), None);
    assert_eq!(stand.keeper.word(), None, "one word for each");
}

#[test]
fn a_disk_that_stalls_holds_up_nobody() {
    let stand = Stand::new();
    stand.give(&[1]);
    stand.wait_for_batches(1);
    let begun = Instant::now();
    (2..=1_000).for_each(|seq| stand.give(&[seq]));
    assert!(begun.elapsed() < Duration::from_secs(2));
    // 256 wait; the rest is refused at once, and nothing of it is kept in secret.
    let refused =
        std::iter::from_fn(|| stand.keeper.word()).inspect(|word| assert_eq!(*word, StoreWord::Failed));
    assert_eq!(refused.count(), 999 - 256);
    assert_eq!(stand.keeper.trouble().unwrap(), "the disk is too slow for what there is to keep");
    stand.orders.send(Ok(())).unwrap();
    stand.orders.send(Ok(())).unwrap();
    assert_eq!(stand.keeper.wait(LONG), Some(StoreWord::Saved { upto: 1 }));
    assert_eq!(stand.keeper.wait(LONG), Some(StoreWord::Saved { upto: 257 }));
}

#[test]
fn the_end_keeps_what_was_given() {
    let folder = TempDir::new().unwrap();
    let mut store = Store::open(folder.path(), ROBOT).unwrap();
    store.begin().unwrap();
    let keeper = Keeper::start(store, || {}).unwrap();
    for seq in 1..=100 {
        keeper.give(vec![fact(Boot(1), seq, change(seq))]);
    }
    drop(keeper);
    // The lock is free, too.
    let store = Store::open(folder.path(), ROBOT).unwrap();
    assert!(numbers(&store).into_iter().eq(1..=100));
}

#[test]
fn the_end_does_not_wait_for_ever() {
    let stand = Stand::new();
    stand.give(&[1]);
    stand.wait_for_batches(1);
    let begun = Instant::now();
    drop(stand.keeper);
    let waited = begun.elapsed();
    assert!((Duration::from_secs(4)..Duration::from_secs(9)).contains(&waited), "{waited:?}");
    drop(stand.orders);
}

/// The wake comes after the word: whoever is woken finds it.
#[test]
fn whoever_is_woken_finds_the_word() {
    let folder = TempDir::new().unwrap();
    let mut store = Store::open(folder.path(), ROBOT).unwrap();
    store.begin().unwrap();
    let robot = std::thread::current();
    let (woken, wakes) = channel();
    let keeper = Keeper::start(store, move || {
        woken.send(()).unwrap();
        robot.unpark();
    });
    let keeper = keeper.unwrap();
    for seq in 1..=20 {
        keeper.give(vec![fact(Boot(1), seq, change(seq))]);
        wakes.recv_timeout(LONG).unwrap();
        assert_eq!(keeper.word(), Some(StoreWord::Saved { upto: seq }));
    }
}
