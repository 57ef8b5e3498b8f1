//! Input lines whose edges are stamped when they happen, not when somebody gets round to asking: encoders, the
//! treat beam, the button. A kernel's GPIO line events on the Pi, the world's own edges in the simulator.

use wimz_vocabulary::RobotTime;

/// A change of a line's level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// When it changed.
    pub at: RobotTime,
    /// The level since then.
    pub high: bool,
}

/// The line could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the line cannot be read")]
pub struct LineFault;

/// An input line.
pub trait Edges {
    /// The level after the last edge that was taken; the level at the start if none was.
    ///
    /// # Errors
    /// [`LineFault`].
    fn is_high(&mut self) -> Result<bool, LineFault>;

    /// The oldest edge that has not been taken yet. Levels of successive edges alternate, times never run
    /// backwards. A line drops the oldest edges when nobody takes them; it keeps at least 1024.
    ///
    /// # Errors
    /// [`LineFault`]; edges may have been lost.
    fn take(&mut self) -> Result<Option<Edge>, LineFault>;
}
