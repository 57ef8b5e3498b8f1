//! Where the watch looks at a run, and where a saboteur of the tests may stand.
//!
//! What comes in is seen before a saboteur has it, what goes out after: whatever one does belongs to the robot.

use wimz_brain::InputBody;
use wimz_vocabulary::{Micros, Reply, Request, RobotTime};
use wimz_world::Occasion;

use super::{Cast, Saboteur, Session};
use crate::outside::Outside;
use crate::watch::{Breach, Doubts, View};

/// How often the robot is asked how it is if nothing but ticks came: to ask takes longer than all else here, and what
/// changes then is by the clock alone.
const ACCOUNT: Micros = Micros::from_millis(50);

impl Session {
    /// A run of a robot that somebody has made wrong.
    #[doc(hidden)]
    pub fn sabotaged(cast: &Cast, seed: u64, saboteur: Box<dyn Saboteur>) -> Self {
        Self::alone(cast, seed, Some(saboteur))
    }

    /// What should never have been, since the last call.
    pub fn drain_breaches(&mut self) -> impl Iterator<Item = Breach> + '_ {
        self.watch.drain()
    }

    /// How often something has been that should never be.
    pub fn breaches(&self) -> u64 {
        self.watch.count()
    }

    /// What the watch counts and does not judge.
    pub fn doubts(&self) -> Doubts {
        self.watch.doubts()
    }

    /// What the microphone gave last: when the last of its samples was taken, and the block.
    pub fn heard(&self) -> (RobotTime, &[i16]) {
        (self.heard_at, &self.block)
    }

    /// Lets the world go on to its next occasion, and looks at what has come of the last one: all that was ordered is
    /// on the pins by now.
    pub(super) fn advance(&mut self, until: RobotTime) -> Option<Occasion> {
        let occasion = self.world.advance(until);
        if let Some(saboteur) = &mut self.saboteur {
            saboteur.meddles(&mut self.world);
        }
        let at = self.world.now();
        let is_new = self.account_is_old || at.since(self.account.at) >= ACCOUNT;
        if is_new {
            self.account = self.status();
            self.account_is_old = false;
        }
        let thinks = self.world.firmware_lives() && self.hung_until.is_none();
        let view = View { at, world: &self.world, status: &self.account, is_new, thinks };
        self.watch.look(&view);
        if occasion == Some(Occasion::Second) {
            self.watch.second(&view);
        }
        occasion
    }

    pub(super) fn let_in(&mut self, at: RobotTime, outside: Outside) -> Option<Outside> {
        self.watch.entering(at, &outside);
        match &mut self.saboteur {
            None => Some(outside),
            Some(saboteur) => saboteur.enters(at, outside),
        }
    }

    pub(super) fn before_thinking(&mut self, at: RobotTime, body: InputBody) -> Option<InputBody> {
        self.watch.input(at, &body);
        self.account_is_old |= !matches!(body, InputBody::Tick);
        match &mut self.saboteur {
            None => Some(body),
            Some(saboteur) => saboteur.hears(at, body),
        }
    }

    pub(super) fn before_listening(&mut self, at: RobotTime, taken: RobotTime) {
        self.watch.listening(at, taken, &self.block);
        if let Some(saboteur) = &mut self.saboteur {
            saboteur.listens(at, &mut self.block);
        }
    }

    /// What the brain has just ordered, told and given to be kept.
    pub(super) fn before_following(&mut self, at: RobotTime) {
        if let Some(saboteur) = &mut self.saboteur {
            saboteur.orders(at, self.world.body());
            self.told.iter_mut().chain(&mut self.to_keep).for_each(|fact| saboteur.fact(fact));
            saboteur.keeps(&mut self.to_keep);
            saboteur.tells(&mut self.told);
        }
        if let Some(looks) = self.world.body().detector {
            self.watch.detector(looks);
        }
        self.account_is_old |= !(self.told.is_empty() && self.to_keep.is_empty());
        if !self.to_keep.is_empty() {
            let status = self.status();
            self.to_keep.iter().for_each(|fact| self.watch.giving(at, fact, &status));
        }
        self.told.iter().for_each(|event| self.watch.told(at, event));
        // Whose lease a frame runs under is told with it.
        if let Some(frame) = self.world.body().drive {
            self.watch.frame(at, &frame);
        }
    }

    pub(super) fn before_answering(
        &mut self,
        at: RobotTime,
        request: &Request,
        reply: Reply,
    ) -> Option<Reply> {
        let reply = match &mut self.saboteur {
            None => reply,
            Some(saboteur) => saboteur.answers(request, reply)?,
        };
        self.watch.answered(at, request, &reply);
        Some(reply)
    }
}
