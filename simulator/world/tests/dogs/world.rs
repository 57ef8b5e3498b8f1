//! The same dog in a whole world: it hears the robot's own speaker and wakes to the house.

use wimz_hal::{Body, Profile};
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{Micros, Play, PlayId, Ratio, RobotTime, SoundName, SpeakerOrder, Track};
use wimz_world::dog::{Act, Cue, Deed, DogPlan};
use wimz_world::geometry::Pose;
use wimz_world::room::Room;
use wimz_world::{Carried, Happening, Occasion, World, WorldFact};

use crate::home::{living_room, plan};

const SIT: &str = "talks/default/sit.wav";

fn world(seed: u64) -> World {
    let text = include_str!("../../../../assets/robots/gen1.toml");
    let profile = Profile::parse(&Document::new("gen1.toml", text)).unwrap();
    let mut biscuit = DogPlan { start: Some(Pose { x: 3.2, y: 1.8, heading: 3.0 }), ..plan("biscuit") };
    biscuit.character.attention = 1.0;
    biscuit.character.obedience = [1.0; 7];
    let mut world = World::new(&living_room(), &[biscuit], &profile, seed);
    let name = SoundName::new(SIT).unwrap();
    world.sound(Track { name, length: Micros::from_millis(700) });
    world
}

fn run(world: &mut World, seconds: u64) -> Vec<WorldFact> {
    let until = world.now() + Micros::from_secs(seconds);
    let mut facts = vec![];
    while let Some(occasion) = world.advance(until) {
        if let Occasion::Fact(fact) = occasion {
            facts.push(fact);
        }
    }
    facts
}

fn say(world: &mut World, id: u64, volume: f32) {
    let play = Play { id: PlayId(id), sound: SoundName::new(SIT).unwrap(), from: Micros::ZERO };
    world.body().speaker(SpeakerOrder { play: Some(play), volume: Ratio::clamped(volume) });
}

#[test]
fn what_the_speaker_says_reaches_the_dog_when_it_has_been_said() {
    let (mut sat, mut unheard) = (0, 0);
    for seed in 0..12 {
        let mut world = world(seed);
        run(&mut world, 2);
        say(&mut world, 1, 1.0);
        let until = world.now() + Micros::from_millis(600);
        while let Some(occasion) = world.advance(until) {
            let early = matches!(occasion, Occasion::Fact(WorldFact::DogDid { deed: Deed::Does { .. }, .. }));
            assert!(!early, "seed {seed}: it obeyed before the word was over");
        }
        let facts = run(&mut world, 4);
        let does =
            |deed| facts.iter().any(|fact| matches!(fact, WorldFact::DogDid { deed: it, .. } if *it == deed));
        sat += u32::from(does(Deed::Does { cue: Act::Sit, act: Act::Sit }));
        say(&mut world, 2, 0.0002);
        let facts = run(&mut world, 4);
        let missed = WorldFact::DogDid { dog: plan("biscuit").id, deed: Deed::Misses(Cue::Act(Act::Sit)) };
        unheard += u32::from(facts.contains(&missed));
    }
    assert!(sat >= 7, "it sat {sat} times of 12");
    assert!(unheard >= 11, "a whisper was not heard {unheard} times of 12");
}

#[test]
fn the_house_is_heard_and_the_truth_shows_the_dog() {
    let (mut barks, mut went) = (0, 0);
    for seed in 0..6 {
        let mut world = world(seed);
        let before = world.truth().dogs[0].unwrap();
        assert!((before.pose.x - 3.2).abs() < 0.01 && world.truth().dogs[1].is_none());
        run(&mut world, 5);
        world.happen(Happening::Doorbell);
        let facts = run(&mut world, 10);
        barks += facts.iter().filter(|fact| matches!(fact, WorldFact::DogBarked(_))).count();
        went += u32::from(world.truth().dogs[0].unwrap().pose != before.pose);
        assert_eq!(world.now(), RobotTime::BOOT + Micros::from_secs(15));
    }
    assert!(barks > 3 && went >= 2, "{barks} barks at six doorbells, {went} times it went to look");
}

#[test]
fn whoever_a_smaller_room_would_leave_outside_is_inside() {
    let mut world = world(1);
    for (floor, start) in [("2.0, 2.0", "1.0, 1.0"), ("2.0, 9.0", "1.0, 8.0"), ("5.0, 2.0", "4.0, 1.0")] {
        for at in [[0.4, 0.4], [4.4, 0.4], [4.4, 3.2], [2.4, 1.5]] {
            world.refurnish(&living_room());
            world.carry(Carried::Robot, Pose { x: at[0], y: at[1], heading: 0.0 });
            world.carry(Carried::Dog(plan("biscuit").id), Pose { x: at[1], y: at[0], heading: 0.0 });
            let text = include_str!("../../../../assets/rooms/empty.toml");
            let text = text.replace("4.0, 4.0", floor).replace("at = [2.0, 2.0]", &format!("at = [{start}]"));
            let room = Room::parse(&Document::new("small.toml", &text)).unwrap();
            world.refurnish(&room);
            let truth = world.truth();
            for Pose { x, y, .. } in [truth.pose, truth.dogs[0].unwrap().pose] {
                let inside = (0.1..room.width - 0.1).contains(&x) && (0.1..room.depth - 0.1).contains(&y);
                assert!(inside, "from {at:?} into {floor}: {x}, {y}");
            }
        }
    }
}
