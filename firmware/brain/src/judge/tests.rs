use alloc::vec;

use super::*;
use crate::dogs::Dogs;
use crate::ear::Listened;
use wimz_vocabulary::{Area, Decibels, Degrees, DetectorKind, Postures, Sighting, Sightings};

const PICTURE: u64 = 66_667;

fn at(millis: u64) -> RobotTime {
    RobotTime::from_micros(millis * 1_000)
}

fn share(value: f32) -> Ratio {
    Ratio::new(value).unwrap()
}

/// A dog in the middle of the picture: how high, and how much it looks like standing, sitting and lying.
fn dog(height: f32, [stand, sit, lie]: [f32; 3]) -> Sighting {
    let area = Area {
        left: share(0.5 - 0.3 * height),
        right: share(0.5 + 0.3 * height),
        top: share(0.8 - height),
        bottom: share(0.8),
    };
    let posture = Postures { stand: share(stand), sit: share(sit), lie: share(lie) };
    Sighting { area, confidence: share(0.8), posture, facing: Some(Degrees::ZERO), tag: None }
}

const STANDS: [f32; 3] = [0.85, 0.1, 0.05];
const SITS: [f32; 3] = [0.1, 0.85, 0.05];
const LIES: [f32; 3] = [0.02, 0.1, 0.85];

/// An eye, an ear, and pictures that are taken 15 times a second.
#[derive(Default)]
struct Room {
    sight: Sight,
    hearing: Hearing,
    now: u64,
    frame: u32,
}

impl Room {
    fn now(&self) -> RobotTime {
        RobotTime::from_micros(self.now)
    }

    /// Takes a picture and looks at it.
    fn picture(&mut self, seen: &[Sighting]) {
        self.now += PICTURE;
        self.frame += 1;
        let mut dogs = [None; DOGS_IN_SIGHT];
        dogs.iter_mut().zip(seen).for_each(|(slot, one)| *slot = Some(*one));
        let seen = Sightings { frame: self.frame, by: DetectorKind::Model, dogs };
        self.sight.see(self.now(), &seen, &Dogs::default());
        self.sight.tick(self.now());
        while self.sight.next_fact().is_some() {}
    }

    fn shows(&mut self, pictures: u32, seen: Sighting) {
        (0..pictures).for_each(|_| self.picture(&[seen]));
    }

    fn listens(&mut self, to: u64, is_quiet: bool) {
        while self.now < to * 1_000 {
            self.now += 20_000;
            let quiet = if is_quiet { Micros::from_millis(20) } else { Micros::ZERO };
            self.hearing.listened(self.now(), Listened { quiet, alive: true });
        }
    }

    fn look(&self, judge: &mut Judge, wanted: &Wanted) -> Finding {
        judge.look(self.now(), wanted, &self.sight, &self.hearing)
    }

    /// Shows this until it is done; after how many pictures that was.
    fn until_done(
        &mut self,
        judge: &mut Judge,
        wanted: &Wanted,
        most: u32,
        mut dog: impl FnMut(u32) -> Sighting,
    ) -> Option<u32> {
        (1..=most).find(|picture| {
            self.picture(&[dog(*picture)]);
            matches!(self.look(judge, wanted), Finding::Done { .. })
        })
    }
}

fn pose(behavior: Behavior, hold: u64, confidence: f32) -> Pose {
    Pose { behavior, hold: Micros::from_millis(hold), confidence: share(confidence) }
}

fn wanted(behavior: Behavior, hold: u64, confidence: f32) -> Wanted {
    Wanted::Seen(vec![pose(behavior, hold, confidence)])
}

#[test]
fn what_was_held_before_counts_from_the_opening() {
    let mut room = Room::default();
    room.shows(60, dog(0.4, SITS));
    let sit = wanted(Behavior::Sit, 1_000, 0.65);
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(room.look(&mut judge, &sit), Finding::Nothing, "four seconds of sitting were before");
    room.shows(1, dog(0.4, SITS));
    assert!(
        matches!(room.look(&mut judge, &sit), Finding::Holding { held, .. } if held == Micros::new(PICTURE))
    );
    let done = room.until_done(&mut judge, &sit, 60, |_| dog(0.4, SITS));
    assert_eq!(done, Some(14), "fifteen pictures are a second");
    assert_eq!(judge.target(&sit), Micros::from_secs(1));
}

#[test]
fn another_posture_an_unsure_one_and_another_dog_are_not_it() {
    let mut room = Room::default();
    room.shows(60, dog(0.4, LIES));
    let now = room.now();
    let mut judge = Judge::open(now, None);
    let sit = wanted(Behavior::Sit, 1_000, 0.65);
    assert_eq!(room.until_done(&mut judge, &sit, 60, |_| dog(0.4, LIES)), None);
    let sure = wanted(Behavior::Lie, 1_000, 0.9);
    assert_eq!(room.until_done(&mut judge, &sure, 60, |_| dog(0.4, LIES)), None);
    assert_eq!(room.look(&mut judge, &sure), Finding::Nothing);
    let lie = wanted(Behavior::Lie, 1_000, 0.7);
    let mut other = Judge::open(now, Some(TrackId(77)));
    assert_eq!(room.until_done(&mut other, &lie, 30, |_| dog(0.4, LIES)), None);
    let mut this = Judge::open(now, Some(TrackId(1)));
    assert!(room.until_done(&mut this, &lie, 30, |_| dog(0.4, LIES)).is_some());
}

#[test]
fn doubt_in_between_begins_anew() {
    let mut room = Room::default();
    room.shows(60, dog(0.4, SITS));
    let sit = wanted(Behavior::Sit, 1_000, 0.8);
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(room.until_done(&mut judge, &sit, 12, |_| dog(0.4, SITS)), None);
    // Sure enough to be a dog that sits, and not as sure as is wanted here.
    assert_eq!(room.until_done(&mut judge, &sit, 3, |_| dog(0.4, [0.3, 0.66, 0.04])), None);
    let done = room.until_done(&mut judge, &sit, 60, |_| dog(0.4, SITS));
    assert!(done > Some(14), "{done:?}");
}

#[test]
fn one_thing_after_the_other() {
    let mut room = Room::default();
    room.shows(60, dog(0.4, LIES));
    let both = Wanted::Seen(vec![pose(Behavior::Sit, 500, 0.65), pose(Behavior::Lie, 500, 0.7)]);
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(room.until_done(&mut judge, &both, 30, |_| dog(0.4, LIES)), None, "the other way round");
    assert_eq!(judge.target(&both), Micros::from_millis(500));
    assert_eq!(room.until_done(&mut judge, &both, 30, |_| dog(0.4, SITS)), None, "half of it");
    assert!(room.until_done(&mut judge, &both, 30, |_| dog(0.4, LIES)).is_some());
}

/// The same twice is twice as long: what was held for the first does not count for the second.
#[test]
fn nothing_counts_for_two() {
    let mut room = Room::default();
    room.shows(60, dog(0.4, STANDS));
    let twice = Wanted::Seen(vec![pose(Behavior::Sit, 1_000, 0.65); 2]);
    let mut judge = Judge::open(room.now(), None);
    let done = room.until_done(&mut judge, &twice, 90, |_| dog(0.4, SITS)).unwrap();
    assert!(done >= 30, "{done} pictures are no two seconds");
}

/// A dog that turns round itself in so many pictures.
fn turning(picture: u32, round: u32) -> Sighting {
    let facing = 360.0 * (picture % round) as f32 / round as f32;
    let facing = if facing > 180.0 { facing - 360.0 } else { facing };
    Sighting { facing: Some(Degrees::new(facing).unwrap()), ..dog(0.4, STANDS) }
}

#[test]
fn a_spin_counts_if_all_of_it_was_after_the_opening() {
    let mut room = Room::default();
    room.shows(60, dog(0.4, STANDS));
    let spin = wanted(Behavior::Spin, 300, 0.7);
    (0..12).for_each(|picture| room.picture(&[turning(picture, 20)]));
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(room.until_done(&mut judge, &spin, 12, |picture| turning(picture + 11, 20)), None);
    assert_eq!(room.until_done(&mut judge, &spin, 20, |_| turning(23, 20)), None);
    let mut judge = Judge::open(room.now(), None);
    room.sight.watch_anew(room.now());
    assert!(room.until_done(&mut judge, &spin, 30, |picture| turning(picture + 23, 20)).is_some());
    let slow = wanted(Behavior::Spin, 3_000, 0.7);
    room.shows(60, dog(0.4, STANDS));
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(room.until_done(&mut judge, &slow, 60, |picture| turning(picture, 20)), None, "too fast");
    let sure = wanted(Behavior::Spin, 300, 0.99);
    room.shows(60, dog(0.4, STANDS));
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(
        room.until_done(&mut judge, &sure, 60, |picture| turning(picture, 20)),
        None,
        "not sure enough"
    );
}

/// A dog that has come so far, from far off to quite near: larger, and lower in the picture.
fn nearer(share_of_way: f32) -> Sighting {
    let height = 0.2 + 0.4 * share_of_way;
    let seen = dog(height, STANDS);
    let down = 0.15 * share_of_way - 0.1;
    let area = Area {
        top: share(seen.area.top.get() + down),
        bottom: share(seen.area.bottom.get() + down),
        ..seen.area
    };
    Sighting { area, ..seen }
}

#[test]
fn who_comes_must_come_and_stay() {
    let come = wanted(Behavior::Come, 1_500, 0.6);
    let way = |picture: u32| nearer((picture as f32 / 30.0).min(1.0));
    let mut room = Room::default();
    room.shows(60, nearer(0.0));
    let mut judge = Judge::open(room.now(), None);
    let done = room.until_done(&mut judge, &come, 120, way);
    assert!(done > Some(30 + 22), "it has to stay: {done:?}");

    // One that comes so near that the picture's edge cuts it off has come all the same.
    let mut room = Room::default();
    room.shows(60, nearer(0.0));
    let mut judge = Judge::open(room.now(), None);
    let whole = nearer(1.0).area;
    let cut = Area { top: Ratio::ZERO, bottom: Ratio::ONE, ..whole };
    let close = |picture: u32| match way(picture) {
        seen if picture < 26 => seen,
        seen => Sighting { area: cut, ..seen },
    };
    let done = room.until_done(&mut judge, &come, 120, close);
    assert!(done > Some(26 + 22), "it has to stay: {done:?}");
    // And one that stands there from the first is not coming.
    let mut room = Room::default();
    room.shows(60, Sighting { area: cut, ..nearer(1.0) });
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(room.until_done(&mut judge, &come, 60, |_| Sighting { area: cut, ..nearer(1.0) }), None);

    // It was on its way when the window opened.
    let mut room = Room::default();
    room.shows(60, nearer(0.0));
    (1..=26).for_each(|picture| room.picture(&[way(picture)]));
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(room.until_done(&mut judge, &come, 120, |picture| way(picture + 26)), None);

    // It came and went away again.
    let mut room = Room::default();
    room.shows(60, nearer(0.0));
    let mut judge = Judge::open(room.now(), None);
    let goes = |picture: u32| if picture < 42 { way(picture) } else { way(30 - (picture - 42).min(30)) };
    assert_eq!(room.until_done(&mut judge, &come, 150, goes), None);
}

#[test]
fn what_the_robot_s_own_motion_shows_does_not_count() {
    let mut room = Room::default();
    room.shows(60, dog(0.4, SITS));
    let sit = wanted(Behavior::Sit, 1_000, 0.65);
    let mut judge = Judge::open(room.now(), None);
    for _ in 0..30 {
        room.sight.robot_moves(room.now(), true);
        room.shows(1, dog(0.4, SITS));
        assert!(!matches!(room.look(&mut judge, &sit), Finding::Done { .. }));
    }
    room.sight.robot_moves(room.now(), false);
    let done = room.until_done(&mut judge, &sit, 60, |_| dog(0.4, SITS));
    assert_eq!(done, Some(15));
}

#[test]
fn where_nobody_looks_or_listens_nothing_is_known() {
    let mut room = Room::default();
    let (sit, bark) = (wanted(Behavior::Sit, 1_000, 0.65), Wanted::Barks { least: 1, most: 2 });
    let mut judge = Judge::open(room.now(), None);
    for blind in [&sit, &Wanted::Dog, &bark, &Wanted::Quiet(Micros::ZERO)] {
        assert_eq!(room.look(&mut judge, blind), Finding::Unobserved, "{blind:?}");
    }
    room.shows(60, dog(0.4, SITS));
    let mut judge = Judge::open(room.now(), None);
    room.picture(&[dog(0.4, SITS)]);
    assert!(matches!(room.look(&mut judge, &sit), Finding::Holding { .. }));
    room.now += 1_000_001;
    assert_eq!(room.look(&mut judge, &sit), Finding::Unobserved, "no picture for a second");
    room.picture(&[]);
    room.sight.blind();
    assert_eq!(room.look(&mut judge, &sit), Finding::Unobserved);
}

#[test]
fn a_picture_that_comes_late_is_no_evidence() {
    let mut room = Room::default();
    room.shows(60, dog(0.4, SITS));
    let (sit, any) = (wanted(Behavior::Sit, 100, 0.65), Wanted::Dog);
    // The window opens half a second later; the last pictures from before it come only then.
    let mut judge = Judge::open(RobotTime::from_micros(room.now + 8 * PICTURE), None);
    assert_eq!(room.until_done(&mut judge, &sit, 8, |_| dog(0.4, SITS)), None);
    assert_eq!(room.look(&mut judge, &any), Finding::Nothing);
    room.shows(1, dog(0.4, SITS));
    assert!(matches!(room.look(&mut judge, &any), Finding::Done { track: Some(TrackId(1)), .. }));
    assert_eq!(room.until_done(&mut judge, &sit, 8, |_| dog(0.4, SITS)), Some(1));
}

fn bark(room: &mut Room, ended: u64) {
    room.listens(ended, false);
    room.hearing.barked(at(ended - 200), at(ended));
}

#[test]
fn barks_are_enough_once_they_are_not_too_many() {
    let wanted = Wanted::Barks { least: 1, most: 2 };
    let mut room = Room::default();
    room.listens(10_000, true);
    let mut judge = Judge::open(room.now(), None);
    bark(&mut room, 11_000);
    assert_eq!(room.look(&mut judge, &wanted), Finding::Nothing, "nobody has asked yet");
    room.hearing.ask_for_bark(room.now(), Micros::from_secs(10));
    bark(&mut room, 12_000);
    assert!(matches!(room.look(&mut judge, &wanted), Finding::Holding { .. }), "another may follow");
    bark(&mut room, 13_500);
    room.listens(15_480, true);
    assert!(matches!(room.look(&mut judge, &wanted), Finding::Holding { .. }));
    room.listens(15_500, true);
    assert!(matches!(room.look(&mut judge, &wanted), Finding::Done { track: None, .. }));
    bark(&mut room, 16_000);
    assert_eq!(room.look(&mut judge, &wanted), Finding::TooMuch);

    // Two are wanted, and one is not.
    let two = Wanted::Barks { least: 2, most: 3 };
    let mut judge = Judge::open(at(16_000), None);
    room.hearing.ask_for_bark(at(16_000), Micros::from_secs(3));
    bark(&mut room, 17_000);
    room.listens(19_500, true);
    assert!(matches!(room.look(&mut judge, &two), Finding::Holding { .. }));

    // The window's end settles it.
    room.hearing.ask_for_bark(at(20_000), Micros::from_secs(5));
    let mut judge = Judge::open(at(20_000), None);
    assert_eq!(room.look(&mut judge, &wanted), Finding::Nothing);
    bark(&mut room, 24_600);
    assert!(matches!(room.look(&mut judge, &wanted), Finding::Holding { .. }));
    room.listens(25_000, true);
    assert!(matches!(room.look(&mut judge, &wanted), Finding::Done { .. }));
}

#[test]
fn quiet_counts_from_the_opening_and_only_where_it_was_heard() {
    let wanted = Wanted::Quiet(Micros::from_secs(5));
    let mut room = Room::default();
    room.listens(60_000, true);
    let mut judge = Judge::open(room.now(), None);
    assert_eq!(room.look(&mut judge, &wanted), Finding::Nothing, "a minute of quiet was before");
    room.listens(64_000, true);
    assert!(
        matches!(room.look(&mut judge, &wanted), Finding::Holding { held, .. } if held == Micros::from_secs(4))
    );
    room.listens(70_000, false);
    assert!(
        matches!(room.look(&mut judge, &wanted), Finding::Holding { held, .. } if held == Micros::from_secs(4))
    );
    bark(&mut room, 70_500);
    room.listens(75_000, true);
    assert!(!matches!(room.look(&mut judge, &wanted), Finding::Done { .. }));
    room.listens(75_500, true);
    assert!(matches!(room.look(&mut judge, &wanted), Finding::Done { .. }));
}

#[test]
fn barking_is_what_nobody_asked_for() {
    let barking = Barking {
        barks: 2,
        within: Micros::from_secs(5),
        loudness: Some(Decibels::clamped(-28.0)),
        confidence: share(0.6),
        pitch: Some(400),
    };
    let bark = Bark {
        loudness: Decibels::clamped(-20.0),
        length: Micros::from_millis(200),
        pitch: Some(500),
        confidence: share(0.8),
    };
    let heard = |began: &[(u64, Bark)]| {
        let mut room = Room::default();
        room.listens(10_000, true);
        let mut judge = Judge::open(at(5_000), None);
        began.iter().for_each(|(began, bark)| room.hearing.remember(at(*began), *bark));
        room.look(&mut judge, &Wanted::Barking(barking))
    };
    assert!(matches!(heard(&[(6_000, bark), (7_000, bark)]), Finding::Done { track: None, .. }));
    assert!(matches!(heard(&[(7_000, bark)]), Finding::Holding { .. }));
    assert!(matches!(heard(&[(4_999, bark), (7_000, bark)]), Finding::Holding { .. }), "before the opening");
    assert!(matches!(heard(&[(5_000, bark), (7_000, bark)]), Finding::Done { .. }), "from the opening on");
    let mut room = Room::default();
    room.listens(6_000, true);
    let mut judge = Judge::open(at(5_000), None);
    [4_999, 5_500].into_iter().for_each(|began| room.hearing.remember(at(began), bark));
    let found = room.look(&mut judge, &Wanted::Barking(barking));
    assert!(matches!(found, Finding::Holding { .. }), "a second ago, and before the opening");
    let later = |within| {
        let mut room = Room::default();
        room.listens(20_000, true);
        let mut judge = Judge::open(at(5_000), None);
        [14_000, 15_001].into_iter().for_each(|began| room.hearing.remember(at(began), bark));
        room.look(&mut judge, &Wanted::Barking(Barking { within: Micros::from_secs(within), ..barking }))
    };
    assert!(matches!(later(5), Finding::Holding { .. }), "one of them is too long ago");
    assert!(matches!(later(6), Finding::Done { .. }));
    let faint = Bark { loudness: Decibels::clamped(-29.0), ..bark };
    let unsure = Bark { confidence: share(0.59), ..bark };
    let low = Bark { pitch: Some(399), ..bark };
    let unknown = Bark { pitch: None, ..bark };
    for other in [faint, unsure, low, unknown] {
        assert_eq!(heard(&[(6_000, other), (7_000, other)]), Finding::Nothing, "{other:?}");
    }
}
