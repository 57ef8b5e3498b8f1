//! What is watched: every invariant by name, with what it makes impossible and what it cannot see.

use std::fmt;

/// An invariant: a place in [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// Duty only under a drive command that is no older than its lease.
    MotionIsLeased,
    /// After a stop, no duty until somebody drives anew.
    StopIsObeyed,
    /// The latch stays until somebody asks to have it lifted, and nothing turns under it.
    LatchHolds,
    /// A brain that is dead or hangs drives no further.
    SilenceStops,
    /// No duty past the profile's cap.
    DutyIsCapped,
    /// No duty grows faster than the profile's ramp.
    RampIsKept,
    /// Nobody drives while somebody else does.
    OneAtTheControls,
    /// Duty only in a mode in which somebody may drive.
    MotionHasItsMode,
    /// Nothing turns on an empty battery or in a computer that is too hot.
    EmptyRests,
    /// Nothing turns by itself while the battery is charged.
    ChargingRests,
    /// Every job of the dispenser was asked for, and the carousel turns for such a job alone.
    TreatHasACause,
    /// A job begins once and ends once.
    JobIsDoneOnce,
    /// What fell is what was counted.
    TreatsFitTheLedger,
    /// No treat past the owner's limits.
    LimitsAreKept,
    /// No reward of the robot's own within 5 s of a bark that nobody asked for.
    NoRewardForNoise,
    /// The mode changes by a fact, from what it was, along the table, for somebody's asking or for safety.
    ModeHasOneWriter,
    /// Outgoing sound and detector are what the mode wants of them.
    ProfileFollowsTheMode,
    /// What the robot plays is no dog's bark.
    OwnVoiceIsNoBark,
    /// Quiet is only what a living microphone heard, past the robot's own voice.
    QuietIsHeard,
    /// One sound at a time, of which the robot knows, and no more than eight behind it.
    OneSoundAtATime,
    /// A part that counts as well has been heard of lately.
    HealthIsFresh,
    /// Facts are numbered without a gap, come once, and never from the future.
    FactsAreInOrder,
    /// What is to be kept is told once it is kept.
    KeptBeforeTold,
    /// Every request is answered, once and at once.
    EverybodyIsAnswered,
    /// The light ring draws no more than its supply has.
    LightsWithinSupply,
    /// The head stays where the profile lets it look.
    HeadWithinLimits,
    /// A treat of the robot's own, and praise in its stead, is for something that a dog did well.
    RewardHasItsFact,
    /// What a dog did well is answered once.
    SuccessIsAnswered,
    /// Treats for quiet are far apart.
    QuietTreatsAreRare,
    /// A mission gives no more than its file says.
    MissionTreatsAreFew,
    /// A window opens after its cue was heard.
    CueIsHeard,
    /// A trick is done within its window.
    TrickHasItsWindow,
    /// Quiet that is rewarded was quiet.
    QuietIsKept,
    /// The robot moves by itself only where that is asked of it.
    OwnMotionHasItsPlace,
    /// A mission under way locks the mode.
    MissionLocksTheMode,
    /// One mission at a time, each with its end.
    OneMissionAtATime,
    /// An appointment is kept once a day.
    AppointmentIsKeptOnce,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Watched {
    /// Which.
    pub invariant: Invariant,
    /// Its name, in logs and documents.
    pub name: &'static str,
    /// What holds, in a sentence.
    pub holds: &'static str,
    /// Where it is seen: in the room's truth, or in the robot's own account.
    pub seen_in: &'static str,
    /// The rows of the field facts that it makes impossible.
    pub rows: &'static str,
    /// What it cannot see.
    pub blind: &'static str,
}

/// How many there are.
pub const COUNT: usize = TABLE.len();

/// All of them, in the order of [`Invariant`].
pub const TABLE: &[Watched] = &[
    Watched {
        invariant: Invariant::MotionIsLeased,
        name: "motion_is_leased",
        holds: "a track has duty only while a drive command that was taken on is no older than its lease: 300 ms, or less where the client or an echoed heartbeat says so; or under a lease of the robot's own",
        seen_in: "duties on the PWM pins; commands as they came in",
        rows: "M1, M8, M14",
        blind: "a PWM pin that a fault holds; what a command should have been before it came in",
    },
    Watched {
        invariant: Invariant::StopIsObeyed,
        name: "stop_is_obeyed",
        holds: "after a stop no track has duty until a drive command is taken on that came in after it, or the robot begins anew with what it moves for",
        seen_in: "duties on the PWM pins; stops as they came in",
        rows: "M3, M4, M8",
        blind: "a stop that never reached the robot",
    },
    Watched {
        invariant: Invariant::LatchHolds,
        name: "latch_holds",
        holds: "an emergency stop latches until a release is taken on that came in after it, and no track has duty meanwhile",
        seen_in: "duties on the PWM pins; the guard's latch",
        rows: "M3, M4",
        blind: "whether whoever released it had looked",
    },
    Watched {
        invariant: Invariant::SilenceStops,
        name: "silence_stops",
        holds: "100 ms after the brain thought last no track has duty",
        seen_in: "duties on the PWM pins; when the brain was given anything to think about",
        rows: "M1, M5",
        blind: "a brain that thinks and is wrong",
    },
    Watched {
        invariant: Invariant::DutyIsCapped,
        name: "duty_is_capped",
        holds: "no track has more duty than the profile's cap",
        seen_in: "duties on the PWM pins",
        rows: "M9, M12",
        blind: "a cap that is wrong in the profile",
    },
    Watched {
        invariant: Invariant::RampIsKept,
        name: "ramp_is_kept",
        holds: "no duty grows faster than the profile's ramp, one step of 10 ms ahead at most",
        seen_in: "duties on the PWM pins",
        rows: "M9, M10",
        blind: "robots with encoders: their speed loop may put out more, up to the cap",
    },
    Watched {
        invariant: Invariant::OneAtTheControls,
        name: "one_at_the_controls",
        holds: "a drive command is not taken on within 2 s of another client's, unless that one has left",
        seen_in: "commands and their answers",
        rows: "M7, M11",
        blind: "two people behind one client",
    },
    Watched {
        invariant: Invariant::MotionHasItsMode,
        name: "motion_has_its_mode",
        holds: "a track has duty only in a mode in which a person may drive, or under a lease of the robot's own",
        seen_in: "duties on the PWM pins; the mode in the status",
        rows: "M13, C1",
        blind: "the first 110 ms after the robot's process came back: the guard ends what the old one began",
    },
    Watched {
        invariant: Invariant::EmptyRests,
        name: "empty_rests",
        holds: "no track has duty from the third empty reading of the battery in a row on, or from 95 °C on, until it is well past that",
        seen_in: "duties on the PWM pins; readings as the brain got them",
        rows: "H1",
        blind: "a battery that is empty and measured as full",
    },
    Watched {
        invariant: Invariant::ChargingRests,
        name: "charging_rests",
        holds: "while its battery reads as being charged, a track has duty only under a person's drive command in a mode for it; on the dock, only so or under a lease of the robot's own",
        seen_in: "duties on the PWM pins; the dock; readings as the brain got them",
        rows: "H2",
        blind: "a dock that its voltage does not tell it of: for the first minute, and if it drove onto it within two minutes",
    },
    Watched {
        invariant: Invariant::TreatHasACause,
        name: "treat_has_a_cause",
        holds: "a job that begins was asked for just so by a client that waits for its answer, or is the robot's own, and the carousel turns for such a job alone, after its beginning is kept",
        seen_in: "requests as they came in; the carousel's angle",
        rows: "T1, T2, T5",
        blind: "a client that asks by mistake; steps that a jam swallows",
    },
    Watched {
        invariant: Invariant::JobIsDoneOnce,
        name: "job_is_done_once",
        holds: "a job's number is newer than all before it, and each job that began ends once",
        seen_in: "facts on their way to the store",
        rows: "T2, T5, T9",
        blind: "what fell off the store's end",
    },
    Watched {
        invariant: Invariant::TreatsFitTheLedger,
        name: "treats_fit_the_ledger",
        holds: "treats that fell are the certain counts plus the strays, and the tally of 24 h is what all jobs come to, uncertain ones included",
        seen_in: "treats through the chute; facts on their way to the store; the tally in the status",
        rows: "T3, T4, T6, T10",
        blind: "how many an uncertain job brought; a beam whose line is broken, in which something stands, or that flickers for less than a second; what falls while the process is dead",
    },
    Watched {
        invariant: Invariant::LimitsAreKept,
        name: "limits_are_kept",
        holds: "no job begins past the limits of day, hour, session and spacing, of which a person's treats know the first alone",
        seen_in: "facts on their way to the store; limits as they came in",
        rows: "T1, T5",
        blind: "treats of earlier starts are as old as the wall clock says",
    },
    Watched {
        invariant: Invariant::NoRewardForNoise,
        name: "no_reward_for_noise",
        holds: "no treat of the robot's own giving begins within 5 s of a bark that nobody asked for",
        seen_in: "facts on their way to the store",
        rows: "T7",
        blind: "barks that the ear did not take for any; the last 0.1 s of the five",
    },
    Watched {
        invariant: Invariant::ModeHasOneWriter,
        name: "mode_has_one_writer",
        holds: "the mode is what the last change says; a change begins where the last one ended, along the table of modes, for a client that asked just so, with a mission that begins or ends, or for safety at a critical level",
        seen_in: "the mode in the status; facts on their way to the store; requests as they came in",
        rows: "C1, C2, C3, C12",
        blind: "the mode while the store is in trouble: the fact waits with the others",
    },
    Watched {
        invariant: Invariant::ProfileFollowsTheMode,
        name: "profile_follows_the_mode",
        holds: "the outgoing sound is what the mode's profile says, silence while a message is heard; the detector is told to look in modes that detect and in no other",
        seen_in: "the status; orders to the detector; what comes from it",
        rows: "A7, C1",
        blind: "the camera's own thread",
    },
    Watched {
        invariant: Invariant::OwnVoiceIsNoBark,
        name: "own_voice_is_no_bark",
        holds: "no bark is told of that lies wholly under the robot's own speaker and the 3 s after it, or 0.4 s if it was asked for",
        seen_in: "what is heard of the speaker in the room; facts on their way to the store",
        rows: "A2",
        blind: "the first second under the speaker, and the bark's own length",
    },
    Watched {
        invariant: Invariant::QuietIsHeard,
        name: "quiet_is_heard",
        holds: "quiet grows by no more than a microphone that lives has given past the robot's own voice",
        seen_in: "the microphone's blocks; what is heard of the speaker in the room; the status",
        rows: "A1, T7",
        blind: "a microphone that gives somebody else's sound",
    },
    Watched {
        invariant: Invariant::OneSoundAtATime,
        name: "one_sound_at_a_time",
        holds: "one clip and one song under it at most have begun and not ended, each ends once, eight clips wait at most, and what sounds for a second is what the status says",
        seen_in: "what is heard of the speaker in the room; facts; the status",
        rows: "A6, A13, C11",
        blind: "silence where there should be sound: that is the speaker's health",
    },
    Watched {
        invariant: Invariant::HealthIsFresh,
        name: "health_is_fresh",
        holds: "a part that is measured again and again and counts as well was well within its period and 3 s",
        seen_in: "the status",
        rows: "V6, H1, A1",
        blind: "drive, tube, speaker and detector: nothing is heard of them while they rest",
    },
    Watched {
        invariant: Invariant::FactsAreInOrder,
        name: "facts_are_in_order",
        holds: "each row is told in the order of its numbers without a gap, no number twice; times never run backwards in it, nor past now",
        seen_in: "facts as they are told",
        rows: "E2, E3, E4, E5",
        blind: "what the wire makes of them",
    },
    Watched {
        invariant: Invariant::KeptBeforeTold,
        name: "kept_before_told",
        holds: "a fact that is told as kept was kept before, and one of the durable row that is not kept is of safety",
        seen_in: "facts as they are told; the store's words",
        rows: "E1, T6",
        blind: "a store that lies",
    },
    Watched {
        invariant: Invariant::EverybodyIsAnswered,
        name: "everybody_is_answered",
        holds: "a request is answered once, within 20 ms of a brain that thinks",
        seen_in: "requests and their answers",
        rows: "C4, C5, C17",
        blind: "what the wire makes of the answer",
    },
    Watched {
        invariant: Invariant::LightsWithinSupply,
        name: "lights_within_supply",
        holds: "what the strip shows draws no more than the profile's budget",
        seen_in: "the strip's levels, every 10 s",
        rows: "H3",
        blind: "frames between two looks; a data line with noise on it",
    },
    Watched {
        invariant: Invariant::HeadWithinLimits,
        name: "head_within_limits",
        holds: "neither axis stands more than 1° past the profile's limits",
        seen_in: "the servos' true angles",
        rows: "V7",
        blind: "a servo chip that a fault has hold of; limits that are wrong in the profile",
    },
    Watched {
        invariant: Invariant::RewardHasItsFact,
        name: "reward_has_its_fact",
        holds: "a treat of the robot's own giving, and praise in its stead, names a fact of this start that deserves just that: quiet that was kept, a trick or a stage that was done",
        seen_in: "facts on their way to the store",
        rows: "T1, T2, C14",
        blind: "whether the fact is true: that is for the lines on tricks and quiet",
    },
    Watched {
        invariant: Invariant::SuccessIsAnswered,
        name: "success_is_answered",
        holds: "each such fact has one treat or one praise and no second of either, and has it within a minute of a robot that thinks and can write",
        seen_in: "facts on their way to the store",
        rows: "T5, T10",
        blind: "what was on its way when the process died",
    },
    Watched {
        invariant: Invariant::QuietTreatsAreRare,
        name: "quiet_treats_are_rare",
        holds: "two treats for quiet of the robot's own giving begin no less than 600 s apart, or what its tuning says",
        seen_in: "facts on their way to the store",
        rows: "T1",
        blind: "starts before this one",
    },
    Watched {
        invariant: Invariant::MissionTreatsAreFew,
        name: "mission_treats_are_few",
        holds: "a run of a mission gives no more treats than its file's `max_rewards`",
        seen_in: "facts on their way to the store; the mission's file",
        rows: "T5",
        blind: "a file that was changed since",
    },
    Watched {
        invariant: Invariant::CueIsHeard,
        name: "cue_is_heard",
        holds: "the window for a trick opens within 5 s after its cue has sounded to its end, and each opens after a cue of its own",
        seen_in: "what is heard of the speaker in the room; facts",
        rows: "C11",
        blind: "whether the dog listened",
    },
    Watched {
        invariant: Invariant::TrickHasItsWindow,
        name: "trick_has_its_window",
        holds: "a trick is done within its window, and once in it",
        seen_in: "facts on their way to the store",
        rows: "C14, T8",
        blind: "what the dog did is counted, not judged: the detector has errors of its own",
    },
    Watched {
        invariant: Invariant::QuietIsKept,
        name: "quiet_is_kept",
        holds: "quiet that was asked for is kept when a microphone that lives has heard as much of it past the robot's own voice since the asking and since the last bark, and no three loud barks were in the last 5 s",
        seen_in: "barks in the room; the microphone's blocks; what is heard of the speaker in the room; facts",
        rows: "T7, A1",
        blind: "barks beside other noise, and single ones: the ear misses one of forty",
    },
    Watched {
        invariant: Invariant::OwnMotionHasItsPlace,
        name: "own_motion_has_its_place",
        holds: "the robot moves by itself only at the third level of silent guardian or in a mission, each lease of its own is 300 ms at most, and never within 2 s of a person's driving or after a stop until it begins anew",
        seen_in: "duties on the PWM pins; frames to the guard; facts on their way to the store",
        rows: "M1, M7, M13",
        blind: "which step of a mission it is; a store in trouble, with which the facts wait",
    },
    Watched {
        invariant: Invariant::MissionLocksTheMode,
        name: "mission_locks_the_mode",
        holds: "while a mission is under way the mode is its own, and is left only as the mission ends",
        seen_in: "facts on their way to the store; the mode in the status",
        rows: "C1",
        blind: "the mode while the store is in trouble: the facts wait",
    },
    Watched {
        invariant: Invariant::OneMissionAtATime,
        name: "one_mission_at_a_time",
        holds: "a mission, and a program, begins when none is under way, what is told of one is of the one under way, and what a start leaves open the next one ends within 5 s",
        seen_in: "facts on their way to the store",
        rows: "C8, C9",
        blind: "what was not written down when the process died",
    },
    Watched {
        invariant: Invariant::AppointmentIsKeptOnce,
        name: "appointment_is_kept_once",
        holds: "an appointment is kept once for its day, over restarts too",
        seen_in: "facts on their way to the store",
        rows: "T2, C10",
        blind: "what was not written down when the process died",
    },
];

impl Invariant {
    /// Its line of the table.
    pub const fn watched(self) -> &'static Watched {
        &TABLE[self as usize]
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.watched().name
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_stands_in_its_place_under_a_name_of_its_own() {
        for (place, watched) in TABLE.iter().enumerate() {
            assert_eq!(watched.invariant as usize, place, "{}", watched.name);
            let same = TABLE.iter().filter(|other| other.name == watched.name);
            assert_eq!(same.count(), 1, "{}", watched.name);
        }
    }
}
