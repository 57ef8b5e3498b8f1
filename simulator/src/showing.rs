//! What a window is shown of a run: it reads everything and changes nothing.

use wimz_brain::{MOTION_LEASE, OPERATOR_LEASE};
use wimz_hal::guard::SILENCE;
use wimz_vocabulary::{EventBody, RobotTime, Zone};
use wimz_window::{About, Clock, Furnished, Notice, Pacing, Snapshot, Timer, Timers};
use wimz_world::WorldFact;

use crate::narrator::Told;
use crate::session::{Line, Session};

/// A run at this moment.
pub fn snapshot(session: &Session, pacing: Pacing) -> Snapshot {
    let world = session.world();
    let unix_us = session.wall_clock_us();
    Snapshot {
        room: Furnished(session.cast().room.clone()),
        truth: world.truth(),
        tracks: world.track_speeds(),
        lights: world.board().colors(),
        status: session.status(),
        timers: timers(session),
        thoughts: world.thoughts(),
        devices: world.board().devices().into(),
        clock: Clock { unix_us, offset_s: offset_s(&session.zone(), unix_us / 1_000_000) },
        pacing,
        reel: None,
        followed: None,
    }
}

fn timers(session: &Session) -> Timers {
    let (now, leases) = (session.now(), session.leases());
    let timer = |until: RobotTime, of| Timer { left: until.since(now), of };
    Timers {
        controls: leases.controls.map(|(_, until)| timer(until, OPERATOR_LEASE)),
        motion: leases.motion.map(|(_, until)| timer(until, MOTION_LEASE)),
        guard: session.world().board().guard_deadline().map(|until| timer(until, SILENCE)),
    }
}

/// What has happened, and the words for it.
pub fn notice(line: &Line, told: Told) -> Notice {
    let about = match line {
        Line::Room { fact: WorldFact::DogBarked(dog), .. } => About::Bark(*dog),
        Line::Room { .. } | Line::Second { .. } => About::Room,
        Line::Robot(event) if matches!(event.body, EventBody::Barked { .. }) => About::HeardBark,
        Line::Robot(_) => About::Robot,
        Line::Refused { .. } => About::Refusal,
        Line::Broke { .. } | Line::Edited { .. } => About::Hand,
    };
    Notice { at: told.at, about, text: told.text }
}

/// How far clocks are ahead of UTC at that second of 1970's count.
fn offset_s(zone: &Zone, unix_s: i64) -> i32 {
    let mut changes = zone.changes.iter().flatten();
    let first = changes.next().map_or(0, |(_, offset)| *offset);
    changes.take_while(|(from, _)| *from <= unix_s).last().map_or(first, |(_, offset)| *offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_s_first_offset_holds_before_it_and_the_last_after_all() {
        let mut zone = Zone::default();
        assert_eq!(offset_s(&zone, 5), 0);
        zone.changes[0] = Some((100, 3_600));
        zone.changes[1] = Some((200, 7_200));
        assert_eq!([0, 150, 200, 9_999].map(|at| offset_s(&zone, at)), [3_600, 3_600, 7_200, 7_200]);
    }
}
