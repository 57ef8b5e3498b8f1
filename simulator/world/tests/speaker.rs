//! What the robot's speaker is told is heard in the world, for exactly as long as the file is.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use wimz_hal::{Body, Profile, Reading};
use wimz_vocabulary::document::Document;
use wimz_vocabulary::{
    Condition, Micros, Part, Play, PlayId, Ratio, RobotTime, SoundEnd, SoundName, SpeakerOrder, Track,
    Trouble,
};
use wimz_world::chips::sound_card::Heard;
use wimz_world::room::Room;
use wimz_world::{Fault, Occasion, World};

const LENGTH: Micros = Micros::new(2_345_678);

fn name(text: &str) -> SoundName {
    SoundName::new(text).unwrap()
}

/// A world in which one sound lies on the robot, half a second after boot.
fn world() -> World {
    let room = include_str!("../../../assets/rooms/empty.toml");
    let profile = include_str!("../../../assets/robots/gen2.toml");
    let room = Room::parse(&Document::new("empty.toml", room)).unwrap();
    let profile = Profile::parse(&Document::new("gen2.toml", profile)).unwrap();
    let mut world = World::new(&room, &[], &profile, 1);
    world.sound(Track { name: name("songs/a.wav"), length: LENGTH });
    run(&mut world, at(500));
    assert_eq!(world.board().health(Part::Speaker).condition, Condition::Ok);
    world
}

fn at(millis: u64) -> RobotTime {
    RobotTime::BOOT + Micros::from_millis(millis)
}

/// Lets it run, and gives how playings ended, and when.
fn run(world: &mut World, until: RobotTime) -> Vec<(RobotTime, u64, SoundEnd)> {
    let mut said = Vec::new();
    while let Some(occasion) = world.advance(until) {
        if let Occasion::Reading(Reading::Speaker { play, how }) = occasion {
            said.push((world.now(), play.0, how));
        }
    }
    said
}

fn order(world: &mut World, id: u64, sound: &str, from: Micros, volume: f32) {
    let play = Play { id: PlayId(id), sound: name(sound), from };
    world.body().speaker(SpeakerOrder { play: Some(play), volume: Ratio::clamped(volume) });
}

#[test]
fn a_sound_is_heard_from_its_order_to_its_end() {
    let mut world = world();
    assert_eq!(world.truth().heard, None);
    order(&mut world, 1, "songs/a.wav", Micros::from_millis(200), 0.4);
    assert_eq!(run(&mut world, at(1_000)), []);
    let heard = Heard { sound: name("songs/a.wav"), volume: Ratio::clamped(0.4) };
    assert_eq!(world.truth().heard, Some(heard));
    order(&mut world, 1, "songs/a.wav", Micros::from_millis(200), 0.9);
    assert_eq!(run(&mut world, at(1_100)), []);
    assert_eq!(world.truth().heard, Some(Heard { volume: Ratio::clamped(0.9), ..heard }));
    assert_eq!(run(&mut world, at(5_000)), [(at(300) + LENGTH, 1, SoundEnd::Finished)]);
    assert_eq!(world.truth().heard, None);
}

#[test]
fn of_two_orders_at_once_the_newer_is_heard_and_both_are_told_of() {
    let mut world = world();
    order(&mut world, 1, "songs/a.wav", Micros::ZERO, 1.0);
    order(&mut world, 2, "songs/a.wav", Micros::ZERO, 1.0);
    let said = run(&mut world, at(5_000));
    assert_eq!(said, [(at(500), 1, SoundEnd::Stopped), (at(500) + LENGTH, 2, SoundEnd::Finished)]);
    order(&mut world, 3, "songs/unknown.wav", Micros::ZERO, 1.0);
    assert_eq!(run(&mut world, at(5_010)), [(at(5_000), 3, SoundEnd::Failed)]);
    let how = world.board().health(Part::Speaker).condition;
    assert_eq!(how, Condition::Degraded(Trouble::Unplayable));
}

#[test]
fn a_pulled_adapter_cuts_the_sound_off_and_is_well_again_once_it_is_back() {
    let mut world = world();
    order(&mut world, 1, "songs/a.wav", Micros::ZERO, 1.0);
    run(&mut world, at(600));
    world.fault(Fault::SpeakerGone, Some(Micros::from_secs(5)));
    assert_eq!(world.truth().heard, None, "at once");
    assert_eq!(run(&mut world, at(5_000)), [(at(1_000), 1, SoundEnd::Failed)], "when it is asked next");
    let health = world.board().health(Part::Speaker);
    assert_eq!(health.condition, Condition::Failed(Trouble::BusSilent));
    assert_eq!(run(&mut world, at(8_000)), []);
    assert_eq!(world.board().health(Part::Speaker).condition, Condition::Ok);
    assert_eq!(world.truth().heard, None, "nothing begins by itself");
    // Out and in again between two questions: what it played was cut off all the same.
    order(&mut world, 2, "songs/a.wav", Micros::ZERO, 1.0);
    run(&mut world, at(8_100));
    world.fault(Fault::SpeakerGone, Some(Micros::from_millis(100)));
    assert_eq!(run(&mut world, at(12_000)), [(at(8_500), 2, SoundEnd::Failed)]);
    assert_eq!(world.board().health(Part::Speaker).condition, Condition::Ok);
}

#[test]
fn a_dead_process_makes_no_sound() {
    let mut world = world();
    order(&mut world, 1, "songs/a.wav", Micros::ZERO, 1.0);
    run(&mut world, at(600));
    world.fault(Fault::ProcessDeath, None);
    assert_eq!(world.truth().heard, None);
    assert_eq!(run(&mut world, at(5_000)), []);
}
