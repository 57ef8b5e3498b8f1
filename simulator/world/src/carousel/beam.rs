//! The light beam across the chute: what interrupts it, merged to one line's edges.
//!
//! It does not know what a treat is. Treats, flicker and hands look alike to it.

use std::collections::VecDeque;

use serde::Serialize;
use wimz_hal::Edge;
use wimz_vocabulary::{Micros, RobotTime};

use crate::random::Stream;

/// From the opening to the beam, in milliseconds: slides, bounces and all.
const FALL_MILLIS: (u64, u64) = (100, 600);
/// How long a treat is in the beam.
const TREAT_MILLIS: (u64, u64) = (20, 30);
/// Treats come in single file: so much light is between two at least.
const BETWEEN: Micros = Micros::from_millis(10);

/// Pulses of a beam that flickers, and light between them, in milliseconds.
const FLICKER_MILLIS: (u64, u64) = (1, 200);
const PAUSE_MILLIS: (u64, u64) = (5, 100);
/// Pulses that motor noise makes, in microseconds.
const SPIKE_MICROS: (u64, u64) = (100, 3_900);

/// The beam. Its line is low while anything interrupts it.
#[derive(Clone, Debug, Serialize)]
pub struct Beam {
    /// When something comes into the beam, and when it leaves it again; at the same moment coming is first.
    changes: VecDeque<(RobotTime, Change)>,
    /// What goes on interrupting it.
    episodes: Vec<Episode>,
    /// Things in the beam.
    inside: u32,
    /// When the next treat can be in it at the earliest.
    free_at: RobotTime,
    falls: Stream,
    noise: Stream,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
enum Change {
    Comes,
    Leaves,
}

/// Pulses until an end.
#[derive(Clone, Copy, Debug, Serialize)]
struct Episode {
    /// When the next pulse begins.
    next: RobotTime,
    end: RobotTime,
    /// Shortest and longest pulse, in microseconds.
    pulse: (u64, u64),
}

impl Beam {
    /// A clear beam.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            changes: VecDeque::new(),
            episodes: Vec::new(),
            inside: 0,
            free_at: RobotTime::BOOT,
            falls: Stream::new(seed, "treat falls"),
            noise: Stream::new(seed, "beam noise"),
        }
    }

    /// A treat leaves the opening.
    pub(super) fn fall(&mut self, at: RobotTime) {
        let fall = self.falls.millis(FALL_MILLIS.0, FALL_MILLIS.1);
        let long = self.falls.millis(TREAT_MILLIS.0, TREAT_MILLIS.1);
        let from = (at + fall).max(self.free_at);
        self.interrupt(from, long);
        self.free_at = from + long + BETWEEN;
    }

    /// For so long, pulses of 1 to 200 ms come, 5 to 100 ms apart.
    pub fn flicker(&mut self, now: RobotTime, span: Micros) {
        self.begin(now, span, (FLICKER_MILLIS.0 * 1_000, FLICKER_MILLIS.1 * 1_000));
    }

    /// For so long, pulses of less than 4 ms come, 5 to 100 ms apart.
    pub fn spikes(&mut self, now: RobotTime, span: Micros) {
        self.begin(now, span, SPIKE_MICROS);
    }

    /// For so long, something is in the beam.
    pub fn block(&mut self, now: RobotTime, span: Micros) {
        self.interrupt(now, span);
    }

    /// When something comes into the beam or leaves it next.
    pub fn due(&self) -> Option<RobotTime> {
        let pulses = self.episodes.iter().map(|episode| episode.next);
        pulses.chain(self.changes.front().map(|(at, _)| *at)).min()
    }

    /// The next edge of its line until `now`.
    pub fn take_due(&mut self, now: RobotTime) -> Option<Edge> {
        while let Some(due) = self.due().filter(|due| *due <= now) {
            self.pulse(due);
            let Some((at, change)) = self.changes.pop_front_if(|(at, _)| *at <= due) else { continue };
            match change {
                Change::Comes => self.inside += 1,
                Change::Leaves => self.inside -= 1,
            }
            match (change, self.inside) {
                (Change::Comes, 1) => return Some(Edge { at, high: false }),
                (Change::Leaves, 0) => return Some(Edge { at, high: true }),
                _ => {}
            }
        }
        None
    }

    fn begin(&mut self, now: RobotTime, span: Micros, pulse: (u64, u64)) {
        let next = now + self.noise.millis(PAUSE_MILLIS.0, PAUSE_MILLIS.1);
        self.episodes.push(Episode { next, end: now + span, pulse });
    }

    /// Lets the pulses begin that begin at this moment, and ends the episodes that are over.
    fn pulse(&mut self, at: RobotTime) {
        let mut episodes = std::mem::take(&mut self.episodes);
        for episode in episodes.iter_mut().filter(|episode| episode.next <= at && at < episode.end) {
            let long = Micros::new(
                self.noise.between(episode.pulse.0, episode.pulse.1).min(episode.end.since(at).get()),
            );
            self.interrupt(at, long);
            episode.next = at + long + self.noise.millis(PAUSE_MILLIS.0, PAUSE_MILLIS.1);
        }
        episodes.retain(|episode| episode.next < episode.end);
        self.episodes = episodes;
    }

    fn interrupt(&mut self, from: RobotTime, long: Micros) {
        for change in [(from, Change::Comes), (from + long, Change::Leaves)] {
            let place = self.changes.partition_point(|other| *other <= change);
            self.changes.insert(place, change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(beam: &mut Beam) -> Vec<(u64, bool)> {
        let end = RobotTime::BOOT + Micros::from_secs(100);
        std::iter::from_fn(|| beam.take_due(end)).map(|edge| (edge.at.as_micros(), edge.high)).collect()
    }

    fn at(millis: u64) -> RobotTime {
        RobotTime::BOOT + Micros::from_millis(millis)
    }

    #[test]
    fn the_line_is_low_while_anything_interrupts() {
        let mut beam = Beam::new(1);
        beam.block(at(10), Micros::from_millis(20));
        beam.block(at(15), Micros::from_millis(5));
        beam.block(at(30), Micros::from_millis(10));
        beam.block(at(50), Micros::from_millis(10));
        assert_eq!((beam.due(), beam.take_due(at(9))), (Some(at(10)), None));
        assert_eq!(edges(&mut beam), [(10_000, false), (40_000, true), (50_000, false), (60_000, true)]);
        assert_eq!(beam.due(), None);
    }

    #[test]
    fn episodes_without_an_end_in_sight_add_up_with_all_else() {
        let mut beam = Beam::new(1);
        let year = Micros::from_secs(366 * 24 * 3_600);
        beam.flicker(at(0), year);
        beam.spikes(at(0), year);
        beam.block(at(40_000), Micros::from_secs(20));
        beam.flicker(at(90_000), Micros::ZERO);
        let edges = edges(&mut beam);
        assert!(edges.len() > 1_000 && edges.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        assert!(edges.iter().enumerate().all(|(place, (_, high))| *high == (place % 2 == 1)));
        assert!(edges.iter().all(|(at, _)| !(40_300_000..60_000_000).contains(at)), "it is low all the time");
        assert!(beam.changes.len() < 5 && beam.episodes.len() == 2);
    }

    #[test]
    fn an_episode_without_length_is_none() {
        let mut beam = Beam::new(1);
        beam.flicker(at(0), Micros::ZERO);
        beam.spikes(at(0), Micros::new(1));
        beam.block(at(1_000), Micros::from_millis(1));
        assert_eq!(beam.take_due(at(999)), None);
        assert_eq!(edges(&mut beam), [(1_000_000, false), (1_001_000, true)]);
    }

    #[test]
    fn treats_take_their_time_and_come_in_single_file() {
        let mut falls = Vec::new();
        for seed in 0..50 {
            let mut beam = Beam::new(seed);
            beam.fall(at(1_000));
            falls.push(beam.due().unwrap().since(at(1_000)).get());
            for _ in 0..5 {
                beam.fall(at(1_000));
            }
            let edges = edges(&mut beam);
            assert_eq!(edges.len(), 12);
            for pair in edges.windows(2) {
                let span = pair[1].0 - pair[0].0;
                assert!(if pair[0].1 { span >= 10_000 } else { (20_000..=30_000).contains(&span) });
            }
        }
        assert!(falls.iter().all(|fall| (100_000..=600_000).contains(fall)));
        assert!(falls.iter().any(|fall| *fall < 150_000) && falls.iter().any(|fall| *fall > 550_000));
    }

    #[test]
    fn flicker_and_spikes_keep_to_their_lengths_and_end() {
        let spans = |order: fn(&mut Beam, RobotTime, Micros)| {
            let mut beam = Beam::new(7);
            order(&mut beam, at(500), Micros::from_secs(60));
            let edges = edges(&mut beam);
            assert!(
                edges[0].0 >= 505_000 && edges.last().unwrap().0 <= 60_500_000 && edges.last().unwrap().1
            );
            let spans = edges.windows(2).map(|pair| (pair[0].1, pair[1].0 - pair[0].0));
            let (light, dark): (Vec<_>, Vec<_>) = spans.partition(|(high, _)| *high);
            assert!(light.iter().all(|(_, span)| (5_000..=100_000).contains(span)));
            // The last pulse is cut off at the end.
            let dark = dark[..dark.len() - 1].iter().map(|(_, span)| *span);
            (dark.clone().min().unwrap(), dark.clone().max().unwrap(), dark.count())
        };
        let (low, high, count) = spans(Beam::flicker);
        assert!((1_000..10_000).contains(&low) && (190_000..=200_000).contains(&high) && count > 250);
        let (low, high, count) = spans(Beam::spikes);
        assert!((100..400).contains(&low) && (3_700..4_000).contains(&high) && count > 800);
    }
}
