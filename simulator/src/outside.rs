//! What enters a run from outside it. Together with the setting, this is all that a run depends on.

use serde::{Deserialize, Serialize};
use wimz_brain::tuning::Tuning;
use wimz_brain::{DogCard, StoreWord};
use wimz_vocabulary::{
    Appointment, ClientId, DogId, Event, EventBody, GuardianSettings, Micros, Request, ScheduleId, SoundName,
    StopKind, Track, TreatLimits, Zone,
};
use wimz_world::dog::Act;
use wimz_world::geometry::Pose;
use wimz_world::{Carried, Fault, Happening};

use crate::session::{Edited, StoreTrouble};

/// One thing from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "it is plain data that lies where it is used, one at a time")]
pub enum Outside {
    /// Somebody asks the robot for something.
    Request(Request),
    /// Somebody stops it, by the guard's own door.
    Stop(StopKind),
    /// A client's connection is gone.
    Left(ClientId),
    /// Something breaks in the robot's body.
    Fault(Breakage),
    /// Something will break once the robot tells of something.
    Arm {
        /// Of what.
        cue: Cue,
        /// How long after that.
        after: Micros,
        /// What breaks.
        fault: Breakage,
    },
    /// The brain stops thinking for a while; what it is told meanwhile waits.
    BrainHang(Micros),
    /// The wall clock is set by so many microseconds: forward if positive.
    ClockJump(i64),
    /// Somebody fills the carousels.
    Refill,
    /// The robot is put on its charging dock, or taken off it.
    Dock(bool),
    /// The run's own store gets into trouble.
    StoreTrouble {
        /// How.
        trouble: StoreTrouble,
        /// For how long.
        lasts: Micros,
    },
    /// Whoever keeps the robot's facts says how that goes.
    Store(StoreWord),
    /// A fact of an earlier start.
    Recall(Event),
    /// The past has been told.
    Recalled,
    /// The owner's limits on treats.
    Limits(TreatLimits),
    /// A sound of the owner's can be played.
    Sound(Track),
    /// One can no longer be played.
    SoundGone(SoundName),
    /// Something happens in the house.
    House(Happening),
    /// The owner has written down a dog, or changed what is written of it.
    Dog(DogCard),
    /// The owner has struck one out.
    DogGone(DogId),
    /// The owner has made an appointment, or changed one.
    Appointment(Appointment),
    /// The owner has struck one out.
    AppointmentGone(ScheduleId),
    /// How the wall clock runs where the robot stands.
    Zone(Zone),
    /// What the owner wants of silent guardian.
    Guardian(GuardianSettings),
    /// The numbers that the robot judges and acts by from now on.
    Tuning(Tuning),
    /// A person carries the robot or a dog to another place.
    Carry {
        /// Whom.
        who: Carried,
        /// Where to.
        to: Pose,
    },
    /// A person in the room has a dog do something.
    Nudge {
        /// Which dog.
        dog: DogId,
        /// What.
        act: Act,
    },
    /// A file that the run began with has been edited, and counts as it is now.
    Edited(Box<Edited>),
    /// The room, everything in it and the robot's process begin anew. Time goes on, and what the robot has kept stays.
    Reset,
}

/// A fault, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Breakage {
    /// What breaks.
    pub fault: Fault,
    /// After how long it is whole again; never, if nothing is said.
    pub lasts: Option<Micros>,
}

impl From<Fault> for Breakage {
    /// For good.
    fn from(fault: Fault) -> Self {
        Self { fault, lasts: None }
    }
}

/// A kind of event that a fault can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cue {
    /// The tracks begin to turn.
    DriveStarted,
    /// They come to rest.
    DriveEnded,
    /// The robot is stopped.
    Stopped,
    /// The dispenser begins with something.
    DispenseStarted,
    /// The dispenser is done.
    DispenseEnded,
    /// A part is in another condition.
    PartChanged,
    /// The mode changes.
    ModeChanged,
    /// The robot hears a bark.
    Bark,
    /// A dog comes into its sight.
    DogSeen,
    /// A dog is no longer in its sight.
    DogGone,
    /// A sound of the robot's own is over.
    SoundEnded,
}

impl Cue {
    /// All of them, by name.
    pub const ALL: [(&'static str, Self); 11] = [
        ("drive_started", Self::DriveStarted),
        ("drive_ended", Self::DriveEnded),
        ("stopped", Self::Stopped),
        ("dispense_started", Self::DispenseStarted),
        ("dispense_ended", Self::DispenseEnded),
        ("part_changed", Self::PartChanged),
        ("mode_changed", Self::ModeChanged),
        ("bark", Self::Bark),
        ("dog_seen", Self::DogSeen),
        ("dog_gone", Self::DogGone),
        ("sound_ended", Self::SoundEnded),
    ];

    /// Whether an event is of this kind.
    pub fn is(self, body: &EventBody) -> bool {
        match self {
            Self::DriveStarted => matches!(body, EventBody::DriveStarted { .. }),
            Self::DriveEnded => matches!(body, EventBody::DriveEnded { .. }),
            Self::Stopped => matches!(body, EventBody::Stopped { .. }),
            Self::DispenseStarted => matches!(body, EventBody::DispenseStarted { .. }),
            Self::DispenseEnded => matches!(body, EventBody::DispenseEnded { .. }),
            Self::PartChanged => matches!(body, EventBody::PartChanged { .. }),
            Self::ModeChanged => matches!(body, EventBody::ModeChanged { .. }),
            Self::Bark => matches!(body, EventBody::Barked { .. }),
            Self::DogSeen => matches!(body, EventBody::DogSeen { .. }),
            Self::DogGone => matches!(body, EventBody::DogGone { .. }),
            Self::SoundEnded => matches!(body, EventBody::SoundEnded { .. }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimz_vocabulary::{Bark, PlayId, Ratio, SoundEnd, TrackId};

    #[test]
    fn each_cue_is_of_its_own_kind() {
        let bark =
            Bark { loudness: Default::default(), length: Micros::ZERO, pitch: None, confidence: Ratio::ONE };
        let (track, known, sound) = (TrackId(1), None, SoundName::new("x.wav").unwrap());
        let events = [
            ("bark", EventBody::Barked { bark, known, asked: false }),
            ("dog_seen", EventBody::DogSeen { track, known, tag: None, confidence: Ratio::ONE }),
            ("dog_gone", EventBody::DogGone { track, known }),
            ("sound_ended", EventBody::SoundEnded { play: PlayId(1), sound, how: SoundEnd::Finished }),
        ];
        for (name, body) in events {
            let cues: Vec<&str> =
                Cue::ALL.iter().filter(|(_, cue)| cue.is(&body)).map(|(name, _)| *name).collect();
            assert_eq!(cues, [name]);
        }
    }
}
