//! The story, as far as it is of the coach.

use wimz_vocabulary::{CoachFact, CoachStage, KnownDog, Micros, Ratio, TrickMiss};

fn dog(known: &Option<KnownDog>) -> String {
    known.map_or_else(|| "a dog".to_owned(), |known| known.dog.to_string())
}

fn seconds(span: Micros) -> String {
    format!("{:.1} s", span.as_secs_f32())
}

fn percent(share: Ratio) -> String {
    format!("{:.0} %", 100.0 * share.get())
}

/// A fact in words.
pub fn text(fact: &CoachFact) -> String {
    match fact {
        CoachFact::Stage { stage, trick, known, attempt } => {
            let trick = trick.map_or_else(|| "a trick".to_owned(), |trick| trick.to_string());
            let again = if *attempt > 1 { " once more" } else { "" };
            match stage {
                CoachStage::Waiting => "waits for a dog".to_owned(),
                CoachStage::Greeting => format!("greets {}{again}", dog(known)),
                CoachStage::Command => format!("asks for {trick}{again}"),
                CoachStage::Watching => format!("watches {}", dog(known)),
                CoachStage::Success => format!("{} has done it", dog(known)),
                CoachStage::Failure => format!("{} has not done it", dog(known)),
                CoachStage::Cooldown => format!("leaves {} in peace", dog(known)),
            }
        }
        CoachFact::WindowOpened { trick, window } => {
            format!("what is done from now on for {} counts as {trick}", seconds(*window))
        }
        CoachFact::Progress { trick, held, target, confidence, elapsed, .. } => {
            let elapsed = seconds(*elapsed);
            if *confidence == Ratio::ZERO {
                format!("{elapsed}: no {trick} yet")
            } else {
                let (held, target) = (seconds(*held), seconds(*target));
                format!("{elapsed}: {trick} for {held} of {target} ({})", percent(*confidence))
            }
        }
        CoachFact::TrickDone { trick, known, held, confidence, attempt, .. } => {
            let again = if *attempt > 1 { ", asked once more" } else { "" };
            let held = if *held == Micros::ZERO { String::new() } else { format!(" for {}", seconds(*held)) };
            format!("{} does {trick}{held} ({}){again}", dog(known), percent(*confidence))
        }
        CoachFact::TrickMissed { trick, known, why, again, .. } => {
            let dog = dog(known);
            let why = match why {
                TrickMiss::TimedOut => format!("{dog} does not do {trick} in time"),
                TrickMiss::TooMuch => format!("{dog} overdoes {trick}"),
                TrickMiss::DogLeft => format!("{dog} has gone, and with it {trick}"),
                TrickMiss::CueNotHeard => format!("nobody heard that {dog} was to do {trick}"),
                TrickMiss::Unobserved => format!("nobody could tell whether {dog} did {trick}"),
                TrickMiss::BrokeOff => format!("{trick} is broken off"),
            };
            if *again { format!("{why}: once more") } else { why }
        }
        CoachFact::Forced { trick, replaced: false } => format!("{trick} comes next, somebody says"),
        CoachFact::Forced { trick, replaced: true } => {
            format!("{trick} comes instead of what was to come, somebody says")
        }
    }
}
