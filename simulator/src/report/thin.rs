//! Makes much data little, for a page: ways with fewer corners, curves with as many points as a screen shows.

use wimz_vocabulary::RobotTime;
use wimz_world::geometry::Pose;

/// How far a way that was thinned may be from the true one, at any moment, in metres.
const OFF: f32 = 0.03;
/// And how much a heading, in radians.
const TURNED: f32 = 0.25;
/// A way has no more corners than so; a longer one is thinned further.
const CORNERS: usize = 3_000;

/// A pose at a moment.
pub type Place = (RobotTime, Pose);

/// The way with as few corners as it can have and still be right at each moment.
pub fn way(places: &[Place]) -> Vec<Place> {
    let mut slack = 1.0;
    let mut thin = corners(places, slack);
    while thin.len() > CORNERS {
        slack *= 1.6;
        thin = corners(&thin, slack);
    }
    thin
}

/// Ramer, Douglas and Peucker, by the time-wise nearest point of the line rather than the nearest.
fn corners(places: &[Place], slack: f32) -> Vec<Place> {
    let Some(last) = places.len().checked_sub(1) else { return Vec::new() };
    let mut keep = vec![false; places.len()];
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let off = |place: &usize| off(&places[from], &places[to], &places[*place]);
        let worst =
            (from + 1..to).map(|place| (place, off(&place))).max_by(|one, two| one.1.total_cmp(&two.1));
        if let Some((place, off)) = worst
            && off > slack
        {
            keep[place] = true;
            open.extend([(from, place), (place, to)]);
        }
    }
    places.iter().zip(keep).filter_map(|(place, keep)| keep.then_some(*place)).collect()
}

/// How far a place is from where a straight way has it at that moment, against what is allowed.
fn off(from: &Place, to: &Place, place: &Place) -> f32 {
    let whole = to.0.since(from.0).as_secs_f32();
    let share = if whole > 0.0 { place.0.since(from.0).as_secs_f32() / whole } else { 0.0 };
    let (x, y) = (from.1.x + share * (to.1.x - from.1.x), from.1.y + share * (to.1.y - from.1.y));
    let heading = from.1.heading + share * turn(from.1.heading, to.1.heading);
    let way = (place.1.x - x).hypot(place.1.y - y);
    (way / OFF).max(turn(heading, place.1.heading).abs() / TURNED)
}

/// From one heading to another, the shorter way round.
pub fn turn(from: f32, to: f32) -> f32 {
    let round = std::f32::consts::TAU;
    let turn = (to - from).rem_euclid(round);
    if turn > round / 2.0 { turn - round } else { turn }
}

/// Values by buckets of time, each the one that `pick` prefers of what lies in it; none where nothing does.
pub fn buckets(
    values: impl Iterator<Item = (f64, Option<f32>)>,
    length_s: f64,
    count: usize,
    pick: fn(f32, f32) -> f32,
) -> Vec<Option<f32>> {
    let mut buckets = vec![None; count];
    for (at, value) in values {
        // Negative times there are none, and the last moment belongs to the last bucket.
        let place = ((at / length_s.max(1e-6) * count as f64) as usize).min(count.saturating_sub(1));
        if let (Some(bucket), Some(value)) = (buckets.get_mut(place), value) {
            *bucket = Some(bucket.map_or(value, |before| pick(before, value)));
        }
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64, x: f32, y: f32) -> Place {
        (RobotTime::from_micros(second * 1_000_000), Pose { x, y, heading: 0.0 })
    }

    #[test]
    fn a_straight_way_is_its_ends_and_a_rest_has_two() {
        let straight: Vec<Place> = (0..100).map(|second| at(second, second as f32, 0.0)).collect();
        assert_eq!(way(&straight).len(), 2);
        // Goes for ten seconds, rests for ten, goes on.
        let rests: Vec<Place> = (0..30)
            .map(|second| {
                at(second, [second, 10, second.saturating_sub(10)][second as usize / 10] as f32, 0.0)
            })
            .collect();
        let kept: Vec<u64> = way(&rests).iter().map(|place| place.0.as_micros() / 1_000_000).collect();
        assert_eq!(kept, [0, 10, 20, 29]);
    }

    #[test]
    fn a_long_way_has_no_more_corners_than_a_page_can_bear() {
        let wild: Vec<Place> =
            (0..20_000).map(|second| at(second, (second % 7) as f32, (second % 5) as f32)).collect();
        assert!(way(&wild).len() <= CORNERS);
    }

    #[test]
    fn a_bucket_keeps_its_loudest() {
        let values = [(0.0, Some(3.0)), (0.4, Some(1.0)), (0.5, None), (1.6, Some(2.0)), (2.0, Some(5.0))];
        assert_eq!(buckets(values.into_iter(), 2.0, 4, f32::max), [Some(3.0), None, None, Some(5.0)]);
    }
}
