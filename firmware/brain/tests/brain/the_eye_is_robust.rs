//! Whatever a detector says, the eye's facts follow one another as they must.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wimz_brain::dogs::{DogCard, Dogs};
use wimz_brain::sight::Sight;
use wimz_vocabulary::{
    Area, Behavior, Degrees, DogId, EventBody, Micros, Postures, Ratio, RobotTime, Sighting, Sightings, TagId,
};

fn ratio() -> impl Strategy<Value = Ratio> {
    prop_oneof![8 => 0.0_f32..=1.0, 1 => -1.0_f32..=1.0].prop_map(Ratio::clamped)
}

/// Anything at all, or a dog that shakes a little.
fn sighting() -> impl Strategy<Value = Sighting> {
    let area = prop_oneof![
        1 => (ratio(), ratio(), ratio(), ratio())
            .prop_map(|(left, top, right, bottom)| Area { left, top, right, bottom }),
        4 => (0.0_f32..0.2, 0.0_f32..0.2).prop_map(|(x, y)| Area {
            left: Ratio::clamped(0.3 + x),
            top: Ratio::clamped(0.3 + y),
            right: Ratio::clamped(0.6 + x),
            bottom: Ratio::clamped(0.7 + y),
        }),
    ];
    let posture = (ratio(), ratio(), ratio()).prop_map(|(stand, sit, lie)| Postures { stand, sit, lie });
    let facing = proptest::option::of((-360.0_f32..=360.0).prop_map(Degrees::clamped));
    let tag = proptest::option::weighted(0.1, (0_u16..4).prop_map(TagId));
    (area, 0.3_f32..1.0, posture, facing, tag).prop_map(|(area, confidence, posture, facing, tag)| Sighting {
        area,
        confidence: Ratio::clamped(confidence),
        posture,
        facing,
        tag,
    })
}

#[derive(Clone, Debug)]
enum Step {
    Picture { after: u64, late: u64, seen: Vec<Sighting>, times: u8 },
    Pass(u64),
    Close,
    Forget(u8),
    Learn(u8),
    Select(Option<u8>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (20_000_u64..120_000, prop_oneof![8 => Just(0_u64), 1 => 0_u64..500_000],
               proptest::collection::vec(sighting(), 0..5), 1_u8..30)
            .prop_map(|(after, late, seen, times)| Step::Picture { after, late, seen, times }),
        2 => (0_u64..8_000_000).prop_map(Step::Pass),
        1 => Just(Step::Close),
        1 => (0_u8..4).prop_map(Step::Forget),
        2 => (0_u8..4).prop_map(Step::Learn),
        1 => proptest::option::of(0_u8..4).prop_map(Step::Select),
    ]
}

fn dog(number: u8) -> DogId {
    DogId::new(&format!("dog_{number}")).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn facts_follow_one_another(steps in proptest::collection::vec(step(), 1..60)) {
        let (mut eye, mut dogs) = (Sight::default(), Dogs::default());
        let mut now = RobotTime::from_micros(1_000_000);
        let mut frame = 0;
        // Who is in sight: since how many pictures.
        let mut in_sight = BTreeMap::new();
        let mut newest = 0;
        for step in steps {
            let mut known = vec![];
            let mut shown: &[Sighting] = &[];
            let mut times = 1;
            match &step {
                Step::Picture { seen, times: many, .. } => (shown, times) = (seen, *many),
                Step::Pass(micros) => now += Micros::new(*micros),
                Step::Close => eye.close(),
                Step::Forget(number) => dogs.forget(dog(*number)),
                Step::Learn(number) => {
                    let tag = (number % 2 == 0).then_some(TagId(u16::from(*number)));
                    dogs.learn(DogCard { id: dog(*number), tag });
                }
                Step::Select(number) => eye.select(number.map(dog)),
            }
            for _ in 0..times {
                if let Step::Picture { after, late, .. } = &step {
                    now += Micros::new(*after);
                    eye.tick(now);
                    frame += 1;
                    let mut dogs_seen = [None; 4];
                    dogs_seen.iter_mut().zip(shown).for_each(|(slot, one)| *slot = Some(*one));
                    let taken = RobotTime::from_micros(now.as_micros() - late);
                    eye.see(taken, &Sightings { frame, dogs: dogs_seen, ..Sightings::default() }, &dogs);
                } else {
                    eye.tick(now);
                }
                let state = eye.state();
                let mut does = vec![];
                while let Some(fact) = eye.next_fact() {
                    match fact {
                        EventBody::DogSeen { track, known: dog, .. } => {
                            prop_assert!(track.0 > newest, "a number comes twice");
                            newest = track.0;
                            in_sight.insert(track, frame);
                            known.extend(dog);
                        }
                        EventBody::DogRecognised { track, known: dog } => {
                            prop_assert!(in_sight.contains_key(&track));
                            known.push(dog);
                        }
                        EventBody::DogDoes { track, behavior, .. } => {
                            let since = in_sight.get(&track);
                            prop_assert!(since.is_some_and(|since| frame >= since + 4), "from too few pictures");
                            prop_assert!(behavior != Behavior::Bark);
                            does.push((track, behavior));
                        }
                        EventBody::DogGone { track, .. } => {
                            prop_assert!(in_sight.remove(&track).is_some());
                        }
                        other => prop_assert!(false, "{other:?} is none of the eye's"),
                    }
                }
                for (track, behavior) in does {
                    let dog = state.dogs.iter().flatten().find(|dog| dog.track == track).unwrap();
                    prop_assert_eq!(dog.behavior, Some(behavior));
                    let Area { left, top, right, bottom } = dog.area;
                    let edges = [left.get(), top.get(), 1.0 - right.get(), 1.0 - bottom.get()];
                    // A dog that is so near that the edge cuts it off has come; of all else a whole dog must be seen.
                    let whole = edges.iter().all(|edge| *edge >= 0.0125);
                    prop_assert!(whole || behavior == Behavior::Come, "{behavior:?}, cut off: {edges:?}");
                    prop_assert_eq!(eye.held_for(track).map(|(held, _)| held), Some(behavior));
                }
                let listed: Vec<_> = state.dogs.iter().flatten().map(|dog| dog.track).collect();
                prop_assert_eq!(listed, in_sight.keys().copied().collect::<Vec<_>>());
                let names: Vec<_> = state.dogs.iter().flatten().filter_map(|one| one.known).collect();
                let guessed = names.iter().filter(|one| one.by != wimz_vocabulary::IdMethod::Qr);
                for one in guessed {
                    let same = names.iter().filter(|other| other.dog == one.dog).count();
                    prop_assert_eq!(same, 1, "one dog twice, and once by guess");
                }
            }
            if matches!(step, Step::Picture { .. }) {
                prop_assert!(known.iter().all(|known| dogs.knows(known.dog)), "a name that nobody wrote down");
            }
        }
    }
}
