//! Old facts are let go, so that no card fills up with them.
//!
//! What the robot remembers of its dispenser and its missions stays however old it is, and what a reader has not seen stays for longer.

use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use wimz_brain::LEDGER;

use super::archive::Shared;
use super::{REMEMBERED_JOBS, REMEMBERED_PLANS, StoreError, row};

/// How many facts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The newest so many, in any case.
    pub kept: u64,
    /// The newest so many, if a reader has not seen them yet. One that stays away for longer is told that it missed some.
    pub most: u64,
}

impl Default for Bounds {
    /// A robot makes a few facts a minute, so 100,000 are weeks; with their indexes they take some 30 MB of its card.
    fn default() -> Self {
        Self { kept: 100_000, most: 200_000 }
    }
}

/// Facts that are let go at once: a few milliseconds of the disk, for which a commit of new ones waits at most.
const AT_ONCE: u32 = 500;

/// The disk is left to others for so long between two of these.
const PAUSE: Duration = Duration::from_millis(20);

/// Lets go of what is beyond the bounds: of the oldest [`AT_ONCE`] facts, if there is anything; whether there may be more.
fn step(connection: &mut Connection, bounds: Bounds) -> Result<bool, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let nth = |number: u64| {
        let query = "SELECT boot, seq FROM event ORDER BY boot DESC, seq DESC LIMIT 1 OFFSET ?1";
        transaction.query_row(query, [row::signed(number)], row::place).optional()
    };
    let Some(newest_to_go) = nth(bounds.kept)? else { return Ok(false) };
    let slowest = "SELECT boot, seq FROM place ORDER BY boot, seq LIMIT 1";
    let slowest = transaction.query_row(slowest, [], row::place).optional()?;
    let in_any_case = nth(bounds.most)?.unwrap_or_default();
    let upto = slowest.map_or(newest_to_go, |seen| newest_to_go.min(seen.max(in_any_case)));
    let these = "SELECT boot, seq FROM event WHERE (boot, seq) <= (?1, ?2)
         AND (job IS NULL OR job NOT IN (SELECT job FROM temp.remembered))
         AND (boot, seq) NOT IN (SELECT boot, seq FROM temp.planned)
         ORDER BY boot, seq LIMIT ?3";
    let bounds = params![upto.boot.0, row::signed(upto.seq), AT_ONCE];
    let last = format!("SELECT boot, seq FROM ({these}) ORDER BY boot DESC, seq DESC LIMIT 1");
    let last = transaction.query_row(&last, bounds, row::place).optional()?;
    let gone = transaction.execute(&format!("DELETE FROM event WHERE (boot, seq) IN ({these})"), bounds)?;
    if let Some(last) = last {
        transaction.execute(
            "INSERT INTO horizon (one, boot, seq) VALUES (1, ?1, ?2)
             ON CONFLICT (one) DO UPDATE SET boot = excluded.boot, seq = excluded.seq
             WHERE (excluded.boot, excluded.seq) > (horizon.boot, horizon.seq)",
            params![last.boot.0, row::signed(last.seq)],
        )?;
    }
    transaction.commit()?;
    Ok(gone == AT_ONCE as usize)
}

/// Lets go of all that is beyond the bounds. Takes as long as it takes, and the disk for moments only.
pub fn forget(shared: &Shared, bounds: Bounds) -> Result<(), StoreError> {
    // What is remembered can only be left behind by newer jobs while this runs: to keep too much is no harm. It is looked
    // for outside of any transaction that would hold up a commit.
    let remembered = format!(
        "CREATE TEMP TABLE remembered AS SELECT DISTINCT job FROM event WHERE job IS NOT NULL AND {REMEMBERED_JOBS}"
    );
    let planned =
        format!("DROP TABLE IF EXISTS temp.planned; CREATE TEMP TABLE planned AS {REMEMBERED_PLANS}");
    let turn = shared.turn()?;
    turn.execute_batch("DROP TABLE IF EXISTS temp.remembered")?;
    turn.execute(&remembered, [row::signed(LEDGER as u64)])?;
    turn.execute_batch(&planned)?;
    drop(turn);
    while step(&mut *shared.turn()?, bounds)? {
        thread::sleep(PAUSE);
    }
    Ok(())
}
