//! What the robot is told anew whenever it starts, because it does not remember it: settings, sounds, dogs, appointments.

use serde::Serialize;
use wimz_brain::tuning::Tuning;
use wimz_brain::{DogCard, InputBody};
use wimz_vocabulary::{Appointment, GuardianSettings, Track, TreatLimits, Zone};

use crate::assets;
use crate::outside::Outside;

/// All of it, each list sorted by what its entries are named by.
#[derive(Debug, Serialize)]
pub struct Told {
    limits: TreatLimits,
    sounds: Vec<Track>,
    dogs: Vec<DogCard>,
    appointments: Vec<Appointment>,
    zone: Zone,
    guardian: GuardianSettings,
    tuning: Tuning,
}

impl Told {
    /// What a robot is told that nobody has changed.
    pub fn new() -> Self {
        Self {
            limits: TreatLimits::default(),
            sounds: assets::sounds(),
            dogs: Vec::new(),
            appointments: Vec::new(),
            zone: Zone::default(),
            guardian: GuardianSettings::default(),
            tuning: Tuning::default(),
        }
    }

    /// The sounds that there are.
    pub fn sounds(&self) -> impl Iterator<Item = Track> + '_ {
        self.sounds.iter().copied()
    }

    /// How the wall clock runs.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// All of it, for a robot that has just started.
    pub fn all(&self) -> Vec<InputBody> {
        let mut all = vec![InputBody::Limits(self.limits), InputBody::Zone(self.zone)];
        all.extend(self.sounds.iter().map(|track| InputBody::Sound(*track)));
        all.extend(self.dogs.iter().map(|card| InputBody::Dog(*card)));
        all.push(InputBody::Guardian(self.guardian));
        all.push(InputBody::Tuning(self.tuning));
        all.extend(self.appointments.iter().map(|appointment| InputBody::Appointment(*appointment)));
        all
    }

    /// Takes something from outside that is of this kind; the answer is what the robot hears of it.
    pub fn take(&mut self, outside: &Outside) -> Option<InputBody> {
        Some(match *outside {
            Outside::Limits(limits) => {
                self.limits = limits;
                InputBody::Limits(limits)
            }
            Outside::Sound(track) => {
                put(&mut self.sounds, track, |known| known.name);
                InputBody::Sound(track)
            }
            Outside::SoundGone(sound) => {
                self.sounds.retain(|known| known.name != sound);
                InputBody::SoundGone(sound)
            }
            Outside::Dog(card) => {
                put(&mut self.dogs, card, |known| known.id);
                InputBody::Dog(card)
            }
            Outside::DogGone(id) => {
                self.dogs.retain(|known| known.id != id);
                InputBody::DogGone(id)
            }
            Outside::Appointment(appointment) => {
                put(&mut self.appointments, appointment, |known| known.id);
                InputBody::Appointment(appointment)
            }
            Outside::AppointmentGone(id) => {
                self.appointments.retain(|known| known.id != id);
                InputBody::AppointmentGone(id)
            }
            Outside::Zone(zone) => {
                self.zone = zone;
                InputBody::Zone(zone)
            }
            Outside::Guardian(settings) => {
                self.guardian = settings;
                InputBody::Guardian(settings)
            }
            Outside::Tuning(tuning) => {
                self.tuning = tuning;
                InputBody::Tuning(tuning)
            }
            _ => return None,
        })
    }
}

/// Puts an entry where it belongs, in place of the one of its name.
fn put<T, K: Ord>(list: &mut Vec<T>, entry: T, name: impl Fn(&T) -> K) {
    match list.binary_search_by_key(&name(&entry), &name) {
        Ok(place) => list[place] = entry,
        Err(place) => list.insert(place, entry),
    }
}
