//! The robot goes where its tracks push it and no further: never into a wall or a piece of furniture.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test comes through real sockets, waits in real time, and may stop at the first surprise"
)]

use parry2d::math::{Pose, Vector};
use parry2d::query::contact;
use parry2d::shape::{Ball, Cuboid, Shape};
use proptest::prelude::*;
use wimz_simulator::Outside;
use wimz_tests::steps::{ALICE, Run, drive, ms, read, setting};
use wimz_world::Carried;
use wimz_world::room::{Obstacle, Outline};

/// Deeper than this is inside; metres. Ten times what the contact solver leaves.
const INSIDE: f32 = 0.001;

fn depth(x: f32, y: f32, heading: f32, obstacle: &Obstacle) -> f32 {
    let robot = Cuboid::new(Vector::new(0.175, 0.14));
    let here = Pose::new(Vector::new(x, y), heading);
    let (there, shape): (Pose, Box<dyn Shape>) = match &obstacle.outline {
        Outline::Box { center, half_width, half_depth, turn } => (
            Pose::new(Vector::new(center.x, center.y), *turn),
            Box::new(Cuboid::new(Vector::new(*half_width, *half_depth))),
        ),
        Outline::Disc { center, radius } => {
            (Pose::new(Vector::new(center.x, center.y), 0.0), Box::new(Ball::new(*radius)))
        }
    };
    contact(&here, &robot, &there, &*shape, 0.0).unwrap().map_or(0.0, |contact| -contact.dist)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_drive_ends_inside_anything(
        seed in 0u64..1_000,
        pushes in prop::collection::vec((-1.0f32..=1.0, -1.0f32..=1.0, 1u64..20), 1..60),
    ) {
        let room = read(&setting("living_room", seed)).room;
        let mut run = Run::manual("living_room");
        for (left, right, tenths) in pushes {
            for _ in 0..tenths {
                run.ask(ALICE, drive(left, right));
                for _ in 0..5 {
                    run.wait(ms(20));
                    let pose = run.session.world().truth().pose;
                    prop_assert!(pose.x.is_finite() && pose.y.is_finite() && pose.heading.is_finite());
                    for obstacle in room.obstacles() {
                        let depth = depth(pose.x, pose.y, pose.heading, obstacle);
                        prop_assert!(depth < INSIDE, "{depth} m inside {} at {pose:?}", obstacle.name);
                    }
                }
            }
        }
    }

    /// Whoever puts it down in the sofa puts it down beside the sofa.
    #[test]
    fn it_is_put_down_inside_nothing(
        places in prop::collection::vec((-1.0f32..=7.0, -1.0f32..=6.0, -3.2f32..=3.2), 1..12),
    ) {
        let room = read(&setting("living_room", 1)).room;
        let mut run = Run::manual("living_room");
        for (x, y, heading) in places {
            let before = run.session.world().truth().pose;
            let to = wimz_world::geometry::Pose { x, y, heading };
            run.session.enter(Outside::Carry { who: Carried::Robot, to });
            run.wait(ms(20));
            let pose = run.session.world().truth().pose;
            prop_assert!((0.0..=room.width).contains(&pose.x) && (0.0..=room.depth).contains(&pose.y));
            for obstacle in room.obstacles() {
                let depth = depth(pose.x, pose.y, pose.heading, obstacle);
                prop_assert!(depth < INSIDE, "{depth} m inside {} at {pose:?}", obstacle.name);
            }
            let moved = pose.heading == heading || pose == before;
            prop_assert!(moved, "as it was to face, or where it was: {pose:?}");
        }
    }
}

#[test]
fn straight_ahead_is_ahead_and_a_wall_ends_it() {
    let mut run = Run::manual("empty");
    let start = run.session.world().truth().pose;
    for _ in 0..20 {
        run.ask(ALICE, drive(0.5, 0.5));
        run.wait(ms(100));
    }
    let there = run.session.world().truth().pose;
    let (dx, dy) = (there.x - start.x, there.y - start.y);
    let ahead = dx * start.heading.cos() + dy * start.heading.sin();
    assert!(ahead > 0.3, "{ahead} m ahead");
    for _ in 0..200 {
        run.ask(ALICE, drive(0.7, 0.7));
        run.wait(ms(100));
    }
    let bumped = run.lines.iter().any(|line| {
        matches!(line, wimz_simulator::Line::Room { fact: wimz_world::WorldFact::ContactBegan(_), .. })
    });
    assert!(bumped, "twenty seconds ahead meets a wall of a room of 4 m");
}

#[test]
fn left_is_left_and_right_is_right() {
    let turned = |left, right| {
        let mut run = Run::manual("empty");
        let before = run.session.world().truth().pose.heading;
        run.ask(ALICE, drive(left, right));
        run.wait(ms(250));
        run.session.world().truth().pose.heading - before
    };
    assert!(turned(-0.4, 0.4) > 0.1, "counterclockwise is left");
    assert!(turned(0.4, -0.4) < -0.1);
}
