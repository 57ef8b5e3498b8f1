//! `wimz demo`: a minute in the living room, told as it goes.

use std::process::ExitCode;

use clap::Args;
use wimz_simulator::assets::BadInput;
use wimz_simulator::live::Pace;
use wimz_simulator::story::Storyteller;
use wimz_simulator::sweep::{Ready, Wish};
use wimz_vocabulary::RobotTime;

use super::interrupt::interruptible;
use super::play::{Play, verdict};
use super::{pace, say};

/// What is shown.
const SCENARIO: &str = "demo";

#[derive(Debug, Args)]
pub struct Demo {
    /// Seed of all randomness: Nell does what she likes with each
    #[arg(long, default_value_t = 47, value_name = "N", allow_negative_numbers = true)]
    seed: u64,
    /// How fast robot time passes: 1, any other number, or max
    #[arg(long, default_value = "1", value_parser = pace, value_name = "SPEED")]
    speed: Pace,
}

/// Plays it, and says how to go on.
pub fn demo(words: &Demo) -> Result<ExitCode, BadInput> {
    let Ready { source, scenario } = Wish { scenario: SCENARIO, twin: None, tuning: None }.read()?;
    let mut play = Play::new(&scenario.setting(&source, words.seed)?, words.speed)?;
    let mut story = Storyteller::default();
    play.tell = Some(Box::new(move |line| story.tell(line)));
    play.again = format!("wimz run {SCENARIO} --seed {}", words.seed);
    let again = play.again.clone();
    interruptible();
    say("A living room with a robot in it, and Nell, a border collie who learns fast.\n");
    let end = RobotTime::BOOT + scenario.length;
    play.story(&scenario.inputs(words.seed), end, |_, _| ())?;
    let breaches = play.session.breaches();
    let hash = play.finish()?;
    say(
        "\nNobody wrote down what Nell does. The robot saw her through its detector, heard her through its microphone, and",
    );
    say(
        "moved through its real drivers, byte by byte. The same seed is the same minute, on every machine:\n",
    );
    for (command, what) in [
        (format!("wimz demo --seed {}", words.seed + 1), "another minute"),
        (format!("{again} --report out"), "this one, as a page to look into"),
        ("wimz".to_owned(), "drive it yourself: http://localhost:8000"),
    ] {
        say(&format!("  {command:<38} {what}"));
    }
    say(&format!("\nhash {hash}"));
    Ok(verdict(breaches, ExitCode::SUCCESS))
}
