//! How a dog moves, what it does all day, and what rouses it.

use wimz_vocabulary::{DogId, Micros, RobotTime};
use wimz_world::dog::{Deed, DogPlan, Uttered};
use wimz_world::geometry::Pose;
use wimz_world::room::Outline;
use wimz_world::sound::Voice;
use wimz_world::{DogBody, Happening, Posture};

use crate::home::{ALL, Home, MORE, empty_room, living_room, plan};

/// How deep a place lies in an outline, in metres; below zero outside.
fn depth(outline: &Outline, x: f32, y: f32) -> f32 {
    match *outline {
        Outline::Box { center, half_width, half_depth, turn } => {
            let (sin, cos) = (libm::sinf(turn), libm::cosf(turn));
            let (dx, dy) = (x - center.x, y - center.y);
            (half_width - (dx * cos + dy * sin).abs()).min(half_depth - (dy * cos - dx * sin).abs())
        }
        Outline::Disc { center, radius } => radius - libm::hypotf(x - center.x, y - center.y),
    }
}

/// Points all over a dog's trunk and head, as wide as it must stay clear.
fn trunk(body: &DogBody) -> impl Iterator<Item = (f32, f32)> + '_ {
    let (sin, cos) = (libm::sinf(body.pose.heading), libm::cosf(body.pose.heading));
    (-4..=4).flat_map(move |along| {
        (-2..=2).map(move |aside| {
            let (along, aside) = (0.1 * along as f32 * body.length, 0.06 * aside as f32 * body.length);
            (body.pose.x + along * cos - aside * sin, body.pose.y + along * sin + aside * cos)
        })
    })
}

#[test]
fn no_dog_is_ever_in_a_wall_or_in_furniture_and_all_move_as_bodies_do() {
    let room = living_room();
    for seed in 0..6 {
        let mut home = Home::new(&room, &ALL, seed);
        let mut before: Vec<DogBody> = home.dogs.bodies().to_vec();
        for step in 0..20 * 3_600_u32 {
            // The robot drives in circles through the room, and the house is lively.
            let turn = step as f32 / 900.0;
            home.scene.robot = Pose {
                x: 2.4 + 1.0 * libm::cosf(turn),
                y: 1.7 + 0.9 * libm::sinf(turn),
                heading: turn + 1.571,
            };
            home.scene.robot.heading = wrapped(home.scene.robot.heading);
            home.scene.speed = 0.02;
            match step % 12_000 {
                3_000 => home.dogs.happen(home.now, Happening::Doorbell),
                6_000 => home.dogs.happen(home.now, Happening::Thunder),
                9_000 => home.dogs.happen(home.now, Happening::Owner { home: step > 30_000 }),
                10_000 => home.treat(),
                _ => {}
            }
            home.step();
            for (body, old) in home.dogs.bodies().iter().zip(&before) {
                for (x, y) in trunk(body).filter(|_| body.ground == 0.0) {
                    for obstacle in room.obstacles() {
                        let deep = depth(&obstacle.outline, x, y);
                        assert!(
                            deep < 0.005,
                            "seed {seed}: {} stands {deep} m in {}",
                            body.id,
                            obstacle.name
                        );
                    }
                }
                assert!((0.0..room.width).contains(&body.pose.x) && (0.0..room.depth).contains(&body.pose.y));
                let moved = libm::hypotf(body.pose.x - old.pose.x, body.pose.y - old.pose.y);
                assert!(moved < 0.25, "seed {seed}: {} is {moved} m further at once", body.id);
                let jumped = (body.ground - old.ground).abs();
                assert!(jumped < 0.1, "seed {seed}: {} is {jumped} m higher at once", body.id);
                assert!(body.pose.heading.abs() <= std::f32::consts::PI && body.speed.abs() < 6.0);
            }
            before.copy_from_slice(home.dogs.bodies());
        }
        let deeds: Vec<Deed> = home.deeds(RobotTime::BOOT).collect();
        assert!(deeds.contains(&Deed::JumpsUp) && deeds.contains(&Deed::JumpsDown), "seed {seed}");
    }
}

fn wrapped(heading: f32) -> f32 {
    let turns = (heading / std::f32::consts::TAU).round();
    heading - turns * std::f32::consts::TAU
}

#[test]
fn the_same_seed_is_the_same_life_and_another_dog_draws_none_of_its_luck() {
    let room = living_room();
    let lived = |names: &[&str], seed| {
        let mut home = Home::new(&room, names, seed);
        for quarter in 0..6 {
            home.run(600.0);
            home.dogs
                .happen(home.now, if quarter % 2 == 0 { Happening::Doorbell } else { Happening::Passerby });
        }
        home
    };
    assert_eq!(lived(&["biscuit"], 4).digest(), lived(&["biscuit"], 4).digest());
    assert_ne!(lived(&["biscuit"], 4).digest(), lived(&["biscuit"], 5).digest());
    let both = lived(&["biscuit", "pixel"], 4);
    assert_eq!(both.digest(), lived(&["biscuit", "pixel"], 4).digest());
    // Two dogs of one character are two dogs.
    let twins = [plan("biscuit"), DogPlan { id: DogId::new("waffle").unwrap(), ..plan("biscuit") }];
    let [mut first, mut second] = twins.map(|plan| Home::of(&room, &[plan], 4));
    first.run(600.0);
    second.run(600.0);
    assert_ne!(first.body().pose, second.body().pose);
    // Otto lies asleep beside it for the first minutes: until they meet, Biscuit's life is the same.
    let mut alone = Home::new(&room, &["biscuit"], 4);
    let mut watched = Home::new(&room, &["biscuit", "otto"], 4);
    alone.run(3.0);
    watched.run(3.0);
    assert_eq!(alone.body(), watched.body());
}

#[test]
fn a_day_is_mostly_rest_and_each_dog_is_itself() {
    let room = living_room();
    let mut rows = vec![];
    for name in ALL.into_iter().chain(MORE) {
        let (mut lying, mut steps, mut barks, mut way) = (0_u32, 0_u32, 0, 0.0_f32);
        for seed in 0..4 {
            let mut home = Home::new(&room, &[name], seed);
            for _ in 0..20 * 3_600 * 8 {
                home.step();
                let body = home.body();
                lying += u32::from(body.posture == Posture::Lie);
                steps += 1;
                way += body.speed * 0.05;
            }
            barks += home.barks(name);
        }
        let hours = 4.0 * 8.0;
        rows.push((name, lying as f32 / steps as f32, barks as f32 / hours, way / hours));
    }
    for (name, lying, barks, way) in &rows {
        println!("{name}: lies {:.0} % of the day, {barks:.1} barks and {way:.0} m an hour", 100.0 * lying);
        assert!((0.6..0.99).contains(lying), "{name} lies {lying}");
        assert!(*barks < 40.0 && *way > 5.0, "{name}: {barks} barks, {way} m");
    }
    let rows: [_; ALL.len() + MORE.len()] = rows.try_into().unwrap();
    let [biscuit, pepper, otto, pixel, _, tilda, snow, ..] = rows;
    assert!(otto.1 > biscuit.1 && biscuit.1 > pixel.1, "the old one lies most, the puppy least");
    assert!(otto.2 < biscuit.2 && biscuit.2 < pepper.2.max(pixel.2), "the barkers bark more");
    assert!(snow.2 < biscuit.2 && tilda.2 > biscuit.2, "the silent one and the beagle");
    assert!(otto.3 < biscuit.3 && biscuit.3 < pixel.3, "the puppy goes furthest");
}

#[test]
fn the_doorbell_rouses_whom_it_rouses() {
    let room = living_room();
    let answered = |name: &str| {
        let mut count = (0, 0);
        for seed in 0..40 {
            let mut home = Home::new(&room, &[name], seed);
            home.run(40.0 + seed as f32);
            let since = home.now;
            let before = home.barks(name);
            home.dogs.happen(home.now, Happening::Doorbell);
            home.run(6.0);
            count.0 += u32::from(home.deeds(since).any(|deed| deed == Deed::StartsUp));
            count.1 += u32::from(home.barks(name) > before);
        }
        count
    };
    let (pepper, biscuit, otto) = (answered("pepper"), answered("biscuit"), answered("otto"));
    println!("of 40 doorbells roused and barked: pepper {pepper:?}, biscuit {biscuit:?}, otto {otto:?}");
    assert!(pepper.0 >= 38 && pepper.1 >= 34, "{pepper:?}");
    assert!((24..=40).contains(&biscuit.0) && (10..34).contains(&biscuit.1), "{biscuit:?}");
    assert!(otto.0 < 34 && otto.0 < biscuit.0 && otto.1 <= 12, "{otto:?}");
}

#[test]
fn those_left_alone_bark_as_they_mind_it_and_the_deaf_miss_what_is_said() {
    let room = living_room();
    let alone = |name: &str| {
        let barks = |seed| {
            let mut home = Home::new(&room, &[name], seed);
            home.dogs.happen(home.now, Happening::Owner { home: false });
            home.run(3.0 * 3_600.0);
            home.barks(name)
        };
        (0..4).map(barks).sum::<usize>()
    };
    let (daisy, biscuit, snow) = (alone("daisy"), alone("biscuit"), alone("snow"));
    println!("barks in 12 hours alone: daisy {daisy}, biscuit {biscuit}, snow {snow}");
    assert!(daisy > 2 * biscuit && snow <= biscuit, "{daisy}, {biscuit}, {snow}");
    let missed = |name: &str| {
        let misses = |seed| {
            let mut home = Home::new(&room, &[name], seed);
            home.run(60.0);
            let since = home.now;
            home.say("talks/default/quiet.wav", 0.6);
            home.run(3.0);
            u32::from(home.deeds(since).any(|deed| matches!(deed, Deed::Misses(_))))
        };
        (0..40).map(misses).sum::<u32>()
    };
    let (gus, nell) = (missed("gus"), missed("nell"));
    println!("of 40 words gus missed {gus}, nell {nell}");
    assert!(gus >= 20 && nell <= 8, "{gus}, {nell}");
}

#[test]
fn barks_come_in_bouts_with_gaps() {
    let room = living_room();
    let mut home = Home::new(&room, &["pepper"], 3);
    home.run(60.0);
    home.dogs.happen(home.now, Happening::Doorbell);
    home.run(20.0);
    let barks: Vec<&Uttered> = home.heard.iter().filter(|it| it.sound.voice == Voice::Bark).collect();
    assert!(barks.len() >= 5, "{}", barks.len());
    for pair in barks.windows(2) {
        let gap = pair[1].at.since(pair[0].at);
        assert!(gap >= pair[0].sound.length + Micros::from_millis(50), "they overlap: {gap}");
    }
    for bark in barks {
        assert!((0.05..0.6).contains(&bark.sound.length.as_secs_f32()));
        assert!((300.0..800.0).contains(&bark.sound.pitch) && (80.0..105.0).contains(&bark.sound.loudness));
        assert!(bark.from.z > 0.05 && bark.from.z < 1.5);
    }
}

#[test]
fn it_steps_aside_when_the_robot_drives_at_it() {
    let room = empty_room();
    for seed in 0..10 {
        let plan = DogPlan { start: Some(Pose { x: 3.0, y: 2.0, heading: 1.57 }), ..plan("biscuit") };
        let mut home = Home::of(&room, &[plan], seed);
        home.scene.robot = Pose { x: 0.6, y: 2.0, heading: 0.0 };
        home.run(1.0);
        home.scene.speed = 0.35;
        let mut nearest = f32::MAX;
        while home.scene.robot.x < 3.4 {
            home.scene.robot.x += 0.35 * 0.05;
            home.step();
            let (body, robot) = (home.body(), home.scene.robot);
            nearest = nearest.min(libm::hypotf(body.pose.x - robot.x, body.pose.y - robot.y));
        }
        assert!(nearest > 0.25, "seed {seed}: the robot ran into it, {nearest} m");
        assert!(
            home.deeds(RobotTime::BOOT).any(|deed| deed == Deed::StepsAside),
            "seed {seed}: it was pushed"
        );
    }
}
