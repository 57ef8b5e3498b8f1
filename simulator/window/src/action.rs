//! What a person does in the window, and who lets it in.

use wimz_vocabulary::{Command, DogId, Micros, RobotTime, StopKind};
use wimz_world::dog::Act;
use wimz_world::{Fault, Happening};

/// One thing that a person does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Asks the robot for something, as any client does: it may refuse.
    Ask(Command),
    /// Stops it.
    Stop(StopKind),
    /// Leaves the controls: what ran under the window's lease ends at once.
    Leave,
    /// Has a dog do something.
    Nudge(DogId, Act),
    /// Has something happen in the house.
    House(Happening),
    /// Breaks something, for so long or for good.
    Break(Fault, Option<Micros>),
    /// Fills the carousels.
    Refill,
    /// Puts the robot on its dock, or takes it off.
    Dock(bool),
    /// Has time stand still, or go on.
    Pause(bool),
    /// While time stands still: lets it go on by one tick.
    Step,
    /// Has robot time go so many times as fast as real time, or as fast as it goes; a recording's also backwards, below zero.
    Speed(Option<f64>),
    /// Of a recording: goes to this moment of it.
    Seek(RobotTime),
    /// Ends the run.
    End,
}

/// Who lets in what a person does. Never waits: what there is no room for is not done, and says so in the run's story or
/// not at all.
pub trait Hands: Send + Sync {
    /// Lets one thing in.
    fn act(&mut self, action: Action);
}

impl<F: FnMut(Action) + Send + Sync> Hands for F {
    fn act(&mut self, action: Action) {
        self(action);
    }
}
