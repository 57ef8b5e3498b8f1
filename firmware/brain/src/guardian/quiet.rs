//! How much quiet there has been since it was asked for, and how much time was heard without any. Under the own speaker,
//! and while the ear is dead, neither grows.

use serde::Serialize;
use wimz_vocabulary::Micros;

use crate::hearing::Hearing;

/// Quiet, counted from a moment on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quiet {
    /// What the ear had counted when this looked last.
    last: Micros,
    counted: Micros,
    /// What the ear had listened to when this began.
    from: Micros,
}

impl Quiet {
    /// None yet.
    pub fn begin(hearing: &Hearing) -> Self {
        Self { last: hearing.counted(), counted: Micros::ZERO, from: hearing.listened_to() }
    }

    /// What the ear has counted since. What it dropped, for a bark or because it was deaf for a while, is dropped here.
    pub fn look(&mut self, hearing: &Hearing) {
        let now = hearing.counted();
        self.counted = if now < self.last { now } else { self.counted + (now - self.last) };
        self.last = now;
    }

    /// A dog barked: it begins anew.
    pub fn bark(&mut self) {
        self.counted = Micros::ZERO;
        self.last = Micros::ZERO;
    }

    /// How much it is without a bark.
    pub fn counted(&self) -> Micros {
        self.counted
    }

    /// How much was heard that does not count: barks, what may have been one, and quiet that a bark ended.
    pub fn lost(&self, hearing: &Hearing) -> Micros {
        (hearing.listened_to() - self.from) - self.counted
    }
}
