//! What a dog makes of what the robot says, eats of what it gives, and learns of both.

use wimz_vocabulary::Micros;
use wimz_world::dog::{Act, Deed, DogPlan};
use wimz_world::geometry::{Point, Pose};
use wimz_world::room::Room;
use wimz_world::{Happening, Posture, WorldFact};

use crate::home::{FRONT, Home, Reward, STEP, School, living_room, plan};

/// How often of `trials` a dog at rest does what it is told.
fn obeys(room: &Room, trials: u64, robot: Pose, at: Pose, prepare: impl Fn(&mut Home)) -> u32 {
    let mut count = 0;
    for seed in 0..trials {
        let plan = DogPlan { start: Some(at), ..plan("biscuit") };
        let mut home = Home::of(room, &[plan], seed);
        home.scene.robot = robot;
        home.run(2.0);
        prepare(&mut home);
        let since = home.now;
        home.say("talks/default/sit.wav", 0.6);
        home.run(4.0);
        count += u32::from(home.deeds(since).any(|deed| deed == Deed::Does { cue: Act::Sit, act: Act::Sit }));
    }
    count
}

#[test]
fn near_and_in_silence_it_obeys_far_and_in_noise_it_does_not() {
    let room = living_room();
    let place = |x, y| Pose { x, y, heading: 0.0 };
    let near = obeys(&room, 60, place(2.4, 1.5), place(3.3, 1.6), |_| {});
    let far = obeys(&room, 60, place(0.8, 1.0), place(4.6, 2.6), |_| {});
    let thunder = obeys(&room, 60, place(2.4, 1.5), place(3.3, 1.6), |home| {
        home.dogs.happen(home.now, Happening::Thunder);
    });
    println!("of 60 it sits: near {near}, far {far}, in thunder {thunder}");
    assert!(near >= 30, "{near}");
    assert!(far < near, "{far} far, {near} near");
    assert!(thunder < near * 3 / 4, "{thunder} in thunder");
}

#[test]
fn it_comes_when_called_and_sits_when_told() {
    let room = living_room();
    let (mut came, mut sat) = (0, 0);
    for seed in 0..20 {
        let mut plan = plan("biscuit");
        plan.start = Some(Pose { x: 4.3, y: 2.4, heading: 1.0 });
        plan.character.obedience = [1.0; 7];
        plan.character.attention = 1.0;
        let mut home = Home::of(&room, &[plan], seed);
        home.run(1.0);
        home.say("talks/default/come_here.mp3", 1.0);
        for _ in 0..20 * 8 {
            home.step();
            let (body, robot) = (home.body(), home.scene.robot);
            let far = libm::hypotf(body.pose.x - robot.x, body.pose.y - robot.y);
            if far < 0.9 && body.speed < 0.1 {
                came += 1;
                break;
            }
        }
        home.run(1.0);
        home.say("talks/default/sit.wav", 1.0);
        let mut sits = Micros::ZERO;
        for _ in 0..20 * 15 {
            home.step();
            if home.body().posture == Posture::Sit {
                sits = sits + STEP;
            }
        }
        sat += u32::from((1.0..13.0).contains(&sits.as_secs_f32()));
    }
    println!("of 20: came {came}, sat {sat}");
    assert!(came >= 15 && sat >= 13, "came {came}, sat {sat}");
}

#[test]
fn treats_fall_before_the_robot_and_are_eaten_by_those_who_want_them() {
    let room = living_room();
    let mut eaten = 0;
    for seed in 0..20 {
        let plan = DogPlan { start: Some(Pose { x: 3.4, y: 2.4, heading: 3.0 }), ..plan("biscuit") };
        let mut home = Home::of(&room, &[plan], seed);
        home.run(1.0);
        home.treat();
        let lying: Vec<Point> = home.dogs.treats().iter().flatten().copied().collect();
        let [treat] = lying.try_into().unwrap();
        let robot = home.scene.robot;
        let (dx, dy) = (treat.x - robot.x, treat.y - robot.y);
        let ahead = dx * libm::cosf(robot.heading) + dy * libm::sinf(robot.heading);
        assert!((0.1..0.4).contains(&ahead) && libm::hypotf(dx, dy) < 0.4, "{treat:?}");
        home.run(25.0);
        let ate = home.facts.iter().any(|(_, fact)| matches!(fact, WorldFact::DogAte(_)));
        assert_eq!(ate, home.dogs.treats().iter().flatten().count() == 0);
        eaten += u32::from(ate);
    }
    assert!(eaten >= 16, "{eaten} of 20");
    // Far more than the floor holds: never more than it holds, and nobody dies of it.
    let mut home = Home::new(&room, &["otto"], 1);
    home.dogs.treats_fall(home.now, 60, home.scene.robot, FRONT);
    home.run(5.0);
    assert!(home.dogs.treats().iter().flatten().count() >= 20);
}

/// A month of one lesson a day: obedience before and after.
fn month(seed: u64, reward: Reward) -> [f32; 2] {
    let mut school = School::new(seed);
    let before = school.obedience();
    (0..30).for_each(|_| {
        school.day(reward);
    });
    [before, school.obedience()]
}

#[test]
fn obedience_rises_with_rewards_falls_without_and_rises_less_with_late_ones() {
    let seeds = 4;
    let mut mean_late = 0.0;
    for seed in 0..seeds {
        let [before, at_once] = month(seed, Reward::AtOnce);
        let [_, late] = month(seed, Reward::LATE);
        let [_, never] = month(seed, Reward::Never);
        println!("seed {seed}: before {before:.2}, at once {at_once:.2}, late {late:.2}, never {never:.2}");
        assert!(at_once > before + 0.3, "seed {seed}: rewarded at once: {before} to {at_once}");
        assert!(never < before - 0.3, "seed {seed}: never rewarded: {before} to {never}");
        assert!(late < at_once - 0.1, "seed {seed}: rewarded late: {late}, at once {at_once}");
        mean_late += (late - before) / seeds as f32;
    }
    assert!(mean_late > 0.05, "rewarded late it still rises: by {mean_late}");
}

/// What a dog gets for sitting.
#[derive(Clone, Copy, PartialEq)]
enum Pay {
    Treat,
    TreatWhenFull,
    Praise,
    Nothing,
}

/// By how much obedience changes in sixty trials, over some dogs.
fn sixty_trials(pay: Pay) -> f32 {
    let dogs = 4;
    let change = |seed| {
        let mut school = School::new(seed);
        let before = school.obedience();
        for trial in 0..60 {
            let home = &mut school.home;
            if pay == Pay::TreatWhenFull && trial % 10 == 0 {
                // As many treats as it takes to be sick of them, for nothing.
                for _ in 0..4 {
                    home.dogs.treats_fall(home.now, 12, home.scene.robot, FRONT);
                    home.run(150.0);
                }
            }
            home.say("talks/default/sit.wav", 1.0);
            home.run(2.0);
            if home.body().posture == Posture::Sit {
                match pay {
                    Pay::Treat | Pay::TreatWhenFull => home.treat(),
                    Pay::Praise => home.say("talks/default/good.wav", 1.0),
                    Pay::Nothing => {}
                }
            }
            home.run(35.0);
            home.facts.clear();
            home.heard.clear();
        }
        school.obedience() - before
    };
    (0..dogs).map(change).sum::<f32>() / dogs as f32
}

#[test]
fn the_full_learn_less_and_praise_is_worth_less_than_food() {
    let [treat, full, praise, nothing] =
        [Pay::Treat, Pay::TreatWhenFull, Pay::Praise, Pay::Nothing].map(sixty_trials);
    println!(
        "sixty trials: treats {treat:+.2}, when full {full:+.2}, praise {praise:+.2}, nothing {nothing:+.2}"
    );
    assert!(treat > 0.15 && full < treat - 0.1, "hungry {treat}, full {full}");
    assert!(nothing + 0.05 < praise && praise + 0.1 < treat, "{nothing}, {praise}, {treat}");
}

#[test]
fn what_it_was_told_it_does_though_somebody_rings_meanwhile() {
    let (mut told, mut done) = (0, 0);
    for seed in 0..20 {
        let mut plan = plan("biscuit");
        plan.start = Some(Pose { x: 3.3, y: 1.6, heading: 0.0 });
        plan.character.obedience = [1.0; 7];
        plan.character.attention = 1.0;
        let sits = |bell: bool| {
            let mut home = Home::of(&living_room(), std::slice::from_ref(&plan), seed);
            home.run(1.0);
            let since = home.now;
            home.say("talks/default/sit.wav", 1.0);
            if bell {
                home.dogs.happen(home.now, Happening::Doorbell);
            }
            home.run(4.0);
            home.deeds(since).any(|deed| deed == Deed::Does { cue: Act::Sit, act: Act::Sit })
        };
        if sits(false) {
            told += 1;
            done += u32::from(sits(true));
        }
    }
    assert!(told >= 15 && done == told, "of {told} that were heard, {done} were done");
}

#[test]
fn whoever_leans_on_the_bell_is_barked_at() {
    for seed in 0..5 {
        let mut home = Home::new(&living_room(), &["pepper"], seed);
        for _ in 0..600 {
            home.dogs.happen(home.now, Happening::Doorbell);
            home.run(0.1);
        }
        assert!(home.barks("pepper") >= 5, "seed {seed}: {} barks", home.barks("pepper"));
    }
}
