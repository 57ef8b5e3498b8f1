//! Plays seeds: one, or many of them on some threads. A panic is charged to its seed, and the others go on.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use wimz_vocabulary::{Micros, RobotTime};

use super::figures::Collector;
use super::{Plan, Row};
use crate::session::{Cast, Session};
use crate::verdict::Judge;

/// How a run begins: [`Session::new`], unless a test makes its robot wrong.
pub type Open = dyn Fn(&Cast, u64) -> Session + Sync;

/// After so much robot time at the latest what happened is counted: a month of lines need not lie about.
const STRIDE: Micros = Micros::from_secs(60);

/// How often whoever waits for rows is told that there is none yet.
const PAUSE: Duration = Duration::from_millis(200);

/// Plays one seed.
pub fn play(plan: &Plan, seed: u64, open: &Open) -> Row {
    listen_to_panics();
    CHARGED.set(true);
    let row = catch_unwind(AssertUnwindSafe(|| run(plan, seed, open)));
    CHARGED.set(false);
    row.unwrap_or_else(|panic| {
        let told = TOLD.take().unwrap_or_else(|| message(panic.as_ref()));
        Row::panicked(seed, told)
    })
}

fn run(plan: &Plan, seed: u64, open: &Open) -> Row {
    let mut session = open(&plan.cast, seed);
    let mut judge = Judge::new(&plan.scenario.expectations);
    let (mut figures, mut breaches) = (Collector::default(), BTreeMap::new());
    let mut go = |session: &mut Session, judge: &mut Judge, to: RobotTime| {
        loop {
            let step = to.min(session.now() + STRIDE);
            session.run_until_seen(step, judge);
            session.drain_lines().for_each(|line| figures.line(&line));
            for breach in session.drain_breaches() {
                *breaches.entry(breach.invariant.watched().name.to_owned()).or_insert(0) += 1;
            }
            if step >= to {
                return;
            }
        }
    };
    for (at, outside) in plan.scenario.inputs(seed) {
        go(&mut session, &mut judge, at);
        session.enter_seen(outside, &mut judge);
        session.drain_replies().for_each(drop);
    }
    go(&mut session, &mut judge, RobotTime::BOOT + plan.scenario.length);
    let failed = judge.verdict(&session).failed().into_iter().map(|place| plan.names[place].clone());
    Row {
        seed,
        panic: None,
        failed: failed.collect(),
        breaches,
        figures: figures.end(&session),
        hash: Some(session.finish().to_string()),
    }
}

/// Plays these seeds on so many threads. `tell` is given each row as it comes, in whatever order, and nothing while none
/// comes; with its first error all ends as soon as the runs under way do.
///
/// # Errors
/// That of `tell`.
pub fn play_all<E>(
    plan: &Plan,
    seeds: &[u64],
    jobs: usize,
    open: &Open,
    mut tell: impl FnMut(Option<Row>) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (send, rows) = channel();
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, seeds.len().max(1)) {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // Nobody waits for it any more.
                    if send.send(play(plan, *seed, open)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        // Belongs to this closure, so that it is gone when `tell` fails, and the threads see it.
        let rows = rows;
        loop {
            match rows.recv_timeout(PAUSE) {
                Ok(row) => tell(Some(row))?,
                Err(RecvTimeoutError::Timeout) => tell(None)?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    })
}

thread_local! {
    /// Whether a panic of this thread is charged to a seed.
    static CHARGED: Cell<bool> = const { Cell::new(false) };
    /// What the last one said.
    static TOLD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic of a run is written down instead of printed.
fn listen_to_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            if CHARGED.get() {
                let place = info.location().map(|at| format!("{}:{}: ", source(at.file()), at.line()));
                TOLD.set(Some(format!("{}{}", place.unwrap_or_default(), message(info.payload()))));
            } else {
                before(info);
            }
        }));
    });
}

/// A source file as every machine calls it: those of other people's crates lie below somebody's home.
fn source(file: &str) -> &str {
    let marker = "/registry/src/";
    let below = |at: usize| file[at + marker.len()..].split_once('/').map(|(_, rest)| rest);
    file.find(marker).and_then(below).unwrap_or(file)
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("it did not say why").to_owned()
}

#[cfg(test)]
mod tests {
    use super::source;

    #[test]
    fn a_source_is_called_the_same_on_every_machine() {
        let foreign = "/home/ann/.cargo/registry/src/index-1949cf8c6b5b557f/parry2d-0.31.1/src/shape.rs";
        assert_eq!(source(foreign), "parry2d-0.31.1/src/shape.rs");
        assert_eq!(source("firmware/brain/src/step.rs"), "firmware/brain/src/step.rs");
    }
}
