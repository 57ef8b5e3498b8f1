//! The moment that is shown, and how time gets from one to the next.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy::ecs::schedule::ScheduleLabel;
use bevy::prelude::*;
use wimz_vocabulary::RobotTime;

use super::refurnish;
use crate::screen::Viewer;
use crate::snapshot::{About, Furnished, Notice, Snapshot};

/// Moves all that moves on to the newest moment.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Animate;

/// How many notices a person can look back on; of a recording, where they are its time line.
const KEPT: usize = 200;
const KEPT_OF_A_REEL: usize = 20_000;

/// Over how long the run's speed and the pictures' are measured, in seconds.
const SPELL: f32 = 0.5;

/// What is shown.
#[derive(Resource, Default)]
pub struct Moment {
    /// The newest snapshot; none before the first.
    shown: Option<Arc<Snapshot>>,
    /// The room that it is built for; none before the first snapshot.
    room: Option<Furnished>,
    /// Robot seconds from the one before to this one.
    pub passed: f32,
    /// What has happened, the newest last.
    pub notices: VecDeque<Notice>,
    /// What has happened since the moment before.
    pub news: Vec<Notice>,
    /// Robot seconds a second, as it was of late.
    pub factor: f32,
    /// Pictures a second, as it was of late.
    pub rate: f32,
    drawn: u16,
    measured: f32,
    measured_from: RobotTime,
}

impl Moment {
    /// The newest snapshot.
    pub fn shown(&self) -> Option<&Snapshot> {
        self.shown.as_deref()
    }

    /// Takes in another moment, and what happened on the way there.
    pub fn take(&mut self, newest: Option<Arc<Snapshot>>, notices: Vec<Notice>) {
        self.passed = 0.0;
        self.notices.extend(notices.iter().cloned());
        self.news = notices;
        if let Some(newest) = newest {
            let (now, before) =
                (newest.truth.at, self.shown.as_ref().map_or(newest.truth.at, |shown| shown.truth.at));
            // A recording may run backwards: what swings, swings on.
            self.passed = now.since(before).max(before.since(now)).as_secs_f32();
            if newest.reel.is_some() {
                // All of it is told as soon as it is known.
                let new = self.notices.iter().filter(|notice| notice.at > before && notice.at <= now);
                self.news = new.cloned().collect();
            }
            self.shown = Some(newest);
        }
        let is_reel = self.shown().is_some_and(|shown| shown.reel.is_some());
        let over = self.notices.len().saturating_sub(if is_reel { KEPT_OF_A_REEL } else { KEPT });
        self.notices.drain(..over);
    }

    /// Tells something that the window itself has noticed.
    pub fn note(&mut self, text: String) {
        let at = self.shown().map_or(RobotTime::BOOT, |shown| shown.truth.at);
        self.notices.push_back(Notice { at, about: About::Hand, text });
    }

    /// What had happened by the moment that is shown, the newest first.
    pub fn past(&self) -> impl Iterator<Item = &Notice> {
        let now = self.shown().map(|shown| shown.truth.at);
        self.notices.iter().rev().filter(move |notice| now.is_none_or(|now| notice.at <= now))
    }

    /// The room, if it is another one than in the snapshot before.
    fn another_room(&mut self) -> Option<Furnished> {
        let now = self.shown.as_ref()?.room.clone();
        let before = self.room.replace(now.clone());
        before.is_some_and(|before| before != now).then_some(now)
    }

    /// Measures how fast the run goes and how often it is drawn, so many seconds after the last picture.
    fn measure(&mut self, passed: f32) {
        self.measured += passed;
        self.drawn = self.drawn.saturating_add(1);
        let Some(now) = self.shown().map(|shown| shown.truth.at) else { return };
        if self.measured >= SPELL {
            let way = now.since(self.measured_from).max(self.measured_from.since(now));
            self.factor = way.as_secs_f32() / self.measured;
            self.rate = f32::from(self.drawn) / self.measured;
            (self.measured, self.measured_from, self.drawn) = (0.0, now, 0);
        }
    }
}

/// Looks at the run, and moves everything on.
pub fn look(world: &mut World) {
    let Some(mut viewer) = world.get_non_send_mut::<Viewer>() else { return };
    let (newest, notices) = viewer.look();
    let real = world.resource::<Time<Real>>().delta_secs();
    let mut moment = world.resource_mut::<Moment>();
    moment.take(newest, notices);
    moment.measure(real);
    arrive(world);
}

/// Moves everything on to the moment that was taken in; whether it is in another room than the one before.
pub fn arrive(world: &mut World) -> bool {
    let another = world.resource_mut::<Moment>().another_room();
    let is_another = another.is_some();
    if let Some(Furnished(room)) = another {
        refurnish(world, room);
    }
    if world.resource::<Moment>().shown.is_some() {
        world.run_schedule(Animate);
    }
    is_another
}
