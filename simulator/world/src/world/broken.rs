//! What breaks in the world, and what becomes whole again.

use wimz_vocabulary::{Micros, Part, RobotTime};

use super::{Entry, World, entry};
use crate::fault::Fault;
use crate::setpoints::Setpoints;

impl World {
    /// Breaks something, for a while or for good.
    pub fn fault(&mut self, fault: Fault, lasts: Option<Micros>) {
        self.apply(fault, true, lasts);
        // Two of a kind at once end with the later one; what breaks for good is mended by nothing.
        let same = self.repairs.iter().filter(|(_, other)| *other == fault);
        let later = same.map(|(due, _)| *due).max();
        self.repairs.retain(|(_, other)| *other != fault);
        if let Some(lasts) = lasts {
            self.repairs.push((later.max(Some(self.now + lasts)).unwrap_or(self.now), fault));
        }
        self.calendar.set(Entry::Repair, self.next_repair());
    }

    pub(super) fn repair(&mut self) {
        let now = self.now;
        while let Some(place) = self.repairs.iter().position(|(due, _)| *due <= now) {
            let (_, fault) = self.repairs.remove(place);
            self.apply(fault, false, None);
        }
        self.calendar.set(Entry::Repair, self.next_repair());
    }

    fn next_repair(&self) -> Option<RobotTime> {
        self.repairs.iter().map(|(due, _)| *due).min()
    }

    /// Switches a fault on or off.
    fn apply(&mut self, fault: Fault, on: bool, lasts: Option<Micros>) {
        self.catch_up();
        match fault {
            Fault::ProcessDeath if on => self.die(),
            Fault::ProcessDeath => self.come_back(),
            Fault::DeadEncoder { side } => self.motion.kill_encoder(side, on),
            Fault::StalledTrack { side } => self.motion.hold_track(side, on),
            Fault::StalledServo { axis } => self.motion.hold_servo(axis, on),
            other => self.board.damage(other, on, lasts, self.now),
        }
        self.turn_carousel();
        // Lines that changed under a station's hands wake it, as an edge does on a real one.
        self.wake(Part::PowerButton);
        self.wake(Part::Dispenser);
    }

    /// The firmware's process ends. Chips keep their outputs, and the guard goes on.
    fn die(&mut self) {
        self.firmware_lives = false;
        self.setpoints = Setpoints::default();
        self.readings.clear();
        self.untold = 0;
        self.seen.clear();
        self.board.abandon();
        for part in Part::ALL {
            if !self.lives(part) {
                self.calendar.set(entry(part), None);
            }
        }
        self.calendar.set(Entry::Tick, None);
    }

    /// The firmware's process starts again.
    fn come_back(&mut self) {
        if self.firmware_lives {
            return;
        }
        self.firmware_lives = true;
        self.restarted = true;
        self.board.reopen(self.now);
        for part in Part::ALL {
            self.calendar.set(entry(part), Some(self.now));
        }
        self.calendar.set(Entry::Tick, Some(self.now));
    }
}
