//! The moment that is shown, and how time gets from one to the next.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy::ecs::schedule::ScheduleLabel;
use bevy::prelude::*;
use wimz_vocabulary::RobotTime;

use crate::screen::Viewer;
use crate::snapshot::{Notice, Snapshot};

/// Moves all that moves on to the newest moment.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Animate;

/// How many notices a person can look back on.
const KEPT: usize = 200;

/// Over how long the run's speed is measured, in seconds.
const SPELL: f32 = 0.5;

/// What is shown.
#[derive(Resource, Default)]
pub struct Moment {
    /// The newest snapshot; none before the first.
    shown: Option<Arc<Snapshot>>,
    /// Robot seconds from the one before to this one.
    pub passed: f32,
    /// What has happened, the newest last.
    pub notices: VecDeque<Notice>,
    /// What has happened since the moment before.
    pub news: Vec<Notice>,
    /// Robot seconds a second, as it was of late.
    pub factor: f32,
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
        if let Some(newest) = newest {
            let before = self.shown.as_ref().map_or(newest.truth.at, |shown| shown.truth.at);
            self.passed = newest.truth.at.since(before).as_secs_f32();
            self.shown = Some(newest);
        }
        self.notices.extend(notices.iter().cloned());
        let over = self.notices.len().saturating_sub(KEPT);
        self.notices.drain(..over);
        self.news = notices;
    }

    /// Measures how fast the run goes, so many seconds later.
    fn measure(&mut self, passed: f32) {
        self.measured += passed;
        let Some(now) = self.shown().map(|shown| shown.truth.at) else { return };
        if self.measured >= SPELL {
            self.factor = now.since(self.measured_from).as_secs_f32() / self.measured;
            (self.measured, self.measured_from) = (0.0, now);
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
    if moment.shown.is_some() {
        world.run_schedule(Animate);
    }
}
