//! The table of the book: every condition, what was found, what was invented, what the gates kept out.

use std::fmt::{Display, Formatter, Result, Write};

use wimz_vocabulary::Gate;

use super::conditions::{CONDITIONS, Noise, Set};
use super::score::{FalseAlarms, Score, false_alarms, play};

/// What recall and precision are to be at least, of all conditions together that are asked of the ear.
pub const BAR: f64 = 0.95;
/// ... and of each of them.
pub const EACH: f64 = 0.9;

/// Five minutes without a bark: what is heard, from how many metres away, whether the robot itself plays it, and whether not
/// one bark may be told.
const STRETCHES: [(&str, Noise, f32, bool, bool); 6] = [
    ("quiet room", Noise::Room, 1.0, false, true),
    ("television, two metres away", Noise::Television, 2.0, false, true),
    ("own music", Noise::Music, 1.0, true, true),
    ("television, one metre away", Noise::Television, 1.0, false, false),
    ("somebody talks, one metre away", Noise::Speech, 1.0, false, false),
    ("somebody else's music, one metre away", Noise::Music, 1.0, false, false),
];

/// What came of everything.
#[derive(Debug)]
pub struct Table {
    pub scores: Vec<Score>,
    pub alarms: Vec<FalseAlarms>,
}

impl Table {
    /// Plays so many scenes of every condition of this set, on all cores, and one stretch to five scenes. Without what lies
    /// beyond the bar if `beyond` is false.
    pub fn play(set: Set, scenes: u64, beyond: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        let scores = spread(cores, CONDITIONS.len(), |place| {
            let condition = &CONDITIONS[place];
            let is_asked = beyond || condition.counts || condition.masked;
            play(condition, set, 0..if is_asked { scenes } else { 0 })
        });
        let alarms = spread(cores, STRETCHES.len(), |place| {
            let (_, noise, away, masked, _) = STRETCHES[place];
            false_alarms((noise, away, masked), set, 0..scenes.div_ceil(5))
        });
        Self { scores, alarms }
    }

    /// All scenes of which the bar is asked, together.
    pub fn whole(&self) -> Score {
        let mut whole = Score::default();
        for (condition, score) in CONDITIONS.iter().zip(&self.scores) {
            if condition.counts {
                whole += *score;
            }
        }
        whole
    }

    /// What is below the bar of what it is asked of, in words.
    pub fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        let mut ask = |name: &str, score: &Score, bar: f64| {
            if score.recall().min(score.precision()) < bar {
                failures.push(format!(
                    "{name}: recall {:.3}, precision {:.3}",
                    score.recall(),
                    score.precision()
                ));
            }
        };
        ask("all", &self.whole(), BAR);
        for (condition, score) in CONDITIONS.iter().zip(&self.scores) {
            if condition.counts {
                ask(condition.name, score, EACH);
            }
        }
        for ((name, .., counts), alarms) in STRETCHES.iter().zip(&self.alarms) {
            if *counts && alarms.barks > 0 {
                failures.push(format!("{name}: {} barks where there were none", alarms.barks));
            }
        }
        failures
    }
}

/// Does so many pieces of work on so many cores; the answers come in order.
fn spread<T: Send>(cores: usize, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let work = &work;
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let some = |first| {
            move || (first..count).step_by(cores).map(|place| (place, work(place))).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..cores).map(|first| scope.spawn(some(first))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, one)| one).collect()
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let gates: Vec<&str> =
            Gate::ALL.iter().filter(|gate| **gate != Gate::OwnSpeaker).map(|gate| gate.name()).collect();
        writeln!(f, "| Beside the dogs | barks | recall | precision | rejected: {} |", gates.join(", "))?;
        writeln!(f, "|---|--:|--:|--:|---|")?;
        let row = |f: &mut Formatter<'_>, name: &str, score: &Score| {
            let counts: Vec<String> =
                score.rejected[..Gate::COUNT - 1].iter().map(ToString::to_string).collect();
            let (recall, precision) = (score.recall(), score.precision());
            writeln!(f, "| {name} | {} | {recall:.3} | {precision:.3} | {} |", score.barks, counts.join(", "))
        };
        let all = || CONDITIONS.iter().zip(&self.scores).filter(|(condition, _)| !condition.masked);
        for (condition, score) in all().filter(|(condition, _)| condition.counts) {
            row(f, condition.name, score)?;
        }
        row(f, "**all of these**", &self.whole())?;
        for (condition, score) in all().filter(|(condition, _)| !condition.counts) {
            row(f, &format!("*{}*", condition.name), score)?;
        }
        writeln!(f, "\n| While the robot itself plays | barks | told as masked | told as barks |")?;
        writeln!(f, "|---|--:|--:|--:|")?;
        for (condition, score) in
            CONDITIONS.iter().zip(&self.scores).filter(|(condition, _)| condition.masked)
        {
            let told = score.found + score.invented;
            writeln!(f, "| {} | {} | {} | {told} |", condition.name, score.barks, score.masked)?;
        }
        writeln!(f, "\n| No dog at all | minutes | barks told | in an hour |")?;
        writeln!(f, "|---|--:|--:|--:|")?;
        for ((name, ..), alarms) in STRETCHES.iter().zip(&self.alarms) {
            let FalseAlarms { minutes, barks } = alarms;
            let rate = f64::from(*barks) * 60.0 / f64::from((*minutes).max(1));
            writeln!(f, "| {name} | {minutes} | {barks} | {rate:.1} |")?;
        }
        f.write_char('\n')
    }
}
