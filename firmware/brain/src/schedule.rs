//! The schedule: appointments by the wall clock where the robot stands, each kept once.

use alloc::vec::Vec;

use serde::Serialize;
use wimz_hal::Body;
use wimz_vocabulary::{Appointment, Event, ScheduleId, ScheduleState, Zone};

use crate::step::Step;
use crate::tuning::rows;

rows! {
    /// How appointments are kept.
    ScheduleTuning;
    /// The wall clock must have run for so long without being set (row M2).
    settled_s: 60.0 in 0.0..=3600.0;
}

/// The schedule.
#[derive(Debug, Default, Serialize)]
pub struct Schedule {
    tuning: ScheduleTuning,
    appointments: Vec<Appointment>,
    zone: Zone,
}

impl Schedule {
    /// Acts by other numbers from now on. Numbers that make no sense change nothing.
    pub fn tune(&mut self, tuning: ScheduleTuning) {
        if tuning.check().is_ok() {
            self.tuning = tuning;
        }
    }

    /// Another appointment, or another time for one.
    pub fn learn(&mut self, appointment: Appointment) {
        match self.appointments.binary_search_by_key(&appointment.id, |known| known.id) {
            Ok(place) => self.appointments[place] = appointment,
            Err(place) => self.appointments.insert(place, appointment),
        }
    }

    /// There is no such appointment any more.
    pub fn forget(&mut self, id: ScheduleId) {
        self.appointments.retain(|appointment| appointment.id != id);
    }

    /// The wall clock runs so where the robot stands.
    pub fn set_zone(&mut self, zone: Zone) {
        self.zone = zone;
    }

    /// Its account of itself.
    pub fn state(&self) -> ScheduleState {
        ScheduleState::default()
    }
}

impl<B: Body> Step<'_, B> {
    /// A fact of an earlier start.
    pub fn schedule_recalls(&mut self, event: &Event) {
        let _ = event;
    }

    /// Time passes; asked after every input.
    pub fn schedule_acts(&mut self) {}
}
