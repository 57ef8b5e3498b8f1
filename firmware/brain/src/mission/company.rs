//! Who is there to see what the robot does: clients that have asked for something and have not gone.
//!
//! A client that only listens is not known to be there. The REST door never goes: whoever asks by it was there a moment ago.

use alloc::vec::Vec;

use serde::Serialize;
use wimz_vocabulary::{ClientId, Micros, RobotTime};

/// As many as have a seat, and more.
const CLIENTS: usize = 64;

/// The clients that are there.
#[derive(Debug, Serialize)]
pub struct Company {
    here: Vec<ClientId>,
    /// When somebody was there last.
    last: Option<RobotTime>,
}

impl Default for Company {
    fn default() -> Self {
        Self { here: Vec::with_capacity(CLIENTS), last: None }
    }
}

impl Company {
    /// A client asks for something.
    pub fn meet(&mut self, at: RobotTime, client: ClientId) {
        self.last = Some(at);
        if client != ClientId::REST && self.here.len() < CLIENTS && !self.here.contains(&client) {
            self.here.push(client);
        }
    }

    /// A client's connection is gone.
    pub fn part(&mut self, at: RobotTime, client: ClientId) {
        if let Some(place) = self.here.iter().position(|here| *here == client) {
            self.here.swap_remove(place);
            self.last = Some(at);
        }
    }

    /// Whether somebody is there, or was since then.
    pub fn since(&self, then: RobotTime) -> bool {
        !self.here.is_empty() || self.last.is_some_and(|last| last >= then)
    }

    /// For how long nobody has been there; nothing if nobody ever was.
    pub fn alone_for(&self, at: RobotTime) -> Option<Micros> {
        let last = self.last.filter(|_| self.here.is_empty())?;
        Some(at.since(last))
    }
}
