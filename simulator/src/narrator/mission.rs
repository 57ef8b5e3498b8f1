//! The story, as far as it is of missions and programs.

use wimz_vocabulary::{
    Micros, MissionEnd, MissionFact, MissionPhase, Pause, ProgramEnd, ProgramPhase, StageMiss,
};

/// Whether what is asked only lasts on, from one word on how far it is to the next.
pub fn goes_on(before: &MissionFact, now: &MissionFact) -> bool {
    match (before, now) {
        (
            MissionFact::Progress { run, stage, held, target },
            MissionFact::Progress { run: now_run, stage: now_stage, held: now_held, target: now_target },
        ) => {
            (run, stage, target) == (now_run, now_stage, now_target)
                && held <= now_held
                && *held > Micros::ZERO
        }
        _ => false,
    }
}

/// A fact in words.
pub fn text(fact: &MissionFact) -> String {
    match fact {
        MissionFact::Loaded { mission } => format!("{mission} is loaded"),
        MissionFact::Started { mission, run, stages, dog, program, schedule } => {
            let whose = dog.map(|dog| format!(" for {dog}")).unwrap_or_default();
            let program = program.map(|program| format!(", of {program}")).unwrap_or_default();
            let schedule =
                schedule.map(|schedule| format!(", by the schedule ({schedule})")).unwrap_or_default();
            format!("{mission} begins{whose}: run {run}, {}{program}{schedule}", count(*stages, "stage"))
        }
        MissionFact::Phase { stage, phase, .. } => format!("stage {stage}: {}", phase_text(*phase)),
        MissionFact::Progress { stage, held, target, .. } => {
            format!("stage {stage}: {:.1} s of {:.1} s", held.as_secs_f32(), target.as_secs_f32())
        }
        MissionFact::StageDone { stage, known, .. } => match known {
            Some(known) => format!("stage {stage} is done, by {}", known.dog),
            None => format!("stage {stage} is done"),
        },
        MissionFact::StageMissed { stage, why, .. } => {
            let why = match why {
                StageMiss::TimedOut => "not done in time",
                StageMiss::NoMoreTries => "not done, however often it was tried",
                StageMiss::CueNotHeard => "its word was not heard",
                StageMiss::Skipped => "left out",
            };
            format!("stage {stage}: {why}")
        }
        MissionFact::PhotoWanted { stage, .. } => format!("stage {stage}: a photo"),
        MissionFact::Paused { mission, why, .. } => {
            let why = match why {
                Pause::Asked => "somebody wants it to",
                Pause::TreatUncertain => "nobody knows whether a treat fell, and somebody must look",
                Pause::PartFailed => "a part that it takes does not work",
                Pause::Stopped => "the robot was stopped",
            };
            format!("{mission} waits: {why}")
        }
        MissionFact::Resolved { fell: true, .. } => "somebody has looked: the treat fell".to_owned(),
        MissionFact::Resolved { fell: false, .. } => "somebody has looked: no treat fell".to_owned(),
        MissionFact::Unloaded { mission } => format!("{mission} is loaded no more"),
        MissionFact::Resumed { mission, .. } => format!("{mission} goes on"),
        MissionFact::Ended { mission, end, done, treats, .. } => {
            let done = format!("{} done, {}", count(*done, "stage"), count(*treats, "treat"));
            format!("{mission} is over: {}; {done}", end_text(*end))
        }
        MissionFact::ProgramStarted { program, missions, .. } => {
            format!("{program} begins: {}", count(*missions, "mission"))
        }
        MissionFact::ProgramPhase { program, phase } => {
            let what = match phase {
                ProgramPhase::Running => "goes on with its next mission",
                ProgramPhase::Resting => "rests",
                ProgramPhase::Paused => "waits for somebody",
            };
            format!("{program} {what}")
        }
        MissionFact::ProgramEnded { program, end, missions, treats } => {
            let end = match end {
                ProgramEnd::Completed => "all of it is done",
                ProgramEnd::TreatLimit => "it has given its treats of the day",
                ProgramEnd::Stopped => "somebody ended it",
                ProgramEnd::StartFailed => "its next mission could not begin",
                ProgramEnd::Timeout => "its time is over",
                ProgramEnd::UserDisconnected => "everybody has gone",
                ProgramEnd::Safety => "the robot protects itself",
                ProgramEnd::Restarted => "the robot's process ended on the way",
            };
            format!("{program} is over: {end}; {}, {}", count(*missions, "mission"), count(*treats, "treat"))
        }
    }
}

fn phase_text(phase: MissionPhase) -> &'static str {
    match phase {
        MissionPhase::WaitingForDog => "waits for a dog",
        MissionPhase::Greeting => "greets the dog",
        MissionPhase::Command => "says what is to be done",
        MissionPhase::Watching => "watches",
        MissionPhase::Success => "well done",
        MissionPhase::Failed => "not this time",
        MissionPhase::Cooldown => "takes its time",
        MissionPhase::Paused => "is held up",
        MissionPhase::Loaded => "could begin",
    }
}

fn end_text(end: MissionEnd) -> &'static str {
    match end {
        MissionEnd::AllStagesCompleted => "all of it is done",
        MissionEnd::MaxRewardsReached => "it has given its treats",
        MissionEnd::Timeout => "its time is over",
        MissionEnd::StageTimeout => "a stage was not done",
        MissionEnd::UserCancelled => "somebody at the robot ended it",
        MissionEnd::AppCancelled => "somebody ended it",
        MissionEnd::UserDisconnected => "everybody has gone",
        MissionEnd::Safety => "the robot protects itself",
        MissionEnd::Restarted => "the robot's process ended on the way",
    }
}

/// So many of these: `1 treat`, `2 treats`.
pub fn count(number: impl Into<u32>, what: &str) -> String {
    match number.into() {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}
