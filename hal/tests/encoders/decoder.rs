//! The decoder by itself: counts, times, and what no track can do.

use wimz_hal::LineFault;
use wimz_hal::drive::Quadrature;
use wimz_hal::drive::quadrature::STILL;
use wimz_vocabulary::{Micros, RobotTime};

use crate::stand::{Wire, us};

/// Edges each 100 µs, as a track that rolls by so many steps gives them.
fn roll(lines: &[Wire; 2], from: u64, steps: impl IntoIterator<Item = i64>) -> RobotTime {
    let mut at = from;
    for phase in steps {
        at += 100;
        let phase = phase.rem_euclid(4);
        lines[0].set(us(at), matches!(phase, 1 | 2));
        lines[1].set(us(at), matches!(phase, 2 | 3));
    }
    us(at)
}

#[test]
fn edges_are_counted_with_direction_in_the_order_in_which_they_happened() {
    let lines: [Wire; 2] = Default::default();
    let mut encoder = Quadrature::new(lines.clone(), 1_000.0);
    let at = roll(&lines, 0, 1..=103);
    encoder.listen(at).unwrap();
    assert_eq!((encoder.count(), encoder.illegal()), (103, 0));
    // An edge each 100 µs is 10,000 a second, 1000 a metre.
    assert!((encoder.speed() - 10.0).abs() < 1e-3, "{}", encoder.speed());
    let at = roll(&lines, at.as_micros(), (52..=102).rev());
    encoder.listen(at).unwrap();
    assert_eq!((encoder.count(), encoder.illegal()), (52, 0));
    assert!((encoder.speed() + 10.0).abs() < 1e-3, "{}", encoder.speed());
}

#[test]
fn an_edge_from_after_the_poll_waits_for_what_the_other_line_may_still_say() {
    let lines: [Wire; 2] = Default::default();
    let mut encoder = Quadrature::new(lines.clone(), 1_000.0);
    lines[1].set(us(200), true);
    encoder.listen(us(150)).unwrap();
    assert_eq!(encoder.count(), 0, "it has not happened yet");
    lines[0].set(us(100), true);
    encoder.listen(us(200)).unwrap();
    assert_eq!((encoder.count(), encoder.illegal()), (2, 0), "A came first, though it was heard of later");
}

#[test]
fn what_no_track_can_do_is_counted_apart() {
    let lines: [Wire; 2] = Default::default();
    let mut encoder = Quadrature::new(lines.clone(), 1_000.0);
    lines[0].force(us(10), false);
    lines[0].force(us(20), true);
    lines[1].force(us(20), true);
    encoder.listen(us(30)).unwrap();
    assert_eq!((encoder.count(), encoder.illegal(), encoder.last_edge()), (0, 2, Some(us(20))));
    lines[0].force(us(40), false);
    encoder.listen(us(50)).unwrap();
    assert_eq!((encoder.count(), encoder.illegal()), (1, 2), "it goes on from the levels that there are");
}

#[test]
fn a_line_that_cannot_be_read_loses_edges_but_not_the_count() {
    let lines: [Wire; 2] = Default::default();
    let mut encoder = Quadrature::new(lines.clone(), 1_000.0);
    let at = roll(&lines, 0, 1..=10);
    encoder.listen(at).unwrap();
    lines[1].0.borrow_mut().unreadable = true;
    assert_eq!(encoder.listen(us(2_000)), Err(LineFault));
    {
        // Phase 10 is A and B high; meanwhile the track comes to phase 12, both low.
        let mut inputs = [lines[0].0.borrow_mut(), lines[1].0.borrow_mut()];
        for input in &mut inputs {
            (input.level, input.told, input.unreadable) = (false, false, false);
        }
    }
    let at = roll(&lines, 3_000, 13..=15);
    encoder.listen(at).unwrap();
    assert_eq!((encoder.count(), encoder.illegal()), (13, 0));
    assert!((encoder.speed() - 10.0).abs() < 1e-3, "what was lost is no slowness: {}", encoder.speed());
}

#[test]
fn an_edge_that_waits_while_a_line_cannot_be_read_is_in_the_level_already() {
    let lines: [Wire; 2] = Default::default();
    let mut encoder = Quadrature::new(lines.clone(), 1_000.0);
    lines[0].set(us(200), true);
    encoder.listen(us(100)).unwrap();
    lines[1].0.borrow_mut().unreadable = true;
    assert_eq!(encoder.listen(us(110)), Err(LineFault));
    lines[1].0.borrow_mut().unreadable = false;
    encoder.listen(us(300)).unwrap();
    assert_eq!((encoder.count(), encoder.illegal()), (0, 0));
}

#[test]
fn without_edges_speed_falls_as_fast_as_silence_proves_and_is_zero_after_50_ms() {
    let lines: [Wire; 2] = Default::default();
    let mut encoder = Quadrature::new(lines.clone(), 1_000.0);
    encoder.listen(us(900_000)).unwrap();
    lines[0].set(us(1_000_000), true);
    encoder.listen(us(1_000_000)).unwrap();
    assert_eq!(encoder.speed(), 0.0, "how long the first edge took is not known");
    let at = roll(&lines, 1_000_000, 2..=21);
    encoder.listen(at).unwrap();
    assert!((encoder.speed() - 10.0).abs() < 1e-3, "reckoned from the first edge: {}", encoder.speed());
    encoder.listen(at + Micros::new(10_000)).unwrap();
    assert!((encoder.speed() - 0.1).abs() < 1e-4, "{}", encoder.speed());
    encoder.listen(at + (STILL - Micros::new(1))).unwrap();
    assert!(encoder.speed() > 0.0 && !encoder.is_quiet_since(None));
    encoder.listen(at + STILL).unwrap();
    assert!(encoder.speed() == 0.0 && encoder.is_quiet_since(None));
    let at = roll(&lines, 1_500_000, 22..=31);
    encoder.listen(at).unwrap();
    assert!((encoder.speed() - 10.0).abs() < 1e-3, "the rest is not reckoned in: {}", encoder.speed());
}
