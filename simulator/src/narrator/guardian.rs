//! The story, as far as it is of silent guardian.

use super::mission::count;
use wimz_vocabulary::{GuardianFact, PanicTrigger};

/// A fact in words.
pub fn text(fact: &GuardianFact) -> String {
    match *fact {
        GuardianFact::Began { most_treats } => format!("it listens, with {most_treats} treats at most"),
        GuardianFact::Intervened { number, level, known, in_hour, needed } => {
            let whom = known.map_or("a dog".to_owned(), |known| known.dog.to_string());
            format!(
                "asks {whom} for {needed} of quiet, level {level}: the {number}. time, {in_hour} within the hour"
            )
        }
        GuardianFact::QuietKept { number, took, .. } => {
            format!("quiet, {:.1} s after the {number}. time", took.as_secs_f32())
        }
        GuardianFact::GaveUp { number, level } => {
            format!("gives up on the {number}. time, level {level}: it lets it be for now")
        }
        GuardianFact::BrokeOff { number } => format!("waits for quiet no more, the {number}. time"),
        GuardianFact::Reset { quiet, level } => {
            format!("{quiet} of quiet: from level {level} it begins gently again")
        }
        GuardianFact::PanicBegan { episode, trigger } => {
            let sign = match trigger {
                PanicTrigger::Burst => "very many barks at once",
                PanicTrigger::SustainedRate => "it barks and barks",
                PanicTrigger::Futility => "nothing helps",
            };
            format!(
                "a dog is beside itself, the {episode}. time ({sign}): nothing is asked of it, music plays"
            )
        }
        GuardianFact::PanicEnded { lasted, calmed: true, .. } => {
            format!("it has calmed down, after {:.0} s", lasted.as_secs_f32())
        }
        GuardianFact::PanicEnded { .. } => "calms it no more".to_owned(),
        GuardianFact::Ended { tally } => format!(
            "it listens no more: {}, quiet asked for {}, kept {}, given up {}, {}",
            count(tally.barks, "bark"),
            count(tally.interventions, "time"),
            count(tally.successes, "time"),
            count(tally.gave_up, "time"),
            count(tally.treats, "treat")
        ),
    }
}
