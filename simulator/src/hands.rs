//! What a person does in a window, let in by the doors that everybody uses: it is recorded as what anybody does is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread::Thread;

use wimz_firmware::Door;
use wimz_vocabulary::{ClientId, Command};
use wimz_window::{Action, Hands};
use wimz_world::Fault;

use crate::live::{Pace, Rein};
use crate::outside::{Breakage, Outside};

/// A person before a window: a client of the robot, and somebody in the room.
pub struct Person {
    pub(crate) door: Door,
    pub(crate) client: ClientId,
    pub(crate) hand: SyncSender<Outside>,
    pub(crate) reins: SyncSender<Rein>,
    pub(crate) ending: Arc<AtomicBool>,
    pub(crate) robot: Thread,
    /// Whether a store of the user's keeps the robot's facts: then its process is a real one.
    pub(crate) keeps: bool,
}

impl Person {
    /// A full ring means that the robot hangs, and a refusal is told in its story: there is nobody else to tell.
    fn ask(&self, command: Command) {
        let _ = self.door.ask(self.client, command);
    }

    fn enter(&self, outside: Outside) {
        // More than a person does between two turns of the run's thread.
        let _ = self.hand.try_send(outside);
    }

    fn rein(&self, rein: Rein) {
        let _ = self.reins.try_send(rein);
        self.robot.unpark();
    }
}

impl Hands for Person {
    fn act(&mut self, action: Action) {
        match action {
            Action::Ask(command) => self.ask(command),
            // It has begun when the call returns; the answer is in the robot's story.
            Action::Stop(kind) => drop(self.door.stop(kind)),
            Action::Leave => {
                self.door.leave(self.client);
                self.client = self.door.enter();
            }
            Action::Nudge(dog, act) => self.enter(Outside::Nudge { dog, act }),
            Action::House(happening) => self.enter(Outside::House(happening)),
            Action::Break(Fault::ProcessDeath, Some(_)) if self.keeps => {}
            Action::Break(fault, lasts) => self.enter(Outside::Fault(Breakage { fault, lasts })),
            Action::Refill => self.enter(Outside::Refill),
            Action::Dock(docked) => self.enter(Outside::Dock(docked)),
            Action::Pause(paused) => self.rein(Rein::Pause(paused)),
            Action::Step => self.rein(Rein::Step),
            // A run that happens goes forwards alone.
            Action::Seek(_) => {}
            Action::Speed(Some(speed)) if speed <= 0.0 => {}
            Action::Speed(speed) => self.rein(Rein::Pace(speed.map_or(Pace::Max, Pace::Times))),
            Action::End => {
                self.ending.store(true, Ordering::Release);
                self.robot.unpark();
            }
        }
    }
}

impl Drop for Person {
    /// Whoever goes lets go of the controls.
    fn drop(&mut self) {
        self.door.leave(self.client);
    }
}
