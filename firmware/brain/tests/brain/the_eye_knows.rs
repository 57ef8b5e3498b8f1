//! Which dog it is that the robot sees or hears: by its tag, because there is no other, because it was there a moment ago,
//! or because the owner says so. Field rows E7, C16.

use wimz_brain::dogs::DogCard;
use wimz_hal::Reading;
use wimz_vocabulary::{
    Condition, DetectorKind, EventBody, Health, IdMethod, KnownDog, Micros, Mode, Part, Sighting, Sightings,
    TagId, Trouble,
};

use crate::bench::{ALICE, Bench, mode};
use crate::sightings::{Bed, ONE, by, dog, id, sitting};

#[test]
fn a_tag_names_a_dog_for_as_long_as_it_is_in_sight() {
    let mut bed = Bed::knowing(&[("bella", Some(3)), ("rex", Some(7))]);
    bed.shows(30, &[sitting()]);
    assert_eq!(bed.known(), [None]);
    bed.take();
    bed.show(&[Sighting { tag: Some(TagId(7)), ..sitting() }]);
    let known = KnownDog { dog: id("rex"), by: IdMethod::Qr };
    let recognised = EventBody::DogRecognised { track: ONE, known };
    assert!(bed.take().contains(&recognised));
    bed.shows(100, &[sitting()]);
    assert_eq!(bed.known(), [Some(known)], "read once, it sticks");
    assert!(!bed.take().contains(&recognised), "told once");
    // Struck out by the owner, it has no name any more.
    bed.dogs.forget(id("rex"));
    bed.show(&[sitting()]);
    assert_eq!(bed.known(), [None]);
}

#[test]
fn the_only_dog_there_is_is_that_one_unless_its_tag_or_company_says_otherwise() {
    let mut bed = Bed::knowing(&[("rex", Some(7))]);
    bed.shows(30, &[sitting()]);
    assert_eq!(bed.known(), [by("rex", IdMethod::SoleDog)]);
    assert!(bed.told.iter().any(
        |fact| matches!(fact, EventBody::DogSeen { known, .. } if *known == by("rex", IdMethod::SoleDog))
    ));
    bed.shows(60, &[sitting(), dog(0.8, 0.5, 0.3)]);
    assert_eq!(bed.known(), [by("rex", IdMethod::SoleDog), None], "a visitor");
    bed.show(&[sitting(), Sighting { tag: Some(TagId(7)), ..dog(0.8, 0.5, 0.3) }]);
    bed.show(&[sitting(), dog(0.8, 0.5, 0.3)]);
    assert_eq!(bed.known(), [None, by("rex", IdMethod::Qr)], "no visitor: the other one is");
    let mut bed = Bed::knowing(&[("rex", Some(7))]);
    bed.shows(60, &[Sighting { tag: Some(TagId(8)), ..sitting() }]);
    assert_eq!(bed.known(), [None], "somebody else's dog");
    let mut bed = Bed::new();
    bed.shows(40, &[sitting(), dog(0.8, 0.5, 0.3)]);
    bed.dogs.learn(DogCard { id: id("rex"), tag: None });
    bed.show(&[sitting(), dog(0.8, 0.5, 0.3)]);
    assert_eq!(bed.known(), [None, None], "which of the two?");
}

#[test]
fn a_dog_that_comes_back_where_it_left_is_the_same_one() {
    let tagged = Sighting { tag: Some(TagId(7)), ..sitting() };
    for (x, after, expected) in
        [(0.55, 6_000, by("rex", IdMethod::LastDog)), (0.85, 6_000, None), (0.55, 12_000, None)]
    {
        let mut bed = Bed::knowing(&[("bella", Some(3)), ("rex", Some(7))]);
        bed.shows(30, &[tagged]);
        bed.pass(Micros::from_millis(after));
        assert_eq!(bed.in_sight(), 0);
        bed.shows(40, &[dog(x, 0.5, 0.3)]);
        assert_eq!(bed.known(), [expected], "at {x} after {after} ms");
    }
    // One that was lost for a moment and seen again out of reach was never gone.
    let mut bed = Bed::knowing(&[("bella", Some(3)), ("rex", Some(7))]);
    bed.shows(30, &[tagged]);
    bed.shows(3, &[]);
    bed.shows(40, &[dog(0.72, 0.5, 0.3)]);
    assert_eq!((bed.known(), bed.seen()), (vec![by("rex", IdMethod::Qr)], 1));
}

#[test]
fn the_owner_says_which_dog_it_is() {
    let mut bed = Bed::knowing(&[("bella", Some(3)), ("rex", Some(7))]);
    bed.eye.select(Some(id("rex")));
    bed.shows(30, &[sitting()]);
    assert_eq!(bed.known(), [by("rex", IdMethod::OwnerSelected)]);
    bed.show(&[Sighting { tag: Some(TagId(3)), ..sitting() }]);
    assert_eq!(bed.known(), [by("bella", IdMethod::Qr)], "the collar knows better");
    bed.eye.select(Some(id("nobody")));
    let mut bed = Bed::knowing(&[("bella", None), ("rex", None)]);
    bed.eye.select(Some(id("nobody")));
    bed.shows(30, &[sitting()]);
    assert_eq!(bed.known(), [None], "only who is written down has a name");
}

#[test]
fn a_bark_is_of_the_dog_that_it_must_be_of() {
    let bed = Bed::knowing(&[("rex", None)]);
    assert_eq!(bed.eye.whose_bark(bed.now, &bed.dogs), by("rex", IdMethod::SoleDog));
    let mut bed = Bed::knowing(&[("bella", Some(3)), ("rex", Some(7))]);
    assert_eq!(bed.eye.whose_bark(bed.now, &bed.dogs), None);
    bed.shows(40, &[Sighting { tag: Some(TagId(7)), ..sitting() }]);
    assert_eq!(bed.eye.whose_bark(bed.now, &bed.dogs), by("rex", IdMethod::Qr));
    bed.shows(40, &[sitting(), Sighting { tag: Some(TagId(3)), ..dog(0.8, 0.5, 0.3) }]);
    assert_eq!(bed.eye.whose_bark(bed.now, &bed.dogs), None, "of two nobody can tell");
    bed.shows(40, &[sitting()]);
    assert_eq!(
        bed.eye.whose_bark(bed.now, &bed.dogs),
        by("rex", IdMethod::Qr),
        "the other one is out of sight"
    );
    bed.pass(Micros::from_secs(30));
    assert_eq!(bed.eye.whose_bark(bed.now, &bed.dogs), by("rex", IdMethod::LastDog));
    bed.pass(Micros::from_secs(40));
    assert_eq!(bed.eye.whose_bark(bed.now, &bed.dogs), None);
}

#[test]
fn a_detector_that_has_failed_looks_at_nothing() {
    let mut bench = Bench::new();
    bench.ask(ALICE, mode(Mode::Coach));
    bench.read(Reading::Seen(Sightings::default()));
    assert_eq!(bench.brain.status(bench.now).sight.by, Some(DetectorKind::Model));
    let health = Health::ok(bench.now).but(Condition::Failed(Trouble::BusSilent));
    bench.read(Reading::Health { part: Part::Detector, health });
    assert_eq!(bench.brain.status(bench.now).sight.by, None);
    bench.leap(Micros::from_secs(1));
    bench.read(Reading::Seen(Sightings { frame: 1, ..Sightings::default() }));
    assert_eq!(bench.brain.status(bench.now).sight.by, Some(DetectorKind::Model), "it is back");
}
