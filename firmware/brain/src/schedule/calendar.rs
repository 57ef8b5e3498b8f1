//! The calendar where the robot stands: which day and minute it is, when a window opens, and when it closes for good.
//!
//! Two scales: *world* seconds since 1970, which run evenly, and *local* seconds, which a clock on the wall shows. In
//! spring an hour of local seconds is left out, in autumn one comes twice.

use wimz_vocabulary::{Appointment, Day, Zone};

/// A day that the wall clock goes through without being turned, in seconds.
pub const DAY: i64 = 86_400;

/// When an appointment may begin, by local seconds; what is named by the day on which it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The day on which it opens.
    pub day: Day,
    /// From then on.
    pub opens: i64,
    /// No longer then.
    pub closes: i64,
}

impl Window {
    /// That of an appointment on a day, if it is on that day at all. Without an end it is open for `open_s`.
    pub fn of(appointment: &Appointment, day: Day, open_s: i64, zone: &Zone) -> Option<Self> {
        if !appointment.days.has(day) {
            return None;
        }
        let minute = |minutes: u16| i64::from(day.0) * DAY + i64::from(minutes) * 60;
        let opens = minute(appointment.start.0);
        let closes = match appointment.end {
            None => opens + open_s,
            Some(end) if end > appointment.start => minute(end.0),
            Some(end) => minute(end.0) + DAY,
        };
        Some(Self { day, opens, closes: closes + skipped_whole(zone, opens, closes) })
    }

    /// Whether it is open.
    pub fn is_open(&self, local: i64) -> bool {
        (self.opens..self.closes).contains(&local)
    }
}

/// The clock on the wall at this second.
pub fn local(zone: &Zone, world: i64) -> i64 {
    world.saturating_add(offset(zone, world))
}

/// The day on which a local second lies.
pub fn day_of(local: i64) -> Day {
    let day = local.div_euclid(DAY);
    // A clock that is wrong by more than five million years is not right on the last day of them either.
    Day(i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX }))
}

/// When the clock on the wall shows this for the first time, and for the last. Where it is left out: when the clock skips it.
pub fn shown(zone: &Zone, local: i64) -> (i64, i64) {
    let times = times(zone, local);
    let bounds = times.fold(None, |bounds: Option<(i64, i64)>, time| {
        Some(bounds.map_or((time, time), |(first, last)| (first.min(time), last.max(time))))
    });
    bounds.unwrap_or_else(|| {
        let at = gaps(zone).find(|gap| gap.covers(local)).map_or(local, |gap| gap.at);
        (at, at)
    })
}

/// When the clock on the wall shows this next, after `world`; if it does not any more, when it did last.
pub fn shown_after(zone: &Zone, local: i64, world: i64) -> i64 {
    let next = times(zone, local).filter(|time| *time > world).min();
    next.unwrap_or_else(|| shown(zone, local).1)
}

/// All moments at which the clock on the wall shows this.
fn times(zone: &Zone, local: i64) -> impl Iterator<Item = i64> {
    let utc = zone.changes.iter().flatten().next().is_none().then_some(0);
    let offsets = zone.changes.iter().flatten().map(|(_, offset)| i64::from(*offset)).chain(utc);
    offsets.filter_map(move |by| {
        let world = local.saturating_sub(by);
        (offset(zone, world) == by).then_some(world)
    })
}

/// By how much the clock on the wall is ahead of UTC, in seconds.
fn offset(zone: &Zone, world: i64) -> i64 {
    let mut changes = zone.changes.iter().flatten();
    let Some(first) = changes.next() else { return 0 };
    i64::from(changes.take_while(|(from, _)| *from <= world).last().unwrap_or(first).1)
}

/// Local seconds that are left out.
struct Gap {
    /// When, in world seconds.
    at: i64,
    from: i64,
    to: i64,
}

impl Gap {
    fn covers(&self, local: i64) -> bool {
        (self.from..self.to).contains(&local)
    }
}

fn gaps(zone: &Zone) -> impl Iterator<Item = Gap> {
    let pairs = zone.changes.iter().flatten().zip(zone.changes.iter().flatten().skip(1));
    pairs.filter_map(|((_, before), (at, after))| {
        let show = |offset: i32| at.saturating_add(i64::from(offset));
        (after > before).then_some(Gap { at: *at, from: show(*before), to: show(*after) })
    })
}

/// A window that is left out as a whole stays open after the gap for as long as it would have been: by how much longer.
fn skipped_whole(zone: &Zone, opens: i64, closes: i64) -> i64 {
    let within = gaps(zone).find(|gap| gap.covers(opens) && closes <= gap.to);
    within.map_or(0, |gap| gap.to - opens)
}
